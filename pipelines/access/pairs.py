"""The long table of pairs, and the people and capacities at its two ends: checked once, for every access measure.

A table of pairs has the columns `origin` and `destination` (positions, from 0) and `minutes`, as
`TravelModel.within` gives it. Positions count along the index of `demand` and of `supply`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from geodata.errors import InputError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def cost_matrix(
    pairs: pd.DataFrame, origins: pd.Index, destinations: pd.Index, *, cost: str = "minutes"
) -> sparse.csr_array:
    """Lay the pairs out as a sparse matrix of origins x destinations.

    Parameters
    ----------
    pairs
        Columns `origin`, `destination` (positions) and `cost`, one row a pair, in any order.
    origins, destinations
        Ids that the positions count along.
    cost
        Column that holds the cost of travel.

    Returns
    -------
    csr_array
        The cost, shape (origins, destinations), columns in order; a stored value, 0 too, is a pair in reach.

    Raises
    ------
    InputError
        A column is absent, an id or a pair occurs twice, a position is none of an origin or a destination, or a cost
        is negative, infinite or missing.
    """
    absent = sorted({"origin", "destination", cost} - set(pairs.columns))
    if absent:
        raise InputError(f"The table of pairs lacks {', '.join(absent)}; give origin, destination and {cost}.")
    for end, ids in (("origin", origins), ("destination", destinations)):
        _unique(ids, end)
        _known(pairs[end], ids, end)
    values = pairs[cost].to_numpy(dtype=np.float64)
    # The least value is NaN when any is, so that one comparison finds both; no flags for millions of good pairs.
    if len(values) and not (values.min() >= 0 and values.max() < np.inf):
        bad = ~(values >= 0) | np.isinf(values)
        raise InputError(
            f"{cost} of {bad.sum():,} pairs are negative, infinite or missing, first: {_first(values[bad])}; "
            "leave pairs that are out of reach out of the table."
        )
    matrix = _by_origin(pairs, values, shape=(len(origins), len(destinations)))
    matrix.sort_indices()
    if not matrix.has_canonical_format:
        twice = pairs.loc[pairs.duplicated(["origin", "destination"]), ["origin", "destination"]]
        ends = [f"{origins[row]} to {destinations[column]}" for row, column in twice.head(3).to_numpy()]
        raise InputError(f"{len(twice):,} pairs occur more than once, first: {', '.join(ends)}; keep one row a pair.")
    return matrix


def _by_origin(pairs: pd.DataFrame, values: Floats, *, shape: tuple[int, int]) -> sparse.csr_array:
    """Put the pairs of each origin together, in the order they have; a pair that occurs twice stays twice."""
    origin, destination = pairs["origin"].to_numpy(), pairs["destination"].to_numpy()
    starts = _starts(origin)
    if (np.diff(origin[starts]) < 0).any():
        order = np.argsort(origin, kind="stable")
        origin, destination, values = origin[order], destination[order], values[order]
        starts = _starts(origin)
    kind = sparse.get_index_dtype(maxval=max(len(origin), *shape))
    counts = np.zeros(shape[0] + 1, dtype=kind)
    counts[origin[starts] + 1] = np.diff(starts, append=len(origin))
    return sparse.csr_array((values.copy(), destination.astype(kind), np.cumsum(counts, dtype=kind)), shape=shape)


def _starts(origin: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.intp]:
    """Positions where the pairs of an origin start. Rows of a travel model come by origin: no more need be found."""
    return np.append(np.arange(min(len(origin), 1)), np.flatnonzero(origin[1:] != origin[:-1]) + 1)


def unreached(pairs: pd.DataFrame, demand: pd.Series) -> pd.Index:
    """List the origins that reach no destination: ids of `demand` whose positions are absent from the pairs."""
    _known(pairs["origin"], demand.index, "origin")
    found = np.bincount(pairs["origin"].to_numpy(), minlength=len(demand))
    absent: pd.Index = demand.index[found == 0]
    return absent


def people_at(demand: pd.Series) -> Floats:
    """Take the people at each origin, shape (origins,).

    Raises
    ------
    InputError
        An id occurs twice, or people are negative, infinite or missing.
    """
    _unique(demand.index, "origin")
    people = demand.to_numpy(dtype=np.float64, na_value=np.nan)
    _refuse(
        ~(people >= 0) | np.isinf(people),
        demand,
        "origins have a number of people that is negative, infinite or missing",
        "give 0 where nobody lives and leave out origins whose people are unknown",
    )
    return people


def capacity_at(supply: pd.Series, *, counts: bool) -> Floats:
    """Take the capacity of each destination, shape (destinations,); 1 for each when `counts`.

    Raises
    ------
    InputError
        An id occurs twice; or, unless `counts`, a capacity is unknown, or not above 0.
    """
    _unique(supply.index, "destination")
    if counts:
        return np.ones(len(supply))
    capacity = supply.to_numpy(dtype=np.float64, na_value=np.nan)
    _refuse(
        np.isnan(capacity),
        supply,
        "destinations have an unknown capacity, and this measure needs it",
        "give the capacities, or ask for counts=True, where every destination counts 1",
    )
    _refuse(
        (capacity <= 0) | np.isinf(capacity),
        supply,
        "destinations have a capacity that is not above 0, or infinite",
        "correct them, or leave out destinations that serve nobody",
    )
    return capacity


def _unique(ids: pd.Index, end: str) -> None:
    """Refuse ids that occur twice."""
    if not ids.is_unique:
        twice = ids[ids.duplicated()]
        raise InputError(f"{len(twice):,} {end} ids occur more than once, first: {_first(twice)}; keep one row an id.")


def _known(positions: pd.Series, ids: pd.Index, end: str) -> None:
    """Refuse positions that no id has."""
    if not pd.api.types.is_integer_dtype(positions.dtype):
        raise InputError(f"The column {end} is {positions.dtype}, expected positions: whole numbers from 0.")
    if len(positions) and not (positions.min() >= 0 and positions.max() < len(ids)):
        bad = positions[(positions < 0) | (positions >= len(ids))]
        raise InputError(
            f"{len(bad):,} pairs name an unknown {end}, first: {_first(bad.unique())}; there are {len(ids):,}, "
            f"at positions from 0."
        )


def _refuse(bad: Flags, values: pd.Series, what: str, advice: str) -> None:
    """Raise one sentence with the count and the first examples where any value is bad."""
    if bad.any():
        first = ", ".join(f"{key} ({value})" for key, value in values[bad].head(3).items())
        raise InputError(f"{bad.sum():,} of {len(bad):,} {what}, first: {first}; {advice}.")


def _first(values: npt.ArrayLike | pd.Index) -> str:
    """Name the first three values, for a message."""
    return ", ".join(str(value) for value in np.asarray(values)[:3])
