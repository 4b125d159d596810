"""A directed, weighted network and its two queries, both searched outwards from the destinations.

The k nearest destinations of every node take k passes over the network, however many destinations there are. Pass 1
is Dijkstra's algorithm from all destinations at once, against the direction of travel. In pass r every node u knows
S(u), its r - 1 nearest. The quickest way from v to its r-th nearest starts with some edge to u:

- S(u) holds a destination that S(v) lacks: the nearest of these is the best that u can offer, and it is known;
- S(u) = S(v): what u offers is its own r-th nearest, so the edge is searched in this pass.

The first kind gives the starting values of pass r, the second its graph; ties change nothing, since any r - 1
nearest destinations will do for S. Dijkstra (1959), Numerische Mathematik 1, 269-271; the search itself is SciPy's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geodata.errors import InputError
from pipelines.access.travel.model import Floats, Ints, Nearest

# Destinations searched together in `within`, times the rows of their part: bounds its memory, about 10 MB.
CELLS = 2**20


@dataclass(frozen=True)
class Legs:
    """How points reach the network: node of each (-1: it does not), minutes and kilometres to it, shape (n,)."""

    node: Ints
    minutes: Floats
    km: Floats

    def take(self, rows: Ints) -> "Legs":
        """The legs of some points, by position."""
        return Legs(self.node[rows], self.minutes[rows], self.km[rows])


@dataclass(frozen=True)
class _Graph:
    """Edges in compressed rows: those that leave row r are at start[r] to start[r + 1]."""

    start: Ints
    row: Ints
    column: Ints
    minutes: Floats
    km: Floats

    @property
    def size(self) -> int:
        return len(self.start) - 1

    def with_sources(self, legs: Legs) -> "_Graph":
        """Add one row a leg, with one edge to the leg's node."""
        more = np.arange(1, len(legs.node) + 1)
        return _Graph(
            np.append(self.start, self.start[-1] + more),
            np.append(self.row, self.size + more - 1),
            np.append(self.column, legs.node),
            np.append(self.minutes, legs.minutes),
            np.append(self.km, legs.km),
        )

    def where(self, keep: np.ndarray) -> "_Graph":
        """Keep some of the edges."""
        start = np.append(0, np.cumsum(keep))[self.start]
        return _Graph(start, self.row[keep], self.column[keep], self.minutes[keep], self.km[keep])

    def induced(self, rows: Ints) -> "_Graph":
        """Keep some rows, numbered anew, and the edges among them."""
        position = np.full(self.size, -1)
        position[rows] = np.arange(len(rows))
        count = self.start[rows + 1] - self.start[rows]
        start = np.append(0, np.cumsum(count))
        edge = np.repeat(self.start[rows] - start[:-1], count) + np.arange(start[-1])
        row, column = np.repeat(np.arange(len(rows)), count), position[self.column[edge]]
        return _Graph(start, row, column, self.minutes[edge], self.km[edge]).where(column >= 0)

    def matrix(self) -> csr_array:
        """The same for SciPy, which needs 32-bit positions; an edge of 0 minutes stays an edge."""
        parts = (self.minutes, self.column.astype(np.int32), self.start.astype(np.int32))
        return csr_array(parts, shape=(self.size, self.size))


