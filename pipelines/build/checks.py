"""What the readers gave, checked before anything is computed from it: positions, ids, categories and capacities."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.errors import InputError
from geodata.i18n.message import Message

Flags = npt.NDArray[np.bool_]
# A list of the world may have a few points that lie in the territory when exchanged; one that is exchanged has most.
MOST = 0.5
# Degrees beyond the territory: people also cross its border, to a hospital or an airport.
NEAR = 1.0


def areas(layer: gpd.GeoDataFrame) -> None:
    """Check the polygons or points of a territory.

    Raises
    ------
    InputError
        An id occurs twice, or an outline is not in degrees.
    """
    _unique(layer["area_id"], "areas")
    # An area may have no known position; the schema says which layers allow it.
    placed = layer[layer.geometry.notna()]
    bounds = placed.geometry.bounds.to_numpy()
    _refuse(
        ~_degrees(bounds[:, 0], bounds[:, 1]) | ~_degrees(bounds[:, 2], bounds[:, 3]),
        placed["area_id"],
        pd.Series(_written(bounds[:, 0], bounds[:, 1])),
        "areas lie at coordinates that are no degrees",
        "give longitude and latitude in EPSG:4326, or name the reference system in the file",
    )


def points(
    ids: "pd.Series[str]", lon: npt.ArrayLike, lat: npt.ArrayLike, *, what: str, outlines: gpd.GeoSeries
) -> None:
    """Check the points of one source.

    Parameters
    ----------
    ids
        Ids, as they are named to the user.
    lon, lat
        As given, meant as degrees; rows as `ids`.
    what
        The points in words, such as `services of source clinics`.
    outlines
        Polygons of the territory, EPSG:4326.

    Raises
    ------
    InputError
        An id occurs twice, coordinates are no degrees, or most points lie in the territory only with longitude and
        latitude exchanged.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    _unique(ids, what)
    written = pd.Series(_written(x, y))
    _refuse(
        ~_degrees(x, y),
        ids,
        written,
        f"{what} have coordinates that are no degrees",
        "give longitude and latitude in EPSG:4326",
    )
    west, south, east, north = outlines.total_bounds
    box = shapely.box(west, south, east, north)
    here = shapely.intersects_xy(box, x, y)
    exchanged = shapely.intersects_xy(box, y, x) & ~here
    if len(x) and exchanged.sum() > max(here.sum(), MOST * len(x)):
        _refuse(
            exchanged,
            ids,
            written,
            f"{what} lie in the territory only with longitude and latitude exchanged",
            "exchange the two",
        )


def far(points: gpd.GeoDataFrame, outlines: gpd.GeoSeries, *, source: str) -> list[Message]:
    """Say in a sentence when all points of a source lie far beyond the territory, as those of another country do."""
    box = shapely.box(*outlines.total_bounds).buffer(NEAR, join_style="mitre")
    if points.empty or points.intersects(box).any():
        return []
    return [
        Message(
            "All {count} services of source {source} lie more than {degrees} degree beyond the territory.",
            count=len(points),
            source=source,
            degrees=round(NEAR),
        )
    ]


def services(layer: gpd.GeoDataFrame) -> None:
    """Check ids, categories and capacities of the services of all sources.

    Raises
    ------
    InputError
        An id occurs twice, a category is empty, or a capacity is not above 0 (unknown is empty, and right).
    """
    ids, capacity = layer["service_id"], layer["capacity"]
    _unique(ids, "services")
    category = layer["category"]
    _refuse(
        (category.isna() | (category.astype(str).str.strip() == "")).to_numpy(),
        ids,
        layer["name"],
        "services have no category",
        "name the category of each, as geodata/services.yaml has them",
    )
    _refuse(
        ((capacity <= 0) | np.isinf(capacity)).to_numpy(),
        ids,
        capacity,
        "services have a capacity that is not above 0",
        "leave it empty where it is unknown, and leave out services that serve nobody",
    )


def _degrees(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Flags:
    found: Flags = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    return found


def _written(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> list[str]:
    return [f"{one:.10g}, {other:.10g}" for one, other in zip(x, y, strict=True)]


def _unique(ids: "pd.Series[str]", what: str) -> None:
    twice = ids[ids.duplicated()].astype(str).unique()
    if len(twice):
        raise InputError(
            f"{len(twice):,} ids of {what} occur more than once, first: {', '.join(twice[:3])}; give each its own."
        )


def _refuse(bad: Flags, ids: "pd.Series[str]", values: pd.Series, what: str, advice: str) -> None:
    """Raise one sentence with the count and the first three rows where any row is bad."""
    if bad.any():
        rows = zip(ids[bad].head(3), values[bad].head(3), strict=True)
        first = ", ".join(f"{key} ({value})" for key, value in rows)
        raise InputError(f"{bad.sum():,} of {len(bad):,} {what}, first: {first}; {advice}.")
