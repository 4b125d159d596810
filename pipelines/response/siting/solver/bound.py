"""How good any choice could be at best: a Lagrangian bound, and what it proves about single candidates.

The rule "each place counts once" is given up for a price u_i, which a place pays once and takes off all its benefits:

    bound(u) = sum of u_i + max over choices S of the sum over j in S of r_j,   r_j = sum over i of max(b_ij - u_i, 0)

is never below the best value (Cornuejols, Fisher and Nemhauser 1977, Management Science 23, 789-810). Prices follow the
subgradient with Polyak's steps. A candidate with which the bound falls below a value already found is in no better
choice.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.response.siting.solver.benefit import Benefit
from pipelines.response.siting.solver.exchange import Choice, exchange
from pipelines.response.siting.solver.problem import Flags, Floats, Ints

# Steps are halved after so many rounds without a better bound; a direction keeps so much of the one before.
PATIENCE, MEMORY = 12, 0.8
# Below this share of the value a difference is rounding.
EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Bound:
    """No choice is worth more than `value`; any that is better than `selection` leaves out `out` and holds `into`.

    `prices` are those that `value` was found with.
    """

    selection: Ints
    value: float
    prices: Floats
    out: Flags
    into: Flags


def bound(
    benefit: Benefit, choice: Choice, selection: Ints, *, rounds: int, climbs: int, prices: Floats | None = None
) -> Bound:
    """Bound the value of every choice, and look for better ones on the way.

    Parameters
    ----------
    benefit, choice
        What sites do, and the rules.
    selection
        A choice already found.
    rounds
        How often the prices are changed at most.
    climbs
        How often at most exchanges begin from what the prices suggest.
    prices
        Prices to begin with; None for what each place has from the choice.
    """
    candidates = benefit.matrix.shape[1]
    out, into = np.zeros(candidates, dtype=bool), np.zeros(candidates, dtype=bool)
    incumbent = benefit.value(selection)
    prices = benefit.service(selection) if prices is None else prices
    lowest = prices
    least, step, stale, direction = np.inf, 1.0, 0, np.zeros(len(prices))
    net = _Flat(benefit) if benefit.flat else _Uneven(benefit)
    trials = {selection.tobytes()}
    for _ in range(rounds):
        worth = net.worth(prices)
        total, picked = _best(worth, choice)
        upper = float(prices.sum()) + total
        stale = 0 if upper < least - EXACT * abs(incumbent) else stale + 1
        if upper < least:
            least, lowest = upper, prices
        suggested = np.flatnonzero(picked == 1)
        if len(trials) <= climbs and stale == 0 and suggested.tobytes() not in trials:
            trials.add(suggested.tobytes())
            better = exchange(benefit, choice, start=suggested)
            if benefit.value(better) > incumbent:
                selection, incumbent = better, benefit.value(better)
        if least <= incumbent * (1 + EXACT):
            break
        _prove(float(prices.sum()), worth, choice, incumbent, out, into)
        if stale >= PATIENCE:
            step, stale = step / 2, 0
        slope = 1 - net.times(picked)
        slope[(prices <= 0) & (slope > 0)] = 0
        direction = MEMORY * direction + slope
        size = float(direction @ direction)
        if size == 0:
            break
        prices = np.clip(prices - step * (upper - incumbent) / size * direction, 0, benefit.most)
    return Bound(selection, max(least, incumbent), lowest, out, into)


class _Flat:
    """Benefits that are the same from every site: products with the pattern alone."""

    def __init__(self, benefit: Benefit) -> None:
        self.most = benefit.most
        self.places = benefit.matrix.copy()
        self.places.data = np.ones_like(self.places.data)
        self.sites = self.places.T.tocsr()
        self.paying = np.ones(len(self.most), dtype=bool)

    def worth(self, prices: Floats) -> Floats:
        self.paying = prices < self.most
        return np.asarray(self.sites @ (self.most - prices))

    def times(self, picked: Floats) -> Floats:
        return np.asarray(self.places @ picked) * self.paying


class _Uneven:
    """Benefits of any kind."""

    def __init__(self, benefit: Benefit) -> None:
        self.benefit = benefit
        self.over = benefit.matrix.data

    def worth(self, prices: Floats) -> Floats:
        matrix = self.benefit.matrix
        self.over = np.maximum(matrix.data - prices[self.benefit.row], 0)
        return np.bincount(matrix.indices, self.over, minlength=matrix.shape[1]).astype(np.float64)

    def times(self, picked: Floats) -> Floats:
        matrix = self.benefit.matrix
        share = picked[matrix.indices] * (self.over > 0)
        return np.bincount(self.benefit.row, share, minlength=matrix.shape[0]).astype(np.float64)


def _best(worth: Floats, choice: Choice) -> tuple[float, Floats]:
    """The best choice when each site counts for itself: its worth, and how much of each candidate is in it.

    Under a budget the last one may be taken in part, and the minimum of regions is not asked for; without one, the
    best of each region come first and then the best of all, which is exact.
    """
    picked = np.zeros(len(worth))
    if np.isfinite(choice.budget):
        order = np.argsort(-worth / choice.cost, kind="stable")
        spent = np.cumsum(choice.cost[order])
        share = np.clip((choice.budget - (spent - choice.cost[order])) / choice.cost[order], 0, 1)
        picked[order] = share
        by_cost = float(picked @ worth)
        if choice.sites < len(worth):
            first = np.argsort(-worth, kind="stable")[: choice.sites]
            if worth[first].sum() < by_cost:
                picked[:] = 0
                picked[first] = 1
        return float(picked @ worth), picked
    order = np.argsort(-worth, kind="stable")
    for region, number in enumerate(choice.minimum):
        picked[order[choice.region[order] == region][:number]] = 1
    rest = order[picked[order] == 0][: choice.sites - int(picked.sum())]
    picked[rest] = 1
    return float(picked @ worth), picked


def _prove(prices: float, worth: Floats, choice: Choice, incumbent: float, out: Flags, into: Flags) -> None:
    """Mark the candidates that no better choice holds, and those that every better one holds."""
    if np.isfinite(choice.budget) or choice.sites >= len(worth):
        return
    # Without the minimum of regions, which only makes the bound weaker.
    order = np.partition(worth, len(worth) - choice.sites - 1)[len(worth) - choice.sites - 1 :]
    last, next_, total = float(order[1:].min()), float(order[0]), prices + float(order[1:].sum())
    limit = incumbent * (1 + EXACT)
    among = worth >= last
    out |= ~among & (total - last + worth <= limit)
    into |= among & (worth > next_) & (total - worth + next_ <= limit)
