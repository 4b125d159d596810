"""The bundled snapshot: its files, checked against SOURCES.csv before they are read."""

import io
from pathlib import Path

import geopandas as gpd
import pandas as pd

import geodata
from geodata import raster
from geodata.errors import InputError
from geodata.files import file_digest
from geodata.raster import Raster
from pipelines.sources.formats.tables import read_csv

DEFAULT = Path(geodata.__file__).parent / "snapshot"
NUMBERS = {
    *("lat", "lon", "cells", "s10", "s11", "s12", "s13", "s21", "s22", "s23", "s30", "start_year", "end_year"),
    *("from_lat", "from_lon", "to_lat", "to_lon", "km"),
    *("degurba_code", "place_population", "place_km", "km_5000", "km_50000", "km_250000"),
}
SOURCES_COLUMNS = (
    "file",
    "source_id",
    "package",
    "version",
    "publisher",
    "year",
    "licence",
    "attribution",
    "archive_sha256",
    "sha256",
    "rows",
)
GEOGRAPHIC = {"areas.parquet", "basemap.geojson", "major_roads.parquet"}


def sources(folder: Path = DEFAULT) -> pd.DataFrame:
    """Read SOURCES.csv: one row per file with its source, licence and checksum; rows as a number.

    Raises
    ------
    InputError
        If the snapshot has no such file or it cannot be read.
    """
    path = folder / "SOURCES.csv"
    if not path.is_file():
        raise InputError(f"There is no snapshot in {folder}; {_MEND}.")
    frame = read_csv(path.read_bytes(), SOURCES_COLUMNS, str(path), encoding="utf-8")
    return frame.assign(rows=frame["rows"].astype(int))


def verify(folder: Path = DEFAULT) -> None:
    """Check every file of the snapshot; `InputError` if one is missing, cut short or changed."""
    for name, digest in sources(folder)[["file", "sha256"]].itertuples(index=False):
        _check(folder / name, digest)


def read_layer(name: str, folder: Path = DEFAULT) -> pd.DataFrame | gpd.GeoDataFrame:
    """Read one layer of the snapshot after checking it.

    Parameters
    ----------
    name
        File name without its ending, such as ``areas`` or ``services``.
    folder
        The snapshot.

    Returns
    -------
    DataFrame or GeoDataFrame
        Codes are text with leading zeros, empty cells missing.

    Raises
    ------
    InputError
        If the snapshot has no such layer, or its file is missing, cut short or changed.
    """
    listed = sources(folder).set_index("file")["sha256"]
    files = {Path(file).stem: file for file in listed.index}
    if name not in files:
        raise InputError(f"The snapshot has no layer {name!r}; choose one of {', '.join(files)}.")
    path = folder / files[name]
    _check(path, listed[files[name]])
    if path.name in GEOGRAPHIC:
        return gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    frame = pd.read_csv(io.BytesIO(path.read_bytes()), dtype=str, keep_default_na=False, na_values=[""])
    numeric = [column for column in frame.columns if column in NUMBERS]
    return frame.assign(**{column: pd.to_numeric(frame[column]) for column in numeric})


def read_raster(name: str, folder: Path = DEFAULT) -> Raster:
    """Read one raster of the snapshot, such as ``elevation``, after checking it.

    Raises
    ------
    InputError
        As `read_layer`, or the file is no GeoTIFF.
    """
    listed = sources(folder).set_index("file")["sha256"]
    path = folder / f"{name}.tif"
    if path.name not in listed:
        raise InputError(f"The snapshot has no raster {name!r}; {_MEND}.")
    _check(path, listed[path.name])
    return raster.read(path.read_bytes(), str(path))


def _check(path: Path, digest: str) -> None:
    if not path.is_file():
        raise InputError(f"{path} is missing; {_MEND}.")
    if file_digest(path) != digest:
        raise InputError(f"{path} is not the file SOURCES.csv describes, it is cut short or changed; {_MEND}.")


_MEND = "restore it with `git checkout -- geodata/snapshot` or run `python -m pipelines snapshot`"
