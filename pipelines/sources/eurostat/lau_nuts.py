"""Municipalities and their NUTS regions: Eurostat's table of local administrative units (LAU), and names by GISCO.

The table is Eurostat's workbook, or one CSV of all countries.
"""

import gzip
from pathlib import Path

import pandas as pd

from geodata.catalogue import Source
from geodata.countries import LEVELS, eurostat
from geodata.errors import InputError
from pipelines.sources.eurostat import lau_table
from pipelines.sources.formats.tables import read_csv, read_features, require

# Digits of the codes that lost their leading zeros on the way to the table.
DIGITS = {"SI": 3}


def membership(source: Source, folder: Path) -> pd.DataFrame:
    """`area_id` (LAU code) with `nuts1`, `nuts2`, `nuts3` for the municipalities of the source's country.

    Parameters
    ----------
    source
        Its first file is the table of municipalities, the next ones GeoJSON with the names of NUTS 3 and NUTS 2.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read or lacks a column, the country is not in it, or a region has no name.
    """
    path = folder / source.files[0]
    listed = lau_table.read(path, source.country) if path.suffix == lau_table.SUFFIX else _table(source, path)
    codes = listed["area_id"].str.zfill(DIGITS.get(source.country, 0))
    found = pd.DataFrame({"area_id": codes} | {level: listed["nuts3"].str[:end] for level, end in LEVELS.items()})
    nameless = sorted(set(found["nuts3"]) - set(regions(source, folder)["region_id"]))
    if nameless:
        raise InputError(
            f"{len(nameless)} NUTS 3 regions of {path} are not among the outlines, such as {nameless[0]}; use outlines "
            "of the same NUTS version."
        )
    return found.sort_values("area_id", ignore_index=True)


def regions(source: Source, folder: Path) -> pd.DataFrame:
    """`region_id`, `level`, `name` (Latin letters), `parent_id` of the NUTS 2 and 3 regions of the source's country.

    NUTS 1 has no names in these files, so NUTS 2 regions have no parent. A region that is drawn in several pieces is
    listed once.
    """
    parts = []
    for level, name in (("nuts3", source.files[1]), ("nuts2", source.files[2])):
        table = read_features((folder / name).read_bytes(), str(folder / name), of="regions")
        require(table.columns, ("NUTS_ID", "NAME_LATN"), str(folder / name))
        rows = table[table["NUTS_ID"].str.startswith(eurostat(source.country))].drop_duplicates("NUTS_ID")
        parts.append(
            pd.DataFrame(
                {
                    "region_id": rows["NUTS_ID"],
                    "level": level,
                    "name": rows["NAME_LATN"],
                    "parent_id": rows["NUTS_ID"].str[:-1] if level == "nuts3" else None,
                }
            )
        )
    found = pd.concat(parts).sort_values("region_id", ignore_index=True)
    return found.astype("str")


def _table(source: Source, path: Path) -> pd.DataFrame:
    table = read_csv(unpacked(path), source.columns, str(path), encoding="utf-8")
    rows = table[table["country"] == eurostat(source.country)]
    if rows.empty:
        raise InputError(f"{path} has no municipality of {source.country}; use a table that holds the country.")
    return pd.DataFrame({"area_id": rows["lau_code"], "nuts3": rows["code_2016"]})


def unpacked(path: Path) -> bytes:
    """Content of a file, unpacked where its name ends in .gz; `InputError` where that is broken off or damaged."""
    content = path.read_bytes()
    try:
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except (OSError, EOFError) as error:
        raise InputError(f"{path} is no whole gzip file; fetch it again.") from error
