"""Where the next sites should be: maximum covering, p-median, set covering and p-centre over travel minutes."""

from pipelines.response.siting.solver.alternatives import alternatives
from pipelines.response.siting.solver.curve import curve
from pipelines.response.siting.solver.problem import Problem, Rules, problem, uncoverable
from pipelines.response.siting.solver.solve import METHODS, SOLVERS, Plan, solve

__all__ = [
    "METHODS",
    "SOLVERS",
    "Plan",
    "Problem",
    "Rules",
    "alternatives",
    "curve",
    "problem",
    "solve",
    "uncoverable",
]
