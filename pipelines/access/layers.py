"""Access as layers of a territory: minutes at every place, and how unevenly services are spread in every region."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from pipelines.access.inequality import by_region

REGION_LEVELS = ("nuts2", "nuts3")
# One service within the limit: whoever has less has none.
LINE = 1.0


def place_minutes(places: gpd.GeoDataFrame, access: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Minutes from each place to each category of service: the layer `place_minutes`.

    Parameters
    ----------
    places
        The layer `places`.
    access
        By category, columns `nearest`, `mean_3` and `within`, index as `places`; infinite (out of reach) becomes
        missing.
    """
    measured = ["nearest", "mean_3", "within"]
    tables = [
        pd.DataFrame({"place_id": places["place_id"], "category": category} | {name: x[name] for name in measured})
        for category, x in access.items()
    ]
    return pd.concat(tables, ignore_index=True).replace(np.inf, np.nan)


def inequality(
    places: gpd.GeoDataFrame,
    areas: pd.DataFrame,
    access: dict[str, pd.DataFrame],
    *,
    territory: str,
    older: pd.Series | None = None,
    changed: dict[str, pd.Series] | None = None,
) -> pd.DataFrame:
    """Inequality of access in every region and in the territory: the layer `inequality`.

    Parameters
    ----------
    places
        The layer `places`; those without people are left out.
    areas
        The layer `areas`.
    access
        By category, column `within` (services within the highest threshold), index as `places`.
    territory
        Id that the row of the whole territory gets.
    older
        Share of people aged 65 and over by area_id, which `concentration` ranks people by; None where it is not known.
    changed
        By category, whether each place has other services within reach than before, index as `places`: only regions
        with such a place get a row. None for all regions.

    Returns
    -------
    DataFrame
        `region_id`, `category`, `people`, `mean`, `palma`, `gini`, `theil`, of which `theil_between` lies between the
        regions inside the region (areas inside the smallest), `concentration`, `fgt0`, `fgt1`, `fgt2`. FGT 0 is the
        share of people with no service within the limit. Measures of spread are missing where nobody has any, Palma
        where the least served 40 % have none, and the concentration where the age of some people is not known.
    """
    # By position and by number of the region: texts would be looked up for every region anew.
    people = places["population"].reset_index(drop=True)
    at = pd.Index(areas["area_id"]).get_indexer(places["area_id"])
    # A territory need not have every level of region.
    regions = [areas[level].to_numpy()[at] for level in REGION_LEVELS if areas[level].notna().any()]
    # From wide to narrow, so that each level is a group of the one before it.
    wide_to_narrow = [np.full(len(places), territory, dtype=object), *regions, at]
    levels = [pd.factorize(codes, sort=True) for codes in wide_to_narrow]
    ages = None if older is None else pd.Series(older.reindex(areas["area_id"]).to_numpy()[at])
    tables = []
    for category, scores in access.items():
        within = scores["within"].reset_index(drop=True)
        here = np.ones(len(places), dtype=bool) if changed is None else changed[category].to_numpy()
        for (numbers, names), (inside, _) in pairwise(levels):
            lived = (people > 0).to_numpy() & (numbers >= 0)
            kept = np.flatnonzero(lived & np.isin(numbers, numbers[lived & here]))
            if not len(kept):
                continue
            region = pd.Series(numbers[kept], index=kept)
            found = by_region(
                within[kept],
                people[kept],
                region,
                line=LINE,
                groups=pd.Series(inside[kept], index=kept),
                rank_by=None if ages is None else ages[kept],
            )
            tables.append(found.set_axis(names[found.index]).rename_axis("region_id").reset_index())
            tables[-1]["category"] = category
    if not tables:
        return schema.empty("inequality")
    rows = pd.concat(tables, ignore_index=True)
    # A last digit must not lift a share above all.
    shares = ["gini", "fgt0", "fgt1", "fgt2"]
    rows = rows.assign(**{name: rows[name].clip(upper=1.0) for name in shares})
    return rows.replace(np.inf, np.nan)
