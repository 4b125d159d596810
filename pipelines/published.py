"""Indicators that a publisher computed: gathered, dated, and their changes between two years judged."""

from dataclasses import dataclass

import pandas as pd

from geodata.errors import InputError
from pipelines.priority import jumps

# A change in points, and the shares before and after.
CHANGES = {"health_change_20": ("share_beyond_health_20_2020", "share_beyond_health_20")}
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

    A change that is too large to be believed is left out, with the reason, so that no list shows it as progress; both
    years stay, and `priority.jumps` lists it when asked.

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
    sources: dict[str, str] = {}
    years: dict[str, str] = {}
    for name, figures in rows.groupby("indicator"):
        sources[str(name)] = figures["source"].iloc[0]
        years[str(name)] = ", ".join(sorted({str(year) for year in figures["year"]}))
    quality = [rows.loc[rows["kind"].notna(), SAID]]
    for name, (before, after) in CHANGES.items():
        if {before, after} <= set(values):
            changed = jumps.changes(values[before], values[after], years=(years[before], years[after]))
            values[name] = changed["change"].mask(changed["implausible"])
            quality += [jumps.quality(changed, indicator) for indicator in (name, after)]
            sources[name], years[name] = sources[after], f"{years[before]}, {years[after]}"
    return Published(
        values.rename_axis(columns=None), sources, years, pd.concat(quality, ignore_index=True).astype("str")
    )
