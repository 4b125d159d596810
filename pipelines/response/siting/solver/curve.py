"""How much each further site adds: the best 1, 2, ... sites."""

import numpy as np

from pipelines.response.siting.solver.exchange import exchange
from pipelines.response.siting.solver.problem import Ints, Problem, Rules
from pipelines.response.siting.solver.solve import Report, benefit_of, choice_of


def curve(
    problem: Problem, rules: Rules, *, method: str, limit: float, most: int, report: Report = lambda _: None
) -> list[Ints]:
    """Choose 1, 2, ... sites by exchange, each choice beginning with the one before, so that none is worse.

    Only for mclp and p_median without capacities, budget and minimum; elsewhere the list is empty.

    Returns
    -------
    list
        Positions of the new sites among the candidates, for each number.
    """
    if method not in ("mclp", "p_median") or problem.limited or rules.budget is not None or rules.minimum:
        return []
    benefit = benefit_of(problem, method, limit)
    selections: list[Ints] = []
    selection = np.empty(0, dtype=np.int64)
    for sites in range(1, min(most, len(problem.free)) + 1):
        report(f"The best {sites} of {most} sites")
        selection = exchange(benefit, choice_of(problem, Rules(sites=sites)), start=selection)
        selections.append(problem.free[selection])
    return selections
