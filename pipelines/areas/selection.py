"""Which areas are looked at, and in which order: the same for the command line, the dashboard and exports."""

from dataclasses import dataclass

import pandas as pd

from geodata.errors import InputError
from geodata.names import suggest
from pipelines.priority.ranking import rank

REGION_LEVELS = ("nuts1", "nuts2", "nuts3")
# Letters of the code of a country, with which those of its regions begin.
COUNTRY = 2


@dataclass(frozen=True)
class Selection:
    """Filters on areas; an empty one lets every area through.

    Attributes
    ----------
    region
        Code of a NUTS 1, 2 or 3 region, or of a country as NUTS writes it.
    degurba
        Classes of the degree of urbanisation ("1" city, "2" town or suburb, "3" rural area).
    people_min, people_max
        Limits of the population, both included; 0 as the upper limit means none. An area whose population is
        not known passes only when there is no limit.
    """

    region: str = ""
    degurba: tuple[str, ...] = ()
    people_min: int = 0
    people_max: int = 0


def select(table: pd.DataFrame, selection: Selection) -> pd.Series:
    """Tell for each area whether it passes the filters.

    Parameters
    ----------
    table
        The table of `pipelines.build.areas.table`.
    selection
        The filters.

    Returns
    -------
    Series
        Boolean, index as `table`.

    Raises
    ------
    InputError
        The region is unknown.
    """
    passes = pd.Series(True, index=table.index)
    if selection.region:
        passes &= in_region(table, selection.region)
    if selection.degurba:
        passes &= table["degurba"].isin(selection.degurba)
    if selection.people_min > 0:
        passes &= table["population"] >= selection.people_min
    if selection.people_max > 0:
        passes &= table["population"] <= selection.people_max
    return passes


def in_region(table: pd.DataFrame, region: str) -> pd.Series:
    """Tell for each area whether it lies in a NUTS region or in a country, by its NUTS code such as EL.

    Raises
    ------
    InputError
        No area lies in such a region.
    """
    found = pd.Series(False, index=table.index)
    for level in REGION_LEVELS:
        codes_of = table[level].str[:COUNTRY] if len(region) == COUNTRY else table[level]
        found |= codes_of.eq(region).fillna(False).astype(bool)
    if not found.any():
        codes = {code for level in REGION_LEVELS for code in table[level].dropna()}
        raise InputError(f"There is no region {region!r} in this territory; {suggest(region, codes)}.")
    return found


def lie_in(codes: pd.Series, table: pd.DataFrame, region: str, *, unknown: bool = False) -> pd.Series:
    """Tell for each area code whether it lies in a region (empty: anywhere in the territory).

    Parameters
    ----------
    codes
        Codes of areas, null where there is none.
    table
        All areas of the territory, index `area_id`.
    region
        As `in_region` takes it.
    unknown
        What is told of a code that the territory does not have.
    """
    inside = in_region(table, region) if region else pd.Series(True, index=table.index)
    told: pd.Series = codes.map(inside).fillna(unknown).astype(bool)
    return told


def in_order(table: pd.DataFrame, codebook: pd.DataFrame, by: str) -> pd.DataFrame:
    """Put the areas that have a value in order, the one a planner looks at first on top.

    That is the highest value, or the lowest where a higher value is better. Areas with equal values share the rank
    and follow each other by code.

    Parameters
    ----------
    table
        Some or all areas of a territory.
    codebook
        Of the territory, by indicator.
    by
        The indicator.

    Returns
    -------
    DataFrame
        The areas with a value, in order, with the column `rank_in_selection` (1 = first) in front.

    Raises
    ------
    InputError
        There is no such indicator.
    """
    places = rank_in_selection(table, codebook, by).dropna().astype(int)
    order = places.sort_index().sort_values(kind="stable").index
    ranked = table.loc[order]
    ranked.insert(0, "rank_in_selection", places.loc[order])
    return ranked


def rank_in_selection(table: pd.DataFrame, codebook: pd.DataFrame, by: str) -> pd.Series:
    """Rank of each area among those of the table, as in `in_order`, index as `table`; missing without a value.

    Raises
    ------
    InputError
        There is no such indicator.
    """
    if by not in codebook.index:
        raise InputError(f"There is no indicator {by!r} in this territory; {suggest(by, codebook.index)}.")
    return rank(table, by=by, descending=bool(codebook.loc[by, "direction"] != "better"))


def search(table: pd.DataFrame, text: str) -> pd.Series:
    """Tell for each area whether its name contains the text, or its code starts with it. Case does not matter."""
    wanted = text.strip().casefold()
    names = table["name"].str.casefold().str.contains(wanted, regex=False)
    return names | table.index.str.casefold().str.startswith(wanted)
