"""Siting: seconds to good and to proven sites, beside spopt with CBC on the same instances.

Places and people are those of the built Italy, minutes of its travel model; each line says what its seconds count.
"""

import argparse
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import store
from geodata.errors import InputError
from geodata.schema import by_id
from pipelines.access.places import main_places
from pipelines.access.travel import storage as travelmodel
from pipelines.access.travel.model import TravelModel
from pipelines.response.siting import solver as siting
from pipelines.response.siting.solver import Plan, Problem, Rules
from pipelines.response.siting.solver.benefit import saving
from pipelines.response.siting.solver.exchange import Choice, exchange
from pipelines.response.siting.solver.problem import Ints

Timed = tuple[float, Plan]
Found = TypeVar("Found")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None, help="folder of built territories")
    parser.add_argument("--no-peer", action="store_true", help="without spopt, which takes half a minute")
    options = parser.parse_args()
    italy = store.open_territory("italy", root=options.data)
    seconds, model = timed(lambda: travelmodel.of(italy))
    seats = by_id(gpd.GeoDataFrame(main_places(italy.layer("places"))), "place_id")
    seats = seats[seats["population"].notna()]
    print(f"Travel model of Italy made in {seconds:.1f} s (not counted below).\n")
    print("| instance | solver | minutes s | solve s | value | said | peak MB |")
    print("| --- | --- | ---: | ---: | ---: | --- | ---: |", flush=True)

    some = seats.sort_values("area_id").head(1165)
    taken, problem = timed(lambda: instance(some, model, 45.0))
    for limit in (20.0, 30.0, 45.0):
        for solver in siting.SOLVERS:
            line(
                f"MCLP 1,165 x 1,165, {limit:g} min, 10 sites",
                solver,
                taken,
                *solved(problem, "mclp", limit, 10, solver),
            )
    for sites in (12, 15):
        line(
            f"MCLP 1,165 x 1,165, 45 min, {sites} sites",
            "exact",
            taken,
            *solved(problem, "mclp", 45.0, sites, "exact"),
        )
    if not options.no_peer:
        peer(problem, 30.0, 10)

    some = (
        seats[seats["area_id"].str[:3].isin(("076", "077", "078", "079", "080", "101"))]
        .sort_values("area_id")
        .head(400)
    )
    taken, problem = timed(lambda: instance(some, model, 1440.0))
    for sites in (5, 10):
        for solver in siting.SOLVERS:
            shape = f"p-median 400 x 400, {sites} sites"
            line(shape, solver, taken, *solved(problem, "p_median", 1440.0, sites, solver))
    taken, chosen = timed(lambda: quick(problem, 10))
    told = saving(problem, 1440.0)
    value = told.total - told.value(chosen)
    print(f"| p-median 400 x 400, 10 sites | exchange, no bound or curve | | {taken:.3f} | {value:,.0f} | | |")

    taken, problem = timed(lambda: instance(seats, model, 45.0))
    shape = f"MCLP {len(seats):,} x {len(seats):,}, 45 min, 10 sites"
    line(shape, "exchange", taken, *solved(problem, "mclp", 45.0, 10, "exchange"))


def instance(places: gpd.GeoDataFrame, model: TravelModel, limit: float) -> Problem:
    """Every place is a candidate, none has the service."""
    pairs = model.within(places.geometry, places.geometry, minutes=limit)
    return siting.problem(pairs, places["population"], pd.DataFrame(index=places.index))


def solved(problem: Problem, method: str, limit: float, sites: int, solver: str) -> Timed:
    return timed(lambda: siting.solve(problem, Rules(sites=sites), method=method, limit=limit, solver=solver))


def quick(problem: Problem, sites: int) -> Ints:
    """The interactive solver for a p-median from the minutes on, without a bound."""
    count = len(problem.free)
    choice = Choice(problem.cost, np.full(count, -1), sites, np.inf, np.empty(0, dtype=np.int64))
    return exchange(saving(problem, 1440.0), choice)


def peer(problem: Problem, limit: float, sites: int) -> None:
    """spopt needs the whole table of minutes; far is what is not stored."""
    import pulp
    from spopt.locate import MCLP

    table = np.full(problem.minutes.shape, 1e6)
    pairs = problem.minutes.tocoo()
    table[pairs.row, pairs.col] = pairs.data
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        built, model = timed(lambda: MCLP.from_cost_matrix(table, problem.people, limit, sites))
        taken, found = timed(lambda: model.solve(pulp.PULP_CBC_CMD(msg=False)))
    value = found.problem.objective.value()
    shape = f"MCLP 1,165 x 1,165, {limit:g} min, {sites} sites"
    print(f"| {shape} | spopt 0.7, CBC | | {built:.1f} + {taken:.1f} | {value:,.0f} | build + solve | |", flush=True)


def line(shape: str, solver: str, minutes: float, seconds: float, plan: Plan) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"| {shape} | {solver} | {minutes:.1f} | {seconds:.2f} | {plan.value:,.0f} | {plan.quality()} | {peak:,.0f} |",
        flush=True,
    )


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
