"""The siting problem: people at places, candidates for a site, minutes between them, and the rules of the choice."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from geodata.errors import InputError
from geodata.i18n import mark, number, say
from pipelines.access.pairs import cost_matrix, people_at

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Problem:
    """Places and candidates, checked.

    Attributes
    ----------
    minutes
        Shape (places, candidates); a pair that is not stored is out of reach, however far the search went.
    people
        Demand by place, shape (places,).
    places, candidates
        Ids of both.
    existing
        Whether a candidate is there already, shape (candidates,): it stays open, costs nothing and is not counted.
    cost
        Of opening each candidate, above 0, shape (candidates,).
    capacity
        People that each candidate can serve, shape (candidates,); infinite: no limit.
    region
        Region of each candidate (text; empty: none), shape (candidates,).
    """

    minutes: sparse.csr_array
    people: Floats
    places: pd.Index
    candidates: pd.Index
    existing: Flags
    cost: Floats
    capacity: Floats
    region: npt.NDArray[np.object_]

    @property
    def limited(self) -> bool:
        """Whether any candidate has a capacity."""
        return bool(np.isfinite(self.capacity).any())

    @property
    def free(self) -> Ints:
        """Positions of the candidates that can be chosen."""
        return np.flatnonzero(~self.existing)


@dataclass(frozen=True)
class Rules:
    """What a choice must keep to.

    Attributes
    ----------
    sites
        How many new sites at most; None: no limit.
    budget
        What they may cost together; None: no limit.
    minimum
        Fewest sites by region, those that exist counted.
    """

    sites: int | None = None
    budget: float | None = None
    minimum: Mapping[str, int] = field(default_factory=dict)


def problem(pairs: pd.DataFrame, demand: pd.Series, candidates: pd.DataFrame) -> Problem:
    """Check a siting problem.

    Parameters
    ----------
    pairs
        `origin`, `destination` (positions in `demand` and `candidates`) and `minutes`, as `TravelModel.within` gives
        them.
    demand
        People by place.
    candidates
        One row a candidate, index their ids; where given `existing` (else none is), `cost` (else 1), `capacity` (NaN:
        no limit), `region`.

    Raises
    ------
    InputError
        There is nobody to serve, no candidate, or a demand, cost or capacity that is none.
    """
    people = people_at(demand)
    if not people.sum() > 0:
        raise InputError(say("Nobody lives at the places given, so there is nobody to serve; choose a wider region."))
    existing = _column(candidates, "existing", False).astype(bool)
    if not (~existing).any():
        raise InputError(
            say(
                "There are no candidates for a site; take smaller places as candidates, another list or a wider region."
            )
        )
    cost = _column(candidates, "cost", 1.0).astype(float)
    capacity = _column(candidates, "capacity", np.nan).astype(float)
    capacity = np.where(np.isnan(capacity), np.inf, capacity)
    for values, what in ((cost, mark("cost")), (capacity, mark("capacity"))):
        bad = ~existing & (~(values > 0) | ((values == np.inf) & (what == "cost")))
        if bad.any():
            raise InputError(
                say(
                    "The {what} of {count} candidates is not above 0, first: {first}; correct it.",
                    what=say(what),
                    count=number(bad.sum()),
                    first=candidates.index[bad][0],
                )
            )
    region = _column(candidates, "region", "")
    return Problem(
        minutes=cost_matrix(pairs, demand.index, candidates.index),
        people=people,
        places=demand.index,
        candidates=candidates.index,
        existing=existing,
        cost=np.where(existing, 0.0, cost),
        capacity=capacity,
        region=np.where(pd.isna(region), "", region).astype(object),
    )


def check(problem: Problem, rules: Rules) -> None:
    """Refuse rules that no choice can keep.

    Raises
    ------
    InputError
        More sites than candidates, no room for the minimum of a region, or a budget that buys no site.
    """
    count, cost = int((~problem.existing).sum()), problem.cost[problem.free]
    if rules.sites is None and rules.budget is None:
        raise InputError(say("Neither a number of sites nor a budget is given; give one of them."))
    if rules.sites is not None and not 1 <= rules.sites <= count:
        raise InputError(
            say(
                "{sites} sites are asked for, and there are {count} candidates; ask for 1 to {count}.",
                sites=number(rules.sites),
                count=number(count),
            )
        )
    if rules.budget is not None and not rules.budget >= cost.min():
        raise InputError(
            say(
                "The budget is {budget} and the cheapest candidate costs {cost}; raise the budget.",
                budget=f"{rules.budget:g}",
                cost=f"{cost.min():g}",
            )
        )
    lacking = deficits(problem, rules)
    needed = 0.0
    for name, needed_sites in lacking.items():
        there = problem.cost[problem.free][problem.region[problem.free] == name]
        if len(there) < needed_sites:
            raise InputError(
                say(
                    "Region {name} shall have {minimum} sites and has {count} candidates beside those that "
                    "exist; lower the minimum or take more candidates.",
                    name=name,
                    minimum=rules.minimum[name],
                    count=len(there),
                )
            )
        needed += np.sort(there)[:needed_sites].sum()
    total = sum(lacking.values())
    if rules.sites is not None and total > rules.sites:
        raise InputError(
            say(
                "The minimum of the regions needs {total} new sites, and {sites} are asked for; ask for more.",
                total=total,
                sites=rules.sites,
            )
        )
    if rules.budget is not None and needed > rules.budget:
        raise InputError(
            say(
                "The minimum of the regions costs at least {cost}, and the budget is {budget}; raise it.",
                cost=f"{needed:g}",
                budget=f"{rules.budget:g}",
            )
        )


def deficits(problem: Problem, rules: Rules) -> dict[str, int]:
    """How many new sites each region still needs for its minimum; regions that need none are left out."""
    there = pd.Series(problem.region[problem.existing]).value_counts()
    lacking = {name: needed_sites - int(there.get(name, 0)) for name, needed_sites in rules.minimum.items()}
    return {name: needed_sites for name, needed_sites in lacking.items() if needed_sites > 0}


def uncoverable(problem: Problem, limit: float) -> Ints:
    """Positions of the places with people that no candidate, existing or new, reaches within a limit."""
    near = problem.minutes.data <= limit
    row = np.repeat(np.arange(len(problem.people)), np.diff(problem.minutes.indptr))
    reachable = np.bincount(row[near], minlength=len(problem.people)) > 0
    return np.flatnonzero(~reachable & (problem.people > 0))


def _column(frame: pd.DataFrame, name: str, otherwise: object) -> npt.NDArray[np.object_]:
    return frame[name].to_numpy() if name in frame else np.full(len(frame), otherwise)
