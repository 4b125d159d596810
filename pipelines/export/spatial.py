"""The shortlist for maps and GIS: GeoJSON and GeoPackage."""

import json
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from pipelines.export.shortlist import Shortlist
from pipelines.export.styles import layer_styles

COORDINATE_DECIMALS = 5  # about 1 m, the precision that RFC 7946 section 11.2 sees as enough for most maps
# GDAL stamps a GeoPackage with the time of writing, and may build its spatial index in a thread of its own; a fixed
# time and one thread keep the same input the same bytes.
GDAL_OPTIONS = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00Z", "OGR_GPKG_ALLOW_THREADED_RTREE": "NO"}


def geojson(shortlist: Shortlist) -> bytes:
    """Write GeoJSON as RFC 7946 has it: WGS 84, outer rings counterclockwise, 5 decimals, `area_id` as id.

    Title, attribution, codebook and sources are further members of the collection; missing values are null.
    """
    rounded = shapely.transform(shortlist.areas.geometry.to_numpy(), lambda xy: xy.round(COORDINATE_DECIMALS))
    shapes = shapely.to_geojson(shapely.orient_polygons(rounded))
    head = {
        "type": "FeatureCollection",
        "title": shortlist.title,
        "attribution": shortlist.attribution,
        "codebook": records(shortlist.columns),
        "sources": records(shortlist.origins),
    }
    # An area without a known position has no shape, which GeoJSON writes as null.
    features = (
        f'{{"type":"Feature","id":{_json(row["area_id"])},"properties":{_json(row)},"geometry":{shape or "null"}}}'
        for row, shape in zip(records(shortlist.table), shapes, strict=True)
    )
    return (_json(head)[:-1] + ',"features":[\n' + ",\n".join(features) + "\n]}\n").encode()


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One mapping a row, as JSON has values: missing is None."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")  # type: ignore[return-value]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def geopackage(shortlist: Shortlist) -> bytes:
    """Write a GeoPackage with the layers `shortlist` (multipolygons or centres), `codebook` and `sources`.

    The description of each layer is the attribution. QGIS opens areas in the classes and colours of the map, see
    `pipelines.export.styles`; those styles fill shapes, so centres have none.
    """
    areas = gpd.GeoDataFrame(shortlist.table, geometry=shortlist.areas.geometry.to_numpy(), crs=shortlist.areas.crs)
    layers = {
        "shortlist": areas,
        "codebook": shortlist.columns,
        "sources": shortlist.origins,
    }
    if shortlist.breaks and areas.geom_type.str.endswith("Polygon").any():
        layers["layer_styles"] = layer_styles(shortlist)
    pyogrio.set_gdal_config_options(GDAL_OPTIONS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shortlist.gpkg"
        for name, frame in layers.items():
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver="GPKG",
                append=path.exists(),
                promote_to_multi=name == "shortlist",
                layer_options={"DESCRIPTION": shortlist.attribution}
                | ({"FID": "id"} if name == "layer_styles" else {}),
            )
        return path.read_bytes()
