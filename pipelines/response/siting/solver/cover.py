"""Serving everybody: the fewest sites within a limit (LSCP), and the least limit for some sites (p-centre).

LSCP, Toregas, Swain, ReVelle and Bergman (1971), Operations Research 19, 1363-1373:

    minimise sum of c_j y_j   subject to   sum of y_j over the j within the limit of i >= 1 for every lived-in place i.

p-centre, Hakimi (1964), Operations Research 12, 450-459: the least limit at which p sites serve everybody, found by
bisection over the minutes that occur (Minieka 1970, SIAM Review 12, 138-139). The interactive solver chooses greedily
by places for the cost (Chvatal 1979, Mathematics of Operations Research 4, 233-235), drops what became needless, and
has its bound from the linear relaxation; HiGHS solves the whole programme.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from geodata.errors import InputError
from geodata.i18n import number, say
from pipelines.response.siting.solver import highs
from pipelines.response.siting.solver.benefit import coverage
from pipelines.response.siting.solver.problem import Flags, Floats, Ints, Problem, uncoverable
from pipelines.response.siting.solver.reduce import MOST_PRODUCTS, dominated, groups


@dataclass(frozen=True, eq=False)
class Cover:
    """New candidates by position that serve everybody, their cost (p-centre: the minutes), and its lower bound."""

    selection: Ints
    value: float
    bound: float


def covering(problem: Problem, limit: float, *, exact: bool, seconds: float) -> Cover:
    """Choose the cheapest new sites that serve every place that some candidate serves.

    Parameters
    ----------
    problem
        The problem; capacities are not looked at.
    limit
        Minutes; equal to it is within.
    exact
        Prove it, within a time limit in `seconds`.
    """
    return _cover(_unserved(problem, limit), problem.cost[problem.free], exact=exact, seconds=seconds)


def centre(problem: Problem, sites: int, *, exact: bool, seconds: float) -> Cover:
    """Choose sites so that the farthest place that can be reached at all is as near as can be.

    Parameters
    ----------
    problem
        The problem; costs and capacities are not looked at.
    sites
        How many new sites.
    exact
        Prove it, within a time limit in `seconds`.

    Raises
    ------
    InputError
        Nobody is in reach of any site, or some place is out of reach of all choices of so many sites.
    """
    deadline = time.monotonic() + seconds
    cost = np.ones(len(problem.free))
    reach = problem.minutes.data[
        problem.people[np.repeat(np.arange(len(problem.people)), np.diff(problem.minutes.indptr))] > 0
    ]
    radii = np.unique(reach)
    if not len(radii):
        raise InputError(
            say("No candidate can be reached from any place where people live; take others or a wider region.")
        )

    def at(position: int, proof: bool) -> Cover:
        return _cover(_unserved(problem, radii[position]), cost, exact=proof, seconds=deadline - time.monotonic())

    unreached = set(uncoverable(problem, np.inf))

    def serves(position: int) -> bool:
        return set(uncoverable(problem, radii[position])) == unreached

    first = _first(serves, 0, len(radii) - 1)
    # Below, even parts of sites could not serve everybody.
    low = _first(lambda position: at(position, False).bound <= sites + 1e-6, first, len(radii) - 1)
    last = len(radii) - 1
    widest = at(last, False)
    if widest.value > sites:
        widest = at(last, True)
    if widest.value > sites:
        raise InputError(
            say(
                "{sites} new sites cannot serve everybody, however far one goes; at least {needed} are "
                "needed: ask for more sites or take a smaller region.",
                sites=number(sites),
                needed=number(widest.bound),
            )
        )
    high = _first(lambda position: at(position, False).value <= sites, low, last)
    best = at(high, False) if high < last else widest
    while exact and low < high and time.monotonic() < deadline:
        middle = (low + high) // 2
        cover = at(middle, True)
        if cover.value <= sites:
            high, best = middle, cover
        elif cover.bound > sites + 1e-6:
            low = middle + 1
        else:
            break
    return Cover(best.selection, float(radii[high]), float(radii[low]))


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first position from which something holds, if it holds from there on; the last one otherwise."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _unserved(problem: Problem, limit: float) -> sparse.csr_array:
    """Pairs within the limit of the places with people that no existing site serves, rows alike once."""
    matrix = coverage(problem, limit).matrix
    matrix.data = np.ones_like(matrix.data)
    return matrix[np.unique(groups(matrix), return_index=True)[1]]


def _cover(matrix: sparse.csr_array, cost: Floats, *, exact: bool, seconds: float) -> Cover:
    if not matrix.shape[0]:
        return Cover(np.empty(0, dtype=np.int64), 0.0, 0.0)
    # A place whose candidates include all those of another is served with it: of rows, the small ones matter.
    matrix = matrix[~_needless(matrix)]
    selection = _greedy(matrix, cost)
    value = float(cost[selection].sum())
    candidates = np.flatnonzero(~dominated(matrix, cost, np.zeros(len(cost), dtype=int)))
    left = matrix[:, candidates]
    rows = np.ones(matrix.shape[0])
    solution = highs.minimise(
        cost[candidates],
        left,
        rows,
        np.full(len(rows), np.inf),
        top=np.ones(len(candidates)),
        whole=np.full(len(candidates), exact),
        start=np.isin(candidates, selection).astype(float) if exact and np.isin(selection, candidates).all() else None,
        seconds=seconds,
    )
    bound = solution.bound if np.isfinite(solution.bound) else 0.0
    if np.allclose(cost, np.round(cost)):
        bound = float(np.ceil(bound - 1e-6))
    if exact and solution.values is not None:
        better = candidates[solution.values > 0.5]
        if cost[better].sum() < value:
            selection, value = better, float(cost[better].sum())
    return Cover(selection, value, min(bound, value))


def _needless(matrix: sparse.csr_array) -> Flags:
    """Which rows hold all columns of another row; rows differ."""
    count = np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.float64)
    if count @ count > MOST_PRODUCTS:
        return np.zeros(matrix.shape[0], dtype=bool)
    shared, size = (matrix @ matrix.T.tocsr()).tocoo(), np.diff(matrix.indptr)
    cover = np.zeros(matrix.shape[0], dtype=bool)
    cover[shared.row[(shared.data == size[shared.col]) & (shared.row != shared.col)]] = True
    return cover


def _greedy(matrix: sparse.csr_array, cost: Floats) -> Ints:
    """Candidates by newly served rows for the cost, then without those that the others make needless."""
    columns = matrix.tocsc()
    count = np.diff(columns.indptr).astype(np.float64)
    times = np.zeros(matrix.shape[0], dtype=np.int64)
    selection: list[int] = []
    while (times == 0).any():
        site = int(np.argmax(count / cost))
        rows = columns.indices[columns.indptr[site] : columns.indptr[site + 1]]
        fresh = rows[times[rows] == 0]
        count -= np.bincount(matrix[fresh].indices, minlength=len(count))
        times[rows] += 1
        selection.append(site)
    for site in sorted(selection, key=lambda each: (-cost[each], each)):
        rows = columns.indices[columns.indptr[site] : columns.indptr[site + 1]]
        if (times[rows] > 1).all():
            times[rows] -= 1
            selection.remove(site)
    return np.sort(np.array(selection, dtype=np.int64))
