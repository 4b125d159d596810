"""ARIA+ on places whose distances can be divided by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geodata.errors import InputError
from pipelines.access.remoteness import aria
from pipelines.access.travel.model import Nearest, Straight


def distances(**places: list[float]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(places, orient="index", columns=list("ABCDE"), dtype=float)


def test_two_places() -> None:
    # The city is at every centre: 0. The village is 10 km from all; the mean is 5, the ratio 2 five times over: 10.
    found = aria.aria(distances(city=[0] * 5, village=[10] * 5))
    assert found["score"].to_dict() == {"city": 0.0, "village": 10.0}
    assert found["class"].to_dict() == {"city": "major cities", "village": "remote"}


def test_ratios_are_capped_at_three() -> None:
    # Nine places at 0 and a hut at 100 km: the mean is 10, the ratio 10, capped at 3, five times: 15.
    found = aria.aria(distances(**{f"p{i}": [0] * 5 for i in range(9)}, hut=[100] * 5))
    assert found.loc["hut"].tolist() == [3, 3, 3, 3, 3, 15, "very remote"]


def test_each_category_is_divided_by_its_own_mean() -> None:
    # A: 100 and 300, mean 200: 0.5 and 1.5. E: 1 and 3, mean 2: 0.5 and 1.5. The rest 0 everywhere: 0.
    found = aria.aria(distances(near=[100, 0, 0, 0, 1], far=[300, 0, 0, 0, 3]))
    assert found["score"].to_dict() == {"near": 1.0, "far": 3.0}
    assert found["class"].to_dict() == {"near": "inner regional", "far": "outer regional"}


def test_out_of_reach_is_the_cap_and_not_in_the_mean_and_unknown_is_missing() -> None:
    found = aria.aria(distances(a=[10] * 5, island=[np.inf] * 5, unknown=[np.nan, 10, 10, 10, 10]))
    assert found.loc["a", "score"] == 5
    assert found.loc["island", "score"] == 15
    assert found.loc["unknown", ["score", "class"]].isna().all()


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (0.2, "major cities"),
        (0.21, "inner regional"),
        (2.4, "inner regional"),
        (5.92, "outer regional"),
        (10.53, "remote"),
        (10.54, "very remote"),
        (15, "very remote"),
    ],
)
def test_classes_include_their_upper_end(score: float, name: str) -> None:
    assert aria.classes(pd.Series([score])).tolist() == [name]


def test_a_higher_centre_serves_all_lower_categories() -> None:
    # A city of 300,000 a tenth of a degree (11.13 km) east, a village of 1,000 a tenth west: to A, B, C and D the city
    # is nearest, to E it is the village from the west.
    travel = Straight(circuity=1, speeds=[(60, None)])
    places = gpd.GeoSeries([Point(0, 0), Point(-0.1, 0)], index=["middle", "west"], crs="EPSG:4326")
    centres = gpd.GeoSeries([Point(0.1, 0), Point(-0.1, 0)], crs="EPSG:4326")
    found = aria.distances(travel, places, centres, pd.Series([300_000, 1_000]))
    assert found.loc["middle"].tolist() == pytest.approx([11.132] * 5, abs=1e-3)
    assert found.loc["west"].tolist() == pytest.approx([22.264] * 4 + [0], abs=1e-3)
    with pytest.raises(InputError, match=r"250,000 people or more \(category A\), and the largest has 200,000"):
        aria.distances(travel, places, centres, pd.Series([200_000, 1_000]))


class Motorway:
    """To a village alone 15 km by motorway, fewer minutes than the 10 km of lanes to the city."""

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries) -> Nearest:
        km = 15.0 if len(destinations) == 2 else 10.0
        one = np.ones((len(origins), 1))
        return Nearest(index=0 * one.astype(int), minutes=one, km=km * one)


def test_a_larger_centre_on_a_shorter_road_counts_for_lower_categories_too() -> None:
    point = gpd.GeoSeries([Point(0, 0)], crs="EPSG:4326")
    centres = gpd.GeoSeries([Point(1, 0), Point(2, 0)], crs="EPSG:4326")
    assert aria.distances(Motorway(), point, centres, pd.Series([300_000, 1_000])).iloc[0].tolist() == [10.0] * 5


def test_bad_distances_are_refused() -> None:
    with pytest.raises(InputError, match="missing: C, E"):
        aria.aria(distances(a=[1] * 5).drop(columns=["C", "E"]))
    with pytest.raises(InputError, match="1 places have negative distances"):
        aria.aria(distances(a=[1, 1, 1, 1, -1]))
    with pytest.raises(InputError, match="No place reaches a centre of category B"):
        aria.aria(distances(a=[1, np.inf, 1, 1, 1]))


def test_an_area_has_the_mean_of_its_people() -> None:
    # m: 30 people at 2 and 10 at 6: mean 3. A place where nobody lives needs no score; one where people live does.
    score = pd.Series([2.0, 6.0, np.nan, np.nan, 1.0])
    people = pd.Series([30, 10, 0, 5, 0])
    found = aria.of_areas(score, people, pd.Series(["m", "m", "m", "n", "empty"]))
    assert found["m"] == 3
    assert found[["n", "empty"]].isna().all()


KM = st.lists(st.lists(st.integers(0, 100_000).map(lambda n: n / 100), min_size=5, max_size=5), min_size=2, max_size=6)


@settings(max_examples=50)
@given(KM, st.integers(0, 4), st.integers(0, 99))
def test_moving_a_place_nearer_never_raises_its_score(rows: list[list[float]], centre: int, percent: int) -> None:
    km = pd.DataFrame(rows, columns=list("ABCDE"))
    nearer = km.copy()
    nearer.iloc[0, centre] *= percent / 100
    assert aria.aria(nearer)["score"].iloc[0] <= aria.aria(km)["score"].iloc[0] + 1e-9


@settings(max_examples=50)
@given(KM, st.sampled_from([0.001, 0.62, 1.609, 1000]))
def test_the_unit_of_distance_does_not_matter(rows: list[list[float]], unit: float) -> None:
    km = pd.DataFrame(rows, columns=list("ABCDE"))
    scores = aria.aria(km)["score"]
    assert scores.between(0, 15).all()
    assert aria.aria(km * unit)["score"].tolist() == pytest.approx(scores.tolist(), abs=1e-6)