class Network:
    """Nodes, and edges that can be travelled from `tail` to `head`.

    Of several edges between the same nodes the quickest is kept (the shortest of equals); an edge from a node to
    itself is left out.

    Parameters
    ----------
    lon, lat
        Position of each node in degrees, EPSG:4326, shape (n,).
    tail, head
        Nodes of each edge, by position.
    minutes, km
        Of each edge; infinite minutes close an edge.

    Raises
    ------
    InputError
        An edge names an unknown node, or its minutes or kilometres are negative or missing.
    """

    def __init__(self, lon: Floats, lat: Floats, tail: Ints, head: Ints, minutes: Floats, km: Floats) -> None:
        unknown = (np.minimum(tail, head) < 0) | (np.maximum(tail, head) >= len(lon))
        if unknown.any():
            raise InputError(f"{unknown.sum():,} edges name a node outside 0 to {len(lon) - 1:,}; correct the network.")
        bad = ~((minutes >= 0) & (km >= 0))
        if bad.any():
            raise InputError(
                f"Minutes or km of {bad.sum():,} edges are negative or missing, first edge {np.argmax(bad):,}; "
                "expected 0 or more."
            )
        self.lon, self.lat = lon, lat
        usable = np.flatnonzero(np.isfinite(minutes) & (tail != head))
        usable = usable[np.lexsort((km[usable], minutes[usable], tail[usable], head[usable]))]
        row, column = head[usable], tail[usable]
        usable = usable[np.append(True, (np.diff(row) != 0) | (np.diff(column) != 0))[: len(usable)]]
        row, column = head[usable].astype(np.int64), tail[usable].astype(np.int64)
        start = np.append(0, np.cumsum(np.bincount(row, minlength=len(lon))))
        self._graph = _Graph(start, row, column, minutes[usable].astype(np.float64), km[usable].astype(np.float64))

    def extended(self, lon: Floats, lat: Floats, tail: Ints, head: Ints, minutes: Floats, km: Floats) -> "Network":
        """Add nodes, and edges that lead to them alone; what is there already need not be sorted again.

        Parameters
        ----------
        lon, lat
            Position of each new node, which come after the others.
        tail, head, minutes, km
            As of a network; every head is a new node, every tail one that was there before.

        Raises
        ------
        InputError
            As `Network`, or an edge leads to a node that was there before.
        """
        count = self.nodes
        if len(head) and head.min() < count:
            raise InputError(
                f"{(head < count).sum():,} edges lead to nodes that are there already; make a new network."
            )
        more = Network(np.append(self.lon, lon), np.append(self.lat, lat), tail, head, minutes, km)
        old, new = self._graph, more._graph
        more._graph = _Graph(
            np.append(old.start, old.start[-1] + new.start[count + 1 :]),
            np.append(old.row, new.row),
            np.append(old.column, new.column),
            np.append(old.minutes, new.minutes),
            np.append(old.km, new.km),
        )
        return more

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)

    @property
    def edges(self) -> pd.DataFrame:
        """One row an edge: tail, head, minutes, km."""
        graph = self._graph
        return pd.DataFrame({"tail": graph.column, "head": graph.row, "minutes": graph.minutes, "km": graph.km})

    def without_small_parts(self, smallest: int) -> "Network":
        """Drop the parts of fewer nodes than `smallest`; within a part every node can reach every other and back."""
        _, part = connected_components(self._graph.matrix(), directed=True, connection="strong")
        keep = np.bincount(part)[part] >= smallest
        position = np.where(keep, np.cumsum(keep) - 1, -1)
        edges = self.edges[keep[self._graph.row] & keep[self._graph.column]]
        tail, head = position[edges["tail"]], position[edges["head"]]
        minutes, km = edges["minutes"].to_numpy(), edges["km"].to_numpy()
        return Network(self.lon[keep], self.lat[keep], tail, head, minutes, km)

    def nearest(self, destinations: Legs, *, k: int = 1) -> Nearest:
        """Find the k destinations with the fewest minutes from every node, in k passes over the network.

        Parameters
        ----------
        destinations
            Where the destinations leave the network, and how far they are from there.
        k
            How many.

        Returns
        -------
        Nearest
            Of every node, shape (nodes, k). Among destinations at the same minutes the choice is arbitrary but
            always the same.
        """
        n, count = self.nodes, len(destinations.node)
        graph = self._graph.with_sources(destinations)
        index = np.full((k, graph.size), -1, dtype=np.int64)
        minutes, km = np.full((k, graph.size), np.inf), np.full((k, graph.size), np.inf)
        if count:
            minutes[0], km[0], index[0] = _search(graph, n, count)
        for rank in range(1, min(k, count)):
            gates, label, inside = _gates(graph, index[:rank], minutes[:rank], km[:rank])
            if not len(label):
                break
            found, length, source = _search(graph.where(inside).with_sources(gates), graph.size, len(label))
            minutes[rank], km[rank] = found[: graph.size], length[: graph.size]
            index[rank] = np.append(label, -1)[source][: graph.size]
        return Nearest(*(np.ascontiguousarray(part[:, :n].T) for part in (index, minutes, km)))

    def within(self, nodes: Ints, destinations: Legs, *, minutes: float) -> pd.DataFrame:
        """Find every pair of a node and a destination within a limit.

        One pass from a group of destinations cuts out the part of the network within the limit of any of them. The
        group is halved, and the part with it, until it is small; then each is searched in its part.

        Parameters
        ----------
        nodes
            The nodes that are asked for.
        destinations
            Where the destinations leave the network, and how far they are from there.
        minutes
            The limit; a pair at the limit is within it.

        Returns
        -------
        DataFrame
            Columns `node`, `destination` (position), `minutes`, `km`; in no particular order.
        """
        wanted = np.zeros(self.nodes, dtype=bool)
        wanted[nodes] = True
        tables = []
        for part, rows, group in self._parts(destinations, minutes):
            first = part.size - len(group)
            found, before = dijkstra(
                part.matrix(), indices=first + np.arange(len(group)), limit=minutes, return_predecessors=True
            )
            asked = np.flatnonzero(wanted[rows[:first]])
            length = np.array([_lengths(part, each)[asked] for each in before]).reshape(len(group), len(asked))
            at = np.nonzero(np.isfinite(found[:, asked]))
            columns = {"node": rows[asked][at[1]], "destination": group[at[0]]}
            tables.append(pd.DataFrame(columns | {"minutes": found[:, asked][at], "km": length[at]}))
        return pd.concat(tables, ignore_index=True)

    def count_within(self, nodes: Ints, destinations: Legs, *, minutes: float) -> Ints:
        """Count the destinations within a limit of each node asked for, as `within` finds them; shape (nodes,)."""
        counts = np.zeros(self.nodes, dtype=np.int64)
        for part, rows, group in self._parts(destinations, minutes):
            first = part.size - len(group)
            found = dijkstra(part.matrix(), indices=first + np.arange(len(group)), limit=minutes)
            counts[rows[:first]] += np.isfinite(found[:, :first]).sum(axis=0)
        return counts[nodes]

    def _parts(self, destinations: Legs, minutes: float) -> Iterator[tuple[_Graph, Ints, Ints]]:
        """Cut out the part of the network within a limit of each small group of destinations.

        Yields parts, the nodes that their rows stand for, and the destinations (positions) that are their last rows.
        """
        everything, group = np.arange(self.nodes + len(destinations.node)), np.arange(len(destinations.node))
        pending = [(self._graph.with_sources(destinations), everything, group)]
        while pending:
            graph, rows, group = pending.pop()
            sources = np.arange(graph.size - len(group), graph.size)
            near = dijkstra(graph.matrix(), indices=sources, min_only=True, limit=minutes)
            inside = np.flatnonzero(np.isfinite(near))  # the sources, at 0, among them
            part, rows = graph.induced(inside), rows[inside]
            if len(group) == 1 or len(group) * part.size <= CELLS:
                yield part, rows, group
                continue
            first = part.size - len(group)
            for half in self._halves(destinations.node[group]):
                mine = np.append(np.arange(first), first + half)
                pending.append((part.induced(mine), rows[mine], group[half]))

    def _halves(self, nodes: Ints) -> tuple[Ints, Ints]:
        """Positions of the western and eastern half of some nodes, or of the southern and northern."""
        places = np.column_stack([self.lon[nodes] * np.cos(np.radians(self.lat[nodes])), self.lat[nodes]])
        order = np.argsort(places[:, np.argmax(np.ptp(places, axis=0))], kind="stable")
        return np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])


