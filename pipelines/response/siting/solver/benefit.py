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
class Sorted:
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
        told = self.total - value if self.total else value
        return max(bound - value, 0.0) / told if told > 0 else 0.0

    @cached_property
    def row(self) -> Ints:
        """Place of each stored value."""
        return np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))

    @cached_property
    def columns(self) -> sparse.csc_array:
        """The same by candidate."""
        return self.matrix.tocsc()

    @cached_property
    def sorted(self) -> Sorted:
        """The same, sorted."""
        order = np.lexsort((-self.matrix.data, self.row))
        column, value, row = self.matrix.indices[order], self.matrix.data[order], self.row[order]
        start = self.matrix.indptr[:-1].astype(np.int64)
        level = np.append(True, (row[1:] != row[:-1]) | (value[1:] != value[:-1]))[: len(row)]
        rank = np.maximum.accumulate(np.where(level, np.arange(len(row)), 0)) - start[row]
        count = np.diff(self.matrix.indptr).astype(np.int64)
        # Stable, so that each candidate has its places in rising order, as the columns have them.
        return Sorted(start, count, column, value, self.columns, rank[np.argsort(column, kind="stable")])

    @cached_property
    def most(self) -> Floats:
        """The largest benefit of each place."""
        return row_max(self.matrix)

    def served(self, chosen: Ints) -> Floats:
        """Benefit of each place from some sites, the best of which serves it."""
        return row_max(self.columns[:, chosen].tocsr()) if len(chosen) else np.zeros(self.matrix.shape[0])

    def value(self, chosen: Ints) -> float:
        """Benefit of all places from some sites."""
        return float(self.served(chosen).sum())

    def without(self, banned: Flags) -> "Benefit":
        """The same with some candidates taken away; they keep their positions."""
        keep = ~banned[self.matrix.indices]
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


def coverage(given: Problem, limit: float) -> Benefit:
    """Benefits of the MCLP: people whom a candidate brings within the limit. Equal to it is within."""
    pairs, new = _pairs(given)
    near = pairs.data <= limit
    has = np.zeros(len(given.people), dtype=bool)
    has[pairs.row[near & ~new]] = True
    kept = near & new & ~has[pairs.row] & (given.people[pairs.row] > 0)
    return Benefit(_matrix(given, pairs, kept, given.people[pairs.row]), flat=True)


def saving(given: Problem, limit: float) -> Benefit:
    """Benefits of the p-median: person-minutes that a candidate saves; minutes beyond the limit count as the limit."""
    pairs, new = _pairs(given)
    before = now(given, limit)
    # Where every candidate is in reach, no choice leaves a place farther off than the farthest: a tighter scale.
    everywhere = np.bincount(pairs.row[new], minlength=len(before)) == len(given.free)
    farthest = np.zeros(len(before))
    np.maximum.at(farthest, pairs.row[new], pairs.data[new])
    tighter = np.where(everywhere, np.minimum(before, farthest), before)
    # Where no candidate is better than another, opening any of them is still better than none.
    before = tighter if (new & (pairs.data < tighter[pairs.row]) & (given.people[pairs.row] > 0)).any() else before
    saved = given.people[pairs.row] * (before[pairs.row] - pairs.data)
    total = float(given.people @ before)
    return Benefit(_matrix(given, pairs, new & (saved > 0), saved), flat=False, total=total)


def now(given: Problem, limit: float) -> Floats:
    """Minutes from each place to the nearest existing site, at most the limit."""
    pairs, new = _pairs(given)
    found = np.full(len(given.people), float(limit))
    np.minimum.at(found, pairs.row[~new], pairs.data[~new])
    return found


def row_max(matrix: sparse.csr_array) -> Floats:
    """The largest stored value of each row, 0 where there is none; values are above 0."""
    found = np.zeros(matrix.shape[0])
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled):
        found[filled] = np.maximum.reduceat(matrix.data, matrix.indptr[filled])
    return found


def _pairs(given: Problem) -> tuple[sparse.coo_array, Flags]:
    pairs = given.minutes.tocoo()
    return pairs, ~given.existing[pairs.col]


def _matrix(given: Problem, pairs: sparse.coo_array, kept: Flags, values: Floats) -> sparse.csr_array:
    position = np.cumsum(~given.existing) - 1
    at = (pairs.row[kept], position[pairs.col[kept]])
    matrix = sparse.coo_array((values[kept], at), shape=(len(given.people), len(given.free))).tocsr()
    return matrix[np.flatnonzero(np.diff(matrix.indptr))]
