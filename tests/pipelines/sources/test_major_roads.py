"""The graph of major roads, from a module of a few points in the publisher's own form."""

import pytest

from geodata.errors import InputError
from pipelines.sources.osm import major_roads

# Four points at 45 N: 0 - 1 - 2 in a row, and 3 far in the east; the module is never run.
MODULE = b"""raise SystemExit
graph=[{1: 80.5}, {0: 80.5, 2: 79.25}, {1: 79.25, 3: 900.0}, {2: 900.0}]
nodes=[[45.0, 7.0], [45.0, 8.0], [45.0, 9.0], [45.0, 20.0]]
world = GeoGraph(graph=graph, nodes=nodes)
"""


def test_each_road_is_read_once_with_its_kilometres():
    found = major_roads.read(MODULE, bounds=(-180, -90, 180, 90))
    assert found["km"].tolist() == [80.5, 79.25, 900]
    assert [list(line.coords) for line in found.geometry] == [
        [(7, 45), (8, 45)],
        [(8, 45), (9, 45)],
        [(9, 45), (20, 45)],
    ]
    assert found.crs.to_epsg() == 4326


def test_a_road_that_leaves_the_rectangle_is_left_out_and_one_on_its_rim_is_not():
    assert major_roads.read(MODULE, bounds=(7, 45, 9, 46))["km"].tolist() == [80.5, 79.25]
    assert major_roads.read(MODULE, bounds=(7.1, 44, 10, 46))["km"].tolist() == [79.25]
    assert major_roads.read(MODULE, bounds=(0, 0, 1, 1)).empty


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"graph=[{1: 80.5}]",
        MODULE.replace(b"79.25, 3", b"long, 3"),
        MODULE.replace(b"{2: 900.0}", b"{2: }"),
        MODULE.replace(b", [45.0, 20.0]", b""),
        b"\xff\xfe",
    ],
)
def test_a_module_that_is_another_is_refused(content: bytes):
    with pytest.raises(InputError, match="no module with the lists graph and nodes"):
        major_roads.read(content, bounds=(-180, -90, 180, 90))
