"""The rational agent access model, on villages whose people can be moved by hand."""

import numpy as np
import pandas as pd
import pytest

from geodata.errors import InputError
from pipelines.access.raam import raam


def test_two_villages_with_a_clinic_each_stay_at_home() -> None:
    # 500 people and 1 doctor at each door: nobody gains by 30 minutes of travel; the load is the average, cost 1.
    pairs = pd.DataFrame({"origin": [0, 0, 1, 1], "destination": [0, 1, 0, 1], "minutes": [0.0, 30, 30, 0]})
    found = raam(pairs, pd.Series([500, 500], index=["a", "b"]), pd.Series([1.0, 1.0], index=["x", "y"]))
    assert found.to_dict() == pytest.approx({"a": 1.0, "b": 1.0})


def test_one_village_spreads_until_crowding_outweighs_travel() -> None:
    # 1,000 people, one doctor at the door and one 30 minutes away (half of tau). With u at the door the costs are
    # u / 500 and 0.5 + (1000 - u) / 500: equal at u = 625, where both are 1.25.
    pairs = pd.DataFrame({"origin": [0, 0], "destination": [0, 1], "minutes": [0.0, 30.0]})
    found = raam(pairs, pd.Series([1000]), pd.Series([1.0, 1.0]))
    assert found[0] == pytest.approx(1.25, abs=0.005)


def test_tau_says_what_travel_weighs() -> None:
    # One village, one clinic 30 minutes away: crowding is the average, 1; travel adds 30 / tau.
    pairs = pd.DataFrame({"origin": [0], "destination": [0], "minutes": [30.0]})
    for tau, cost in ((60, 1.5), (30, 2.0)):
        assert raam(pairs, pd.Series([80]), pd.Series([4.0]), tau=tau)[0] == pytest.approx(cost)


def test_no_supply_in_reach_is_an_infinite_cost_and_an_empty_place_meets_the_crowd() -> None:
    # The farm is out of reach. The hut, where nobody lives, is 30 minutes from the clinic of the village, whose 80
    # people are joined in the average by the 20 of the farm: the load is 80 / 100 of it.
    pairs = pd.DataFrame({"origin": [0, 2], "destination": [0, 0], "minutes": [0.0, 30.0]})
    found = raam(pairs, pd.Series([80, 20, 0], index=["village", "farm", "hut"]), pd.Series([4.0]))
    assert found.to_dict() == pytest.approx({"village": 0.8, "farm": np.inf, "hut": 1.3})


def test_where_nobody_lives_travel_is_the_whole_cost() -> None:
    pairs = pd.DataFrame({"origin": [0, 0], "destination": [0, 1], "minutes": [30.0, 12.0]})
    found = raam(pairs, pd.Series([0, 0]), pd.Series([1.0, 1.0]))
    assert found.tolist() == pytest.approx([0.2, np.inf])


def test_unknown_capacity_and_tau() -> None:
    pairs = pd.DataFrame({"origin": [0], "destination": [0], "minutes": [30.0]})
    with pytest.raises(InputError, match="unknown capacity"):
        raam(pairs, pd.Series([80]), pd.Series([np.nan]))
    assert raam(pairs, pd.Series([80]), pd.Series([np.nan]), counts=True)[0] == pytest.approx(1.5)
    with pytest.raises(InputError, match="Tau is 0"):
        raam(pairs, pd.Series([80]), pd.Series([1.0]), tau=0)


def one_person_at_a_time(travel: np.ndarray, people: list[int], fair: np.ndarray) -> list[float]:
    """Let one person after the other move to the cheapest destination until nobody gains by it."""
    used = np.zeros(travel.shape)
    used[np.arange(len(people)), travel.argmin(axis=1)] = people
    moved = True
    while moved:
        moved = False
        for i in range(len(people)):
            cost = travel[i] + used.sum(axis=0) / fair
            dearest = max(np.flatnonzero(used[i]), key=lambda j: cost[j])
            joined = cost + 1 / fair
            cheapest = int(joined.argmin())
            if joined[cheapest] < cost[dearest]:
                used[i, dearest] -= 1
                used[i, cheapest] += 1
                moved = True
    cost = travel + used.sum(axis=0) / fair
    return list((cost * used).sum(axis=1) / people)


@pytest.mark.parametrize("seed", range(4))
def test_the_end_is_the_balance_that_single_persons_find(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people, capacity = rng.integers(400, 900, 5), rng.uniform(1, 4, 3)
    minutes = rng.uniform(0, 60, (5, 3))
    pairs = pd.DataFrame([(i, j, minutes[i, j]) for i in range(5) for j in range(3)])
    pairs.columns = ["origin", "destination", "minutes"]
    fair = capacity * people.sum() / capacity.sum()
    expected = one_person_at_a_time(minutes / 60, people.tolist(), fair)
    assert raam(pairs, pd.Series(people), pd.Series(capacity)).tolist() == pytest.approx(expected, abs=0.01)
