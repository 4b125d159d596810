"""Time and memory of the priority index and its robustness: `python -m benchmarks.priority [--draws 10000]`.

Every row runs in a process of its own, so that its peak memory is its own. Data are drawn at random with a fixed seed:
12 indicators, 5 dimensions, heavy tails and one missing value in a hundred.
"""

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from pipelines.priority.composite import score
from pipelines.priority.configuration import Configuration, Dimension, Noise, Steps, Term, Uncertainty
from pipelines.priority.contributions import contributions
from pipelines.priority.nearmiss import near_miss
from pipelines.priority.robustness import simulate
from pipelines.priority.sensitivity import leave_one_out, sobol

# COINr, an R package, computes the whole chain anew for each replicate: measured at 1,165 areas x 12 indicators on two
# cores of this class.
COINR_SECONDS_PER_REPLICATE = 0.44
COUNTRY, SMALL = 7_899, 1_165


def data(areas: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    values = rng.lognormal(size=(areas, 12))
    values[rng.random(values.shape) < 0.01] = np.nan
    return pd.DataFrame(values, columns=[f"i{j}" for j in range(12)], index=[f"{i:06}" for i in range(areas)])


def configuration(*, noise: bool = False) -> Configuration:
    groups = {"A": range(3), "B": range(3, 6), "C": range(6, 9), "D": range(9, 11), "E": range(11, 12)}
    parts = [Dimension(name, tuple(Term(f"i{j}", 1) for j in members)) for name, members in groups.items()]
    choices = Uncertainty(noise=tuple(Noise(f"i{j}", relative=0.15) for j in range(6)) if noise else ())
    steps = Steps(availability=0.65)
    return Configuration("twelve", "Twelve", tuple(parts[:3]), tuple(parts[3:]), steps=steps, uncertainty=choices)


def scored(areas: int) -> None:
    score(data(areas), configuration())


def simulated(areas: int, draws: int, noise: bool = False) -> None:
    simulate(data(areas), configuration(noise=noise), k=100, draws=draws)


def sensitive(areas: int, draws: int) -> None:
    sobol(data(areas), configuration(), draws=draws)


def left_out(areas: int) -> None:
    leave_one_out(data(areas), configuration(), k=100)


def explained(areas: int) -> None:
    values = data(areas)
    scores = score(values, replace(configuration()))
    contributions(scores)
    near_miss(values, scores, str(scores.frame["gap"].idxmax()), k=100)


def measured(work: Callable[..., None], arguments: tuple[int | bool, ...]) -> tuple[float, float]:
    """Seconds, and peak megabytes of the process."""
    scored(100)
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=10_000, help="replicates of the longest runs")
    draws = parser.parse_args().draws
    cases: list[tuple[str, int, int, Callable[..., None], tuple[int | bool, ...]]] = [
        ("score", COUNTRY, 1, scored, (COUNTRY,)),
        ("contributions and one near miss", COUNTRY, 1, explained, (COUNTRY,)),
        ("leave one indicator out", COUNTRY, 12, left_out, (COUNTRY,)),
        ("robustness, for the screen", COUNTRY, 1_000, simulated, (COUNTRY, 1_000)),
        ("robustness", COUNTRY, draws, simulated, (COUNTRY, draws)),
        ("robustness with 6 noisy indicators", COUNTRY, draws, simulated, (COUNTRY, draws, True)),
        ("Sobol indices, 256 x 6", COUNTRY, 1_536, sensitive, (COUNTRY, 256)),
        ("robustness, shape of COINr's run", SMALL, draws, simulated, (SMALL, draws)),
    ]
    table = Table("", "areas", "replicates", "seconds", "ms a replicate", "peak MB", "times COINr")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, areas, replicates, work, arguments in cases:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            seconds, peak = pool.submit(measured, work, arguments).result()
        each = seconds / replicates
        faster = f"{COINR_SECONDS_PER_REPLICATE / each:,.0f}" if areas == SMALL else ""
        shown = (f"{seconds:.2f}", f"{1000 * each:.2f}", f"{peak:.0f}", faster)
        table.add_row(name, f"{areas:,}", f"{replicates:,}", *shown)
    Console().print(table, f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
