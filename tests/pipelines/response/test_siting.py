"""Siting against brute force, against spopt, and by its own rules."""

import importlib
import signal
import threading
from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from spopt.locate import LSCP, MCLP, PCenter, PMedian

from geodata.errors import InputError
from pipelines.response.siting import solver as siting
from pipelines.response.siting.solver import Problem, Rules, highs
from pipelines.response.siting.solver.benefit import coverage

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
@given(
    instance=instances(), limit=st.integers(5, 45), sites=st.integers(1, 3), kind=st.sampled_from(["n", "cost", "min"])
)
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
        opened = [*plan.selection.tolist(), *old]
        assert keeps(tuple(plan.selection.tolist()), problem, rules)
        real = told(minutes, people, opened, method, limit) - base
        # A place that all candidates reach may be counted at the farthest of them while no site is open.
        if len(opened) or method == "mclp":
            assert plan.value == pytest.approx(real)
        assert worse * plan.bound >= worse * best - 1e-6
        assert worse * plan.value <= worse * best + 1e-6
        if solver == "exact":
            assert plan.optimal and plan.value == pytest.approx(best)
            assert plan.quality() == "proven optimal"


def test_better_choices_before_the_proof_leave_the_best_the_best(monkeypatch: pytest.MonkeyPatch):
    """Instances whose bound is not closed by exchange, proven with and without the search in between."""
    solving = importlib.import_module("pipelines.response.siting.solver.solve")
    searched = []
    perturb = solving.perturb
    monkeypatch.setattr(solving, "perturb", lambda *args, **options: searched.append(0) or perturb(*args, **options))
    for seed in (1, 2):
        minutes, people = plain_instance(60, 60, seed)
        regions = ["N" if j < 4 else "" for j in range(60)]
        problem = made(minutes, people, cost=1.0 + np.arange(60) % 3, region=regions)
        for rules in (Rules(sites=5), Rules(sites=6, minimum={"N": 2}), Rules(budget=8)):
            values = []
            for easy in (0, 10**9):
                monkeypatch.setattr(solving, "EASY_VALUES", easy)
                plan = siting.solve(problem, rules, limit=12, solver="exact")
                assert plan.optimal and keeps(tuple(plan.selection.tolist()), problem, rules)
                values.append(plan.value)
            assert values[0] == pytest.approx(values[1])
    assert len(searched) >= 3


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
        assert serves(tuple(plan.selection.tolist()), limit)
        assert plan.value == sum(problem.cost[plan.selection]) and plan.bound <= cheapest + 1e-9 <= plan.value + 2e-9
    assert plan.value == pytest.approx(cheapest) and plan.optimal

    wanted = [i for i in range(len(people)) if people[i] > 0 and np.isfinite(minutes[i]).any()]
    reach = (
        {
            chosen: max(min(minutes[i, [*chosen, *old]], default=np.inf) for i in wanted)
            for chosen in every
            if len(chosen) <= 2
        }
        if wanted
        else {}
    )
    if not wanted or not np.isfinite(min(reach.values())):
        return
    farthest = min(reach.values())
    quick = siting.solve(problem, Rules(sites=2), method="p_centre", limit=limit)
    assert quick.bound <= farthest <= quick.value
    exact = siting.solve(problem, Rules(sites=2), method="p_centre", limit=limit, solver="exact")
    assert exact.value == farthest and exact.optimal
    assert max(minutes[i, [*exact.selection, *old]].min() for i in wanted) <= farthest


