"""How steep the land is along a line: from a grid of elevation, and where there is none from the places around."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geodata.raster import Raster
from pipelines.access.travel.model import Floats, Ints
from pipelines.access.travel.points import Points, along, mean_slope

Flags = npt.NDArray[np.bool_]

# Without a grid, relief along a line is read at this many points, ends included; even, so that none is equally near
# to both ends.
SAMPLES = 10
KM = 1000


class Relief:
    """Climb and fall along lines.

    Parameters
    ----------
    places
        Where elevation is known without a grid.
    tail, head
        Neighbouring places with land between them: the relief of a place is its mean slope to its neighbours, in the
        spirit of the terrain ruggedness index (Riley, DeGloria and Elliot 1999).
    elevation
        Metres above the sea; None for none.
    """

    def __init__(self, places: Points, tail: Ints, head: Ints, elevation: Raster | None) -> None:
        self._elevation = elevation
        self._tree = cKDTree(places.xy)
        self._relief = mean_slope(places, tail, head)

    def of_lines(self, a: Points, b: Points, km: Floats) -> tuple[Floats, Flags]:
        """Mean slope along lines, and whether each was read from the grid, not from the places around.

        Parameters
        ----------
        a, b
            Ends of n lines.
        km
            Their lengths, shape (n,).

        Returns
        -------
        tuple
            Metres of climb and fall per metre, shape (n,); 0 where there is no distance. From the grid where it covers
            the whole line, read about every kilometre; else the mean relief of the nearest places at `SAMPLES` points.
        """
        slope = np.full(len(km), np.nan)
        if self._elevation is not None:
            line, points = along(a.lonlat, b.lonlat, km)
            change = np.abs(np.diff(self._elevation.at(points)))
            inside = line[1:] == line[:-1]
            # A line that leaves the grid has a sum that is no number.
            climb = np.bincount(line[1:][inside], change[inside], minlength=len(km))
            slope = np.divide(climb / KM, km, out=np.zeros(len(km)), where=km > 0)
        fine = ~np.isnan(slope)
        coarse = np.flatnonzero(~fine)
        if len(coarse):
            share = np.linspace(0, 1, SAMPLES)[:, None, None]
            _, at = self._tree.query(a.xy[coarse] + share * (b.xy[coarse] - a.xy[coarse]))
            slope[coarse] = self._relief[at].mean(axis=0)
        return slope, fine
