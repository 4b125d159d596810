"""Floating catchment areas on a map small enough to work out by hand, and laws that hold on every map.

Aldea (100) --10-- [clinic x, 2 doctors] --20-- Borgo (300) --15-- [clinic y, 3 doctors]
Cerro (50) lives on an island: no pair.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.access import catchments, decay

VILLAGES = pd.Series([100, 300, 50], index=["Aldea", "Borgo", "Cerro"])
CLINICS = pd.Series([2.0, 3.0], index=["x", "y"])
PAIRS = pd.DataFrame({"origin": [0, 1, 1], "destination": [0, 0, 1], "minutes": [10.0, 20.0, 15.0]})


def test_two_step_by_hand() -> None:
    # x is shared by 400 people, 2 / 400 = 0.005; y by the 300 of Borgo, 3 / 300 = 0.01. Borgo reaches both.
    found = catchments.two_step(PAIRS, VILLAGES, CLINICS)
    assert found.to_dict() == pytest.approx({"Aldea": 0.005, "Borgo": 0.015, "Cerro": 0})
    # Within 15 minutes Borgo no longer shares x.
    found = catchments.two_step(PAIRS, VILLAGES, CLINICS, minutes=15)
    assert found.to_dict() == pytest.approx({"Aldea": 0.02, "Borgo": 0.01, "Cerro": 0})


def test_enhanced_two_step_by_hand() -> None:
    # Aldea is in the first zone (1), Borgo in the second of both (0.68): x is asked by 100 + 204, y by 204.
    found = catchments.enhanced_two_step(PAIRS, VILLAGES, CLINICS)
    x, y = 2 / 304, 3 / 204
    assert found.to_dict() == pytest.approx({"Aldea": x, "Borgo": 0.68 * (x + y), "Cerro": 0})


def test_three_step_by_hand() -> None:
    # Aldea chooses x only. Borgo weighs both 0.704 and so chooses each by a half: 0.352 in effect.
    found = catchments.three_step(PAIRS, VILLAGES, CLINICS)
    x, y = 2 / (100 * 0.962 + 300 * 0.352), 3 / (300 * 0.352)
    assert found.to_dict() == pytest.approx({"Aldea": 0.962 * x, "Borgo": 0.352 * (x + y), "Cerro": 0})


def test_balanced_by_hand() -> None:
    # Borgo sends 150 people to each clinic: x has 250, y has 150. x gives half its ratio to each village.
    found = catchments.balanced(PAIRS, VILLAGES, CLINICS, decay=decay.binary(30))
    x, y = 2 / 250, 3 / 150
    assert found.to_dict() == pytest.approx({"Aldea": x / 2, "Borgo": x / 2 + y, "Cerro": 0})


def test_transport_performance_by_hand() -> None:
    # Aldea and Borgo are 30 km and 50 minutes apart, Cerro is 100 km and out of reach by road.
    # Within 60 minutes Aldea reaches 400 people; within 120 km live 450.
    reached = pd.DataFrame({"origin": [0, 0, 1, 1, 2], "destination": [0, 1, 0, 1, 2], "minutes": [0.0, 50, 50, 0, 0]})
    ends = [(a, b) for a in range(3) for b in range(3)]
    nearby = pd.DataFrame(ends, columns=["origin", "destination"])
    nearby["km"] = [0.0, 30, 100, 30, 0, 100, 100, 100, 0]
    found = catchments.transport_performance(reached, nearby, VILLAGES, minutes=60)
    expected = {"Aldea": 100 * 400 / 450, "Borgo": 100 * 400 / 450, "Cerro": 100 * 50 / 450}
    assert found.to_dict() == pytest.approx(expected)
    # A distance that holds the own village only leaves 50 minutes of road as a surplus.
    found = catchments.transport_performance(reached, nearby, VILLAGES, minutes=60, km=10)
    assert found.to_dict() == pytest.approx({"Aldea": 400, "Borgo": 100 * 400 / 300, "Cerro": 100})


def test_transport_performance_is_missing_where_nobody_lives_nearby() -> None:
    alone = pd.DataFrame({"origin": [0], "destination": [0], "minutes": [0.0], "km": [0.0]})
    found = catchments.transport_performance(alone, alone, pd.Series([0, 7], index=["hut", "farm"]))
    assert found.isna().tolist() == [True, True]


def test_counting_replaces_capacities_only_when_asked() -> None:
    unknown = CLINICS.replace(3.0, np.nan)
    with pytest.raises(InputError, match="1 of 2 destinations have an unknown capacity"):
        catchments.two_step(PAIRS, VILLAGES, unknown)
    found = catchments.two_step(PAIRS, VILLAGES, unknown, counts=True)
    assert found.to_dict() == pytest.approx({"Aldea": 1 / 400, "Borgo": 1 / 400 + 1 / 300, "Cerro": 0})


def test_a_clinic_that_nobody_can_ask_serves_nobody() -> None:
    # A hut without people is the only place near y: its ratio has nothing to divide by.
    found = catchments.two_step(PAIRS, VILLAGES.replace(300, 0), CLINICS)
    assert found.to_dict() == pytest.approx({"Aldea": 0.02, "Borgo": 0.02, "Cerro": 0})


def test_a_decay_must_give_weights() -> None:
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(InputError, match="decay gives weights"):
            catchments.enhanced_two_step(PAIRS, VILLAGES, CLINICS, decay=lambda t, wrong=wrong: t * 0 + wrong)


def test_the_pairs_are_left_as_they_were() -> None:
    before = PAIRS.copy()
    catchments.three_step(PAIRS, VILLAGES, CLINICS)
    catchments.balanced(PAIRS, VILLAGES, CLINICS, decay=decay.linear(40))
    pd.testing.assert_frame_equal(PAIRS, before)


# ---- laws, on maps that hypothesis draws

Map = tuple[pd.DataFrame, pd.Series, pd.Series]
Measure = Callable[..., pd.Series]


@st.composite
def maps(draw: st.DrawFn) -> Map:
    origins, destinations = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    ends = [(i, j) for i in range(origins) for j in range(destinations)]
    kept = draw(st.lists(st.sampled_from(ends), unique=True))
    pairs = pd.DataFrame(kept, columns=["origin", "destination"], dtype=np.int64)
    pairs["minutes"] = draw(st.lists(st.integers(0, 70), min_size=len(kept), max_size=len(kept)))
    people = draw(st.lists(st.integers(0, 1000), min_size=origins, max_size=origins))
    capacity = draw(st.lists(st.integers(1, 50), min_size=destinations, max_size=destinations))
    return pairs, pd.Series(people), pd.Series(capacity)


def two_steps_in_plain_python(
    pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, form: decay.Decay, kind: str
) -> list[float]:
    """The formulas of the four methods, one pair at a time."""
    weight = {(i, j): float(form(np.array([t], dtype=float))[0]) for i, j, t in pairs.itertuples(index=False)}
    of_origin = {i: sum(w for (a, _), w in weight.items() if a == i) for i in range(len(demand))}
    of_destination = {j: sum(w for (_, b), w in weight.items() if b == j) for j in range(len(supply))}
    asks, gives = {}, {}
    for (i, j), w in weight.items():
        if w == 0:
            continue
        asks[i, j] = {"plain": w, "three": w * w / of_origin[i], "balanced": w / of_origin[i]}[kind]
        gives[i, j] = {"plain": w, "three": w * w / of_origin[i], "balanced": w / of_destination[j]}[kind]
    access = [0.0] * len(demand)
    for j in range(len(supply)):
        asked = sum(demand[i] * share for (i, b), share in asks.items() if b == j)
        for (i, b), share in gives.items():
            if b == j and asked > 0:
                access[i] += share * supply[j] / asked
    return access


CASES = [
    pytest.param(catchments.two_step, {}, decay.binary(30), "plain", id="two_step"),
    pytest.param(catchments.enhanced_two_step, {}, decay.E2SFCA, "plain", id="enhanced_two_step"),
    pytest.param(
        catchments.enhanced_two_step, {"decay": decay.gaussian(20)}, decay.gaussian(20), "plain", id="gaussian"
    ),
    pytest.param(catchments.three_step, {}, decay.THREE_STEP, "three", id="three_step"),
    pytest.param(catchments.balanced, {"decay": decay.log_logistic()}, decay.log_logistic(), "balanced", id="balanced"),
]


@pytest.mark.parametrize(("measure", "options", "form", "kind"), CASES)
@given(drawn=maps())
@settings(max_examples=60, deadline=None)
def test_every_measure_follows_its_formula(
    measure: Measure, options: dict[str, decay.Decay], form: decay.Decay, kind: str, drawn: Map
) -> None:
    pairs, demand, supply = drawn
    found = measure(pairs, demand, supply, **options)
    assert found.index.equals(demand.index)
    assert found.tolist() == pytest.approx(two_steps_in_plain_python(pairs, demand, supply, form, kind), rel=1e-9)


@pytest.mark.parametrize("measure", [catchments.two_step, catchments.enhanced_two_step, catchments.three_step])
@given(drawn=maps())
@settings(max_examples=60, deadline=None)
def test_all_supply_that_is_reached_is_handed_out_once(measure: Measure, drawn: Map) -> None:
    pairs, demand, supply = drawn
    limit = 60 if measure is catchments.three_step else 30
    asked = pairs[(pairs["minutes"] <= limit) & (demand[pairs["origin"]].to_numpy() > 0)]
    reached = supply[asked["destination"].unique()].sum()
    assert measure(pairs, demand, supply) @ demand == pytest.approx(reached)


@pytest.mark.parametrize(("measure", "options", "form", "kind"), CASES)
@given(drawn=maps(), more=st.integers(1, 100), where=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_more_capacity_never_lowers_access(
    measure: Measure, options: dict[str, decay.Decay], form: decay.Decay, kind: str, drawn: Map, more: int, where: int
) -> None:
    del form, kind
    pairs, demand, supply = drawn
    raised = supply.copy()
    raised.iloc[where % len(supply)] += more
    before, after = (measure(pairs, demand, capacity, **options) for capacity in (supply, raised))
    assert (after >= before * (1 - 1e-12)).all()


@pytest.mark.parametrize("measure", [catchments.two_step, catchments.enhanced_two_step])
@given(drawn=maps(), minutes=st.lists(st.integers(0, 40), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_a_new_destination_never_lowers_access(measure: Measure, drawn: Map, minutes: list[int]) -> None:
    pairs, demand, supply = drawn
    near = minutes[: len(demand)]
    new = pd.DataFrame({"origin": range(len(near)), "destination": len(supply), "minutes": near})
    after = measure(pd.concat([pairs, new]), demand, pd.concat([supply, pd.Series([9], index=[len(supply)])]))
    assert (after >= measure(pairs, demand, supply) * (1 - 1e-12)).all()


@pytest.mark.parametrize(("measure", "options", "form", "kind"), CASES)
@given(drawn=maps())
@settings(max_examples=40, deadline=None)
def test_units_only_scale_the_answer(
    measure: Measure, options: dict[str, decay.Decay], form: decay.Decay, kind: str, drawn: Map
) -> None:
    del form, kind
    pairs, demand, supply = drawn
    access = measure(pairs, demand, supply, **options)
    in_thousands = measure(pairs, demand / 1000, supply * 7, **options)
    pd.testing.assert_series_equal(in_thousands, access * 7000, rtol=1e-9)


@pytest.mark.parametrize(("measure", "options", "form", "kind"), CASES)
@given(drawn=maps(), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_pairs_does_not_matter(
    measure: Measure, options: dict[str, decay.Decay], form: decay.Decay, kind: str, drawn: Map, seed: int
) -> None:
    del form, kind
    pairs, demand, supply = drawn
    shuffled = pairs.sample(frac=1, random_state=seed)
    found = measure(shuffled, demand, supply, **options)
    pd.testing.assert_series_equal(found, measure(pairs, demand, supply, **options), check_exact=True)
