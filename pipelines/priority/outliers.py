"""Keep a few extreme areas from deciding the scale of an indicator (OECD/JRC 2008, with the rule of the COIN tool)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SKEW, KURTOSIS, POINTS = 2.0, 3.5, 5


@dataclass(frozen=True)
class Treatment:
    """What is done to an indicator: nothing, cut at two values, or a logarithm.

    `points` is how many areas were cut. The logarithm is ln(x - low + 1 % of (high - low)), or its mirror when the long
    tail is at the low end.
    """

    kind: Literal["none", "winsorised", "log", "mirrored log"]
    low: float
    high: float
    points: int = 0

    def apply(self, x: Floats) -> Floats:
        """Treat values, any shape; their order is kept, NaN stays NaN, values beyond low and high count as these."""
        if self.kind == "none":
            return x
        cut = np.clip(x, self.low, self.high)
        width = self.high - self.low
        if self.kind == "log":
            return np.asarray(np.log((cut - self.low) / width + 0.01))
        if self.kind == "mirrored log":
            return np.asarray(-np.log((self.high - cut) / width + 0.01))
        return cut


def treatment(x: Floats) -> Treatment:
    """Choose how to treat an indicator, shape (n,), NaN where missing.

    While |skewness| > 2 and kurtosis > 3.5, one more point at the end of the long tail gets the value of the next,
    up to 5 points; when that is not enough, the logarithm of the untouched values is taken instead.
    """
    values = np.sort(x[~np.isnan(x)])
    if len(values) < 4 or values[0] == values[-1]:
        return Treatment("none", -np.inf, np.inf)
    low, high = float(values[0]), float(values[-1])
    tail_is_high = skewness(values) > 0
    cut = values
    for points in range(POINTS + 1):
        if points:
            bounds = (low, values[-1 - points]) if tail_is_high else (values[points], high)
            cut = np.clip(values, *bounds)
        if cut[0] == cut[-1]:
            break
        if abs(skewness(cut)) <= SKEW or kurtosis(cut) <= KURTOSIS:
            if not points:
                return Treatment("none", -np.inf, np.inf)
            return Treatment("winsorised", float(cut[0]), float(cut[-1]), points)
    return Treatment("log" if tail_is_high else "mirrored log", low, high)


def skewness(x: Floats) -> float:
    """Sample skewness G1 of shape (n,), n above 2, not all equal (Joanes and Gill 1998)."""
    n, deviation = len(x), _deviation(x)
    squares = deviation * deviation
    g = (squares * deviation).mean() / squares.mean() ** 1.5
    return float(g * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(x: Floats) -> float:
    """Sample excess kurtosis G2 of shape (n,), n above 3, not all equal (Joanes and Gill 1998)."""
    n, deviation = len(x), _deviation(x)
    squares = deviation * deviation
    g = (squares * squares).mean() / squares.mean() ** 2 - 3
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g + 6))


def _deviation(x: Floats) -> Floats:
    """Deviation from the mean as a share of the largest, so that powers neither vanish nor overflow."""
    deviation = x - x.mean()
    return np.asarray(deviation / np.abs(deviation).max())
