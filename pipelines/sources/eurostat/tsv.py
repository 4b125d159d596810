r"""Eurostat's bulk files: tab-separated, the dimensions of a row in its first cell, a column for each period.

The header of the first cell is `freq,unit,geo\TIME_PERIOD`. A cell holds a number, `:` where there is none, or
nothing, and after a space the flags of the figure.
"""

import pandas as pd

from geodata.errors import InputError
from geodata.i18n import mark
from geodata.i18n.message import Message
from pipelines.sources.formats.tables import read_csv

TIME = "time"
MISSING = ":"
FLAGS = {
    "b": mark("a break in the series"),
    "c": mark("confidential"),
    "d": mark("of a differing definition"),
    "e": mark("estimated"),
    "f": mark("a forecast"),
    "n": mark("not significant"),
    "p": mark("provisional"),
    "s": mark("estimated by Eurostat"),
    "u": mark("of low reliability"),
    "z": mark("not applicable"),
}


def read(content: bytes, what: str) -> pd.DataFrame:
    """Read a bulk file.

    Parameters
    ----------
    content
        Of the file.
    what
        How errors call it.

    Returns
    -------
    DataFrame
        A row for each cell that is not empty, in the order of the file: the dimensions by name as text, `time` as text,
        `value` (NaN where missing), `flag` (empty text where there is none).

    Raises
    ------
    InputError
        The content is no bulk file, or a cell is no number.
    """
    table = read_csv(content, (), what, sep="\t", encoding="utf-8")
    names, found, time = str(table.columns[0]).partition("\\")
    if not found or not time.upper().startswith("TIME"):
        raise InputError(
            f"{what} is no bulk file of Eurostat: its first header is {table.columns[0]!r}; fetch it again."
        )
    dimensions = names.split(",")
    keys = table.iloc[:, 0].str.split(",", expand=True).reindex(columns=range(len(dimensions)))
    periods = table.iloc[:, 1:].rename(columns=str.strip)
    long = periods.set_axis(pd.MultiIndex.from_frame(keys.set_axis(dimensions, axis=1))).rename_axis(columns=TIME)
    cells = long.stack().str.strip().rename("cell").reset_index()
    cells = cells[cells["cell"] != ""].reset_index(drop=True)
    parts = cells.pop("cell").str.partition(" ")
    values = pd.to_numeric(parts[0].mask(parts[0] == MISSING), errors="coerce")
    unread = values.isna() & (parts[0] != MISSING)
    if unread.any():
        raise InputError(
            f"{what} has the cell {parts[0][unread].iloc[0]!r}, expected a number or {MISSING}; fetch it again."
        )
    return cells.assign(value=values.astype(float), flag=parts[2].str.strip())


def explain(flag: str) -> list[Message]:
    """Name in words what the flags of a figure mean.

    Examples
    --------
    >>> explain("ep")
    ['estimated', 'provisional']
    """
    return [Message(FLAGS[each]) if each in FLAGS else Message("flagged {letter}", letter=each) for each in flag]
