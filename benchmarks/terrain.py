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
from scipy.optimize import minimize_scalar
from scipy.stats import kendalltau, norm, rankdata, spearmanr

from geodata import catalogue, recipes
from geodata.errors import InputError
from pipelines.access import places, reach
from pipelines.access.remoteness import degurba
from pipelines.access.travel.model import Straight, TravelModel
from pipelines.access.travel.terrain import Terrain
from pipelines.build import inputs, population

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
    {"boarding": 30},
]
HALVES = {"Campania and Molise": ["Campania", "Molise"], "Basilicata and Apulia": ["Basilicata", "Puglia"]}
# What is tuned on one half and tried on the other.
GRID = [
    {"steepness": steepness, "speed": speed, "town_speed": town_speed}
    for steepness in (4, 5, 6, 7)
    for speed in (55, 60, 70)
    for town_speed in (70, 80, 90)
]
RESAMPLES = 300


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

    official = Official(settled)
    print(
        "\n| model | Spearman | tau-b | same class | within one | same pole | 2 + 2 regions | with minutes, estimated |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    official.row("straight", official.minutes(Straight(circuity=1.4, speeds=[(30, 5), (50, 25), (75, None)])))
    for variant in VARIANTS:
        name = ", ".join(f"{key} {value:g}" for key, value in variant.items()) or "as is"
        official.row(f"terrain, {name}", official.minutes(Terrain(settled, areas, ferries=ferries, **variant)))
    held_out(official, settled, areas, ferries)


def held_out(official: "Official", settled: gpd.GeoDataFrame, areas: gpd.GeoSeries, ferries: gpd.GeoSeries) -> None:
    """Tune three parameters on two regions, try them on the other two, and the other way round."""
    tried = [official.minutes(Terrain(settled, areas, ferries=ferries, **each))[0] for each in GRID]
    usual = official.minutes(Terrain(settled, areas, ferries=ferries))[0]
    print("\n| tuned on | chosen | Spearman held out | as is | with minutes, held out | as is |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for name, regions in HALVES.items():
        here = official.region.isin(regions).to_numpy()
        best = max(range(len(GRID)), key=lambda one: spearmanr(tried[one][here], official.order[here])[0])
        found = [(x[~here], official.order[~here]) for x in (tried[best], usual)]
        chosen = ", ".join(f"{key} {value}" for key, value in GRID[best].items())
        figures = [f"{spearmanr(*each)[0]:.3f}" for each in found] + [f"{with_minutes(*each):.3f}" for each in found]
        print(f"| {name} | {chosen} | {' | '.join(figures)} |", flush=True)


def with_minutes(x: np.ndarray, order: np.ndarray) -> float:
    """Estimate Spearman's correlation with minutes of which only the class is known, both of shape (n,).

    The polyserial correlation r (Olsson, Drasgow and Dorans 1982, Psychometrika 47, 337-347; in two steps: thresholds
    from the shares of the classes, then r by maximum likelihood) of normal scores of x, and 6 / pi asin(r / 2),
    which is Spearman's correlation of two normal variables.
    """
    scores = norm.ppf((rankdata(x) - 0.5) / len(x))
    scores = (scores - scores.mean()) / scores.std()
    shares = np.cumsum(np.bincount(order)) / len(order)
    edges = np.concatenate([[-np.inf], norm.ppf(shares[:-1]), [np.inf]])

    def unlikely(r: float) -> float:
        above, below = ((edges[order + end] - r * scores) / np.sqrt(1 - r * r) for end in (1, 0))
        return -np.log(np.maximum(norm.cdf(above) - norm.cdf(below), 1e-300)).sum()

    r = minimize_scalar(unlikely, bounds=(-0.999, 0.999), method="bounded").x
    return float(6 / np.pi * np.arcsin(r / 2))


def seconds(model: TravelModel, settled: gpd.GeoDataFrame, given: inputs.Inputs, ids: pd.Index) -> None:
    """Time of all minutes of a build."""
    start = time.perf_counter()
    reach.minutes_by_area(settled, degurba.urban_centres(given.degurba), model, ids)
    reach.minutes_by_area(settled, settled.geometry[settled["own_population"] >= 50_000], model, ids)
    for _, rows in given.services.groupby("category"):
        reach.minutes_by_area(settled, rows.geometry, model, ids)
    reach.nearest_services(places.main_places(settled), given.services, model, k=3)
    print(f"all minutes of a build: {time.perf_counter() - start:.1f} s (budget 20 s)")


class Official:
    """The published classes, and how well minutes agree with them."""

    def __init__(self, settled: gpd.GeoDataFrame) -> None:
        published = pd.read_csv(FILE, dtype={"Municipality_code": str})
        at = places.main_places(settled).set_index("area_id").geometry
        named = published["Destination_municipality_code"].astype(int).astype(str).str.zfill(6)
        far = published["Inner_area_code_2021_2027"].isin(CLASSES)
        self.poles = at[sorted(named.unique())]
        self.named = named[far]
        self.region = published.loc[far, "Region_description"]
        self.order = published.loc[far, "Inner_area_code_2021_2027"].map(CLASSES.index).to_numpy()
        self.origins = at[published.loc[far, "Municipality_code"]]

    def minutes(self, model: TravelModel) -> tuple[np.ndarray, np.ndarray]:
        """Minutes to the nearest pole, and its position."""
        nearest = model.nearest(self.origins, self.poles)
        return nearest.minutes[:, 0], nearest.index[:, 0]

    def row(self, name: str, found: tuple[np.ndarray, np.ndarray]) -> None:
        """Print a row of the table; the estimate with the 5th and 95th percentile of resamples of the comuni."""
        minutes, pole = found
        got = np.searchsorted(CUTS, minutes)
        first = self.region.isin(HALVES["Campania and Molise"]).to_numpy()
        halves = " / ".join(f"{spearmanr(minutes[half], self.order[half])[0]:.3f}" for half in (first, ~first))
        rng = np.random.default_rng(1)
        samples = (rng.integers(0, len(minutes), len(minutes)) for _ in range(RESAMPLES))
        low, high = np.percentile([with_minutes(minutes[rows], self.order[rows]) for rows in samples], [5, 95])
        print(
            f"| {name} | {spearmanr(minutes, self.order)[0]:.3f} | {kendalltau(minutes, self.order)[0]:.3f} "
            f"| {(got == self.order).mean():.3f} | {(abs(got - self.order) <= 1).mean():.3f} "
            f"| {(self.poles.index[pole] == self.named).mean():.3f} | {halves} "
            f"| {with_minutes(minutes, self.order):.3f} ({low:.3f} to {high:.3f}) |",
            flush=True,
        )


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
