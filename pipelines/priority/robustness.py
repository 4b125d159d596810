"""How sure a rank is: Monte Carlo over what the index leaves open and its data have wrong (OECD/JRC 2008, step 7).

Saisana, Saltelli and Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools for the quality
assessment of composite indicators, Journal of the Royal Statistical Society A 168, 307-323.
"""

from collections.abc import Callable, Mapping
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
    unlisted: Mapping[str, pd.DataFrame] | None = None,
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
    unlisted
        As for `replicates.Model`.

    Raises
    ------
    InputError
        k or draws is below 1, no area is scorable, or as `composite.score`.
    """
    _check(k, draws)
    model = Model(
        values, configuration, regions=regions, neighbours=neighbours, by=by, baseline=baseline, unlisted=unlisted
    )
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
    unlisted: Mapping[str, pd.DataFrame] | None = None,
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
    model = Model(
        values, configuration, regions=regions, neighbours=neighbours, by=by, baseline=baseline, unlisted=unlisted
    )
    places = np.zeros(len(model.areas))
    sample = model.sample(draws, np.random.default_rng(seed))
    for shares in model.each(sample, lambda x: shares_of_places(x, k).sum(axis=0)):
        places += shares
    return pd.Series(places / draws, index=model.areas, name="probability").reindex(model.baseline.frame.index)


def within_regions(
    values: pd.DataFrame,
    configuration: Configuration,
    *,
    parts: Mapping[str, pd.Series],
    length: Callable[[int], int],
    draws: int = 1000,
    seed: int = 1,
    by: str = "gap",
    regions: pd.Series | None = None,
    neighbours: pd.DataFrame | None = None,
    baseline: Scores | None = None,
    unlisted: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, pd.DataFrame]:
    """Tell how often each area is among the first of its region.

    Parameters
    ----------
    parts
        By kind of region, the region of each area, index area_id.
    length
        Length of the list of a region, from the number of its areas that are scorable; 0 for no list.
    others
        As of `simulate`.

    Returns
    -------
    dict
        By kind of region: index area_id, all areas; first (length of the list of its region), probability (to be on
        it; they sum to that length in each region) and tier. Missing where not scorable or in no region.
    """
    _check(1, draws)
    model = Model(
        values, configuration, regions=regions, neighbours=neighbours, by=by, baseline=baseline, unlisted=unlisted
    )
    lists = {name: _Lists(of.reindex(model.areas), length) for name, of in parts.items()}
    sample = model.sample(draws, np.random.default_rng(seed))
    for found in model.each(sample, lambda x: [each.places(x) for each in lists.values()]):
        for each, places in zip(lists.values(), found, strict=True):
            each.total += places
    return {name: each.frame(draws).reindex(model.baseline.frame.index) for name, each in lists.items()}


class _Lists:
    """The lists of the regions of one kind, and how often each area was on that of its own."""

    def __init__(self, regions: pd.Series, length: Callable[[int], int]) -> None:
        self.areas = regions.index
        codes = pd.factorize(regions)[0]
        # Areas of a region side by side; those in none, of code -1, come first and are on no list.
        self.order = np.argsort(codes, kind="stable")
        sizes = np.bincount(codes[codes >= 0])
        ends = (codes < 0).sum() + np.cumsum(sizes)
        self.slices = [slice(int(end - size), int(end)) for size, end in zip(sizes, ends, strict=True)]
        self.lengths = [length(int(size)) for size in sizes]
        self.total = np.zeros(len(regions))

    def places(self, x: Array) -> Floats:
        """Share of a place on its list that each area has, in `order`, summed over replicates (rows of x)."""
        ordered, found = x[:, self.order], np.zeros(x.shape[1])
        for here, first in zip(self.slices, self.lengths, strict=True):
            if first:
                found[here] = shares_of_places(ordered[:, here], first).sum(axis=0)
        return found

    def frame(self, draws: int) -> pd.DataFrame:
        """Number of places, probability and tier of each area."""
        first, probability = np.full(len(self.areas), np.nan), np.full(len(self.areas), np.nan)
        for here, places in zip(self.slices, self.lengths, strict=True):
            if places:
                first[self.order[here]] = places
                probability[self.order[here]] = self.total[here] / draws
        chances = pd.Series(probability, index=self.areas)
        return pd.DataFrame(
            {"first": pd.array(first).astype("Int64"), "probability": chances, "tier": tiers(chances)},
            index=self.areas,
        )


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
