"""The index computed again under other choices and with errors in its data, all drawn at random.

Robustness and sensitivity both ask a `Model` for many replicates. Choices from a list are crossed, so that each
combination is drawn equally often, and what is continuous is drawn as a Latin hypercube (McKay, Beckman and Conover
1979, Technometrics 21, 239-245): a thousand replicates then say what several thousand independent ones would.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from geodata.errors import InputError
from pipelines.priority.aggregate import Array, gap
from pipelines.priority.composite import (
    Scores,
    combine,
    errors_of_small_numbers,
    impute,
    normalise,
    normalise_term,
    observe,
    score,
    treat,
)
from pipelines.priority.configuration import Configuration, Key, Term
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
STEPS = ("impute", "outliers", "normalise", "across", "gap")
MINUTES = "minutes_"


@dataclass(frozen=True)
class Draws:
    """What each of N replicates chooses; each field is one factor of the sensitivity analysis.

    Attributes
    ----------
    weights
        Shape (N, terms + dimensions), in the order of the configuration; they need not sum to 1.
    goalposts
        Share of itself by which each goalpost is moved, shape (N, terms, 2).
    left_out
        Position in `Model.variants`, shape (N,).
    impute, outliers, normalise, across, gap
        Position of the choice in `Configuration.open`, shape (N,).
    noise
        Place in the permutations of the errors, 0 to N - 1, and the seed of these, shape (N, 2).
    services
        Position of a drawing of the services that lists lack, shape (N,).
    """

    weights: Floats
    goalposts: Floats
    left_out: Ints
    impute: Ints
    outliers: Ints
    normalise: Ints
    across: Ints
    gap: Ints
    noise: Ints
    services: Ints

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

    Parameters
    ----------
    unlisted
        By indicator in minutes, those of each area if services that the lists lack were there: index area_id, a column
        a drawing, as many of each indicator. None: lists are taken to be whole.

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
        unlisted: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        self.by = by
        self.baseline = baseline or score(values, configuration, regions=regions, neighbours=neighbours)
        # Less what says nothing, with what the caller leaves open.
        self.configuration = replace(self.baseline.configuration, uncertainty=configuration.uncertainty)
        configuration, choices = self.configuration, self.configuration.uncertainty
        self.scorable = self.baseline.frame[by].notna().to_numpy()
        self.areas = self.baseline.frame.index[self.scorable]
        if not len(self.areas):
            raise InputError(
                "No area has the data that the index needs; choose other indicators or a lower availability."
            )
        self.rank = ranks_from_top(self.baseline.frame[by].to_numpy()[self.scorable])
        self.weights = base_weights(self.baseline.normalised, configuration)
        self.groups = _groups(configuration)
        self.terms: dict[Key, tuple[int, Term]] = {
            key: (position, term) for position, (key, _, term) in enumerate(configuration.terms())
        }
        self.variants = _variants(configuration) if choices.leave_out else _variants(configuration)[:1]
        self.open = {step: configuration.open(step) for step in STEPS}

        observed = observe(values, configuration, regions=regions)
        chance = errors_of_small_numbers(values, configuration, regions=regions) if choices.small_numbers else {}
        noises = {noise.indicator: noise for noise in choices.noise}
        self.drawn: dict[Key, Singles] = {}
        for key, (_, term) in self.terms.items():
            if choices.missing_services and unlisted and term.goalposts and term.indicator in unlisted:
                table = unlisted[term.indicator].reindex(values.index)
                self.drawn[key] = np.ascontiguousarray(table.to_numpy(dtype=np.float32).T[:, self.scorable])
        self.values: dict[tuple[int, Key], Singles] = {}
        self.errors: dict[tuple[int, Key], Singles] = {}
        self.whole: dict[tuple[int, Key], Floats] = {}
        self.treatments: dict[tuple[int, int], dict[Key, Treatment]] = {}
        self.columns: dict[tuple[int, int, int], dict[Key, Singles]] = {}
        for i, imputation in enumerate(self.open["impute"]):
            filled = impute(observed, imputation, regions=regions, neighbours=neighbours)
            for key, (_, term) in self.terms.items():
                x = filled[key].to_numpy()
                self.whole[i, key], self.values[i, key] = x, self._narrow(x)
                noise = noises.get(term.indicator, choices.minutes if term.indicator.startswith(MINUTES) else None)
                deviation = np.hypot(noise.absolute, noise.relative * x) if noise is not None else np.zeros(len(x))
                deviation = np.nan_to_num(np.hypot(deviation, chance.get(key, 0.0)))
                if deviation.any():
                    self.errors[i, key] = deviation.astype(np.float32)
            for o, outliers in enumerate(self.open["outliers"]):
                self.treatments[i, o] = treat(filled, configuration, outliers)
                for n, method in enumerate(self.open["normalise"]):
                    table = normalise(filled, self.treatments[i, o], configuration, method)
                    self.columns[i, o, n] = {key: self._narrow(table[key].to_numpy()) for key in self.terms}
        self.disturbed = [key for key in self.terms if any((i, key) in self.errors for i, _ in self.treatments)]

    def sample(self, draws: int, rng: np.random.Generator) -> Draws:
        """Draw what `draws` replicates choose."""
        choices, terms = self.configuration.uncertainty, len(self.terms)
        moves = _hypercube(draws, len(self.weights) + 2 * terms, rng)
        if choices.concentration is None:
            weights = self.weights * (1 + choices.spread * moves[:, 2 * terms :])
        else:
            # Gamma variates divided by their sum are Dirichlet, and the mean divides by the sum of weights.
            shares = np.empty_like(self.weights)
            for group in self.groups:
                shares[group] = self.weights[group] / self.weights[group].sum()
            weights = rng.standard_gamma(choices.concentration * shares, (draws, len(shares)))
        drawings = len(next(iter(self.drawn.values()))) if self.drawn else 1
        return Draws(
            weights=weights,
            goalposts=choices.goalposts * moves[:, : 2 * terms].reshape(draws, terms, 2),
            **_crossed({"left_out": len(self.variants)} | {step: len(self.open[step]) for step in STEPS}, draws, rng),
            noise=np.column_stack([rng.permutation(draws), np.full(draws, rng.integers(2**32))]),
            services=rng.permutation(np.arange(draws) % drawings),
        )

    def factors(self) -> list[str]:
        """Name the factors of `Draws` that the configuration leaves open."""
        choices = self.configuration.uncertainty
        opened = {step: len(self.open[step]) > 1 for step in STEPS} | {
            "weights": choices.concentration is not None or choices.spread > 0,
            "goalposts": choices.goalposts > 0 and any(term.goalposts for _, term in self.terms.values()),
            "left_out": len(self.variants) > 1,
            "noise": bool(self.disturbed),
            "services": bool(self.drawn),
        }
        return [name for name in FACTORS if opened[name]]

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
        chosen = np.column_stack([getattr(draws, name)[rows] for name in ("left_out", *STEPS)])
        # Those of the same steps are computed together: arrays of many rows leave the lock alone for longer.
        for steps in np.unique(chosen, axis=0):
            alike = np.flatnonzero((chosen == steps).all(axis=1))
            found[alike] = self._alike(draws, rows[alike], *map(int, steps))
        return found

    def _alike(
        self,
        draws: Draws,
        rows: Ints,
        left_out: int,
        impute: int,
        outliers: int,
        normalise: int,
        across: int,
        gap_: int,
    ) -> Array:
        """Index of the scorable areas in replicates of the same steps, shape (rows, areas)."""
        variant, positions = self.variants[left_out]
        columns: dict[Key, Array] = {}
        for key, _, term in variant.terms():
            if term.goalposts is not None:
                noisy = self._noisy(key, draws.noise[rows], len(draws), draws.services[rows], impute)
                columns[key] = _between(noisy, term, draws.goalposts[rows, self.terms[key][0]])
            elif (impute, key) in self.errors:
                treatment, method = self.treatments[impute, outliers][key], self.open["normalise"][normalise]
                columns[key] = self._normalised(key, term, draws.noise[rows], len(draws), treatment, method, impute)
            else:
                columns[key] = self.columns[impute, outliers, normalise][key]
        weights = draws.weights[rows][:, positions].T[:, :, np.newaxis]
        _, indices = combine(columns, weights, variant, across=self.open["across"][across])
        if self.by == "gap":
            return gap(indices["need"], indices.get("resources"), method=self.open["gap"][gap_])
        return indices[self.by]

    def _errors(self, key: Key, noise: Ints, draws: int, impute: int, areas: npt.NDArray[np.bool_]) -> Singles:
        """Errors of an indicator in some replicates, shape (rows, areas), the same whatever else is chosen.

        In each area the errors of all replicates are the quantiles of a normal distribution, each once: a Latin
        hypercube whose permutations are step x place + start modulo the number of replicates.
        """
        step, start = _permutations(int(noise[0, 1]), self.disturbed.index(key), draws, len(areas))
        strata = noise[:, :1].astype(step.dtype) * step[areas] + start[areas]
        # The remainder, by a division that is several times faster.
        strata -= strata // step.dtype.type(draws) * step.dtype.type(draws)
        found: Singles = _quantiles(draws).take(strata)
        found *= self.errors[impute, key][areas]
        return found

    def _noisy(self, key: Key, noise: Ints, draws: int, services: Ints, impute: int) -> Singles:
        """Values of an indicator for the scorable areas: of shape (rows, areas), or (areas,) where nothing is drawn."""
        x = self.drawn[key][services] if key in self.drawn else self.values[impute, key]
        if (impute, key) not in self.errors:
            return x
        noisy = self._errors(key, noise, draws, impute, self.scorable)
        noisy += x
        # What is nowhere negative stays so.
        return noisy if (self.values[impute, key] < 0).any() else np.maximum(noisy, np.float32(0), out=noisy)

    def _normalised(
        self, key: Key, term: Term, noise: Ints, draws: int, treatment: Treatment, method: str, impute: int
    ) -> Singles:
        """Normalise an indicator with errors among all areas, row by row, shape (rows, scorable areas)."""
        x = self.whole[impute, key]
        least = -np.inf if (x < 0).any() else 0.0
        found = np.empty((len(noise), len(self.areas)), dtype=np.float32)
        for row, error in enumerate(self._errors(key, noise, draws, impute, np.ones(len(x), dtype=np.bool_))):
            noisy = np.maximum(x + error, least)
            found[row] = self._narrow(normalise_term(noisy, treatment, term, method))
        return found

    def _narrow(self, column: Floats) -> Singles:
        return column[self.scorable].astype(np.float32)


def _between(x: Singles, term: Term, moves: Floats) -> Singles:
    """Bring values to 0-100 between goalposts that are moved by shares of themselves, shape (rows, areas)."""
    low, high = term.goalposts or (0.0, 1.0)
    first, last = low * (1 + moves[:, :1]), high * (1 + moves[:, 1:])
    zero, full = (first, last) if term.sign > 0 else (last, first)
    factor = (100 / (full - zero)).astype(np.float32)
    found = x * factor
    found -= zero.astype(np.float32) * factor
    return np.clip(found, np.float32(0), np.float32(100), out=found)


def _hypercube(draws: int, columns: int, rng: np.random.Generator) -> Floats:
    """Numbers from -1 to 1, one in each of `draws` equal parts of that range in each column."""
    places = rng.permuted(np.tile(np.arange(draws), (columns, 1)), axis=1).T
    return 2 * (places + rng.random((draws, columns))) / draws - 1


@lru_cache(maxsize=64)
def _permutations(seed: int, position: int, draws: int, areas: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Step, without a divisor in common with the number of replicates, and start of the permutation of each area."""
    rng = np.random.default_rng([seed, position])
    step, start = rng.integers(1, draws + 1, size=areas), rng.integers(draws, size=areas)
    while (shared := np.gcd(step, draws) > 1).any():
        step[shared] = rng.integers(1, draws + 1, size=int(shared.sum()))
    # Wide enough for the product of a step and a place.
    kind = np.uint32 if draws < 2**16 else np.uint64
    return step.astype(kind), start.astype(kind)


