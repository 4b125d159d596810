"""Minutes of the travel models against the published inner-area classes of 1,045 comuni in four Italian regions.

The file has no minutes, but the class that they give (C up to 27.7 minutes, D up to 40.9, E up to 66.9, F beyond) and
the pole that is nearest by road, also where it lies in another region: so the border of the four regions hides none.
"""

import pytest

from benchmarks.agreement import Italy, Official, cities
from pipelines.access.travel.model import Straight

pytestmark = pytest.mark.opendata("reference/inner_areas_4_regions.csv.gz")


@pytest.fixture(scope="module")
def italy() -> Italy:
    return Italy()


@pytest.fixture(scope="module")
def results(italy: Italy) -> dict[str, dict[str, float]]:
    """Agreement of each model with the published classes, in one run."""
    official = Official(italy)
    return {
        "straight": official.measure(Straight(circuity=1.4, speeds=[(30, 5), (50, 25), (75, None)])),
        "terrain": official.measure(italy.terrain()),
        "coarse": official.measure(italy.terrain(elevation=False)),
    }


def test_the_published_file_is_the_one_that_was_measured(results: dict[str, dict[str, float]]) -> None:
    assert results["terrain"]["comuni"] == results["straight"]["comuni"] == 1045


def test_terrain_ranks_nearer_to_the_published_classes_than_straight_lines(
    results: dict[str, dict[str, float]],
) -> None:
    straight, terrain = results["straight"], results["terrain"]
    # Even true minutes cannot rank like four classes: at best some 0.954 here.
    assert straight["spearman"] == pytest.approx(0.854, abs=0.002)
    assert terrain["spearman"] == pytest.approx(0.903, abs=0.003)
    assert terrain["tau_b"] - straight["tau_b"] > 0.05
    # Each layer of the data helps.
    assert straight["spearman"] < results["coarse"]["spearman"] < terrain["spearman"]


def test_terrain_is_estimated_to_rank_like_the_published_minutes(results: dict[str, dict[str, float]]) -> None:
    """Only classes are published here; the estimate gives straight lines what is known of them, about 0.89."""
    assert results["straight"]["with_minutes"] == pytest.approx(0.891, abs=0.01)
    assert results["terrain"]["with_minutes"] >= 0.93
    assert results["terrain"]["low"] < results["terrain"]["with_minutes"] < results["terrain"]["high"]


def test_terrain_gives_three_in_four_comuni_their_published_class(results: dict[str, dict[str, float]]) -> None:
    straight, terrain = results["straight"], results["terrain"]
    assert terrain["same_class"] >= 0.75 > 0.67 > straight["same_class"]
    assert terrain["within_one_class"] >= 0.99
    # Which pole is nearest, it knows better than a straight line.
    assert terrain["same_pole"] > straight["same_pole"] + 0.05


def test_trips_between_cities_take_about_what_they_are_known_to_take(italy: Italy) -> None:
    table = cities(italy, {"terrain": italy.terrain()})
    error = (table["terrain"] / table["known"] - 1).abs()
    assert len(table) == 20
    assert error.median() < 0.1 and error.max() < 0.25
