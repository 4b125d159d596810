"""Education sites (Eurostat GISCO) by ISCED level, as CSV of one country or of Europe, in the style of health care."""

import re
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Source
from geodata.countries import countries, iso
from geodata.errors import InputError
from geodata.i18n.message import Message
from geodata.schema import CRS
from pipelines.sources.eurostat.healthcare import QUALITY
from pipelines.sources.formats.parsing import once
from pipelines.sources.formats.tables import read_csv

# ISCED: 0 early childhood, 1 to 3 primary to upper secondary; above that no place that a child goes to every day.
SCHOOL = {1, 2, 3}
EARLY = {0}
RANGE = re.compile(r"(\d)(?:\s*[-–]\s*(\d))?")


def levels(text: str) -> set[int]:
    """ISCED levels in the words of a publisher.

    Examples
    --------
    >>> sorted(levels("ISCED 1-3")), sorted(levels("0, 1")), levels("")
    ([1, 2, 3], [0, 1], set())
    """
    return {
        level
        for start, end in RANGE.findall(re.sub(r"ISCED\s*(?:2011)?", "", text, flags=re.IGNORECASE))
        for level in range(int(start), int(end or start) + 1)
    }


def services(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Schools (ISCED 1 to 3, or no level told) and kindergartens (ISCED 0 only) of the source's country.

    `level` is the publisher's; a site above ISCED 3 only is left out. Capacity is not known where it is empty or 0.

    Parameters
    ----------
    source
        Its only file is a CSV as published.
    folder
        Of the file.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or has no site of the country with a position.
    """
    table = _sites(source, folder)
    table = table[_located(table)]
    found = table["levels"].map(levels)
    school = found.map(lambda told: not told or bool(told & SCHOOL))
    daily = school | found.map(lambda told: told <= EARLY)
    table, school = table[daily], school[daily]
    if table.empty:
        raise InputError(
            f"{folder / source.files[0]} has no school of {source.country} with a position; fetch it again."
        )
    site = table["cc"] + "_" + table["id"].str.replace(r"^[A-Z]{2}_", "", regex=True)
    again = site.groupby(site).cumcount()
    pupils = pd.to_numeric(table.get("max_students", pd.Series("", index=table.index)), errors="coerce").astype(float)
    return gpd.GeoDataFrame(
        {
            "service_id": "education-" + site + again.map(lambda n: f"-{n + 1}" if n else ""),
            "category": school.map({True: "school", False: "kindergarten"}),
            "name": table["name"],
            "level": table["levels"].replace("", None).astype("str"),
            "source_url": pd.Series(None, index=table.index, dtype="str"),
            "confidence": table["geo_qual"].map(QUALITY).astype("str"),
            "capacity": pupils.where(pupils > 0),
            "country": table["cc"].map(iso),
        },
        geometry=gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float)),
        crs=CRS,
    )


def notes(source: Source, folder: Path) -> list[Message]:
    """What the sites leave open, one sentence each."""
    table = _sites(source, folder)
    found = []
    if lost := int((~_located(table)).sum()):
        found.append(
            Message(
                "{lost} of {all} education sites have no position and are left out.",
                lost=lost,
                all=len(table),
            )
        )
    if silent := int((table["levels"].map(levels).map(len) == 0).sum()):
        found.append(
            Message(
                "{silent} of {all} education sites name no level and count as schools.",
                silent=silent,
                all=len(table),
            )
        )
    return found


@once
def _sites(source: Source, folder: Path) -> pd.DataFrame:
    """Sites of the country as text, each once."""
    path = folder / source.files[0]
    table = read_csv(path.read_bytes(), source.columns, str(path), encoding="utf-8-sig")
    table = table[table["cc"].isin(countries(source.country))]
    if table.empty:
        raise InputError(f"{path} has no site of {source.country}; use the file of that country or of Europe.")
    return table.drop_duplicates(["id", "name", "lat", "lon"], ignore_index=True)


def _located(table: pd.DataFrame) -> pd.Series:
    position = table[["lat", "lon"]].apply(pd.to_numeric, errors="coerce")
    known: pd.Series = position["lat"].between(-90, 90) & position["lon"].between(-180, 180)
    return known
