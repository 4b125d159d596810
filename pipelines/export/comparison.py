"""A comparison of two lists as files: CSV and XLSX."""

from io import BytesIO
from pathlib import Path

import pandas as pd
import xlsxwriter

from geodata.errors import InputError
from pipelines.areas.comparison import Comparison
from pipelines.export.spreadsheets import CREATED, Locale, add_sheet, csv_of
from pipelines.priority.composite import dictionary

PLACES = {"first_rank": 1, "second_rank": 1, "shift": 1}  # a shared place may be a half
POINTS = dict.fromkeys(("first_points", "second_points", "difference", "relative"), 3)
COLUMNS = pd.DataFrame(
    [
        ("area_id", "Official code of the area, text with leading zeros"),
        ("name", "Name of the area; empty when no list gives it"),
        ("on", "Which list the area is on: both, first or second"),
        ("first_rank", "Place on the first list; empty when it is not on it, or the list has no ranks"),
        ("second_rank", "Place on the second list; empty as above"),
        ("shift", "first_rank less second_rank: above 0 is nearer to the top on the second list"),
        ("indicator", "Title of the indicator"),
        ("first_points", "What the indicator adds to the gap of the typical area on the first list, in points"),
        ("second_points", "The same on the second list"),
        ("difference", "second_points less first_points"),
        ("relative", "difference less its mean over the areas on both lists: what moves an area against the others"),
        ("attribution", "To be given wherever the row is used"),
    ],
    columns=["column", "meaning"],
)


def csv(comparison: Comparison, *, locale: Locale = "en") -> bytes:
    """Write one row an area of either list, as CSV in UTF-8 with a byte order mark; `locale` as for the shortlist."""
    table = comparison.table().assign(attribution=comparison.attribution)
    return csv_of(table, locale=locale, decimals=PLACES)


def xlsx(comparison: Comparison) -> bytes:
    """Write a workbook of the sheets Summary (in words), Areas, Why (points by area and indicator) and Columns."""
    known = dictionary()
    titles = comparison.why["indicator"].map(lambda name: known[name].title if name in known else name)
    said = [*comparison.sentences(), comparison.attribution]
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": "Comparison", "comments": comparison.attribution, "created": CREATED})
        add_sheet(book, "Summary", pd.DataFrame({"summary": said}))
        add_sheet(book, "Areas", comparison.table(), decimals=PLACES)
        add_sheet(book, "Why", comparison.why.assign(indicator=titles), decimals=POINTS)
        add_sheet(book, "Columns", COLUMNS)
    return buffer.getvalue()


def file(comparison: Comparison, name: str) -> bytes:
    """Write the file that a name asks for by its ending, .csv or .xlsx.

    Raises
    ------
    InputError
        The name ends otherwise.
    """
    writers = {".csv": csv, ".xlsx": xlsx}
    ending = Path(name).suffix.lower()
    if ending not in writers:
        raise InputError(f"A comparison cannot be written as {name}; choose a name that ends with .csv or .xlsx.")
    return writers[ending](comparison)
