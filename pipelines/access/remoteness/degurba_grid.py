"""Degree of urbanisation on the 1 km grid: urban centres, urban clusters and rural cells, from the people in each.

Eurostat, Applying the Degree of Urbanisation (2021); Dijkstra and Poelman (2014), A harmonised definition of cities
and rural areas, European Commission WP 01/2014. Cells are found by their key, not in a raster, so that a grid may be
as scattered as the islands of Europe are.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.errors import InputError

CENTRE, CLUSTER, RURAL = "urban centre", "urban cluster", "rural"
CLASSES = [CENTRE, CLUSTER, RURAL]

# People per km2 of a cell, and people of all cells together.
CENTRE_DENSITY, CENTRE_PEOPLE = 1500, 50_000
CLUSTER_DENSITY, CLUSTER_PEOPLE = 300, 5_000
MAJORITY = 5

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Key of a cell: y x ROW + x, in km; wider than the projection, so that no cell is a neighbour across the edge.
ROW = 1 << 16
SIDES = np.array([1, ROW])
CORNERS = np.array([ROW - 1, ROW + 1])
TOUCHING = np.concatenate([SIDES, CORNERS])
AROUND = np.concatenate([SIDES, CORNERS, -SIDES, -CORNERS])


def classify(cells: pd.DataFrame) -> pd.DataFrame:
    """Class of each cell, and the urban centre and urban cluster that it belongs to.

    - Urban centre: cells of at least 1,500 people per km2 that touch by a side, with gaps filled by the majority rule
      (see `fill`), and then at least 50,000 people.
    - Urban cluster: cells of at least 300 people per km2 that touch by a side or a corner, with at least 5,000 people.
    - Rural: all others.

    Parameters
    ----------
    cells
        `x_km`, `y_km` (lower-left corner, EPSG:3035, integers), `population` (0 or more); every cell once. Cells
        without people may be left out.

    Returns
    -------
    DataFrame
        Index as `cells`: `centre` and `cluster` (int64 from 1, numbered from south to north; 0: none) and `kind`
        (category: urban centre, urban cluster, rural). A cell of a centre keeps its cluster, if it has one.

    Raises
    ------
    InputError
        A column is missing, a cell occurs twice, or people are missing or negative.
    """
    missing = {"x_km", "y_km", "population"} - set(cells)
    if missing:
        raise InputError(f"The grid has no column {', '.join(sorted(missing))}; it has {', '.join(map(str, cells))}.")
    keys = (cells["y_km"] * ROW + cells["x_km"]).to_numpy(dtype=np.int64)
    people = cells["population"].to_numpy(dtype=float)
    if len(np.unique(keys)) < len(keys):
        raise InputError(f"{len(keys) - len(np.unique(keys))} cells occur twice in the grid; add up their parts.")
    if not (people >= 0).all():
        raise InputError(f"{(~(people >= 0)).sum()} cells have no number of people of 0 or more; leave them out.")
    centre = _centres(keys, people)
    cluster = _clusters(keys, people)
    kind = np.select([centre > 0, cluster > 0], [CENTRE, CLUSTER], RURAL)
    return pd.DataFrame(
        {"centre": centre, "cluster": cluster, "kind": pd.Categorical(kind, categories=CLASSES)}, index=cells.index
    )


def settlements(cells: pd.DataFrame) -> pd.Series:
    """People of the settlement that each cell is in: cells of 300 people per km2 that touch by a side or a corner.

    Parameters
    ----------
    cells
        As for `classify`.

    Returns
    -------
    Series
        Index as `cells`; 0 where a cell has fewer than 300 people and so is in no settlement.
    """
    keys = (cells["y_km"] * ROW + cells["x_km"]).to_numpy(dtype=np.int64)
    people = cells["population"].to_numpy(dtype=float)
    row = np.flatnonzero(people >= CLUSTER_DENSITY)
    group = _groups(keys[row], TOUCHING)
    found = np.zeros(len(cells))
    found[row] = np.bincount(group, people[row])[group] if len(row) else 0.0
    return pd.Series(found, index=cells.index)


def fill(keys: Ints, labels: Ints) -> tuple[Ints, Ints]:
    """Fill gaps and straighten edges by the majority rule.

    A cell joins a group when at least five of its eight neighbours belong to that group; this is repeated until no
    cell joins. Each group grows by itself, so a cell can come to belong to two: then more people in a cell can never
    make a centre smaller. Cells without people take part, since a park is a gap like any other. The grid does not
    tell a park from a lake, so a cell of water that is enclosed in this way joins too: it brings no people, but can
    help its neighbours to their five.

    Parameters
    ----------
    keys
        Keys of cells in groups.
    labels
        Group of each, from 0.

    Returns
    -------
    keys, labels
        With the cells that joined behind those given.
    """
    groups = int(labels.max(initial=0)) + 1
    members = keys * groups + labels
    while True:
        around = (members[:, None] + AROUND * groups).ravel()
        joins, touching = np.unique(around[~np.isin(around, members)], return_counts=True)
        joins = joins[touching >= MAJORITY]
        if not len(joins):
            return members // groups, members % groups
        members = np.concatenate([members, joins])


def _centres(keys: Ints, people: Floats) -> Ints:
    """Urban centre of each cell, from 1; 0 for none."""
    dense = people >= CENTRE_DENSITY
    filled, group = fill(keys[dense], _groups(keys[dense], SIDES))
    # Filled cells without people need not be in the grid.
    row = pd.Index(keys).get_indexer(pd.Index(filled))
    return _large(keys, people, row[row >= 0], group[row >= 0], CENTRE_PEOPLE)


def _clusters(keys: Ints, people: Floats) -> Ints:
    """Urban cluster of each cell, from 1; 0 for none."""
    row = np.flatnonzero(people >= CLUSTER_DENSITY)
    return _large(keys, people, row, _groups(keys[row], TOUCHING), CLUSTER_PEOPLE)


def _groups(keys: Ints, steps: Ints) -> Ints:
    """Number the groups of cells that are a step from each other, from 0."""
    cells = pd.Index(keys)
    ends = [cells.get_indexer(pd.Index(keys + step)) for step in steps]
    start = np.tile(np.arange(len(keys)), len(steps))
    end = np.concatenate(ends)
    links = (np.ones((end >= 0).sum(), dtype=bool), (start[end >= 0], end[end >= 0]))
    graph = coo_array(links, shape=(len(keys), len(keys)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _large(keys: Ints, people: Floats, row: Ints, group: Ints, least: float) -> Ints:
    """Keep the groups with enough people, numbered from 1 by their first cell; 0 for all other cells.

    `row` is the cell of each member of a group; a cell of two groups that are kept goes to the one named first.
    """
    kept = (np.bincount(group, people[row]) >= least)[group] if len(group) else np.zeros(0, dtype=bool)
    members = pd.DataFrame({"row": row[kept], "group": group[kept]}).drop_duplicates("row")
    members = members.iloc[np.argsort(keys[members["row"]])]
    number = np.zeros(len(keys), dtype=np.int64)
    number[members["row"]] = pd.factorize(members["group"])[0] + 1
    return number
