"""What if on the bundled Italy: seconds of each stage of one change, and of undoing it.

Run `python -m benchmarks.scenario`. It reads the built Italy, or builds it in a folder of its own.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from geodata import recipes, store
from geodata.errors import InputError
from pipelines.areas import ranking
from pipelines.build.run import build
from pipelines.priority.analysis import Analysis
from pipelines.response.scenario import whatif
from pipelines.response.scenario.applying import apply, rehearse
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import (
    AddProject,
    AddService,
    Change,
    ChangeTravel,
    CloseService,
    MoveService,
    Scenario,
)
from pipelines.response.scenario.effects import asked_after, effects

STIGLIANO, ROUNDS, AIM = "077027", 3, 2.0
# Villa San Giovanni and Messina.
BRIDGE = ChangeTravel((38.2189, 15.6368), (38.1938, 15.5540), 10.0)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of a piece of work."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def italy(folder: Path) -> store.Territory:
    """Italy as it is built, or built anew where it is not."""
    try:
        return store.open_territory("italy")
    except InputError:
        build(recipes.load("italy"), root=folder)
        return store.open_territory("italy", root=folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        territory = italy(Path(folder))
        start = time.perf_counter()
        before = whatif.baseline(territory)
        rehearse(before)
        print(f"the travel model and the layers, once: {time.perf_counter() - start:.1f} s\n")
        asked = ranking.ask(territory)
        asked.robustness  # noqa: B018 - the ranking as it is stands before anything is changed
        home = str(before.main.index[before.main["area_id"] == STIGLIANO][0])
        hospital = str(before.services.query("category == 'hospital'")["service_id"].iloc[0])
        cases: dict[str, Change] = {
            "add a hospital": AddService("new", "hospital", "New", home, level="DEA I"),
            "move a hospital": MoveService(hospital, home),
            "close a hospital": CloseService(hospital),
            "add a project": AddProject("new", "New", home, "mobility"),
            "a bridge over the strait": BRIDGE,
        }
        print(f"| one change | measure again, s | need to gap, s | tiers, s | effects, s | in all, s (aim {AIM:g}) |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for name, change in cases.items():
            scenario = Scenario(name, territory.id, territory.version, (change,))
            rounds = [_stages(before, scenario, asked) for _ in range(ROUNDS)]
            middle = [statistics.median(each) for each in zip(*rounds, strict=True)]
            print(f"| {name} | " + " | ".join(f"{each:.2f}" for each in (*middle, sum(middle))) + " |")


def _stages(before: Baseline, scenario: Scenario, asked: Analysis) -> tuple[float, ...]:
    start = time.perf_counter()
    outcome = apply(before, scenario)
    measured = time.perf_counter() - start
    after = asked_after(outcome, asked)
    return (
        measured,
        seconds(lambda: after.table),
        seconds(lambda: after.probability),
        seconds(lambda: effects(before, outcome, asked, after)),
    )


if __name__ == "__main__":
    main()
