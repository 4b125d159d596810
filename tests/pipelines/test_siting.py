"""Siting against brute force, against spopt, and by its own rules."""

from itertools import combinations

import numpy as np
import pandas as pd
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spopt.locate import LSCP, MCLP, PCenter, PMedian

from geodata.errors import InputError
from pipelines.response import siting
from pipelines.response.siting import Problem, Rules

FAR = 1e9


def made(minutes: np.ndarray, people: np.ndarray, **columns: object) -> Problem:
    """A problem from a whole table of minutes, infinite where out of reach."""
    origin, destination = np.nonzero(np.isfinite(minutes))
    pairs = pd.DataFrame(
        {"origin": origin, "destination": destination, "minutes": minutes[origin, destination].astype(float)}
    )
    demand = pd.Series(people, index=[f"p{i}" for i in range(len(people))])
    return siting.problem(pairs, demand, pd.DataFrame(columns, index=[f"c{j}" for j in range(minutes.shape[1])]))


def told(minutes: np.ndarray, people: np.ndarray, opened: list[int], method: str, limit: float) -> float:
    """What the planner is told of some open sites, in plain Python."""
    total = 0.0
    for i in range(len(people)):
        nearest = min((minutes[i, j] for j in opened), default=FAR)
        if method == "mclp":
            total += people[i] if nearest <= limit else 0
        else:
            total += people[i] * min(nearest, limit)
    return total


def keeps(chosen: tuple[int, ...], problem: Problem, rules: Rules) -> bool:
    opened = [*chosen, *np.flatnonzero(problem.existing)]
    return (
        (rules.sites is None or len(chosen) <= rules.sites)
        and (rules.budget is None or sum(problem.cost[j] for j in chosen) <= rules.budget)
        and all(sum(problem.region[j] == name for j in opened) >= least for name, least in rules.minimum.items())
    )


@st.composite
def instances(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    """Up to 9 places and 6 new candidates on a small square; every fifth pair is out of reach."""
    places, new = draw(st.integers(2, 9)), draw(st.integers(2, 6))
    old = draw(st.integers(0, 1))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    minutes = rng.integers(0, 40, size=(places, new + old)).astype(float)
    minutes[rng.random(minutes.shape) < 0.2] = np.inf
    people = rng.integers(0, 50, size=places).astype(float)
    people[0] = 7
    columns = {
        "existing": [False] * new + [True] * old,
        "cost": rng.integers(1, 5, size=new + old).astype(float),
        "region": rng.choice(["N", "S", ""], size=new + old),
    }
    return minutes, people, columns


@pytest.mark.parametrize("method", ["mclp", "p_median"])
@given(instance=instances(), limit=st.integers(5, 45), sites=st.integers(1, 3), kind=st.sampled_from(["n", "cost", "min"]))
@settings(max_examples=60)
def test_exact_is_the_best_of_all_choices_and_exchange_never_beats_its_bound(
    method: str, instance: tuple[np.ndarray, np.ndarray, dict[str, object]], limit: int, sites: int, kind: str
):
    minutes, people, columns = instance
    problem = made(minutes, people, **columns)
    rules = {
        "n": Rules(sites=min(sites, len(problem.free))),
        "cost": Rules(budget=float(2 * sites + 1)),
        "min": Rules(sites=min(sites, len(problem.free)), minimum={"N": 1}),
    }[kind]
    possible = [
        chosen
        for size in range(len(problem.free) + 1)
        for chosen in combinations(problem.free.tolist(), size)
        if keeps(chosen, problem, rules)
    ]
    if not possible or problem.cost[problem.free].min() > (rules.budget or np.inf):
        with pytest.raises(InputError):
            siting.solve(problem, rules, method=method, limit=limit)
        return
    old = np.flatnonzero(problem.existing).tolist()
    base = told(minutes, people, old, method, limit) if method == "mclp" else 0.0
    values = [told(minutes, people, [*chosen, *old], method, limit) - base for chosen in possible]
    best = max(values) if method == "mclp" else min(values)
    worse = 1.0 if method == "mclp" else -1.0
    for solver in ("exchange", "exact"):
        plan = siting.solve(problem, rules, method=method, limit=limit, solver=solver)
        opened = [*plan.chosen.tolist(), *old]
        assert keeps(tuple(plan.chosen.tolist()), problem, rules)
        real = told(minutes, people, opened, method, limit) - base
        # A place that all candidates reach may be counted at the farthest of them while no site is open.
        if len(opened) or method == "mclp":
            assert plan.value == pytest.approx(real)
        assert worse * plan.bound >= worse * best - 1e-6
        assert worse * plan.value <= worse * best + 1e-6
        if solver == "exact":
            assert plan.proven and plan.value == pytest.approx(best)
            assert plan.said() == "proven optimal"


@given(instance=instances(), limit=st.integers(5, 45))
@settings(max_examples=60)
def test_covering_everybody_takes_the_fewest_sites(
    instance: tuple[np.ndarray, np.ndarray, dict[str, object]], limit: int
):
    minutes, people, columns = instance
    problem = made(minutes, people, **columns)
    lost = set(siting.uncoverable(problem, limit))
    assert lost == {i for i in range(len(people)) if people[i] > 0 and not (minutes[i] <= limit).any()}
    wanted = [i for i in range(len(people)) if people[i] > 0 and i not in lost]
    old = np.flatnonzero(problem.existing).tolist()

    def serves(chosen: tuple[int, ...], limit: float) -> bool:
        return all((minutes[i, [*chosen, *old]] <= limit).any() for i in wanted)

    every = [c for size in range(len(problem.free) + 1) for c in combinations(problem.free.tolist(), size)]
    cheapest = min(sum(problem.cost[j] for j in chosen) for chosen in every if serves(chosen, limit))
    for solver in ("exchange", "exact"):
        plan = siting.solve(problem, Rules(), method="lscp", limit=limit, solver=solver)
        assert serves(tuple(plan.chosen.tolist()), limit)
        assert plan.value == sum(problem.cost[plan.chosen]) and plan.bound <= cheapest + 1e-9 <= plan.value + 2e-9
    assert plan.value == pytest.approx(cheapest) and plan.proven

    wanted = [i for i in range(len(people)) if people[i] > 0 and np.isfinite(minutes[i]).any()]
    reach = {
        chosen: max(min(minutes[i, [*chosen, *old]], default=np.inf) for i in wanted)
        for chosen in every
        if len(chosen) <= 2
    } if wanted else {}
    if not wanted or not np.isfinite(min(reach.values())):
        return
    farthest = min(reach.values())
    quick = siting.solve(problem, Rules(sites=2), method="p_centre", limit=limit)
    assert quick.bound <= farthest <= quick.value
    exact = siting.solve(problem, Rules(sites=2), method="p_centre", limit=limit, solver="exact")
    assert exact.value == farthest and exact.proven
    assert max(minutes[i, [*exact.chosen, *old]].min() for i in wanted) <= farthest
