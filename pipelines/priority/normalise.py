"""Put an indicator on a common scale of 0 to 100.

Each function takes one indicator, shape (n,), NaN where missing, and returns the same shape; NaN stays NaN and is not
counted in n. A higher value of the indicator gives a higher or equal score. Steps and names follow OECD/JRC (2008),
Handbook on Constructing Composite Indicators, step 5.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]


def ranks(x: Floats) -> Floats:
    """Ranks 1 (lowest) to n; equal values share the mean of their ranks.

    Examples
    --------
    >>> ranks(np.array([30.0, 10.0, np.nan, 10.0]))
    array([3. , 1.5, nan, 1.5])
    """
    found = np.full(len(x), np.nan)
    known = ~np.isnan(x)
    if not known.all():
        # Sorting around NaN is several times slower than sorting without.
        if known.any():
            found[known] = ranks(x[known])
        return found
    order = np.argsort(x)
    values = x[order]
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    ends = np.append(starts[1:], len(values))
    found[order] = np.repeat((starts + 1 + ends) / 2, ends - starts)
    return found


def percentile(x: Floats) -> Floats:
    """100 x (rank - 1) / (n - 1): the share of the other areas that an area exceeds; 50 when all are equal."""
    n = np.count_nonzero(~np.isnan(x))
    return 100 * (ranks(x) - 1) / (n - 1) if n > 1 else _middle(x)


def rank(x: Floats) -> Floats:
    """100 x rank / n."""
    return 100 * _shares(x)


def min_max(x: Floats) -> Floats:
    """100 x (x - min) / (max - min); 50 when all are equal."""
    known = x[~np.isnan(x)]
    if not len(known) or known.min() == known.max():
        return _middle(x)
    # Each part is cut, since (x - min) / (max - min) may end a last digit outside of 0 to 1.
    return np.asarray(np.clip(100 * ((x - known.min()) / (known.max() - known.min())), 0, 100))


def z(x: Floats) -> Floats:
    """50 + 10 (x - mean) / standard deviation, cut to 0..100, thus at five standard deviations; 50 when all are equal.

    The handbook leaves z-scores open on both sides; 50 + 10 z (a T-score) brings them to the scale of the others.
    """
    known = x[~np.isnan(x)]
    if not len(known) or known.min() == known.max():
        return _middle(x)
    return np.asarray(np.clip(50 + 10 * (x - known.mean()) / known.std(), 0, 100))


def normal(x: Floats) -> Floats:
    """50 + 10 times the normal score of the rank, the quantile of the normal distribution at rank / (n + 1).

    Van der Waerden's scores; the English Indices of Deprivation combine the four road distances of their geographical
    barriers in this way.
    """
    n = np.count_nonzero(~np.isnan(x))
    return np.asarray(np.clip(50 + 10 * np.asarray(ndtri(ranks(x) / (n + 1))), 0, 100))


def exponential(x: Floats) -> Floats:
    """-23 ln(1 - R (1 - exp(-100 / 23))), R = rank / n: the top tenth spreads over the upper half of the scale.

    The English and Scottish Indices of Multiple Deprivation transform their domains so before they add them, in order
    that a good domain does not cancel a bad one.
    """
    return np.asarray(np.clip(-23 * np.log(1 - _shares(x) * (1 - np.exp(-100 / 23))), 0, 100))


def scale(x: Floats, *, low: float, high: float) -> Floats:
    """100 x (x - low) / (high - low), cut to 0..100: the distance to fixed references, the same in every territory."""
    return np.asarray(np.clip(100 * (x - low) / (high - low), 0, 100))


def _shares(x: Floats) -> Floats:
    """Ranks as shares of n, above 0 and up to 1."""
    known = np.count_nonzero(~np.isnan(x))
    return ranks(x) / known if known else x


def _middle(x: Floats) -> Floats:
    return np.where(np.isnan(x), np.nan, 50.0)


METHODS: dict[str, Callable[[Floats], Floats]] = {
    "percentile": percentile,
    "rank": rank,
    "min-max": min_max,
    "z": z,
    "normal": normal,
    "exponential": exponential,
}
