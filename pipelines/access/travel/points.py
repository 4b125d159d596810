"""Points of a territory: degrees, metres and elevation, and what lies between them as the crow flies."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree

from geodata.errors import InputError
from pipelines.access.travel.land import check_crs
from pipelines.access.travel.model import Floats, Ints, geodesic_km


@dataclass(frozen=True)
class Points:
    """Points with what a leg needs: degrees, metres (EPSG:3035) and elevation in m."""

    lonlat: Floats
    xy: Floats
    elevation: Floats

    def __getitem__(self, rows: Ints) -> "Points":
        return Points(self.lonlat[rows], self.xy[rows], self.elevation[rows])


def with_elevation(nodes: gpd.GeoDataFrame) -> Points:
    """Places with an elevation each; one that is not known is that of the nearest place that has one."""
    if not len(nodes):
        raise InputError("There are no places, expected at least one; give the places of the territory.")
    lonlat, xy = coordinates(nodes.geometry, "places")
    twice = pd.DataFrame(lonlat).duplicated()
    if twice.any():
        raise InputError(
            f"{twice.sum()} places lie at the same point as another, the first at lon, lat "
            f"{', '.join(map(str, lonlat[twice][0]))}; expected one place a point, merge them."
        )
    elevation = nodes["elevation"].to_numpy(dtype=np.float64).copy()
    unknown = np.isnan(elevation)
    if unknown.all():
        raise InputError("No place has an elevation, expected metres in the column elevation; use another model.")
    elevation[unknown] = elevation[~unknown][cKDTree(xy[~unknown]).query(xy[unknown])[1]]
    return Points(lonlat, xy, elevation)


def coordinates(series: gpd.GeoSeries, what: str) -> tuple[Floats, Floats]:
    """Degrees and metres (EPSG:3035) of points."""
    check_crs(series, what)
    lonlat, xy = series.get_coordinates().to_numpy(), series.to_crs(3035).get_coordinates().to_numpy()
    if len(lonlat) != len(series) or not np.isfinite(xy).all():
        raise InputError(
            f"{what.capitalize()} hold something that is not a point on Earth; correct or drop those rows."
        )
    return lonlat, xy


def slope_of(a: Points, b: Points, km: Floats) -> Floats:
    """Rise or fall over distance; 0 where there is no distance."""
    rise = np.abs(a.elevation - b.elevation) / 1000
    return np.divide(rise, km, out=np.zeros(len(km)), where=km > 0)


def mean_slope(places: Points, tail: Ints, head: Ints) -> Floats:
    """Relief of each place: mean slope to its neighbours; 0 without one."""
    a, b = places[tail], places[head]
    slope = slope_of(a, b, geodesic_km(a.lonlat, b.lonlat))
    both, count = np.concatenate([tail, head]), len(places.xy)
    total = np.bincount(both, np.tile(slope, 2), minlength=count)
    return total / np.maximum(np.bincount(both, minlength=count), 1)


def neighbours(xy: Floats) -> tuple[Ints, Ints]:
    """Edges of the Delaunay triangulation, each once; also of points too few or too straight to triangulate."""
    if len(xy) < 2:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    # Four corners far around make every set of points a proper one; their edges are dropped.
    middle, reach = xy.mean(axis=0), 100 * np.ptp(xy, axis=0).max()
    corners = middle + reach * np.array([[-1, -1.1], [1, -1], [1.1, 1], [-1, 1]])
    corner = Delaunay(np.vstack([xy, corners]) - middle).simplices
    edges = np.sort(np.vstack([corner[:, [0, 1]], corner[:, [1, 2]], corner[:, [2, 0]]]), axis=1)
    edges = np.unique(edges[edges[:, 1] < len(xy)], axis=0).astype(np.int64)
    return edges[:, 0], edges[:, 1]


def components(tail: Ints, head: Ints, count: int) -> Ints:
    """Number of the connected part that each of `count` nodes is in."""
    graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def along(a: Floats, b: Floats, km: Floats) -> tuple[Ints, Floats]:
    """Points on lines about every kilometre, ends included.

    Parameters
    ----------
    a, b
        Ends of n lines in any coordinates, shape (n, 2).
    km
        Lengths, shape (n,); a line has one stretch more than it has whole kilometres, and at least one.

    Returns
    -------
    tuple
        The line of each point, in order, and the points, shape (points, 2).
    """
    count = np.maximum(np.ceil(km).astype(np.int64), 1) + 1
    line = np.repeat(np.arange(len(km)), count)
    step = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    share = (step / np.repeat(count - 1, count))[:, None]
    return line, a[line] + share * (b[line] - a[line])
