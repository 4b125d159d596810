"""Minutes of the travel models against the published inner-area classes of 1,074 comuni in four Italian regions.

The file has no minutes, but the class that they give (C up to 27.7 minutes, D up to 40.9, E up to 66.9, F beyond) and
the pole that is nearest by road, also where it lies in another region: so the border of the four regions hides none.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, spearmanr

from benchmarks.terrain import with_minutes
from pipelines.access import places
from pipelines.access.travel.model import Straight, TravelModel
from pipelines.access.travel.terrain import Terrain
from pipelines.build import population
from pipelines.sources.bundled import snapshot
from tests.opendata import OPENDATA

FILE = "reference/inner_areas_4_regions.csv.gz"
pytestmark = pytest.mark.opendata(FILE)
CUTS = [27.7, 40.9, 66.9]
CLASSES = ["C", "D", "E", "F"]


@pytest.fixture(scope="module")
def settled() -> gpd.GeoDataFrame:
    areas = snapshot.read_layer("areas")
    ids = pd.Index(areas["area_id"], name="area_id")
    people = population.people(snapshot.read_layer("population"), ids)["population"]
    return places.spread(snapshot.read_layer("places"), areas, people)


@pytest.fixture(scope="module")
def results(settled: gpd.GeoDataFrame) -> dict[str, dict[str, float]]:
    """Agreement of each model with the published classes, in one run."""
    published = pd.read_csv(OPENDATA / FILE, dtype={"Municipality_code": str})
    at = places.main_places(settled).set_index("area_id").geometry
    named = published["Destination_municipality_code"].astype(int).astype(str).str.zfill(6)
    poles = at[sorted(named.unique())]
    classes = published["Inner_area_code_2021_2027"]
    far = classes.isin(CLASSES)
    origins = at[published.loc[far, "Municipality_code"]]
    ports = snapshot.read_layer("ferry_ports")
    models: dict[str, TravelModel] = {
        "straight": Straight(circuity=1.4, speeds=[(30, 5), (50, 25), (75, None)]),
        "terrain": Terrain(
            settled,
            snapshot.read_layer("areas").geometry,
            ferries=gpd.GeoSeries.from_xy(ports["lon"], ports["lat"], crs=4326),
        ),
    }
    found = {}
    for name, model in models.items():
        nearest = model.nearest(origins, poles)
        minutes = nearest.minutes[:, 0]
        order, got = classes[far].map(CLASSES.index).to_numpy(), np.searchsorted(CUTS, minutes)
        found[name] = {
            "comuni": len(minutes),
            "spearman": spearmanr(minutes, order)[0],
            "with_minutes": with_minutes(minutes, order),
            "tau_b": kendalltau(minutes, order)[0],
            "same_class": (got == order).mean(),
            "within_one_class": (abs(got - order) <= 1).mean(),
            "same_pole": (poles.index[nearest.index[:, 0]] == named[far]).mean(),
        }
    return found


def test_the_published_file_is_the_one_that_was_measured(results: dict[str, dict[str, float]]) -> None:
    assert results["terrain"]["comuni"] == results["straight"]["comuni"] == 1045


def test_terrain_ranks_nearer_to_the_published_classes_than_straight_lines(
    results: dict[str, dict[str, float]],
) -> None:
    straight, terrain = results["straight"], results["terrain"]
    # Even true minutes cannot rank like four classes: at best some 0.954 here.
    assert straight["spearman"] == pytest.approx(0.854, abs=0.002)
    assert terrain["spearman"] >= 0.89
    assert terrain["tau_b"] - straight["tau_b"] > 0.04


def test_terrain_is_estimated_to_rank_like_the_published_minutes(results: dict[str, dict[str, float]]) -> None:
    """Only classes are published here; the estimate gives straight lines what is known of them, 0.891."""
    assert results["straight"]["with_minutes"] == pytest.approx(0.891, abs=0.01)
    assert results["terrain"]["with_minutes"] >= 0.93


def test_terrain_gives_three_in_four_comuni_their_published_class(results: dict[str, dict[str, float]]) -> None:
    straight, terrain = results["straight"], results["terrain"]
    assert terrain["same_class"] >= 0.75 > 0.67 > straight["same_class"]
    assert terrain["within_one_class"] >= 0.98
    # Which pole is nearest, terrain knows no better than a straight line.
    assert terrain["same_pole"] == pytest.approx(straight["same_pole"], abs=0.03)
