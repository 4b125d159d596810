"""Lists of areas to compare: a shortlist package, or the table of codes that a ministry publishes."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pandas as pd

from geodata import tables
from geodata.errors import InputError
from geodata.files import read_manifest
from geodata.i18n import say
from pipelines.priority.analysis import Analysis

CODE_COLUMNS = ("area_id", "code")
RANK_COLUMNS = ("order", "rank")
# Official codes have capitals and digits, always some digit; a first cell that is none of this is a header.
CODE = re.compile(r"(?=.*\d)[0-9A-Z.-]+")
AUDIT = "audit.csv"
ZIP_START = b"PK\x03\x04"


@dataclass(frozen=True, eq=False)
class AreaList:
    """Some areas, in order or not.

    Attributes
    ----------
    title
        What sentences call it.
    table
        Index area_id (text), in list order; rank (float, 1 is first, NaN where not ranked), name (text or missing),
        population (float, NaN where not known).
    territory
        Id of the territory; empty when not known, as for a CSV, whose codes may have lost their leading zeros.
    attribution
        Of the data behind it, with licences; empty for a CSV.
    points
        Why: points that each indicator adds to the gap of the typical area, index area_id, one column an indicator,
        named as in the dictionary. None where the list does not say, or does not go by gap.
    """

    title: str
    table: pd.DataFrame
    territory: str = ""
    attribution: str = ""
    points: pd.DataFrame | None = None


def read(path: Path) -> AreaList:
    """Read a shortlist package (.zip) or a table of codes; `parse` says which.

    Raises
    ------
    InputError
        The file cannot be read, or as `parse`.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); give a shortlist package or a table of codes."
        ) from None
    return parse(content, title=str(path))


def parse(content: bytes, *, title: str) -> AreaList:
    """Read a list from the bytes of a shortlist package or of a table of codes.

    Parameters
    ----------
    content
        A table is CSV or XLSX as `tables.read` reads it, with one row an area: codes in the column `area_id` or
        `code`, or in the first; ranks in the column `order` or `rank`, if any. It may do without a header.
    title
        What to call it, such as the name of the file.

    Raises
    ------
    InputError
        It is neither, it has no areas or one of them twice, or a rank is not a number above 0.
    """
    return _package(content, title) if _is_package(content) else _table(content, title)


def ranked(asked: Analysis, area_ids: list[str], *, title: str, territory: str, attribution: str) -> AreaList:
    """Make a list of areas, in the order given, from the analysis that ranks them."""
    chosen = asked.table.loc[area_ids]
    return AreaList(
        title=title,
        table=chosen[["name", "population"]].assign(rank=[float(place) for place in range(1, len(chosen) + 1)]),
        territory=territory,
        attribution=attribution,
        points=asked.contributions.parts.loc[area_ids].T.groupby(level="indicator").sum().T,
    )


def _is_package(content: bytes) -> bool:
    if not content.startswith(ZIP_START):
        return False
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            return tables.WORKBOOK not in archive.namelist()
    except BadZipFile:
        return True


def _package(content: bytes, title: str) -> AreaList:
    try:
        manifest = read_manifest(content)
    except InputError as error:
        raise InputError(f"{title}: {error}") from None
    with ZipFile(io.BytesIO(content)) as archive:
        table = _frame(archive.read("shortlist.csv"))
        by_gap = AUDIT in archive.namelist() and manifest["view"]["by"] == "gap"
        points = _points(_frame(archive.read(AUDIT))) if by_gap else None
    return AreaList(
        title=title,
        table=pd.DataFrame({"rank": table["order"].astype(float)}).join(
            table.reindex(columns=["name", "population"]).astype({"population": float})
        ),
        territory=str(manifest["territory"]),
        attribution=str(manifest["attribution"]),
        points=points,
    )


def _frame(content: bytes) -> pd.DataFrame:
    """Read a CSV of a package, in either of its locales, by area_id."""
    text = content.decode("utf-8-sig")
    separator = _separator(text)
    frame = pd.read_csv(
        io.StringIO(text),
        sep=separator,
        decimal="," if separator == ";" else ".",
        dtype={"area_id": str, "name": str},
        keep_default_na=False,
        na_values=[""],
    )
    return frame.set_index("area_id")


def _points(audit: pd.DataFrame) -> pd.DataFrame:
    """Points of each indicator, those of need and of resources together."""
    steps = [str(name).split("|") for name in audit]
    told = [len(step) == 4 and step[3] == "points" for step in steps]
    parts = audit.loc[:, told]
    return parts.T.groupby([step[2] for step, here in zip(steps, told, strict=True) if here]).sum().T


def _table(content: bytes, title: str) -> AreaList:
    # Codes such as ITF51 hold letters, so numbers alone do not tell a header from a row.
    frame, _ = tables.read(content, title, is_data=_starts_with_code)
    names = {str(name).lower(): position for position, name in reversed(list(enumerate(frame.columns)))}
    code = next((names[name] for name in CODE_COLUMNS if name in names), 0)
    place = next((names[name] for name in RANK_COLUMNS if name in names), None)
    rows = list(zip(frame.index, frame.to_numpy().tolist(), strict=True))
    ranks: dict[str, float] = {}
    for number, row in rows:
        area_id = row[code]
        if not area_id:
            raise InputError(
                say("Line {number} of {title} has no code; give one, or delete the line.", number=number, title=title)
            )
        if area_id in ranks:
            raise InputError(
                say(
                    "Area {area_id} is in {title} twice, the second time in line {number}; delete one.",
                    area_id=area_id,
                    title=title,
                    number=number,
                )
            )
        ranks[area_id] = _rank(row[place], number, title) if place is not None else float("nan")
    table = pd.DataFrame({"rank": pd.Series(ranks, dtype=float)}).rename_axis("area_id")
    # pandas has no missing text in a column of its own; None is one.
    return AreaList(
        title=title, table=table.assign(name=pd.Series(None, index=table.index, dtype=object), population=float("nan"))
    )


def _starts_with_code(cells: list[str]) -> bool:
    return CODE.fullmatch(next(filter(None, cells))) is not None


def _rank(cell: str, number: int, title: str) -> float:
    if not cell:
        return float("nan")
    try:
        rank = float(cell.replace(",", "."))
    except ValueError:
        rank = float("nan")
    if not 0 < rank < float("inf"):
        raise InputError(
            say(
                "The rank in line {number} of {title} is {cell}, expected a number above 0 or nothing.",
                number=number,
                title=title,
                cell=repr(cell),
            )
        )
    return rank


def _separator(text: str) -> str:
    """Semicolon when the first line has one, else comma."""
    return ";" if ";" in text.partition("\n")[0] else ","
