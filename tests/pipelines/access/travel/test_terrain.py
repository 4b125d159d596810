"""The terrain model on hand-drawn places. Drawings are in km; a km of flat local road takes 1.2 minutes.

For round figures local roads have 60 km/h here, ferries 20, and a trip starts at once, unless a test says otherwise.
"""

import heapq
import itertools
import math
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay
from shapely import Polygon, box

from geodata.errors import InputError
from geodata.raster import Raster
from pipelines.access.travel.terrain import Terrain

# The middle of EPSG:3035, where its kilometres are those of the ground.
EAST, NORTH = 4_321_000, 3_210_000
PLAIN = [box(-200, -200, 200, 200)]
Spot = tuple[float, float]


def points(*spots: Spot) -> gpd.GeoSeries:
    """Points at kilometres east and north."""
    x, y = zip(*spots, strict=True) if spots else ((), ())
    metres = gpd.GeoSeries.from_xy([EAST + 1000 * v for v in x], [NORTH + 1000 * v for v in y], crs=3035)
    return metres.to_crs(4326)


def land(shapes: list[Polygon]) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=3035).affine_transform([1000, 0, 0, 1000, EAST, NORTH]).to_crs(4326)


def places(*spots: Spot, metres: list[float] | None = None) -> gpd.GeoDataFrame:
    """Each the one place of its area."""
    ids = [f"area {number}" for number in range(len(spots))]
    columns = {"area_id": ids, "weight": [1.0] * len(spots), "elevation": metres or [0.0] * len(spots)}
    return gpd.GeoDataFrame(columns, geometry=points(*spots))


def terrain(nodes: gpd.GeoDataFrame, shapes: list[Polygon] | None = None, **options: Any) -> Terrain:
    usual: dict[str, Any] = {"local_speed": 60, "ferry_speed": 20, "start": 0}
    return Terrain(nodes, land(PLAIN if shapes is None else shapes), **usual | options)


def minutes(model: Terrain, start: Spot, end: Spot) -> float:
    return float(model.nearest(points(start), points(end)).minutes[0, 0])


def about(value: Any) -> Any:
    """To a thousandth: the drawing is flat, the minutes are on the ellipsoid."""
    return pytest.approx(value, rel=1e-3, abs=1e-9)


# ---- land


def test_from_village_to_village_on_flat_ground() -> None:
    """A --10-- B --10-- C: 20 km straight are 24 km by road, at 60 km/h 24 minutes."""
    found = terrain(places((0, 0), (10, 0), (20, 0))).nearest(points((0, 0)), points((20, 0)))
    assert found.minutes[0, 0] == about(24)
    assert found.km[0, 0] == about(24)


def test_the_usual_numbers() -> None:
    """A --13-- B: 15.6 km by road at 65 km/h are 14.4 minutes, and 3 to set out."""
    model = Terrain(places((0, 0), (13, 0)), land(PLAIN))
    assert minutes(model, (0, 0), (13, 0)) == about(17.4)
    assert minutes(model, (0, 0), (0, 0)) == 0


def test_a_trip_takes_the_minutes_to_set_out_once_however_many_places_it_passes() -> None:
    """A --10-- B --10-- C: 4 minutes and 24 of way."""
    model = terrain(places((0, 0), (10, 0), (20, 0)), start=4)
    assert minutes(model, (0, 0), (20, 0)) == about(28)
    # From beside A and to beside C, 1 km each: 1.2 more at either end.
    assert minutes(model, (-1, 0), (21, 0)) == about(30.4)
    # One who lives at B, and a hospital beside it.
    assert minutes(model, (10, 0), (10, 1)) == about(5.2)


def test_slope_makes_the_way_longer_and_slower() -> None:
    """500 m up over 10 km is a slope of 0.05: a quarter longer (15 km), and a quarter slower again (18.75 min)."""
    found = terrain(places((0, 0), (10, 0), metres=[0, 500])).nearest(points((0, 0)), points((10, 0)))
    assert found.km[0, 0] == about(15)
    assert found.minutes[0, 0] == about(18.75)


def test_between_two_valleys_the_land_is_steep_though_both_ends_are_low() -> None:
    """A and B lie low, 10 km apart, each beside a village 600 m up: the way from A to B is slower than on a plain."""
    spots = (0, 0), (10, 0), (2, 3), (8, 3)
    flat = minutes(terrain(places(*spots)), (0, 0), (10, 0))
    assert minutes(terrain(places(*spots, metres=[0, 0, 600, 600])), (0, 0), (10, 0)) > 1.2 * flat


def test_no_road_gets_steeper_than_one_sixth() -> None:
    """A village 1,000 m above its neighbour, 1 km away: 7.2 km of road, not a staircase."""
    found = terrain(places((0, 0), (1, 0), metres=[0, 1000])).nearest(points((0, 0)), points((1, 0)))
    assert found.km[0, 0] == about(7.2)


