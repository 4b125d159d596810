"""The shortlist for spreadsheet programs: CSV and XLSX."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any, Literal

import pandas as pd
import xlsxwriter
from pandas.api.types import is_float_dtype, is_numeric_dtype

from geodata.errors import InputError
from geodata.files import neutral
from geodata.names import suggest
from pipelines.areas.shortlist import AUDIT_DECIMALS, LONGEST_TEXT, Shortlist
from pipelines.areas.shortlist_codebook import NOTES

Locale = Literal["en", "continental"]
# Separator of cells and decimal mark, as the spreadsheet programs of a country expect them.
LOCALES = {"en": (",", "."), "continental": (";", ",")}
# A workbook records when it was made; a fixed date keeps the same input the same bytes.
CREATED = datetime(2000, 1, 1)
WIDEST = 60  # characters


def csv(shortlist: Shortlist, *, locale: Locale = "en") -> bytes:
    """Write the table as CSV in UTF-8 with a byte order mark, by which Excel recognises it.

    Parameters
    ----------
    shortlist
        The list.
    locale
        `en`: comma between cells and decimal point; `continental`: semicolon and decimal comma.

    Raises
    ------
    InputError
        The locale is not one of the two.
    """
    return csv_of(shortlist.table, locale=locale, decimals=_decimals(shortlist, "decimals_in_file"))


def csv_of(frame: pd.DataFrame, *, locale: Locale, decimals: dict[str, int] | None = None) -> bytes:
    """Write a table as `csv` writes the list; `decimals` says how many its numbers have, whole numbers have none."""
    if locale not in LOCALES:
        raise InputError(f"There is no CSV locale {locale!r}; {suggest(locale, LOCALES)}.")
    separator, mark = LOCALES[locale]
    places = decimals or {}
    cells = pd.DataFrame({name: _cells(values, places.get(str(name), 0), mark) for name, values in frame.items()})
    return cells.to_csv(sep=separator, index=False, lineterminator="\r\n").encode("utf-8-sig")


def _cells(values: pd.Series, decimals: int, mark: str) -> list[str | None]:
    def cell(value: Any) -> str:
        if is_float:
            return f"{value:.{decimals}f}".rstrip("0").rstrip(".").replace(".", mark)
        return str(value) if is_number else neutral(str(value))

    is_float, is_number = is_float_dtype(values), is_numeric_dtype(values)
    return [None if missing else cell(value) for value, missing in zip(values, values.isna(), strict=True)]


def xlsx(shortlist: Shortlist) -> bytes:
    """Write a workbook of the sheets Shortlist, Codebook, Sources, Audit (every step of the index) and About.

    Row 1 of all but the last has the names of the columns; in Shortlist, a comment on each has its title and unit.
    Texts are never formulas or links, codes stay text, numbers show the decimals of the codebook.
    """
    buffer = BytesIO()
    with _no_collection(), xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": shortlist.title, "comments": shortlist.attribution, "created": CREATED})
        sheet = add_sheet(book, "Shortlist", shortlist.table, decimals=_decimals(shortlist, "decimals"))
        for at, column in enumerate(shortlist.columns.itertuples()):
            sheet.write_comment(0, at, f"{column.title} ({column.unit})")
        add_sheet(book, "Codebook", shortlist.columns)
        add_sheet(book, "Sources", shortlist.origins)
        if shortlist.steps is not None:
            add_sheet(book, "Audit", shortlist.steps, decimals={str(name): AUDIT_DECIMALS for name in shortlist.steps})
        add_sheet(book, "About", pd.DataFrame(_about(shortlist), columns=["item", "text"]))
    return buffer.getvalue()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector still: searching the million cells of a workbook costs a fifth of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _decimals(shortlist: Shortlist, kind: Literal["decimals", "decimals_in_file"]) -> dict[str, int]:
    return {str(name): int(places) for name, places in shortlist.columns.set_index("column")[kind].dropna().items()}


def add_sheet(
    book: xlsxwriter.Workbook, name: str, frame: pd.DataFrame, *, decimals: dict[str, int] | None = None
) -> Any:
    """Write one table, header in row 1, cell by cell so that no value is guessed to be something else."""
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    for at, (column, values) in enumerate(frame.reset_index(drop=True).items()):
        present = values.dropna()
        if is_numeric_dtype(values):
            places = (decimals or {}).get(str(column), 0)
            style = book.add_format({"num_format": "#,##0" + "." * bool(places) + "0" * places})
            longest = 10
        else:
            present, style = present.astype(str).map(neutral), text
            longest = present.str.len().max() if len(present) else 0
        sheet.set_column(at, at, min(max(longest, len(str(column)) + 3), WIDEST) + 1, style)
        sheet.write_string(0, at, str(column), heading)
        write = sheet.write_number if is_numeric_dtype(values) else sheet.write_string
        for row, value in zip(present.index, present, strict=True):
            write(row + 1, at, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_last_cell(frame)}"})
    return sheet


def _last_cell(frame: pd.DataFrame) -> str:
    return str(xlsxwriter.utility.xl_rowcol_to_cell(len(frame), len(frame.columns) - 1))


def _about(shortlist: Shortlist) -> list[tuple[str, str]]:
    facts = [("Title", shortlist.title), ("Areas", str(len(shortlist.table))), ("Attribution", shortlist.attribution)]
    return [*facts, *NOTES.items(), *_flatten(shortlist.manifest)]


def _flatten(facts: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path of keys, value as text), one for each value of a nested manifest."""
    for key, value in facts.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            whole = len(text) <= LONGEST_TEXT
            yield f"{prefix}{key}", text if whole else f"{text[:1000]} ... (the whole is in manifest.json)"