def plain_instance(places: int, candidates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points on a square of 60 x 60 minutes, with people."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 60, (places, 2))
    minutes = np.hypot(*(at[:, None] - at[None, :candidates]).transpose(2, 0, 1))
    return minutes, rng.integers(10, 500, places).astype(float)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", [1, 2])
def test_the_optimum_is_that_of_spopt(seed: int):
    """Another library with another solver (CBC) on the same instances."""
    minutes, people = plain_instance(60, 40, seed)
    problem, cbc = made(minutes, people), pulp.PULP_CBC_CMD(msg=False)

    def exact(method: str, limit: float, rules: Rules) -> siting.Plan:
        plan = siting.solve(problem, rules, method=method, limit=limit, solver="exact")
        assert plan.optimal
        return plan

    peer = MCLP.from_cost_matrix(minutes, people, 12.0, 4).solve(cbc)
    assert exact("mclp", 12, Rules(sites=4)).value == pytest.approx(peer.problem.objective.value())
    median = PMedian.from_cost_matrix(minutes, people, 5).solve(cbc)
    assert exact("p_median", 1000, Rules(sites=5)).value == pytest.approx(median.problem.objective.value())
    fewest = LSCP.from_cost_matrix(minutes, 15.0).solve(cbc)
    assert exact("lscp", 15, Rules()).value == pytest.approx(fewest.problem.objective.value())
    centre = PCenter.from_cost_matrix(minutes, 5).solve(cbc)
    assert exact("p_centre", 15, Rules(sites=5)).value == pytest.approx(centre.problem.objective.value())


def test_exchange_does_not_stop_where_greedy_does():
    """One site in the middle serves most, but two at the ends serve all: greedy takes the middle first.

    a (3) 5 min  M  5 min b (3)     c (2) beside a, d (2) beside b, both too far from M
    """
    minutes = np.array([[5.0, 5, 99], [5, 99, 5], [99, 5, 99], [99, 99, 5]])
    problem = made(minutes, np.array([3.0, 3, 2, 2]))
    plan = siting.solve(problem, Rules(sites=2), limit=10)
    assert plan.selection.tolist() == [1, 2] and plan.value == 10 and plan.optimal


def test_one_of_candidates_that_are_all_the_same_is_opened():
    """Both new sites stand where the only person lives; the one that exists is half an hour off."""
    problem = made(np.array([[0.0, 0.0, 30.0]]), np.array([1.0]), existing=[False, False, True])
    plan = siting.solve(problem, Rules(sites=1), method="p_median", limit=60)
    assert len(plan.selection) == 1 and plan.value == 0 and plan.optimal


def test_capacities_divide_the_people_of_a_place():
    """20 people, two sites for 15 each: one serves 15, both serve all 20, and a place is divided."""
    problem = made(np.array([[5.0, 6.0]]), np.array([20.0]), capacity=[15.0, 15.0])
    one = siting.solve(problem, Rules(sites=1), limit=10, solver="exact")
    assert one.value == pytest.approx(15) and one.optimal
    both = siting.solve(problem, Rules(sites=2), limit=10, solver="exact")
    assert both.value == pytest.approx(20) and both.shares is not None
    assert both.shares.sum(axis=0).max() <= 15 + 1e-6
    assert both.shares.sum() == pytest.approx(20)
    median = siting.solve(problem, Rules(sites=1), method="p_median", limit=30, solver="exact")
    assert median.value == pytest.approx(15 * 5 + 5 * 30), "those without room count at the limit"
    with pytest.raises(InputError, match="only the exact solver knows"):
        siting.solve(problem, Rules(sites=1), limit=10)


def test_capacities_count_whom_existing_sites_serve():
    """c0 exists and has no limit; a new site for 15 people serves 15 of the 20 whom c0 does not reach."""
    minutes = np.array([[5.0, np.inf], [np.inf, 6.0]])
    problem = made(minutes, np.array([10.0, 20.0]), existing=[True, False], capacity=[np.nan, 15.0])
    plan = siting.solve(problem, Rules(sites=1), limit=10, solver="exact")
    assert plan.selection.tolist() == [1] and plan.optimal and plan.shares is not None
    assert plan.value == pytest.approx(10 + 15), "those whom the existing site serves are counted"
    assert plan.shares.sum(axis=0) == pytest.approx([10, 15])
    full = made(minutes, np.array([10.0, 20.0]), existing=[True, False], capacity=[4.0, 15.0])
    assert siting.solve(full, Rules(sites=1), limit=10, solver="exact").value == pytest.approx(4 + 15)
    median = siting.solve(problem, Rules(sites=1), method="p_median", limit=30, solver="exact")
    assert median.value == pytest.approx(10 * 5 + 15 * 6 + 5 * 30)


@given(seed=st.integers(0, 500))
@settings(max_examples=15)
def test_with_ample_capacity_the_best_is_that_without(seed: int):
    minutes, people = plain_instance(8, 5, seed)
    ample = made(minutes, people, capacity=[people.sum()] * 5)
    for method in ("mclp", "p_median"):
        plans = [
            siting.solve(each, Rules(sites=2), method=method, limit=20, solver="exact")
            for each in (ample, made(minutes, people))
        ]
        assert plans[0].value == pytest.approx(plans[1].value)


def test_alternatives_differ_in_substance():
    """Three towns far from each other, two candidates in each: an alternative leaves one town for another."""
    town = np.array([0, 0, 1, 1, 2, 2])
    minutes = np.where(town[:, None] == town[None, :], 5.0, 90.0)
    problem = made(minutes, np.array([50.0, 50, 30, 30, 20, 20]))
    first = siting.solve(problem, Rules(sites=2), limit=30, solver="exact")
    assert first.value == 160
    others = siting.alternatives(problem, Rules(sites=2), first, limit=30, count=5)
    assert [plan.value for plan in others] == [140, 100]
    assert [sorted(town[plan.selection]) for plan in others] == [[0, 2], [1, 2]]


def test_benefits_are_worked_out_once_for_proposal_alternatives_and_curve(monkeypatch: pytest.MonkeyPatch):
    solving = importlib.import_module("pipelines.response.siting.solver.solve")
    limits: list[float] = []
    monkeypatch.setattr(solving, "coverage", lambda given, limit: limits.append(limit) or coverage(given, limit))
    minutes, people = plain_instance(20, 10, 5)
    problem, rules = made(minutes, people), Rules(sites=2)
    for limit in (12, 20):
        plan = siting.solve(problem, rules, limit=limit)
        siting.alternatives(problem, rules, plan, limit=limit, count=1)
        siting.curve(problem, rules, method="mclp", limit=limit, most=3)
    assert limits == [12, 20]


def test_the_curve_never_falls_and_ends_where_all_are_served():
    minutes, people = plain_instance(40, 40, 7)
    problem = made(minutes, people)
    steps = siting.curve(problem, Rules(sites=1), method="mclp", limit=12, most=30)
    covered = [people[(minutes[:, step] <= 12).any(axis=1)].sum() for step in steps]
    assert all(a <= b for a, b in pairwise(covered))
    assert covered[-1] == people.sum()
    assert siting.curve(problem, Rules(budget=5.0), method="mclp", limit=12, most=3) == []


def test_a_time_limit_is_said_and_never_called_optimal():
    minutes, people = plain_instance(300, 300, 3)
    plan = siting.solve(made(minutes, people), Rules(sites=20), limit=6, solver="exact", seconds=0.001)
    if not plan.optimal:
        assert plan.quality().startswith("time limit, gap ")
    quick = siting.Plan("mclp", "exchange", np.array([0]), 100.0, 101.3)
    assert quick.quality() == "within 1.3 % of the best possible"
    assert siting.Plan("mclp", "exact", np.array([0]), 100.0, 107.0, seconds=1.0).quality() == "time limit, gap 7.0 %"


GOOD = np.array([[5.0, 9.0], [9.0, 5.0]])


@pytest.mark.parametrize(
    ("rules", "options", "said"),
    [
        (Rules(sites=3), {}, "3 sites are asked for, and there are 2 candidates"),
        (Rules(), {}, "Neither a number of sites nor a budget is given"),
        (Rules(budget=0.5), {}, "the cheapest candidate costs 1"),
        (Rules(sites=2, minimum={"N": 3}), {}, "Region N shall have 3 sites and has 1 candidates"),
        (Rules(sites=1, minimum={"N": 1, "S": 1}), {}, "needs 2 new sites, and 1 are asked for"),
        (Rules(budget=1.0, minimum={"N": 1, "S": 1}), {}, "costs at least 2, and the budget is 1"),
        (Rules(sites=1), {"method": "p_center"}, "did you mean p_centre?"),
        (Rules(sites=1), {"solver": "exat"}, "did you mean exact?"),
        (Rules(sites=1), {"limit": 0}, "expected above 0"),
        (Rules(sites=1, minimum={"N": 1}), {"method": "p_centre"}, "knows no budget"),
    ],
)
def test_rules_that_cannot_be_kept_are_one_sentence(rules: Rules, options: dict[str, object], said: str):
    problem = made(GOOD, np.array([1.0, 1.0]), region=["N", "S"])
    with pytest.raises(InputError, match=said) as caught:
        siting.solve(problem, rules, **{"limit": 10, **options})
    assert "\n" not in str(caught.value)


def test_demand_and_candidates_that_are_none():
    with pytest.raises(InputError, match="negative, infinite or missing, first: p1"):
        made(GOOD, np.array([1.0, -2.0]))
    with pytest.raises(InputError, match="nobody to serve"):
        made(GOOD, np.zeros(2))
    with pytest.raises(InputError, match="There are no candidates"):
        made(GOOD, np.ones(2), existing=[True, True])
    with pytest.raises(InputError, match="cost of 1 candidates is not above 0, first: c1"):
        made(GOOD, np.ones(2), cost=[1.0, 0.0])


def test_a_centre_that_no_choice_reaches_says_how_many_sites_are_needed():
    apart = np.where(np.eye(3), 1.0, np.inf)
    with pytest.raises(InputError, match="at least 3 are needed"):
        siting.solve(made(apart, np.ones(3)), Rules(sites=2), method="p_centre", limit=10)


def test_a_centre_without_any_way_says_so():
    with pytest.raises(InputError, match="No candidate can be reached from any place"):
        siting.solve(made(np.full((2, 2), np.inf), np.ones(2)), Rules(sites=1), method="p_centre", limit=10)


def hard(seconds: float) -> highs.Solution:
    """A market split (Cornuejols and Dawande 1998), which takes branch and bound hours."""
    rng = np.random.default_rng(1)
    rows, columns = 5, 40
    shares = rng.integers(0, 100, size=(rows, columns)).astype(float)
    half = np.floor(shares.sum(axis=1) / 2)
    matrix = sparse.csr_array(np.hstack([shares, np.eye(rows), -np.eye(rows)]))
    return highs.minimise(
        np.append(np.zeros(columns), np.ones(2 * rows)),
        matrix,
        half,
        half,
        top=np.append(np.ones(columns), np.full(2 * rows, np.inf)),
        whole=np.arange(columns + 2 * rows) < columns,
        seconds=seconds,
    )


@pytest.fixture
def heeded() -> Iterator[None]:
    """Ctrl-C heeded, as at a terminal; a shell makes what it runs in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_a_proof_is_interrupted_by_ctrl_c():
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    # A solver that did not heed the signal would go on for an hour.
    with pytest.raises(KeyboardInterrupt):
        hard(3600)


def test_the_solver_writes_nothing(capfd: pytest.CaptureFixture[str]):
    assert hard(0.2).ended == "time"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("second", "values"), [(50.0, []), (51.0, [50])])
def test_sites_alike_by_half_are_no_alternative(second: float, values: list[float]):
    """One site reaches two towns, the other the first of them: it does 50 of 100 of the same good, or 50 of 101."""
    problem = made(np.array([[5.0, 5.0], [5.0, 90.0]]), np.array([50.0, second]))
    first = siting.solve(problem, Rules(sites=1), limit=30, solver="exact")
    others = siting.alternatives(problem, Rules(sites=1), first, limit=30, count=3)
    assert [plan.value for plan in others] == values