heights = st.lists(st.integers(0, 2000), min_size=5, max_size=5)
scattered = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=5, max_size=5, unique=True)


@settings(max_examples=25, deadline=None)
@given(scattered, heights)
def test_the_steeper_the_land_the_longer_it_takes(spots: list[Spot], metres: list[int]) -> None:
    """Flat, as drawn, and twice as high."""
    times = [
        terrain(places(*spots, metres=[factor * float(v) for v in metres])).nearest(points(*spots), points(spots[0]))
        for factor in (0, 1, 2)
    ]
    for lower, higher in itertools.pairwise(times):
        assert (higher.minutes >= lower.minutes - 1e-9).all()
        assert np.isfinite(higher.minutes).all()


@settings(max_examples=25, deadline=None)
@given(scattered, heights, scattered)
def test_there_and_back_takes_the_same_time(spots: list[Spot], metres: list[int], ends: list[Spot]) -> None:
    model = terrain(places(*spots, metres=[float(v) for v in metres]))
    there = [[minutes(model, a, b) for b in ends[:2]] for a in ends[2:4]]
    back = [[minutes(model, b, a) for b in ends[:2]] for a in ends[2:4]]
    assert np.allclose(there, back)


# ---- points that are no places


def test_a_point_beside_a_place_takes_local_roads_to_it() -> None:
    """2 km out of A are 2.4 minutes, then 12 minutes to B."""
    model = terrain(places((0, 0), (10, 0)))
    assert minutes(model, (-2, 0), (10, 0)) == about(14.4)


def test_minutes_are_nothing_only_at_the_very_place() -> None:
    """B and its hospital 1 km away: 1.2 minutes; two points 0.1 km apart do not go round by the place."""
    model = terrain(places((0, 0), (10, 0)))
    assert minutes(model, (0, 0), (0, 0)) == minutes(model, (0, 1), (0, 1)) == 0
    assert minutes(model, (0, 0), (0, 1)) == about(1.2)
    assert minutes(model, (0, 1), (0.1, 1)) == about(0.12)


# ---- major roads


def roads(*rows: tuple[Spot, Spot, float]) -> gpd.GeoDataFrame:
    """Major roads: from, to, km along the road."""
    ends = [points(*(row[end] for row in rows)) for end in (0, 1)]
    lines = shapely.linestrings(np.stack([each.get_coordinates().to_numpy() for each in ends], axis=1))
    return gpd.GeoDataFrame({"km": [row[2] for row in rows]}, geometry=lines, crs=4326)


FAR = (0.0, 0.0), (30.0, 0.0), (60.0, 0.0)
MOTORWAY = ((0.0, 5.0), (60.0, 5.0), 65.0)


def test_a_major_road_is_faster_than_the_way_by_the_villages() -> None:
    """A and C are 60 km apart, 72 by local roads (72 minutes); a motorway of 65 km passes 5 km north of both.

    o------------------o     Each way to the motorway: 6 km, 6 minutes, and 3 to join.
    A       B          C     In between 65 km at 100 km/h, 39 minutes: 57 in all.
    """
    found = terrain(places(*FAR), roads=roads(MOTORWAY)).nearest(points(FAR[0]), points(FAR[2]))
    assert found.minutes[0, 0] == about(57)
    assert found.km[0, 0] == about(6 + 65 + 6)
    assert minutes(terrain(places(*FAR)), FAR[0], FAR[2]) == about(72)


def test_the_road_is_left_alone_where_it_gains_nothing() -> None:
    """With 12 minutes to join at either end the motorway would take 75, and the villages 72."""
    assert minutes(terrain(places(*FAR), roads=roads(MOTORWAY), join=12), FAR[0], FAR[2]) == about(72)


@pytest.mark.parametrize(("north", "found"), [(14.9, True), (15.1, False)])
def test_a_road_is_joined_from_at_most_fifteen_km(north: float, found: bool) -> None:
    """At 1,000 km/h the road would be worth any way to it."""
    model = terrain(places(*FAR), roads=roads(((0, north), (60, north), 60.0)), road_speed=1000, join=0)
    assert (minutes(model, FAR[0], FAR[2]) < 71) == found


@pytest.mark.parametrize(("length", "found"), [(15.1, True), (14.9, False)])
def test_a_piece_of_road_that_leads_nowhere_is_left_out(length: float, found: bool) -> None:
    """A road of A and B that meets no other: from 15 km on it takes people farther than the way to it could be."""
    model = terrain(places((0, 0), (15, 0)), roads=roads(((0, 0.1), (15, 0.1), length)), join=0)
    assert (minutes(model, (0, 0), (15, 0)) < 17.9) == found


