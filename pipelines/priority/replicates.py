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
from pipelines.priority.composite import Scores, combine, gap, impute, normalise, normalise_term, observe, score, treat
from pipelines.priority.configuration import Configuration, Key
from pipelines.priority.normalise import Floats
from pipelines.priority.outliers import Treatment
from pipelines.priority.ranking import ranks_from_top
from pipelines.priority.weights import base_weights

Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]
T = TypeVar("T")
# Replicates computed together, and how many numbers that may be: bounds the memory of large territories.
BATCH, CELLS = 100, 800_000


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

    def each(self, draws: Draws, ask: Callable[[Array], T], *, progress: Progress | None = None) -> Iterator[T]:
        """What `ask` makes of the index of the scorable areas, shape (replicates, areas), batch by batch in order.

        `progress` is told how many replicates are done, and of how many.
        """
        size = min(BATCH, max(1, CELLS // len(self.areas)))
        starts = range(0, len(draws), size)

        def batch(start: int) -> T:
            return ask(self._scores(draws, np.arange(start, min(start + size, len(draws)))))

        # Sorting and arithmetic on arrays release the interpreter lock, so threads share the work; more of them than
        # processors wait for the lock instead.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for start, found in zip(starts, pool.map(batch, starts), strict=True):
                yield found
                if progress is not None:
                    progress(min(start + size, len(draws)), len(draws))

    def _scores(self, draws: Draws, rows: Ints) -> Singles:
        """Index of the scorable areas in some replicates, shape (rows, areas)."""
        found = np.empty((len(rows), len(self.areas)), dtype=np.float32)
        chosen = np.column_stack([getattr(draws, name)[rows] for name in ("impute", "outliers", "normalise", "across")])
        # Those of the same steps are computed together: arrays of many rows leave the lock alone for longer.
        for steps in np.unique(chosen, axis=0):
            alike = np.flatnonzero((chosen == steps).all(axis=1))
            found[alike] = self._alike(draws, rows[alike], *map(int, steps))
        return found

    def _alike(self, draws: Draws, rows: Ints, impute: int, outliers: int, normalise: int, across: int) -> Array:
        """Index of the scorable areas in replicates that differ in weights and errors alone, shape (rows, areas)."""
        choices = self.configuration.uncertainty
        columns: Mapping[Key, Array] = self.columns[impute, outliers, normalise]
        if choices.noise:
            columns = {**columns, **self._noisy(draws.noise[rows], impute, outliers, choices.normalise[normalise])}
        weights = draws.weights[rows].T[:, :, np.newaxis]
        _, indices = combine(columns, weights, self.configuration, across=choices.across[across])
        if self.by == "gap":
            return gap(indices["need"], indices.get("resources"))
        return indices[self.by]

    def _noisy(self, seeds: Ints, impute: int, outliers: int, method: str) -> dict[Key, Singles]:
        """Indicators with errors, normalised again, each of shape (seeds, areas)."""
        found = {key: np.empty((len(seeds), len(self.areas)), dtype=np.float32) for key in self.disturbed}
        for row, seed in enumerate(seeds):
            rng = np.random.default_rng(seed)
            # An indicator in two dimensions has the same error in both.
            errors = {name: rng.standard_normal(len(self.scorable), dtype=np.float32) for name in self.noises}
            for key, term in self.disturbed.items():
                x, deviation, least = self.errors[impute, key]
                noisy = np.maximum(x + errors[term.indicator] * deviation, least)
                treated = normalise_term(noisy, self.treatments[impute, outliers][key], term, method)
                found[key][row] = self._narrow(treated)
        return found

    def _narrow(self, column: Floats) -> Singles:
        return column[self.scorable].astype(np.float32)


def _groups(configuration: Configuration) -> list[Ints]:
    """Positions of weights that belong together: the terms of each dimension, then the dimensions of each index."""
    sizes = [len(part.terms) for parts in configuration.indices.values() for part in parts]
    sizes += [len(parts) for parts in configuration.indices.values()]
    return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
