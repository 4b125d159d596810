"""Geometry that several rooms need: which area a point lies in."""

import geopandas as gpd
import numpy as np
import pandas as pd

METRES = "EPSG:3035"


def area_of(
    points: gpd.GeoDataFrame | gpd.GeoSeries,
    areas: gpd.GeoDataFrame,
    *,
    reach_m: float = 0,
    own_country: bool = False,
) -> "pd.Series[str]":
    """Area that each point lies in, or is nearest to.

    A border belongs to all the areas that it bounds: a point on it, as a point in areas that overlap or as far from
    several, is given to the one with the lowest id. With `reach_m` a point outside of all areas is given to the
    nearest that is no farther than that, the reach included.

    Parameters
    ----------
    points
        Points, and `country` (ISO 3166-1) with `own_country`. A point that is missing or empty lies nowhere.
    areas
        Valid polygons with `area_id`, and `country` with `own_country`. Points are brought into their CRS.
    reach_m
        How far outside an area a point may lie, in metres. With a reach all is done in EPSG:3035, in whose plane
        borders run a little differently than in degrees.
    own_country
        Whether only areas of the point's own country are asked for.

    Returns
    -------
    Series
        area_id (text), index as `points`; missing (NaN) where there is none.

    Examples
    --------
    >>> import shapely
    >>> halves = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> areas = gpd.GeoDataFrame({"area_id": ["b", "a"]}, geometry=halves, crs="EPSG:3035")
    >>> points = gpd.GeoSeries.from_xy([0.5, 1, 1.5, 3], [0.5] * 4, crs="EPSG:3035")
    >>> area_of(points, areas).tolist(), area_of(points, areas, reach_m=1).tolist()
    (['b', 'a', 'a', nan], ['b', 'a', 'a', 'a'])
    """
    plane = METRES if reach_m else areas.crs
    if own_country:
        rows = points.reset_index(drop=True)
        parts = [
            area_of(rows[rows["country"] == country], drawn, reach_m=reach_m)
            for country, drawn in areas.groupby("country")
        ]
        return pd.concat([_nowhere(rows.index[:0]), *parts]).reindex(rows.index).set_axis(points.index)
    shapes = areas.geometry.to_crs(plane)
    where = points.geometry.to_crs(plane).reset_index(drop=True)
    found = _nowhere(where.index)
    position, area = shapes.sindex.query(where.array, predicate="intersects")
    found.update(_lowest(position, areas["area_id"].to_numpy()[area]))
    if reach_m:
        outside = where[found.isna()]
        position, area = shapes.sindex.nearest(outside.array, max_distance=reach_m, return_all=True)
        found.update(_lowest(outside.index[position], areas["area_id"].to_numpy()[area]))
    return found.set_axis(points.index)


def _lowest(position: "np.ndarray | pd.Index", area_id: np.ndarray) -> "pd.Series[str]":
    """The lowest id of each position."""
    return pd.Series(area_id, dtype="str").groupby(np.asarray(position)).min()


def _nowhere(index: pd.Index) -> "pd.Series[str]":
    return pd.Series(float("nan"), index=index, name="area_id", dtype="str")