def test_roads_are_joined_over_land_only() -> None:
    """The nearest road is across a strait of 3 km, from an island: nobody there joins it."""
    shapes = [box(-5, -5, 65, 2), box(-5, 5, 65, 9)]
    model = terrain(places(*FAR), shapes, roads=roads(MOTORWAY))
    assert minutes(model, FAR[0], FAR[2]) == about(72)


def test_places_join_the_three_nearest_points_of_the_roads() -> None:
    """Four interchanges lie 1, 2, 3 and 4 km north of A; only one leads to C, and only the three nearest are joined."""
    ladder = [((0.0, north), (0.0, north + 1), 6.0) for north in (1, 2, 3)]
    for north, reached in ((1, True), (3, True), (4, False)):
        model = terrain(places(*FAR), roads=roads(*ladder, ((0, north), (60, north), 60.0)), join=0)
        # One that is not joined is reached by the rungs, which are long.
        direct = 2 * north * 1.2 + 36
        assert (minutes(model, FAR[0], FAR[2]) <= direct + 0.1) == reached


def test_steep_land_slows_a_major_road_and_does_not_lengthen_it() -> None:
    """The grid rises 600 m in 60 km, a slope of 0.01: 39 minutes become 39 x 1.04."""
    flat, ramp = (
        terrain(places(*FAR), roads=roads(MOTORWAY), join=0, elevation=slope(rise)).nearest(
            points(MOTORWAY[0]), points(MOTORWAY[1])
        )
        for rise in (0, 10)
    )
    assert ramp.km[0, 0] < 1.02 * flat.km[0, 0]
    assert ramp.minutes[0, 0] / flat.minutes[0, 0] == pytest.approx(1.04, rel=0.02)


def test_a_fixed_link_joins_an_island_to_the_roads() -> None:
    """A bridge of 10 km from A to B over a strait of 5 km: 6 minutes at 100 km/h; without it there is no way."""
    spots, shapes = ((0, 0), (8, 0)), [box(-5, -5, 1, 5), box(6, -5, 12, 5)]
    bridge = roads(((0, 0), (8, 0), 10.0)).assign(link_id="bridge", name="Bridge")
    assert minutes(terrain(places(*spots), shapes), *spots) == np.inf
    assert minutes(terrain(places(*spots), shapes, links=bridge), *spots) == about(6)
    # Beside it a motorway on each side, joined with 3 minutes at either end, leads from village to village.
    far = (-40.0, 0.0), (48.0, 0.0)
    wide = [box(-50, -5, 1, 5), box(6, -5, 60, 5)]
    ways = roads(((-40, 1), (0, 1), 40.0), ((8, 1), (48, 1), 40.0))
    model = terrain(places(*spots, *far), wide, links=bridge, roads=ways)
    assert minutes(model, *far) == about(4 * (3 + 1.2) + 24 + 6 + 24)


def test_roads_that_cannot_be_used_are_refused() -> None:
    good, two = roads(MOTORWAY), places((0, 0), (1, 0))
    with pytest.raises(InputError, match="Major roads: the coordinates are in EPSG:3035"):
        terrain(two, roads=good.to_crs(3035))
    with pytest.raises(InputError, match="Kilometres of 1 major roads are missing or below 0"):
        terrain(two, roads=good.assign(km=[math.nan]))
    with pytest.raises(InputError, match="Major roads hold something that is no line"):
        terrain(two, roads=good.set_geometry(points((0, 0))))
    with pytest.raises(InputError, match="Links: the coordinates are in EPSG:3035"):
        terrain(two, links=good.to_crs(3035))


def test_no_roads_are_as_none() -> None:
    assert minutes(terrain(places(*FAR), roads=roads(MOTORWAY)[:0]), FAR[0], FAR[2]) == about(72)


# ---- elevation


def slope(metres_per_km: float, east: float = 100, ridge: float = 0) -> Raster:
    """A grid of the land around the drawing that rises to the east, with a ridge of some metres 5 km east of A."""
    corner = points((-30, 30)).get_coordinates().to_numpy()[0]
    step = 1 / 120
    rows, columns = 80, int((east + 30) / 0.55)
    lon = corner[0] + (np.arange(columns) + 0.5) * step
    km = (lon - points((0, 0)).x[0]) * 111.32 * math.cos(math.radians(points((0, 0)).y[0]))
    metres = np.maximum(metres_per_km * (km + 30), 0) + ridge * (np.abs(km - 5) < 1)
    return Raster(np.tile(np.round(metres).astype(np.uint16), (rows, 1)), corner[0], corner[1], step)


