"""Implausible jumps between two years, by hand and on Eurostat's published shares beyond 20 minutes of health care."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.i18n.message import tell, tell_each
from pipelines.priority.jumps import changes, improved, quality, robust_z, sites, worsened
from tests.opendata import OPENDATA

EUROSTAT = OPENDATA / "eurostat" / "accessibility"
HEALTH_CARE_20 = (
    "euro_access_NUTS_2024_healthcare__AGE_T__DEG_URB_TOTAL__ACCESS_INDIC_N1__THRESHOLD_GT_20_MIN__UNIT_PC.csv"
)
YEARS = ("2020", "2023")


def share(**values: float) -> pd.Series:
    return pd.Series(values, dtype=float).rename_axis("area_id")


# Five areas: a improves by 5, b by exactly 20, c by 20.1 (not to be believed), d worsens by 30 (nor this), e is new.
BEFORE = share(a=10, b=30.1, c=30.1, d=0)
AFTER = share(e=7, d=30, c=10, b=10.1, a=5)


def test_a_change_above_20_points_is_implausible() -> None:
    found = changes(BEFORE, AFTER, years=YEARS)
    assert found.index.tolist() == list("abcde")
    np.testing.assert_array_equal(found["change"], [-5, -20, -20.1, 30, np.nan])
    assert found["implausible"].tolist() == [False, False, True, True, False], "20 points are not more than 20"
    assert tell_each(found["reason"]).tolist() == [
        "",
        "",
        "Moved by -20.1 from 2020 to 2023, more than 20 points: more likely a change of the source than of the area",
        "Moved by +30.0 from 2020 to 2023, more than 20 points: more likely a change of the source than of the area",
        "No value in 2020",
    ]


def test_the_reason_names_the_sites() -> None:
    """Of b the number is not known, of c, which did not jump, it does not matter."""
    found = changes(share(a=99, b=0, c=5), share(a=0, b=30, c=0), years=YEARS, sites=share(a=0, c=3))
    assert found["implausible"].tolist() == [True, True, False]
    assert tell(found.loc["a", "reason"]) == (
        "Moved by -99.0 from 2020 to 2023, more than 20 points, where 0 sites are listed today: more likely a change "
        "of the source than of the area"
    )
    assert tell(found.loc["b", "reason"]).startswith(
        "Moved by +30.0 from 2020 to 2023, more than 20 points: more likely"
    )


def test_sites_are_counted_from_their_rate() -> None:
    """2.5 for every 100,000 of 120,000 people are 3; unknown where the rate is, and for what is not counted."""
    table = pd.DataFrame({"any_hospital_per_100_000": [2.5, np.nan], "population": [120_000.0, 1]}, index=["a", "b"])
    assert sites(table, "health_change_20").fillna(-1).to_dict() == {"a": 3, "b": -1}
    assert sites(table, "education_change_10") is None
    assert sites(table[["population"]], "health_change_20") is None


def test_lists_keep_implausible_areas_out_unless_asked() -> None:
    found = changes(BEFORE, AFTER, years=YEARS)
    assert improved(found, direction="worse").index.tolist() == ["b", "a"]
    assert improved(found, direction="worse", implausible=True).index.tolist() == ["c", "b", "a"]
    assert worsened(found, direction="worse").index.tolist() == []
    assert worsened(found, direction="worse", implausible=True).index.tolist() == ["d"]
    assert improved(found, direction="better", implausible=True).index.tolist() == ["d"]


def test_equal_changes_go_by_code_and_no_change_is_on_no_list() -> None:
    found = changes(share(z=3, y=3, x=3), share(z=2, y=3, x=2), years=YEARS)
    assert improved(found, direction="worse").index.tolist() == ["x", "z"]
    assert worsened(found, direction="worse").empty


def test_flags_are_rows_of_the_quality_layer() -> None:
    found = quality(changes(BEFORE, AFTER, years=YEARS), "share_beyond_20")
    assert found[["area_id", "indicator", "kind"]].to_numpy().tolist() == [
        ["c", "share_beyond_20", "implausible"],
        ["d", "share_beyond_20", "implausible"],
    ]
    assert tell_each(found["reason"]).str.startswith("Moved by").all()


def test_robust_z_measures_jumps_in_spreads_of_the_changes() -> None:
    """Changes 0, 1, 2, 3, 40: median 2, deviations 2 1 0 1 38, MAD 1; 40 is 0.6745 x 38 = 25.6 away."""
    before, after = share(a=0, b=0, c=0, d=0, e=0), share(a=0, b=1, c=2, d=3, e=40)
    found = changes(before, after, rule="robust z", years=YEARS)
    assert found.index[found["implausible"]].tolist() == ["e"]
    assert robust_z(found["change"].to_numpy())[-1] == pytest.approx(0.6745 * 38)
    assert not changes(before, after, rule="robust z", limit=26, years=YEARS)["implausible"].any()


def test_robust_z_where_most_areas_did_not_change() -> None:
    """Changes 0, 0, 0, 0, 5: MAD is 0, the mean absolute deviation 1."""
    np.testing.assert_allclose(robust_z(np.array([0.0, 0, 0, 0, 5, np.nan])), [0, 0, 0, 0, 5 / 1.253314, np.nan])
    np.testing.assert_array_equal(robust_z(np.array([2.0, 2.0])), [0, 0])
    assert np.isnan(robust_z(np.array([np.nan]))).all()


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=20), st.floats(0.01, 100), st.floats(-50, 50))
def test_robust_z_knows_no_unit_and_no_common_shift(values: list[float], unit: float, shift: float) -> None:
    x = np.array(values).round(3)
    z = robust_z(x)
    np.testing.assert_allclose(robust_z(unit * x), z, rtol=1e-6, atol=1e-6)
    if np.median(np.abs(x - np.median(x))) > 0 or np.ptp(x) == 0:
        np.testing.assert_allclose(robust_z(x + round(shift, 1)), z, rtol=1e-6, atol=1e-6)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1))
def test_every_change_is_on_one_list_and_years_swap(values: dict[str, tuple[float, float]]) -> None:
    before, after = (share(**{area: pair[i] for area, pair in values.items()}) for i in (0, 1))
    there, back = changes(before, after, years=YEARS), changes(after, before, years=YEARS[::-1])
    assert there["implausible"].equals(back["implausible"])
    better = set(improved(there, direction="worse").index)
    worse = set(worsened(there, direction="worse").index)
    moved = set(there.index[there["change"] != 0])
    assert not better & worse
    assert better | worse == moved - set(there.index[there["implausible"]])
    assert better == set(worsened(back, direction="worse").index)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rule": "percent"}, "no rule 'percent'"),
        ({"limit": 0}, "is 0; give a number above 0"),
        ({"limit": -1}, "is -1; give a number above 0"),
        ({"limit": math.nan}, "is nan; give a number above 0"),
    ],
)
def test_wrong_rules_are_refused(options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        changes(BEFORE, AFTER, years=YEARS, **options)


def test_an_area_twice_and_a_direction_that_judges_nothing_are_refused() -> None:
    with pytest.raises(InputError, match="Area e is there more than once in 2023"):
        changes(BEFORE, pd.concat([AFTER, AFTER]), years=YEARS)
    with pytest.raises(InputError, match="'neutral', expected worse or better"):
        improved(changes(BEFORE, AFTER, years=YEARS), direction="neutral")


@pytest.mark.opendata("eurostat/accessibility")
def test_health_care_beyond_20_minutes_in_the_nuts_3_regions() -> None:
    """32 of 1,201 regions jump, 29 of them "for the better", SE221 (Blekinge) by 99 points."""
    shares = pd.read_csv(EUROSTAT / HEALTH_CARE_20, index_col="GEO", dtype={"GEO": str}, keep_default_na=False)
    regions = shares[shares.index.str.len() == 5].astype(float)
    found = changes(regions["2020"], regions["2023"], years=YEARS)
    assert len(found) == 1201
    assert found["implausible"].sum() == 32
    assert (found["change"] < -20).sum() == 29
    assert found["change"].idxmin() == "SE221"
    assert "SE221" not in improved(found, direction="worse").index
    assert improved(found, direction="worse", implausible=True).index[0] == "SE221"
    assert improved(found, direction="worse")["change"].min() >= -20
