"""How sure a rank is: Monte Carlo over what the index leaves open (OECD/JRC 2008, step 7).

Saisana, Saltelli and Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools for the quality
assessment of composite indicators, Journal of the Royal Statistical Society A 168, 307-323.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import InputError
from geodata.i18n import mark
from pipelines.priority.aggregate import Array
from pipelines.priority.composite import Scores
from pipelines.priority.configuration import Configuration
from pipelines.priority.normalise import Floats
from pipelines.priority.ranking import ranks_from_top, shares_of_places
from pipelines.priority.replicates import Ints, Model, Progress

TIERS = {mark("firm"): 0.9, mark("likely"): 0.5, mark("borderline"): 0.1}


@dataclass(frozen=True)
class Robustness:
    """How often and how far ranks move.

    Attributes
    ----------
    frame
        Index area_id, all areas; rank (as configured), rank_median, rank_low and rank_high (5 and 95 % of the
        replicates are at or below), probability (share of the replicates in the top k; they sum to k) and tier (firm,
        likely, borderline, or missing below 0.1). All missing where not scorable.
    k, draws, seed, by
        What was asked.
    """

    frame: pd.DataFrame
    k: int
    draws: int
    seed: int
    by: str


def simulate(
    values: pd.DataFrame,
    configuration: Configuration,
    *,
    k: int,
    draws: int = 1000,
    seed: int = 1,
    by: str = "gap",
    regions: pd.Series | None = None,
    neighbours: pd.DataFrame | None = None,
    progress: Progress | None = None,
    baseline: Scores | None = None,
) -> Robustness:
    """Rank areas in many replicates of the index.

    Parameters
    ----------
    values, regions, neighbours
        As for `composite.score`.
    configuration
        Its `uncertainty` says what a replicate chooses.
    k
        Length of the list.
    draws
        Number of replicates; a probability of 0.5 then has a standard error of 0.5 / sqrt(draws).
    seed
        The same seed gives the same result.
    by
        gap, need or resources; rank 1 is the most.
    progress
        Called with the replicates done and the total.
    baseline
        What `composite.score` gives of the same, when it is at hand.

    Raises
    ------
    InputError
        k or draws is below 1, no area is scorable, or as `composite.score`.
    """
    _check(k, draws)
    model = Model(values, configuration, regions=regions, neighbours=neighbours, by=by, baseline=baseline)
    n = len(model.areas)
    found = np.empty((draws, n), dtype=np.uint16 if n < 2**16 else np.uint32)
    places, start = np.zeros(n), 0

    def ask(x: Array) -> tuple[Ints, Floats]:
        return ranks_from_top(x), shares_of_places(x, k).sum(axis=0)

    for ranks, shares in model.each(model.sample(draws, np.random.default_rng(seed)), ask, progress=progress):
        found[start : start + len(ranks)] = ranks
        places += shares
        start += len(ranks)
    low, median, high = _quantiles(found, (0.05, 0.5, 0.95))
    frame = pd.DataFrame(
        {
            "rank": model.rank,
            "rank_median": median,
            "rank_low": low,
            "rank_high": high,
            "probability": places / draws,
        },
        index=model.areas,
    ).reindex(model.baseline.frame.index)
    frame["tier"] = tiers(frame["probability"])
    whole = ["rank", "rank_median", "rank_low", "rank_high"]
    return Robustness(frame.astype(dict.fromkeys(whole, "Int64")), k=k, draws=draws, seed=seed, by=by)


def probabilities(
    values: pd.DataFrame,
    configuration: Configuration,
    *,
    k: int,
    draws: int = 1000,
    seed: int = 1,
    by: str = "gap",
    regions: pd.Series | None = None,
    neighbours: pd.DataFrame | None = None,
    baseline: Scores | None = None,
) -> pd.Series:
    """Tell how often each area is in the top k: the `probability` of `simulate`, which needs no area's whole rank.

    Parameters, errors
        As of `simulate`.

    Returns
    -------
    Series
        Index area_id, all areas; missing where not scorable. The same numbers as `simulate` gives, in less time.
    """
    _check(k, draws)
    model = Model(values, configuration, regions=regions, neighbours=neighbours, by=by, baseline=baseline)
    places = np.zeros(len(model.areas))
    sample = model.sample(draws, np.random.default_rng(seed))
    for shares in model.each(sample, lambda x: shares_of_places(x, k).sum(axis=0)):
        places += shares
    return pd.Series(places / draws, index=model.areas, name="probability").reindex(model.baseline.frame.index)


def tiers(probability: pd.Series) -> pd.Series:
    """Name the tier of each probability: firm from 0.9, likely from 0.5, borderline from 0.1, else None."""
    found = np.full(len(probability), None, dtype=object)
    for name, least in reversed(TIERS.items()):
        found[(probability >= least).to_numpy()] = name
    return pd.Series(found, index=probability.index, name="tier", dtype=object)


def _check(k: int, draws: int) -> None:
    if k < 1 or draws < 1:
        raise InputError(f"The list has {k} places and there are {draws} replicates; expected at least 1 of each.")


def _quantiles(ranks: npt.NDArray[np.unsignedinteger], shares: tuple[float, ...]) -> list[Ints]:
    """Smallest rank that at least each share of the replicates (rows) is at or below, for each area (column)."""
    positions = [int(np.ceil(share * len(ranks))) - 1 for share in shares]
    found = np.empty((len(shares), ranks.shape[1]), dtype=np.int64)
    for start in range(0, ranks.shape[1], 512):
        columns = np.ascontiguousarray(ranks[:, start : start + 512].T)
        found[:, start : start + 512] = np.sort(columns, axis=1)[:, positions].T
    return list(found)