def test_a_grid_sees_the_ridge_that_no_place_is_on() -> None:
    """A and B at the same height, 10 km apart, 500 m of ridge between them: 1,000 m of climb and fall, S = 0.1.

    Steepness 4: 12 km become 16.8, and 12 minutes 12 x 1.4 x 1.4 = 23.5; the grid is read every km, so about.
    """
    found = terrain(places((0, 0), (10, 0)), elevation=slope(0, ridge=500)).nearest(points((0, 0)), points((10, 0)))
    assert found.minutes[0, 0] == pytest.approx(23.5, rel=0.03)
    assert found.km[0, 0] == pytest.approx(16.8, rel=0.02)
    assert minutes(terrain(places((0, 0), (10, 0))), (0, 0), (10, 0)) == about(12)


def test_of_the_ends_and_the_line_the_steeper_counts() -> None:
    """The grid is flat, and B is 500 m above A, as a village on a rock is: S = 0.05, 12 x 1.2 x 1.2 minutes."""
    model = terrain(places((0, 0), (10, 0), metres=[0, 500]), elevation=slope(0))
    assert minutes(model, (0, 0), (10, 0)) == about(12 * 1.44)


def test_beyond_the_grid_relief_is_that_of_the_places() -> None:
    """The grid ends 5 km east of A; B is 500 m up: S = 0.05, and without a grid steepness is 5, 18.75 minutes."""
    model = terrain(places((0, 0), (10, 0), metres=[0, 500]), elevation=slope(0, east=5))
    assert minutes(model, (0, 0), (10, 0)) == about(18.75)


# ---- towns


def cells(kind: int, west: float, east: float) -> pd.DataFrame:
    """Cells of a class in a band of 2 km along the line north = 0, between two kilometres east."""
    x, y = np.meshgrid(np.arange(math.floor(EAST / 1000 + west), math.ceil(EAST / 1000 + east)), [3209, 3210])
    return pd.DataFrame({"x_km": x.ravel(), "y_km": y.ravel(), "degurba": kind})


@pytest.mark.parametrize(("kind", "delay"), [(30, 1.5), (23, 1.25), (21, 1.25), (13, 1), (12, 1)])
def test_streets_are_slower_in_a_city_and_in_a_town(kind: int, delay: float) -> None:
    """From A to B, 10 km, all in cells of one class: 12 minutes, half as much again in an urban centre."""
    model = terrain(places((0, 0), (10, 0)), cells=cells(kind, -1, 11))
    assert minutes(model, (0, 0), (10, 0)) == about(12 * delay)


def test_only_the_share_in_the_city_is_slower() -> None:
    """The city ends after 5 of 10.5 km: 6 of the 12 points that are read lie in it, so 12.6 x (1 + 0.5 / 2)."""
    model = terrain(places((0, 0), (10.5, 0)), cells=cells(30, -1, 5))
    assert minutes(model, (0, 0), (10.5, 0)) == about(15.75)


def test_a_trip_within_a_place_is_as_long_as_the_place_is_wide() -> None:
    """A city of 100 km2 and a village of one cell, 60 km away, each with its hospital at the very place.

    Two thirds of the radius of 100 km2 are 3.76 km, 4.51 by road at 60 km/h, half as long again in a city: 6.77
    minutes, and no minutes to set out. In the village a tenth of that, without the delay: 0.45.
    """
    city = cells(30, -25, 25)
    village = cells(13, 60, 61)[1:]
    model = terrain(places((0, 0), (60, 0)), cells=pd.concat([city, village]), start=3)
    assert len(city) == 100 and len(village) == 1
    assert minutes(model, (0, 0), (0, 0)) == about(6.770)
    assert minutes(model, (60, 0), (60, 0)) == about(0.4513)
    # From one to the other that does not matter.
    assert minutes(model, (0, 0), (60, 0)) == minutes(model, (60, 0), (0, 0)) > 72


def test_the_cells_of_an_area_are_shared_by_its_places_as_its_people_are() -> None:
    """Two places of one area with 100 cells: three quarters of the people live at A, which is 75 km2 wide."""
    both = places((0, 0), (4, 0)).assign(area_id="one", weight=[0.75, 0.25])
    model = terrain(both, cells=cells(13, -25, 25), start=30)
    disc = [2 / 3 * math.sqrt(km2 / math.pi) * 1.2 for km2 in (75, 25)]
    assert [minutes(model, spot, spot) for spot in ((0, 0), (4, 0))] == about(disc)


def test_no_trip_within_a_place_is_longer_than_to_a_neighbour_and_back() -> None:
    """A is said to be 10,000 km2 wide; by B, 1 km away, and back it is 2.4 minutes."""
    model = terrain(places((0, 0), (1, 0)), cells=cells(13, -2500, 2500)[:9000])
    assert minutes(model, (0, 0), (0, 0)) == about(2.4)


# ---- sea


