"""The interactive solver: sites one by one where they do most good, then exchanges as long as one helps.

Greedy as in Church and ReVelle (1974), then the vertex substitution of Teitz and Bart (1968), Operations Research 16,
955-961, in the form of Resende and Werneck (2007), European Journal of Operational Research 180, 1247-1269: the profit
of closing s and opening j is gain(j) - loss(s) + extra(s, j), and all three are kept up to date for the places that an
exchange touched. With b1, b2 the best and second best benefit of a place from the open sites:

    gain(j) = sum of max(b_ij - b1, 0)      loss(s) = sum of b1 - b2 over the places that s serves
    extra(s, j) = sum of max(min(b_ij, b1) - b2, 0) over the places that s serves
"""

from dataclasses import dataclass

import numpy as np

from pipelines.response.siting.solver.benefit import Benefit, Ranking
from pipelines.response.siting.solver.problem import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Choice:
    """The rules in the terms of the new candidates.

    Attributes
    ----------
    cost, region
        Of each new candidate, shape (candidates,); `region` numbers the regions that have a minimum, -1: none.
    sites, budget
        The limits; the budget is infinite without one.
    minimum
        New sites that each numbered region needs, shape (regions,).
    """

    cost: Floats
    region: Ints
    sites: int
    budget: float
    minimum: Ints

    def may_add(self, selection: Ints) -> Flags:
        """Which candidates may join some sites so that the minimum of every region stays in reach."""
        allowed = np.ones(len(self.cost), dtype=bool)
        allowed[selection] = False
        if len(selection) >= self.sites:
            return np.zeros_like(allowed)
        spent, reserve, relief = self.cost[selection].sum(), 0.0, np.zeros(len(self.cost))
        missing = self.missing(selection)
        for region in np.flatnonzero(missing):
            members = np.flatnonzero((self.region == region) & allowed)
            cheapest = np.sort(self.cost[members])[: missing[region]]
            reserve += cheapest.sum()
            # A member takes the place of the dearest that is reserved, or is reserved itself.
            relief[members] = cheapest[-1]
        if len(selection) + missing.sum() >= self.sites:
            allowed &= (self.region >= 0) & (missing[self.region] > 0)
        allowed &= spent + reserve + np.maximum(self.cost - relief, 0) <= self.budget * (1 + 1e-12)
        return allowed

    def may_swap(self, selection: Ints) -> Flags:
        """Which exchanges keep the rules, shape (sites, candidates): the site of the row for the candidate."""
        spent = self.cost[selection].sum()
        allowed: Flags = spent - self.cost[selection, None] + self.cost <= self.budget * (1 + 1e-12)
        counts = np.bincount(self.region[selection][self.region[selection] >= 0], minlength=len(self.minimum))
        bound = np.append(counts <= self.minimum, False)[self.region[selection]]
        allowed &= ~bound[:, None] | (self.region[selection, None] == self.region)
        allowed[:, selection] = False
        return allowed

    def missing(self, selection: Ints) -> Ints:
        """How many sites each region still needs."""
        counts = np.bincount(self.region[selection][self.region[selection] >= 0], minlength=len(self.minimum))
        return np.asarray(np.maximum(self.minimum - counts, 0))


class _State:
    """Open sites with the profit of every change, kept up to date."""

    def __init__(self, benefit: Benefit) -> None:
        self.benefit = benefit
        self.ranking = benefit.ranking
        places, candidates = benefit.matrix.shape
        self.selection = np.empty(0, dtype=np.int64)
        self.service = _Service.by_none(places, self.ranking.count)
        self.gain = np.bincount(benefit.matrix.indices, benefit.matrix.data, minlength=candidates).astype(np.float64)
        self.extra = np.zeros((0, candidates))

    def open(self, site: int) -> None:
        self.extra = np.vstack([self.extra, np.zeros(len(self.gain))])
        self._change(np.append(self.selection, site))

    def exchange(self, place: int, site: int) -> None:
        selection = self.selection.copy()
        selection[place] = site
        self._change(selection)

    def loss(self) -> Floats:
        now = self.service
        some = now.owner >= 0
        return np.bincount(now.owner[some], (now.best - now.second)[some], minlength=len(self.selection)).astype(
            np.float64
        )

    def _change(self, selection: Ints) -> None:
        """Let other sites serve: take the profits of the places that this touches out, and put the new ones in."""
        old, new = self.service, _Service.by(selection, self.ranking)
        rows = np.flatnonzero((old.best != new.best) | (old.second != new.second) | (old.owner != new.owner))
        self._add(rows, old, -1.0)
        self.selection, self.service = selection, new
        self._add(rows, new, 1.0)

    def _add(self, rows: Ints, service: "_Service", sign: float) -> None:
        # Only what is better than a place's second best changes anything: the first part of its sorted row.
        counts = service.above[rows]
        at = np.repeat(self.ranking.start[rows] - np.append(0, np.cumsum(counts))[:-1], counts) + np.arange(
            counts.sum()
        )
        column, value, row = self.ranking.column[at], self.ranking.value[at], np.repeat(rows, counts)
        best, second, owner = service.best[row], service.second[row], service.owner[row]
        self.gain += sign * np.bincount(column, np.maximum(value - best, 0), minlength=len(self.gain))
        if len(self.extra):
            owned = owner >= 0
            more = (np.minimum(value, best) - second)[owned]
            cell = owner[owned] * len(self.gain) + column[owned]
            self.extra += sign * np.bincount(cell, more, minlength=self.extra.size).reshape(self.extra.shape)


