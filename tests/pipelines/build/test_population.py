"""People by age against sums made by hand and in plain Python."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.build.population import people

AGES = [f"a{age}" for age in range(101)]


def residents(by_area: dict[str, dict[int, dict[int, int]]]) -> pd.DataFrame:
    """Write a table of residents, as area -> year -> age -> people; ages that are not named have nobody."""
    rows = [
        {"area_id": area, "year": year} | {f"a{age}": counts.get(age, 0) for age in range(101)}
        for area, years in by_area.items()
        for year, counts in years.items()
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(AGES, "int32"))


def test_ages_fall_on_the_right_side_of_each_limit():
    """Aged 0, 14, 15, 64, 65, 79, 80, 99, 100 and 100: 2 under 15, 6 from 65, 4 from 80; 8 people the year before."""
    latest = {0: 1, 14: 1, 15: 1, 64: 1, 65: 1, 79: 1, 80: 1, 99: 1, 100: 2}
    row = people(residents({"001": {2022: {30: 8}, 2023: latest}}), pd.Index(["001"])).loc["001"]
    assert row["population"] == 10
    assert row["people_65_plus"] == 6
    assert row["share_under_15"] == pytest.approx(20)
    assert row["share_65_plus"] == pytest.approx(60)
    assert row["share_80_plus"] == pytest.approx(40)
    assert row["population_change"] == pytest.approx(25)


def test_area_without_a_row_is_missing_and_an_empty_one_has_no_shares():
    table = residents({"001": {2022: {}, 2023: {}}, "002": {2023: {40: 5}}, "003": {2022: {40: 5}}})
    found = people(table, pd.Index(["001", "002", "003", "004"], name="area_id"))
    assert found.index.tolist() == ["001", "002", "003", "004"]
    assert found["population"].tolist()[:2] == [0, 5]
    assert found.loc["001", ["share_65_plus", "share_80_plus", "share_under_15", "population_change"]].isna().all()
    assert np.isnan(found.loc["002", "population_change"])
    assert found.loc[["003", "004"]].isna().all(axis=None)


def test_latest_two_years_are_used_and_others_are_not():
    table = residents({"001": {2020: {1: 999}, 2022: {1: 50}, 2023: {1: 100}}})
    assert people(table, pd.Index(["001"])).loc["001", ["population", "population_change"]].tolist() == [100, 100]


@pytest.mark.parametrize("years", [[2023], [2021, 2023]])
def test_two_years_in_a_row_are_needed_and_the_years_are_named(years: list[int]):
    with pytest.raises(InputError, match=rf"has the years \[{', '.join(map(str, years))}\], expected two in a row"):
        people(residents({"001": {year: {1: 1} for year in years}}), pd.Index(["001"]))


def test_millions_of_people_do_not_overflow_the_type_of_the_table():
    table = residents({"001": {2022: {1: 1}, 2023: dict.fromkeys(range(101), 2_000_000_000)}})
    assert people(table, pd.Index(["001"])).loc["001", "population"] == 202_000_000_000


counts = st.dictionaries(st.integers(0, 100), st.integers(0, 3000), max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_equals_plain_sums_in_any_order_of_rows(areas, random):
    table = residents({f"{n:03}": {2022: before, 2023: after} for n, (before, after) in enumerate(areas)})
    order = list(range(len(table)))
    random.shuffle(order)
    found = people(table.iloc[order], pd.Index([f"{n:03}" for n in range(len(areas))]))
    for n, (before, after) in enumerate(areas):
        total, earlier = sum(after.values()), sum(before.values())
        row = found.loc[f"{n:03}"]
        assert row["population"] == total
        for name, low, high in (("share_65_plus", 65, 100), ("share_80_plus", 80, 100), ("share_under_15", 0, 14)):
            part = sum(number for age, number in after.items() if low <= age <= high)
            assert row[name] == (pytest.approx(100 * part / total) if total else pytest.approx(np.nan, nan_ok=True))
        change = 100 * (total - earlier) / earlier if earlier else np.nan
        assert row["population_change"] == pytest.approx(change, nan_ok=True, abs=1e-9)
