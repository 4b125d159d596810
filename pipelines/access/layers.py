"""Access as layers of a territory: minutes at every place, and how unevenly services are spread in every region."""

import geopandas as gpd
import numpy as np
import pandas as pd

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
        By category, columns `nearest` and `mean_3`, index as `places`; infinite (out of reach) becomes missing.
    """
    tables = [
        pd.DataFrame(
            {"place_id": places["place_id"], "category": category, "nearest": x["nearest"], "mean_3": x["mean_3"]}
        )
        for category, x in access.items()
    ]
    return pd.concat(tables, ignore_index=True).replace(np.inf, np.nan)


def inequality(
    places: gpd.GeoDataFrame, areas: pd.DataFrame, access: dict[str, pd.DataFrame], *, territory: str
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

    Returns
    -------
    DataFrame
        `region_id`, `category`, `people`, `mean`, `palma`, `gini`, `theil`, `fgt0`, `fgt1`, `fgt2`. FGT 0 is the share
        of people with no service within the limit. Measures of spread are missing where nobody has any, and Palma
        where the least served 40 % have none.
    """
    lived = places[places["population"] > 0]
    codes = areas.set_index("area_id")
    # A territory need not have every level of region.
    levels = [lived["area_id"].map(codes[level]).dropna() for level in REGION_LEVELS if codes[level].notna().any()]
    levels.append(pd.Series(territory, index=lived.index))
    tables = []
    for category, scores in access.items():
        for region in levels:
            found = by_region(
                scores.loc[region.index, "within"], lived.loc[region.index, "population"], region, line=LINE
            )
            tables.append(found.rename_axis("region_id").reset_index().assign(category=category))
    rows = pd.concat(tables, ignore_index=True)
    # A last digit must not lift a share above all.
    shares = ["gini", "fgt0", "fgt1", "fgt2"]
    rows = rows.assign(**{name: rows[name].clip(upper=1.0) for name in shares})
    return rows.replace(np.inf, np.nan)
