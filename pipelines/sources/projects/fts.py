"""Grants from the Union's budget (Financial Transparency System), as the workbook of one year.

One row is one beneficiary of one commitment. Headings change from year to year and hold a curly apostrophe. There are
no coordinates: a grant stands in the city of its beneficiary, precision `seat`, else in its NUTS 2 region.
"""

from pathlib import Path

import pandas as pd

from geodata import files, store
from geodata import vocabulary as words
from geodata.catalogue import Source
from geodata.numerals import numbers
from pipelines.sources.projects import registers

NAMES = {
    "year": ("Year",),
    "commitment": ("Reference of the Legal Commitment (LC)", "Commitment position key", "Reference (Budget)"),
    "organisation": ("Name of beneficiary",),
    "city": ("City",),
    "country": ("Beneficiary country", "Country / Territory", "Country"),
    "nuts": ("NUTS2", "NUTS 2"),
    "subject": ("Subject of grant or contract",),
    "programme": ("Programme name",),
    "start": ("Project start date",),
    "end": ("Project end date",),
    "budget": (
        "Beneficiary’s contracted amount (EUR)",
        "Beneficiary’s contracted amount",
        "Beneficiary’s estimated contracted amount (EUR)",
        "Commitment contracted amount (EUR)",
        "Amount",
    ),
}
NEEDED = ("organisation", "country", "subject", "budget")
# What the Commission writes where there is nothing to say.
EMPTY = ("-", "n/a", "not applicable", "natural person")


def read(source: Source, folder: Path) -> registers.Register:
    """Grants with a theme, at their beneficiaries' seats: see `registers.register`.

    Raises
    ------
    InputError
        The workbook is damaged, lacks a column, or no grant has a theme.
    """
    return parse(source, (folder / source.files[0]).read_bytes())


projects, notes = registers.layers(read)


def parse(source: Source, content: bytes) -> registers.Register:
    """Read the workbook of a year; rows of one beneficiary in one commitment are one project, their amounts added."""
    what = source.files[0]
    table = registers.named(registers.workbook(content, what), NAMES, what, needed=NEEDED, empty=EMPTY)
    table["amount"] = numbers(table["budget"])
    key = ["year", "commitment", "organisation", "subject"]
    total = table.groupby(key, sort=False)["amount"].sum(min_count=1)
    first = table.drop_duplicates(key).drop(columns="amount").merge(total.reset_index(), on=key)
    ids = first[key].agg("|".join, axis=1).map(lambda text: files.digest(text.encode())[: store.ID_LENGTH])
    rows = pd.DataFrame(
        {
            "project_id": "fts-" + ids,
            "name": first["subject"].where(first["subject"] != "", first["programme"]),
            "organisation": first["organisation"],
            "country": first["country"].map(words.country),
            "place": first["city"].str.title(),
            "nuts": first["nuts"].str.extract(r"\b([A-Z]{2}[0-9A-Z]{2})\b", expand=False).fillna(""),
            "precision": "seat",
            "start": registers.days(first["start"]),
            "end": registers.days(first["end"]),
            "eu_budget": first["amount"],
            "source_url": source.address,
            "confidence": registers.REGISTER,
            "lat": float("nan"),
            "lon": float("nan"),
        }
    )
    return registers.register(source, rows, first[["subject", "programme"]].agg(" ".join, axis=1))