@lru_cache(maxsize=4)
def _quantiles(number: int) -> Singles:
    """Quantiles of the standard normal distribution in the middle of equal parts of probability."""
    return np.asarray(ndtri((np.arange(number) + 0.5) / number), dtype=np.float32)


def _crossed(levels: dict[str, int], draws: int, rng: np.random.Generator) -> dict[str, Any]:
    """Choose a level of each factor in each replicate; every combination as often as any other, but for a remainder."""
    shape = tuple(levels.values())
    total = int(np.prod(shape))
    cells = rng.permutation(rng.permutation(total)[np.arange(draws) % total])
    return dict(zip(levels, np.unravel_index(cells, shape), strict=True))


def _variants(configuration: Configuration) -> list[tuple[Configuration, Ints]]:
    """The configuration, then without each indicator whose index has another; with the positions of their weights."""
    every = [configuration, *(configuration.without(key) for key, _, _ in configuration.terms())]
    places = {name: position for position, name in enumerate(_names(configuration))}
    return [
        (each, np.array([places[name] for name in _names(each)]))
        for each in every
        if each is not None and each.indices.keys() == configuration.indices.keys()
    ]


def _names(configuration: Configuration) -> list[tuple[str, ...]]:
    """What each weight is of, in the order of the weights."""
    terms: list[tuple[str, ...]] = [key for key, _, _ in configuration.terms()]
    return terms + [(index, part.name) for index, parts in configuration.indices.items() for part in parts]


def _groups(configuration: Configuration) -> list[Ints]:
    """Positions of weights that belong together: the terms of each dimension, then the dimensions of each index."""
    sizes = [len(part.terms) for parts in configuration.indices.values() for part in parts]
    sizes += [len(parts) for parts in configuration.indices.values()]
    return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
