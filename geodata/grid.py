"""The 1 km population grid of the European statistical system: where its cells are, and which area they are in."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import geometry
from geodata.errors import InputError

# 1kmN2599E4695 (2006 to 2018) and CRS3035RES1000mN2599000E4695000 (2021): the lower-left corner in km and in m.
SHORT = r"^1kmN(?P<y>\d{1,4})E(?P<x>\d{1,5})$"
LONG = r"^CRS3035RES1000mN(?P<y>\d{1,4})000E(?P<x>\d{1,5})000$"
CRS = "EPSG:3035"
# A cell of the coast can have its centre in the water; farther out than this, it belongs to nobody.
NEAR_M = 1500


def corners(ids: pd.Series) -> pd.DataFrame:
    """Read the lower-left corner of each cell from its identifier.

    Parameters
    ----------
    ids
        Identifiers as Eurostat writes them, in the form of 2011 (`1kmN2599E4695`) or of 2021
        (`CRS3035RES1000mN2599000E4695000`).

    Returns
    -------
    DataFrame
        `x_km`, `y_km` (int64, EPSG:3035 in km), index as `ids`.

    Raises
    ------
    InputError
        An identifier has another form or another cell size.

    Examples
    --------
    >>> corners(pd.Series(["1kmN2599E4695", "CRS3035RES1000mN2600000E4695000"])).to_numpy().tolist()
    [[4695, 2599], [4695, 2600]]
    """
    text = ids.astype(str)
    found = text.str.extract(SHORT).fillna(text.str.extract(LONG))
    unread = ids[found["x"].isna()]
    if len(unread):
        raise InputError(
            f"{len(unread)} of {len(ids)} grid identifiers cannot be read, such as {unread.iloc[0]!r}; expected 1 km "
            "cells as 1kmN2599E4695 or CRS3035RES1000mN2599000E4695000."
        )
    return pd.DataFrame({"x_km": found["x"].astype("int64"), "y_km": found["y"].astype("int64")})


def cells(table: pd.DataFrame, *, id_column: str = "GRD_ID", people_column: str = "TOT_P") -> pd.DataFrame:
    """Read the cells and their people from a table as Eurostat publishes it.

    Parameters
    ----------
    table
        One row a cell. The file of 2011 calls the people `TOT_P`, that of 2021 `T`.
    id_column, people_column
        Names of its columns.

    Returns
    -------
    DataFrame
        `x_km`, `y_km`, `population` (float), index as `table`.

    Raises
    ------
    InputError
        A column is missing, an identifier cannot be read or occurs twice, or people are missing or negative (as the
        codes of Eurostat for unknown are).
    """
    missing = [name for name in (id_column, people_column) if name not in table]
    if missing:
        raise InputError(f"The grid has no column {', '.join(missing)}; it has {', '.join(map(str, table))}.")
    twice = table[id_column].duplicated()
    if twice.any():
        first = table.loc[twice, id_column].iloc[0]
        raise InputError(f"{twice.sum()} cells occur twice in the grid, such as {first}; add up the parts of a cell.")
    people = pd.to_numeric(table[people_column], errors="coerce").astype(float)
    unknown = ~(people >= 0) | np.isinf(people)
    if unknown.any():
        first = table.loc[unknown, id_column].iloc[0]
        raise InputError(
            f"{unknown.sum()} cells have no number of people of 0 or more, such as {first}; leave them out."
        )
    return corners(table[id_column]).assign(population=people)


def ids(table: pd.DataFrame) -> pd.Series:
    """Identifier of each cell (columns `x_km`, `y_km`) in the form of 2011, the reverse of `corners`."""
    return "1kmN" + table["y_km"].astype(str) + "E" + table["x_km"].astype(str)


def centres(table: pd.DataFrame) -> gpd.GeoSeries:
    """Centre of each cell (columns `x_km`, `y_km`), points in EPSG:3035, index the identifiers of the cells."""
    metres = table[["x_km", "y_km"]].astype(float) * 1000 + 500
    return gpd.GeoSeries.from_xy(metres["x_km"], metres["y_km"], index=pd.Index(ids(table)), crs=CRS)


def area_of(table: pd.DataFrame, areas: gpd.GeoSeries) -> pd.Series:
    """Find the area that the centre of each cell lies in, or the nearest area within 1.5 km; see `geometry.area_of`.

    Counting the people of a cell where its centre lies is the usual rule of the statistical offices for cells on a
    border.

    Parameters
    ----------
    table
        Columns `x_km`, `y_km`.
    areas
        Valid polygons in any CRS, index the area ids.

    Returns
    -------
    Series
        Area id, index as `table`; missing where no area is near.
    """
    polygons = gpd.GeoDataFrame({"area_id": areas.index}, geometry=areas.to_numpy(), crs=areas.crs)
    return geometry.area_of(centres(table).set_axis(table.index), polygons, reach_m=NEAR_M)


def owners(table: pd.DataFrame, areas: gpd.GeoSeries) -> pd.Series:
    """Area of each cell: the one that the table says in `area_id` (null: none of them), else as `area_of` finds it."""
    return table["area_id"] if "area_id" in table else area_of(table, areas)
