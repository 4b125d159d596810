"""One area beside its region and its territory."""

import pandas as pd

from geodata.indicators import categories, category, minutes_to
from pipelines.selection import ranks

BEYOND = "people_beyond_"


def profile(table: pd.DataFrame, codebook: pd.DataFrame, area_id: str) -> pd.DataFrame:
    """Compare indicators of an area with the medians of its NUTS 2 region and of the territory.

    Parameters
    ----------
    table
        The table of `pipelines.areas.table`, all areas of the territory.
    codebook
        Of the indicators that are compared, by indicator.
    area_id
        The area.

    Returns
    -------
    DataFrame
        One row an indicator, in the order of the codebook: `value`, `region_median`, `territory_median`, `rank`
        (1 = the one a planner looks at first; missing without a value) and `ranked` (how many have a value).
        Medians are of areas, not of people.
    """
    region = table[table["nuts2"] == table.loc[area_id, "nuts2"]]
    rows = []
    for indicator in codebook.index:
        places = ranks(table, codebook, indicator)
        rows.append(
            {
                "indicator": indicator,
                "value": table.loc[area_id, indicator],
                "region_median": region[indicator].median(),
                "territory_median": table[indicator].median(),
                "rank": places[area_id],
                "ranked": int(places.notna().sum()),
            }
        )
    return pd.DataFrame(rows).set_index("indicator").astype({"rank": "Int64"})


def services(table: pd.DataFrame, codebook: pd.DataFrame, area_id: str) -> pd.DataFrame:
    """Access of an area to each category of service.

    Parameters
    ----------
    table
        The table of `pipelines.areas.table`, all areas of the territory.
    codebook
        Of the territory, by indicator.
    area_id
        The area.

    Returns
    -------
    DataFrame
        Index category, in the order of the codebook: `minutes` to the nearest; `rank` among the areas of its NUTS 2
        region (1 = the farthest; missing without minutes or region) and `ranked`, how many have minutes; `beyond`,
        people by threshold in minutes. Empty without travel times.
    """
    region = table[table["nuts2"] == table.loc[area_id, "nuts2"]]
    rows = {}
    for name in categories():
        if minutes_to(name) not in codebook.index:
            continue
        minutes = region[minutes_to(name)]
        rows[name] = {
            "minutes": table[minutes_to(name)][area_id],
            "rank": minutes.rank(ascending=False, method="min").get(area_id),
            "ranked": int(minutes.notna().sum()),
            "beyond": {limit: float(table[f"{BEYOND}{name}_{limit}"][area_id]) for limit in category(name).thresholds},
        }
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["minutes", "rank", "ranked", "beyond"])
    return found.astype({"minutes": float, "rank": "Int64"})


def totals(table: pd.DataFrame) -> dict[str, float]:
    """People and people aged 65 and over in some areas, and how many of the areas have no figure."""
    return {
        "areas": len(table),
        "population": table["population"].sum(),
        "people_65_plus": table["people_65_plus"].sum(),
        "unknown": int(table["population"].isna().sum()),
    }


def beyond(table: pd.DataFrame) -> pd.Series:
    """People beyond each threshold in some areas, by the indicator `people_beyond_...`; empty where there is none."""
    columns = [name for name in table.columns if name.startswith(BEYOND)]
    return table[columns].sum().rename("people").rename_axis("indicator")
