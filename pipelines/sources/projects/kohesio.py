"""Projects of the Union's cohesion policy (Kohesio), as workbook or CSV of one country and programming period.

The CSV has a byte order mark, texts of several lines, and several values in one cell with `|` between them. Which
columns there are differs by period; only those below are read. A project at several places has precision `region`, and
so has one whose single point is not said to be that of a municipality.
"""

from pathlib import Path

import pandas as pd

from geodata import vocabulary as words
from geodata.catalogue import Source
from geodata.countries import iso
from geodata.numerals import numbers
from pipelines.sources.formats.tables import read_csv
from pipelines.sources.projects import registers

NAMES = {
    "id": ("Operation_Unique_Identifier",),
    "name": ("Operation_Name_English", "Operation_Name_Programme_Language"),
    "own_name": ("Operation_Name_Programme_Language",),
    "summary": ("Operation_Summary_English",),
    "own_summary": ("Operation_Summary_Programme_Language",),
    "category": ("Category_Label",),
    "organisation": ("Beneficiary_Name",),
    "country": ("CountryCode", "Country_Code", "Country"),
    "start": ("Operation_Start_Date",),
    "end": ("Operation_End_Date",),
    "budget": ("Project_EU_Budget",),
    "currency": ("Total_Eligible_Expenditure_Currency",),
    "where": ("Location_Indicator_latitude_longitude",),
    "nuts": ("NUTS3_Code",),
    "municipality": ("LAU_Labels",),
}


def read(source: Source, folder: Path) -> registers.Register:
    """Projects with a theme: see `registers.register`.

    Raises
    ------
    InputError
        A file cannot be read or lacks a column, or no project has a theme.
    """
    return parse(source, {name: (folder / name).read_bytes() for name in source.files})


projects, notes = registers.layers(read)


def parse(source: Source, files: dict[str, bytes]) -> registers.Register:
    """Read the files of several periods into one register, each project once."""
    tables = [
        registers.named(_table(source, content, name), NAMES, name, needed=("id", "name"))
        for name, content in files.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    places = table["where"].str.split("|")
    one = table["where"].str.count(r"\|") == 0
    first = registers.points(places.str[0])
    in_one = table["municipality"].ne("") & ~table["municipality"].str.contains("|", regex=False) & one
    regions = table["nuts"].str.split("|").str[0].str.strip()
    stated = table["country"].map(words.country)
    name = table["name"].where(table["name"] != "", table["own_name"])
    rows = pd.DataFrame(
        {
            "project_id": "kohesio-" + table["id"].str.rpartition("/")[2],
            "name": name.map(registers.one_line).replace("", "unnamed"),
            "organisation": table["organisation"].map(registers.one_line),
            "country": stated.where(stated != "", regions.map(iso)),
            "place": table["municipality"].where(in_one, ""),
            "nuts": regions,
            "precision": in_one.map({True: "municipality", False: "region"}),
            "start": registers.days(table["start"]),
            "end": registers.days(table["end"]),
            # Amounts in other currencies are not converted.
            "eu_budget": numbers(table["budget"]).where(table["currency"].isin(["", "EUR"])),
            "source_url": table["id"].where(table["id"].str.startswith("http"), source.address),
            "confidence": registers.REGISTER,
            "lat": first["lat"],
            "lon": first["lon"],
        }
    )
    texts = table[["name", "own_name", "summary", "own_summary", "category"]].agg(" ".join, axis=1)
    return registers.register(source, rows, texts)


def _table(source: Source, content: bytes, name: str) -> pd.DataFrame:
    if name.endswith(".xlsx"):
        return registers.workbook(content, name)
    return read_csv(content, source.columns, name, encoding="utf-8-sig")