def test_the_sea_is_not_driven_over() -> None:
    """Two islands with a strait of 3 km: out of reach, at any time."""
    model = terrain(places((0, 0), (7, 0)), [box(-5, -5, 2, 5), box(5, -5, 9, 5)])
    found = model.nearest(points((0, 0)), points((7, 0)))
    assert (found.index[0, 0], found.minutes[0, 0], found.km[0, 0]) == (-1, np.inf, np.inf)
    assert not len(model.within(points((0, 0)), points((7, 0)), minutes=1e6))
    # Nor from a point that is no place, to a hospital that is none.
    assert minutes(model, (1, 1), (6, 1)) == np.inf


def test_a_river_mouth_is_driven_over() -> None:
    """0.8 km of water are within the limit of 1 km; with a limit of 0.5 km they are not."""
    shapes = [box(-5, -5, 2, 5), box(2.8, -5, 9, 5)]
    assert minutes(terrain(places((0, 0), (7, 0)), shapes), (0, 0), (7, 0)) == about(7 * 1.2)
    assert minutes(terrain(places((0, 0), (7, 0)), shapes, sea_km=0.5), (0, 0), (7, 0)) == np.inf


def test_an_enclave_is_land() -> None:
    """Another country, enclosed by ours, between A and B: there are roads, though it is not in the data."""
    ring = box(-50, -50, 50, 50).difference(box(-5, -5, 5, 5))
    assert minutes(terrain(places((-10, 0), (10, 0)), [ring]), (-10, 0), (10, 0)) == about(24)


BAY = [box(-10, -20, 10, 20).difference(box(-2, 0, 2, 20))]
NARROW = [box(-10, -20, 10, 20).difference(box(-2, 4.5, 2, 20))]


def test_a_place_cut_off_by_a_bay_takes_the_way_round_it() -> None:
    """A and B face each other over a bay of 4 km, 6 km apart: 2 km over land and half a circle, 2 pi km, round it."""
    assert minutes(terrain(places((-3, 10), (3, 10)), BAY), (-3, 10), (3, 10)) == about((2 + 2 * math.pi) * 1.2)


def test_a_bay_is_not_crossed_where_there_is_a_way_over_land() -> None:
    r"""With C at the foot of the bay A and B go by C, on dry land; were the bay land, they would go straight.

    A |~| B
     \   /
       C
    """
    spots = (-3, 10), (3, 10), (0, -5)
    assert minutes(terrain(places(*spots)), *spots[:2]) == about(6 * 1.2)
    # The lines to C cut the corner of the bay by less than a kilometre.
    leg = math.hypot(3, 15)
    assert minutes(terrain(places(*spots), NARROW), *spots[:2]) == about(2 * leg * 1.2)


ISLANDS = [box(-30, -5, 2, 5), box(22, -5, 32, 5)]
ON_ISLANDS = (0.0, 0.0), (-10.0, 0.0), (24.0, 0.0)


def test_a_ferry_joins_an_island_to_the_larger_one() -> None:
    """Ports at A and at C, 24 km apart: 30 minutes to board and 72 at 20 km/h; from B 12 more by road."""
    model = terrain(places(*ON_ISLANDS), ISLANDS, ferries=points((0, 0), (24, 0)), boarding=30)
    assert minutes(model, (24, 0), (0, 0)) == about(102)
    assert minutes(model, (-10, 0), (24, 0)) == about(114)
    assert model.nearest(points((-10, 0)), points((24, 0))).km[0, 0] == about(24 + 12)


@pytest.mark.parametrize("ports", [[], [(24, 0)], [(0, 0)], [(0, 0), (-10, 0)]])
def test_an_island_without_a_port_is_out_of_reach(ports: list[Spot]) -> None:
    model = terrain(places(*ON_ISLANDS), ISLANDS, ferries=points(*ports))
    assert minutes(model, (0, 0), (24, 0)) == np.inf
    assert minutes(model, (0, 0), (-10, 0)) == about(12)


def test_of_the_ports_of_the_larger_island_the_nearest_is_taken() -> None:
    """The ferry from C goes to A, not to B behind it: to B it is the ferry and the road."""
    model = terrain(places(*ON_ISLANDS), ISLANDS, ferries=points((-10, 0), (0, 0), (24, 0)))
    assert minutes(model, (24, 0), (-10, 0)) == about(72 + 12)


def test_a_small_island_has_a_ferry_to_every_larger_one() -> None:
    """Islands of 1, 2 and 3 places: the smallest reaches the largest without changing."""
    spots = [(0, 0), (3, 0), (6, 0), (20, 0), (23, 0), (20, 30)]
    shapes = [box(-2, -2, 8, 2), box(18, -2, 25, 2), box(18, 28, 22, 32)]
    model = terrain(places(*spots), shapes, ferries=points((6, 0), (20, 0), (20, 30)))
    assert minutes(model, (20, 30), (20, 0)) == about(90)
    assert minutes(model, (20, 30), (6, 0)) == about(math.hypot(14, 30) * 3)


