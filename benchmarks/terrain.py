"""The terrain model of the bundled Italy: seconds, and agreement with published inner-area classes by parameter.

Run `python -m benchmarks.terrain`. The agreement needs `../shared/opendata/reference/inner_areas_4_regions.csv.gz`:
the classes of 1,045 comuni that are no pole, measured to the nearest of the published poles.
"""

import sys
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.stats import kendalltau, spearmanr

from geodata import catalogue, recipes
from geodata.errors import InputError
from pipelines import degurba, inputs, places, population
from pipelines.access import reach
from pipelines.access.terrain import Terrain
from pipelines.access.travel import Straight, TravelModel

FILE = Path(__file__).parents[2] / "shared" / "opendata" / "reference" / "inner_areas_4_regions.csv.gz"
CUTS = [27.7, 40.9, 66.9]
CLASSES = ["C", "D", "E", "F"]
# One at a time, about half as much and half as much again where that makes sense.
VARIANTS: list[dict[str, Any]] = [
    {},
    {"steepness": 0},
    {"steepness": 3},
    {"steepness": 7},
    {"circuity": 1.1},
    {"circuity": 1.3},
    {"speed": 50},
    {"speed": 70},
    {"town_speed": 60},
    {"town_speed": 70},
    {"town_speed": 90},
    {"town": 3000},
    {"town": 10_000},
    {"sea_km": 0.5},
    {"sea_km": 2},
]


def main() -> None:
    given = inputs.read(recipes.load("italy"), catalogue.load())
    ids = pd.Index(given.areas["area_id"].sort_values(), name="area_id")
    settled = places.spread(given.places, given.areas, population.people(given.population, ids)["population"])
    areas, ferries = given.areas.geometry, given.ferry_ports.geometry

    start = time.perf_counter()
    model = Terrain(settled, areas, ferries=ferries)
    print(f"network of {len(settled):,} places: {time.perf_counter() - start:.1f} s (budget 10 s)")
    seconds(model, settled, given, ids)
    if not FILE.exists():
        raise InputError(f"There is no {FILE}, expected the published classes; agreement is not measured.")

    print("\n| model | Spearman | tau-b | same class | within one | same pole | 2 + 2 regions |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    agreement("straight", Straight(circuity=1.4, speeds=[(30, 5), (50, 25), (75, None)]), settled)
    for variant in VARIANTS:
        name = ", ".join(f"{key} {value:g}" for key, value in variant.items()) or "as is"
        agreement(f"terrain, {name}", Terrain(settled, areas, ferries=ferries, **variant), settled)


def seconds(model: TravelModel, settled: gpd.GeoDataFrame, given: inputs.Inputs, ids: pd.Index) -> None:
    """Time of all minutes of a build."""
    start = time.perf_counter()
    reach.minutes_by_area(settled, degurba.urban_centres(given.degurba), model, ids)
    reach.minutes_by_area(settled, settled.geometry[settled["own_population"] >= 50_000], model, ids)
    for _, rows in given.services.groupby("category"):
        reach.minutes_by_area(settled, rows.geometry, model, ids)
    reach.nearest_services(places.main_places(settled), given.services, model, k=3)
    print(f"all minutes of a build: {time.perf_counter() - start:.1f} s (budget 20 s)")


def agreement(name: str, model: TravelModel, settled: gpd.GeoDataFrame) -> None:
    """One row of the table."""
    published = pd.read_csv(FILE, dtype={"Municipality_code": str})
    at = places.main_places(settled).set_index("area_id").geometry
    named = published["Destination_municipality_code"].astype(int).astype(str).str.zfill(6)
    poles = at[sorted(named.unique())]
    far = published["Inner_area_code_2021_2027"].isin(CLASSES)
    order = published.loc[far, "Inner_area_code_2021_2027"].map(CLASSES.index).to_numpy()
    nearest = model.nearest(at[published.loc[far, "Municipality_code"]], poles)
    minutes = nearest.minutes[:, 0]
    got = np.searchsorted(CUTS, minutes)
    first = published.loc[far, "Region_description"].isin(["Campania", "Molise"]).to_numpy()
    halves = " / ".join(f"{spearmanr(minutes[half], order[half])[0]:.3f}" for half in (first, ~first))
    print(
        f"| {name} | {spearmanr(minutes, order)[0]:.3f} | {kendalltau(minutes, order)[0]:.3f} "
        f"| {(got == order).mean():.3f} | {(abs(got - order) <= 1).mean():.3f} "
        f"| {(poles.index[nearest.index[:, 0]] == named[far]).mean():.3f} | {halves} |",
        flush=True,
    )


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
