"""Peers on four hand-drawn areas, and what must hold for any table.

Context of two numbers: people (a ratio) and the share aged 65 and over.

    area        people   65+
    here         1,000    20
    twice        2,000    20      one doubling away
    older        1,000    30      ten points away
    far         16,000    40      four doublings and twenty points away

Sorted doublings are 0, 0, 1, 4: the 5th percentile is 0, the 95th lies 0.85 of the way from 1 to 4, at 3.55. Sorted
shares are 20, 20, 30, 40: 20 and 38.5. So the scales are 3.55 doublings and 18.5 points.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.priority.peers import CONTEXT, Feature, peers

PEOPLE_AND_AGE = (Feature("people", "Size", "ratio"), Feature("share", "Age"))


@pytest.fixture
def four() -> pd.DataFrame:
    return pd.DataFrame(
        {"people": [1000.0, 2000, 1000, 16000], "share": [20.0, 20, 30, 40]},
        index=pd.Index(["here", "twice", "older", "far"], name="area_id"),
    )


def test_parts_add_up_to_the_distance(four: pd.DataFrame) -> None:
    """Each of the two counts half: a doubling adds 50 x 1 / 3.55 points, ten points of share 50 x 10 / 18.5."""
    found = peers(four, "here", context=PEOPLE_AND_AGE)
    assert found.distances.index.tolist() == ["twice", "older", "far"]
    np.testing.assert_allclose(found.distances, [50 / 3.55, 500 / 18.5, 100])
    np.testing.assert_allclose(found.parts[["people", "share"]], [[50 / 3.55, 0], [0, 500 / 18.5], [50, 50]])
    assert found.unused == ()


def test_an_indicator_that_a_peer_lacks_is_left_out_and_said(four: pd.DataFrame) -> None:
    """Without its people `twice` is equal in all that is known; `older` still has both."""
    four.loc["twice", "people"] = np.nan
    found = peers(four, "here", context=PEOPLE_AND_AGE)
    assert found.distances["twice"] == 0
    assert found.left_out().to_dict() == {"twice": ("people",), "older": (), "far": ()}


def test_no_people_is_no_size(four: pd.DataFrame) -> None:
    four.loc["twice", "people"] = 0
    assert peers(four, "here", context=PEOPLE_AND_AGE).left_out()["twice"] == ("people",)


def test_an_indicator_that_the_area_itself_lacks_is_unused(four: pd.DataFrame) -> None:
    four.loc["here", "people"] = np.nan
    found = peers(four, "here", context=PEOPLE_AND_AGE)
    assert found.unused == ("people",)
    assert found.distances.index[0] == "twice"
    assert found.parts.columns.tolist() == ["share"]


def test_less_than_half_of_the_weights_in_common_is_no_comparison(four: pd.DataFrame) -> None:
    context = (*PEOPLE_AND_AGE, Feature("minutes", "Remoteness"))
    four["minutes"] = [10.0, 10, 10, np.nan]
    four.loc["far", "people"] = np.nan
    assert sorted(peers(four, "here", context=context).distances.index) == ["older", "twice"]


def test_groups_count_the_same_however_many_indicators_they_have(four: pd.DataFrame) -> None:
    context = (*PEOPLE_AND_AGE, Feature("share_80", "Age"))
    four["share_80"] = four["share"] / 4
    twice_told, told = peers(four, "here", context=context), peers(four, "here", context=PEOPLE_AND_AGE)
    np.testing.assert_allclose(twice_told.distances, told.distances)


def test_classes_are_half_of_the_way_apart_each() -> None:
    table = pd.DataFrame({"degurba": ["1", "2", "3"]}, index=list("abc"))
    found = peers(table, "a", context=(Feature("degurba", "Settlement", "class"),))
    assert found.distances.to_dict() == {"b": 50, "c": 100}


def test_one_outlier_does_not_set_the_scale() -> None:
    """Areas 0 to 99 minutes away: the 5th and 95th percentile are 90 apart, with a thousandth minute or without."""
    minutes = pd.DataFrame({"minutes": [*np.arange(100.0), 99_999.0]}, index=[f"{i:03d}" for i in range(101)])
    found = peers(minutes, "000", k=100, context=(Feature("minutes", "Remoteness"),))
    assert found.distances["009"] == pytest.approx(10)
    assert found.distances["100"] == 100


def test_where_all_are_equal_whatever_differs_is_apart() -> None:
    home, abroad = pd.DataFrame({"x": [1.0, 1.0]}, index=["a", "b"]), pd.DataFrame({"x": [1.0, 2.0]}, index=["c", "d"])
    assert peers(home, "a", among=abroad, context=(Feature("x", "X"),)).distances.to_dict() == {"c": 0, "d": 100}


def test_equal_distances_go_by_code() -> None:
    table = pd.DataFrame({"x": [0.0, 1, 1, 1]}, index=["a", "d", "b", "c"])
    assert peers(table, "a", k=2, context=(Feature("x", "X"),)).distances.index.tolist() == ["b", "c"]


def test_peers_abroad_are_measured_on_the_scales_of_home(four: pd.DataFrame) -> None:
    home = peers(four, "here", context=PEOPLE_AND_AGE)
    abroad = four.rename(index="x-{}".format)
    found = peers(four, "here", among=abroad, context=PEOPLE_AND_AGE, k=9)
    assert found.distances["x-here"] == 0, "another territory may have its equal"
    np.testing.assert_allclose(found.distances[1:], home.distances)
    found = peers(four, "here", among=abroad.drop(columns="share"), context=PEOPLE_AND_AGE)
    assert found.unused == ("share",)


@pytest.mark.parametrize(
    ("area_id", "options", "words"),
    [
        ("hree", {}, "no area 'hree'; did you mean here?"),
        ("here", {"k": 0}, "ask for 1 or more"),
        ("here", {"among": pd.DataFrame({"y": [1.0]}, index=["z"])}, "too little in common.*people, share"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(four: pd.DataFrame, area_id: str, options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        peers(four, area_id, context=PEOPLE_AND_AGE, **options)


def test_a_territory_of_one_area_has_no_peers(four: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="too little in common"):
        peers(four.loc[["here"]], "here", context=PEOPLE_AND_AGE)


maybe = st.one_of(st.none(), st.floats(1, 1e4).map(lambda x: round(x, 2)))
# Whole people: two numbers that differ in their last bit alone are no longer told apart in another unit.
tables = st.lists(
    st.tuples(st.integers(1, 10_000).map(float), maybe, st.sampled_from(["1", "2", "3"])), min_size=2, max_size=12
).map(
    lambda rows: pd.DataFrame(
        rows, columns=["people", "share", "degurba"], index=[f"{i:02d}" for i in range(len(rows))]
    ).astype({"share": float})
)
THREE = (*PEOPLE_AND_AGE, Feature("degurba", "Settlement", "class"))


@given(tables, st.sampled_from([0.001, 1 / 3, 60, 1000]))
def test_peers_whatever_the_table(table: pd.DataFrame, unit: float) -> None:
    found = peers(table, "00", k=len(table), context=THREE)
    assert "00" not in found.distances.index
    assert sorted(found.distances.index) == sorted(table.index[1:])
    assert found.distances.between(0, 100 + 1e-9).all() and found.distances.is_monotonic_increasing
    np.testing.assert_allclose(found.parts.sum(axis=1), found.distances, atol=1e-9)
    scaled = peers(table.assign(people=table["people"] * unit, share=table["share"] * unit), "00", k=99, context=THREE)
    np.testing.assert_allclose(scaled.distances[found.distances.index], found.distances, atol=1e-6)
    farthest = found.distances.index[-1]
    back = peers(table, farthest, k=len(table), context=THREE)
    assert back.distances["00"] == pytest.approx(found.distances[farthest]), "as far back as there"


def test_context_has_no_outcome_and_italy_has_it_all(italy: pd.DataFrame) -> None:
    assert not {"need", "resources", "gap", "projects_within_60"} & {each.indicator for each in CONTEXT}
    found = peers(italy, "058091", k=3)
    assert found.unused == ()
    assert italy.loc[found.distances.index, "name"].tolist() == ["Milano", "Palermo", "Napoli"], "as large as Rome"
    village = peers(italy, "076026", k=10)
    people = italy.loc[village.distances.index, "population"]
    assert people.between(300, 1500).all() and (italy.loc[village.distances.index, "degurba"] == "3").all()
