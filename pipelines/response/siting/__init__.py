"""Where the next sites should be: maximum covering, p-median, set covering and p-centre over travel minutes."""

from pipelines.response.siting.alternatives import alternatives
from pipelines.response.siting.curve import curve
from pipelines.response.siting.problem import Problem, Rules, problem, uncoverable
from pipelines.response.siting.solve import METHODS, SOLVERS, Plan, solve

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
