"""Sea ports (searoute): GeoJSON points of the world, some of them far from any sea."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata import catalogue
from geodata.errors import InputError
from pipelines.sources.formats.tables import require

COAST_M = 10_000.0  # keeps canal ports such as Ravenna; the next points are 11.8 km off and plainly wrong


def read(content: bytes, *, country: str) -> pd.DataFrame:
    """Read one country's ports: id (UN/LOCODE), name, lat, lon (degrees), sorted by id.

    Parameters
    ----------
    content
        GeoJSON feature collection.
    country
        English name of the country.

    Raises
    ------
    InputError
        If the file is not such a collection or a port lacks a property.
    """
    try:
        features = json.loads(content)["features"]
        rows = [{**f["properties"], "geometry": f["geometry"]["coordinates"]} for f in features]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("The file of ports is not a GeoJSON feature collection; fetch it again.") from error
    table = pd.DataFrame(rows)
    require(table.columns, catalogue.load()["ports"].columns, "The file of ports")
    table = table[table["cty"] == country]
    ports = pd.DataFrame(
        {
            "id": table["port"],
            "name": table["name"],
            "lat": table["geometry"].str[1].astype(float),
            "lon": table["geometry"].str[0].astype(float),
        }
    )
    return ports.sort_values("id", ignore_index=True)


def at_coast(ports: pd.DataFrame, land: shapely.Geometry, *, within: float = COAST_M) -> pd.DataFrame:
    """Keep the ports at most `within` metres (EPSG:3035) from the outline of `land` (EPSG:4326)."""
    points = gpd.GeoSeries(gpd.points_from_xy(ports["lon"], ports["lat"]), crs="EPSG:4326").to_crs("EPSG:3035")
    coast = gpd.GeoSeries([shapely.boundary(land)], crs="EPSG:4326").to_crs("EPSG:3035").iloc[0]
    near: NDArray[np.bool_] = points.distance(coast).to_numpy() <= within
    return ports[near].reset_index(drop=True)
