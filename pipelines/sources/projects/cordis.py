"""Research projects of the Union (CORDIS), as the zip of one framework programme: project.csv and organization.csv.

Cells are separated by semicolons and all are quoted, but a text that begins with a quotation mark is quoted wrongly;
some amounts have a decimal comma. A project stands at the seat of its coordinator, so its precision is `seat`.
"""

import re
from pathlib import Path

import pandas as pd

from geodata import vocabulary as words
from geodata.archives import member
from geodata.catalogue import Source
from geodata.i18n.message import Message
from geodata.numerals import numbers
from pipelines.sources.formats.tables import read_csv
from pipelines.sources.projects import registers

PROJECT, ORGANISATION = "project.csv", "organization.csv"
PROJECT_COLUMNS = ("id", "acronym", "title", "objective", "startDate", "endDate", "ecMaxContribution")
ORGANISATION_COLUMNS = ("projectID", "name", "city", "country", "nutsCode", "geolocation", "role", "order")
# A cell that begins with a quotation mark of its own: ""Title"" goes on"" instead of """Title"" goes on".
_MISQUOTED = re.compile(rb'(?<=[;\n])""(?=[^;"\r\n])((?:[^"]|""(?![;\r\n]))*?)""(?=[;\r\n])')


def read(source: Source, folder: Path) -> registers.Register:
    """Projects with a theme, at their coordinators' seats: see `registers.register`.

    Raises
    ------
    InputError
        The archive is damaged or unsafe, a table lacks a column, or no project has a theme.
    """
    archive = folder / source.files[0]
    return parse(source, member(archive, PROJECT), member(archive, ORGANISATION))


projects, notes = registers.layers(read)


def parse(source: Source, project: bytes, organisation: bytes) -> registers.Register:
    """Join the two tables: each project with its coordinator, else the first organisation that is listed."""
    table = _table(project, PROJECT_COLUMNS, PROJECT)
    seats = _table(organisation, ORGANISATION_COLUMNS, ORGANISATION)
    seats = seats.assign(
        leads=seats["role"].str.lower() == "coordinator", place=pd.to_numeric(seats["order"], errors="coerce")
    )
    seats = seats.sort_values(["leads", "place"], ascending=[False, True], kind="stable").drop_duplicates("projectID")
    seats = seats[["projectID", "name", "city", "country", "nutsCode", "geolocation"]]
    joined = table.merge(seats, left_on="id", right_on="projectID", how="inner")
    points = registers.points(joined["geolocation"])
    keywords = joined.get("keywords", "")
    rows = pd.DataFrame(
        {
            "project_id": "cordis-" + joined["id"],
            "name": joined["title"].map(registers.one_line).where(joined["title"] != "", joined["acronym"]),
            "organisation": joined["name"].map(registers.one_line),
            "country": joined["country"].map(lambda code: words.country(code) or code),
            "place": joined["city"].str.title(),
            "nuts": joined["nutsCode"],
            "precision": "seat",
            "start": registers.days(joined["startDate"]),
            "end": registers.days(joined["endDate"]),
            "eu_budget": numbers(joined["ecMaxContribution"]),
            "source_url": "https://cordis.europa.eu/project/id/" + joined["id"],
            "confidence": registers.REGISTER,
            "lat": points["lat"],
            "lon": points["lon"],
        }
    )
    found = registers.register(source, rows, joined["title"] + " " + keywords + " " + joined["objective"])
    lost = len(table) - len(joined)
    if lost:
        found.notes.append(
            Message(
                "{lost} projects of {source} have no organisation and are left out.",
                lost=lost,
                source=source.id,
            )
        )
    return found


def _table(content: bytes, columns: tuple[str, ...], what: str) -> pd.DataFrame:
    return read_csv(_MISQUOTED.sub(rb'"""\1"""', content), columns, what, sep=";", encoding="utf-8-sig")
