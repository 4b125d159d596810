"""Combine scores of 0 to 100 into one by a weighted generalised mean.

Power 1 is the arithmetic mean, 0 the geometric, -1 the harmonic (OECD/JRC 2008, step 6). The lower the power, the less
a high score makes up for a low one.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
GAPS = ("geometric", "arithmetic")


def gap(need: Array, resources: Array | None, *, method: str = "geometric") -> Array:
    """Need that resources do not meet, any shape; need itself without resources.

    `geometric`: sqrt(need x (100 - resources)), which is 0 where either is 0, so that one cannot buy off the other
    (as in UNDP's Human Development Index); `arithmetic`: their mean.
    """
    if resources is None:
        return need
    unmet = 100 - resources
    return np.sqrt(need * unmet) if method == "geometric" else (need + unmet) / 2


def link(x: Array, power: float) -> Array:
    """Take scores to where their mean is arithmetic: x, ln x or x^power.

    Powers of 0 and below need scores above 0, so they see 1 + 0.99 x, which runs from 1 to 100.
    """
    if power == 1:
        return x
    positive = x if power > 0 else 1 + x * x.dtype.type(0.99)
    return np.log(positive) if power == 0 else positive ** x.dtype.type(power)


def unlink(y: Array, power: float) -> Array:
    """Take the mean of linked scores back to 0..100."""
    if power == 1:
        return y
    positive = np.exp(y) if power == 0 else y ** y.dtype.type(1 / power)
    return positive if power > 0 else (positive - 1) / y.dtype.type(0.99)


def slope(a: Array, b: Array, power: float) -> Array:
    """Change of the linked score for each point from a to b: (link(b) - link(a)) / (b - a), its limit where a = b."""
    if power == 1:
        return np.ones_like(a)
    middle, change = (a + b) / 2, b - a
    # Nearer than this the quotient has more rounding error than the derivative in the middle has error of its own.
    near = np.abs(change) < 1e-4
    with np.errstate(divide="ignore"):
        if power == 0:
            limit = 0.99 / (1 + 0.99 * middle)
        else:
            limit = power * (middle ** (power - 1) if power > 0 else 0.99 * (1 + 0.99 * middle) ** (power - 1))
    return np.where(near, limit, (link(b, power) - link(a, power)) / np.where(near, 1, change))


def mean(parts: Sequence[Array], weights: Sequence[Any], *, power: float = 1) -> Array:
    """Weighted generalised mean of m parts.

    Parameters
    ----------
    parts
        m arrays of one type, scores 0..100, NaN where missing.
    weights
        m weights of 0 or more, not all 0; they need not sum to 1. Numbers, or arrays that broadcast with the parts: of
        shape (r, 1) with parts of (n,) or (r, n) for r sets of weights.
    power
        Of the generalised mean.

    Returns
    -------
    Array
        Shape of a part by a weight. A missing part is left out and the weights of the others are scaled up; NaN where
        no part of a weight above 0 is there.

    Notes
    -----
    Parts are added one by one and element by element, so that equal areas get exactly equal scores, which a matrix
    product does not promise.
    """
    kind = parts[0].dtype.type
    scaled = [kind(weight) for weight in weights]
    total = _sum(parts, scaled, power)
    # Only where a part is missing do the weights have to be counted area by area.
    gaps = np.isnan(total)
    found = unlink(total / sum(scaled), power)
    if gaps.any():
        found[gaps] = _mean_of_present(_at(gaps, parts), _at(gaps, scaled), power)
    return _bounded(found)


def _at(gaps: npt.NDArray[np.bool_], values: Sequence[Any]) -> list[Any]:
    return [np.broadcast_to(value, gaps.shape)[gaps] for value in values]


def _sum(parts: Sequence[Array], weights: Sequence[Any], power: float) -> Array:
    """Weighted sum of linked scores; NaN where a part is missing."""
    total: Array = link(parts[0], power) * weights[0]
    for part, weight in zip(parts[1:], weights[1:], strict=True):
        total += link(part, power) * weight
    return total


def _mean_of_present(parts: Sequence[Array], weights: Sequence[Any], power: float) -> Array:
    """Mean over the parts that are there, with the sum of their weights; NaN where none of a weight above 0 is."""
    total, present = np.zeros_like(parts[0]), np.zeros_like(parts[0])
    for part, weight in zip(parts, weights, strict=True):
        here = ~np.isnan(part)
        total += np.where(here, link(part, power) * weight, 0)
        present += np.where(here, weight, 0)
    shares: Array = np.divide(total, present, out=np.full_like(total, np.nan), where=present > 0)
    return unlink(shares, power)


def _bounded(x: Array) -> Array:
    """Cut what rounding carries a last digit outside of 0 to 100."""
    return np.clip(x, x.dtype.type(0), x.dtype.type(100))
