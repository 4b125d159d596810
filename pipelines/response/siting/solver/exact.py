"""The exact solver for benefits: candidates that are proven out are left out, HiGHS proves the rest.

The benefits of a place take the values v_1 > v_2 > ... > v_K > 0. With y_j = 1 where j is open and z_ik = 1 where some
open site serves place i with v_k or more, the programme (Cornuejols, Nemhauser and Wolsey 1980, Operations Research
Letters 1, 54-58; Elloumi 2010, Computers & Operations Research 37, 1905-1912) is

    maximise sum of (v_k - v_k+1) z_ik   subject to   z_ik <= z_i,k-1 + sum of y_j over the j with b_ij = v_k,

and the rules for y. For the MCLP K = 1, which is the programme of Church and ReVelle (1974), Papers of the Regional
Science Association 32, 101-118. The deepest levels are granted at first and added where a solution makes use of them
(Garcia, Labbe and Marin 2011, INFORMS Journal on Computing 23, 546-556): each round is a bound, and the last one exact.
"""

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipelines.response.siting.solver import highs
from pipelines.response.siting.solver.benefit import Benefit
from pipelines.response.siting.solver.bound import Bound
from pipelines.response.siting.solver.exchange import Choice
from pipelines.response.siting.solver.problem import Flags, Floats, Ints
from pipelines.response.siting.solver.reduce import dominated, merged


@dataclass(frozen=True, eq=False)
class Proven:
    """The best choice found (new candidates by position), its value, and a bound for every choice."""

    chosen: Ints
    value: float
    bound: float


def prove(benefit: Benefit, choice: Choice, limit: Bound, *, seconds: float) -> Proven:
    """Find the best choice, or the best within a time limit.

    Parameters
    ----------
    benefit, choice
        What sites do, and the rules.
    limit
        A choice already found, and what is proven of the others.
    seconds
        Time limit.

    Returns
    -------
    Proven
        `bound` equals `value`, to one in ten million, where the choice is proven to be the best.
    """
    deadline = time.monotonic() + seconds
    best, ceiling = limit.chosen, limit.value
    value = benefit.value(best)
    if benefit.gap(value, ceiling) <= highs.GAP:
        return Proven(best, value, value)
    left = _Left(benefit, choice, limit)
    levels = left.levels_of(best)
    while True:
        solved, programme = left.solve(levels, best, deadline - time.monotonic())
        if solved.ended == "infeasible":
            # All that was left out is no better than what is known.
            return Proven(best, value, value)
        ceiling = min(ceiling, max(value, -solved.bound + left.fixed))
        if solved.values is not None:
            found = programme.chosen(solved.values)
            if benefit.value(found) > value:
                best, value = found, benefit.value(found)
            deeper = left.deeper(levels, found)
        if benefit.gap(value, ceiling) <= highs.GAP:
            return Proven(best, value, value)
        if solved.ended == "time" or solved.values is None or not deeper.any():
            return Proven(best, value, ceiling)
        levels = np.where(deeper, 2 * levels + 1, levels)


@dataclass(frozen=True, eq=False)
class _Programme:
    """Positions of the candidates behind the first values of a programme, and those that are open anyway."""

    candidates: Ints
    into: Ints

    def chosen(self, values: Floats) -> Ints:
        return np.sort(np.append(self.candidates[values[: len(self.candidates)] > 0.5], self.into))


