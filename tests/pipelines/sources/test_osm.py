"""Reading OpenStreetMap extracts, from files of a few nodes written here; the real extract where it is at hand."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from geodata import schema
from geodata.errors import InputError
from pipelines.access.travel.roads import Roads, network
from pipelines.sources.osm import extract as osm
from pipelines.sources.osm.ways import read_duration, read_limit, read_way
from tests.opendata import OPENDATA

LIECHTENSTEIN = OPENDATA / "osm/liechtenstein-latest.osm.pbf"

# A cross of streets near 46 N, 11 E; 0.01 degrees are about 1.11 km to the north and 0.77 km to the east.
#
#              3
#              |
#        1 --- 2 --- 4 --- 5
#
CROSS = {1: (11.00, 46.0), 2: (11.01, 46.0), 3: (11.01, 46.01), 4: (11.02, 46.0), 5: (11.03, 46.0)}


def extract(path: Path, *, nodes: dict = CROSS, tagged: dict = {}, ways: list = [], relations: list = []) -> Path:  # noqa: B006
    """Write an extract: nodes with their positions, tags of some, ways as (nodes, tags), relations."""
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2025-03-01T04:05:06Z")
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as file:
        for number, place in nodes.items():
            file.add_node(Node(id=number, location=place, tags=tagged.get(number, {})))
        for number, (members, tags) in enumerate(ways, start=101):
            file.add_way(Way(id=number, nodes=members, tags=tags))
        for number, (members, tags) in enumerate(relations, start=201):
            file.add_relation(Relation(id=number, members=members, tags=tags))
    return path


@pytest.fixture(params=["pbf", "osm"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / {"pbf": "cross.osm.pbf", "osm": "cross.osm"}[request.param]


def test_roads_are_cut_where_they_meet(file: Path) -> None:
    """The street 1-2-4-5 meets the lane 2-3 at node 2, and nothing at 4: three stretches.

    At 50 km/h x 0.8 = 40 km/h a kilometre takes 1.5 minutes; the lane's default is 25 km/h, 2.4 minutes.
    """
    street, lane = {"highway": "tertiary", "maxspeed": "50"}, {"highway": "residential"}
    roads = osm.read_roads(extract(file, ways=[([1, 2, 4, 5], street), ([2, 3], lane)]))
    assert roads["road_id"].tolist() == ["w101-0", "w101-1", "w102-0"]
    assert roads[["start", "end"]].to_numpy().tolist() == [[1, 2], [2, 5], [2, 3]]
    assert roads["km"].tolist() == pytest.approx([0.7747, 2 * 0.7747, 1.1115], abs=0.001)
    assert (roads["forward"] / roads["km"]).tolist() == pytest.approx([1.5, 1.5, 2.4])
    assert roads["backward"].tolist() == roads["forward"].tolist()
    assert list(roads.geometry.iloc[1].coords) == [(11.01, 46.0), (11.02, 46.0), (11.03, 46.0)]
    assert roads.crs == "EPSG:4326"


def test_a_bridge_does_not_meet_the_road_below(file: Path) -> None:
    """The road 1-4 passes over 2 without having it as a node."""
    road = {"highway": "primary"}
    assert len(osm.read_roads(extract(file, ways=[([1, 4], road), ([3, 2], road)]))) == 2


def test_one_way_roads_are_closed_against_the_arrow(file: Path) -> None:
    ways = [
        ([1, 2], {"highway": "residential", "oneway": "yes"}),
        ([2, 3], {"highway": "residential", "oneway": "-1"}),
        ([2, 4], {"highway": "motorway"}),
        ([4, 5], {"highway": "tertiary", "junction": "roundabout"}),
        ([1, 3], {"highway": "motorway", "oneway": "no"}),
    ]
    roads = osm.read_roads(extract(file, ways=ways))
    assert np.isfinite(roads["forward"]).tolist() == [True, False, True, True, True]
    assert np.isfinite(roads["backward"]).tolist() == [False, True, False, False, True]


def test_ferries_take_their_duration_or_20_km_an_hour(file: Path) -> None:
    """The first ferry takes 1 h 30 over two stretches, as it calls at 2; the second, 1.1 km long, has no duration."""
    ways = [([1, 2, 4], {"route": "ferry", "duration": "01:30"}), ([2, 3], {"route": "ferry"})]
    roads = osm.read_roads(extract(file, ways=ways))
    assert roads["kind"].tolist() == ["ferry"] * 3
    assert roads["forward"].tolist() == pytest.approx([45, 45, 1.1115 / 20 * 60], rel=0.001)


def test_a_way_is_cut_where_it_leaves_the_extract(file: Path) -> None:
    """Nodes 8 and 9 are not in the file: of 1-2-8-9-4-5 the ends 1-2 and 4-5 are left, of 3-8 nothing."""
    road = {"highway": "primary"}
    roads = osm.read_roads(extract(file, ways=[([1, 2, 8, 9, 4, 5], road), ([3, 8], road)]))
    assert roads[["road_id", "start", "end"]].to_numpy().tolist() == [["w101-0", 1, 2], ["w101-1", 4, 5]]


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "construction"},
        {"highway": "track"},
        {"highway": "service", "service": "driveway"},
        {"highway": "residential", "access": "private"},
        {"highway": "primary", "motor_vehicle": "no"},
        {"highway": "track", "motor_vehicle": "agricultural;forestry"},
        {"highway": "service", "area": "yes"},
        {"route": "ferry", "motor_vehicle": "no"},
        {"route": "hiking"},
    ],
)
def test_ways_that_a_car_cannot_or_may_not_use(tags: dict[str, str]) -> None:
    assert read_way(tags) is None


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"highway": "primary"}, (65, 65)),
        ({"highway": "primary", "maxspeed": "80"}, (64, 64)),
        ({"highway": "primary", "maxspeed": "50 mph"}, (64.37, 64.37)),
        ({"highway": "primary", "maxspeed": "signals"}, (65, 65)),
        ({"highway": "primary", "maxspeed": "100", "maxspeed:backward": "50"}, (80, 40)),
        ({"highway": "primary", "maxspeed": "80", "surface": "gravel"}, (30, 30)),
        ({"highway": "service", "surface": "gravel"}, (15, 15)),
        ({"highway": "residential", "access": "no", "motorcar": "yes"}, (25, 25)),
        ({"highway": "residential", "access": "destination"}, (25, 25)),
        ({"highway": "residential", "access": "no;permissive"}, (25, 25)),
        ({"highway": "track", "motor_vehicle": "yes"}, (10, 10)),
        ({"highway": "tertiary", "junction": "circular"}, (40, 0)),
    ],
)
def test_speeds(tags: dict[str, str], kmh: tuple[float, float]) -> None:
    way = read_way(tags)
    assert way is not None
    assert (way.forward, way.backward) == pytest.approx(kmh, abs=0.01)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("50", 50),
        ("7.5", 7.5),
        ("30 mph", 48.28),
        ("30mph", 48.28),
        ("10 knots", 18.52),
        ("IT:urban", 50),
        ("IT:rural", 90),
        ("DE:rural", 100),
        ("CH:motorway", 120),
        ("rural", 90),
        ("DE:zone:30", 30),
        ("FR:zone30", 30),
        ("DE:walk", 6),
        ("walk", 6),
        ("none", 130),
        ("50;80", 50),
        ("", None),
        ("0", None),
        ("signals", None),
        ("50 @ (22:00-06:00)", None),
        ("fast", None),
    ],
)
def test_limits(text: str, limit: float | None) -> None:
    assert read_limit(text) == (None if limit is None else pytest.approx(limit, abs=0.01))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("01:30", 90),
        ("0:45:30", 45.5),
        ("90", 90),
        ("PT1H30M", 90),
        ("PT45M", 45),
        ("P1DT2H", 1560),
        ("PT90S", 1.5),
        ("", None),
        ("0", None),
        ("PT", None),
        ("half an hour", None),
    ],
)
def test_durations(text: str, minutes: float | None) -> None:
    assert read_duration(text) == minutes


SQUARE = {11: (11.0, 46.0), 12: (11.002, 46.0), 13: (11.002, 46.002), 14: (11.0, 46.002)}
RING = [11, 12, 13, 14, 11]


def test_services_are_points_with_category_name_and_source(file: Path) -> None:
    """A pharmacy, a nameless fuel station with a shop, and a school ground; the bench is no service."""
    tagged = {
        1: {"amenity": "pharmacy", "name": "Zur Post"},
        2: {"amenity": "bench"},
        4: {"amenity": "fuel", "shop": "convenience", "operator": "Erdöl"},
        5: {"railway": "halt"},
    }
    ground = (RING, {"amenity": "school", "name": "=Schule", "capacity": "120"})
    found = osm.read_services(extract(file, nodes=CROSS | SQUARE, tagged=tagged, ways=[ground]))
    assert found[["service_id", "category", "name"]].to_numpy().tolist() == [
        ["n1-pharmacy", "pharmacy", "Zur Post"],
        ["n4-convenience", "convenience", "Erdöl"],
        ["n4-fuel", "fuel", "Erdöl"],
        ["n5-any_station", "any_station", "Railway station without a name"],
        ["w101-school", "school", "=Schule"],
    ]
    assert found["capacity"].tolist()[-1] == 120
    assert found["capacity"].isna().tolist() == [True] * 4 + [False]
    assert found["source_url"].iloc[-1] == "https://www.openstreetmap.org/way/101"
    assert 11.0 < found.geometry.iloc[-1].x < 11.002
    schema.check("services", found)


def test_a_service_inside_a_larger_one_of_its_category_is_the_same(file: Path) -> None:
    """Node 21 marks the school whose ground is mapped; node 22, a kindergarten, is another service."""
    inside = {21: (11.001, 46.001), 22: (11.0011, 46.001)}
    tagged = {21: {"amenity": "school"}, 22: {"amenity": "kindergarten"}}
    ground = (RING, {"amenity": "school"})
    found = osm.read_services(extract(file, nodes=SQUARE | inside, tagged=tagged, ways=[ground]))
    assert found["service_id"].tolist() == ["n22-kindergarten", "w101-school"]


def test_an_extract_without_services_gives_an_empty_layer(file: Path) -> None:
    found = osm.read_services(extract(file))
    assert found.empty
    schema.check("services", found)


def test_settlements_with_their_population(file: Path) -> None:
    """A town of 5,400, a village of unknown population, and a locality where nobody lives."""
    tagged = {
        4: {"place": "town", "name": "Markt", "population": "5400"},
        2: {"place": "village", "name": "Dorf", "population": "ca. 300"},
        3: {"place": "locality", "name": "Alm"},
    }
    found = osm.read_places(extract(file, tagged=tagged))
    assert found[["place_id", "name", "rank"]].to_numpy().tolist() == [
        ["n2", "Dorf", "village"],
        ["n4", "Markt", "town"],
    ]
    assert found["population"].isna().tolist() == [True, False]
    assert found["population"].iloc[1] == 5400
    assert found.geometry.iloc[1].coords[0] == CROSS[4]
    with pytest.raises(InputError, match=r"has no settlements \(nodes tagged place\)"):
        osm.read_places(extract(file))


def commune(*, name: str, **tags: str) -> tuple[list, dict[str, str]]:
    return [("w", 101, "outer")], {"type": "boundary", "boundary": "administrative", "name": name, **tags}


def test_areas_of_a_level_with_their_code(file: Path) -> None:
    """One ring is the outline of a commune and of a district; the commune next to it is not wholly in the file."""
    relations = [
        commune(name="Aldein", admin_level="8", code="007"),
        commune(name="Bezirk", admin_level="6", code="07"),
        ([("w", 999, "outer")], {**commune(name="Beyond", admin_level="8", code="008")[1]}),
    ]
    path = extract(
        file, nodes=SQUARE, ways=[(RING, {"boundary": "administrative", "admin_level": "8"})], relations=relations
    )
    areas = osm.read_areas(path, level=8, code="code")
    assert areas[["area_id", "name"]].to_numpy().tolist() == [["007", "Aldein"]]
    assert areas.geometry.iloc[0].bounds == (11.0, 46.0, 11.002, 46.002)
    assert osm.read_areas(path, level=6)["area_id"].tolist() == ["r202"]


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ({"code": "007"}, r"2 of 2 areas in .* have the same code 'code' \(first: Aldein, Buch\)"),
        ({}, r"1 of 2 areas in .* have no code 'code' \(first: Buch\); name another tag"),
    ],
)
def test_areas_without_a_code_of_their_own_are_refused(tmp_path: Path, second: dict[str, str], sentence: str) -> None:
    relations = [commune(name="Aldein", admin_level="8", code="007"), commune(name="Buch", admin_level="8", **second)]
    path = extract(tmp_path / "a.osm.pbf", nodes=SQUARE, ways=[(RING, {})], relations=relations)
    with pytest.raises(InputError, match=sentence):
        osm.read_areas(path, level=8, code="code")


def test_the_day_of_the_data_is_read(tmp_path: Path) -> None:
    assert osm.read_date(extract(tmp_path / "a.osm.pbf")) == "2025-03-01"
    with osmium.SimpleWriter(str(tmp_path / "b.osm.pbf")) as bare:
        bare.add_node(Node(id=1, location=(11, 46)))
    assert osm.read_date(tmp_path / "b.osm.pbf") is None


def test_an_extract_without_roads_is_refused(file: Path) -> None:
    path = extract(file, ways=[([1, 2], {"highway": "footway"}), ([2, 3], {"waterway": "river"})])
    with pytest.raises(
        InputError, match=f"^{file.name} has no roads that a car may use; give an extract with highways.$"
    ):
        osm.read_roads(path)
    with pytest.raises(InputError, match="has no administrative areas of level 8"):
        osm.read_areas(path, level=8)


def test_a_truncated_extract_is_refused(tmp_path: Path) -> None:
    """Cut in the middle, and within the header; and a file that is something else."""
    path = extract(tmp_path / "cut.osm.pbf", ways=[([1, 2], {"highway": "primary"})])
    content = path.read_bytes()
    for part in (content[: len(content) - 9], content[:20], b"id,name\n" * 50):
        path.write_bytes(part)
        with pytest.raises(InputError, match=r"^cut\.osm\.pbf cannot be read as an OpenStreetMap extract"):
            osm.read_roads(path)
    with pytest.raises(InputError, match=r"none.osm.pbf cannot be read .*No such file"):
        osm.read_date(tmp_path / "none.osm.pbf")


@pytest.mark.opendata("osm/liechtenstein-latest.osm.pbf")
def test_liechtenstein_is_read() -> None:
    """11 municipalities, 160 km2 in all as published; every municipality has roads."""
    roads, services, areas = (
        osm.read_roads(LIECHTENSTEIN),
        osm.read_services(LIECHTENSTEIN),
        osm.read_areas(LIECHTENSTEIN, level=8),
    )
    built = network(roads)
    assert len(areas) == 11
    assert areas.to_crs("EPSG:3035").area.sum() / 1e6 == pytest.approx(160, abs=1)
    assert built.nodes > 3000
    nodes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(built.lon, built.lat), crs="EPSG:4326")
    assert set(nodes.sjoin(areas)["area_id"]) == set(areas["area_id"])
    schema.check("services", services)
    assert {"pharmacy", "school", "bus_stop"} <= set(services["category"])


@pytest.mark.opendata("osm/liechtenstein-latest.osm.pbf")
def test_liechtenstein_minutes_equal_networkx() -> None:
    """From every node to the 3 nearest of 70 bus stops, and to all of them within 4 minutes."""
    built, services = network(osm.read_roads(LIECHTENSTEIN)), osm.read_services(LIECHTENSTEIN)
    stops = services[services["category"] == "bus_stop"].geometry.iloc[:70]
    legs = Roads(built, date=osm.read_date(LIECHTENSTEIN)).legs(stops)
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(built.edges[["head", "tail", "minutes"]].itertuples(index=False))
    minutes = np.full((len(stops), built.nodes), np.inf)
    for row, (node, leg) in enumerate(zip(legs.node, legs.minutes, strict=True)):
        found = nx.single_source_dijkstra_path_length(graph, int(node))
        minutes[row, list(found)] = np.array(list(found.values())) + leg
    expected = np.sort(minutes, axis=0)[:3].T
    np.testing.assert_allclose(built.nearest(legs, k=3).minutes, expected, atol=1e-6, rtol=0)
    pairs = built.within(np.arange(built.nodes), legs, minutes=4)
    assert len(pairs) == (minutes <= 4).sum()
    np.testing.assert_allclose(pairs["minutes"], minutes[pairs["destination"], pairs["node"]], atol=1e-6, rtol=0)
