"""HiGHS, a solver of linear and integer programmes (Huangfu and Hall 2018, Mathematical Programming Computation 10)."""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from pipelines.response.siting.solver.problem import Flags, Floats

# How near to the bound an integer solution must be to be called optimal: one in ten million.
GAP = 1e-7


@dataclass(frozen=True, eq=False)
class Solution:
    """What HiGHS found for a minimisation: values (None: nothing), their sum and the bound, and how it ended."""

    values: Floats | None
    objective: float
    bound: float
    ended: str


def minimise(
    cost: Floats,
    matrix: sparse.csr_array,
    low: Floats,
    high: Floats,
    *,
    top: Floats,
    least: Floats | None = None,
    whole: Flags,
    start: Floats | None = None,
    seconds: float,
) -> Solution:
    """Minimise cost · x with low <= matrix x <= high and least <= x <= top.

    Parameters
    ----------
    cost, matrix, low, high, top, least
        The programme; the matrix has a row for each constraint. `least` None: 0.
    whole
        Which values must be whole numbers.
    start
        Values to begin with; None for none.
    seconds
        Time limit.

    Returns
    -------
    Solution
        `ended` is "optimal", "infeasible" or "time".
    """
    programme = highspy.HighsLp()
    programme.num_row_, programme.num_col_ = matrix.shape
    programme.col_cost_, programme.col_upper_ = cost, top
    programme.col_lower_ = np.zeros(len(cost)) if least is None else least
    programme.row_lower_, programme.row_upper_ = low, high
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    programme.a_matrix_.index_ = matrix.indices.astype(np.int32)
    programme.a_matrix_.value_ = matrix.data
    if whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        programme.integrality_ = [kinds[int(one)] for one in whole]
    solver = _Quiet()  # type: ignore[no-untyped-call]
    for name, value in {
        "threads": 1,
        "random_seed": 1,
        "time_limit": max(seconds, 0.1),
        "mip_rel_gap": GAP,
        "mip_abs_gap": 1e-9,
    }.items():
        solver.setOptionValue(name, value)
    # The search runs in a thread of its own, so that an interruption ends it.
    solver.HandleKeyboardInterrupt = True
    solver.passModel(programme)
    if start is not None:
        begin = highspy.HighsSolution()
        begin.col_value = start
        solver.setSolution(begin)
    solver.solve()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Solution(None, np.inf, np.inf, "infeasible")
    if status == highspy.HighsModelStatus.kInterrupt:
        raise KeyboardInterrupt
    feasible = np.isfinite(info.objective_function_value) and info.primal_solution_status == 2
    values = np.asarray(solver.getSolution().col_value) if feasible else None
    optimal = status == highspy.HighsModelStatus.kOptimal
    bound = float(info.mip_dual_bound) if whole.any() else float(info.objective_function_value if optimal else -np.inf)
    return Solution(values, float(info.objective_function_value), bound, "optimal" if optimal else "time")


class _Quiet(highspy.Highs):
    """A solver that writes nothing: its banner comes with the callbacks, before an option could be set from outside."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the name in HiGHS
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]
