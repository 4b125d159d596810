"""Choices of sites beside the best that differ from it in substance."""

import time
from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np

from pipelines.response.siting.solver.exchange import Choice
from pipelines.response.siting.solver.problem import Flags, Ints, Problem, Rules
from pipelines.response.siting.solver.solve import SECONDS, Plan, Report, benefit_of, best, choice_of

# Two sites are alike when they do at least this share of the same good to the same places.
ALIKE = 0.5


def alternatives(
    problem: Problem,
    rules: Rules,
    first: Plan,
    *,
    limit: float,
    count: int,
    seconds: float = SECONDS,
    report: Report = lambda _: None,
) -> list[Plan]:
    """Find the next best choices that differ in substance from the first and from each other.

    Choices differ when each has at least one site for which the other has none that is alike: that does half or more
    of the same good to the same people (`Benefit.alike`). Sites are ruled out with all that are alike, one after
    the other, as in Lawler (1972), Management Science 18, 401-405. Only for mclp and p_median without capacities.

    Returns
    -------
    list of Plan
        Up to `count`, the best first; each with the bound of the choices that it was the best of.
    """
    if first.method not in ("mclp", "p_median") or problem.limited or count < 1:
        return []
    deadline = time.monotonic() + seconds
    benefit, choice = benefit_of(problem, first.method, limit), choice_of(problem, rules)
    near: dict[int, Flags] = {}

    def alike(site: int) -> Flags:
        if site not in near:
            near[site] = benefit.alike(site) >= ALIKE
            near[site][site] = True
        return near[site]

    own = np.searchsorted(problem.free, first.selection)
    selections, plans = [own], list[Plan]()
    queue: list[tuple[float, int, frozenset[int], Plan]] = []
    visits = {frozenset[int]()}
    branches = [(frozenset[int](), own)]
    while len(plans) < count and time.monotonic() < deadline:
        for exclusions, selection in branches:
            for site in selection:
                more = exclusions | {int(site)}
                if more in visits or time.monotonic() > deadline:
                    continue
                visits.add(more)
                report(f"Looking for alternatives ({len(visits) - 1} tried)")
                out = np.logical_or.reduce([alike(each) for each in more])
                if out.all() or not _possible(choice, ~out):
                    continue
                left = benefit.without(out)
                plan = best(
                    left, choice, problem, first.method, first.solver, deadline - time.monotonic(), lambda _: None
                )
                if len(plan.selection):
                    worth = plan.value if first.method == "p_median" else -plan.value
                    heappush(queue, (worth, len(visits), more, plan))
        if not queue:
            break
        _, _, exclusions, plan = heappop(queue)
        selection = np.searchsorted(problem.free, plan.selection)
        same = next((other for other in selections if _holds(selection, other, alike)), None)
        if same is None and not any(_holds(other, selection, alike) for other in selections):
            plans.append(plan)
            selections.append(selection)
        branches = [(exclusions, selection if same is None else same)]
    return plans


def _holds(one: Ints, other: Ints, alike: Callable[[int], Flags]) -> bool:
    """Whether a choice has a site that is alike for every site of another."""
    return all(alike(int(site))[one].any() for site in other)


def _possible(choice: Choice, left: np.ndarray) -> bool:
    """Whether the candidates left over can keep the rules."""
    enough = all(
        int(((choice.region == region) & left).sum()) >= number for region, number in enumerate(choice.minimum)
    )
    return bool(enough and left.any() and choice.cost[left].min() <= choice.budget)
