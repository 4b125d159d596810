"""Polygons that share their borders: mending a coverage, and simplifying it without opening gaps."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray


def mend(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give neighbours the same border where they overlap or miss each other's vertices.

    The borders of the faulty polygons and their neighbours are cut at every crossing; each face so made goes to the
    first polygon that holds it. Polygons that fit already keep their shape.

    Parameters
    ----------
    polygons
        (n,) valid polygons or multipolygons.

    Returns
    -------
    ndarray
        (n,) polygons in the same order.
    """
    faulty = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(polygons)))
    if not len(faulty):
        return polygons
    group = np.unique(shapely.STRtree(polygons).query(polygons[faulty], predicate="intersects")[1])
    lines = shapely.union_all(shapely.boundary(polygons[group]))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    face, owner = shapely.STRtree(polygons[group]).query(shapely.point_on_surface(faces), predicate="intersects")
    first = np.full(len(faces), -1)
    np.maximum.at(first, face, len(group) - owner)
    mended = polygons.copy()
    for position, index in enumerate(group):
        mended[index] = shapely.union_all(faces[first == len(group) - position])
    return mended


def faults(polygons: NDArray[np.object_]) -> int:
    """Count the polygons with an edge that does not fit its neighbours."""
    return int((~shapely.is_empty(shapely.coverage_invalid_edges(polygons))).sum())


def simplify(areas: gpd.GeoDataFrame, *, tolerance: float, grid: float) -> gpd.GeoDataFrame:
    """Mend and simplify areas, shared borders staying shared and every part kept.

    Parameters
    ----------
    areas
        Valid polygons in degrees.
    tolerance
        Degrees: the square root of the area of the triangles removed (Visvalingam-Whyatt, as GEOS
        ``CoverageSimplifier`` applies it).
    grid
        Degrees: coordinates are rounded to multiples of it.

    Returns
    -------
    GeoDataFrame
        The same rows with valid, non-empty geometry.
    """
    polygons = mend(areas.geometry.to_numpy())
    rounded = shapely.set_precision(shapely.coverage_simplify(polygons, tolerance), grid)
    return areas.set_geometry(gpd.GeoSeries(shapely.normalize(rounded), index=areas.index, crs=areas.crs))
