"""Control characters in names: what they were meant to be, and whether any are left."""

import re

import pandas as pd

# C0, DEL and C1: nothing that a name is written with.
CONTROL = r"[\x00-\x1f\x7f-\x9f]"
# Text of Windows-1252 that was read as Latin-1 has its letters from 0x80 to 0x9f among the controls.
_MEANT = {code: bytes([code]).decode("cp1252", "ignore") or " " for code in range(0x80, 0xA0)}


def legible(names: "pd.Series[str]") -> "pd.Series[str]":
    r"""Give back the letters that were read as control characters, and make a space of those that stand for none.

    Parameters
    ----------
    names
        Text; null stays null.

    Returns
    -------
    Series
        Index as `names`. A name without control characters stays as it is.

    Examples
    --------
    >>> legible(pd.Series(["Nabre\x9eina", "San\tMarco \x81"])).tolist()
    ['Nabrežina', 'San Marco']
    """
    found = with_controls(names)
    return names.where(~found, names[found].map(_without_controls)) if found.any() else names


def with_controls(names: "pd.Series[str]") -> "pd.Series[bool]":
    """Whether each name holds a control character; null does not."""
    return names.astype("str").str.contains(CONTROL, regex=True).fillna(False).astype(bool)


def _without_controls(name: str) -> str:
    return " ".join(re.sub(CONTROL, " ", name.translate(_MEANT)).split())
