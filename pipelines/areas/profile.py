"""One area beside its region and its territory."""

import numpy as np
import pandas as pd

from geodata.indicators import categories, category, minutes_to
from pipelines.areas.selection import rank_in_selection

BEYOND, OLD_BEYOND = "people_beyond_", "people_65_plus_beyond_"
SPREAD = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS = 24


def profile(table: pd.DataFrame, codebook: pd.DataFrame, area_id: str) -> pd.DataFrame:
    """Compare indicators of an area with the medians of its NUTS 2 region and of the territory.

    Parameters
    ----------
    table
        The table of `pipelines.build.areas.table`, all areas of the territory.
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
        places = rank_in_selection(table, codebook, indicator)
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
        The table of `pipelines.build.areas.table`, all areas of the territory.
    codebook
        Of the territory, by indicator.
    area_id
        The area.

    Returns
    -------
    DataFrame
        Index category, in the order of the codebook: `minutes` to the nearest; `rank_in_region` among the areas of its
        NUTS 2 region (1 = the farthest; missing without minutes or region) and `ranked`, how many have minutes;
        `beyond`, people by threshold in minutes, none where only the centres of the areas are known. Empty without
        travel times.
    """
    region = table[table["nuts2"] == table.loc[area_id, "nuts2"]]
    rows = {}
    for name in categories():
        if minutes_to(name) not in codebook.index:
            continue
        minutes = region[minutes_to(name)]
        rows[name] = {
            "minutes": table[minutes_to(name)][area_id],
            "rank_in_region": minutes.rank(ascending=False, method="min").get(area_id),
            "ranked": int(minutes.notna().sum()),
            "beyond": {
                limit: float(table[column][area_id])
                for limit in category(name).thresholds
                if (column := f"{BEYOND}{name}_{limit}") in table
            },
        }
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["minutes", "rank_in_region", "ranked", "beyond"])
    return found.astype({"minutes": float, "rank_in_region": "Int64"})


def totals(table: pd.DataFrame) -> dict[str, float]:
    """People and people aged 65 and over in some areas, and how many of the areas have no figure."""
    return {
        "areas": len(table),
        "population": table["population"].sum(),
        "people_65_plus": table["people_65_plus"].sum(),
        "unknown": int(table["population"].isna().sum()),
    }


def beyond(table: pd.DataFrame) -> pd.DataFrame:
    """People beyond each threshold in some areas.

    Parameters
    ----------
    table
        Some areas of the table of `pipelines.build.areas.table`.

    Returns
    -------
    DataFrame
        Index the indicators `people_beyond_...`, empty where there is none; `people`, and of them `people_65_plus`
        (missing where no area has a figure). An area without a figure is not in the sums.
    """
    names = [name for name in table.columns if name.startswith(BEYOND)]
    old = [name.replace(BEYOND, OLD_BEYOND, 1) for name in names]
    return pd.DataFrame(
        {
            "people": table[names].sum(min_count=1).to_numpy(),
            "people_65_plus": table.reindex(columns=old).sum(min_count=1).to_numpy(),
        },
        index=pd.Index(names, name="indicator"),
    )


def spread(table: pd.DataFrame, indicators: list[str], area_id: str) -> pd.DataFrame:
    """Place an area in the distribution of each indicator, over the territory and over its NUTS 2 region.

    Parameters
    ----------
    table
        The table of `pipelines.build.areas.table`, all areas of the territory.
    indicators
        Columns of the table.
    area_id
        The area.

    Returns
    -------
    DataFrame
        One row an indicator that has values: `low`, `quarter`, `median`, `three_quarters`, `high` (5, 25, 50, 75 and 95
        % of all areas), `region_low`, `region_median`, `region_high` (25, 50 and 75 % of the areas of the region) and
        `value` (NaN where missing), all on a scale of 0 (`low`) to 1 (`high`) and cut to it; 0.5 where all are equal.
    """
    region = table[table["nuts2"] == table.loc[area_id, "nuts2"]]
    rows = {}
    for name in indicators:
        whole = table[name].quantile(list(SPREAD)).to_numpy()
        if np.isnan(whole).any():
            continue
        around = region[name].quantile(list(SPREAD[1:4])).to_numpy()
        numbers = np.concatenate([whole, around, [table.loc[area_id, name]]]).astype(np.float64)
        width = whole[-1] - whole[0]
        flat = np.where(np.isnan(numbers), np.nan, 0.5)
        rows[name] = np.clip((numbers - whole[0]) / width, 0, 1) if width > 0 else flat
    columns = [
        "low",
        "quarter",
        "median",
        "three_quarters",
        "high",
        "region_low",
        "region_median",
        "region_high",
        "value",
    ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("indicator")


def histogram(values: pd.Series, inside: pd.Series) -> pd.DataFrame:
    """Count areas by value, over the whole territory and inside a region.

    Parameters
    ----------
    values
        One number an area, NaN where missing.
    inside
        Whether an area lies in the region, index as `values`.

    Returns
    -------
    DataFrame
        One row a step of equal width between the 1st and the 99th percentile, beyond which values count to the first
        and last: `start`, `end`, `all` and `inside` (numbers of areas). Empty where fewer than two values differ.
    """
    known = values.dropna().astype(float)
    if known.nunique() < 2:
        return pd.DataFrame({"start": [], "end": [], "all": [], "inside": []})
    low, high = known.quantile([0.01, 0.99])
    edges = np.linspace(*((low, high) if high > low else (known.min(), known.max())), BINS + 1)
    cut = known.clip(edges[0], edges[-1])
    counts = [np.histogram(part, bins=edges)[0] for part in (cut, cut[inside[cut.index]])]
    return pd.DataFrame({"start": edges[:-1], "end": edges[1:], "all": counts[0], "inside": counts[1]})


def beside(table: pd.DataFrame, indicators: list[str], first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Put the medians of two groups of areas side by side; an area is a group of one.

    Parameters
    ----------
    table
        The table of `pipelines.build.areas.table`.
    indicators
        Columns of the table.
    first, second
        Whether an area belongs to the group, index as `table`.

    Returns
    -------
    DataFrame
        Index indicator: `first`, `second`, `difference` (second - first) and `territory` (median of all areas); NaN
        where no area of a group has a value.
    """
    found = pd.DataFrame(
        {
            "first": table.loc[first, indicators].median(),
            "second": table.loc[second, indicators].median(),
            "territory": table[indicators].median(),
        }
    )
    return found.assign(difference=found["second"] - found["first"]).rename_axis("indicator")