def test_an_islet_does_not_claim_a_place_just_off_the_shore() -> None:
    """C was put into the water beside an islet: 0.9 km off the shore it is ashore, 1.5 km off it is on the islet.

    A          A looks at C over a bay.
    ~~~~~~~
    |shore  C o
    """
    main = box(-20, -20, 0, 20).difference(box(-6, 1, 1, 9))
    for off, reached in ((0.9, True), (1.5, False)):
        islet = box(off + 0.1, -0.1, off + 0.2, 0.1)
        model = terrain(places((-3, 10), (off, 0)), [main, islet])
        assert np.isfinite(minutes(model, (-3, 10), (off, 0))) == reached


# ---- the answers of every travel model


@settings(max_examples=25, deadline=None)
@given(scattered, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=6))
def test_one_more_destination_never_takes_longer(spots: list[Spot], ends: list[Spot]) -> None:
    model = terrain(places(*spots))
    fewer = model.nearest(points(*spots), points(*ends[:-1]), k=2).minutes
    more = model.nearest(points(*spots), points(*ends), k=2).minutes
    assert (more <= fewer + 1e-9).all()


@settings(max_examples=25, deadline=None)
@given(scattered, heights, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=6))
def test_nearest_and_within_tell_the_same(spots: list[Spot], metres: list[int], ends: list[Spot]) -> None:
    model = terrain(places(*spots, metres=[float(v) for v in metres]))
    # One of them at a place where another is already.
    origins, destinations = points(*spots, (50, 50), spots[0]), points(*ends)
    pairs = model.within(origins, destinations, minutes=1e6)
    assert len(pairs) == len(origins) * len(destinations)
    assert list(pairs.columns) == ["origin", "destination", "minutes", "km"]
    limit = float(pairs["minutes"].median())
    counts = model.count_within(origins, destinations, minutes=limit)
    assert counts.tolist() == (pairs["minutes"] <= limit).groupby(pairs["origin"]).sum().tolist()
    found = model.nearest(origins, destinations, k=3)
    assert found.minutes[-1].tolist() == found.minutes[0].tolist()
    for origin, rows in pairs.groupby("origin"):
        assert rows["minutes"].is_monotonic_increasing
        best = rows["minutes"].to_numpy()[:3]
        assert found.minutes[origin, : len(best)] == pytest.approx(best)
        assert np.isinf(found.minutes[origin, len(best) :]).all()
        assert (found.index[origin, len(best) :] == -1).all()
        named = rows.set_index("destination")["minutes"]
        assert named[found.index[origin, : len(best)]].to_numpy() == pytest.approx(best)


def test_k_nearest_are_those_of_a_textbook_search() -> None:
    """40 places of random position and height, all minutes worked out once more in plain Python."""
    random = np.random.default_rng(7)
    spots = [tuple(spot) for spot in random.uniform(0, 60, (40, 2))]
    metres = random.uniform(0, 900, 40).tolist()
    joined = {
        tuple(sorted((int(a), int(b))))
        for corners in Delaunay(spots).simplices
        for a, b in itertools.combinations(corners, 2)
    }
    km = {(a, b): math.dist(spots[a], spots[b]) for a, b in joined}
    slope = {(a, b): abs(metres[a] - metres[b]) / 1000 / km[a, b] for a, b in joined}
    relief = [float(np.mean([slope[edge] for edge in joined if place in edge])) for place in range(40)]

    def leg(a: int, b: int) -> float:
        """Minutes from neighbour to neighbour; the relief of the nearest place is read at 10 points of the line."""
        line = [np.array(spots[a]) + (np.array(spots[b]) - np.array(spots[a])) * step / 9 for step in range(10)]
        along = [relief[min(range(40), key=lambda place: math.dist(spot, spots[place]))] for spot in line]
        return km[a, b] * 1.2 * (1 + 5 * max(slope[a, b], sum(along) / 10)) ** 2

    ways: dict[int, list[tuple[int, float]]] = {place: [] for place in range(40)}
    for a, b in joined:
        ways[a].append((b, leg(a, b)))
        ways[b].append((a, leg(a, b)))

    def reach(start: int) -> dict[int, float]:
        done: dict[int, float] = {}
        queue = [(0.0, start)]
        while queue:
            spent, place = heapq.heappop(queue)
            if place not in done:
                done[place] = spent
                for other, more in ways[place]:
                    heapq.heappush(queue, (spent + more, other))
        return done

    ends = list(range(0, 40, 4))
    found = terrain(places(*spots, metres=metres)).nearest(points(*spots), points(*[spots[e] for e in ends]), k=3)
    for start in range(40):
        done = reach(start)
        best = sorted((done[end], i) for i, end in enumerate(ends))[:3]
        assert found.minutes[start].tolist() == about([spent for spent, _ in best])
        assert found.index[start].tolist() == [i for _, i in best]


