"""Which areas have become better or worse between two years, where a territory has a figure of both."""

import re
from dataclasses import dataclass

import pandas as pd

from geodata.errors import InputError
from geodata.i18n import mark
from geodata.names import suggest
from pipelines.priority import jumps
from pipelines.priority.jumps import CHANGES

IMPROVED, WORSENED = "improved", "worsened"
WAYS = {IMPROVED: mark("Improved"), WORSENED: mark("Worsened")}
EARLIER = re.compile(r"(.+)_(\d{4})")


@dataclass(frozen=True)
class Figure:
    """A figure of two years: its indicator, that of the earlier year, and the years."""

    indicator: str
    before: str
    years: tuple[str, str]


def figures(codebook: pd.DataFrame) -> dict[str, Figure]:
    """Figures of a territory that it has of two years, by indicator, in the order of its codebook.

    The earlier one is named as the later one, with its year behind.
    """
    found = {}
    for name in map(str, codebook.index):
        match = EARLIER.fullmatch(name)
        if match and match[1] in codebook.index and codebook.loc[match[1], "direction"] != "neutral":
            years = (match[2], str(codebook.loc[match[1], "year"]))
            found[match[1]] = Figure(match[1], name, years)
    return {name: found[name] for name in map(str, codebook.index) if name in found}


def changed(
    table: pd.DataFrame, codebook: pd.DataFrame, indicator: str, *, way: str = IMPROVED, implausible: bool = False
) -> pd.DataFrame:
    """List the areas that changed for the better, or for the worse, the largest change first.

    Parameters
    ----------
    table
        The table of `pipelines.build.areas.table`, some or all areas.
    codebook
        Of the territory, by indicator.
    indicator
        One of `figures`.
    way
        `improved` or `worsened`.
    implausible
        Also the areas whose change is too large to be believed, as `jumps.changes` judges: by 20 points of a share,
        else by a modified z-score above 3.5 among the areas of the table.

    Returns
    -------
    DataFrame
        Index area_id; `rank_in_selection` (1 = the largest change), `name`, `before`, `after`, `change`,
        `implausible`, `reason`.

    Raises
    ------
    InputError
        The territory has no such figure of two years, or there is no such way.
    """
    found = judged(table, codebook, indicator)
    if way not in WAYS:
        raise InputError(f"There is no list {way!r}; {suggest(way, WAYS)}.")
    chosen = jumps.improved if way == IMPROVED else jumps.worsened
    rows = chosen(found, direction=str(codebook.loc[indicator, "direction"]), implausible=implausible)
    rows.insert(0, "rank_in_selection", rows["change"].abs().rank(method="min", ascending=False).astype(int))
    rows.insert(1, "name", table["name"].reindex(rows.index))
    return rows


def judged(table: pd.DataFrame, codebook: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Change of every area between the two years, as `jumps.changes`."""
    known = figures(codebook)
    if indicator not in known:
        if not known:
            raise InputError("This territory has no figure of two years; choose another territory.")
        raise InputError(
            f"There is no figure {indicator!r} of two years in this territory; {suggest(indicator, known)}."
        )
    figure = known[indicator]
    change = next((name for name, pair in CHANGES.items() if pair == (figure.before, indicator)), "")
    rule: jumps.Rule = "points" if codebook.loc[indicator, "unit"] == "%" else "robust z"
    return jumps.changes(
        table[figure.before], table[indicator], rule=rule, years=figure.years, sites=jumps.sites(table, change)
    )
