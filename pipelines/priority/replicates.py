"""The index computed again under other choices: weights, steps and errors of indicators drawn at random.

Robustness and sensitivity both ask a `Model` for many replicates.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import InputError
from pipelines.priority.aggregate import Array
from pipelines.priority.composite import (
    Scores,
    combine,
    gap,
    impute,
    normalise,
    normalise_term,
    observe,
    score,
    treat,
)
from pipelines.priority.configuration import Configuration, Key
from pipelines.priority.normalise import Floats
from pipelines.priority.outliers import Treatment
from pipelines.priority.ranking import ranks_from_top
from pipelines.priority.weights import base_weights

Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]
T = TypeVar("T")
BATCH = 50


@dataclass(frozen=True)
class Draws:
    """What each of N replicates chooses; each field is one factor of the sensitivity analysis.

    Attributes
    ----------
    weights
        Shape (N, terms + dimensions), in the order of the configuration; they need not sum to 1.
    impute, outliers, normalise, across
        Position of the choice in the lists of `Uncertainty`, shape (N,).
    noise
        Seed of the errors, shape (N,).
    """

    weights: Floats
    impute: Ints
    outliers: Ints
    normalise: Ints
    across: Ints
    noise: Ints

    def __len__(self) -> int:
        return len(self.weights)

    def swap(self, factor: str, other: "Draws") -> "Draws":
        """Take one factor from others."""
        return replace(self, **{factor: getattr(other, factor)})


FACTORS = tuple(field.name for field in fields(Draws))


class Model:
    """Everything that does not change between replicates, computed once.

    Only areas that the configuration itself can score are ranked. Where a replicate imputes nothing, the missing values
    of such an area are left out and the weights of the others scaled up.

    Raises
    ------
    InputError
        No area is scorable, or as `composite.score`.
    """

    def __init__(
        self,
        values: pd.DataFrame,
        configuration: Configuration,
        *,
        regions: pd.Series | None = None,
        neighbours: pd.DataFrame | None = None,
        by: str = "gap",
        baseline: Scores | None = None,
    ) -> None:
        self.configuration = configuration
        self.by = by
        self.baseline = baseline or score(values, configuration, regions=regions, neighbours=neighbours)
        self.scorable = self.baseline.frame[by].notna().to_numpy()
        self.areas = self.baseline.frame.index[self.scorable]
        if not len(self.areas):
            raise InputError(
                "No area has the data that the index needs; choose other indicators or a lower availability."
            )
        self.rank = ranks_from_top(self.baseline.frame[by].to_numpy()[self.scorable])
        self.weights = base_weights(self.baseline.normalised, configuration)
        self.groups = _groups(configuration)

        observed, choices = observe(values, configuration), configuration.uncertainty
        self.noises = {noise.indicator: noise for noise in choices.noise}
        self.disturbed = {key: term for key, _, term in configuration.terms() if term.indicator in self.noises}
        self.errors: dict[tuple[int, Key], tuple[Singles, Singles, float]] = {}
        self.treatments: dict[tuple[int, int], dict[Key, Treatment]] = {}
        self.columns: dict[tuple[int, int, int], dict[Key, Array]] = {}
        for i, imputation in enumerate(choices.impute):
            filled = impute(observed, imputation, regions=regions, neighbours=neighbours)
            for key, term in self.disturbed.items():
                x, noise = filled[key].to_numpy(), self.noises[term.indicator]
                # What is nowhere negative stays so.
                least = -np.inf if (x < 0).any() else 0.0
                deviation = np.hypot(noise.absolute, noise.relative * x)
                self.errors[i, key] = x.astype(np.float32), deviation.astype(np.float32), least
            for o, outliers in enumerate(choices.outliers):
                self.treatments[i, o] = treat(filled, configuration, outliers)
                for n, method in enumerate(choices.normalise):
                    table = normalise(filled, self.treatments[i, o], configuration, method)
                    self.columns[i, o, n] = {
                        key: self._narrow(table[key].to_numpy()) for key, _, _ in configuration.terms()
                    }

    def sample(self, draws: int, rng: np.random.Generator) -> Draws:
        """Draw what `draws` replicates choose; everything is independent of everything else."""
        choices = self.configuration.uncertainty
        if choices.concentration is None:
            weights = self.weights * rng.uniform(1 - choices.spread, 1 + choices.spread, (draws, len(self.weights)))
        else:
            # Gamma variates divided by their sum are Dirichlet, and the mean divides by the sum of weights.
            shares = np.empty_like(self.weights)
            for group in self.groups:
                shares[group] = self.weights[group] / self.weights[group].sum()
            weights = rng.standard_gamma(choices.concentration * shares, (draws, len(shares)))
        return Draws(
            weights=weights,
            impute=rng.integers(len(choices.impute), size=draws),
            outliers=rng.integers(len(choices.outliers), size=draws),
            normalise=rng.integers(len(choices.normalise), size=draws),
            across=rng.integers(len(choices.across), size=draws),
            noise=rng.integers(2**63, size=draws),
        )

    def factors(self) -> list[str]:
        """Name the factors of `Draws` that the configuration leaves open."""
        choices = self.configuration.uncertainty
        lists = {name: len(getattr(choices, name)) > 1 for name in ("impute", "outliers", "normalise", "across")}
        weighs = choices.concentration is not None or choices.spread > 0
        return [name for name in FACTORS if ({"weights": weighs, "noise": bool(choices.noise)} | lists)[name]]

    def each(self, draws: Draws, ask: Callable[[Array], T], *, progress: Progress | None = None) -> Iterator[list[T]]:
        """What `ask` makes of the index of the scorable areas in each replicate, in batches of replicates, in order.

        `progress` is told how many replicates are done, and of how many.
        """
        starts = range(0, len(draws), BATCH)

        def batch(start: int) -> list[T]:
            return [ask(self._score(draws, one)) for one in range(start, min(start + BATCH, len(draws)))]

        # Sorting and arithmetic on arrays release the interpreter lock, so threads share the work; more of them than
        # processors wait for the lock instead.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for start, found in zip(starts, pool.map(batch, starts), strict=True):
                yield found
                if progress is not None:
                    progress(min(start + BATCH, len(draws)), len(draws))

    def _score(self, draws: Draws, one: int) -> Array:
        """Index of the scorable areas in one replicate."""
        columns = self._noisy(draws, one) if self.configuration.uncertainty.noise else self._steady(draws, one)
        across = self.configuration.uncertainty.across[draws.across[one]]
        _, indices = combine(columns, draws.weights[one], self.configuration, across=across)
        if self.by == "gap":
            return gap(indices["need"], indices.get("resources"))
        return indices[self.by]

    def _steady(self, draws: Draws, one: int) -> Mapping[Key, Array]:
        return self.columns[int(draws.impute[one]), int(draws.outliers[one]), int(draws.normalise[one])]

    def _noisy(self, draws: Draws, one: int) -> Mapping[Key, Array]:
        """Add errors to the values and normalise these again."""
        rng = np.random.default_rng(draws.noise[one])
        columns = dict(self._steady(draws, one))
        imputed, outliers = int(draws.impute[one]), int(draws.outliers[one])
        method = self.configuration.uncertainty.normalise[draws.normalise[one]]
        # An indicator in two dimensions has the same error in both.
        errors = {indicator: rng.standard_normal(len(self.scorable), dtype=np.float32) for indicator in self.noises}
        for key, term in self.disturbed.items():
            x, deviation, least = self.errors[imputed, key]
            noisy = np.maximum(x + errors[term.indicator] * deviation, least)
            columns[key] = self._narrow(normalise_term(noisy, self.treatments[imputed, outliers][key], term, method))
        return columns

    def _narrow(self, column: Floats) -> Singles:
        return column[self.scorable].astype(np.float32)


def _groups(configuration: Configuration) -> list[Ints]:
    """Positions of weights that belong together: the terms of each dimension, then the dimensions of each index."""
    sizes = [len(part.terms) for parts in configuration.indices.values() for part in parts]
    sizes += [len(parts) for parts in configuration.indices.values()]
    return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
