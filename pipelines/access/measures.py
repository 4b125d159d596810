"""Distance to services: minutes to the nearest, services within a limit, people beyond a threshold."""

import numpy as np
import pandas as pd

from geodata.errors import InputError
from pipelines.access.pairs import cost_matrix, people_at


def minutes_to_nearest(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, *, k: int = 1) -> pd.Series:
    """Minutes to the nearest destination, or the mean of the k nearest.

    Eurostat's accessibility grids use k = 1 and k = 3. A travel model answers without a limit (`TravelModel.nearest`);
    this reads a table of pairs, and what the table leaves out is out of reach.

    Parameters
    ----------
    pairs
        Columns `origin`, `destination` (positions in `demand` and `supply`), `minutes`.
    demand, supply
        Series whose index holds the origins and the destinations; their values are not used.
    k
        How many destinations.

    Returns
    -------
    Series
        Minutes, index as `demand`, name `minutes`; infinite where fewer than k destinations are in reach.

    Raises
    ------
    InputError
        k is below 1, or the pairs cannot be used; see `cost_matrix`.
    """
    if k < 1:
        raise InputError(f"The number of nearest destinations is {k}, expected 1 or more.")
    minutes = cost_matrix(pairs, demand.index, supply.index)
    found = np.diff(minutes.indptr)
    rows = np.repeat(np.arange(len(demand)), found)
    order = np.lexsort((minutes.data, rows))
    rank = np.arange(len(rows)) - minutes.indptr[rows]
    nearest = rank < k
    total = np.bincount(rows[nearest], minutes.data[order][nearest], len(demand))
    return pd.Series(np.where(found >= k, total / k, np.inf), index=demand.index, name="minutes")


def services_within(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, *, minutes: float) -> pd.Series:
    """Count the destinations within a limit.

    Parameters
    ----------
    pairs, demand, supply
        As in `minutes_to_nearest`.
    minutes
        The limit; equal to it is within.

    Returns
    -------
    Series
        Destinations (whole numbers), index as `demand`, name `services`; 0 where none is within the limit.

    Raises
    ------
    InputError
        The pairs cannot be used; see `cost_matrix`.
    """
    matrix = cost_matrix(pairs, demand.index, supply.index)
    rows = np.repeat(np.arange(len(demand)), np.diff(matrix.indptr))
    count = np.bincount(rows[matrix.data <= minutes], minlength=len(demand))
    return pd.Series(count, index=demand.index, name="services")


def people_beyond(minutes: pd.Series, people: pd.Series, areas: pd.Series, *, threshold: float) -> pd.DataFrame:
    """People farther from a service than a threshold, by area.

    Parameters
    ----------
    minutes
        Minutes to the service, by place; infinite where it is out of reach, which is beyond every threshold.
    people
        People by place (all, or those of an age), index as `minutes`.
    areas
        Area id by place, index as `minutes`.
    threshold
        Minutes; equal to it is not beyond.

    Returns
    -------
    DataFrame
        Sorted by area: `people` beyond, and `share` of the area's people in percent (NaN where nobody lives).

    Raises
    ------
    InputError
        The indexes differ, minutes are negative or missing, an area id is missing, or people cannot be used; see
        `people_at`.
    """
    if not (minutes.index.equals(people.index) and minutes.index.equals(areas.index)):
        raise InputError("Minutes, people and areas have different places or another order; give them one index.")
    unknown = ~(minutes >= 0) | areas.isna()
    if unknown.any():
        first = ", ".join(str(place) for place in minutes.index[unknown][:3])
        raise InputError(
            f"{unknown.sum():,} of {len(minutes):,} places have no area, or minutes that are negative or missing, "
            f"first: {first}; give infinite minutes to places out of reach and leave out those outside the matrix."
        )
    living = people_at(people)
    table = pd.DataFrame({"people": np.where(minutes > threshold, living, 0), "all": living}, index=minutes.index)
    by_area = table.groupby(areas).sum()
    by_area["share"] = 100 * by_area["people"] / by_area["all"].where(by_area["all"] > 0)
    return by_area[["people", "share"]]
