"""The view of this browser session, kept equal to the address bar."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboard.data import Loaded, analyse, load
from dashboard.view.file import Saved
from dashboard.view.keys import Key
from dashboard.view.options import ALL, BIVARIATE, TIER, Options
from dashboard.view.state import ViewState, from_parameters, territory_of, to_parameters
from geodata import store
from geodata.i18n import LANGUAGES, of_locale, use
from pipelines.areas.own import Own
from pipelines.areas.selection import Selection
from pipelines.priority.analysis import reweigh
from pipelines.priority.configuration import Configuration

# Key of the field that searches the ranked table.
SEARCH = "search"


def start() -> None:
    """Make the view ready at the start of a run and show notices about what the address named in vain.

    The address is read when the session begins and whenever a person changes it; otherwise the session's own
    view holds, also after a change of page, which empties the address.
    """
    parameters = _address()
    if Key.VIEW not in st.session_state or (parameters and parameters != st.session_state[Key.ADDRESS]):
        name = territory()
        view, notices = from_parameters(parameters, options(load(name, own(name))))
        st.session_state[Key.VIEW] = view
        if (view.territory, view.region) != (
            parameters.get("territory", ViewState().territory),
            parameters.get("region", ""),
        ):
            # The position of a saved view is about a territory and a region that are not here.
            st.session_state.pop(Key.POSITION, None)
        # From here on an empty address is one: that of a saved view that leaves nothing to say.
        st.session_state.pop(Key.FIRST_ADDRESS, None)
        for notice in notices:
            st.warning(notice, icon=":material/link_off:")
    _drop_removed_layers()
    write()


def territory() -> str:
    """Return the territory that the address asks for."""
    return territory_of(_address(), tuple(store.built()))[0]


def speak() -> None:
    """Speak the language of the address, else that of the view, else that of the browser."""
    previous = st.session_state[Key.VIEW].language if Key.VIEW in st.session_state else ""
    language = next((name for name in (_address().get("lang", ""), previous) if name in LANGUAGES), "")
    use(language or of_locale(st.context.locale))


def _address() -> dict[str, str]:
    """Read the address, which a change of page empties: also where it came before the first run had read it."""
    parameters = st.query_params.to_dict()
    if Key.VIEW not in st.session_state:
        parameters = parameters or st.session_state.get(Key.FIRST_ADDRESS, {})
        st.session_state[Key.FIRST_ADDRESS] = parameters
    return parameters


def _drop_removed_layers() -> None:
    """Look away from own layers that another session has removed meanwhile."""
    territory_data = load(view().territory, own(view().territory))
    points = tuple(name for name in view().points if name in territory_data.points)
    layer = view().layer if view().layer in {*territory_data.entries, BIVARIATE, TIER} else ViewState().layer
    st.session_state[Key.VIEW] = replace(view(), points=points, layer=layer)


def options(loaded: Loaded) -> Options:
    """What a view of this territory may name."""
    return Options(
        territories=tuple(store.built()),
        layers=frozenset(loaded.entries) | {BIVARIATE, TIER},
        regions=frozenset(loaded.regions["region_id"]),
        points=frozenset(loaded.points),
        services=frozenset(loaded.categories),
        areas=frozenset(loaded.table.index),
        candidates=loaded.candidates,
        projects=frozenset(loaded.projects.loc[loaded.projects["kind"] == "project", "project_id"]),
        groups=frozenset(entry.dimension for entry in loaded.entries.values()),
        filters=loaded.project_filters | {ALL},
        weightings=loaded.presets | {"": loaded.analysis.configuration},
    )


def view() -> ViewState:
    """Return the view of this session."""
    current: ViewState = st.session_state[Key.VIEW]
    return current


def loaded() -> Loaded:
    """Return the territory looked at, under the weighting of the view."""
    built = load(view().territory, own(view().territory))
    return analyse(built, weighting(), length(built))


def length(built: Loaded) -> int:
    """Length of the list, as usual unless the view says; no longer than there are areas."""
    return min(view().k or built.analysis.k, len(built.table))


def selection() -> Selection:
    """Return the filters of the view."""
    return Selection(
        region=view().region, degurba=view().degurba, people_min=view().people_min, people_max=view().people_max
    )


def preset() -> Configuration:
    """Return the weighting of the view before its dimensions were given other weights."""
    built = load(view().territory)
    return built.presets[view().weighting] if view().weighting else built.analysis.configuration


def weighting() -> Configuration:
    """Return the weighting of the view."""
    return reweigh(preset(), view().weights) if view().weights else preset()


def change(**values: Any) -> None:
    """Change parts of the view, and the address with it."""
    st.session_state[Key.VIEW] = replace(view(), **values)
    write()


def go_to(territory: str) -> None:
    """Look at another territory, from the beginning: regions, areas and the list belong to the one left."""
    before: ViewState = st.session_state.get(Key.VIEW, ViewState())
    st.session_state[Key.VIEW] = ViewState(territory=territory, language=before.language)
    st.session_state[Key.NOTES] = {}
    st.session_state[SEARCH] = ""
    write()


def visit(territory: str, area_id: str) -> None:
    """Look at an area of this territory or of another."""
    if territory != view().territory:
        go_to(territory)
    select_area(area_id)


def write() -> None:
    """Write the view to the address bar."""
    parameters = to_parameters(view())
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)
    st.session_state[Key.ADDRESS] = parameters


def own(territory: str) -> tuple[Own, ...]:
    """Own layers of this session that belong to a territory, by name."""
    layers: dict[tuple[str, str], Own] = st.session_state.setdefault(Key.OWN_LAYERS, {})
    return tuple(each for (of, _), each in sorted(layers.items()) if of == territory)


def use_own(layer: Own) -> None:
    """Take an own layer of the territory looked at into use for this session; one of the same name is replaced."""
    st.session_state.setdefault(Key.OWN_LAYERS, {})[view().territory, layer.name] = layer


def drop_own(name: str) -> None:
    """Give up an own layer of this session; one that is kept under the same name is in use again."""
    layers: dict[tuple[str, str], Own] = st.session_state.setdefault(Key.OWN_LAYERS, {})
    layers.pop((view().territory, name), None)


def notes() -> dict[str, str]:
    """Notes of the shortlist by area, kept in this session only."""
    texts: dict[str, str] = st.session_state.setdefault(Key.NOTES, {})
    return texts


def open_file(saved: Saved) -> None:
    """Look at a saved view: its address is read as that of a link is, and its page and map are gone to."""
    st.session_state.pop(Key.VIEW, None)
    st.session_state[Key.NOTES] = saved.notes
    st.session_state[Key.PAGE] = saved.page
    st.session_state[Key.POSITION] = {"request": uuid4().hex, "position": saved.position}
    st.query_params.from_dict(saved.parameters)


def page_of_file() -> str | None:
    """Path of the page that a view just opened is of, once."""
    path: str | None = st.session_state.pop(Key.PAGE, None)
    return path


def add_to_shortlist(area_id: str) -> None:
    """Put an area at the end of the shortlist."""
    if area_id not in view().shortlist:
        change(shortlist=(*view().shortlist, area_id))


def remove_from_shortlist(area_id: str) -> None:
    """Take an area off the shortlist, and its note with it."""
    change(shortlist=tuple(other for other in view().shortlist if other != area_id))
    notes().pop(area_id, None)


def move_in_shortlist(area_id: str, step: int) -> None:
    """Move an area up (-1) or down (+1) the shortlist."""
    order = list(view().shortlist)
    old = order.index(area_id)
    new = min(max(old + step, 0), len(order) - 1)
    order.insert(new, order.pop(old))
    change(shortlist=tuple(order))


def select_area(area_id: str) -> None:
    """Choose an area elsewhere than in the ranked table, which then shows the choice anew."""
    change(area=area_id)
    st.session_state[Key.SELECTIONS] = st.session_state.get(Key.SELECTIONS, 0) + 1
