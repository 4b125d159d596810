"""How the minutes of the bundled Italy agree with what is published or generally known of them.

Run `python -m benchmarks.agreement`. Three tables, each with the model of the recipe, the same without elevation and
without roads, and straight lines:

- classes of inner areas of 1,045 comuni in four regions (`../shared/opendata/reference/inner_areas_4_regions.csv.gz`);
- shares of people beyond 5, 20 and 45 minutes of health care by province (`../shared/opendata/eurostat/accessibility`),
  with the sites of 2020 (`../shared/opendata/services/healthcare_eu_all.csv`);
- minutes between cities, `city_pairs.csv`: by car without congestion, as generally known, to about 5 minutes.

A table whose files are not there is left out.
"""

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.stats import kendalltau, norm, rankdata, spearmanr

from geodata import catalogue, recipes
from geodata.errors import InputError
from pipelines.access import measures, places
from pipelines.access.travel.model import Straight, TravelModel
from pipelines.access.travel.terrain import Terrain
from pipelines.build import inputs, population

OPENDATA = Path(__file__).parents[2] / "shared" / "opendata"
CLASSES_FILE = OPENDATA / "reference" / "inner_areas_4_regions.csv.gz"
HEALTH_FILE = OPENDATA / "services" / "healthcare_eu_all.csv"
SHARES_FILE = (
    "euro_access_NUTS_2024_healthcare__AGE_T__DEG_URB_TOTAL__ACCESS_INDIC_N1__THRESHOLD_GT_{}_MIN__UNIT_PC.csv"
)
PAIRS_FILE = Path(__file__).with_name("city_pairs.csv")
CUTS = [27.7, 40.9, 66.9]
CLASSES = ["C", "D", "E", "F"]
THRESHOLDS = (5, 20, 45)
RESAMPLES = 300


class Italy:
    """What the models are made of: the sources of the recipe, and the places."""

    def __init__(self) -> None:
        recipe = recipes.load("italy")
        self.sources = inputs.read(recipe, catalogue.load())
        self.ids = pd.Index(self.sources.areas["area_id"].sort_values(), name="area_id")
        assert self.sources.places is not None and self.sources.population is not None
        people = population.people(self.sources.population, self.ids)["population"]
        self.places = places.spread(self.sources.places, self.sources.areas, people)
        self.main = places.main_places(self.places).set_index("area_id").geometry
        self.options = {name: value for name, value in recipe.travel.items() if name != "model"}

    def terrain(self, *, roads: bool = True, elevation: bool = True, **options: float) -> Terrain:
        """The model of the recipe, on request without a layer or with other numbers."""
        return Terrain(
            self.places,
            self.sources.areas.geometry,
            ferries=self.sources.ferry_ports.geometry,
            roads=self.sources.major_roads if roads else None,
            elevation=self.sources.elevation if elevation else None,
            cells=self.sources.degurba,
            **self.options | options,
        )


class Official:
    """The published classes, and how well minutes agree with them."""

    def __init__(self, italy: Italy) -> None:
        published = pd.read_csv(CLASSES_FILE, dtype={"Municipality_code": str})
        named = published["Destination_municipality_code"].astype(int).astype(str).str.zfill(6)
        far = published["Inner_area_code_2021_2027"].isin(CLASSES)
        self.poles = italy.main[sorted(named.unique())]
        self.named = named[far]
        self.region = published.loc[far, "Region_description"].to_numpy()
        self.order = published.loc[far, "Inner_area_code_2021_2027"].map(CLASSES.index).to_numpy()
        self.origins = italy.main[published.loc[far, "Municipality_code"]]

    def measure(self, model: TravelModel) -> dict[str, float]:
        """Agreement of a model, by name of the measure."""
        found = model.nearest(self.origins, self.poles)
        minutes, pole = found.minutes[:, 0], found.index[:, 0]
        got = np.searchsorted(CUTS, minutes)
        rng = np.random.default_rng(1)
        of_region = [np.flatnonzero(self.region == name) for name in np.unique(self.region)]
        samples = [
            np.concatenate([of_region[each] for each in rng.integers(0, len(of_region), len(of_region))])
            for _ in range(RESAMPLES)
        ]
        low, high = np.percentile([with_minutes(minutes[rows], self.order[rows]) for rows in samples], [5, 95])
        return {
            "comuni": len(minutes),
            "spearman": spearmanr(minutes, self.order)[0],
            "tau_b": kendalltau(minutes, self.order)[0],
            "same_class": (got == self.order).mean(),
            "within_one_class": (abs(got - self.order) <= 1).mean(),
            "too_near": (got < self.order).mean(),
            "too_far": (got > self.order).mean(),
            "same_pole": (self.poles.index[pole] == self.named).mean(),
            "with_minutes": with_minutes(minutes, self.order),
            "low": low,
            "high": high,
        } | {str(name): spearmanr(minutes[rows], self.order[rows])[0] for name, rows in self._regions(of_region)}

    def _regions(self, of_region: list[np.ndarray]) -> list[tuple[str, np.ndarray]]:
        return list(zip(np.unique(self.region), of_region, strict=True))


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


