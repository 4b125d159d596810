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
from pipelines.response.siting.solver.exchange import Choice, exchange, shaken
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
    chosen
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
    chosen: Ints
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
    def proven(self) -> bool:
        """Whether no choice is better."""
        return self.gap == 0

    def said(self) -> str:
        """Say how good the sites are, in a few words."""
        if self.proven:
            return "proven optimal"
        share = f"{100 * self.gap:.1f} %" if self.gap >= 0.0005 else "0.1 %"
        return f"time limit, gap {share}" if self.seconds else f"within {share} of the best possible"


def solve(
    given: Problem,
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
    given
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
    _known(method, METHODS, mark("method"))
    _known(solver, SOLVERS, mark("solver"))
    if not limit > 0:
        raise InputError(say("The limit is {limit} minutes, expected above 0.", limit=f"{limit:g}"))
    if method in ("lscp", "p_centre"):
        return _cover(given, rules, method, limit, solver, seconds, report)
    check(given, rules)
    if given.limited:
        return _capacitated(given, rules, method, limit, solver, seconds, report)
    benefit = benefit_of(given, method, limit)
    return best(benefit, choice_of(given, rules), given, method, solver, seconds, report)


def best(
    benefit: Benefit, choice: Choice, given: Problem, method: str, solver: str, seconds: float, report: Report
) -> Plan:
    """Choose the sites of most benefit, by exchange with a bound or with a proof; arguments as in `solve`."""
    report("Exchanging sites")
    begun = exchange(benefit, choice)
    report("Bounding the best possible")
    if solver == "exchange":
        rounds = int(
            np.clip(ROUND_VALUES / max(benefit.matrix.nnz, 1) / (1 if benefit.flat else 4), LEAST_ROUNDS, MOST_ROUNDS)
        )
        limited = bound(benefit, choice, begun, rounds=rounds, climbs=CLIMBS)
        chosen, value, most = limited.chosen, benefit.value(limited.chosen), limited.value
    else:
        limited = _tightened(benefit, choice, bound(benefit, choice, begun, rounds=EXACT_ROUNDS, climbs=CLIMBS))
        report("Proving the best")
        proven = exact.prove(benefit, choice, limited, seconds=seconds)
        chosen, value, most = proven.chosen, proven.value, proven.bound
    if benefit.total:
        value, most = benefit.total - value, benefit.total - most
    plan = Plan(method, solver, given.free[chosen], value, most)
    return plan if solver == "exchange" or plan.proven else replace(plan, seconds=seconds)


def _tightened(benefit: Benefit, choice: Choice, limited: Bound) -> Bound:
    """Close a bound from below: what a better choice leaves to prove is less, and often nothing."""
    left = int((~limited.out & ~limited.into)[benefit.matrix.indices].sum())
    if benefit.gap(benefit.value(limited.chosen), limited.value) <= highs.GAP or left < EASY_VALUES:
        return limited
    tries = int(np.clip(TRY_VALUES / max(benefit.matrix.nnz, 1), LEAST_TRIES, MOST_TRIES))
    chosen = shaken(benefit, choice, limited.chosen, tries=tries, ceiling=limited.value)
    if benefit.value(chosen) <= benefit.value(limited.chosen):
        return limited
    again = bound(benefit, choice, chosen, rounds=EXACT_ROUNDS // 2, climbs=0, prices=limited.prices)
    # What is in no choice better than the first is in none better than the second.
    return replace(
        again,
        value=min(again.value, limited.value),
        out=again.out | limited.out,
        into=again.into | limited.into,
    )


def _cover(
    given: Problem, rules: Rules, method: str, limit: float, solver: str, seconds: float, report: Report
) -> Plan:
    if rules.minimum or rules.budget is not None or given.limited:
        raise InputError(
            say(
                "The method {method} knows no budget, no minimum of regions and no capacities; leave them "
                "out, or take mclp or p_median.",
                method=method,
            )
        )
    report("Covering everybody")
    if method == "lscp":
        found = cover.covering(given, limit, exact=solver == "exact", seconds=seconds)
    else:
        check(given, rules)
        found = cover.centre(given, rules.sites or 1, exact=solver == "exact", seconds=seconds)
    plan = Plan(method, solver, given.free[found.chosen], found.value, found.bound)
    return plan if solver == "exchange" or plan.proven else replace(plan, seconds=seconds)


def _capacitated(
    given: Problem, rules: Rules, method: str, limit: float, solver: str, seconds: float, report: Report
) -> Plan:
    if solver != "exact":
        raise InputError(
            say("Sites have capacities, which only the exact solver knows; choose it or leave the capacities out.")
        )
    report("Proving the best")
    found, shares = capacity.prove(
        given, choice_of(given, rules), covering=method == "mclp", limit=limit, seconds=seconds
    )
    value, most = found.value, found.bound
    if method == "p_median":
        total = float(given.people.sum() * limit)
        value, most = total - value, total - most
    plan = Plan(method, solver, given.free[found.chosen], value, most, shares=shares)
    return plan if plan.proven else replace(plan, seconds=seconds)


def benefit_of(given: Problem, method: str, limit: float) -> Benefit:
    """Benefits of a problem, worked out once for the proposal, the alternatives and the curve."""
    cached = _BENEFITS.setdefault(given, {})
    if (method, limit) not in cached:
        cached[method, limit] = coverage(given, limit) if method == "mclp" else saving(given, limit)
    return cached[method, limit]


def choice_of(given: Problem, rules: Rules) -> Choice:
    """The rules in terms of the new candidates."""
    lacking = deficits(given, rules)
    number = {name: position for position, name in enumerate(lacking)}
    free = given.free
    return Choice(
        cost=given.cost[free],
        region=np.array([number.get(name, -1) for name in given.region[free]], dtype=np.int64),
        sites=len(free) if rules.sites is None else rules.sites,
        budget=np.inf if rules.budget is None else rules.budget,
        minimum=np.array(list(lacking.values()), dtype=np.int64),
    )


def _known(name: str, known: object, what: str) -> None:
    names = list(known)  # type: ignore[call-overload]
    if name not in names:
        raise InputError(
            say("There is no {what} {name}; {hint}.", what=say(what), name=repr(name), hint=suggest(name, names))
        )
