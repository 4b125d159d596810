"""The network's two queries, on drawings small enough to check by hand, and against networkx on random networks."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.access.travel import network as module
from pipelines.access.travel.network import Legs, Network

Edge = tuple[int, int, float]


def network(nodes: int, edges: list[Edge], *, km_per_minute: float = 0.5) -> Network:
    """Nodes on a line; each edge from a node to another in some minutes."""
    tail, head, minutes = (np.array([edge[part] for edge in edges]) for part in range(3))
    place = np.arange(nodes) / 100
    minutes = minutes.astype(float)
    return Network(place, place, tail.astype(int), head.astype(int), minutes, minutes * km_per_minute)


def both_ways(*edges: Edge) -> list[Edge]:
    return [*edges, *((head, tail, minutes) for tail, head, minutes in edges)]


def at(*nodes: int, minutes: float = 0.0) -> Legs:
    return Legs(np.array(nodes, dtype=int), np.full(len(nodes), minutes), np.full(len(nodes), minutes / 4))


def test_minutes_follow_the_direction_of_travel() -> None:
    """A one-way ring: 0 -> 1 -> 2 -> 3 -> 0, a minute each.

        0 --> 1
        ^     |
        |     v
        3 <-- 2

    The pharmacy is at 0. From 3 it is one minute; from 1 it is three, although 1 is next door against the arrow.
    """
    ring = network(4, [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1)])
    found = ring.nearest(at(0))
    assert found.minutes[:, 0].tolist() == [0, 3, 2, 1]
    assert found.km[:, 0].tolist() == [0, 1.5, 1, 0.5]


def test_second_and_third_nearest_are_other_destinations() -> None:
    """Four villages in a row, 10 minutes apart; schools at 0, 1 and 3.

        0s --10-- 1s --10-- 2 --10-- 3s

    From 2: school 1 or 3 at 10 minutes, the other at 10 too, school 0 at 20. From 0: itself, 1 at 10, 3 at 30.
    """
    row = network(4, both_ways((0, 1, 10), (1, 2, 10), (2, 3, 10)))
    found = row.nearest(at(0, 1, 3), k=3)
    assert found.minutes.tolist() == [[0, 10, 30], [0, 10, 20], [10, 10, 20], [0, 20, 30]]
    assert found.index[0].tolist() == [0, 1, 2]
    assert sorted(found.index[2, :2]) == [1, 2]
    assert found.index[2, 2] == 0


def test_two_destinations_at_one_node_are_two() -> None:
    """A surgery and a hospital share node 1, 2 and 5 minutes from it: 9 and 12 from node 0, which is 7 minutes away."""
    legs = Legs(np.array([1, 1]), np.array([5.0, 2.0]), np.array([1.0, 0.5]))
    found = network(2, both_ways((0, 1, 7))).nearest(legs, k=3)
    assert found.minutes.tolist() == [[9, 12, np.inf], [2, 5, np.inf]]
    assert found.index.tolist() == [[1, 0, -1], [1, 0, -1]]
    assert found.km.tolist() == [[4.0, 4.5, np.inf], [0.5, 1.0, np.inf]]


def test_kilometres_are_those_of_the_quickest_way_not_the_shortest() -> None:
    """From 0 to 2: 8 km in 10 minutes over 1 (a fast road), or 5 km in 12 straight."""
    tail, head = np.array([0, 1, 0]), np.array([1, 2, 2])
    roads = Network(np.zeros(3), np.zeros(3), tail, head, np.array([5.0, 5.0, 12.0]), np.array([4.0, 4.0, 5.0]))
    found = roads.nearest(at(2))
    assert (found.minutes[0, 0], found.km[0, 0]) == (10, 8)
    pairs = roads.within(np.array([0]), at(2), minutes=10)
    assert pairs[["node", "destination", "minutes", "km"]].to_numpy().tolist() == [[0, 0, 10, 8]]


def test_no_way_is_infinite_and_no_error() -> None:
    """0 -> 1, and 2 on an island: from 1 and 2 there is no way to 0, and no edge at all is a network too."""
    found = network(3, [(0, 1, 1)]).nearest(at(0), k=2)
    assert found.minutes[:, 0].tolist() == [0, np.inf, np.inf]
    assert found.index.tolist() == [[0, -1], [-1, -1], [-1, -1]]
    assert network(2, []).nearest(at(1)).minutes[:, 0].tolist() == [np.inf, 0]
    assert np.isinf(network(2, [(0, 1, 1)]).nearest(at(), k=2).minutes).all()


def test_an_edge_of_no_minutes_is_an_edge() -> None:
    assert network(3, [(0, 1, 0), (1, 2, 0)]).nearest(at(2)).minutes[:, 0].tolist() == [0, 0, 0]


def test_of_parallel_roads_the_quickest_counts_and_closed_ones_do_not() -> None:
    roads = network(2, [(0, 1, 9), (0, 1, 4), (0, 0, 1), (1, 0, np.inf)])
    assert roads.edges[["tail", "head", "minutes"]].to_numpy().tolist() == [[0, 1, 4]]


def test_small_parts_are_dropped() -> None:
    """A village of three streets, a yard of two nodes, and a one-way street out of the village that never returns.

        0 -- 1 -- 2 --> 3        4 -- 5

    Of at least three nodes that reach each other only 0, 1 and 2 are left.
    """
    kept = network(6, [*both_ways((0, 1, 1), (1, 2, 2), (4, 5, 1)), (2, 3, 1)]).without_small_parts(3)
    assert kept.lon.tolist() == [0, 0.01, 0.02]
    assert kept.nearest(at(2)).minutes[:, 0].tolist() == [3, 2, 0]
    assert kept.without_small_parts(4).nodes == 0


def test_within_meets_a_limit_that_is_equal() -> None:
    """0 --10-- 1 --10-- 2, destination at 2: 20 minutes from 0 are within 20 and not within 19.9."""
    row = network(3, both_ways((0, 1, 10), (1, 2, 10)))
    assert sorted(row.within(np.array([0, 1]), at(2), minutes=20)["minutes"]) == [10, 20]
    assert row.within(np.array([0, 1]), at(2), minutes=19.9)["minutes"].tolist() == [10]
    assert row.within(np.array([0, 1]), at(), minutes=20).empty
    assert row.count_within(np.array([1, 0]), at(2), minutes=19.9).tolist() == [1, 0]
    assert row.count_within(np.array([0, 1]), at(), minutes=20).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("edges", "sentence"),
    [
        ([(0, 5, 1.0), (0, 1, 1.0)], "1 edges name a node outside 0 to 1"),
        ([(0, 1, 1.0), (1, 0, -2.0)], "Minutes or km of 1 edges are negative or missing, first edge 1"),
        ([(0, 1, np.nan)], "Minutes or km of 1 edges are negative or missing, first edge 0"),
    ],
)
def test_bad_edges_are_refused_in_one_sentence(edges: list[Edge], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        network(2, edges)


@st.composite
def situations(draw: st.DrawFn) -> tuple[int, list[Edge], Legs]:
    """A network of up to 12 nodes with up to 40 edges, and up to 20 destinations with legs; many of them tie."""
    nodes = draw(st.integers(1, 12))
    node, minutes = st.integers(0, nodes - 1), st.sampled_from([0.0, 1.0, 2.0, 3.5, 10.25])
    edges = draw(st.lists(st.tuples(node, node, minutes), max_size=40))
    ends = draw(st.lists(st.tuples(node, minutes), min_size=1, max_size=20))
    leg = np.array([end[1] for end in ends])
    return nodes, edges, Legs(np.array([end[0] for end in ends]), leg, leg * 0.5)


def oracle(nodes: int, edges: list[Edge], ends: Legs) -> np.ndarray:
    """Minutes from every node to every destination, one search by networkx each."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_weighted_edges_from((head, tail, minutes) for tail, head, minutes in edges)
    minutes = np.full((nodes, len(ends.node)), np.inf)
    for column, (node, leg) in enumerate(zip(ends.node, ends.minutes, strict=True)):
        for place, found in nx.single_source_dijkstra_path_length(graph, int(node)).items():
            minutes[place, column] = found + leg
    return minutes


