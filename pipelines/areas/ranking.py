"""Who comes first in a territory: the analysis of a weighting, and the areas at the top of a view."""

from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from geodata.errors import InputError
from geodata.store import Territory
from pipelines.access.remoteness import neighbours
from pipelines.areas.selection import Selection, in_order, select
from pipelines.areas.table import areas_table
from pipelines.priority import analysis, configuration
from pipelines.priority.analysis import Analysis
from pipelines.priority.configuration import Configuration
from pipelines.priority.replicates import Progress

# A list may be ranked by how sure its areas are, beside any indicator.
FIRMEST = "probability"
# Ranks of all areas in all replicates that fit the memory of a usual machine.
MOST_RANKS = 1_000_000_000


@dataclass(frozen=True)
class View:
    """What a list was taken from: filters, and the indicator it was ranked by, or `FIRMEST`."""

    selection: Selection = field(default_factory=Selection)
    by: str = "gap"


def ask(
    territory: Territory,
    *,
    weighting: Configuration | None = None,
    k: int | None = None,
    draws: int = analysis.DRAWS,
    seed: int = analysis.SEED,
    progress: Progress | None = None,
) -> Analysis:
    """Ask who needs most in a territory; without a weighting, by the one it was built with, without k as usual.

    Raises
    ------
    InputError
        The ranks of all areas in all replicates would be more than `MOST_RANKS`.
    """
    built = areas_table(territory)
    if draws * len(built) > MOST_RANKS:
        raise InputError(
            f"{draws:,} replicates of {len(built):,} areas do not fit the memory; ask for at most "
            f"{MOST_RANKS // len(built):,}."
        )

    @cache
    def touching() -> pd.DataFrame:
        return neighbours.contiguous(territory.layer("areas").set_index("area_id").geometry)

    return Analysis(
        built=built,
        configuration=weighting or configuration.load(territory.manifest["index"]),
        k=analysis.usual_length(len(built)) if k is None else k,
        draws=draws,
        seed=seed,
        progress=progress,
        touching=touching,
    )


def top(territory: Territory, view: View, *, count: int, asked: Analysis | None = None) -> list[str]:
    """Codes of the areas that come first under a view, in order.

    By `FIRMEST` those come first whose place on the list is the surest, and of equally sure ones the highest gap.

    Parameters
    ----------
    territory, view
        What is looked at.
    count
        How many areas.
    asked
        The analysis; None for the one of `ask`.

    Raises
    ------
    InputError
        The region or the indicator is unknown, or no area passes the filters.
    """
    asked = asked or ask(territory)
    passing = asked.table[select(asked.table, view.selection)]
    ranked = in_order(passing, territory.codebook, "gap" if view.by == FIRMEST else view.by)
    if view.by == FIRMEST:
        sure = asked.robustness.frame.loc[ranked.index, FIRMEST]
        ranked = ranked.loc[sure.sort_values(ascending=False, kind="stable").index]
    if ranked.empty:
        raise InputError("No area passes the filters; choose a wider region or fewer limits.")
    return list(ranked.index[:count])
