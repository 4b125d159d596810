"""Cells of a table by their role, as text, numbers, years and links, and the reasons why a row cannot be used."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geodata.characters import legible
from geodata.errors import InputError
from geodata.i18n import say
from geodata.names import suggest
from geodata.numerals import numbers
from pipelines.userdata import columns

NEEDED = {"services": ("category",), "projects": (), "indicator": ("value",)}
# A column of the mapping that begins with this is no column but the same text in every row.
CONSTANT = "="
AMBIGUOUS = ["role", "text", "rows", "offers"]
Offers = list[tuple[str, str, float]]


class Rows:
    """Rows of a table whose columns have roles; a role without a column is empty in every row."""

    def __init__(
        self, rows: pd.DataFrame, mapping: Mapping[str, str], kind: str, *, decimal: str | None = None
    ) -> None:
        """Take the columns of the mapping; `InputError` when one is unknown or a needed role has none."""
        self.index = rows.index
        self.decimal = decimal
        self._cells: dict[str, pd.Series[str]] = {}
        for role, column in mapping.items():
            if role not in columns.ROLES[kind]:
                raise InputError(
                    say(
                        "A table of {kind} has no role {role}; {hint}.",
                        kind=kind,
                        role=repr(role),
                        hint=suggest(role, columns.ROLES[kind]),
                    )
                )
            if not column.startswith(CONSTANT) and column not in rows.columns:
                raise InputError(
                    say(
                        "The table has no column {column}; {hint}.",
                        column=repr(column),
                        hint=suggest(column, map(str, rows.columns)),
                    )
                )
            constant = pd.Series(column.removeprefix(CONSTANT), index=rows.index, dtype="str")
            self._cells[role] = constant if column.startswith(CONSTANT) else rows[column]
        listed = ", ".join(map(str, rows.columns[:8])) + (", ..." if len(rows.columns) > 8 else "")
        for role in NEEDED[kind]:
            if role not in self._cells:
                raise InputError(
                    say(
                        "No column seems to hold the {role} (columns: {listed}); name it with {role}=COLUMN, or "
                        "{role}==TEXT for the same in every row.",
                        role=role,
                        listed=listed,
                    )
                )
        if kind == "indicator" and not self.has("area_id") and not self.has("place"):
            raise InputError(
                say(
                    "No column seems to hold area codes or names (columns: {listed}); name it with "
                    "area_id=COLUMN or place=COLUMN.",
                    listed=listed,
                )
            )

    def has(self, *roles: str) -> bool:
        """Whether all of these roles have a column."""
        return all(role in self._cells for role in roles)

    def text(self, role: str, default: str = "") -> "pd.Series[str]":
        """Text of a role without control characters, `default` where it is empty."""
        given = legible(self._cells.get(role, pd.Series("", index=self.index, dtype="str")))
        return given.where(given != "", default)

    def optional(self, role: str) -> "pd.Series[str]":
        """Text of a role, null where it is empty."""
        text = self.text(role)
        return text.where(text != "")

    def numbers(self, role: str) -> "pd.Series[float]":
        """Numbers of a role, NaN where there is none."""
        return numbers(self.text(role), mark=self.decimal)

    def years(self, role: str) -> "pd.Series[int]":
        """Years of a role, null where there is none."""
        text = self.text(role)
        return text.map({cell: columns.year(cell) for cell in text.unique()}).astype("Int64")

    def links(self, role: str) -> "pd.Series[str]":
        """Addresses on the web, empty where there is none; anything else, such as a script, is left out."""
        text = self.text(role)
        text = text.where(~text.str.lower().str.startswith("www."), "https://" + text)
        return text.where(text.str.lower().str.startswith(("https://", "http://")), "")


def because(
    reasons: "pd.Series[str]", where: "pd.Series[bool]", sentence: str, *texts: "pd.Series[str]"
) -> "pd.Series[str]":
    """Give the rows `where` a reason, after the one that they have; `texts` fill the gaps of the sentence.

    Examples
    --------
    >>> reasons, words = pd.Series(["", "no name"]), pd.Series(["x", "y"])
    >>> because(reasons, words != "z", "{!r} is no number", words).tolist()
    ["'x' is no number", "no name; 'y' is no number"]
    """
    said = (
        [sentence.format(*filled) for filled in zip(*(text[where] for text in texts), strict=True)]
        if texts
        else sentence
    )
    more = pd.Series(said, index=reasons.index[where], dtype="str").reindex(reasons.index, fill_value="")
    gap = pd.Series("; ", index=reasons.index, dtype="str").where((reasons != "") & (more != ""), "")
    return reasons + gap + more


def to_decide(role: str, texts: "pd.Series[str]", offers: "Mapping[str, Offers] | pd.Series[Any]") -> pd.DataFrame:
    """Table of the texts that a person has to decide about, with how many rows have each."""
    counts = texts.value_counts()
    listed = [(role, text, int(counts[text]), offers[text]) for text in sorted(counts.index)]
    return pd.DataFrame(listed, columns=AMBIGUOUS)


def parse_mapping(given: Iterable[str]) -> dict[str, str]:
    """Read `role=COLUMN` and `role==TEXT` as they are written on the command line.

    Examples
    --------
    >>> parse_mapping(["lat=Breite", "category==pharmacy"])
    {'lat': 'Breite', 'category': '=pharmacy'}

    Raises
    ------
    InputError
        One has no `=` or nothing on one side of it.
    """
    mapping = {}
    for one in given:
        role, _, column = one.partition("=")
        if not role or not column:
            raise InputError(f"--map {one!r} is not role=COLUMN; write for instance lat=Breite.")
        mapping[role] = column
    return mapping
