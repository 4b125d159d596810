"""Population by age to the people indicators of an area."""

import pandas as pd

from geodata.errors import InputError

OLDEST = 100


def people(population: pd.DataFrame, areas: pd.Index) -> pd.DataFrame:
    """Population, age shares and change of each area.

    Parameters
    ----------
    population
        Columns `area_id`, `year`, `a0` ... `a100`: residents by single year of age on 1 January; `a100` holds
        all from 100 years on. The latest year is used, and the year before it for the change.
    areas
        Ids of the areas wanted.

    Returns
    -------
    DataFrame
        Index as `areas`; `population` and `people_65_plus` in people, `share_65_plus`, `share_80_plus` and
        `share_under_15` in % of the population, `population_change` in % a year. NaN for an area without a row.

    Raises
    ------
    InputError
        The table has no two years in a row.
    """
    years = sorted(population["year"].unique().tolist())
    if len(years) < 2 or years[-1] - years[-2] != 1:
        raise InputError(f"The population table has the years {years}, expected two in a row; add the missing year.")
    ages = [f"a{age}" for age in range(OLDEST + 1)]
    by_year = {
        year: rows.set_index("area_id")[ages].reindex(areas).astype(float)
        for year, rows in population[population["year"].isin(years[-2:])].groupby("year")
    }
    latest, before = by_year[years[-1]], by_year[years[-2]]
    total = latest.sum(axis=1, min_count=1)
    some = total.where(total > 0)
    earlier = before.sum(axis=1, min_count=1)
    return pd.DataFrame(
        {
            "population": total,
            "people_65_plus": latest[ages[65:]].sum(axis=1, min_count=1),
            "share_65_plus": 100 * latest[ages[65:]].sum(axis=1) / some,
            "share_80_plus": 100 * latest[ages[80:]].sum(axis=1) / some,
            "share_under_15": 100 * latest[ages[:15]].sum(axis=1) / some,
            "population_change": 100 * (total / earlier.where(earlier > 0) - 1),
        },
        index=areas,
    )
