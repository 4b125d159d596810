"""The straight model against minutes worked out by hand and against a search through every pair."""

import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geodata.errors import InputError
from pipelines.access.travel.model import Straight

SPEEDS: list[tuple[float, float | None]] = [(30, 5), (50, 25), (75, None)]
MODEL = Straight(circuity=1.4, speeds=SPEEDS)
GEOD = Geod(ellps="GRS80")

longitude = st.floats(6, 19, allow_subnormal=False)
latitude = st.floats(36, 47, allow_subnormal=False)
point = st.tuples(longitude, latitude)


def series(points: list[tuple[float, float]], crs: str | None = "EPSG:4326") -> gpd.GeoSeries:
    return gpd.GeoSeries(gpd.points_from_xy([x for x, _ in points], [y for _, y in points]), crs=crs)


def road_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres by road, one pair at a time."""
    return GEOD.inv(*a, *b)[2] / 1000 * 1.4


def by_hand(km: float) -> float:
    """Minutes, band by band: 30 km/h to km 5, 50 km/h to km 25, 75 km/h beyond."""
    return 60 * (min(km, 5) / 30 + max(min(km, 25) - 5, 0) / 50 + max(km - 25, 0) / 75)


@pytest.mark.parametrize(
    ("km", "minutes"),
    [
        (0, 0),
        (4, 8),  # 4 km at 30 km/h
        (5, 10),
        (15, 22),  # 5 km in 10 minutes, 10 km at 50 km/h in 12
        (25, 34),
        (100, 94),  # 25 km in 34 minutes, 75 km at 75 km/h in 60
    ],
)
def test_minutes_by_hand(km: float, minutes: float):
    assert MODEL.minutes(np.array([float(km)]))[0] == pytest.approx(minutes)


def test_minutes_keep_the_shape_and_infinity():
    found = MODEL.minutes(np.array([[4.0, np.inf], [15.0, 0.0]]))
    assert found == pytest.approx(np.array([[8, np.inf], [22, 0]]))


def test_distance_is_geodesic_times_circuity():
    """A degree of latitude, at 45.5: 111132.954 - 559.822 cos(2 x 45.5) + 1.175 cos(4 x 45.5) = 111141.55 m."""
    found = MODEL.nearest(series([(10, 45)]), series([(10, 46)]))
    assert found.km[0, 0] == pytest.approx(1.4 * 111.14155, abs=0.001)
    assert found.minutes[0, 0] == pytest.approx(34 + (155.598 - 25) / 75 * 60, abs=0.001)


@given(st.floats(0, 10_000))
def test_kilometres_is_the_inverse_of_minutes(km: float):
    assert MODEL.kilometres(float(MODEL.minutes(np.array([km]))[0])) == pytest.approx(km, rel=1e-12, abs=1e-9)


@given(st.floats(0, 10_000), st.floats(0, 10_000))
def test_more_kilometres_are_never_fewer_minutes(a: float, b: float):
    low, high = MODEL.minutes(np.array(sorted([a, b])))
    assert low <= high


@settings(max_examples=60, deadline=None)
@given(st.lists(point, min_size=1, max_size=5), st.lists(point, min_size=1, max_size=9), st.integers(1, 4))
def test_nearest_equals_a_search_through_every_pair(origins, destinations, k):
    found = MODEL.nearest(series(origins), series(destinations), k=k)
    assert found.index.shape == found.minutes.shape == found.km.shape == (len(origins), k)
    for row, origin in enumerate(origins):
        distances = [road_km(origin, destination) for destination in destinations]
        expected = sorted(distances)[:k] + [math.inf] * (k - len(destinations))
        assert found.km[row] == pytest.approx(expected, rel=1e-4)
        assert found.minutes[row] == pytest.approx([by_hand(km) for km in expected], rel=1e-4)
        reached = [index for index in found.index[row] if index >= 0]
        assert len(reached) == len(set(reached)) == min(k, len(destinations))
        assert [distances[index] for index in reached] == pytest.approx(found.km[row, : len(reached)], rel=1e-12)
        assert (found.index[row, len(reached) :] == -1).all()


def test_equal_distances_come_by_position():
    twins = series([(10.5, 45), (10.1, 45), (10.5, 45), (10.1, 45)])
    assert MODEL.nearest(series([(10, 45)]), twins, k=4).index.tolist() == [[1, 3, 0, 2]]


def test_fewer_destinations_than_wanted():
    found = MODEL.nearest(series([(10, 45), (11, 45)]), series([(10, 45)]), k=3)
    assert found.index.tolist() == [[0, -1, -1], [0, -1, -1]]
    assert found.minutes[0].tolist() == found.km[0].tolist() == [0, math.inf, math.inf]


def test_no_destination_and_no_origin():
    found = MODEL.nearest(series([(10, 45)]), series([]), k=2)
    assert found.index.tolist() == [[-1, -1]]
    assert found.minutes.tolist() == found.km.tolist() == [[math.inf, math.inf]]
    assert MODEL.nearest(series([]), series([(10, 45)])).minutes.shape == (0, 1)
    for origins, destinations in (([], [(10, 45)]), ([(10, 45)], []), ([], [])):
        pairs = MODEL.within(series(origins), series(destinations), minutes=60)
        assert pairs.columns.tolist() == ["origin", "destination", "minutes", "km"] and pairs.empty


@settings(max_examples=60, deadline=None)
@given(st.lists(point, max_size=5), st.lists(point, max_size=9), st.floats(0, 600))
def test_within_equals_a_search_through_every_pair(origins, destinations, limit):
    minutes = {
        (row, col): by_hand(road_km(a, b)) for row, a in enumerate(origins) for col, b in enumerate(destinations)
    }
    assume(all(abs(value - limit) > 1e-6 for value in minutes.values()))
    found = MODEL.within(series(origins), series(destinations), minutes=limit)
    pairs = list(zip(found["origin"], found["destination"], strict=True))
    assert found["minutes"].tolist() == pytest.approx([minutes[pair] for pair in pairs])
    assert set(pairs) == {pair for pair, value in minutes.items() if value <= limit}
    counts = MODEL.count_within(series(origins), series(destinations), minutes=limit)
    assert counts.tolist() == [sum(pair[0] == row for pair in pairs) for row in range(len(origins))]
    order = list(zip(found["origin"], found["minutes"], found["destination"], strict=True))
    assert order == sorted(order)


@settings(max_examples=200, deadline=None)
@given(point, st.floats(0, 360), st.floats(-2, 5.7))
def test_within_includes_a_pair_exactly_at_the_limit(start, bearing, exponent):
    """From a centimetre to 500 km away, in any direction."""
    end = GEOD.fwd(*start, bearing, 10**exponent)[:2]
    origins, destinations = series([start]), series([end])
    limit = MODEL.nearest(origins, destinations).minutes[0, 0]
    assert len(MODEL.within(origins, destinations, minutes=limit)) == 1
    assert len(MODEL.within(origins, destinations, minutes=np.nextafter(limit, -1))) == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(point, min_size=1, max_size=4), st.lists(point, min_size=1, max_size=6), point)
def test_adding_a_destination_never_raises_minutes_and_takes_no_pair_away(origins, destinations, added):
    before = MODEL.nearest(series(origins), series(destinations), k=2).minutes
    after = MODEL.nearest(series(origins), series([*destinations, added]), k=2).minutes
    # Chords order the search; where they and geodesics disagree, distances differ by metres in hundreds of km.
    assert (after <= before * (1 + 1e-4)).all()
    pairs, more = (
        {*zip(found["origin"], found["destination"], strict=True)}
        for found in (
            MODEL.within(series(origins), series(destinations), minutes=120),
            MODEL.within(series(origins), series([*destinations, added]), minutes=120),
        )
    )
    assert pairs <= more


@settings(max_examples=30, deadline=None)
@given(st.lists(point, min_size=1, max_size=5), st.lists(point, min_size=1, max_size=6), st.randoms())
def test_order_of_rows_does_not_matter(origins, destinations, random):
    rows, cols = list(range(len(origins))), list(range(len(destinations)))
    random.shuffle(rows)
    random.shuffle(cols)
    shuffled = MODEL.nearest(series([origins[row] for row in rows]), series([destinations[col] for col in cols]))
    assert shuffled.minutes == pytest.approx(MODEL.nearest(series(origins), series(destinations)).minutes[rows])


@pytest.mark.parametrize("crs", ["EPSG:3035", None])
def test_other_reference_systems_are_refused(crs: str | None):
    good, bad = series([(10, 45)]), series([(10, 45)], crs=crs)
    for ask in (MODEL.nearest, lambda a, b: MODEL.within(a, b, minutes=60)):
        for pair in ((good, bad), (bad, good)):
            with pytest.raises(InputError, match=r"^Points are in .*, expected EPSG:4326\.$"):
                ask(*pair)


@pytest.mark.parametrize("circuity", [0.99, -1.4, math.nan, math.inf])
def test_circuity_that_cannot_be(circuity: float):
    with pytest.raises(InputError, match=r"Circuity is .*, expected at least 1"):
        Straight(circuity=circuity, speeds=SPEEDS)


@pytest.mark.parametrize("speeds", [[], [(0, None)], [(-30, 5), (50, None)], [(math.nan, None)]])
def test_speeds_that_cannot_be(speeds: list[tuple[float, float | None]]):
    with pytest.raises(InputError, match="expected km/h above 0"):
        Straight(circuity=1.4, speeds=speeds)


@pytest.mark.parametrize(
    "speeds", [[(30, 5)], [(30, None), (50, None)], [(30, 25), (50, 5), (75, None)], [(30, 0), (50, None)]]
)
def test_bands_that_do_not_rise_to_an_open_end(speeds: list[tuple[float, float | None]]):
    with pytest.raises(InputError, match="expected rising ends in km and None last"):
        Straight(circuity=1.4, speeds=speeds)


def test_it_says_that_it_is_an_estimate_and_how_its_minutes_are_made():
    told = MODEL.describe()
    assert told["model"] == "straight" and told["estimate"] is True
    assert "estimate" in told["title"].lower() and "1.4" in told["title"]
    assert "30 km/h up to km 5, 50 km/h up to km 25, 75 km/h beyond" in told["note"]
