"""From minutes at places to figures of an area, on a line of points along the equator.

The model of these tests needs no map: minutes are degrees of longitude between two points, so that every answer can
be read off the drawing.

    lon  0    1    2    3    4 ...  10
         a1   a2   H         b1     H       area A: a1, a2;  area B: b1;  H: hospitals
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.access.reach import minutes_by_area, nearest_services, resolution
from pipelines.access.travel.model import Ints, Nearest, Straight

AREAS = pd.Index(["A", "B", "C"], name="area_id")


class Line:
    """Minutes are degrees of longitude; nothing farther than `limit` is reached."""

    def __init__(self, limit: float = np.inf) -> None:
        self.limit = limit

    def describe(self) -> dict[str, Any]:
        return {}

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        index, minutes = np.full((len(origins), k), -1), np.full((len(origins), k), np.inf)
        for row, origin in enumerate(origins):
            found = sorted((abs(origin.x - end.x), col) for col, end in enumerate(destinations))
            for order, (far, col) in enumerate(pair for pair in found[:k] if pair[0] <= self.limit):
                index[row, order], minutes[row, order] = col, far
        return Nearest(index=index, minutes=minutes, km=minutes * 2)

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        raise NotImplementedError

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        raise NotImplementedError


def places(*rows: tuple[str, float, float]) -> gpd.GeoDataFrame:
    """Places as (area, longitude, weight)."""
    table = pd.DataFrame(rows, columns=["area_id", "lon", "weight"])
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], [0.0] * len(table)), crs="EPSG:4326")


def services(*rows: tuple[str, str, float]) -> gpd.GeoDataFrame:
    """Services as (id, category, longitude)."""
    table = pd.DataFrame(rows, columns=["service_id", "category", "lon"])
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], [0.0] * len(table)), crs="EPSG:4326")


HOSPITALS = services(("h1", "hospital", 2), ("h2", "hospital", 10)).geometry
PLACES = places(("A", 0, 0.75), ("A", 1, 0.25), ("B", 4, 1.0))


def test_mean_over_places_is_weighted_by_people():
    """Of A, three quarters are 2 minutes away and one quarter 1 minute: 1.75. C has no place."""
    found = minutes_by_area(PLACES, HOSPITALS, Line(), AREAS)
    assert found.index.equals(AREAS)
    assert found.to_dict() == pytest.approx({"A": 1.75, "B": 2.0, "C": np.nan}, nan_ok=True)


def test_area_is_missing_when_a_place_that_people_live_in_reaches_nothing():
    found = minutes_by_area(PLACES, HOSPITALS, Line(limit=1.5), AREAS)
    assert found.isna().all()
    assert minutes_by_area(PLACES, HOSPITALS, Line(limit=2), AREAS)["A"] == 1.75


def test_place_without_people_counts_for_nothing_even_where_it_reaches_nothing():
    empty = places(("A", 0, 0.75), ("A", 1, 0.25), ("A", 90, 0.0))
    assert minutes_by_area(empty, HOSPITALS, Line(limit=5), AREAS)["A"] == 1.75


def test_no_destination_is_missing_not_zero():
    assert minutes_by_area(PLACES, HOSPITALS.head(0), Line(), AREAS).isna().all()
    model = Straight(circuity=1.4, speeds=[(50, None)])
    assert minutes_by_area(PLACES, HOSPITALS.head(0), model, AREAS).isna().all()


where = st.floats(0, 40)
settled = st.lists(st.tuples(st.sampled_from("AB"), where, st.integers(0, 9)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(settled, st.lists(where, min_size=1, max_size=6), where, st.randoms(use_true_random=False))
def test_adding_a_service_never_raises_minutes_and_order_does_not_matter(rows, ends, added, random):
    total = {area: sum(people for each, _, people in rows if each == area) for area in "AB"}
    shares = [(area, lon, people / total[area]) for area, lon, people in rows if total[area]]
    if not shares:
        return
    before = minutes_by_area(places(*shares), points(ends), Line(), AREAS)
    expected = {
        area: sum(share * min(abs(lon - end) for end in ends) for each, lon, share in shares if each == area)
        for area in {area for area, _, _ in shares}
    }
    assert before.dropna().to_dict() == pytest.approx(expected)
    after = minutes_by_area(places(*shares), points([*ends, added]), Line(), AREAS)
    assert (after.dropna() <= before.dropna() + 1e-9).all()
    random.shuffle(shares)
    random.shuffle(ends)
    again = minutes_by_area(places(*shares), points(ends), Line(), AREAS)
    assert again.to_dict() == pytest.approx(before.to_dict(), nan_ok=True)


def points(longitudes: list[float]) -> gpd.GeoSeries:
    return gpd.GeoSeries(gpd.points_from_xy(longitudes, [0.0] * len(longitudes)), crs="EPSG:4326")


def test_nearest_services_are_listed_by_category_in_order():
    main = places(("A", 0, 1.0), ("B", 4, 1.0))
    offered = services(("h2", "hospital", 10), ("c1", "court", 5), ("h1", "hospital", 2), ("h3", "hospital", 30))
    found = nearest_services(main, offered, {"hospital": Line(), "court": Line()}, k=2)
    listed = {
        (row.area_id, row.category, row.order): (row.service_id, row.minutes, row.km) for row in found.itertuples()
    }
    assert listed == {
        ("A", "hospital", 1): ("h1", 2, 4),
        ("A", "hospital", 2): ("h2", 10, 20),
        ("A", "court", 1): ("c1", 5, 10),
        ("B", "hospital", 1): ("h1", 2, 4),
        ("B", "hospital", 2): ("h2", 6, 12),
        ("B", "court", 1): ("c1", 1, 2),
    }


def test_service_out_of_reach_is_not_listed():
    offered = services(("h1", "hospital", 2), ("h2", "hospital", 10))
    found = nearest_services(places(("A", 0, 1.0)), offered, {"hospital": Line(5)})
    assert found["service_id"].tolist() == ["h1"]


def test_services_at_one_address_are_listed_by_id_whatever_their_order():
    """Four courts in one building, of which two are wanted: always the first two ids."""
    model = Straight(circuity=1.4, speeds=[(50, None)])
    rows = [(f"c{n}", "court", 2.0) for n in (3, 1, 4, 2)]
    for turn in range(4):
        found = nearest_services(places(("A", 0, 1.0)), services(*rows[turn:], *rows[:turn]), {"court": model}, k=2)
        assert found["service_id"].tolist() == ["c1", "c2"]


def test_italy_lists_the_nearest_of_every_category_for_every_area(territory):
    near = territory.layer("nearest")
    categories = territory.layer("services")["category"].unique()
    first = near[near["order"] == 1]
    rows = territory.manifest["outputs"]["areas.parquet"]["rows"]
    # Some islands have no station, and nobody takes a ferry to one.
    listed = first["category"].value_counts()
    assert listed[listed == rows].index.symmetric_difference(categories).tolist() == ["rail_station"]
    assert rows * 0.9 < listed["rail_station"] < rows
    minutes = near.sort_values("order").groupby(["area_id", "category"])["minutes"]
    assert minutes.is_monotonic_increasing.all()


# ---- minutes that are told apart


def test_places_tell_apart_the_minutes_to_the_next_one_in_the_median_over_people() -> None:
    """Places at 0, 1, 4 and 10: 1, 1, 3 and 6 minutes to the next one; 70 of 100 people live at the third."""
    settled = places(("A", 0, 1.0), ("B", 1, 1.0), ("C", 4, 1.0), ("D", 10, 1.0))
    assert resolution(settled.assign(population=[10.0, 10, 70, 10]), Line()) == 3
    assert resolution(settled.assign(population=[10.0, 10, 10, 70]), Line()) == 6
    # Exactly half of them at 1 minute or less.
    assert resolution(settled.assign(population=[25.0, 25, 25, 25]), Line()) == 1
    assert resolution(settled.assign(population=[np.nan, 1, np.nan, 3]), Line()) == 6


def test_nothing_is_told_where_nobody_is_counted_or_no_place_is_joined() -> None:
    settled = places(("A", 0, 1.0), ("B", 1, 1.0), ("C", 4, 1.0))
    assert resolution(settled.assign(population=np.nan), Line()) == 0
    assert resolution(settled.assign(population=1.0), Line(limit=0.5)) == 0
    assert resolution(settled[:1].assign(population=1.0), Line()) == 0