def provinces(italy: Italy, models: dict[str, TravelModel]) -> None:
    """Shares of the people of each province beyond some minutes of health care, beside Eurostat's of 2023."""
    sites = pd.read_csv(HEALTH_FILE, usecols=["lat", "lon", "cc"]).query("cc == 'IT'").dropna()
    points = gpd.GeoSeries.from_xy(sites["lon"], sites["lat"], crs=4326)
    membership = italy.sources.membership.set_index("area_id")["nuts3"]
    province = italy.places["area_id"].map(membership)
    people = italy.places["population"].fillna(0)
    weight = people / people.groupby(province).transform("sum")
    print("\n| model | beyond min | provinces | Spearman | mean difference, points | people, millions | Eurostat |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, model in models.items():
        minutes = pd.Series(model.nearest(italy.places.geometry, points).minutes[:, 0], index=italy.places.index)
        for threshold in THRESHOLDS:
            file = OPENDATA / "eurostat" / "accessibility" / SHARES_FILE.format(threshold)
            theirs = pd.read_csv(file, index_col="GEO", na_values=":")["2023"]
            total = pd.read_csv(str(file).replace("UNIT_PC", "UNIT_NR"), index_col="GEO", na_values=":").at[
                "IT", "2023"
            ]
            ours = measures.people_beyond(minutes, weight, province, threshold=threshold)["share"]
            both = pd.DataFrame({"ours": ours, "theirs": theirs.reindex(ours.index)}).dropna()
            apart = both["ours"] - both["theirs"]
            beyond = people[minutes > threshold].sum()
            print(
                f"| {name} | {threshold} | {len(both)} | {spearmanr(both['ours'], both['theirs'])[0]:.2f} "
                f"| {apart.mean():+.1f} (absolute {apart.abs().mean():.1f}) "
                f"| {beyond / 1e6:.2f} | {total / 1e6:.2f} |"
            )


def cities(italy: Italy, models: dict[str, TravelModel]) -> pd.DataFrame:
    """Minutes between cities, by model; column `known` those that are generally known."""
    pairs = pd.read_csv(PAIRS_FILE)
    ordered = italy.places.sort_values("own_population", ascending=False).drop_duplicates("name").set_index("name")
    table = pairs.rename(columns={"minutes": "known"})
    for name, model in models.items():
        table[name] = [
            model.nearest(ordered.geometry[[start]], ordered.geometry[[end]]).minutes[0, 0]
            for start, end in zip(pairs["from"], pairs["to"], strict=True)
        ]
    return table


def main() -> None:
    italy = Italy()
    models: dict[str, TravelModel] = {
        "terrain": italy.terrain(),
        "without elevation": italy.terrain(elevation=False),
        "without roads": italy.terrain(roads=False),
        "straight": Straight(circuity=1.4, speeds=[(30, 5), (50, 25), (75, None)]),
    }
    if CLASSES_FILE.exists():
        official = Official(italy)
        measured = {name: official.measure(model) for name, model in models.items()}
        columns = list(next(iter(measured.values())))
        print(f"| model | {' | '.join(columns)} |\n| --- |{' ---: |' * len(columns)}")
        for name, values in measured.items():
            print(f"| {name} | {' | '.join(f'{value:.3f}' for value in values.values())} |")
    if HEALTH_FILE.exists():
        provinces(italy, models)
    table = cities(italy, models)
    print(f"\n| from | to | known | {' | '.join(models)} |\n| --- | --- | ---: |{' ---: |' * len(models)}")
    for row in table.itertuples(index=False):
        print(f"| {row[0]} | {row[1]} | {' | '.join(f'{minutes:.0f}' for minutes in row[2:])} |")
    print("\n| model | median error, % | largest, % | mean, % |\n| --- | ---: | ---: | ---: |")
    for name in models:
        error = 100 * (table[name] / table["known"] - 1)
        print(f"| {name} | {error.abs().median():.0f} | {error.abs().max():.0f} | {error.mean():+.0f} |")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
