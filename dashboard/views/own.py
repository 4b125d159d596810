"""My data: a planner's own table, from the file she has to a layer of the territory looked at."""

import re

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.keys import Key
from dashboard.view.text import plain, refused
from dashboard.widgets.own import layers, rows, table
from geodata import vocabulary
from geodata.errors import InputError
from geodata.i18n import mark, say
from geodata.indicators import DIRECTIONS
from geodata.store import Territory
from pipelines import userdata
from pipelines.areas import own
from pipelines.userdata import storage
from pipelines.userdata.gazetteer import Gazetteer
from pipelines.userdata.reading import Imported, Reading

DIRECTION_TITLES = {
    "worse": mark("more need"),
    "better": mark("more resources"),
    "neutral": mark("neither"),
}


@st.cache_resource(max_entries=2, show_spinner=False)
def names_of(_territory: Territory, version: str) -> Gazetteer:  # noqa: ARG001 - part of the cache key
    """Names of a territory's areas and places."""
    return userdata.place_names(_territory)


def match(
    reading: Reading, mapping: dict[str, str], kind: str, name: str, crs: str, decimal: str, loaded: Loaded
) -> Imported:
    """Turn the rows into a layer; done once for the same answers."""
    decisions = {text: answer for text, answer in st.session_state[Key.OWN_DECISIONS].items() if answer}
    territory = f"{loaded.territory.id} {loaded.territory.version}"
    question = (st.session_state[Key.OWN_TABLE][0], tuple(mapping.items()), kind, name, crs, decimal, territory)
    key = (question, tuple(decisions.items()))
    if st.session_state.get(Key.OWN_LAYER, (None,))[0] != key:
        with st.spinner(say("Matching the rows")):
            layer = userdata.apply(
                reading,
                mapping,
                kind,
                loaded.territory,
                name=name,
                crs=crs or None,
                decimal=decimal or None,
                decisions=decisions,
                names=names_of(loaded.territory, territory),
            )
        st.session_state[Key.OWN_LAYER] = (key, layer)
        if st.session_state.get(Key.OWN_QUESTIONS, (None,))[0] != question:
            st.session_state[Key.OWN_QUESTIONS] = (question, layer.ambiguous)
    imported: Imported = st.session_state[Key.OWN_LAYER][1]
    return imported


def about_indicator(layer: Imported, name: str) -> Imported:
    """Ask what an indicator is called, in which unit it is, and what a higher value means."""
    first, second, third = st.columns([3, 2, 3])
    title = first.text_input(say("Title of the indicator"), value=name, key=f"own-title-{name}")
    unit = second.text_input(say("Unit"), placeholder="%", key="own-unit")
    direction = third.segmented_control(
        say("A higher value means"),
        DIRECTIONS,
        default="neutral",
        required=True,
        format_func=lambda each: say(DIRECTION_TITLES[each]),
        key="own-direction",
    )
    return layer.about(title=title, unit=unit, direction=str(direction))


def keep(layer: Imported, name: str, loaded: Loaded) -> None:
    """Draw what can be done with the layer: use it in this session, or keep it with the territory."""
    if layer.kind == "indicator":
        layer = about_indicator(layer, name)
    if not len(layer.layer):
        st.warning(say("No row can be used; the reasons are above."), icon=":material/block:")
        return
    use, save, show, _ = st.columns([2, 2, 2, 2])
    if use.button(say("Use in this session"), key="own-use", type="primary", width="stretch", icon=":material/check:"):
        session.use_own(own.of(name, layer))
        st.rerun()
    if save.button(say("Save with the territory"), key="own-keep", width="stretch", icon=":material/save:"):
        storage.save(layer, name, territory=loaded.territory.id)
        session.drop_own(name)
        st.rerun()
    current = next((each for each in loaded.own if each.name == name and each.provenance == layer.provenance), None)
    if current:
        st.success(say("In use: {what}.", what=plain(layers.description(current))), icon=":material/check:")
        if show.button(say("Show on the map"), key="own-look", width="stretch", icon=":material/map:"):
            layers.look_at(current)
    st.caption(
        say(
            "What is saved is seen by everyone who opens this territory here, is named own data everywhere, and can be "
            "removed above. It changes no index unless a weighting of your own names it."
        )
    )


def layer_name(filename: str) -> str:
    """Name of a layer made of the name of its file.

    Examples
    --------
    >>> named("Tagespflege 2024 (neu).xlsx")
    'tagespflege-2024-neu'
    """
    stem = filename.rpartition(".")[0] or filename
    return re.sub(r"[^a-z0-9]+", "-", vocabulary.plain(stem))[: storage.LONGEST].strip("-") or "own"


def choose_name(upload: UploadedFile) -> str:
    """Ask what the layer is called."""
    name = st.text_input(
        say("Name of the layer"),
        value=layer_name(upload.name),
        max_chars=storage.LONGEST,
        key=f"own-name-{upload.file_id}",
        help=say("Small letters, digits and hyphens. A layer of the same name is replaced."),
    )
    storage.check_name(name)
    return name


def import_table(loaded: Loaded) -> None:
    """Lead from a file to a layer."""
    kind, upload = table.choose_file()
    if upload is None:
        return
    reading, decimal, crs = table.read(upload)
    mapping = table.roles(reading, kind)
    try:
        name = choose_name(upload)
        layer = match(reading, mapping, kind, name, crs, decimal, loaded)
    except InputError as error:
        st.warning(refused(error), icon=":material/help:")
        return
    rows.counts(reading, layer)
    rows.decide()
    rows.place_names(layer)
    rows.rejects(layer, name)
    keep(layer, name, loaded)


loaded = session.loaded()
st.markdown(f"## {say('My data')}")
st.markdown(
    say(
        "**Bring your own list of services or projects, or an indicator of your areas.** The columns are guessed and "
        "you correct them; rows that cannot be used come back with the reason."
    )
)
st.markdown(f"### {say('Own layers of {territory}', territory=plain(loaded.manifest['title']))}")
layers.in_use(loaded)
st.markdown(f"### {say('Add a table')}")
import_table(loaded)