def test_all_layers_together_are_those_of_a_textbook_search() -> None:
    """30 places, 12 points of major roads, a rugged grid and a city: all minutes once more in plain Python."""
    random = np.random.default_rng(11)
    spots = [tuple(spot) for spot in random.uniform(0, 60, (30, 2))]
    metres = random.uniform(0, 900, 30).tolist()
    knots = [tuple(spot) for spot in random.uniform(0, 60, (12, 2))]
    rungs = [(a, a + 1, 1.1 * math.dist(knots[a], knots[a + 1])) for a in range(11)]
    west, north = points((-5, 65)).get_coordinates().to_numpy()[0]
    grid = Raster(random.integers(0, 600, (90, 140)).astype(np.uint16), west, north, 1 / 120)
    city = cells(30, 10, 40)
    inside = {(int(x), int(y)) for x, y in city[["x_km", "y_km"]].to_numpy()}
    degrees = {spot: points(spot).get_coordinates().to_numpy()[0].tolist() for spot in (*spots, *knots)}

    def height(lon: float, lat: float) -> float:
        """Between the middles of four cells."""
        x, y = (lon - west) * 120 - 0.5, (north - lat) * 120 - 0.5
        left, top = math.floor(x), math.floor(y)
        corners = [[float(grid.values[top + down, left + right]) for right in (0, 1)] for down in (0, 1)]
        upper, lower = (pair[0] + (pair[1] - pair[0]) * (x - left) for pair in corners)
        return upper + (lower - upper) * (y - top)

    def read(a: Spot, b: Spot) -> tuple[float, float]:
        """Mean slope along a line, and the share of its points that are in the city."""
        count = math.ceil(math.dist(a, b))

        def between(p: Sequence[float], q: Sequence[float]) -> list[tuple[float, float]]:
            shares = [step / count for step in range(count + 1)]
            return [(p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share) for share in shares]

        heights = [height(*each) for each in between(degrees[a], degrees[b])]
        drawn = between(a, b)
        urban = [(math.floor(EAST / 1000 + x), math.floor(NORTH / 1000 + y)) in inside for x, y in drawn]
        climb = sum(abs(after - before) for before, after in itertools.pairwise(heights))
        return climb / 1000 / math.dist(a, b), sum(urban) / len(urban)

    ways: dict[object, list[tuple[object, float]]] = {}

    def join(a: object, b: object, spent: float) -> None:
        ways.setdefault(a, []).append((b, spent))
        ways.setdefault(b, []).append((a, spent))

    edges = {
        tuple(sorted((int(a), int(b))))
        for corners in Delaunay(spots).simplices
        for a, b in itertools.combinations(corners, 2)
    }
    for a, b in edges:
        km, (along, urban) = math.dist(spots[a], spots[b]), read(spots[a], spots[b])
        steep = max(along, abs(metres[a] - metres[b]) / 1000 / km)
        join(a, b, km * 1.2 * (1 + 4 * steep) ** 2 * (1 + urban / 2))
    for place, spot in enumerate(spots):
        near = sorted(knots, key=lambda knot: math.dist(spot, knot))[:3]
        for knot in near:
            if math.dist(spot, knot) <= 15:
                along, urban = read(spot, knot)
                join(place, knot, 3 + math.dist(spot, knot) * 1.2 * (1 + 4 * along) ** 2 * (1 + urban / 2))
    for a, b, km in rungs:
        join(knots[a], knots[b], km / 100 * 60 * (1 + 4 * read(knots[a], knots[b])[0]))

    lines = roads(*((knots[a], knots[b], km) for a, b, km in rungs))
    model = terrain(places(*spots, metres=metres), roads=lines, elevation=grid, cells=city, start=3)
    for start in range(0, 30, 5):
        done: dict[object, float] = {}
        queue: list[tuple[float, int, object]] = [(3.0, 0, start)]
        while queue:
            spent, _, at = heapq.heappop(queue)
            if at not in done:
                done[at] = spent
                for other, more in ways[at]:
                    heapq.heappush(queue, (spent + more, id(other), other))
        ends = [end for end in range(30) if end != start]
        found = model.within(points(spots[start]), points(*(spots[end] for end in ends)), minutes=1e6)
        got = dict(zip(found["destination"], found["minutes"], strict=True))
        assert [got[position] for position in range(29)] == about([done[end] for end in ends])


def test_a_limit_is_met_by_minutes_equal_to_it() -> None:
    model = terrain(places((0, 0), (10, 0), (20, 0)))
    limit = minutes(model, (0, 0), (10, 0))
    found = model.within(points((0, 0)), points((20, 0), (10, 0)), minutes=limit)
    assert found["destination"].tolist() == [1]


