"""The form of a what-if: what to change, where, and the list of changes made so far."""

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard import scenarios
from dashboard.components.text import plain
from dashboard.components.text import themes as themes_of
from dashboard.data import Loaded, what_if_baseline
from dashboard.state import ViewState
from geodata.indicators import category
from geodata.language import mark, number, say
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import (
    AddProject,
    AddService,
    Change,
    ChangeCapacity,
    ChangeTravel,
    CloseProject,
    CloseService,
    MoveProject,
    MoveService,
    Spot,
)

KINDS: dict[type[Change], str] = {
    AddService: mark("Add a service"),
    MoveService: mark("Move a service"),
    CloseService: mark("Close a service"),
    ChangeCapacity: mark("Change a capacity"),
    AddProject: mark("Add a project"),
    MoveProject: mark("Move a project"),
    CloseProject: mark("Close a project"),
    ChangeTravel: mark("Change a travel time"),
}
FOUND = 30  # places that a search shows


def form(view: ViewState, loaded: Loaded) -> None:
    """Draw the form that adds one change."""
    before = what_if_baseline(loaded)
    kinds = [kind for kind in KINDS if kind is not ChangeTravel or hasattr(before.travel, "with_ways")]
    now = _now(loaded, before)
    kind = st.selectbox(say("What to change"), kinds, format_func=lambda each: say(KINDS[each]), key="scenario-kind")
    change = _draw(kind, view, loaded, before, *now)
    st.button(
        say("Make this change"),
        key="scenario-add",
        type="primary",
        icon=":material/add:",
        disabled=change is None,
        on_click=lambda: scenarios.add(loaded, change) if change is not None else None,
    )
    problem = scenarios.workbench(loaded).problem
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _now(loaded: Loaded, before: Baseline) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Services and projects after the changes made so far."""
    scenario = scenarios.workbench(loaded).scenario
    if not scenario.changes:
        return before.services, before.projects
    outcome = scenarios.result(loaded, scenario).outcome
    return outcome.services, outcome.projects


def _draw(
    kind: type[Change],
    view: ViewState,
    loaded: Loaded,
    before: Baseline,
    services: gpd.GeoDataFrame,
    projects: gpd.GeoDataFrame,
) -> Change | None:
    """Draw the fields of a kind of change, and make the change of what they hold; None while something lacks."""
    count = len(scenarios.workbench(loaded).scenario.changes)
    if kind is ChangeTravel:
        ends = [
            _spot(view, loaded, before, label, key)
            for label, key in ((say("From (name of a place)"), "from"), (say("To (name of a place)"), "to"))
        ]
        minutes = st.number_input(
            say("Minutes by the direct way, both ways"), min_value=1.0, value=10.0, step=1.0, key="scenario-minutes"
        )
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            return None
        return ChangeTravel(ends[0], ends[1], minutes)
    if kind is AddService:
        group = _category(loaded)
        at = _spot(view, loaded, before, say("Where (name of a place)"), "at")
        name = st.text_input(say("Name"), value=say("New service"), max_chars=80, key="scenario-name-of-service")
        known = services.loc[services["category"] == group, "capacity"]
        capacity = _capacity() if known.notna().all() else None
        levels = sorted(services.loc[services["category"] == group, "level"].dropna().unique())
        level = st.selectbox(say("Level"), levels, key="scenario-level") if levels else None
        identity = _fresh(services["service_id"], count)
        if at is None or not name.strip():
            return None
        return AddService(identity, group, name.strip(), at, level=level, capacity=capacity)
    if kind is AddProject:
        at = _spot(view, loaded, before, say("Where (name of a place)"), "at")
        name = st.text_input(say("Name"), value=say("New project"), max_chars=80, key="scenario-name-of-project")
        known = sorted({theme for themes in projects["themes"] for theme in themes.split(";")})
        themes = st.multiselect(say("Themes"), known, format_func=themes_of, default=known[:1], key="scenario-themes")
        identity = _fresh(projects["project_id"], count)
        return AddProject(identity, name.strip(), at, ";".join(themes)) if at and themes and name.strip() else None
    if kind in (MoveProject, CloseProject):
        of_country = projects.sort_values("name")
        names = dict(zip(of_country["project_id"], of_country["name"], strict=True))
        chosen = st.selectbox(say("Project"), list(names), format_func=names.__getitem__, key="scenario-project")
        if chosen is None:
            return None
        if kind is CloseProject:
            return CloseProject(chosen)
        at = _spot(view, loaded, before, say("Where to (name of a place)"), "at")
        return MoveProject(chosen, at) if at else None
    group = _category(loaded)
    rows = services[services["category"] == group].sort_values("name")
    names = dict(zip(rows["service_id"], rows["name"] + " (" + rows["service_id"] + ")", strict=True))
    chosen = st.selectbox(say("Service"), list(names), format_func=names.__getitem__, key=f"scenario-service-{group}")
    if chosen is None:
        return None
    if kind is CloseService:
        return CloseService(chosen)
    if kind is ChangeCapacity:
        return ChangeCapacity(chosen, _capacity())
    at = _spot(view, loaded, before, say("Where to (name of a place)"), "at")
    return MoveService(chosen, at) if at else None


def _category(loaded: Loaded) -> str:
    return str(
        st.selectbox(
            say("Category of service"),
            loaded.categories,
            format_func=lambda name: category(name).heading,
            key="scenario-category",
        )
    )


def _capacity() -> float:
    return float(st.number_input(say("Capacity"), min_value=0.1, value=1.0, step=1.0, key="scenario-capacity"))


def _fresh(known: pd.Series, count: int) -> str:
    """An id that no other has."""
    taken = set(known)
    return next(name for number in range(count + 1, count + len(taken) + 2) if (name := f"added-{number}") not in taken)


def _spot(view: ViewState, loaded: Loaded, before: Baseline, label: str, key: str) -> Spot | None:
    """Draw the choice of a place: those that a search finds, else those of the area chosen on the map."""
    text = st.text_input(
        label, key=f"scenario-search-{key}", placeholder=say("search, or click an area on the map")
    ).strip()
    places = before.places
    if text:
        near = places[places["name"].str.contains(text, case=False, regex=False)]
        exact = near["name"].str.casefold() == text.casefold()
        near = near.assign(exact=exact).sort_values(["exact", "population"], ascending=False).head(FOUND)
    else:
        near = places[places["area_id"] == view.area].sort_values("population", ascending=False)
    if near.empty:
        st.caption(
            say("No place has such a name; try fewer letters.") if text else say("Search a place, or click an area.")
        )
        return None
    area = near["area_id"].map(loaded.table["name"])
    names = dict(zip(near.index, near["name"] + ", " + area, strict=True))
    return str(
        st.selectbox(
            say("Place"),
            list(names),
            format_func=names.__getitem__,
            key=f"scenario-place-{key}-{text or view.area}",
            label_visibility="collapsed",
        )
    )


def listing(loaded: Loaded) -> None:
    """Draw the changes made so far, with undo and redo."""
    bench, before = scenarios.workbench(loaded), what_if_baseline(loaded)
    if not bench.scenario.changes:
        st.caption(say("Nothing is changed yet: everything is as it was built."))
    for place, change in enumerate(bench.scenario.changes, start=1):
        st.markdown(f"{place}. {plain(describe(change, before))}")
    back, forth, all_back = st.columns(3)
    back.button(
        say("Undo"),
        key="scenario-undo",
        icon=":material/undo:",
        disabled=not bench.scenario.changes,
        on_click=scenarios.undo,
        args=(loaded,),
        width="stretch",
    )
    forth.button(
        say("Redo"),
        key="scenario-redo",
        icon=":material/redo:",
        disabled=not bench.undone,
        on_click=scenarios.redo,
        args=(loaded,),
        width="stretch",
    )
    all_back.button(
        say("Undo all"),
        key="scenario-anew",
        icon=":material/restart_alt:",
        disabled=not bench.scenario.changes,
        on_click=scenarios.start_anew,
        args=(loaded,),
        width="stretch",
    )


def describe(change: Change, before: Baseline) -> str:
    """Say a change in a line."""
    kind = say(KINDS[type(change)])
    if isinstance(change, ChangeTravel):
        return say(
            "{kind}: {start} to {end}, {minutes} minutes",
            kind=kind,
            start=_where(change.start, before),
            end=_where(change.end, before),
            minutes=number(change.minutes),
        )
    parts = [_named(change, before)]
    if isinstance(change, AddService):
        parts.append(category(change.category).title)
    if isinstance(change, AddService | MoveService | AddProject | MoveProject):
        parts.append(_where(change.at, before))
    if isinstance(change, AddService | ChangeCapacity) and change.capacity is not None:
        parts.append(say("capacity {capacity}", capacity=number(change.capacity, 1)))
    return f"{kind}: {', '.join(parts)}"


def _named(change: Change, before: Baseline) -> str:
    """Name of what a change is about; its id when it is not of the territory as built."""
    if isinstance(change, AddService | AddProject):
        return change.name
    assert not isinstance(change, ChangeTravel)
    of_projects = isinstance(change, MoveProject | CloseProject)
    rows, key = (before.projects, "project_id") if of_projects else (before.services, "service_id")
    found = rows.loc[rows[key] == change.id, "name"]
    return str(found.iloc[0]) if len(found) else change.id


def _where(spot: Spot, before: Baseline) -> str:
    if isinstance(spot, str):
        return str(before.places["name"].get(spot, spot))
    lat, lon = spot
    return f"{number(lat, 4)}, {number(lon, 4)}"
