"""Worse than its neighbours: an area compared with the areas that it touches, its spatial lag."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import InputError

# A choice of this product; official thresholds for such a comparison are not published.
TIMES = 1.5
# Whoever has a service within 20 minutes is near it by Eurostat's statistics of access to health care (5, 20, 45), so
# that an area is no worse off for having 4 minutes among 2.
FLOOR = 20.0
# Borders that were drawn apart by less than this still touch.
TOUCH_M = 1.0


def contiguous(areas: gpd.GeoSeries) -> pd.DataFrame:
    """Find the areas that touch each area, at a border or a corner.

    Parameters
    ----------
    areas
        Polygons in any CRS, index the area ids.

    Returns
    -------
    DataFrame
        `area`, `neighbour`: each pair in both directions, sorted; an island without a land border is not in it.
    """
    shapes = areas.to_crs("EPSG:3035").to_numpy()
    near = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_M)
    one, other = near[:, near[0] != near[1]]
    pairs = pd.DataFrame({"area": areas.index[one], "neighbour": areas.index[other]})
    return pairs.sort_values(["area", "neighbour"], ignore_index=True)


def worse_than_neighbours(
    values: pd.Series, pairs: pd.DataFrame, *, times: float = TIMES, floor: float = 0.0
) -> pd.DataFrame:
    """Say which areas are worse than the mean of their neighbours by a factor, and not well off themselves.

    lag = mean of the values of the neighbours, each with the same weight (row-standardised contiguity weights; Anselin
    1988, Spatial Econometrics); ratio = value / lag; worse = ratio of at least `times` and value above `floor`.
    Neighbours without a value are left out of the mean.

    Parameters
    ----------
    values
        One number of 0 or more by area, higher is worse, such as minutes; NaN unknown, infinite out of reach.
    pairs
        Columns `area`, `neighbour`, as `contiguous` gives.
    times
        Factor from which an area counts as worse.
    floor
        Value up to which an area is never worse, in the unit of the values.

    Returns
    -------
    DataFrame
        Index as `values`: `lag`, `ratio`, `worse` (boolean). Missing where the value is unknown, no neighbour has one,
        or both are 0 or out of reach, so that there is no ratio.

    Raises
    ------
    InputError
        A value or the floor is negative, the factor is not above 1, or the pairs name an area without a row of values.

    Examples
    --------
    >>> pairs = pd.DataFrame({"area": ["a", "b", "b", "c"], "neighbour": ["b", "a", "c", "b"]})
    >>> worse_than_neighbours(pd.Series({"a": 10.0, "b": 30.0, "c": 20.0}), pairs)["worse"].tolist()
    [False, True, False]
    """
    if not 1 < times < np.inf:
        raise InputError(f"The factor is {times}, expected more than 1.")
    if not 0 <= floor < np.inf:
        raise InputError(f"The floor is {floor}, expected 0 or more.")
    if (values < 0).any():
        raise InputError(f"{(values < 0).sum()} values are negative, such as {values.index[values < 0][0]}.")
    area, neighbour = (values.index.get_indexer(pd.Index(pairs[side])) for side in ("area", "neighbour"))
    if (area < 0).any() or (neighbour < 0).any():
        unknown = sorted({*pairs.loc[area < 0, "area"], *pairs.loc[neighbour < 0, "neighbour"]})
        raise InputError(f"{len(unknown)} areas have neighbours but no row of values, such as {unknown[0]}.")
    around = pd.Series(values.to_numpy(dtype=float)[neighbour])
    lag = around.groupby(area).mean().reindex(range(len(values))).set_axis(values.index)
    # 0 / 0 and infinite / infinite say nothing, which NaN says.
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = pd.Series(values.to_numpy(dtype=float) / lag.to_numpy(dtype=float), index=values.index)
    worse = ((ratio >= times) & (values > floor)).astype("boolean").mask(ratio.isna())
    return pd.DataFrame({"lag": lag, "ratio": ratio, "worse": worse})
