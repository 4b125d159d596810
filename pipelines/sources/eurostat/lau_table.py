"""Municipalities and their NUTS regions: Eurostat's yearly workbook of local administrative units (LAU).

A sheet for each country, named by Eurostat's code; headers of several lines, and codes with leading zeros that some
editions hold as numbers. Names of regions come from GISCO's NUTS file of the same version.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from geodata.catalogue import Source
from geodata.countries import LEVELS, eurostat
from geodata.errors import InputError
from geodata.i18n.message import Message
from pipelines.sources.formats.tables import read_features, require

SUFFIX = ".xlsx"
NUTS3, CODE, NAME = "NUTS 3 CODE", "LAU CODE", "LAU NAME NATIONAL"
# Further headings, by the names that Eurostat's table of all countries gives them; years write them at greater length.
FURTHER = {
    "LAU NAME LATIN": "lau_name_latin",
    "POPULATION": "population",
    "TOTAL AREA": "total_area_m2",
    "DEGURBA": "degurba",
    "COASTAL AREA": "coastal_area",
}
# What a cell says that is not known.
UNKNOWN = ("n.a.", "n/a")
SHEET = re.compile("[A-Z]{2}")


def read(path: Path, country: str) -> pd.DataFrame:
    """Municipalities of one country (ISO 3166-1): `area_id` (LAU code), `name`, `nuts3`; rows without a code left out.

    Raises
    ------
    InputError
        The workbook cannot be read, or has no sheet or no municipality of the country, or one occurs twice.
    """
    code = eurostat(country)
    with _opened(path) as book:
        if book is None or code not in book.sheet_names:
            raise InputError(f"{path} is no workbook with a sheet {code}; use the one that holds {country}.")
        table = _sheet(book, code, path)
    found = pd.DataFrame(
        {"area_id": table[CODE].str.strip(), "name": table[NAME].str.strip(), "nuts3": table[NUTS3].str.strip()}
    )
    found = found[(found["area_id"] != "") & found["nuts3"].str.startswith(code)]
    if found.empty:
        raise InputError(f"{path} has no municipality of {country}; use the workbook that holds it.")
    if found["area_id"].duplicated().any():
        raise InputError(
            f"{path} has municipality {found['area_id'][found['area_id'].duplicated()].iloc[0]} of {country} twice; "
            "keep one of them."
        )
    # Codes made of digits are of one length in a country: shorter ones lost their leading zeros.
    if found["area_id"].str.fullmatch(r"\d+").all():
        found["area_id"] = found["area_id"].str.zfill(int(found["area_id"].str.len().max()))
    return found


def every(path: Path) -> pd.DataFrame:
    """Municipalities of all countries of the workbook, in the columns of Eurostat's table of all countries (text).

    Raises
    ------
    InputError
        The workbook cannot be read, has no sheet of a country, or a sheet lacks a column.
    """
    with _opened(path) as book:
        sheets = [] if book is None else [str(name) for name in book.sheet_names if SHEET.fullmatch(str(name))]
        if book is None or not sheets:
            raise InputError(f"{path} is no workbook with a sheet for each country; fetch it again.")
        return pd.concat([_listed(_sheet(book, name, path), name, path) for name in sheets], ignore_index=True)


def _listed(table: pd.DataFrame, country: str, path: Path) -> pd.DataFrame:
    found = {"country": country, "code_2016": table[NUTS3], "lau_code": table[CODE], "lau_name_national": table[NAME]}
    for heading, name in FURTHER.items():
        same = [column for column in table.columns if column == heading or column.startswith(f"{heading} (")]
        require([heading] if same else table.columns, (heading,), f"Sheet {country} of {path}")
        found[name] = table[same[0]]
    rows: pd.DataFrame = pd.DataFrame(found).apply(lambda column: column.str.strip())
    rows = rows[(rows["lau_code"] != "") & rows["code_2016"].str.startswith(country)]
    rows = rows.where(~rows.isin(UNKNOWN), "")
    return rows.assign(gisco_id=rows["country"] + "_" + rows["lau_code"])


@contextmanager
def _opened(path: Path) -> Iterator[pd.ExcelFile | None]:
    """Open a workbook; None when it is none."""
    try:
        with warnings.catch_warnings():
            # Eurostat's workbooks carry styles that openpyxl does not know.
            warnings.simplefilter("ignore", UserWarning)
            book = pd.ExcelFile(path, engine="openpyxl")
    except (ValueError, zipfile.BadZipFile, OSError, KeyError):
        yield None
        return
    with book:
        yield book


def _sheet(book: pd.ExcelFile, name: str, path: Path) -> pd.DataFrame:
    """Read a sheet as text, headings in capitals and on one line."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        table: pd.DataFrame = pd.read_excel(book, sheet_name=name, dtype=str, keep_default_na=False)
    table.columns = [" ".join(str(column).split()).upper() for column in table.columns]
    require(table.columns, (NUTS3, CODE, NAME), str(path))
    return table


def membership(source: Source, folder: Path) -> pd.DataFrame:
    """`area_id` with `nuts1`, `nuts2`, `nuts3` for the municipalities of the source's country and region.

    Parameters
    ----------
    source
        Its first file is the workbook, its second GISCO's NUTS regions as GeoJSON, all levels.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read, the region is not in it, or a region has no name: the NUTS versions differ.
    """
    listed = read(folder / source.files[0], source.country)
    listed = listed[listed["nuts3"].str.startswith(source.region)]
    if listed.empty:
        raise InputError(
            f"{folder / source.files[0]} has no municipality in {source.region}; look the code of the region up in it."
        )
    nameless = sorted(set(listed["nuts3"]) - set(_names(source, folder)["NUTS_ID"]))
    if nameless:
        raise InputError(
            f"{len(nameless)} NUTS 3 regions of {folder / source.files[0]} are not in {source.files[1]}, such as "
            f"{nameless[0]}; use files of the same NUTS version."
        )
    found = pd.DataFrame(
        {"area_id": listed["area_id"]} | {key: listed["nuts3"].str[:end] for key, end in LEVELS.items()}
    )
    return found.sort_values("area_id", ignore_index=True)


def regions(source: Source, folder: Path) -> pd.DataFrame:
    """`region_id`, `level`, `name` (Latin letters), `parent_id` of the regions of the source's country."""
    names = _names(source, folder).drop_duplicates("NUTS_ID").sort_values("NUTS_ID", ignore_index=True)
    level = names["NUTS_ID"].str.len().map({end: key for key, end in LEVELS.items()})
    parent = names["NUTS_ID"].str[:-1].where(level != "nuts1")
    found = pd.DataFrame(
        {"region_id": names["NUTS_ID"], "level": level, "name": names["NAME_LATN"], "parent_id": parent}
    )
    return found[level.notna()].astype("str").reset_index(drop=True)


def notes(source: Source, folder: Path) -> list[Message]:  # noqa: ARG001 - every reader is called alike
    """Which NUTS version the regions are of."""
    return [
        Message(
            "Regions are those of {version}, as the table of {year} gives them; figures of other versions do not fit.",
            version=source.version,
            year=str(source.year),
        )
    ]


def _names(source: Source, folder: Path) -> pd.DataFrame:
    path = folder / source.files[1]
    table = read_features(path.read_bytes(), str(path), of="regions")
    require(table.columns, ("NUTS_ID", "NAME_LATN"), str(path))
    return table[table["NUTS_ID"].str.startswith(eurostat(source.country))]
