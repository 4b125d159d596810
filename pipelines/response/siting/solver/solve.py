"""One siting problem solved: by the interactive or the exact solver, with the gap stated."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np
from scipy import sparse

from geodata.errors import InputError
from geodata.i18n import mark, say
from geodata.names import suggest
from pipelines.response.siting.solver import capacity, cover, exact, highs
from pipelines.response.siting.solver.benefit import Benefit, coverage, saving
from pipelines.response.siting.solver.bound import Bound, bound
from pipelines.response.siting.solver.exchange import Choice, exchange, perturb
from pipelines.response.siting.solver.problem import Ints, Problem, Rules, check, deficits

METHODS = {
    "mclp": "Most people within the limit",
    "p_median": "Least travel altogether",
    "lscp": "Everybody within the limit, fewest sites",
    "p_centre": "The farthest as near as can be",
}
SOLVERS = ("exchange", "exact")
SECONDS = 60.0
# Rounds of the bound: for the interactive solver as many as cost about a second, for the exact one as many as pay.
LEAST_ROUNDS, MOST_ROUNDS, ROUND_VALUES, EXACT_ROUNDS = 40, 150, 1.5e8, 400
CLIMBS = 10
# Tries of the exact solver to better a choice before the proof: as many as cost about half a second.
LEAST_TRIES, MOST_TRIES, TRY_VALUES = 5, 100, 1e7
# Proofs over fewer benefits than these take less than that.
EASY_VALUES = 20_000

Report = Callable[[str], None]

# Benefits by method and limit, for as long as the problem is in use.
_BENEFITS: WeakKeyDictionary[Problem, dict[tuple[str, float], Benefit]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Plan:
    """Proposed sites, how good they are and how good any could be.

    Attributes
    ----------
    method, solver
        Keys of `METHODS`, and one of `SOLVERS`.
    selection
        Positions of the new sites among the candidates of the problem.
    value, bound
        What the method makes large or small, and what no choice can better: people brought within the limit (mclp;
        under capacities all who are served within it, those whom existing sites serve too), person-minutes (p_median),
        cost of the new sites (lscp), minutes of the farthest place (p_centre).
    seconds
        The time limit, where it ended the search; None elsewhere.
    shares
        People by place and candidate, where capacities divide them; None elsewhere.
    """

    method: str
    solver: str
    selection: Ints
    value: float
    bound: float
    seconds: float | None = None
    shares: sparse.csr_array | None = None

    @property
    def gap(self) -> float:
        """How far the value is from the bound, as a share of the value; infinite where nothing was found."""
        if abs(self.bound - self.value) <= 2 * highs.GAP * max(abs(self.value), 1e-9):
            return 0.0
        return abs(self.bound - self.value) / self.value if self.value else float("inf")

    @property
    def optimal(self) -> bool:
        """Whether no choice is better."""
        return self.gap == 0

    def quality(self) -> str:
        """Say how good the sites are, in a few words."""
        if self.optimal:
            return "proven optimal"
        share = f"{100 * self.gap:.1f} %" if self.gap >= 0.0005 else "0.1 %"
        return f"time limit, gap {share}" if self.seconds else f"within {share} of the best possible"


def solve(
    problem: Problem,
    rules: Rules,
    *,
    method: str = "mclp",
    limit: float,
    solver: str = "exchange",
    seconds: float = SECONDS,
    report: Report = lambda _: None,
) -> Plan:
    """Choose sites.

    Parameters
    ----------
    problem
        The problem.
    rules
        What the choice must keep to. `lscp` asks for none, `p_centre` for a number of sites only.
    method
        A key of `METHODS`.
    limit
        Minutes: within it a place is covered (mclp, lscp); beyond it all minutes count alike (p_median); not used by
        p_centre.
    solver
        "exchange", quick and with a bound, or "exact".
    seconds
        Time limit of the exact solver.
    report
        Called with a few words before each step.

    Raises
    ------
    InputError
        An unknown method or solver, rules that cannot be kept or that the method does not know, capacities with the
        interactive solver, a limit that is not above 0, or places out of reach of every choice (p_centre).
    """
    _check_name(method, METHODS, mark("method"))
    _check_name(solver, SOLVERS, mark("solver"))
    if not limit > 0:
        raise InputError(say("The limit is {limit} minutes, expected above 0.", limit=f"{limit:g}"))
    if method in ("lscp", "p_centre"):
        return _cover(problem, rules, method, limit, solver, seconds, report)
    check(problem, rules)
    if problem.limited:
        return _capacitated(problem, rules, method, limit, solver, seconds, report)
    benefit = benefit_of(problem, method, limit)
    return best(benefit, choice_of(problem, rules), problem, method, solver, seconds, report)


def best(
    benefit: Benefit, choice: Choice, problem: Problem, method: str, solver: str, seconds: float, report: Report
) -> Plan:
    """Choose the sites of most benefit, by exchange with a bound or with a proof; arguments as in `solve`."""
    report("Exchanging sites")
    start = exchange(benefit, choice)
    report("Bounding the best possible")
    if solver == "exchange":
        rounds = int(
            np.clip(ROUND_VALUES / max(benefit.matrix.nnz, 1) / (1 if benefit.flat else 4), LEAST_ROUNDS, MOST_ROUNDS)
        )
        limited = bound(benefit, choice, start, rounds=rounds, climbs=CLIMBS)
        selection, value, most = limited.selection, benefit.value(limited.selection), limited.value
    else:
        limited = _tightened(benefit, choice, bound(benefit, choice, start, rounds=EXACT_ROUNDS, climbs=CLIMBS))
        report("Proving the best")
        proof = exact.prove(benefit, choice, limited, seconds=seconds)
        selection, value, most = proof.selection, proof.value, proof.bound
    if benefit.total:
        value, most = benefit.total - value, benefit.total - most
    plan = Plan(method, solver, problem.free[selection], value, most)
    return plan if solver == "exchange" or plan.optimal else replace(plan, seconds=seconds)


def _tightened(benefit: Benefit, choice: Choice, limited: Bound) -> Bound:
    """Close a bound from below: what a better choice leaves to prove is less, and often nothing."""
    left = int((~limited.out & ~limited.into)[benefit.matrix.indices].sum())
    if benefit.gap(benefit.value(limited.selection), limited.value) <= highs.GAP or left < EASY_VALUES:
        return limited
    tries = int(np.clip(TRY_VALUES / max(benefit.matrix.nnz, 1), LEAST_TRIES, MOST_TRIES))
    selection = perturb(benefit, choice, limited.selection, tries=tries, ceiling=limited.value)
    if benefit.value(selection) <= benefit.value(limited.selection):
        return limited
    again = bound(benefit, choice, selection, rounds=EXACT_ROUNDS // 2, climbs=0, prices=limited.prices)
    # What is in no choice better than the first is in none better than the second.
    return replace(
        again,
        value=min(again.value, limited.value),
        out=again.out | limited.out,
        into=again.into | limited.into,
    )


def _cover(
    problem: Problem, rules: Rules, method: str, limit: float, solver: str, seconds: float, report: Report
) -> Plan:
    if rules.minimum or rules.budget is not None or problem.limited:
        raise InputError(
            say(
                "The method {method} knows no budget, no minimum of regions and no capacities; leave them "
                "out, or take mclp or p_median.",
                method=method,
            )
        )
    report("Covering everybody")
    if method == "lscp":
        cover_result = cover.covering(problem, limit, exact=solver == "exact", seconds=seconds)
    else:
        check(problem, rules)
        cover_result = cover.centre(problem, rules.sites or 1, exact=solver == "exact", seconds=seconds)
    plan = Plan(method, solver, problem.free[cover_result.selection], cover_result.value, cover_result.bound)
    return plan if solver == "exchange" or plan.optimal else replace(plan, seconds=seconds)


def _capacitated(
    problem: Problem, rules: Rules, method: str, limit: float, solver: str, seconds: float, report: Report
) -> Plan:
    if solver != "exact":
        raise InputError(
            say("Sites have capacities, which only the exact solver knows; choose it or leave the capacities out.")
        )
    report("Proving the best")
    cover_result, shares = capacity.prove(
        problem, choice_of(problem, rules), covering=method == "mclp", limit=limit, seconds=seconds
    )
    value, most = cover_result.value, cover_result.bound
    if method == "p_median":
        total = float(problem.people.sum() * limit)
        value, most = total - value, total - most
    plan = Plan(method, solver, problem.free[cover_result.selection], value, most, shares=shares)
    return plan if plan.optimal else replace(plan, seconds=seconds)


def benefit_of(problem: Problem, method: str, limit: float) -> Benefit:
    """Benefits of a problem, worked out once for the proposal, the alternatives and the curve."""
    cached = _BENEFITS.setdefault(problem, {})
    if (method, limit) not in cached:
        cached[method, limit] = coverage(problem, limit) if method == "mclp" else saving(problem, limit)
    return cached[method, limit]


def choice_of(problem: Problem, rules: Rules) -> Choice:
    """The rules in terms of the new candidates."""
    lacking = deficits(problem, rules)
    number = {name: position for position, name in enumerate(lacking)}
    free = problem.free
    return Choice(
        cost=problem.cost[free],
        region=np.array([number.get(name, -1) for name in problem.region[free]], dtype=np.int64),
        sites=len(free) if rules.sites is None else rules.sites,
        budget=np.inf if rules.budget is None else rules.budget,
        minimum=np.array(list(lacking.values()), dtype=np.int64),
    )


def _check_name(name: str, options: object, what: str) -> None:
    names = list(options)  # type: ignore[call-overload]
    if name not in names:
        raise InputError(
            say("There is no {what} {name}; {hint}.", what=say(what), name=repr(name), hint=suggest(name, names))
        )
