"""Rational agent access model: people spread over destinations until travel and crowding are in balance."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import InputError
from pipelines.access.pairs import capacity_at, cost_matrix, people_at

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# The relaxation of the authors: the share of an origin that may move in a cycle starts at a fifth, halves every
# 50 cycles and never falls below 0.5 %; in the first 20 cycles no destination is mobbed beyond its fair load.
CYCLES = 150
FIRST_STEP, LEAST_STEP, HALF_LIFE = 0.2, 0.005, 50
GENTLE_CYCLES = 20


def raam(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, *, tau: float = 60, counts: bool = False
) -> pd.Series:
    """Rational agent access model (RAAM): the cost of care in travel and in crowding, lower is better.

    Saxon and Snow (2020), Annals of the American Association of Geographers 110, 205-222. The cost of a destination is
    minutes / tau + its load / (rho x capacity), with rho = all people / all capacity: 1 is `tau` minutes of travel, or
    the average crowding.
    Everybody starts at the nearest destination; in each cycle the people of an origin move from the dearest
    destination they use to the cheapest they reach, as many whole persons as make the two equal, within a step that
    shrinks.

    Parameters
    ----------
    pairs
        Columns `origin`, `destination` (positions in `demand` and `supply`), `minutes`.
    demand
        People, by origin.
    supply
        Capacity, by destination.
    tau
        Minutes of travel that weigh as much as the average crowding.
    counts
        Let every destination count 1, for supply whose capacity is unknown.

    Returns
    -------
    Series
        Mean cost of a person, index as `demand`, name `raam`. Infinite for an origin with no supply in reach: this is
        a cost, so 0 would be the best there is. Where nobody lives, the cost that a first inhabitant would meet.

    Raises
    ------
    InputError
        Tau is not above 0, or pairs, people or capacities cannot be used; see `cost_matrix`, `people_at` and
        `capacity_at`.
    """
    if not tau > 0:
        raise InputError(f"Tau is {tau}, expected minutes above 0.")
    people, capacity = people_at(demand), capacity_at(supply, counts=counts)
    minutes = cost_matrix(pairs, demand.index, supply.index)
    cost = pd.Series(np.inf, index=demand.index, name="raam")
    served = np.diff(minutes.indptr) > 0
    settled = served & (people > 0)
    if not settled.any():
        # No crowds anywhere: travel is all there is.
        cost[served] = _least(minutes[served].data / tau, minutes[served].indptr[:-1])
        return cost
    rows = minutes[settled]
    fair = capacity * people.sum() / capacity.sum()
    cost[settled], crowding = _relax(rows.data / tau, rows.indices, rows.indptr, people[settled], fair)
    empty = minutes[served & (people == 0)]
    cost[served & (people == 0)] = _least(empty.data / tau + crowding[empty.indices], empty.indptr[:-1])
    return cost


def _relax(travel: Floats, destination: Ints, start: Ints, people: Floats, fair: Floats) -> tuple[Floats, Floats]:
    """Spread the people of n origins, each with a pair or more, over m destinations.

    Pairs are ordered by origin and destination; `start` has shape (n + 1,), `fair` is the load of each destination
    that counts as average crowding. Returns the mean cost by origin and the crowding by destination.
    """
    origin = np.repeat(np.arange(len(people)), np.diff(start))
    first = start[:-1]
    load = np.zeros(len(travel))
    load[_cheapest(travel, origin, first)] = people
    for cycle in range(CYCLES):
        crowding = np.bincount(destination, load, len(fair)) / fair
        cost = travel + crowding[destination]
        best = _cheapest(cost, origin, first)
        used = np.flatnonzero(load)
        # Every origin uses a destination, so the used pairs are runs by origin as well.
        run = np.searchsorted(used, first)
        worst = used[_cheapest(-cost[used], origin[used], run)]
        # As many as make the costs equal: each who moves lifts one by 1 / fair and lowers the other likewise.
        to, away = fair[destination[best]], fair[destination[worst]]
        moving = np.minimum((cost[worst] - cost[best]) * (to * away / (to + away)), load[worst])
        step = max(FIRST_STEP * 0.5 ** (cycle / HALF_LIFE), LEAST_STEP)
        moving = np.trunc(np.minimum(moving, step * people))
        if cycle < GENTLE_CYCLES:
            rush = np.bincount(destination[best], moving, len(fair)) / fair
            moving = np.round(moving / np.maximum(rush[destination[best]], 1))
        load[best] += moving
        load[worst] -= moving
    # At the crowding that the last movers found, as the authors do: their step is a half per cent at most.
    return np.add.reduceat(cost * load, first) / people, crowding


def _least(values: Floats, first: Ints) -> Floats:
    """Find the least value of each run."""
    return np.minimum.reduceat(values, first) if len(first) else np.empty(0)


def _cheapest(cost: Floats, origin: Ints, first: Ints) -> Ints:
    """Find the pair with the least cost of each origin, the first where several are equal."""
    hits = np.flatnonzero(cost == _least(cost, first)[origin])
    return hits[np.searchsorted(hits, first)]
