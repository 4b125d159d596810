"""A table of the planner in any of the known formats, with or without geometry, and what was guessed about it."""

from dataclasses import dataclass
from pathlib import PurePath

import geopandas as gpd
import pandas as pd

from geodata import tables
from geodata.errors import InputError
from geodata.i18n import say
from geodata.tables import LARGEST
from pipelines.userdata import spatial

# Endings of the files that are read.
ENDINGS = (*tables.ENDINGS, "geojson", "json", "gpkg", "zip")
FORMATS = "CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile"
SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True)
class Table:
    """Rows of a file.

    Attributes
    ----------
    rows
        All text, empty text where a cell is empty; index `row`, the number of the row in the file.
    geometry
        Points by row, in the CRS of the file, which may be unknown; None when the file has no geometry.
    guesses
        What was found out about the file, by name: format, encoding, delimiter, header, sheet, ...
    """

    rows: pd.DataFrame
    geometry: gpd.GeoSeries | None
    guesses: dict[str, str]


def read(
    content: bytes,
    filename: str,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    largest: int = LARGEST,
) -> Table:
    """Read a table as `geodata.tables` does, or the features of a file with geometry.

    Parameters
    ----------
    content
        The file. Nothing in it is executed, unpickled or evaluated.
    filename
        Its name, for messages.
    encoding
        Of delimited text, when the guess is wrong.
    sheet
        Of a workbook, or the layer of a GeoPackage, when the guess is wrong.
    largest
        Bytes that are accepted.

    Raises
    ------
    InputError
        The file is too large, unsafe, damaged, or in no known format.
    """
    name = PurePath(filename).name
    tables.check_size(content, name, largest)
    if content.startswith(SQLITE_MAGIC):
        return _spatial(spatial.read_geopackage(content, name, layer=sheet), "GeoPackage")
    if content.startswith(tables.ZIP_MAGIC):
        members = tables.members(content, name)
        if tables.WORKBOOK not in members:
            if not any(member.endswith(".shp") for member in members):
                raise InputError(
                    say(
                        "{name} is an archive without a workbook or a Shapefile; give {formats}.",
                        name=name,
                        formats=FORMATS,
                    )
                )
            return _spatial(spatial.read_shapefile(content, name), "Shapefile")
    if tables.first_sign(content) == b"{":
        return _spatial(spatial.read_geojson(content, name), "GeoJSON")
    rows, guesses = tables.read(content, name, encoding=encoding, sheet=sheet, largest=largest, formats=FORMATS)
    return Table(rows, None, guesses)


def _spatial(features: spatial.Spatial, kind: str) -> Table:
    rows, geometry, guesses = features
    return Table(rows, geometry, {"format": kind} | guesses)
