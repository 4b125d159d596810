"""A table of the planner in any of the known formats, as text, with what was guessed about it."""

from dataclasses import dataclass
from pathlib import PurePath

import geopandas as gpd
import pandas as pd

from geodata import delimited, workbooks
from geodata.errors import InputError
from geodata.i18n import number, say
from geodata.zips import open_zip
from pipelines.userdata import spatial

LARGEST_MB = 50
LARGEST = LARGEST_MB * 2**20  # bytes
# Endings of the files that are read.
ENDINGS = ("csv", "txt", "tsv", "xlsx", "geojson", "json", "gpkg", "zip")
FORMATS = "CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile"
SQLITE_MAGIC = b"SQLite format 3\0"
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")


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
    """Read a table; what the content is counts, not what the name says.

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
    if len(content) > largest:
        raise InputError(
            say(
                "{name} has {size} MB, allowed are {most} MB; split it.",
                name=name,
                size=number(len(content) / 2**20, 1),
                most=number(largest / 2**20),
            )
        )
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(SQLITE_MAGIC):
        return Table(*_with(spatial.read_geopackage(content, name, layer=sheet), "GeoPackage"))
    if content.startswith(b"PK"):
        with open_zip(content, name) as archive:
            members = {member.lower() for member in archive.namelist()}
        if "xl/workbook.xml" in members:
            rows, guesses = workbooks.read(content, name, sheet=sheet)
            return Table(rows, None, {"format": "XLSX"} | guesses)
        if any(member.endswith(".shp") for member in members):
            return Table(*_with(spatial.read_shapefile(content, name), "Shapefile"))
        raise InputError(
            say("{name} is an archive without a workbook or a Shapefile; give {formats}.", name=name, formats=FORMATS)
        )
    if content.startswith(OLE_MAGIC):
        raise InputError(
            say("{name} is an old Excel file or protected by a password; save it as .xlsx without one.", name=name)
        )
    if start[:1] == b"{":
        return Table(*_with(spatial.read_geojson(content, name), "GeoJSON"))
    if start[:1] == b"<":
        raise InputError(say("{name} is a web page or XML, not a table; give {formats}.", name=name, formats=FORMATS))
    rows, guesses = delimited.read(content, name, encoding=encoding)
    return Table(rows, None, {"format": "CSV"} | guesses)


def _with(read: spatial.Spatial, kind: str) -> spatial.Spatial:
    rows, geometry, guesses = read
    return rows, geometry, {"format": kind} | guesses
