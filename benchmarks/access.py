"""Catchment measures side by side with PySAL access: seconds, peak memory and agreement, in one run.

    python -m benchmarks.access            # 5 million pairs; RAAM on 500,000
    python -m benchmarks.access --scale 0.1

Everything is counted from the long table on: for the peer its object and the measure, for us the checks and the
measure. Each side has a process of its own; seconds are the best of five (2SFCA), three or one (RAAM).
"""

import argparse
import multiprocessing
import os
import platform
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from pipelines.access import catchments
from pipelines.access.raam import raam

Tables = tuple[pd.DataFrame, pd.Series, pd.Series]
Measure = Callable[[pd.DataFrame, pd.Series, pd.Series], pd.Series]


@dataclass(frozen=True)
class Case:
    title: str
    ours: Measure
    method: str
    options: dict[str, float]
    origins: int
    destinations: int
    reach: int  # destinations in reach of each origin
    repeats: int


CASES = [
    # All pairs are within the limit, so that all of them count.
    Case("2SFCA", partial(catchments.two_step, minutes=60), "two_stage_fca", {"max_cost": 60}, 100_000, 5_000, 50, 5),
    Case("E2SFCA", catchments.enhanced_two_step, "enhanced_two_stage_fca", {}, 100_000, 5_000, 50, 3),
    Case("3SFCA", catchments.three_step, "three_stage_fca", {}, 100_000, 5_000, 50, 3),
    # The peer's RAAM fills a dense table of origins x destinations: 5 million pairs would need tens of GB.
    Case("RAAM", raam, "raam", {}, 10_000, 1_000, 50, 1),
]


def synthetic(origins: int, destinations: int, reach: int) -> Tables:
    """Pairs in the order a travel model gives them: by origin, minutes and destination."""
    rng = np.random.default_rng(1)
    # 97 has no factor in common with the number of destinations, so no origin meets one twice.
    ends = (rng.integers(0, destinations, (origins, 1)) + 97 * np.arange(reach)) % destinations
    pairs = pd.DataFrame(
        {
            "origin": np.repeat(np.arange(origins), reach),
            "destination": ends.ravel(),
            "minutes": np.sort(rng.uniform(0, 60, (origins, reach)), axis=1).ravel(),
        }
    )
    people = pd.Series(rng.integers(1, 3000, origins), index=pd.RangeIndex(origins, name="place"), name="people")
    capacity = pd.Series(rng.uniform(1, 20, destinations), index=pd.RangeIndex(destinations, name="site"), name="beds")
    return pairs, people, capacity


def peer(method: str, options: dict[str, float]) -> Measure:
    def measure(pairs: pd.DataFrame, people: pd.Series, capacity: pd.Series) -> pd.Series:
        from access import Access

        model = Access(
            demand_df=people.to_frame(),
            demand_value="people",
            supply_df=capacity.to_frame(),
            supply_value="beds",
            cost_df=pairs,
            cost_origin="origin",
            cost_dest="destination",
            cost_name="minutes",
        )
        return getattr(model, method)(**options).iloc[:, 0]

    return measure


def memory(field: str) -> float:
    """Resident memory of this process in MB: VmRSS now, VmHWM at its peak."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def run(measure: Measure, tables: Tables, repeats: int, answer: multiprocessing.Queue) -> None:
    """Time a measure; its peak memory is what it adds to the tables."""
    import access  # noqa: F401  - loaded before the clock starts, for both sides

    best = np.inf
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    for _ in range(repeats):
        pairs, people, capacity = tables[0].copy(), tables[1], tables[2]  # the peer writes into the table
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = measure(pairs, people, capacity)
        best = min(best, time.perf_counter() - start)
    copied = tables[0].memory_usage().sum() / 2**20
    answer.put((best, memory("VmHWM") - before - copied, found))


def measured(measure: Measure, tables: Tables, repeats: int) -> tuple[float, float, pd.Series]:
    """Seconds, MB and the values, from a process of its own."""
    forked = multiprocessing.get_context("fork")
    answer = forked.Queue()
    process = forked.Process(target=run, args=(measure, tables, repeats, answer))
    process.start()
    seconds, peak, found = answer.get()
    process.join()
    return seconds, peak, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the origins to use")
    scale = parser.parse_args().scale
    table = Table(
        title=f"Catchment measures: ours and PySAL access {version('access')}",
        caption=f"Python {platform.python_version()}, pandas {pd.__version__}, {os.cpu_count()} cores; "
        "MB are the peak above the tables",
    )
    for column in ("measure", "pairs", "access s", "ours s", "times faster", "access MB", "ours MB", "difference"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for case in CASES:
        tables = synthetic(int(case.origins * scale), case.destinations, case.reach)
        slow, much, theirs = measured(peer(case.method, case.options), tables, case.repeats)
        fast, little, ours = measured(case.ours, tables, case.repeats)
        both = theirs.notna()
        apart = ((ours[both] - theirs[both]).abs() / theirs[both].where(theirs[both] > 0, 1)).max()
        table.add_row(
            case.title,
            f"{len(tables[0]):,}",
            f"{slow:.2f}",
            f"{fast:.2f}",
            f"{slow / fast:.1f}",
            f"{much:,.0f}",
            f"{little:,.0f}",
            f"{apart:.0e}",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
