"""What each indicator adds to an area's score, exactly: the start and the parts add up to the score.

A score is told as the score of a reference area plus the points that each indicator adds or takes. In an arithmetic
mean an indicator adds weight x (its normalised value - that of the reference). A generalised mean M, whose f(M) is
sum w f(x), moves from M0 to M by sum w (f(x) - f(x0)) x (M - M0) / (f(M) - f(M0)), which gives each indicator its term;
for a geometric mean this is the logarithmic mean Divisia split (Ang 2005, Energy Policy 33, 867-871).

The geometric gap is the product of n = sqrt(need) and u = sqrt(100 - resources). Averaged over the two orders in which
they can change (the Shapley value), need's part is (n - n0) x (u + u0) / 2, that of resources (u - u0) x (n + n0) / 2;
each is shared out among indicators as need and resources are. In the arithmetic gap each counts one half.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.priority.aggregate import Array, gap, mean, slope
from pipelines.priority.composite import LEVELS, Scores
from pipelines.priority.configuration import Key

Reference = Literal["typical", "zero"]


@dataclass(frozen=True)
class Contributions:
    """A score taken apart.

    Attributes
    ----------
    start
        Score of the reference area, index area_id. It is the same for all areas, but for those with a missing value,
        whose reference has the indicators that they have.
    parts
        Points of each indicator, columns (index, dimension, indicator); start + the sum of a row is the score. 0 where
        an indicator is missing, all NaN where the area is not scorable.
    """

    start: pd.Series
    parts: pd.DataFrame


def contributions(scores: Scores, *, of: str = "gap", reference: Reference = "typical") -> Contributions:
    """Take the scores of all areas apart.

    Parameters
    ----------
    of
        gap, need or resources.
    reference
        `typical`: every indicator at its mean over the scorable areas, so that parts say what sets an area apart;
        `zero`: every indicator at 0, so that the parts of need or resources are shares of the score itself.
    """
    means = scores.normalised[scores.frame["gap"].notna()].mean()
    level = means if reference == "typical" else means * 0
    if of != "gap":
        start, _, parts = _index(scores, of, level)
    else:
        start, need, parts = _index(scores, "need", level)
        if "resources" in scores.configuration.indices:
            low, resources, taken = _index(scores, "resources", level)
            of_need, of_resources = _rates_of_gap(start, need, low, resources, scores.configuration.steps.gap)
            parts = {key: part * of_need for key, part in parts.items()}
            parts |= {key: -part * of_resources for key, part in taken.items()}
            start = gap(start, low, method=scores.configuration.steps.gap)
    absent = scores.frame[of].isna().to_numpy()
    table = pd.DataFrame(parts, index=scores.frame.index).rename_axis(columns=LEVELS)
    table[absent] = np.nan
    return Contributions(
        start=pd.Series(np.where(absent, np.nan, start), index=scores.frame.index, name="start"), parts=table
    )


def _rates_of_gap(need0: Array, need: Array, resources0: Array, resources: Array, method: str) -> tuple[Array, Array]:
    """Points of the gap for each point of need, and for each point that resources fall."""
    if method == "arithmetic":
        return np.full_like(need, 0.5), np.full_like(need, 0.5)
    n, n0, u, u0 = (np.sqrt(x) for x in (need, need0, 100 - resources, 100 - resources0))
    with np.errstate(divide="ignore", invalid="ignore"):
        # n - n0 = (need - need0) / (n + n0); where both are 0 nothing moves.
        of_need, of_resources = (u + u0) / 2 / (n + n0), (n + n0) / 2 / (u + u0)
    return np.where(n + n0 > 0, of_need, 0), np.where(u + u0 > 0, of_resources, 0)


def _index(scores: Scores, index: str, level: pd.Series) -> tuple[Array, Array, dict[Key, Array]]:
    """Reference score, score, and points of each indicator of one index, each of shape (areas,)."""
    steps, dimensions = scores.configuration.steps, scores.configuration.indices[index]
    keys = {part.name: [(index, part.name, term.indicator) for term in part.terms] for part in dimensions}
    weights = {key: float(scores.weights[key]) for group in keys.values() for key in group}
    # A dimension without weight adds nothing.
    names = [name for name, group in keys.items() if sum(weights[key] for key in group) > 0]
    shares = [sum(weights[key] for key in keys[name]) for name in names]
    parts: dict[Key, Array] = {key: np.zeros(len(scores.frame)) for key in weights}
    lows, highs = [], []
    for name in names:
        inside = [weights[key] for key in keys[name]]
        high: list[Array] = [scores.normalised[key].to_numpy() for key in keys[name]]
        low: list[Array] = [np.where(np.isnan(x), np.nan, level[key]) for key, x in zip(keys[name], high, strict=True)]
        rates = _rates(low, high, inside, steps.within)
        moves = [rate * np.nan_to_num(x - x0) for rate, x, x0 in zip(rates, high, low, strict=True)]
        parts |= dict(zip(keys[name], moves, strict=True))
        lows.append(mean(low, inside, power=steps.within))
        highs.append(mean(high, inside, power=steps.within))
    for name, rate in zip(names, _rates(lows, highs, shares, steps.across), strict=True):
        for key in keys[name]:
            parts[key] = parts[key] * rate
    return mean(lows, shares, power=steps.across), mean(highs, shares, power=steps.across), parts


def _rates(lows: list[Array], highs: list[Array], weights: list[float], power: float) -> list[Array]:
    """Points of the mean for each point of a part; times the changes from lows to highs they make its own change."""
    present = sum(weight * ~np.isnan(high) for weight, high in zip(weights, highs, strict=True))
    whole = slope(mean(lows, weights, power=power), mean(highs, weights, power=power), power)
    rates = []
    for weight, low, high in zip(weights, lows, highs, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = weight / present * slope(low, high, power) / whole
        # Without a value there is no move; a rate without bound is met only where nothing moves, at 0.
        rates.append(np.where(np.isfinite(rate), rate, 0))
    return rates
