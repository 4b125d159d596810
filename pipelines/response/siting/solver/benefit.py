"""What each new site would do for each place: the one form that coverage and saved minutes share.

Both the MCLP and the p-median choose sites S to make the sum over places of max(b_ij : j in S) as large as can be.
For the MCLP b_ij are the people of place i, where candidate j reaches it within the limit and no existing site does.
For the p-median b_ij are the person-minutes that j saves them: people x (minutes now - minutes to j), where that is
above 0; minutes now are those to the nearest existing site, or the limit, beyond which all minutes count alike.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from pipelines.response.siting.solver.problem import Flags, Floats, Ints, Problem


@dataclass(frozen=True, eq=False)
class Ranking:
    """Benefits by place, the largest first, and by candidate.

    Attributes
    ----------
    start, count
        Where the row of each place begins, and how many benefits it has.
    column, value
        Candidate and benefit, row after row.
    columns
        Benefits by candidate, as `Benefit.columns`.
    rank
        How many larger benefits the place has, for each value of `columns`.
    """

    start: Ints
    count: Ints
    column: Ints
    value: Floats
    columns: sparse.csc_array
    rank: Ints

    def of(self, site: int) -> tuple[Ints, Floats, Ints]:
        """Places that a candidate serves, its benefits, and their ranks."""
        span = slice(self.columns.indptr[site], self.columns.indptr[site + 1])
        return self.columns.indices[span], self.columns.data[span], self.rank[span]


@dataclass(frozen=True, eq=False)
class Benefit:
    """Benefits by place and new candidate.

    Attributes
    ----------
    matrix
        Shape (places with any benefit, new candidates), values above 0 only, in the order of `Problem.free`.
    flat
        Whether a place has the same benefit from all that serve it (MCLP).
    total
        What the benefit is taken off to give what the planner is told: person-minutes without any new site; 0 where it
        is told itself.
    """

    matrix: sparse.csr_array
    flat: bool
    total: float = 0.0

    def gap(self, value: float, bound: float) -> float:
        """How far a value is from a bound, as a share of what the planner is told."""
        stated = self.total - value if self.total else value
        return max(bound - value, 0.0) / stated if stated > 0 else 0.0

    @cached_property
    def row(self) -> Ints:
        """Place of each stored value."""
        return np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))

    @cached_property
    def columns(self) -> sparse.csc_array:
        """The same by candidate."""
        return self.matrix.tocsc()

    @cached_property
    def ranking(self) -> Ranking:
        """The same, sorted."""
        order = np.lexsort((-self.matrix.data, self.row))
        column, value, row = self.matrix.indices[order], self.matrix.data[order], self.row[order]
        start = self.matrix.indptr[:-1].astype(np.int64)
        level = np.append(True, (row[1:] != row[:-1]) | (value[1:] != value[:-1]))[: len(row)]
        rank = np.maximum.accumulate(np.where(level, np.arange(len(row)), 0)) - start[row]
        count = np.diff(self.matrix.indptr).astype(np.int64)
        # Stable, so that each candidate has its places in rising order, as the columns have them.
        return Ranking(start, count, column, value, self.columns, rank[np.argsort(column, kind="stable")])

    @cached_property
    def most(self) -> Floats:
        """The largest benefit of each place."""
        return row_max(self.matrix)

    def service(self, selection: Ints) -> Floats:
        """Benefit of each place from some sites, the best of which serves it."""
        return row_max(self.columns[:, selection].tocsr()) if len(selection) else np.zeros(self.matrix.shape[0])

    def value(self, selection: Ints) -> float:
        """Benefit of all places from some sites."""
        return float(self.service(selection).sum())

    def without(self, exclusions: Flags) -> "Benefit":
        """The same with some candidates taken away; they keep their positions."""
        keep = ~exclusions[self.matrix.indices]
        start = np.append(0, np.cumsum(keep))[self.matrix.indptr]
        parts = (self.matrix.data[keep], self.matrix.indices[keep], start)
        return replace(self, matrix=sparse.csr_array(parts, shape=self.matrix.shape))

    def alike(self, site: int) -> Floats:
        """How far each candidate does the same good to the same places as one of them, from 0 to 1.

        Ruzicka's similarity: sum of the smaller of both benefits / sum of the larger, over all places.
        """
        own = np.zeros(self.matrix.shape[0])
        column = self.columns[:, [site]]
        own[column.indices] = column.data
        shared = np.bincount(
            self.matrix.indices, np.minimum(self.matrix.data, own[self.row]), minlength=self.matrix.shape[1]
        )
        total = np.bincount(self.matrix.indices, self.matrix.data, minlength=self.matrix.shape[1]) + own.sum()
        return np.divide(  # type: ignore[no-any-return]
            shared, total - shared, out=np.zeros_like(shared), where=total > shared
        )


def coverage(problem: Problem, limit: float) -> Benefit:
    """Benefits of the MCLP: people whom a candidate brings within the limit. Equal to it is within."""
    pairs, new = _pairs(problem)
    near = pairs.data <= limit
    has = np.zeros(len(problem.people), dtype=bool)
    has[pairs.row[near & ~new]] = True
    useful = near & new & ~has[pairs.row] & (problem.people[pairs.row] > 0)
    return Benefit(_matrix(problem, pairs, useful, problem.people[pairs.row]), flat=True)


def saving(problem: Problem, limit: float) -> Benefit:
    """Benefits of the p-median: person-minutes that a candidate saves; minutes beyond the limit count as the limit."""
    pairs, new = _pairs(problem)
    before = now(problem, limit)
    # Where every candidate is in reach, no choice leaves a place farther off than the farthest: a tighter scale.
    everywhere = np.bincount(pairs.row[new], minlength=len(before)) == len(problem.free)
    farthest = np.zeros(len(before))
    np.maximum.at(farthest, pairs.row[new], pairs.data[new])
    tighter = np.where(everywhere, np.minimum(before, farthest), before)
    # Where no candidate is better than another, opening any of them is still better than none.
    before = tighter if (new & (pairs.data < tighter[pairs.row]) & (problem.people[pairs.row] > 0)).any() else before
    savings = problem.people[pairs.row] * (before[pairs.row] - pairs.data)
    total = float(problem.people @ before)
    return Benefit(_matrix(problem, pairs, new & (savings > 0), savings), flat=False, total=total)


def now(problem: Problem, limit: float) -> Floats:
    """Minutes from each place to the nearest existing site, at most the limit."""
    pairs, new = _pairs(problem)
    rows = np.full(len(problem.people), float(limit))
    np.minimum.at(rows, pairs.row[~new], pairs.data[~new])
    return rows


def row_max(matrix: sparse.csr_array) -> Floats:
    """The largest stored value of each row, 0 where there is none; values are above 0."""
    rows = np.zeros(matrix.shape[0])
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled):
        rows[filled] = np.maximum.reduceat(matrix.data, matrix.indptr[filled])
    return rows


def _pairs(problem: Problem) -> tuple[sparse.coo_array, Flags]:
    pairs = problem.minutes.tocoo()
    return pairs, ~problem.existing[pairs.col]


def _matrix(problem: Problem, pairs: sparse.coo_array, useful: Flags, values: Floats) -> sparse.csr_array:
    position = np.cumsum(~problem.existing) - 1
    at = (pairs.row[useful], position[pairs.col[useful]])
    matrix = sparse.coo_array((values[useful], at), shape=(len(problem.people), len(problem.free))).tocsr()
    return matrix[np.flatnonzero(np.diff(matrix.indptr))]