def test_equal_minutes_are_in_order_of_position() -> None:
    """Two hospitals at the same door."""
    model = terrain(places((0, 0), (10, 0)))
    found = model.nearest(points((0, 0)), points((10, 0), (10, 0), (0, 0)), k=3)
    assert found.index.tolist() == [[2, 0, 1]]


def test_nothing_to_go_to_and_nobody_to_go() -> None:
    model = terrain(places((0, 0), (10, 0)))
    assert model.nearest(points((0, 0)), points(), k=2).index.tolist() == [[-1, -1]]
    assert model.nearest(points(), points((0, 0)), k=2).minutes.shape == (0, 2)
    assert not len(model.within(points(), points((0, 0)), minutes=60))
    assert not len(model.within(points((0, 0)), points(), minutes=60))


def test_a_single_place_is_a_network() -> None:
    assert minutes(terrain(places((0, 0))), (0, 0), (0, 5)) == about(6)


def test_a_place_of_unknown_elevation_lies_as_high_as_its_neighbour() -> None:
    """B is unknown, C beside it is at 500 m: from A to B it climbs."""
    spots = (0, 0), (10, 0), (11, 0)
    unknown = terrain(places(*spots, metres=[0, np.nan, 500]))
    known = terrain(places(*spots, metres=[0, 500, 500]))
    assert minutes(unknown, (0, 0), (10, 0)) == minutes(known, (0, 0), (10, 0)) > 12.5


def test_the_model_says_what_it_is() -> None:
    two = places((0, 0), (1, 0))
    said = Terrain(two, land(PLAIN), steepness=3).describe()
    assert said["model"] == "terrain"
    assert "and 30 minutes to board" in terrain(two, boarding=30).describe()["note"]
    assert said["estimate"] is True
    assert said["title"].startswith("Estimate") and "major roads" not in said["title"]
    assert (said["steepness"], said["circuity"], said["ferry_speed"]) == (3, 1.2, 40)
    for words in ("estimate", "65 km/h", "3 minutes to set out", "ferry (40 km/h, no waiting counted)", "out of reach"):
        assert words in said["note"]
    driven = terrain(two, roads=roads(((0, 1), (20, 1), 20.0))).describe()
    assert driven["title"].startswith("Estimate: over major roads")
    assert "major roads at 100 km/h" in driven["note"] and "Other roads are not known" in driven["note"]


# ---- input that cannot be used


def test_points_in_another_crs_are_refused() -> None:
    good = places((0, 0), (1, 0))
    with pytest.raises(InputError, match="Places: the coordinates are in EPSG:3035, expected EPSG:4326"):
        Terrain(good.to_crs(3035), land(PLAIN))
    with pytest.raises(InputError, match="Land: the coordinates are in EPSG:3035"):
        Terrain(good, land(PLAIN).to_crs(3035))
    with pytest.raises(InputError, match="Ports: the coordinates are in no known system, expected EPSG:4326"):
        terrain(good, ferries=gpd.GeoSeries(points((0, 0)).to_numpy()))
    with pytest.raises(InputError, match="Destinations: the coordinates are in EPSG:3035"):
        terrain(good).nearest(points((0, 0)), points((0, 0)).to_crs(3035))


def test_places_that_make_no_network_are_refused() -> None:
    with pytest.raises(InputError, match="There are no places"):
        terrain(places())
    with pytest.raises(InputError, match="1 places lie at the same point as another, the first at lon, lat"):
        terrain(places((0, 0), (1, 0), (0, 0)))
    with pytest.raises(InputError, match="No place has an elevation"):
        terrain(places((0, 0), (1, 0), metres=[np.nan, np.nan]))
    with pytest.raises(InputError, match="not a point on Earth"):
        terrain(gpd.GeoDataFrame({"area_id": ["A"], "weight": [1.0], "elevation": [0.0]}, geometry=[None], crs=4326))
    with pytest.raises(InputError, match="The land has no polygon"):
        terrain(places((0, 0)), [])


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("circuity", 0.9, "at least 1"),
        ("steepness", -1, "at least 0"),
        ("local_speed", 0, "above 0"),
        ("road_speed", math.inf, "above 0"),
        ("start", -1, "at least 0"),
        ("join_km", math.inf, "at least 0"),
        ("ferry_speed", math.nan, "above 0"),
        ("boarding", -5, "at least 0"),
    ],
)
def test_parameters_out_of_range_are_refused(name: str, value: float, wanted: str) -> None:
    with pytest.raises(InputError, match=f"{name} is .*{wanted}"):
        terrain(places((0, 0), (1, 0)), **{name: value})
