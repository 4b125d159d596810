"""Primary care in Slovenia: institutions (addresses of GURS) and their doctors by kind of care (ZZZS).

The doctors come as a row each, or added up by institution and kind of care. An institution that offers several kinds
of care is one service of each. Its capacity is the full-time equivalents (FTE) that ZZZS gives for the kind; 0 stands
there for practices whose time is not given (all of kind gp-f), so it is not known.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.i18n import mark
from geodata.i18n.message import Message
from geodata.schema import CRS
from pipelines.sources.formats.parsing import once
from pipelines.sources.formats.tables import coordinates, read_csv, require

KINDS = {
    "gp": "general_practice",
    "gp-f": "general_practice",
    "ped": "paediatrician",
    "gyn": "gynaecologist",
    "den": "dentist",
    "den-s": "dentist",  # for students
    "den-y": "child_dentist",
}
CAPACITY = ("id_inst", "type", "fte", "accepting")
DOCTOR = "doctor"
DOCTORS = ("id_inst", "type", "availability", "accepts", "accepts_override")
TAKES, FULL = "takes new patients", "takes no new patients"


def services(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Practices by kind of care, with their capacity in FTE and, as `level`, whether they take new patients.

    The capacity of an institution with several sites cannot be divided between them and is not known.

    Parameters
    ----------
    source
        Its files are the institutions, and their doctors or capacities, CSV.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read or lacks a column, a kind of care is new, an FTE is no number of 0 or more, or capacity is
        given for an institution that is not listed.
    """
    sites, capacity = _read(source, folder)
    sites = sites[_located(sites)]
    number = sites.groupby("id_inst").cumcount()
    sites = sites.assign(number=number, only=~sites["id_inst"].duplicated(keep=False))
    rows = sites.merge(capacity, on="id_inst").sort_values(["category", "id_inst", "number"], ignore_index=True)
    suffix = rows["number"].map(lambda n: f"-{n + 1}" if n else "")
    return gpd.GeoDataFrame(
        {
            "service_id": rows["category"] + "-" + rows["id_inst"] + suffix,
            "category": rows["category"],
            "name": rows["name"],
            "level": (rows["accepting"] > 0).map({True: TAKES, False: FULL}).astype("str"),
            "source_url": pd.Series(None, index=rows.index, dtype="str"),
            "confidence": pd.Series(None, index=rows.index, dtype="str"),
            "capacity": rows["fte"].where(rows["only"]),
        },
        geometry=gpd.points_from_xy(*(coordinates(rows[name], source.files[0]) for name in ("lon", "lat"))),
        crs=CRS,
    )


def notes(source: Source, folder: Path) -> list[Message]:
    """Institutions that are left out, one sentence for each reason."""
    sites, capacity = _read(source, folder)
    found = []
    for message, rows in (
        (
            mark("{number} primary care institutions have no position and are left out: {names}."),
            ~_located(sites),
        ),
        (
            mark("{number} primary care institutions have no kind of care listed and are left out: {names}."),
            ~sites["id_inst"].isin(capacity["id_inst"]),
        ),
    ):
        if rows.any():
            found.append(Message(message, number=rows.sum(), names="; ".join(sorted(sites.loc[rows, "name"]))))
    return found


@once
def _read(source: Source, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sites, each once, and capacity by institution and category: `fte` (NaN: not known), `accepting` (doctors)."""
    first, second = (folder / name for name in source.files)
    sites = read_csv(first.read_bytes(), source.columns, str(first), encoding="utf-8").drop_duplicates()
    table = read_csv(second.read_bytes(), (), str(second), encoding="utf-8")
    if DOCTOR in table:
        require(table.columns, DOCTORS, str(second))
        table = _of_doctors(table)
    require(table.columns, CAPACITY, str(second))
    table = table.assign(category=table["type"].map(KINDS))
    if table["category"].isna().any():
        kind = table.loc[table["category"].isna(), "type"].iloc[0]
        raise InputError(f"{second} has the kind of care {kind!r}, expected {', '.join(KINDS)}; add it to the reader.")
    for column in ("fte", "accepting"):
        numbers = pd.to_numeric(table[column].replace("", None), errors="coerce").astype(float)
        wrong = (numbers < 0) | (numbers.isna() & (table[column] != ""))
        if wrong.any():
            raise InputError(
                f"{wrong.sum()} rows of {second} have a wrong {column}, such as {table.loc[wrong, column].iloc[0]!r} "
                f"of institution {table.loc[wrong, 'id_inst'].iloc[0]}; expected a number of 0 or more."
            )
        table[column] = numbers
    strangers = table.loc[~table["id_inst"].isin(sites["id_inst"]), "id_inst"].unique()
    if len(strangers):
        raise InputError(f"{len(strangers)} institutions of {second} are not in {first}, such as {strangers[0]}.")
    table["fte"] = table["fte"].where(table["fte"] > 0)
    both = table.groupby(["id_inst", "category"])[["fte", "accepting"]].sum(min_count=1)
    return sites, both.reset_index()


def _of_doctors(table: pd.DataFrame) -> pd.DataFrame:
    """Capacity of each doctor; those of no known institution or kind of care are left out.

    What doctors told the collectors of the list about new patients goes before what ZZZS has.
    """
    known = table[(table["id_inst"] != "") & (table["type"] != "")].reset_index(drop=True)
    takes = known["accepts_override"].where(known["accepts_override"] != "", known["accepts"])
    return known.assign(fte=known["availability"], accepting=(takes == "y").map({True: "1", False: "0"}))


def _located(sites: pd.DataFrame) -> pd.Series:
    return (sites["lat"] != "") & (sites["lon"] != "")
