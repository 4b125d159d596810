"""One area beside its region and its territory: medians worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from pipelines.profile import beyond, profile, totals

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
    assert beyond(table).to_dict() == {"people_beyond_hospital_30": 16, "people_beyond_hospital_60": 4}
    assert beyond(TABLE).empty
