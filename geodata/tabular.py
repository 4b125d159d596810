"""From cells to a table: where the header is, what the columns are called, which rows have nothing."""

from collections.abc import Callable
from itertools import islice
from statistics import median

import pandas as pd

from geodata.errors import InputError
from geodata.i18n import number as written
from geodata.i18n import say
from geodata.numerals import number

ROWS = 500_000
COLUMNS = 500
FIRST_ROWS = 30  # where a header is looked for
SAMPLE = 200


def has_measure(cells: list[str]) -> bool:
    """Whether a row holds a number that is not a year, which no header does; years are fair names of columns."""
    return any(map(_is_measure, cells))


def to_frame(
    grid: list[list[str]],
    what: str,
    *,
    most_rows: float = ROWS,
    is_data: Callable[[list[str]], bool] = has_measure,
) -> tuple[pd.DataFrame, str]:
    """Turn rows of cells, which are made equally long, into a table of text.

    The header is the first row with more than half as many filled cells as rows usually have; lines of title above
    it are left out. When `is_data` says so of that row, as when it holds numbers, the table has no header.

    Returns
    -------
    tuple
        The rows, index `row`: the number of the row in the file, the first being 1; empty cells are empty text. Then
        where the header is, in words.

    Raises
    ------
    InputError
        There are no rows below the header, or more rows or columns than allowed.
    """
    filled = [sum(map(bool, cells)) for cells in grid]
    width = max((len(cells) for cells in grid), default=0)
    rows = [position for position, count in enumerate(filled) if count]
    if not rows:
        raise InputError(say("{what} is empty; give a table with a header and at least one row.", what=what))
    if len(rows) > most_rows + FIRST_ROWS or width > COLUMNS:
        raise InputError(
            say(
                "{what} has {rows} rows and {width} columns, allowed are {most_rows} and {most_columns}; split it.",
                what=what,
                rows=written(len(rows)),
                width=written(width),
                most_rows=written(most_rows),
                most_columns=COLUMNS,
            )
        )
    usual = median(filled[position] for position in rows[:SAMPLE])
    head = next(position for position in islice(rows, len(rows)) if filled[position] > usual / 2)
    has_header = head in rows[:FIRST_ROWS] and not is_data(grid[head])
    names = _names(grid[head] if has_header else [], width)
    body = [position for position in rows if position > head or (position == head and not has_header)]
    if not body:
        raise InputError(say("{what} has a header but no rows below it; add rows.", what=what))
    for position in body:
        grid[position] += [""] * (width - len(grid[position]))
    index = pd.Index([position + 1 for position in body], name="row")
    frame = pd.DataFrame([grid[position] for position in body], index=index, columns=names, dtype="str")
    titled = [bool(text) for text in (grid[head] if has_header else [])]
    unnamed = [name for position, name in enumerate(names) if not (position < len(titled) and titled[position])]
    empty = [name for name in unnamed if not frame[name].any()]
    return frame.drop(columns=empty), f"row {head + 1}" if has_header else "none"


def _is_measure(cell: str) -> bool:
    """Whether a cell holds a number that is not a year."""
    value = number(cell)
    return value == value and not (len(cell) == 4 and 1900 <= value <= 2100)


def _names(header: list[str], width: int) -> list[str]:
    """Name every column once: white space made single, empty names numbered, repeated names counted."""
    names: list[str] = []
    for position in range(width):
        name = " ".join(header[position].split()) if position < len(header) else ""
        name = name or f"column {position + 1}"
        repeat, fresh = 1, name
        while fresh in names:
            repeat += 1
            fresh = f"{name} ({repeat})"
        names.append(fresh)
    return names