def _search(graph: _Graph, first: int, count: int) -> tuple[Floats, Floats, Ints]:
    """Minutes and km of every row from the nearest of `count` rows, and which of them it is (-1: none)."""
    found, before, source = dijkstra(
        graph.matrix(), indices=np.arange(first, first + count), min_only=True, return_predecessors=True
    )
    reached = np.isfinite(found)
    return found, np.where(reached, _lengths(graph, before), np.inf), np.where(reached, source - first, -1)


def _lengths(graph: _Graph, before: Ints) -> Floats:
    """Kilometres of every row along the tree in which `before` is the row before it (negative: a root).

    Every row knows the length up to some row above it and doubles the stretch each time, until all are at a root.
    """
    km = np.zeros(graph.size)
    tree = before[graph.column] == graph.row
    km[graph.column[tree]] = graph.km[tree]
    above = np.where(before < 0, np.arange(graph.size), before)
    active = np.flatnonzero(above[above] != above)
    while len(active):
        over = above[active]
        km[active] += km[over]
        above[active] = above[over]
        active = active[above[above[active]] != above[active]]
    return km


def _gates(graph: _Graph, index: Ints, minutes: Floats, km: Floats) -> tuple[Legs, Ints, np.ndarray]:
    """What the next pass starts from: where a neighbour knows a destination that a node lacks.

    Parameters
    ----------
    graph
        Edges u -> v, against the direction of travel.
    index, minutes, km
        The destinations known at each row, shape (rank, size).

    Returns
    -------
    tuple
        The best offer to each v that has any (with minutes and km from v), the destination of each offer, and a
        mask of the edges that the next pass searches.
    """
    edge = np.flatnonzero((index[:, graph.row] != index[:, graph.column]).any(axis=0))
    known, own = index[:, graph.row[edge]], index[:, graph.column[edge]]
    offer = np.full(len(edge), -1)
    for place in reversed(range(len(index))):
        offer[(known[place] >= 0) & (known[place] != own).all(axis=0)] = place
    edge, offer = edge[offer >= 0], offer[offer >= 0]
    inside = np.ones(len(graph.row), dtype=bool)
    inside[edge] = False
    at = (offer, graph.row[edge])
    total, label, node = graph.minutes[edge] + minutes[at], index[at], graph.column[edge]
    order = np.lexsort((label, total, node))
    order = order[np.append(True, np.diff(node[order]) != 0)[: len(order)]]
    legs = Legs(node[order], total[order], (graph.km[edge] + km[at])[order])
    return legs, label[order], inside
