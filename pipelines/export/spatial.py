"""The shortlist for maps and GIS: GeoJSON and GeoPackage."""

import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from pipelines.areas.shortlist import Shortlist
from pipelines.export.styles import layer_styles

Json = dict[str, Any]
STYLES = "layer_styles"  # where QGIS looks for them
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
        "title": shortlist.title,
        "attribution": shortlist.attribution,
        "codebook": records(shortlist.columns),
        "sources": records(shortlist.origins),
    }
    return feature_collection(records(shortlist.table), shapes, key="area_id", head=head)


def feature_collection(rows: list[dict[str, Any]], shapes: Iterable[str | None], *, key: str, head: Json) -> bytes:
    """Write rows and their shapes as GeoJSON, a line a feature.

    Parameters
    ----------
    rows
        Properties of each feature, among them its id under `key`.
    shapes
        GeoJSON of each; None where the position is not known, which GeoJSON writes as null.
    head
        Further members of the collection, before the features.
    """
    features = (
        f'{{"type":"Feature","id":{_json(row[key])},"properties":{_json(row)},"geometry":{shape or "null"}}}'
        for row, shape in zip(rows, shapes, strict=True)
    )
    opened = _json({"type": "FeatureCollection"} | head)[:-1]
    return (opened + ',"features":[\n' + ",\n".join(features) + "\n]}\n").encode()


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
        layers[STYLES] = layer_styles(shortlist)
    options: dict[str, Json] = {"shortlist": {"promote_to_multi": True}, STYLES: {"FID": "id"}}
    return write_layers(layers, shortlist.attribution, options)


def write_layers(layers: Mapping[str, pd.DataFrame], attribution: str, options: Mapping[str, Json]) -> bytes:
    """Write a GeoPackage; the description of each layer is the attribution.

    Parameters
    ----------
    layers
        Tables, with geometry or without, by the name of their layer.
    attribution
        Of all layers.
    options
        Of `pyogrio.write_dataframe`, by the name of the layer that has any.
    """
    pyogrio.set_gdal_config_options(GDAL_OPTIONS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        for name, frame in layers.items():
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver="GPKG",
                append=path.exists(),
                layer_options={"DESCRIPTION": attribution},
                **options.get(name, {}),
            )
        return path.read_bytes()
