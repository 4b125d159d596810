"""Inequality of access: hand-worked spreads, second formulas as oracles, and laws."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.access import inequality


def test_four_equal_villages_one_of_which_has_all() -> None:
    # Gini 1 - 1/4; Theil ln 4; the top tenth has 4 times the mean, the bottom 40 % nothing.
    access, people = pd.Series([0, 0, 0, 8.0]), pd.Series([10, 10, 10, 10])
    assert inequality.gini(access, people) == pytest.approx(0.75)
    assert inequality.theil(access, people).total == pytest.approx(math.log(4))
    assert inequality.palma(access, people) == np.inf


def test_an_equal_spread() -> None:
    access, people = pd.Series([3.0, 3.0, 3.0]), pd.Series([1, 50, 7])
    assert inequality.gini(access, people) == pytest.approx(0, abs=1e-12)
    assert inequality.palma(access, people) == pytest.approx(1)
    assert inequality.theil(access, people).total == pytest.approx(0, abs=1e-12)


def test_palma_splits_the_place_that_a_limit_cuts() -> None:
    # 50 people have 1, 30 have 2, 20 have 6. Bottom 40: all 1. Top 10: all 6.
    access, people = pd.Series([2.0, 1.0, 6.0]), pd.Series([30, 50, 20])
    assert inequality.palma(access, people) == pytest.approx(6)
    # 20 have 1, 75 have 2, 5 have 6. Bottom 40: 20 at 1 and 20 at 2, mean 1.5. Top 10: 5 at 6 and 5 at 2, mean 4.
    assert inequality.palma(pd.Series([1.0, 2.0, 6.0]), pd.Series([20, 75, 5])) == pytest.approx(4 / 1.5)
    # Ranked by income instead: the 30 with 2 are poorest, then 10 with 6; mean 3. The richest have 1.
    income = pd.Series([100.0, 900.0, 300.0])
    assert inequality.palma(access, people, rank_by=income) == pytest.approx(1 / 3)


def test_concentration_by_income() -> None:
    # Half the people are poor with 1, half rich with 3: 2 / 2 x (0.5 x 1 x 0.25 + 0.5 x 3 x 0.75) - 1 = 0.25.
    access, people = pd.Series([3.0, 1.0]), pd.Series([40, 40])
    income = pd.Series([900, 500])
    assert inequality.concentration_index(access, people, rank_by=income) == pytest.approx(0.25)
    assert inequality.concentration_index(access, people, rank_by=-income) == pytest.approx(-0.25)
    # Equal incomes: nothing to rank by, whatever the order of the rows.
    assert inequality.concentration_index(access, people, rank_by=income * 0) == pytest.approx(0)


def test_theil_between_and_within() -> None:
    # North has 1 and 3, south has 4 and 4: all inequality inside groups is in the north.
    access, people = pd.Series([1.0, 3, 4, 4]), pd.Series([10] * 4)
    groups = pd.Series(["north", "north", "south", "south"])
    found = inequality.theil(access, people, groups=groups)
    between = 4 / 12 * math.log(2 / 3) + 8 / 12 * math.log(4 / 3)
    within = 4 / 12 * (1 / 4 * math.log(1 / 2) + 3 / 4 * math.log(3 / 2))
    assert found.between == pytest.approx(between)
    assert found.within == pytest.approx(within)
    assert found.total == pytest.approx(between + within)


def test_poverty_by_hand() -> None:
    # The line is 4: 10 people lack all of it, 30 lack half, 60 are exactly at it and so not poor.
    found = inequality.poverty(pd.Series([0.0, 2.0, 4.0]), pd.Series([10, 30, 60]), line=4)
    assert found.to_dict() == pytest.approx({"fgt0": 0.4, "fgt1": 0.1 + 0.15, "fgt2": 0.1 + 0.075})
    with pytest.raises(InputError, match="poverty line is 0"):
        inequality.poverty(pd.Series([1.0]), pd.Series([1]), line=0)


def test_places_without_people_do_not_count() -> None:
    with_hut = pd.Series([1.0, 5.0, 99.0]), pd.Series([10, 10, 0])
    without = pd.Series([1.0, 5.0]), pd.Series([10, 10])
    assert inequality.gini(*with_hut) == inequality.gini(*without)
    groups = pd.Series(["north", "south", "island"])
    assert inequality.theil(*with_hut, groups=groups) == inequality.theil(*without, groups=groups[:2])
    assert inequality.palma(*with_hut) == inequality.palma(*without)


def test_no_access_at_all_has_no_spread() -> None:
    access, people = pd.Series([0.0, 0.0]), pd.Series([10, 10])
    assert math.isnan(inequality.gini(access, people))
    assert math.isnan(inequality.palma(access, people))
    assert math.isnan(inequality.theil(access, people).total)
    assert inequality.poverty(access, people, line=1).tolist() == [1, 1, 1]


def test_every_region_is_listed() -> None:
    access = pd.Series([1.0, 3.0, 4.0, 2.0], index=list("abcd"))
    people = pd.Series([10, 10, 10, 0], index=list("abcd"))
    regions = pd.Series(["N", "N", "S", "E"], index=list("abcd"), name="region_id")
    found = inequality.by_region(access, people, regions, line=2)
    assert found.index.tolist() == ["E", "N", "S"]
    assert found.index.name == "region_id"
    assert found["people"].tolist() == [0, 20, 10]
    assert found.loc["E", "mean":].isna().all()
    assert found.loc["N"].to_dict() == pytest.approx(
        {
            "people": 20,
            "mean": 2,
            "palma": 3,
            "gini": 0.25,
            "theil": 0.25 * math.log(0.5) + 0.75 * math.log(1.5),
            "theil_between": math.nan,
            "concentration": math.nan,
            "fgt0": 0.5,
            "fgt1": 0.25,
            "fgt2": 0.125,
        },
        nan_ok=True,
    )


@pytest.mark.parametrize(
    ("access", "people", "sentence"),
    [
        ([1.0, np.inf], [1, 1], r"Access of 1 of 2 places is negative, infinite or missing, first: b \(inf\)"),
        ([-1.0, np.nan], [1, 1], r"Access of 2 of 2 places"),
        ([1.0, 2.0], [0, 0], "Nobody lives in the 2 places"),
        ([1.0, 2.0], [1, -1], "number of people that is negative"),
    ],
)
def test_what_cannot_be_measured_is_refused(access: list[float], people: list[int], sentence: str) -> None:
    places = ["a", "b"]
    with pytest.raises(InputError, match=sentence):
        inequality.gini(pd.Series(access, index=places), pd.Series(people, index=places))


def test_companions_must_match() -> None:
    access, people = pd.Series([1.0, 2.0], index=["a", "b"]), pd.Series([1, 2], index=["a", "b"])
    with pytest.raises(InputError, match="Access and people have different places"):
        inequality.gini(access, people[::-1])
    with pytest.raises(InputError, match="rank_by of 1 places are missing, first: b"):
        inequality.concentration_index(access, people, rank_by=pd.Series([3, np.nan], index=["a", "b"]))
    with pytest.raises(InputError, match="groups of 1 places are missing, first: a"):
        inequality.theil(access, people, groups=pd.Series([None, "n"], index=["a", "b"]))


# ---- laws

scores = st.floats(0, 1000).filter(lambda x: x == 0 or x > 1e-3)
rows = st.lists(st.tuples(scores, st.integers(1, 1000), st.sampled_from("NSE")), min_size=1, max_size=12)
spreads = rows.filter(lambda drawn: any(x > 0 for x, _, _ in drawn))


def unpack(drawn: list[tuple[float, int, str]]) -> tuple[pd.Series, pd.Series, pd.Series]:
    access, people, groups = zip(*drawn, strict=True)
    return pd.Series(access), pd.Series(people), pd.Series(groups)


@given(spreads)
def test_gini_is_half_the_mean_difference_between_two_people(drawn: list[tuple[float, int, str]]) -> None:
    access, people, _ = unpack(drawn)
    total, mean = people.sum(), np.average(access, weights=people)
    apart = sum(n * m * abs(x - y) for x, n, _ in drawn for y, m, _ in drawn) / total**2
    found = inequality.gini(access, people)
    assert found == pytest.approx(apart / (2 * mean), abs=1e-9)
    assert 0 <= found < 1


@given(spreads)
def test_theil_parts_are_what_the_groups_say(drawn: list[tuple[float, int, str]]) -> None:
    access, people, groups = unpack(drawn)
    found = inequality.theil(access, people, groups=groups)
    total = access @ people
    inside = sum(
        access[member] @ people[member] / total * inequality.theil(access[member], people[member]).total
        for member in (groups == name for name in groups.unique())
        if access[member].any()
    )
    assert found.within == pytest.approx(inside, abs=1e-9)
    assert found.between + found.within == pytest.approx(found.total, abs=1e-12)
    assert -1e-9 <= found.between <= found.total + 1e-9


@given(spreads, st.floats(0.01, 100))
def test_units_and_splitting_a_place_change_nothing(drawn: list[tuple[float, int, str]], unit: float) -> None:
    access, people, _ = unpack(drawn)
    twice = pd.concat([access * unit] * 2, ignore_index=True), pd.concat([people / 2] * 2, ignore_index=True)
    assert inequality.gini(*twice) == pytest.approx(inequality.gini(access, people), abs=1e-9)
    assert inequality.theil(*twice).total == pytest.approx(inequality.theil(access, people).total, abs=1e-9)
    assert inequality.palma(*twice) == pytest.approx(inequality.palma(access, people), rel=1e-6)


@given(spreads, st.integers(0, 11))
def test_ranking_by_anything_else_is_less_unequal_than_by_access(
    drawn: list[tuple[float, int, str]], shift: int
) -> None:
    access, people, _ = unpack(drawn)
    other = pd.Series(np.roll(np.arange(len(access)), shift))
    found = inequality.concentration_index(access, people, rank_by=other)
    assert abs(found) <= inequality.gini(access, people) + 1e-9
    assert inequality.palma(access, people) >= 1 - 1e-9


@given(spreads, st.floats(0.1, 1000))
def test_poverty_falls_from_power_to_power(drawn: list[tuple[float, int, str]], line: float) -> None:
    access, people, _ = unpack(drawn)
    found = inequality.poverty(access, people, line=line)
    assert 0 <= found["fgt2"] <= found["fgt1"] <= found["fgt0"] <= 1 + 1e-12
