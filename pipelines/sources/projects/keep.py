"""Interreg projects (keep.eu), as the workbook of a search: the sheets Projects and Partners.

Partners are joined by programme and project id where the export has one (2021-2027), else by programme and acronym.
There are no coordinates: a project stands in the town of its lead partner, precision `seat`, else in its NUTS 3 region.
`N.a.` is an empty cell.
"""

from pathlib import Path

import pandas as pd

from geodata import vocabulary as words
from geodata.catalogue import Source
from geodata.i18n.message import Message
from geodata.numerals import numbers
from pipelines.sources.projects import registers

PROJECTS, PARTNERS = "Projects", "Partners"
PROJECT_NAMES = {
    "programme": ("Programme",),
    "id": ("Project ID", "Project identifier"),
    "acronym": ("Acronym", "Project acronym"),
    "name": ("Name", "Project name"),
    "summary": ("Description", "Summary", "Project description"),
    "theme": ("Thematic information", "Theme", "Thematic"),
    "start": ("Start date", "Project start date"),
    "end": ("End date", "Project end date"),
    "budget": ("EU funding", "EU co-financing", "ERDF", "Union co-financing"),
    "url": ("keep.eu link", "Project URL", "Website", "Link"),
}
PARTNER_NAMES = {
    "programme": ("Programme",),
    "id": ("Project ID", "Project identifier"),
    "acronym": ("Acronym", "Project acronym"),
    "organisation": ("Partner name", "Name", "Name in English"),
    "role": ("Role", "Partner role", "Lead partner"),
    "country": ("Country",),
    "town": ("Town", "City"),
    "nuts": ("NUTS3", "NUTS 3", "NUTS III"),
}
EMPTY = ("n.a.", "n.a", "n/a", "na", "-")


def read(source: Source, folder: Path) -> registers.Register:
    """Projects with a theme, at their lead partners: see `registers.register`.

    Raises
    ------
    InputError
        The workbook is damaged, lacks a sheet or a column, or no project has a theme.
    """
    return parse(source, (folder / source.files[0]).read_bytes())


projects, notes = registers.layers(read)


def parse(source: Source, content: bytes) -> registers.Register:
    """Join each project with its lead partner, else the first partner that is listed."""
    what = source.files[0]
    table = _sheet(content, what, PROJECTS, PROJECT_NAMES, needed=("programme", "acronym", "name"))
    partners = _sheet(
        content, what, PARTNERS, PARTNER_NAMES, needed=("programme", "acronym", "organisation", "country")
    )
    leads = partners["role"].str.lower().str.contains("lead|yes", regex=True)
    partners = partners.assign(leads=leads).sort_values("leads", ascending=False, kind="stable")
    partners = partners[["key", "organisation", "country", "town", "nuts"]].drop_duplicates("key")
    joined = table.merge(partners, on="key", how="inner")
    rows = pd.DataFrame(
        {
            "project_id": "keep-" + joined["key"],
            "name": joined["name"].where(joined["name"] != "", joined["acronym"]),
            "organisation": joined["organisation"],
            "country": joined["country"].map(words.country),
            "place": joined["town"],
            "nuts": joined["nuts"].str.extract(r"\b([A-Z]{2}[0-9A-Z]{3})\b", expand=False).fillna(""),
            "precision": "seat",
            "start": registers.days(joined["start"]),
            "end": registers.days(joined["end"]),
            "eu_budget": numbers(joined["budget"]),
            "source_url": joined["url"].where(joined["url"].str.startswith("http"), source.address),
            "confidence": registers.REGISTER,
            "lat": float("nan"),
            "lon": float("nan"),
        }
    )
    found = registers.register(source, rows, joined[["name", "acronym", "theme", "summary"]].agg(" ".join, axis=1))
    lost = table["key"].nunique() - joined["key"].nunique()
    if lost:
        found.notes.append(
            Message(
                "{lost} projects of {source} have no partner in the file and are left out.",
                lost=lost,
                source=source.id,
            )
        )
    return found


def _sheet(
    content: bytes, what: str, sheet: str, names: dict[str, tuple[str, ...]], *, needed: tuple[str, ...]
) -> pd.DataFrame:
    table = registers.workbook(content, what, sheet=sheet)
    table = registers.named(table, names, f"Sheet {sheet} of {what}", needed=needed, empty=EMPTY)
    key = table["id"].where(table["id"] != "", table["acronym"])
    return table.assign(key=(table["programme"] + " " + key).map(words.plain).str.replace(" ", "-"))