@settings(max_examples=150, deadline=None)
@given(situations(), st.integers(1, 5))
def test_nearest_equals_networkx(situation: tuple[int, list[Edge], Legs], k: int) -> None:
    nodes, edges, ends = situation
    expected = np.full((nodes, k), np.inf)
    all_minutes = oracle(nodes, edges, ends)
    expected[:, : min(k, all_minutes.shape[1])] = np.sort(all_minutes, axis=1)[:, :k]
    found = network(nodes, edges).nearest(ends, k=k)
    np.testing.assert_allclose(found.minutes, expected, atol=1e-6, rtol=0)
    # Each destination is named once, and is as far as it is said to be; here a minute is half a kilometre.
    place, order = np.nonzero(found.index >= 0)
    np.testing.assert_array_equal(found.index >= 0, np.isfinite(expected))
    named = found.index[place, order]
    np.testing.assert_allclose(all_minutes[place, named], expected[place, order], atol=1e-6, rtol=0)
    assert not pd.DataFrame({"place": place, "named": named}).duplicated().any()
    np.testing.assert_allclose(found.km[place, order], expected[place, order] * 0.5, atol=1e-6, rtol=0)


@settings(max_examples=100, deadline=None)
@given(situations(), st.sampled_from([0.0, 2.0, 7.0, 1000.0]), st.sampled_from([1, 60, module.CELLS]))
def test_within_equals_networkx(situation: tuple[int, list[Edge], Legs], limit: float, cells: int) -> None:
    """Whether the destinations are searched together, in halves of halves, or each alone."""
    nodes, edges, ends = situation
    asked = np.arange(0, nodes, 2)
    expected = oracle(nodes, edges, ends)[asked]
    roads = network(nodes, edges)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CELLS", cells)
        found = roads.within(asked, ends, minutes=limit)
        counts = roads.count_within(asked, ends, minutes=limit)
    # Exactly so, since all minutes are sums of quarters.
    assert counts.tolist() == (expected <= limit).sum(axis=1).tolist()
    assert not found.duplicated(["node", "destination"]).any()
    matrix = np.full((nodes, len(ends.node)), np.inf)
    matrix[found["node"].to_numpy(dtype=int), found["destination"].to_numpy(dtype=int)] = found["minutes"]
    np.testing.assert_allclose(matrix[asked], np.where(expected <= limit, expected, np.inf), atol=1e-6, rtol=0)
    np.testing.assert_allclose(found["km"], found["minutes"] * 0.5, atol=1e-6, rtol=0)


