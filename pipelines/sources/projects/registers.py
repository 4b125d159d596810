"""What all registers of projects have in common: themes by keywords, days, amounts, and the layer they give."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import vocabulary as words
from geodata.archives import open_zip
from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.i18n.message import Message
from geodata.schema import CRS
from geodata.workbooks import read as read_workbook
from pipelines.sources.formats.parsing import once

REGISTER = "register of funded projects"
# Longer texts say no more about the themes, but take time to search.
LONGEST = 5000


@dataclass(frozen=True)
class Register:
    """Projects of a register: rows of the layer `projects`, with `nuts` where there is no point, and notes on them."""

    projects: gpd.GeoDataFrame
    notes: list[Message]


def layers(
    read: Callable[[Source, Path], Register],
) -> tuple[Callable[[Source, Path], gpd.GeoDataFrame], Callable[[Source, Path], list[Message]]]:
    """Readers of the layer `projects` of a register and of its notes, which read its files once for both."""
    read = once(read)
    return lambda source, folder: read(source, folder).projects, lambda source, folder: read(source, folder).notes


def register(source: Source, rows: pd.DataFrame, texts: "pd.Series[str]", *, all_themes: bool = False) -> Register:
    """Make the layer of a register, and keep the projects whose texts have a theme.

    Parameters
    ----------
    source
        The register; only rows of its country are kept, if it has one.
    rows
        `project_id`, `name`, `organisation`, `country` (ISO 3166-1 alpha-2), `place`, `nuts`, `precision`, `start`,
        `end` (ISO days), `eu_budget`, `source_url`, `confidence`, `lat`, `lon` (degrees, NaN: unknown); text is empty
        where unknown.
    texts
        What is searched for the words of `own/themes.yaml`, index as `rows`.
    all_themes
        Whether projects without a theme are kept: where the register itself is about social innovation.
    """
    notes = []
    if source.country:
        here = rows["country"] == source.country
        rows, texts = rows[here], texts[here]
    doubled = rows["project_id"].duplicated()
    rows, texts = rows[~doubled], texts[~doubled]
    matches = texts.map(lambda text: words.found("themes", text[:LONGEST]))
    themed = matches.map(bool)
    if not all_themes:
        if (~themed).any():
            notes.append(
                Message(
                    "{left} of {all} projects of {source} have no word of the themes in their texts and are left out.",
                    left=(~themed).sum(),
                    all=len(rows),
                    source=source.id,
                )
            )
        rows, matches = rows[themed], matches[themed]
    if rows.empty:
        where = f" of {source.country}" if source.country else ""
        raise InputError(f"{source.id} has no project{where} with a theme; check the file and the country.")
    optional = ["organisation", "place", "nuts", "start", "end"]
    layer = rows.drop(columns=["lat", "lon"]).assign(
        **{column: rows[column].replace("", None).astype("str") for column in optional},
        kind="project",
        themes=[";".join(match) for match in matches],
        theme_match=pd.Series(
            ["; ".join(f"{theme}: {word}" for theme, word in match.items()) or None for match in matches],
            index=rows.index,
            dtype="str",
        ),
        eu_budget=rows["eu_budget"].where(rows["eu_budget"] >= 0),
        start_year=_year(rows["start"]),
        end_year=_year(rows["end"]),
        source_title=source.title,
    )
    located = np.isfinite(rows["lat"]) & np.isfinite(rows["lon"])
    points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), index=rows.index, crs=CRS).where(located)
    return Register(gpd.GeoDataFrame(layer, geometry=points).reset_index(drop=True), notes)


def _year(days: "pd.Series[str]") -> "pd.Series[int]":
    return pd.to_numeric(days.str[:4], errors="coerce").astype("Int64")


def days(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Days in ISO 8601 of texts such as `31/12/2020` or `2020-12-31`, whatever time follows; empty for anything else.

    Examples
    --------
    >>> days(pd.Series(["31/12/2020", "2020-12-31 00:00:00", "31.2.2020", ""])).tolist()
    ['2020-12-31', '2020-12-31', '', '']
    """
    first = texts.str.strip().str.slice(0, 10).str.replace(r"[./]", "-", regex=True)
    read = pd.to_datetime(first, format="%Y-%m-%d", errors="coerce")
    read = read.fillna(pd.to_datetime(first, format="%d-%m-%Y", errors="coerce"))
    return read.dt.strftime("%Y-%m-%d").fillna("").astype("str")


def one_line(text: str) -> str:
    """Text with its white space made single, and `;` where the publisher puts `|` between several."""
    return " ".join(text.replace("|", "; ").split())


def points(texts: "pd.Series[str]") -> pd.DataFrame:
    """Columns `lat`, `lon` of texts such as `45.07,7.68`; NaN where there is no point on Earth."""
    found = texts.str.extract(r"^\s*\(?(?P<lat>-?\d+(?:\.\d+)?)\s*[,; ]\s*(?P<lon>-?\d+(?:\.\d+)?)\)?\s*$").astype(
        float
    )
    on_earth = (found["lat"].abs() <= 90) & (found["lon"].abs() <= 180) & (found != 0).any(axis=1)
    return found.where(on_earth)


def named(
    table: pd.DataFrame,
    names: Mapping[str, tuple[str, ...]],
    what: str,
    *,
    needed: tuple[str, ...],
    empty: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Give the columns of a table, which change their names from year to year, names of ours.

    Headings are compared without case, accents and punctuation, so that a curly apostrophe is like a straight one. A
    heading that begins with a known name counts, the exact one first. Cells that say one of `empty`, in small letters,
    say nothing.

    Raises
    ------
    InputError
        A needed column has none of its names.
    """
    headings = {str(column): words.plain(str(column)) for column in table.columns}
    found = {}
    for name, known in names.items():
        wanted = [words.plain(each) for each in known]
        same = [column for each in wanted for column, heading in headings.items() if heading == each]
        alike = [column for each in wanted for column, heading in headings.items() if heading.startswith(each + " ")]
        column = next(iter([*same, *alike]), None)
        if column is None and name in needed:
            raise InputError(
                f"{what} has no column {known[0]!r}; the publisher has changed it: mend the reader's names."
            )
        found[name] = table[column] if column is not None else pd.Series("", index=table.index, dtype="str")
    renamed = pd.DataFrame(found).fillna("")
    return renamed.where(~renamed.apply(lambda column: column.str.lower().str.strip().isin(empty)), "")


def workbook(content: bytes, what: str, *, sheet: str | None = None) -> pd.DataFrame:
    """Read a sheet of a workbook as text; `InputError` when it is damaged, too large or has no such sheet."""
    with open_zip(content, what):
        pass
    frame, _ = read_workbook(content, what, sheet=sheet)
    return frame.reset_index(drop=True)
