"""The form of a what-if: what to change, where, and the list of changes made so far."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view import scenarios
from dashboard.view.state import ViewState
from dashboard.view.text import plain, refused
from dashboard.view.text import themes as themes_of
from dashboard.widgets.scenarios import spots
from geodata.i18n import mark, number, say
from geodata.indicators import category
from pipelines.access.travel.model import Rerouted
from pipelines.response.scenario.applying import Outcome
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
from pipelines.response.scenario.whatif import Result

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


@dataclass(frozen=True)
class Desk:
    """What a form needs: the view, the territory as it was built, and as it is after the changes made so far."""

    view: ViewState
    loaded: Loaded
    before: Baseline
    now: Outcome
    made: int

    def of_category(self, group: str) -> gpd.GeoDataFrame:
        """Services of a category after the changes made so far."""
        return self.now.services[self.now.services["category"] == group]


def form(view: ViewState, loaded: Loaded, before: Baseline, result: Result) -> None:
    """Draw the form that adds one change to those that `result` is of."""
    kinds = [kind for kind in FORMS if kind is not ChangeTravel or isinstance(before.travel, Rerouted)]
    kind = st.selectbox(say("What to change"), kinds, format_func=lambda each: say(KINDS[each]), key="scenario-kind")
    change = FORMS[kind](Desk(view, loaded, before, result.outcome, len(result.scenario.changes)))
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
        st.error(refused(problem), icon=":material/error:")


def _add_service(desk: Desk) -> AddService | None:
    group = _category(desk.loaded)
    at = _spot(desk, say("Where (name of a place)"), "at")
    name = st.text_input(say("Name"), value=say("New service"), max_chars=80, key="scenario-name-of-service").strip()
    others = desk.of_category(group)
    capacity = _capacity() if others["capacity"].notna().all() else None
    levels = sorted(others["level"].dropna().unique())
    level = st.selectbox(say("Level"), levels, key="scenario-level") if levels else None
    if at is None or not name:
        return None
    identity = _fresh(desk.now.services["service_id"], desk.made)
    return AddService(identity, group, name, at, level=level, capacity=capacity)


def _move_service(desk: Desk) -> MoveService | None:
    choice = _service(desk)
    at = _spot(desk, say("Where to (name of a place)"), "at") if choice else None
    return MoveService(choice, at) if choice and at else None


def _close_service(desk: Desk) -> CloseService | None:
    choice = _service(desk)
    return CloseService(choice) if choice else None


def _change_capacity(desk: Desk) -> ChangeCapacity | None:
    choice = _service(desk)
    return ChangeCapacity(choice, _capacity()) if choice else None


def _add_project(desk: Desk) -> AddProject | None:
    at = _spot(desk, say("Where (name of a place)"), "at")
    name = st.text_input(say("Name"), value=say("New project"), max_chars=80, key="scenario-name-of-project").strip()
    options = sorted({theme for themes in desk.now.projects["themes"] for theme in themes.split(";")})
    themes = st.multiselect(say("Themes"), options, format_func=themes_of, default=options[:1], key="scenario-themes")
    if at is None or not themes or not name:
        return None
    return AddProject(_fresh(desk.now.projects["project_id"], desk.made), name, at, ";".join(themes))


def _move_project(desk: Desk) -> MoveProject | None:
    choice = _project(desk)
    at = _spot(desk, say("Where to (name of a place)"), "at") if choice else None
    return MoveProject(choice, at) if choice and at else None


def _close_project(desk: Desk) -> CloseProject | None:
    choice = _project(desk)
    return CloseProject(choice) if choice else None


def _change_travel(desk: Desk) -> ChangeTravel | None:
    start = _spot(desk, say("From (name of a place)"), "from")
    end = _spot(desk, say("To (name of a place)"), "to")
    minutes = st.number_input(
        say("Minutes by the direct way, both ways"), min_value=1.0, value=10.0, step=1.0, key="scenario-minutes"
    )
    return None if start is None or end is None or start == end else ChangeTravel(start, end, minutes)


FORMS: dict[type[Change], Callable[[Desk], Change | None]] = {
    AddService: _add_service,
    MoveService: _move_service,
    CloseService: _close_service,
    ChangeCapacity: _change_capacity,
    AddProject: _add_project,
    MoveProject: _move_project,
    CloseProject: _close_project,
    ChangeTravel: _change_travel,
}


def _service(desk: Desk) -> str | None:
    """Draw the choice of a service."""
    group = _category(desk.loaded)
    rows = desk.of_category(group).sort_values("name")
    names = dict(zip(rows["service_id"], rows["name"] + " (" + rows["service_id"] + ")", strict=True))
    choice: str | None = st.selectbox(
        say("Service"), list(names), format_func=names.__getitem__, key=f"scenario-service-{group}"
    )
    return choice


def _project(desk: Desk) -> str | None:
    """Draw the choice of a project."""
    rows = desk.now.projects.sort_values("name")
    names = dict(zip(rows["project_id"], rows["name"], strict=True))
    choice: str | None = st.selectbox(
        say("Project"), list(names), format_func=names.__getitem__, key="scenario-project"
    )
    return choice


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


def _fresh(ids: pd.Series, count: int) -> str:
    """An id that no other has."""
    pool = set(ids)
    return next(name for number in range(count + 1, count + len(pool) + 2) if (name := f"added-{number}") not in pool)


def _spot(desk: Desk, label: str, key: str) -> Spot | None:
    return spots.choose(desk.loaded, desk.before, desk.view.area, label, key)


def listing(loaded: Loaded, before: Baseline) -> None:
    """Draw the changes made so far, with undo and redo."""
    bench = scenarios.workbench(loaded)
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
            start=spots.spot_name(change.start, before),
            end=spots.spot_name(change.end, before),
            minutes=number(change.minutes),
        )
    parts = [_name(change, before)]
    if isinstance(change, AddService):
        parts.append(category(change.category).title)
    if isinstance(change, AddService | MoveService | AddProject | MoveProject):
        parts.append(spots.spot_name(change.at, before))
    if isinstance(change, AddService | ChangeCapacity) and change.capacity is not None:
        parts.append(say("capacity {capacity}", capacity=number(change.capacity, 1)))
    return f"{kind}: {', '.join(parts)}"


def _name(change: Change, before: Baseline) -> str:
    """Name of what a change is about; its id when it is not of the territory as built."""
    if isinstance(change, AddService | AddProject):
        return change.name
    assert not isinstance(change, ChangeTravel)
    of_projects = isinstance(change, MoveProject | CloseProject)
    rows, key = (before.projects, "project_id") if of_projects else (before.services, "service_id")
    names = rows.loc[rows[key] == change.id, "name"]
    return str(names.iloc[0]) if len(names) else change.id
