"""Classes for maps and legends: quantiles of one index, and need by resources."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int8]


def quantile_breaks(values: npt.ArrayLike, n: int = 5) -> Floats:
    """Upper bounds of all classes but the highest, for n classes with about the same number of areas.

    A bound is the value whose share of areas at or below it is nearest to 1/n, 2/n, ..., and is in the class that it
    closes. Equal values are never parted, so many ties give fewer classes, and when all are equal there is no bound.

    Examples
    --------
    >>> quantile_breaks([1, 2, 3, 4, 5, 6], n=3)
    array([2., 4.])
    >>> quantile_breaks([1, 1, 1, 1, 1, 6], n=3)
    array([1.])
    """
    x = np.asarray(values, dtype=np.float64)
    unique, counts = np.unique(x[~np.isnan(x)], return_counts=True)
    if len(unique) < 2:
        return np.empty(0)
    shares = counts.cumsum()[:-1] / counts.sum()
    nearest = np.abs(shares[:, None] - np.arange(1, n) / n).argmin(axis=0)
    return np.asarray(unique[np.unique(nearest)])


def classify(values: npt.ArrayLike, breaks: npt.ArrayLike) -> Classes:
    """Class of each value, 0 is the lowest, -1 is missing; a value equal to a bound is in the class that it closes."""
    x = np.asarray(values, dtype=np.float64)
    found = np.searchsorted(np.asarray(breaks, dtype=np.float64), x, side="left").astype(np.int8)
    found[np.isnan(x)] = -1
    return found


def bivariate(need: npt.ArrayLike, resources: npt.ArrayLike) -> Classes:
    """3 x tercile of need + tercile of resources, 0 to 8; -1 where one is missing.

    Terciles (low 0, middle 1, high 2) are those of the whole territory. Where equal values leave two classes they are
    low and high, and where they leave one it is the middle.
    """
    first, second = _terciles(need), _terciles(resources)
    return np.where((first < 0) | (second < 0), -1, 3 * first + second).astype(np.int8)


def middle(codes: npt.ArrayLike, regions: pd.Series, *, bivariate: bool = False) -> pd.Series:
    """Class of the middle area of each region, for a map of regions: the median class, the lower of two.

    Of need by resources it is the median third of need and that of resources. Areas without data (-1) or without a
    region do not count; a region of such areas only is -1.

    Parameters
    ----------
    codes
        Class of each area, as from `classify` or `bivariate`.
    regions
        Region of each area, in the same order.

    Returns
    -------
    Series
        Class by region, in the order of their names.

    Examples
    --------
    >>> middle([0, 4, 4, -1, -1], pd.Series(["A", "A", "A", "A", "B"])).to_dict()
    {'A': 4, 'B': -1}
    """
    code = np.asarray(codes, dtype=np.int64)
    table = pd.DataFrame({"region": regions.to_numpy(), "need": code // 3, "resources": code % 3, "code": code})
    columns = ["need", "resources"] if bivariate else ["code"]
    found = table[table["code"] >= 0].groupby("region")[columns].quantile(0.5, interpolation="lower")
    classes = 3 * found["need"] + found["resources"] if bivariate else found["code"]
    every = pd.Index(table["region"].dropna().unique()).sort_values()
    return classes.reindex(every, fill_value=-1).astype(int)


def _terciles(values: npt.ArrayLike) -> Classes:
    breaks = quantile_breaks(values, n=3)
    places = np.array([[1, -1, -1], [0, 2, -1], [0, 1, 2]], dtype=np.int8)[len(breaks)]
    found = classify(values, breaks)
    return np.where(found < 0, found, places[found]).astype(np.int8)
