"""Numbers as people write them: decimal comma or point, groups of thousands, units."""

import math
import re
from collections import Counter
from collections.abc import Iterable

import pandas as pd

MARKS = (".", ",")
# White space of all kinds and apostrophes group digits (1 234, 1'234); units and signs of money say nothing here.
_NOISE = re.compile(r"[\s'’%€$£]")
_PLAIN = re.compile(r"[+-]?(?=[\d.,]*\d)[\d.,]+(?:[eE][+-]?\d{1,3})?", re.ASCII)
_SAMPLE = 2_000


def _digits(text: str) -> str:
    """Bare number without sign, noise and exponent; empty when the text is no number."""
    bare = _NOISE.sub("", text).replace("−", "-")
    return bare if _PLAIN.fullmatch(bare) else ""


def _split(digits: str) -> tuple[str, str, str]:
    """Whole part, last mark and what follows it; the mark is empty when there is none."""
    last = max(digits.rfind("."), digits.rfind(","))
    return (digits, "", "") if last < 0 else (digits[:last], digits[last], digits[last + 1 :])


def _role(digits: str) -> tuple[str, str]:
    """Say what the last mark of a number is, `decimal`, `group`, `open` (either) or `none`, and the mark."""
    lead, mark, tail = _split(digits.lstrip("+-"))
    if not mark:
        return "none", ""
    if any(other in lead for other in MARKS):
        return ("group" if mark in lead else "decimal"), mark
    grouped = len(tail) == 3 and tail.isdigit() and 1 <= len(lead) <= 3 and not lead.startswith("0")
    return ("open" if grouped else "decimal"), mark


def decimal_mark(texts: Iterable[str]) -> str:
    """Decimal mark of a column, point or comma.

    `1.234` alone is open. It is 1234 where the column also has 1.234.567 or 1.234,5, or where every marked number has
    a group of three and others below 1000 have no mark, as in a list of populations; else it is 1.234.

    Examples
    --------
    >>> decimal_mark(["45,5", "9"]), decimal_mark(["2.969", "17.910", "233"]), decimal_mark(["2.969", "17.910"])
    (',', ',', '.')
    """
    seen = [digits for digits in map(_digits, list(dict.fromkeys(texts))[:_SAMPLE]) if digits]
    roles = Counter(_role(digits) for digits in seen)
    votes = {mark: roles["decimal", mark] + roles["group", "," if mark == "." else "."] for mark in MARKS}
    if any(votes.values()):
        return max(MARKS, key=lambda mark: votes[mark])
    commonest = max(MARKS, key=lambda mark: roles["open", mark])
    if roles["open", commonest] and any(_role(digits)[0] == "none" and len(digits) <= 3 for digits in seen):
        return "," if commonest == "." else "."
    return commonest


def number(text: str, mark: str = ".") -> float:
    """One number; NaN when the text is none. `mark` decides what `1.234` and `1,234` mean.

    Examples
    --------
    >>> number("1.234,5"), number("1 234"), number("1,234", "."), number("1,234", ","), number("<5")
    (1234.5, 1234.0, 1234.0, 1.234, nan)
    """
    digits = _digits(text)
    if not digits:
        return math.nan
    role, last = _role(digits)
    is_decimal = role == "decimal" or (role == "open" and last == mark)
    lead, found, tail = _split(digits)
    if is_decimal and any(other in lead for other in MARKS):
        whole = lead.lstrip("+-")
        first, *groups = re.split(r"[.,]", whole)
        if found in whole or len(first) > 3 or any(len(group) != 3 for group in groups):
            return math.nan
    if role == "group" and not re.fullmatch(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", digits):
        return math.nan
    for other in MARKS:
        lead = lead.replace(other, "")
    try:
        return float(f"{lead}.{tail}" if is_decimal else lead + tail)
    except ValueError:
        return math.nan


def numbers(texts: "pd.Series[str]", *, mark: str | None = None) -> "pd.Series[float]":
    """Numbers of a column of text, NaN where there is none; `mark` is guessed when it is not given."""
    mark = mark or decimal_mark(texts)
    return texts.map({text: number(text, mark) for text in texts.unique()}).astype(float)
