"""GeoJSON, GeoPackage and zipped Shapefile: attributes as text, geometry as points."""

import json
import sqlite3
import tempfile
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from geodata.archives import open_zip, read_member
from geodata.delimited import guess_encoding
from geodata.errors import InputError
from geodata.i18n import number, say
from geodata.names import suggest
from geodata.tabular import ROWS

SHAPEFILE_MAGIC = bytes.fromhex("0000270a")
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
Spatial = tuple[pd.DataFrame, gpd.GeoSeries, dict[str, str]]


def read_geojson(content: bytes, what: str) -> Spatial:
    """Read the features of GeoJSON; nested properties are kept as JSON text.

    Raises
    ------
    InputError
        It is not GeoJSON, or no feature has a geometry.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError(say("{what} is not valid JSON in UTF-8; save it as GeoJSON again.", what=what)) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features or not all(isinstance(one, dict) for one in features):
        raise InputError(
            say("{what} is JSON but no GeoJSON FeatureCollection with features; save it as one.", what=what)
        )
    _limit(len(features), what)
    properties = [one.get("properties") or {} for one in features]
    if not all(isinstance(one, dict) for one in properties):
        raise InputError(
            say("{what} has a feature whose properties are not names with values; save it as GeoJSON again.", what=what)
        )
    names = list(dict.fromkeys(name for one in properties for name in one))
    columns = {name: [_text(one.get(name)) for one in properties] for name in names}
    # One text each: a geometry that is damaged is None and costs only its own row.
    shapes = shapely.from_geojson([json.dumps(one.get("geometry")) for one in features], on_invalid="ignore")
    named = document.get("crs")
    crs = named.get("properties", {}).get("name", "") if isinstance(named, dict) else "EPSG:4326"
    frame = pd.DataFrame(columns, index=_index(len(features)), dtype="str")
    return _spatial(frame, shapes, str(crs), what)


def read_geopackage(content: bytes, what: str, *, layer: str | None = None) -> Spatial:
    """Read one layer of a GeoPackage; without `layer`, the first with features.

    Views and virtual tables can run code or open other files when they are read; a file that has any, other than the
    spatial index, is refused before the reader sees it.

    Raises
    ------
    InputError
        It is damaged, unsafe, no GeoPackage, or has no such layer.
    """
    # Write-ahead logging, as QGIS leaves it on, cannot be read from memory; two bytes of the header say so.
    plain = content[:18] + b"\x01\x01" + content[20:]
    try:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(plain)
        made = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
        tables = [name for (name,) in connection.execute("SELECT table_name FROM gpkg_geometry_columns")]
        connection.close()
    except (sqlite3.Error, UnicodeDecodeError):
        raise InputError(say("{what} is no readable GeoPackage; save it again.", what=what)) from None
    for kind, name, sql in made:
        is_virtual = sql.upper().lstrip().startswith("CREATE VIRTUAL") and "USING RTREE" not in sql.upper()
        if kind == "view" or is_virtual:
            raise InputError(
                say(
                    "{what} holds a view or virtual table ({name}); save only the layer of points.",
                    what=what,
                    name=name,
                )
            )
    if not tables:
        raise InputError(say("{what} has no layer with geometry; save the points as a layer.", what=what))
    if layer is not None and layer not in tables:
        raise InputError(
            say("{what} has no layer {layer}; {hint}.", what=what, layer=repr(layer), hint=suggest(layer, tables))
        )
    chosen = layer or tables[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.gpkg"
        path.write_bytes(plain)
        frame, shapes, crs = _read(path, what, layer=chosen)
    others = [name for name in tables if name != chosen]
    notes = {"layer": chosen} | ({"layers left out": ", ".join(others)} if others else {})
    rows, geometry, guesses = _spatial(frame, shapes, crs, what)
    return rows, geometry, notes | guesses


def read_shapefile(content: bytes, what: str) -> Spatial:
    """Read the one Shapefile of a zip archive; its text is UTF-8 or Windows when no .cpg says what it is.

    Raises
    ------
    InputError
        The archive is unsafe, or does not hold exactly one whole Shapefile.
    """
    with open_zip(content, what) as archive:
        names = [name for name in archive.namelist() if "__MACOSX" not in name]
        shapes = [name for name in names if name.lower().endswith(".shp")]
        if len(shapes) != 1:
            raise InputError(
                say(
                    "{what} holds {count} Shapefiles; zip one .shp with its .shx, .dbf and .prj.",
                    what=what,
                    count=len(shapes),
                )
            )
        stem = PurePosixPath(shapes[0]).with_suffix("").as_posix().lower()
        parts = {
            suffix: read_member(archive, name, what)
            for name in names
            for suffix in PARTS
            if name.lower() == stem + suffix
        }
    if not {".shp", ".dbf"} <= parts.keys() or not parts[".shp"].startswith(SHAPEFILE_MAGIC):
        raise InputError(
            say("{what} lacks the .dbf of its Shapefile or the .shp is damaged; zip all its files again.", what=what)
        )
    encoding = None if ".cpg" in parts else guess_encoding(parts[".dbf"])
    with tempfile.TemporaryDirectory() as folder:
        for suffix, part in parts.items():
            (Path(folder) / f"table{suffix}").write_bytes(part)
        frame, geometry, crs = _read(Path(folder) / "table.shp", what, encoding=encoding)
    rows, points, guesses = _spatial(frame, geometry, crs, what)
    return rows, points, guesses | ({"encoding": encoding} if encoding else {})


def _read(
    source: Path, what: str, *, layer: str | None = None, encoding: str | None = None
) -> tuple[pd.DataFrame, np.ndarray, str]:
    """Attributes as text, geometry, CRS (empty when none is given)."""
    try:
        facts, table = pyogrio.read_arrow(
            source, layer=layer, encoding=encoding, max_features=ROWS + 1, datetime_as_string=True
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, pa.ArrowException) as error:
        raise InputError(say("{what} cannot be read; save it again.", what=what)) from error
    _limit(table.num_rows, what)
    geometry = facts["geometry_name"] or "wkb_geometry"
    if geometry not in table.column_names:
        raise InputError(say("{what} has no geometry; save the points with it.", what=what))
    shapes = shapely.from_wkb(table.column(geometry).to_numpy(zero_copy_only=False), on_invalid="ignore")
    columns = {
        name: [_text(value) for value in table.column(name).to_pylist()]
        for name in table.column_names
        if name != geometry
    }
    return pd.DataFrame(columns, index=_index(table.num_rows), dtype="str"), shapes, facts["crs"] or ""


def _spatial(frame: pd.DataFrame, shapes: np.ndarray, crs: str, what: str) -> Spatial:
    """Points of the shapes, lines and polygons by a point on them; no CRS when the name is empty or unknown."""
    if all(shape is None or shape.is_empty for shape in shapes):
        raise InputError(say("{what} has no feature with a readable geometry; give points.", what=what))
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    points = np.where(is_point, shapes, shapely.point_on_surface(shapes))
    try:
        geometry = gpd.GeoSeries(points, index=frame.index, crs=crs or None)
    except (RuntimeError, ValueError):
        geometry = gpd.GeoSeries(points, index=frame.index)
    known = geometry.crs.to_string() if geometry.crs is not None else "not given"
    return frame, geometry, {"CRS of the file": known if len(known) < 40 else geometry.crs.name}


def _limit(rows: int, what: str) -> None:
    if rows > ROWS:
        raise InputError(say("{what} has more than {most_rows} features; split it.", what=what, most_rows=number(ROWS)))
    if not rows:
        raise InputError(say("{what} has no features; give at least one.", what=what))


def _index(rows: int) -> pd.RangeIndex:
    return pd.RangeIndex(1, rows + 1, name="row")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, list | dict):
        return "; ".join(map(str, value)) if isinstance(value, list) else json.dumps(value, ensure_ascii=False)
    return str(value).strip()