@dataclass(frozen=True, eq=False)
class _Service:
    """Who serves each place: best and second best benefit, position of the best site (-1: none).

    `above` is how many candidates, in the sorted row of the place, are better than the second best.
    """

    best: Floats
    second: Floats
    owner: Ints
    above: Ints

    @classmethod
    def by_none(cls, places: int, count: Ints) -> "_Service":
        return cls(np.zeros(places), np.zeros(places), np.full(places, -1), count.copy())

    @classmethod
    def by(cls, selection: Ints, benefits: Ranking) -> "_Service":
        now = cls.by_none(len(benefits.count), benefits.count)
        first = now.above.copy()
        for position, site in enumerate(selection):
            row, value, rank = benefits.of(int(site))
            better = value > now.best[row]
            up = row[better]
            now.second[up], now.above[up] = now.best[up], first[up]
            now.best[up], now.owner[up], first[up] = value[better], position, rank[better]
            row, value, rank = row[~better], value[~better], rank[~better]
            nearer = value > now.second[row]
            up = row[nearer]
            now.second[up], now.above[up] = value[nearer], rank[nearer]
        return now


def exchange(benefit: Benefit, choice: Choice, *, start: Ints | None = None) -> Ints:
    """Find good sites.

    Parameters
    ----------
    benefit, choice
        What sites do, and the rules.
    start
        Sites to begin with, which may be exchanged; None for none.

    Returns
    -------
    array
        Positions of the chosen new candidates, in order of position. No single exchange or addition is better.
    """
    uneven = len(np.unique(choice.cost)) > 1 and np.isfinite(choice.budget)
    candidates = [_climb(benefit, choice, start, by_cost) for by_cost in ((False, True) if uneven else (False,))]
    return np.sort(max(candidates, key=benefit.value))


def perturb(benefit: Benefit, choice: Choice, selection: Ints, *, tries: int, ceiling: float) -> Ints:
    """Look for better sites by exchanging some at random and climbing again (iterated local search).

    Lourenco, Martin and Stutzle (2003), Handbook of Metaheuristics, 320-353. The same numbers are drawn every time.

    Parameters
    ----------
    benefit, choice
        What sites do, and the rules.
    selection
        A choice that keeps them.
    tries
        How often at most.
    ceiling
        A value that no choice exceeds; the search ends when it is reached.

    Returns
    -------
    array
        As `exchange`; never worse than `selection`.
    """
    random = np.random.default_rng(1)
    best, value = selection, benefit.value(selection)
    for _ in range(tries if len(selection) else 0):
        if value >= ceiling * (1 - 1e-9):
            break
        other = best.copy()
        for place in random.choice(len(other), size=max(2, len(other) // 3), replace=len(other) < 2):
            allowed = np.flatnonzero(choice.may_swap(other)[place])
            if len(allowed):
                other[place] = random.choice(allowed)
        other = exchange(benefit, choice, start=other)
        if benefit.value(other) >= value:
            best, value = other, benefit.value(other)
    return best


def _climb(benefit: Benefit, choice: Choice, start: Ints | None, by_cost: bool) -> Ints:
    state = _State(benefit)
    for site in start if start is not None else ():
        state.open(int(site))
    least = 1e-9 * max(benefit.most.sum(), 1.0)
    while True:
        _fill(state, choice, by_cost, least)
        if not len(state.selection):
            return state.selection
        profit = state.gain - state.loss()[:, None] + state.extra
        profit[~choice.may_swap(state.selection)] = -np.inf
        place, site = np.unravel_index(np.argmax(profit), profit.shape)
        if profit[place, site] <= least:
            return state.selection
        state.exchange(int(place), int(site))


def _fill(state: _State, choice: Choice, by_cost: bool, least: float) -> None:
    """Add the site that does most good (for its cost), while one does any or a region needs one."""
    while True:
        allowed = choice.may_add(state.selection)
        if not allowed.any():
            return
        missing = choice.missing(state.selection)
        if missing.any():
            needed = allowed & (choice.region >= 0) & (np.append(missing, 0)[choice.region] > 0)
            allowed = needed if needed.any() else allowed
        worth = np.where(allowed, state.gain / choice.cost if by_cost else state.gain, -np.inf)
        site = int(np.argmax(worth))
        if state.gain[site] <= least and not missing.any():
            return
        state.open(site)
