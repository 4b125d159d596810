"""Major roads of the world from OpenStreetMap, simplified to a graph (scgraph-data): a module of Python literals."""

import json

import geopandas as gpd
import numpy as np
import shapely

from geodata.errors import InputError
from geodata.schema import CRS


def read(content: bytes, *, bounds: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Read the roads inside a rectangle.

    The module is read as text and never run. It has two lists: `graph`, for each point the points that a road leads to
    and the kilometres of each road, and `nodes`, the latitude and longitude of each point.

    Parameters
    ----------
    content
        The module.
    bounds
        West, south, east, north in degrees; a road stays when both its ends are inside.

    Returns
    -------
    GeoDataFrame
        Straight lines from end to end in EPSG:4326, each road once, with `km` along the road.

    Raises
    ------
    InputError
        The module has no such lists.
    """
    lists = {
        name: value
        for name, sign, value in (line.partition("=") for line in content.decode("utf-8", "replace").splitlines())
        if sign and name in ("graph", "nodes")
    }
    try:
        # A literal {1: 2.5} becomes the JSON list [1, 2.5].
        graph = json.loads(lists["graph"].translate({ord("{"): "[", ord("}"): "]", ord(":"): ","}))
        degrees = np.array(json.loads(lists["nodes"]), dtype=np.float64).reshape(-1, 2)[:, ::-1]
        flat = np.concatenate([np.array(each, dtype=np.float64) for each in graph]).reshape(-1, 2)
        tail = np.repeat(np.arange(len(graph)), [len(each) // 2 for each in graph])
        head, km = flat[:, 0].astype(np.int64), flat[:, 1]
        west, south, east, north = bounds
        inside = np.asarray((degrees >= [west, south]) & (degrees <= [east, north])).all(axis=-1).reshape(-1)
        kept = np.asarray((tail < head) & inside[tail] & inside[head])
    except (ValueError, KeyError, IndexError) as error:
        raise InputError("The major roads are no module with the lists graph and nodes; fetch it again.") from error
    lines = shapely.linestrings(np.stack([degrees[tail[kept]], degrees[head[kept]]], axis=1))
    return gpd.GeoDataFrame({"km": km[kept]}, geometry=lines, crs=CRS)
