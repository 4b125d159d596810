"""The what-if of this browser session: a scenario being made, what was undone, and those that are kept to compare."""

from dataclasses import dataclass, field, replace

import streamlit as st

from dashboard.data import Loaded, what_if, what_if_baseline
from dashboard.view.keys import Key
from dashboard.view.position import Click
from geodata.errors import InputError
from geodata.i18n import say
from pipelines.response.scenario.changes import Change, Scenario
from pipelines.response.scenario.whatif import Result

LONGEST_NAME = 80


@dataclass
class Workbench:
    """Of one territory: its scenario, the changes undone (the next to redo last), scenarios kept by name.

    Also a problem to say, and the last click on the map of the page.
    """

    scenario: Scenario
    undone: list[Change] = field(default_factory=list)
    kept: dict[str, Scenario] = field(default_factory=dict)
    problem: str = ""
    clicked: Click | None = None


def workbench(loaded: Loaded) -> Workbench:
    """Return the workbench of a territory; a new version of it begins anew."""
    benches: dict[str, Workbench] = st.session_state.setdefault(Key.SCENARIOS, {})
    identity = f"{loaded.territory.id}-{loaded.territory.version}"
    if identity not in benches:
        empty = Scenario(say("My scenario"), loaded.territory.id, loaded.territory.version)
        benches[identity] = Workbench(empty)
    return benches[identity]


def result(loaded: Loaded, scenario: Scenario) -> Result:
    """What a scenario means, computed once."""
    return what_if(loaded, scenario)


def add(loaded: Loaded, *changes: Change) -> None:
    """Put changes at the end of the scenario; what cannot be done is said and leaves the scenario as it was."""
    bench = workbench(loaded)
    _use(loaded, replace(bench.scenario, changes=(*bench.scenario.changes, *changes)))
    if not bench.problem:
        bench.undone.clear()


def take(loaded: Loaded, name: str, changes: tuple[Change, ...]) -> None:
    """Begin a scenario with changes that another page proposes; the one before is kept under its name."""
    bench = workbench(loaded)
    if bench.scenario.changes:
        keep(loaded)
    bench.scenario = replace(bench.scenario, name=name, changes=())
    add(loaded, *changes)


def undo(loaded: Loaded) -> None:
    """Take back the last change; a second press that comes before the page is drawn anew may find none."""
    bench = workbench(loaded)
    if not bench.scenario.changes:
        return
    *rest, last = bench.scenario.changes
    bench.scenario, bench.problem = replace(bench.scenario, changes=tuple(rest)), ""
    bench.undone.append(last)


def redo(loaded: Loaded) -> None:
    """Make the change again that was undone last, if there is one."""
    bench = workbench(loaded)
    if not bench.undone:
        return
    change = bench.undone.pop()
    bench.scenario = replace(bench.scenario, changes=(*bench.scenario.changes, change))


def start_anew(loaded: Loaded) -> None:
    """Take back all changes."""
    bench = workbench(loaded)
    bench.scenario, bench.problem = replace(bench.scenario, changes=()), ""
    bench.undone.clear()


def rename(loaded: Loaded, name: str) -> None:
    """Give the scenario a name; an empty one is refused."""
    bench = workbench(loaded)
    if name.strip():
        bench.scenario = replace(bench.scenario, name=" ".join(name.split())[:LONGEST_NAME])


def keep(loaded: Loaded) -> None:
    """Keep the scenario as it is for comparison, in place of one of the same name."""
    bench = workbench(loaded)
    bench.kept[bench.scenario.name] = bench.scenario


def take_up(loaded: Loaded, scenario: Scenario) -> None:
    """Work on a scenario that was kept or read from a file."""
    bench = workbench(loaded)
    _use(loaded, scenario)
    if not bench.problem:
        bench.undone.clear()


def drop(loaded: Loaded, name: str) -> None:
    """Keep a scenario no longer."""
    workbench(loaded).kept.pop(name, None)


def _use(loaded: Loaded, scenario: Scenario) -> None:
    """Take a scenario if it can be applied, else say why not."""
    bench = workbench(loaded)
    try:
        if (
            scenario.changes
            or scenario.territory != loaded.territory.id
            or scenario.version != loaded.territory.version
        ):
            what_if_baseline(loaded)
            result(loaded, scenario)
        bench.scenario, bench.problem = scenario, ""
    except InputError as error:
        bench.problem = str(error)
