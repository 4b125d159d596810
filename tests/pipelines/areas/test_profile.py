"""One area beside its region and its territory: medians worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.areas.profile import beside, beyond, histogram, profile, spread, totals

TABLE = pd.DataFrame(
    {
        "nuts2": ["ITC1", "ITC1", "ITC1", "ITF5", None],
        "population": [100.0, 300.0, np.nan, 900.0, 50.0],
        "people_65_plus": [20.0, 60.0, np.nan, 90.0, 25.0],
        "resources": [10.0, 20.0, 40.0, 80.0, np.nan],
    },
    index=pd.Index(["001", "002", "003", "004", "005"], name="area_id"),
)
CODEBOOK = pd.DataFrame({"direction": ["neutral", "better"]}, index=["population", "resources"])


def test_value_medians_and_rank():
    """Region ITC1: people 100 and 300, median 200; resources 10, 20, 40. Territory: 50, 100, 300, 900: 200."""
    found = profile(TABLE, CODEBOOK, "002")
    assert found.index.tolist() == ["population", "resources"]
    assert found.loc["population"].tolist() == [300, 200, 200, 2, 4]
    assert found.loc["resources"].tolist() == [20, 20, 30, 2, 4]  # better: the lowest is looked at first


def test_missing_value_has_no_rank_and_region_that_is_not_known_no_median():
    assert profile(TABLE, CODEBOOK, "003").loc["population"].isna().tolist() == [True, False, False, True, False]
    alone = profile(TABLE, CODEBOOK, "005")
    assert alone["region_median"].isna().all()
    assert alone["territory_median"].notna().all()
    assert alone.loc["population", "rank"] == 4


def test_every_area_of_italy_has_a_profile_in_the_order_of_the_codebook(territory, italy):
    unscored = italy.index[italy["gap"].isna()][0]
    for area in ("058091", unscored):
        found = profile(italy, territory.codebook, area)
        assert found.index.tolist() == territory.codebook.index.tolist()
        assert found["value"].to_dict() == pytest.approx(italy.loc[area, found.index].to_dict(), nan_ok=True)
        assert found["rank"].isna().tolist() == found["value"].isna().tolist()


def test_totals_add_what_is_known_and_count_what_is_not():
    assert totals(TABLE.loc[["001", "002", "003"]]) == {
        "areas": 3,
        "population": 400,
        "people_65_plus": 80,
        "unknown": 1,
    }
    assert totals(TABLE.head(0)) == {"areas": 0, "population": 0, "people_65_plus": 0, "unknown": 0}


def test_people_beyond_thresholds_are_added_up():
    """Two thresholds of one service; the area without people of known number adds nothing."""
    table = TABLE.assign(
        people_beyond_hospital_30=[10.0, 0, np.nan, 5, 1], people_beyond_hospital_60=[4.0, 0, np.nan, 0, 0]
    )
    assert beyond(table)["people"].to_dict() == {"people_beyond_hospital_30": 16, "people_beyond_hospital_60": 4}
    assert beyond(TABLE).empty
    assert beyond(table[2:3])["people"].isna().all()


def test_of_people_beyond_the_old_are_told_where_they_are_known():
    table = TABLE.assign(
        people_beyond_hospital_30=[10.0, 0, np.nan, 5, 1],
        people_beyond_hospital_60=[4.0, 0, np.nan, 0, 0],
        people_65_plus_beyond_hospital_30=[4.0, 0, np.nan, 1, np.nan],
    )
    found = beyond(table)["people_65_plus"]
    assert found["people_beyond_hospital_30"] == 5
    assert np.isnan(found["people_beyond_hospital_60"])


def test_an_area_in_the_distribution_of_the_territory() -> None:
    """Areas at 0, 10, ..., 100: 5 and 95 % are 5 and 95, so 50 is in the middle and 0 is cut to the start."""
    table = pd.DataFrame(
        {"nuts2": ["A"] * 6 + ["B"] * 5, "minutes": np.arange(0.0, 101, 10), "flat": 7.0, "none": np.nan},
        index=[f"{place:02}" for place in range(11)],
    )
    found = spread(table, ["minutes", "flat", "none"], "05")
    assert list(found.index) == ["minutes", "flat"], "what nobody knows has no strip"
    whole = found.loc["minutes", ["low", "quarter", "median", "three_quarters", "high"]].tolist()
    assert whole == pytest.approx([0, (25 - 5) / 90, 0.5, (75 - 5) / 90, 1])
    # Region A has 0 ... 50: quarters at 12.5, 25 and 37.5.
    region = found.loc["minutes", ["region_low", "region_median", "region_high"]].tolist()
    assert region == pytest.approx([7.5 / 90, 20 / 90, 32.5 / 90])
    assert found.loc["minutes", "value"] == pytest.approx(0.5)
    assert spread(table, ["minutes"], "00").loc["minutes", "value"] == 0
    assert (found.loc["flat"] == 0.5).all()
    table.loc["05", ["minutes", "flat"]] = np.nan
    assert spread(table, ["minutes", "flat"], "05")["value"].isna().all()


@given(values=st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=60), seed=st.integers(0, 2**16))
def test_a_histogram_counts_every_known_area_once(values: list[float | None], seed: int) -> None:
    numbers = pd.Series(values, dtype=float)
    inside = pd.Series(np.random.default_rng(seed).random(len(numbers)) < 0.5)
    found = histogram(numbers, inside)
    if numbers.nunique() < 2:
        assert found.empty
        return
    assert found["all"].sum() == numbers.notna().sum()
    assert found["inside"].sum() == (numbers.notna() & inside).sum()
    assert (found["inside"] <= found["all"]).all()
    assert (found["end"] >= found["start"]).all()


def test_two_groups_side_by_side() -> None:
    table = pd.DataFrame({"age": [10.0, 20, 30, 50], "lost": [np.nan, np.nan, 1, 2]}, index=list("abcd"))
    first, second = table.index.isin(["a", "b"]), table.index == "d"
    found = beside(table, ["age", "lost"], pd.Series(first, table.index), pd.Series(second, table.index))
    assert found.loc["age"].to_dict() == {"first": 15, "second": 50, "territory": 25, "difference": 35}
    assert np.isnan(found.loc["lost", "first"])
    assert np.isnan(found.loc["lost", "difference"])
    assert found.loc["lost", "second"] == 2
