"""Shares of small places, pulled towards their region by how much of them is chance.

Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics 40, 283-294:
the global estimator, in each region by itself. In a region whose m = sum(y) / sum(n) of people are counted, and whose
areas have shares p = y / n,

    between = max(sum(n (p - m)^2) / sum(n) - m (1 - m) / mean(n), 0)      chance = m (1 - m) / n
    w = between / (between + chance)        estimate = m + w (p - m)        error = sqrt(w x chance)

A large place keeps its share, a small one says little of itself. The error is the standard deviation of what is left.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def shrink(share: Floats, people: Floats, regions: pd.Series | None = None) -> tuple[Floats, Floats]:
    """Estimate shares by empirical Bayes.

    Parameters
    ----------
    share
        In percent, shape (areas,), NaN where missing.
    people
        Those that the share is of, shape (areas,).
    regions
        Region of each area, in the same order; areas without one are a region together. None: all are one region.

    Returns
    -------
    tuple
        Estimates and their errors (standard deviations) in percent, each of shape (areas,); NaN where the share is
        missing or is of nobody.
    """
    known = ~np.isnan(share) & (people > 0)
    codes = np.zeros(len(share), dtype=np.int64) if regions is None else pd.factorize(regions, use_na_sentinel=False)[0]
    code, p, n = codes[known], share[known] / 100, people[known]
    groups = int(codes.max(initial=0)) + 1
    areas, total = np.bincount(code, minlength=groups), np.bincount(code, n, minlength=groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(code, n * p, minlength=groups) / total
        spread = np.bincount(code, n * (p - mean[code]) ** 2, minlength=groups) / total
        between = np.maximum(spread - mean * (1 - mean) * areas / total, 0)[code]
        chance = mean[code] * (1 - mean[code]) / n
        kept = np.where(between > 0, between / (between + chance), 0)
    estimate, error = np.full(len(share), np.nan), np.full(len(share), np.nan)
    estimate[known] = 100 * (mean[code] + kept * (p - mean[code]))
    error[known] = 100 * np.sqrt(kept * chance)
    return estimate, error
