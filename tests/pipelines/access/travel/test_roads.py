"""Travel by road: how places reach the network, what they do there, and what is said about bad input.

Drawings are in metres east and north of a point where maps in EPSG:3035 are true to scale.
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.access.travel.model import TravelModel
from pipelines.access.travel.roads import Roads, network

Point = tuple[float, float]
HERE = np.array([4321000, 3210000])  # in EPSG:3035


def points(*places: Point) -> gpd.GeoSeries:
    xy = np.array(places, dtype=float).reshape(-1, 2) + HERE
    return gpd.GeoSeries(gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs="EPSG:3035").to_crs("EPSG:4326")


def table(meetings: dict[int, Point], roads: list[tuple[int, int, float]], *, oneway: bool = False) -> gpd.GeoDataFrame:
    """Straight roads between meetings, at so many km/h."""
    start, end, kmh = (np.array([road[part] for road in roads]) for part in range(3))
    lines = [np.array([meetings[a], meetings[b]], dtype=float) + HERE for a, b, _ in roads]
    geometry = gpd.GeoSeries([shapely.LineString(line) for line in lines], crs="EPSG:3035").to_crs("EPSG:4326")
    km = np.array([shapely.LineString(line).length for line in lines]) / 1000
    minutes = km / kmh * 60
    back = np.full(len(km), np.inf) if oneway else minutes
    columns = {"road_id": [f"r{number}" for number in range(len(roads))], "start": start, "end": end, "km": km}
    return gpd.GeoDataFrame(columns | {"forward": minutes, "backward": back}, geometry=geometry)


def along(**options: float) -> Roads:
    """A straight road of 4 km at 60 km/h (1 km a minute), with a node at every 1,000 m.

    0 ---- 1 ---- 2 ---- 3 ---- 4 km
    """
    return Roads(
        network(table({1: (0, 0), 2: (4000, 0)}, [(1, 2, 60)]), spacing=1000, smallest=1), date="2025-03-01", **options
    )


def test_it_is_a_travel_model_that_names_itself_its_parameters_and_date() -> None:
    model: TravelModel = along(reach=1000)
    about = model.describe()
    assert (about["model"], about["date"], about["nodes"], about["edges"]) == ("roads", "2025-03-01", 5, 8)
    assert about["reach_m"] == 1000
    assert "2025-03-01" in about["title"]
    assert "up to 1,000 m" in about["note"]


def test_both_ends_of_a_trip_have_their_leg() -> None:
    """A farm 500 m north of km 1 and a shop 250 m south of km 3: 2 min + 2 min of road + 1 min, over 2.75 km."""
    found = along().nearest(points((1000, 500)), points((3000, -250)))
    assert found.minutes[0, 0] == pytest.approx(5, abs=1e-3)
    assert found.km[0, 0] == pytest.approx(2.75, abs=1e-3)


def test_farther_places_walk_all_the_way_up_to_a_limit() -> None:
    """1,500 m from the road at 15 km/h are 6 minutes; 1,600 m on foot at 5 km/h 19.2; 9.9 km 118.8; 10.1 km never."""
    farms = points((0, 1499.9), (0, 1600), (0, 9900), (0, 10100))
    found = along().nearest(farms, points((0, 0)))
    assert found.minutes[:, 0].tolist() == pytest.approx([6, 19.2, 118.8, np.inf], abs=0.01)
    assert found.index[:, 0].tolist() == [0, 0, 0, -1]
    assert found.km[:, 0].tolist() == pytest.approx([1.5, 1.6, 9.9, np.inf], abs=0.01)
    assert along().within(farms, points((0, 0)), minutes=20)["origin"].tolist() == [0, 1]


def test_places_at_the_same_node_are_not_at_0_minutes() -> None:
    """Two farms on either side of km 2, 600 m north and 600 m south of it: 1,200 m at 15 km/h, 4.8 minutes."""
    found = along().nearest(points((2000, 600)), points((2000, -600)))
    assert found.minutes[0, 0] == pytest.approx(4.8, abs=1e-3)


def test_places_at_the_same_node_go_straight_where_that_is_quicker() -> None:
    """A shop 100 m east of a farm that is 1 km off the road: 0.4 minutes, not 4 + 4; and a farm is at itself."""
    farm, shop = (2000, 1000), (2100, 1000)
    found = along().nearest(points(farm), points((4000, 0), shop, farm), k=3)
    assert found.index.tolist() == [[2, 1, 0]]
    assert found.minutes[0].tolist() == pytest.approx([0, 0.4, 6], abs=1e-3)
    assert found.minutes[0, 0] == 0
    assert found.km[0].tolist() == pytest.approx([0, 0.1, 3], abs=1e-3)
    assert along().within(points(farm), points(shop, farm), minutes=0)["destination"].tolist() == [1]


def test_a_one_way_road_is_left_by_the_long_way_round() -> None:
    """A ring of four one-way kilometres at 60 km/h: from the corner to the next 1 minute, back again 3.

    4 <-- 3
    |     ^
    v     |
    1 --> 2
    """
    corners = {1: (0, 0), 2: (1000, 0), 3: (1000, 1000), 4: (0, 1000)}
    ring = table(corners, [(1, 2, 60), (2, 3, 60), (3, 4, 60), (4, 1, 60)], oneway=True)
    model = Roads(network(ring, smallest=1), date=None)
    a, b = points((0, 0)), points((1000, 0))
    assert model.nearest(a, b).minutes[0, 0] == pytest.approx(1, abs=1e-3)
    assert model.nearest(b, a).minutes[0, 0] == pytest.approx(3, abs=1e-3)


def test_nodes_along_a_road_share_its_minutes_and_kilometres() -> None:
    """450 m in steps of at most 200 m: three of 150 m, and together the minutes of the road."""
    built = network(table({7: (0, 0), 9: (450, 0)}, [(7, 9, 30)]), smallest=1)
    assert built.nodes == 4
    assert built.edges["km"].tolist() == pytest.approx([0.15] * 6, abs=1e-6)
    assert built.edges["minutes"].tolist() == pytest.approx([0.3] * 6, abs=1e-5)


def test_small_parts_are_not_reached() -> None:
    """A yard of 300 m beside the farm is no way out: the farm walks 900 m to the long road, and 3.6 + 1 minutes."""
    meetings = {1: (0, 0), 2: (4000, 0), 3: (0, 1000), 4: (300, 1000)}
    roads = table(meetings, [(1, 2, 60), (3, 4, 60)])
    model = Roads(network(roads, spacing=500, smallest=5), date=None)
    assert model.nearest(points((0, 900)), points((1000, 0))).minutes[0, 0] == pytest.approx(4.6, abs=1e-3)


def test_pairs_within_a_limit_are_ordered_by_origin_minutes_and_destination() -> None:
    """Farms at km 0 and 4; shops at km 1, 3 and 3: within 3 minutes farm 0 has all, the last two at 3."""
    pairs = along().within(points((0, 0), (4000, 0)), points((3000, 0), (1000, 0), (3000, 0)), minutes=3.001)
    assert pairs["origin"].tolist() == [0, 0, 0, 1, 1, 1]
    assert pairs["destination"].tolist() == [1, 0, 2, 0, 2, 1]
    assert pairs["minutes"].tolist() == pytest.approx([1, 3, 3, 1, 1, 3], abs=1e-3)
    assert list(pairs) == ["origin", "destination", "minutes", "km"]
    here = points((0, 0), (4000, 0), (9000, 9000))
    assert along().count_within(here, points((3000, 0), (1000, 0)), minutes=1.5).tolist() == [1, 1, 0]


def test_no_way_and_nobody_there_are_no_errors() -> None:
    """Two roads that do not meet; and no destinations, no origins."""
    meetings = {1: (0, 0), 2: (1000, 0), 3: (0, 9000), 4: (1000, 9000)}
    model = Roads(network(table(meetings, [(1, 2, 60), (3, 4, 60)]), smallest=1), date=None)
    found = model.nearest(points((0, 0)), points((0, 9000)), k=2)
    assert (found.index.tolist(), found.minutes.tolist()) == ([[-1, -1]], [[np.inf, np.inf]])
    assert model.within(points((0, 0)), points((0, 9000)), minutes=1e6).empty
    assert np.isinf(model.nearest(points((0, 0)), points()).minutes).all()
    assert model.nearest(points(), points((0, 0))).minutes.shape == (0, 1)
    assert model.within(points(), points(), minutes=9).empty


def test_a_destination_in_another_country_is_out_of_reach() -> None:
    found = along().nearest(points((0, 0)), points((900_000, 0), (1000, 0)), k=2)
    assert found.index.tolist() == [[1, -1]]


def swapped(places: gpd.GeoSeries) -> gpd.GeoSeries:
    return gpd.GeoSeries(gpd.points_from_xy(places.y, places.x), crs=places.crs)


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (points((0, 0)).to_crs("EPSG:3035"), "Points are in EPSG:3035, expected EPSG:4326"),
        (points((0, 0)).set_crs(None, allow_override=True), "Points are in None, expected EPSG:4326"),
        (
            points((0, 0), (500, 0)).to_crs("EPSG:3035").set_crs("EPSG:4326", allow_override=True),
            "2 of 2 points are not in degrees, first 4.321e.06, 3.21e.06; convert them to EPSG:4326",
        ),
        (gpd.GeoSeries([shapely.Point(), None, *points((0, 0))], crs="EPSG:4326"), "2 of 3 points have no coordinates"),
        (
            swapped(points((100, 10), (200, 10), (300, 10))),
            r"3 of 3 points lie outside the road network .* exchanged, first 52.0001, 10.0015; exchange them",
        ),
        (points((0, 200_000), (0, 300_000)), r"All 2 places lie outside the road network \(longitude 10.00 to 10.06"),
    ],
)
def test_bad_places_are_refused_in_one_sentence(places: gpd.GeoSeries, sentence: str) -> None:
    square = {1: (0, 0), 2: (4000, 0), 3: (4000, 4000)}
    model = Roads(network(table(square, [(1, 2, 60), (2, 3, 60)]), smallest=1), date=None)
    with pytest.raises(InputError, match=sentence):
        model.nearest(places, points((0, 0)))


def test_bad_roads_and_parameters_are_refused_in_one_sentence() -> None:
    roads = table({1: (0, 0), 2: (4000, 0), 3: (0, 4000)}, [(1, 2, 60), (1, 3, 60)])
    with pytest.raises(InputError, match="The roads lack km, backward; expected the columns road_id, start"):
        network(roads.drop(columns=["km", "backward"]))
    with pytest.raises(InputError, match=r"1 road ids occur more than once \(first: r0\)"):
        network(roads.assign(road_id="r0"))
    with pytest.raises(InputError, match="Minutes or km of 20 edges are negative or missing"):
        network(roads.assign(forward=[1, np.nan]))
    with pytest.raises(InputError, match=r"No part of the road network has 50 nodes .* \(41 nodes in all\)"):
        network(roads)
    with pytest.raises(InputError, match="expected km/h above 0"):
        along(walk_speed=0)
    with pytest.raises(InputError, match="The walk ends at km 1, before the reach of 1500 m"):
        along(walk_limit=1)


GRID = {10 * x + y: (500.0 * x, 500.0 * y) for x in range(4) for y in range(4)}
STREETS = [(a, b, 40.0) for a in GRID for b in GRID if b - a in (1, 10)]
TOWN = Roads(network(table(GRID, STREETS), smallest=1), date=None)
SPOT = st.tuples(st.integers(-900, 2400), st.integers(-900, 2400))


@settings(max_examples=40, deadline=None)
@given(st.lists(SPOT, min_size=3, max_size=6))
def test_in_a_town_a_detour_is_never_quicker_and_a_trip_takes_time(spots: list[Point]) -> None:
    """Within reach of a grid of two-way streets minutes are symmetric, 0 only to itself, and no detour pays."""
    places = points(*spots)
    pairs = TOWN.within(places, places, minutes=1e6)
    minutes = pairs.pivot(index="origin", columns="destination", values="minutes").to_numpy()
    assert minutes.shape == (len(spots), len(spots))
    np.testing.assert_allclose(minutes, minutes.T, atol=1e-9)
    assert (np.diag(minutes) == 0).all()
    metres = np.array([[np.hypot(a[0] - b[0], a[1] - b[1]) for b in spots] for a in spots])
    assert (minutes >= metres / 1000 / 40 * 60 * 0.999).all()
    assert (minutes <= (minutes[:, :, None] + minutes[None, :, :]).min(axis=1) + 1e-6).all()
    nearest = TOWN.nearest(places, places, k=len(spots))
    np.testing.assert_allclose(nearest.minutes, np.sort(minutes, axis=1), atol=1e-9)


def test_a_new_way_joins_the_nearest_nodes_in_both_directions_and_leaves_the_model_as_it_was() -> None:
    """A way of 1 minute from km 0 to km 4: from km 1 back to it and over takes 2 minutes, not the 3 by the road."""
    before = along()
    changed = before.with_ways(points((0, 30)), points((4000, 0)), np.array([1.0]))
    for start, end in ((1000, 4000), (4000, 1000)):
        assert changed.nearest(points((start, 0)), points((end, 0))).minutes[0, 0] == pytest.approx(2, abs=1e-3)
        assert before.nearest(points((start, 0)), points((end, 0))).minutes[0, 0] == pytest.approx(3, abs=1e-3)
    assert changed.nearest(points((0, 0)), points((4000, 0))).km[0, 0] == pytest.approx(4, abs=1e-3)
    assert (before.network.nodes, len(before.network.edges)) == (5, 8)
    assert (changed.network.nodes, len(changed.network.edges)) == (5, 10)


def test_the_road_between_two_nodes_gives_way_to_a_slower_one() -> None:
    """From km 1 to km 2 in 10 minutes from now on: from km 0 to km 3 it takes 1 + 10 + 1."""
    changed = along().with_ways(points((1000, 0)), points((2000, 0)), np.array([10.0]))
    assert changed.nearest(points((0, 0)), points((3000, 0))).minutes[0, 0] == pytest.approx(12, abs=1e-3)
    assert changed.nearest(points((3000, 0)), points((0, 0))).minutes[0, 0] == pytest.approx(12, abs=1e-3)


def test_a_way_that_ends_far_from_the_roads_is_refused() -> None:
    with pytest.raises(InputError, match="more than 10 km from the roads; choose a nearer point"):
        along().with_ways(points((0, 0)), points((0, 10100)), np.array([1.0]))


def test_a_way_between_two_points_of_one_node_is_refused() -> None:
    with pytest.raises(InputError, match="same node of the roads; choose points farther apart"):
        along().with_ways(points((1000, 0)), points((1040, 0)), np.array([1.0]))
