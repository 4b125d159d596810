"""Populated places (GeoNames): 19 tab-separated columns without header, quotes being plain text."""

import csv

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import catalogue
from geodata.errors import InputError
from geodata.geometry import area_of
from pipelines.sources.formats.tables import read_csv


def read(content: bytes, *, country: str | None) -> pd.DataFrame:
    """Read the populated places of one country, or of all.

    Parameters
    ----------
    content
        GeoNames table, UTF-8.
    country
        Two-letter code; None for all countries.

    Returns
    -------
    DataFrame
        place_id, name, area_id (third administrative level, missing when absent), lat, lon (degrees), population
        (missing when 0), elevation (metres above sea level at the place, missing when -9999), rank (feature code);
        sorted by place_id.

    Raises
    ------
    InputError
        If the table has not 19 columns.
    """
    columns = catalogue.load()["geonames-places"].columns
    width = content.partition(b"\n")[0].count(b"\t") + 1
    if width != len(columns):
        raise InputError(f"The GeoNames table has {width} columns instead of {len(columns)}; fetch it again.")
    table = read_csv(content, columns, "The GeoNames table", sep="\t", names=columns, quoting=csv.QUOTE_NONE)
    wanted = table["feature class"] == "P"
    table = table[wanted if country is None else wanted & (table["country code"] == country)]
    places = pd.DataFrame(
        {
            "place_id": table["geonameid"],
            "name": table["name"],
            "area_id": table["admin3 code"].replace("", None),
            "lat": table["latitude"].astype(float),
            "lon": table["longitude"].astype(float),
            "population": table["population"].astype(float).replace(0, np.nan),
            "elevation": table["dem"].astype(float).replace(-9999, np.nan),
            "rank": table["feature code"],
        }
    )
    return places.sort_values("place_id", ignore_index=True)


def located(places: pd.DataFrame, areas: gpd.GeoDataFrame, *, reach: float = 5000) -> pd.DataFrame:
    """Give the places whose area_id is missing or no longer used that of the area they lie in or next to.

    Places farther than `reach` metres (EPSG:3035) from every area keep no area_id.
    """
    stray = places[~places["area_id"].isin(areas["area_id"])]
    points = gpd.GeoSeries.from_xy(stray["lon"], stray["lat"], crs="EPSG:4326", index=stray.index)
    nearest = area_of(points, areas, reach_m=reach)
    area_id = places["area_id"].mask(places.index.isin(stray.index), nearest.reindex(places.index))
    return places.assign(area_id=area_id)