class _Left:
    """What is left to decide: candidates that are neither proven out nor in, and what they add for each place."""

    def __init__(self, benefit: Benefit, choice: Choice, limit: Bound) -> None:
        self.choice, self.benefit = choice, benefit
        self.into = np.flatnonzero(limit.into)
        base = benefit.served(self.into)
        self.open = ~limit.out & ~limit.into
        more = benefit.matrix.data - base[benefit.row]
        kept = self.open[benefit.matrix.indices] & (more > 0)
        row, column, value = benefit.row[kept], benefit.matrix.indices[kept], more[kept]
        if benefit.flat and len(row):
            shape = benefit.matrix.shape
            of = merged(sparse.csr_array((value, (row, column)), shape=shape))
            filled = np.unique(row)
            people = np.bincount(of[filled], benefit.most[filled], minlength=of.max() + 1)
            first = np.unique(of[filled], return_index=True)[1]
            kept = np.isin(row, filled[first])
            row, column = of[row[kept]], column[kept]
            value = people[row]
            # In a region that needs a minimum, only a site of the same region can take the place of another.
            alone = dominated(sparse.csr_array((value, (row, column)), shape=shape), choice.cost, choice.region)
            self.open &= ~alone
            kept = self.open[column]
            row, column, value = row[kept], column[kept], value[kept]
        order = np.lexsort((column, -value, row))
        self.row, self.column, self.value = row[order], column[order], value[order]
        new_row = np.append(True, np.diff(self.row) != 0)[: len(row)]
        step = new_row | np.append(True, np.diff(self.value) != 0)[: len(row)]
        run = np.cumsum(step) - 1
        start = np.maximum.accumulate(np.where(new_row, run, 0))
        self.level = run - start
        self.depth = np.zeros(benefit.matrix.shape[0], dtype=np.int64)
        np.maximum.at(self.depth, self.row, self.level + 1)
        # Value by level of every row, laid end to end; where each row begins.
        self.worth = self.value[step]
        self.begin = np.append(0, np.cumsum(self.depth))[:-1]
        self.base = float(base.sum())
        self.fixed = self.base

    def levels_of(self, chosen: Ints) -> Ints:
        """Levels to begin with: those down to where a choice serves each place, and some more."""
        return np.minimum(self.depth, self._reached(chosen) * 5 // 4 + 3)

    def deeper(self, levels: Ints, chosen: Ints) -> Flags:
        """Where a choice serves a place from a level that was granted."""
        return (self._reached(chosen) >= levels) & (levels < self.depth)

    def _reached(self, chosen: Ints) -> Ints:
        """Level at which a choice serves each place; the depth where it does not."""
        reached = self.depth.copy()
        of = np.isin(self.column, chosen)
        np.minimum.at(reached, self.row[of], self.level[of])
        return reached

    def solve(self, levels: Ints, known: Ints, seconds: float) -> tuple[highs.Solved, _Programme]:
        """Solve the programme with some levels of each place; sets `fixed`, what comes on top of its value."""
        levels = np.minimum(levels, self.depth)
        candidates = np.flatnonzero(self.open)
        at = np.zeros(len(self.open), dtype=np.int64)
        at[candidates] = np.arange(len(candidates))
        rows = np.flatnonzero(self.depth)
        worth = np.append(self.worth, 0.0)
        last = self.begin[rows] + self.depth[rows] - 1
        next_ = np.arange(1, len(self.worth) + 1)
        next_[last] = len(self.worth)
        # Which levels are in the programme, and their number there.
        of_row = np.repeat(rows, self.depth[rows])
        number = np.arange(len(self.worth)) - self.begin[of_row]
        within = number < levels[of_row]
        position = np.cumsum(within) - 1
        gained = (worth[:-1] - worth[next_])[within]
        granted = rows[levels[rows] < self.depth[rows]]
        self.fixed = self.base + float(self.worth[self.begin[granted] + levels[granted]].sum())

        count, served = len(candidates), int(within.sum())
        used = self.level < levels[self.row]
        line = position[self.begin[self.row[used]] + self.level[used]]
        follows = np.flatnonzero(within & (number > 0))
        parts = [
            (np.ones(used.sum()), line, at[self.column[used]]),
            (-np.ones(served), np.arange(served), count + np.arange(served)),
            (np.ones(len(follows)), position[follows], count + position[follows] - 1),
        ]
        rules = self._rules(candidates)
        parts += [(row, np.full(count, served + i), np.arange(count)) for i, (row, _, _) in enumerate(rules)]
        value, row, column = (np.concatenate(part) for part in zip(*parts, strict=True))
        matrix = sparse.coo_array((value, (row, column)), shape=(served + len(rules), count + served)).tocsr()
        start = np.zeros(count + served)
        start[:count] = np.isin(candidates, known)
        start[count:] = (self._reached(known)[of_row] <= number)[within]
        solved = highs.minimise(
            np.append(np.zeros(count), -gained),
            matrix,
            np.append(np.zeros(served), [low for _, low, _ in rules]),
            np.append(np.full(served, np.inf), [high for _, _, high in rules]),
            top=np.ones(count + served),
            whole=np.arange(count + served) < count,
            start=start,
            seconds=seconds,
        )
        return solved, _Programme(candidates, self.into)

    def _rules(self, candidates: Ints) -> list[tuple[Floats, float, float]]:
        """Coefficients of the candidates, low and high of each rule."""
        choice = self.choice
        rules = [(np.ones(len(candidates)), -np.inf, float(choice.sites - len(self.into)))]
        if np.isfinite(choice.budget):
            rules.append((choice.cost[candidates], -np.inf, choice.budget - float(choice.cost[self.into].sum())))
        for region, number in enumerate(choice.missing(self.into)):
            if number:
                rules.append(((choice.region[candidates] == region).astype(np.float64), float(number), np.inf))
        return rules
