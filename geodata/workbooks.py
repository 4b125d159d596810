"""Excel workbooks: the sheet that holds the table, saved values only; nothing is computed."""

import datetime
import io
import warnings
from collections.abc import Callable
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pandas as pd
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from geodata.errors import InputError
from geodata.i18n import number, say
from geodata.names import suggest
from geodata.tabular import COLUMNS, FIRST_ROWS, ROWS, has_measure, to_frame

SAMPLE = 200
# What a formula shows when it fails; the cell has no value.
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}


def read(
    content: bytes,
    what: str,
    *,
    sheet: str | None = None,
    most_rows: float = ROWS,
    is_data: Callable[[list[str]], bool] = has_measure,
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read one sheet into a table of text; without `sheet`, the visible one whose first rows hold the most cells.

    Formulas are not evaluated: the value that was saved with them counts. XML that declares entities is refused
    (openpyxl reads through defusedxml).

    Raises
    ------
    InputError
        It is not a workbook, has no such sheet, or holds no table.
    """
    try:
        # Warnings are about styles and extensions that are not read anyway.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            name = _choose(book, sheet, what)
            grid = _grid(book[name], what, most_rows)
    except InputError:
        raise
    # A damaged workbook fails in openpyxl in any way at all, and a refused one as if it were damaged.
    except Exception as error:
        if isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException):
            raise InputError(
                say("{what} declares XML entities, which a workbook never needs; do not use it.", what=what)
            ) from None
        raise InputError(
            say("{what} is a damaged workbook; open it in a spreadsheet program and save it again.", what=what)
        ) from error
    frame, header = to_frame(grid, f"Sheet {name!r} of {what}", most_rows=most_rows, is_data=is_data)
    others = [other for other in book.sheetnames if other != name]
    return frame, {"sheet": name, "header": header} | ({"sheets left out": ", ".join(others)} if others else {})


def _choose(book: Any, sheet: str | None, what: str) -> str:
    if sheet is not None:
        if sheet not in book.sheetnames:
            raise InputError(
                say(
                    "{what} has no sheet {sheet}; {hint}.",
                    what=what,
                    sheet=repr(sheet),
                    hint=suggest(sheet, book.sheetnames),
                )
            )
        return sheet

    def cells(name: str) -> int:
        rows = book[name].iter_rows(max_row=SAMPLE, values_only=True)
        return sum(sum(value is not None for value in row) for row in rows)

    visible: list[str] = [one.title for one in book.worksheets if one.sheet_state == "visible"]
    if not visible:
        raise InputError(say("{what} has no visible sheet; give one with a table.", what=what))
    return max(visible, key=cells)


def _grid(sheet: Any, what: str, most_rows: float) -> list[list[str]]:
    grid: list[list[str]] = []
    # The dimensions that a file declares can be wrong; the cells decide.
    sheet.reset_dimensions()
    last = 0
    for position, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if len(row) > COLUMNS and any(value is not None for value in row[COLUMNS:]):
            raise InputError(
                say("{what} has more than {most_columns} columns; split it.", what=what, most_columns=COLUMNS)
            )
        if position > 2 * most_rows:
            break
        grid.append([_text(value) for value in row[:COLUMNS]])
        last = position if any(grid[-1]) else last
        if last > most_rows + FIRST_ROWS:
            raise InputError(
                say("{what} has more than {most_rows} rows; split it.", what=what, most_rows=number(most_rows))
            )
    return grid[:last]


def _text(value: object) -> str:
    if value is None or value in ERRORS:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)
