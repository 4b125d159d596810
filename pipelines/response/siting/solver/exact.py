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
from pipelines.response.siting.solver.reduce import dominated, groups


@dataclass(frozen=True, eq=False)
class Proof:
    """The best choice found (new candidates by position), its value, and a bound for every choice."""

    selection: Ints
    value: float
    bound: float


def prove(benefit: Benefit, choice: Choice, limit: Bound, *, seconds: float) -> Proof:
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
    Proof
        `bound` equals `value`, to one in ten million, where the choice is proven to be the best.
    """
    deadline = time.monotonic() + seconds
    best, ceiling = limit.selection, limit.value
    value = benefit.value(best)
    if benefit.gap(value, ceiling) <= highs.GAP:
        return Proof(best, value, value)
    left = _Left(benefit, choice, limit)
    levels = left.levels_of(best)
    while True:
        solution, programme = left.solve(levels, best, deadline - time.monotonic())
        if solution.ended == "infeasible":
            # All that was left out is no better than what is known.
            return Proof(best, value, value)
        ceiling = min(ceiling, max(value, -solution.bound + left.fixed))
        if solution.values is not None:
            selection_of_solution = programme.selection(solution.values)
            if benefit.value(selection_of_solution) > value:
                best, value = selection_of_solution, benefit.value(selection_of_solution)
            deeper = left.deeper(levels, selection_of_solution)
        if benefit.gap(value, ceiling) <= highs.GAP:
            return Proof(best, value, value)
        if solution.ended == "time" or solution.values is None or not deeper.any():
            return Proof(best, value, ceiling)
        levels = np.where(deeper, 2 * levels + 1, levels)


@dataclass(frozen=True, eq=False)
class _Programme:
    """Positions of the candidates behind the first values of a programme, and those that are open anyway."""

    candidates: Ints
    into: Ints

    def selection(self, values: Floats) -> Ints:
        return np.sort(np.append(self.candidates[values[: len(self.candidates)] > 0.5], self.into))


class _Left:
    """What is left to decide: candidates that are neither proven out nor in, and what they add for each place."""

    def __init__(self, benefit: Benefit, choice: Choice, limit: Bound) -> None:
        self.choice, self.benefit = choice, benefit
        self.into = np.flatnonzero(limit.into)
        base = benefit.service(self.into)
        self.open = ~limit.out & ~limit.into
        more = benefit.matrix.data - base[benefit.row]
        useful = self.open[benefit.matrix.indices] & (more > 0)
        row, column, value = benefit.row[useful], benefit.matrix.indices[useful], more[useful]
        if benefit.flat and len(row):
            shape = benefit.matrix.shape
            of = groups(sparse.csr_array((value, (row, column)), shape=shape))
            filled = np.unique(row)
            people = np.bincount(of[filled], benefit.most[filled], minlength=of.max() + 1)
            first = np.unique(of[filled], return_index=True)[1]
            useful = np.isin(row, filled[first])
            row, column = of[row[useful]], column[useful]
            value = people[row]
            # In a region that needs a minimum, only a site of the same region can take the place of another.
            alone = dominated(sparse.csr_array((value, (row, column)), shape=shape), choice.cost, choice.region)
            self.open &= ~alone
            useful = self.open[column]
            row, column, value = row[useful], column[useful], value[useful]
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

    def levels_of(self, selection: Ints) -> Ints:
        """Levels to begin with: those down to where a choice serves each place, and some more."""
        return np.minimum(self.depth, self._level(selection) * 5 // 4 + 3)

    def deeper(self, levels: Ints, selection: Ints) -> Flags:
        """Where a choice serves a place from a level that was granted."""
        return (self._level(selection) >= levels) & (levels < self.depth)

    def _level(self, selection: Ints) -> Ints:
        """Level at which a choice serves each place; the depth where it does not."""
        level = self.depth.copy()
        of = np.isin(self.column, selection)
        np.minimum.at(level, self.row[of], self.level[of])
        return level

    def solve(self, levels: Ints, start_selection: Ints, seconds: float) -> tuple[highs.Solution, _Programme]:
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
        gains = (worth[:-1] - worth[next_])[within]
        granted = rows[levels[rows] < self.depth[rows]]
        self.fixed = self.base + float(self.worth[self.begin[granted] + levels[granted]].sum())

        count, rows_served = len(candidates), int(within.sum())
        active = self.level < levels[self.row]
        line = position[self.begin[self.row[active]] + self.level[active]]
        follows = np.flatnonzero(within & (number > 0))
        parts = [
            (np.ones(active.sum()), line, at[self.column[active]]),
            (-np.ones(rows_served), np.arange(rows_served), count + np.arange(rows_served)),
            (np.ones(len(follows)), position[follows], count + position[follows] - 1),
        ]
        rules = self._rules(candidates)
        parts += [(row, np.full(count, rows_served + i), np.arange(count)) for i, (row, _, _) in enumerate(rules)]
        value, row, column = (np.concatenate(part) for part in zip(*parts, strict=True))
        matrix = sparse.coo_array((value, (row, column)), shape=(rows_served + len(rules), count + rows_served)).tocsr()
        start = np.zeros(count + rows_served)
        start[:count] = np.isin(candidates, start_selection)
        start[count:] = (self._level(start_selection)[of_row] <= number)[within]
        solution = highs.minimise(
            np.append(np.zeros(count), -gains),
            matrix,
            np.append(np.zeros(rows_served), [low for _, low, _ in rules]),
            np.append(np.full(rows_served, np.inf), [high for _, _, high in rules]),
            top=np.ones(count + rows_served),
            whole=np.arange(count + rows_served) < count,
            start=start,
            seconds=seconds,
        )
        return solution, _Programme(candidates, self.into)

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
