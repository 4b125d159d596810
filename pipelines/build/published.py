"""Indicators that a publisher computed: gathered, dated, and their changes between two years judged."""

from dataclasses import dataclass

import pandas as pd

from geodata.errors import InputError
from pipelines.priority import jumps
from pipelines.priority.jumps import CHANGES

SAID = ["area_id", "indicator", "kind", "reason"]


@dataclass(frozen=True)
class Published:
    """Published indicators of the areas of a territory.

    Attributes
    ----------
    values
        One column each, index area_id; NaN where missing.
    sources, years
        Source id and years of each indicator.
    quality
        Rows of the layer `quality`: why a figure is missing, to be read with care, or implausible.
    """

    values: pd.DataFrame
    sources: dict[str, str]
    years: dict[str, str]
    quality: pd.DataFrame


def gather(tables: dict[str, pd.DataFrame], areas: pd.Index) -> Published:
    """Put the figures of every publisher side by side.

    Parameters
    ----------
    tables
        By source id, as `sources.figures` makes them.
    areas
        Ids of the areas wanted; figures of others are left out.

    Raises
    ------
    InputError
        Two publishers, or one twice, give an indicator of an area.
    """
    empty = pd.DataFrame(columns=[*SAID, "year", "value", "source"])
    rows = pd.concat([empty, *(table.assign(source=source) for source, table in tables.items())], ignore_index=True)
    rows = rows[rows["area_id"].isin(areas)]
    twice = rows.duplicated(["area_id", "indicator"])
    if twice.any():
        first = rows[twice].iloc[0]
        raise InputError(
            f"Indicator {first['indicator']} of area {first['area_id']} is published twice, again by "
            f"{first['source']}; take it from one source."
        )
    values = rows.pivot(index="area_id", columns="indicator", values="value").reindex(areas).astype(float)
    found = Published(values.rename_axis(columns=None), {}, {}, rows.loc[rows["kind"].notna(), SAID].astype("str"))
    for name, of_indicator in rows.groupby("indicator"):
        found.sources[str(name)] = of_indicator["source"].iloc[0]
        found.years[str(name)] = ", ".join(sorted({str(year) for year in of_indicator["year"]}))
    return found


def judge(told: Published, values: pd.DataFrame) -> Published:
    """Add the changes between two years, and flag those that are too large to be believed.

    Flagged with the change is the year that is to be doubted, the one in which more people are far away, since a site
    that a register lacks makes ways longer: all that the same source says of it. Every value stays.

    Parameters
    ----------
    told
        As `gather` gives.
    values
        All indicators of the areas, index area_id, with which sites are counted.
    """
    for change, (before, after) in CHANGES.items():
        if {before, after} <= set(told.values):
            told = _judged(told, change, before, after, jumps.sites(values, change))
    return told


def _judged(told: Published, change: str, before: str, after: str, sites: pd.Series | None) -> Published:
    """Add a change, and flag it, and the year that is to be doubted, where it is implausible."""
    years, values = told.years, told.values
    changed = jumps.changes(values[before], values[after], years=(years[before], years[after]), sites=sites)
    doubted = {change: changed["implausible"]}
    for year, worse in ((before, changed["change"] < 0), (after, changed["change"] > 0)):
        alike = [name for name in years if (told.sources[name], years[name]) == (told.sources[year], years[year])]
        doubted |= dict.fromkeys(alike, changed["implausible"] & worse)
    return Published(
        values.assign(**{change: changed["change"]}),
        told.sources | {change: told.sources[after]},
        years | {change: f"{years[before]}, {years[after]}"},
        pd.concat([told.quality, *(jumps.quality(changed[rows], name) for name, rows in doubted.items())]),
    )
