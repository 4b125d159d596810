"""Vector tiles of a large territory, in one file that a browser reads in pieces. Analysis never uses them."""

import tempfile
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

LAYER = "areas"
# Below, a municipality is a few pixels: the map shows regions instead.
OVERVIEW = 5
# A pixel of the tile is 38 m at the equator; the browser enlarges it further in.
NEAREST = 8
# So that no tile leaves an area out for its size: the writer's own limits would, without a word.
UNLIMITED = {"MAX_SIZE": 100_000_000, "MAX_FEATURES": 1_000_000}


def areas_pmtiles(areas: gpd.GeoDataFrame, *, overview: bool) -> bytes:
    """Write areas as Mapbox vector tiles in a PMTiles archive (version 3).

    The layer `areas` has the properties `position` (in the order of area_id), `area_id` and `name`. An area without
    geometry has its position and no feature.

    Parameters
    ----------
    areas
        Polygons or points in EPSG:4326 with `area_id`, `name`; a geometry may be missing.
    overview
        Whether the map has regions to show from afar; then tiles begin at zoom `OVERVIEW`, else at 0.

    Returns
    -------
    bytes
        The same areas give the same bytes.
    """
    ordered = areas.sort_values("area_id")
    frame = gpd.GeoDataFrame(
        {"position": np.arange(len(ordered)), "area_id": ordered["area_id"].array, "name": ordered["name"].array},
        geometry=ordered.geometry.array,
        crs=areas.crs,
    )
    drawn = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # GDAL makes the archive from a database of tiles and passes each of the two the options of the other.
        warnings.filterwarnings("ignore", message=".*does not support.*creation option.*", category=RuntimeWarning)
        path = Path(folder) / f"{LAYER}.pmtiles"
        pyogrio.write_dataframe(
            drawn,
            path,
            layer=LAYER,
            driver="PMTiles",
            geometry_type="Unknown",
            dataset_options={"MINZOOM": OVERVIEW if overview else 0, "MAXZOOM": NEAREST, "NAME": LAYER} | UNLIMITED,
        )
        return path.read_bytes()


def are_points(areas: gpd.GeoDataFrame) -> bool:
    """Whether no area has a shape."""
    return bool((shapely.get_dimensions(areas.geometry.dropna().to_numpy()) == 0).all())
