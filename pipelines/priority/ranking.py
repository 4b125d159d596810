"""Who comes first: one ranking for the command line, the dashboard and the exports."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

# An index does not part areas finer than that (as ISTAT publishes its index of fragility).
GROUPS = 10


def rank(frame: pd.DataFrame, *, by: str = "gap", descending: bool = True) -> pd.Series:
    """Rank areas; 1 is the most (with `descending` False, the least), equal areas share the better place.

    Parameters
    ----------
    frame
        A column of numbers named `by`; index area_id.

    Returns
    -------
    Series
        Whole numbers (Int64), index as given; missing where the number is missing.

    Examples
    --------
    >>> rank(pd.DataFrame({"gap": [40.0, 70.0, None, 40.0]}, index=list("abcd"))).tolist()
    [2, 1, <NA>, 2]
    """
    values = frame[by].to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~np.isnan(values)
    found = pd.array(np.zeros(len(values), dtype=np.int64), dtype="Int64")
    found[known] = ranks_from_top(values[known] if descending else -values[known])
    found[~known] = pd.NA
    return pd.Series(found, index=frame.index, name="rank")


def groups(ranks: pd.Series, *, count: int = GROUPS) -> pd.Series:
    """Share areas out over groups of about the same size by rank: 1 holds the first, equal ranks are in one group.

    Parameters
    ----------
    ranks
        As from `rank`, missing where an area is not scorable.

    Returns
    -------
    Series
        1 to `count` (Int64), index as given; missing where the rank is.

    Examples
    --------
    >>> groups(pd.Series([1, 2, 2, 4, None], dtype="Int64"), count=2).tolist()
    [1, 1, 1, 2, <NA>]
    """
    known = int(ranks.notna().sum())
    return ((ranks - 1) * count // max(known, 1) + 1).rename("group")


def order(frame: pd.DataFrame, *, by: str = "gap", descending: bool = True) -> list[str]:
    """List area_id by rank and, where ranks are equal, by area_id; areas without a number are left out."""
    places = rank(frame, by=by, descending=descending).dropna()
    return list(places.sort_index().sort_values(kind="stable").index)


def ranks_from_top(x: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Ranks of numbers without NaN along the last axis: 1 is the highest, equal numbers share the better place.

    Examples
    --------
    >>> ranks_from_top(np.array([[4.0, 9.0, 4.0], [1.0, 2.0, 3.0]])).tolist()
    [[2, 1, 2], [3, 2, 1]]
    """
    places = np.argsort(-x, axis=-1)
    values = np.take_along_axis(x, places, axis=-1)
    starts = np.broadcast_to(np.arange(1, x.shape[-1] + 1), x.shape)
    tied = values[..., 1:] == values[..., :-1]
    if tied.any():
        # The place of the first of its equals is the highest place so far at which a new value starts.
        starts = starts.copy()
        starts[..., 1:][tied] = 0
        starts = np.maximum.accumulate(starts, axis=-1)
    found = np.empty(x.shape, dtype=np.int64)
    np.put_along_axis(found, places, starts, axis=-1)
    return found


def shares_of_places(x: npt.NDArray[np.floating[Any]], k: int) -> npt.NDArray[np.float64]:
    """Share of a place in the top k that each number has along the last axis, without NaN; they sum to k.

    Numbers that are tied at the line share the places that are left. With k places or fewer numbers, all have one.

    Examples
    --------
    >>> shares_of_places(np.array([9.0, 4.0, 4.0, 1.0]), 2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    last = x.shape[-1] - k
    if last <= 0:
        return np.ones(x.shape)
    # Finding the one number at the line takes a fraction of the time of a sort.
    line = np.partition(x, last, axis=-1)[..., last, np.newaxis]
    above, tied = x > line, x == line
    left = (k - above.sum(axis=-1, keepdims=True)) / tied.sum(axis=-1, keepdims=True)
    return np.where(above, 1.0, np.where(tied, left, 0.0))
