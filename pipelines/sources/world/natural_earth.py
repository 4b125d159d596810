"""Land and country borders (Natural Earth), in the quantised TopoJSON of world-atlas."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import InputError


def read(content: bytes, *, bounds: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Read the land and the country borders inside a rectangle.

    A border is an arc that two countries share; the format stores each arc once, as differences of integers.

    Parameters
    ----------
    content
        TopoJSON with the objects ``land`` and ``countries``.
    bounds
        West, south, east, north in degrees.

    Returns
    -------
    GeoDataFrame
        kind (``land`` or ``border``), geometry in EPSG:4326; land first.

    Raises
    ------
    InputError
        If the file is no such TopoJSON.
    """
    try:
        topology = json.loads(content)
        scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
        arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]
        land = np.array(list(_polygons(topology["objects"]["land"], arcs)))
        land = shapely.make_valid(land, method="structure", keep_collapsed=False)
        uses = Counter(_arc_numbers(topology["objects"]["countries"]))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError("The basemap is not a TopoJSON of land and countries; fetch it again.") from error
    borders = np.array([shapely.LineString(arcs[number]) for number, count in sorted(uses.items()) if count > 1])
    clipped = [shapely.clip_by_rect(part, *bounds) for part in (land, borders)]
    kinds = [(kind, part) for kind, parts in zip(("land", "border"), clipped, strict=True) for part in parts]
    frame = gpd.GeoDataFrame(kinds, columns=["kind", "geometry"], geometry="geometry", crs="EPSG:4326")
    return frame[~frame.geometry.is_empty].reset_index(drop=True)


def light(basemap: gpd.GeoDataFrame, *, tolerance: float, grid: float) -> gpd.GeoDataFrame:
    """Simplify by `tolerance` degrees and round to `grid` degrees; parts that vanish are left out."""
    simple = shapely.set_precision(shapely.simplify(basemap.geometry.to_numpy(), tolerance), grid)
    frame = basemap.set_geometry(gpd.GeoSeries(shapely.normalize(simple), index=basemap.index, crs=basemap.crs))
    return frame[~frame.geometry.is_empty].reset_index(drop=True)


def _polygons(thing: dict[str, Any], arcs: list[NDArray[np.float64]]) -> Iterator[shapely.Polygon]:
    """Yield the polygons of a TopoJSON object; rings that quantisation collapsed are left out."""
    for part in thing.get("geometries", [thing]):
        for rings in part["arcs"] if part["type"] == "MultiPolygon" else [part["arcs"]]:
            shell, *holes = [_ring(ring, arcs) for ring in rings]
            if len(shell) > 3:
                yield shapely.Polygon(shell, [hole for hole in holes if len(hole) > 3])


def _ring(numbers: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Join arcs end to end; a negative number is the arc ``~number`` backwards.

    A ring that crosses 180 degrees goes on beyond it, as the one of Asia does, and does not jump around the globe.
    """
    lines = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    ring = np.concatenate([lines[0], *(line[1:] for line in lines[1:])])
    ring[:, 0] = np.unwrap(ring[:, 0], period=360)
    ring[:, 0] -= 360 * np.round(np.median(ring[:, 0]) / 360)
    return ring


def _arc_numbers(thing: Any) -> Iterator[int]:
    if isinstance(thing, dict):
        yield from _arc_numbers(thing.get("geometries", thing.get("arcs", [])))
    elif isinstance(thing, list):
        for part in thing:
            yield from _arc_numbers(part)
    else:
        yield max(thing, ~thing)