def between(roads: Network) -> np.ndarray:
    """Minutes between all nodes."""
    found = roads.nearest(at(*range(roads.nodes)), k=roads.nodes)
    minutes = np.full((roads.nodes, roads.nodes), np.inf)
    place, order = np.nonzero(found.index >= 0)
    minutes[place, found.index[place, order]] = found.minutes[place, order]
    return minutes


@settings(max_examples=100, deadline=None)
@given(situations())
def test_a_detour_is_never_quicker(situation: tuple[int, list[Edge], Legs]) -> None:
    minutes = between(network(*situation[:2]))
    detours = (minutes[:, :, None] + minutes[None, :, :]).min(axis=1)
    assert (minutes <= detours + 1e-9).all()
    assert (np.diag(minutes) == 0).all()


@settings(max_examples=100, deadline=None)
@given(situations(), st.data())
def test_a_new_road_never_makes_a_trip_longer(situation: tuple[int, list[Edge], Legs], data: st.DataObject) -> None:
    nodes, edges, _ = situation
    node = st.integers(0, nodes - 1)
    extra = (data.draw(node), data.draw(node), data.draw(st.floats(0, 20)))
    assert (between(network(nodes, [*edges, extra])) <= between(network(nodes, edges)) + 1e-9).all()


def test_a_network_with_more_nodes_is_the_same_as_one_made_of_all_at_once() -> None:
    """Nodes 0 to 2 in a row, then 3 and 4 that ways lead to, two of them between the same nodes."""
    lon, lat = np.zeros(5), np.arange(5.0)
    tail, head = np.array([0, 1, 2, 1, 1, 2, 0]), np.array([1, 0, 1, 4, 4, 3, 4])
    minutes = np.array([1.0, 1.0, 2.0, 9.0, 4.0, 5.0, 7.0])
    whole = Network(lon, lat, tail, head, minutes, minutes)
    first = Network(lon[:3], lat[:3], tail[:3], head[:3], minutes[:3], minutes[:3])
    grown = first.extended(lon[3:], lat[3:], tail[3:], head[3:], minutes[3:], minutes[3:])
    pd.testing.assert_frame_equal(grown.edges, whole.edges)
    assert grown.nodes == 5 and first.nodes == 3
    with pytest.raises(InputError, match="lead to nodes that are there already"):
        first.extended(lon[3:], lat[3:], tail, head, minutes, minutes)
