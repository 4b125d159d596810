"""Regions: the NUTS units that areas belong to, with their outlines."""

import geopandas as gpd
import pandas as pd
from babel import Locale

from geodata.countries import iso

COUNTRY = "nuts0"


def outlines(areas: gpd.GeoDataFrame, names: pd.DataFrame) -> gpd.GeoDataFrame:
    """Outline of each region: the union of its areas, or that of the source where areas are points.

    Parameters
    ----------
    areas
        Polygons in EPSG:4326 with the columns `nuts1`, `nuts2`, `nuts3` (null: not known); a coverage without
        overlaps.
    names
        Columns `region_id`, `level` (the name of a column of `areas`), `name`, `parent_id`, and outlines in EPSG:4326
        where areas are points.

    Returns
    -------
    GeoDataFrame
        `region_id`, `level`, `name`, `parent_id`, `areas` (how many), geometry in EPSG:4326; regions without an
        area are left out.
    """
    if isinstance(names, gpd.GeoDataFrame):
        return _counted(areas, names)
    parts = []
    for level, rows in names.groupby("level"):
        shapes = areas.dissolve(by=level, method="coverage", aggfunc={"area_id": "count"})
        rows = rows[rows["region_id"].isin(shapes.index)]
        found = shapes.loc[rows["region_id"]]
        parts.append(
            gpd.GeoDataFrame(
                {
                    "region_id": rows["region_id"].to_numpy(),
                    "level": level,
                    "name": rows["name"].to_numpy(),
                    "parent_id": rows["parent_id"].to_numpy(),
                    "areas": found["area_id"].to_numpy(),
                },
                geometry=found.geometry.to_numpy(),
                crs=areas.crs,
            )
        )
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=areas.crs)


def with_countries(regions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the countries of a territory of several, as regions of level `nuts0` by their NUTS code and English name.

    Parameters
    ----------
    regions
        Layer `regions`; a country is the beginning of its regions' codes, and its outline that of its widest ones.
    """
    countries = regions["region_id"].str[:2]
    if countries.nunique() < 2:
        return regions
    widest = regions[regions["level"] == regions["level"].min()].assign(region_id=countries)
    found = widest.dissolve("region_id", aggfunc={"areas": "sum"}).reset_index()
    english = Locale("en").territories
    names = [english.get(iso(code), code) for code in found["region_id"]]
    found = found.assign(level=COUNTRY, name=names, parent_id=pd.Series(None, index=found.index, dtype="str"))
    return gpd.GeoDataFrame(pd.concat([found[regions.columns], regions], ignore_index=True), crs=regions.crs)


def _counted(areas: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Count the areas of regions that are drawn already."""
    counts = pd.concat([areas[level].value_counts() for level in drawn["level"].unique()])
    known = drawn[drawn["region_id"].isin(counts.index)].reset_index(drop=True)
    known.insert(4, "areas", known["region_id"].map(counts).astype("int64"))
    return known
