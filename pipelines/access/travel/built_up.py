"""Where the land is built up, from the classes of 1 km cells: slower streets, and how far it is within a place."""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from pipelines.access.travel.model import Floats, Ints
from pipelines.access.travel.points import along

# Degree of urbanisation, level 2 (Eurostat 2021): rural cluster, the cells of an urban cluster, urban centre.
VILLAGE, TOWN, CENTRE = 13, 21, 30
# Mean distance from the middle of a disc to its points, in square roots of its area: 2/3 of the radius.
WITHIN = 2 / 3 / np.sqrt(np.pi)


class BuiltUp:
    """Settled cells.

    Parameters
    ----------
    cells
        Lower left corners `x_km`, `y_km` (EPSG:3035 in km) with the class `degurba`; None for none. Cells below a rural
        cluster may be among them or not.
    """

    def __init__(self, cells: pd.DataFrame | None) -> None:
        columns = ["x_km", "y_km", "degurba"]
        table = (pd.DataFrame(columns=columns) if cells is None else cells)[columns].astype(np.int64)
        table = table[table["degurba"] >= VILLAGE].sort_values(columns)
        self.cells = table.reset_index(drop=True)
        self._index = pd.MultiIndex.from_frame(self.cells[["x_km", "y_km"]])

    def shares(self, a: Floats, b: Floats, km: Floats) -> tuple[Floats, Floats]:
        """Shares of lines in urban centres and in towns, read about every kilometre.

        Parameters
        ----------
        a, b
            Ends of n lines in EPSG:3035, shape (n, 2).
        km
            Their lengths, shape (n,).
        """
        line, points = along(a, b, km)
        corner = np.floor(points / 1000).astype(np.int64)
        found = self._index.get_indexer(pd.MultiIndex.from_arrays(list(corner.T)))
        kind = np.append(self.cells["degurba"].to_numpy(), 0)[found]
        count = np.bincount(line, minlength=len(km))
        centre = np.bincount(line, kind == CENTRE, minlength=len(km))
        town = np.bincount(line, (kind >= TOWN) & (kind < CENTRE), minlength=len(km))
        return centre / count, town / count

    def within(self, xy: Floats, areas: Ints, weights: Floats) -> tuple[Floats, Floats, Floats]:
        """How far it is inside places: kilometres in a straight line, and shares in urban centres and in towns.

        An area has the settled cells that are nearest to one of its places; a place has as much of them as of the
        people, and at least one. The distance is that from the middle of a disc of so many km2 to its points,
        2/3 sqrt(km2 / pi) (Head and Mayer 2010). Where no cells are known there is none.

        Parameters
        ----------
        xy
            Places in EPSG:3035, shape (n, 2).
        areas
            Number of the area of each, from 0.
        weights
            Shares of the people of the area.
        """
        if self.cells.empty:
            nowhere = np.zeros(len(xy))
            return nowhere, nowhere, nowhere
        middle = self.cells[["x_km", "y_km"]].to_numpy(dtype=np.float64) * 1000 + 500
        area, kind = areas[cKDTree(xy).query(middle)[1]], self.cells["degurba"].to_numpy()
        size = areas.max() + 1
        count = np.bincount(area, minlength=size)
        centre, town = (
            np.bincount(area, which, minlength=size) / np.maximum(count, 1)
            for which in (kind == CENTRE, (kind >= TOWN) & (kind < CENTRE))
        )
        return WITHIN * np.sqrt(np.maximum(count[areas] * weights, 1)), centre[areas], town[areas]
