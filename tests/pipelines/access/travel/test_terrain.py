"""The terrain model on hand-drawn places. Drawings are in km; without slope and towns a km takes 1.2 minutes."""

import heapq
import itertools
import math
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay
from shapely import Polygon, box

from geodata.errors import InputError
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


def places(*spots: Spot, metres: list[float] | None = None, people: list[float] | None = None) -> gpd.GeoDataFrame:
    columns = {"elevation": metres or [0.0] * len(spots), "own_population": people or [100.0] * len(spots)}
    return gpd.GeoDataFrame(columns, geometry=points(*spots))


def terrain(nodes: gpd.GeoDataFrame, shapes: list[Polygon] | None = None, **options: Any) -> Terrain:
    return Terrain(nodes, land(PLAIN if shapes is None else shapes), **options)


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


def test_towns_are_joined_by_faster_roads_past_the_village_between() -> None:
    """A and C are towns, B is a village: 24 km at 80 km/h are 18 minutes; one town alone has no faster road."""
    spots = (0, 0), (10, 0), (20, 0)
    assert minutes(terrain(places(*spots, people=[5000, 100, 5000])), (0, 0), (20, 0)) == about(18)
    assert minutes(terrain(places(*spots, people=[5000, 100, 4999])), (0, 0), (20, 0)) == about(24)
    assert minutes(terrain(places(*spots, people=[5000, 100, np.nan])), (0, 0), (20, 0)) == about(24)


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
    """2 km out of A at 30 km/h with circuity 1.2 are 4.8 minutes, then 12 minutes to B."""
    model = terrain(places((0, 0), (10, 0)))
    assert minutes(model, (-2, 0), (10, 0)) == about(16.8)


def test_minutes_are_nothing_only_at_the_very_place() -> None:
    """B and its hospital 1 km away: 2.4 minutes; two points 0.1 km apart do not go round by the place."""
    model = terrain(places((0, 0), (10, 0)))
    assert minutes(model, (0, 0), (0, 0)) == 0
    assert minutes(model, (0, 0), (0, 1)) == about(2.4)
    assert minutes(model, (0, 1), (0.1, 1)) == about(0.24)


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
    assert minutes(terrain(places((0, 0))), (0, 0), (0, 5)) == about(12)


def test_a_place_of_unknown_elevation_lies_as_high_as_its_neighbour() -> None:
    """B is unknown, C beside it is at 500 m: from A to B it climbs."""
    spots = (0, 0), (10, 0), (11, 0)
    unknown = terrain(places(*spots, metres=[0, np.nan, 500]))
    known = terrain(places(*spots, metres=[0, 500, 500]))
    assert minutes(unknown, (0, 0), (10, 0)) == minutes(known, (0, 0), (10, 0)) > 12.5


def test_the_model_says_what_it_is() -> None:
    said = terrain(places((0, 0), (1, 0)), steepness=4).describe()
    assert said["model"] == "terrain"
    assert "and 30 minutes to board" in terrain(places((0, 0), (1, 0)), boarding=30).describe()["note"]
    assert said["estimate"] is True
    assert said["title"].startswith("Estimate")
    assert (said["steepness"], said["circuity"], said["ferry_speed"]) == (4, 1.2, 20)
    for words in ("estimate", "60 km/h", "80 km/h", "5,000", "ferry (20 km/h, no waiting counted)", "out of reach"):
        assert words in said["note"]


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
        terrain(gpd.GeoDataFrame({"elevation": [0.0], "own_population": [1.0]}, geometry=[None], crs=4326))
    with pytest.raises(InputError, match="The land has no polygon"):
        terrain(places((0, 0)), [])


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("circuity", 0.9, "at least 1"),
        ("steepness", -1, "at least 0"),
        ("speed", 0, "above 0"),
        ("town_speed", math.inf, "above 0"),
        ("ferry_speed", math.nan, "above 0"),
        ("boarding", -5, "at least 0"),
    ],
)
def test_parameters_out_of_range_are_refused(name: str, value: float, wanted: str) -> None:
    with pytest.raises(InputError, match=f"{name} is .*{wanted}"):
        terrain(places((0, 0), (1, 0)), **{name: value})
