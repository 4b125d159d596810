"""What every column of a table is about: its role, with a score and the reasons."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz

from geodata import vocabulary as words
from geodata.numerals import number
from pipelines.userdata.coordinates import is_pair

SAMPLE = 400  # filled cells that are looked at in each column
ENOUGH = 0.44
LONGEST = 100  # characters of a cell that are looked at
Fit = tuple[float, str]  # share of cells that fit, and that in words
_PLACED = ("lat", "lon", "coordinates", "country", "place", "area_id", "address")
# The roles that a table of each kind can have.
ROLES = {
    "services": ("name", "category", "capacity", "level", *_PLACED, "url"),
    "projects": ("name", "organisation", "kind", "themes", *_PLACED, "url", "start_year", "end_year"),
    "indicator": ("area_id", "place", "value"),
}


@dataclass(frozen=True)
class Guess:
    """How well a column fits a role: score 0-1, and the reasons in words."""

    column: str
    role: str
    score: float
    reasons: tuple[str, ...]


def guess(rows: pd.DataFrame) -> list[Guess]:
    """Guess the roles of every column, best first; what a header says counts 0.7, what the cells hold 0.3.

    Without a telling header only content that is unmistakable counts, and at most 0.55. Cells that cannot be of a role
    rule it out, whatever the header says. The order of the columns has no influence.
    """
    found = []
    for column in rows.columns:
        cells = _sample(rows[column])
        # A column that is mostly empty is seldom the one that is meant.
        weight = 0.5 + 0.5 * min(1.0, 2.0 * float((rows[column] != "").mean()))
        done: dict[Callable[[list[str]], Fit], Fit] = {}
        for role, fits in CONTENT.items():
            header, word = _header_score(str(column), words.headers()[role])
            if not header and role not in TELLING:
                continue
            share, what = done[fits] = done.get(fits) or fits(cells)
            unmistakable = 0.55 * share if role in TELLING else 0.0
            score = weight * max(unmistakable, 0.7 * header + 0.3 * share if header else 0.0)
            if share > 0.1 and score > 0.0:
                reasons = ((f"its header is like {word!r}",) if header else ()) + ((what,) if share > 0.5 else ())
                found.append(Guess(str(column), role, round(score, 3), reasons))
    return sorted(found, key=lambda one: (-one.score, list(CONTENT).index(one.role), one.column))


def assign(guesses: list[Guess], rows: pd.DataFrame, kind: str) -> dict[str, str]:
    """Give each role of a kind of table its best column, and each column one role.

    A name that no header tells is taken from the column of texts that differ most; the value of an indicator from the
    only column of numbers left. Latitude and longitude are taken both or not at all.
    """
    mapping: dict[str, str] = {}
    for one in guesses:
        is_free = one.role not in mapping and one.column not in mapping.values()
        if one.score >= ENOUGH and one.role in ROLES[kind] and is_free:
            mapping[one.role] = one.column
    unused = {"coordinates"} if {"lat", "lon"} <= mapping.keys() else {"lat", "lon"}
    mapping = {role: column for role, column in mapping.items() if role not in unused}
    rest = [column for column in rows.columns if column not in mapping.values()]
    samples = {str(column): _sample(rows[column]) for column in rest}
    if "name" in ROLES[kind] and "name" not in mapping:
        texts = {column: len(set(cells)) for column, cells in samples.items() if _texts(cells)[0] > 0.8}
        if texts:
            mapping["name"] = max(sorted(texts), key=texts.__getitem__)
    if kind == "indicator" and not {"area_id", "place"} & mapping.keys():
        codes = {column: _codes(cells)[0] for column, cells in samples.items() if (rows[column] != "").mean() > 0.5}
        if codes and max(codes.values()) > 0.5:
            mapping["area_id"] = max(sorted(codes), key=codes.__getitem__)
            del samples[mapping["area_id"]]
    if "value" in ROLES[kind] and "value" not in mapping:
        measures = [column for column, cells in samples.items() if _numbers(cells)[0] > 0.5]
        if len(measures) == 1:
            mapping["value"] = measures[0]
    return {role: mapping[role] for role in ROLES[kind] if role in mapping}


def _sample(cells: "pd.Series[str]") -> list[str]:
    """Filled cells spread over the column."""
    filled = cells[cells != ""]
    return [cell[:LONGEST] for cell in filled.iloc[:: max(1, len(filled) // SAMPLE)][:SAMPLE]]


def _header_score(header: str, known: tuple[str, ...]) -> tuple[float, str]:
    """Score 1 for a known word, less when it is a part of the header or written a little differently."""
    text = words.plain_header(header)
    if text in known or words.plain(header) in known:
        return 1.0, text
    inside = [word for word in known if len(word) > 2 and f" {word} " in f" {text} "]
    if inside:
        longest = max(inside, key=len)
        return 0.9 * len(longest) / len(text), longest
    near = max(known, key=lambda word: fuzz.ratio(text, word))
    is_near = len(text) > 4 and fuzz.ratio(text, near) >= 85
    return (0.6, near) if is_near else (0.0, "")


def _share(cells: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells) if cells else 0.0


def _is_number(cell: str) -> bool:
    return number(cell) == number(cell)


def _numbers(cells: list[str]) -> Fit:
    share = _share(cells, _is_number)
    return share, f"{share:.0%} of its cells are numbers"


def _texts(cells: list[str]) -> Fit:
    share = _share(cells, lambda cell: not _is_number(cell) and any(map(str.isalpha, cell)))
    return share, f"{share:.0%} of its cells are text"


def _names(cells: list[str]) -> Fit:
    share = _texts(cells)[0] * len(set(cells)) / max(1, len(cells))
    return share, f"{share:.0%} of its cells are different texts"


def _few(cells: list[str]) -> Fit:
    kinds = len(set(cells))
    share = _texts(cells)[0] * (1.0 if kinds <= 40 else 0.3)
    return share, f"it has {kinds} different texts"


def _degrees(low: float, high: float) -> Callable[[list[str]], Fit]:
    """Degrees within bounds with decimals; projected metres and written degrees are possible too."""

    def fits(cells: list[str]) -> Fit:
        values = [number(cell, "." if "." in cell else ",") for cell in cells]
        inside = sum(low <= value <= high for value in values) / max(1, len(values))
        precise = _share(cells, lambda cell: len(cell.replace(",", ".").rpartition(".")[2]) > 2 and not cell.isdigit())
        possible = _share(cells, lambda cell: any(map(str.isdigit, cell)) and sum(map(str.isalpha, cell)) < 2)
        share = inside * (1.0 if precise > 0.5 else 0.6) if inside > 0.5 else 0.5 * possible
        return share, f"{inside:.0%} of its cells are between {low} and {high}"

    return fits


def _pairs(cells: list[str]) -> Fit:
    share = _share(cells, is_pair)
    return share, f"{share:.0%} of its cells are pairs of coordinates"


def _countries(cells: list[str]) -> Fit:
    share = _share(cells, lambda cell: bool(words.country(cell)))
    return share, f"{share:.0%} of its cells are countries"


def _codes(cells: list[str]) -> Fit:
    def is_code(cell: str) -> bool:
        first = cell.split(" ")[0]
        return first.isalnum() and any(map(str.isdigit, first)) and first.upper() == first

    share = _share(cells, is_code) * (len(set(cells)) / max(1, len(cells))) ** 0.5
    return share, "its cells are codes"


def _addresses(cells: list[str]) -> Fit:
    share = _share(cells, lambda cell: any(map(str.isalpha, cell)))
    return share, f"{share:.0%} of its cells hold letters"


def _links(cells: list[str]) -> Fit:
    share = _share(cells, lambda cell: cell.lower().startswith(("http://", "https://", "www.")))
    return share, f"{share:.0%} of its cells are addresses on the web"


def _years(cells: list[str]) -> Fit:
    share = _share(cells, lambda cell: year(cell) is not None)
    return share, f"{share:.0%} of its cells hold a year"


def year(cell: str) -> int | None:
    """Year of a date or year, 1900-2100, or None.

    Examples
    --------
    >>> year("2019"), year("31.12.2019"), year("2019-05-01"), year("soon")
    (2019, 2019, 2019, None)
    """
    parts = "".join(letter if letter.isdigit() else " " for letter in cell).split()
    return next((int(part) for part in parts if len(part) == 4 and 1900 <= int(part) <= 2100), None)


TELLING = ("lat", "lon", "coordinates", "country", "url")
CONTENT: dict[str, Callable[[list[str]], Fit]] = {
    "lat": _degrees(27, 72),
    "lon": _degrees(-32, 45),
    "coordinates": _pairs,
    "area_id": _codes,
    "country": _countries,
    "place": _texts,
    "name": _names,
    "organisation": _texts,
    "category": _few,
    "capacity": _numbers,
    "level": _addresses,
    "themes": _texts,
    "kind": _few,
    "value": _numbers,
    "address": _addresses,
    "url": _links,
    "start_year": _years,
    "end_year": _years,
}
