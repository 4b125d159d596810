"""Which choice moves the ranks: Sobol indices, and leaving out one indicator at a time."""

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from pipelines.priority.aggregate import Array
from pipelines.priority.composite import LEVELS, score
from pipelines.priority.configuration import Configuration
from pipelines.priority.normalise import Floats
from pipelines.priority.ranking import ranks_from_top
from pipelines.priority.replicates import Draws, Model, Progress


def sobol(
    values: pd.DataFrame,
    configuration: Configuration,
    *,
    draws: int = 256,
    seed: int = 1,
    by: str = "gap",
    regions: pd.Series | None = None,
    neighbours: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Share of the variance of the mean absolute rank change that each choice explains.

    y is the mean over areas of |rank in the replicate - rank as configured|. With two independent samples A and B, and
    AB_i = A with factor i of B: first order S_i = mean(y_B (y_ABi - y_A)) / V and total order
    S_Ti = mean((y_A - y_ABi)^2) / (2 V), V the variance of y (Saltelli et al. 2010, Computer Physics Communications
    181, 259-270). y_B is taken from its mean, which changes no expected value and lowers the error. Small negative
    values are errors of sampling around 0.

    Parameters
    ----------
    draws
        Replicates in each of the (open factors + 2) samples.
    values, configuration, seed, by, regions, neighbours, progress
        As for `robustness.simulate`.

    Returns
    -------
    DataFrame
        Index factor, only those that the configuration leaves open; columns first, total. NaN when y never changes.
    """
    model = Model(values, configuration, regions=regions, neighbours=neighbours, by=by)
    rng = np.random.default_rng(seed)
    a, b = model.sample(draws, rng), model.sample(draws, rng)
    factors = model.factors()
    samples = [a, b, *(a.swap(factor, b) for factor in factors)]
    total = draws * len(samples)

    def moved(position: int, sample: Draws) -> Floats:
        def report(done: int, _: int) -> None:
            if progress is not None:
                progress(position * draws + done, total)

        def change(x: Array) -> Floats:
            return np.asarray(np.abs(ranks_from_top(x) - model.rank).mean(axis=1))

        return np.concatenate(list(model.each(sample, change, progress=report)))

    y_a, y_b, *swapped = (moved(position, sample) for position, sample in enumerate(samples))
    both = np.concatenate([y_a, y_b])
    variance = both.var() if both.var() > 0 else np.nan
    rows = {
        factor: {
            "first": np.mean((y_b - both.mean()) * (y_ab - y_a)) / variance,
            "total": np.mean((y_a - y_ab) ** 2) / (2 * variance),
        }
        for factor, y_ab in zip(factors, swapped, strict=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["first", "total"]).rename_axis("factor")


def leave_one_out(
    values: pd.DataFrame,
    configuration: Configuration,
    *,
    k: int,
    by: str = "gap",
    regions: pd.Series | None = None,
    neighbours: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rank areas without each indicator in turn.

    Returns
    -------
    DataFrame
        One row for each use of an indicator, index (index, dimension, indicator); mean_change and largest_change
        (places, among the areas that the configuration scores), kept (areas of the top k that stay on it) and spearman
        (rank correlation). The one indicator of the only dimension of need cannot be left out and has no row.
    """
    frame = score(values, configuration, regions=regions, neighbours=neighbours).frame
    areas = frame.index[frame[by].notna()]
    before = ranks_from_top(frame.loc[areas, by].to_numpy())
    rows = {}
    for key, _, _ in configuration.terms():
        shorter = configuration.without(key)
        if shorter is None or by not in (*shorter.indices, "gap"):
            continue
        left = score(values, shorter, regions=regions, neighbours=neighbours).frame
        after = ranks_from_top(left.loc[areas, by].to_numpy())
        change = np.abs(after - before)
        rows[key] = {
            "mean_change": change.mean(),
            "largest_change": change.max(),
            "kept": int(((before <= k) & (after <= k)).sum()),
            "spearman": spearmanr(before, after).statistic,
        }
    keys = pd.MultiIndex.from_tuples(rows, names=LEVELS) if rows else pd.MultiIndex.from_arrays([[]] * 3, names=LEVELS)
    return pd.DataFrame(list(rows.values()), index=keys, columns=["mean_change", "largest_change", "kept", "spearman"])
