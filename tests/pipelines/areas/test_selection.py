"""Filters and order on five areas that are easy to read.

code  region (NUTS 1 > 2 > 3)  degurba  people  gap    minutes (better: fewer is not; see codebook)
001   ITC > ITC1 > ITC11       1        9000    10
002   ITC > ITC1 > ITC12       2        2000    30
003   ITF > ITF5 > ITF51       3         500    30
004   ITF > ITF5 > ITF52       3         unknown  unknown
005   none                     none      100    20
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.areas.selection import Selection, in_order, in_region, rank_in_selection, search, select

TABLE = pd.DataFrame(
    {
        "name": ["Torino", "Alba", "Matera", "Potenza (città)", "Sant'Àngelo"],
        "nuts1": ["ITC", "ITC", "ITF", "ITF", None],
        "nuts2": ["ITC1", "ITC1", "ITF5", "ITF5", None],
        "nuts3": ["ITC11", "ITC12", "ITF51", "ITF52", None],
        "degurba": ["1", "2", "3", "3", None],
        "population": [9000.0, 2000.0, 500.0, np.nan, 100.0],
        "gap": [10.0, 30.0, 30.0, np.nan, 20.0],
        "resources": [10.0, 30.0, 30.0, np.nan, 20.0],
    },
    index=pd.Index(["001", "002", "003", "004", "005"], name="area_id"),
)
CODEBOOK = pd.DataFrame(
    {"direction": ["neutral", "worse", "better"]}, index=pd.Index(["population", "gap", "resources"], name="indicator")
)


def chosen(**filters: object) -> list[str]:
    passes = select(TABLE, Selection(**filters))  # type: ignore[arg-type]
    assert passes.dtype == bool
    return list(TABLE.index[passes])


def test_empty_selection_lets_every_area_through():
    assert chosen() == TABLE.index.tolist()


@pytest.mark.parametrize(
    ("region", "expected"),
    [("ITC", ["001", "002"]), ("ITF5", ["003", "004"]), ("ITC12", ["002"]), ("ITF", ["003", "004"])],
)
def test_region_of_each_level(region: str, expected: list[str]):
    assert chosen(region=region) == expected


def test_unknown_region_is_said_with_the_near_one():
    with pytest.raises(InputError, match=r"no region 'ITF55' in this territory; did you mean ITF5[12]?\?"):
        select(TABLE, Selection(region="ITF55"))
    with pytest.raises(InputError, match=r"no region '<b>' in this territory; known: ITC, ITC1"):
        select(TABLE, Selection(region="<b>"))
    with pytest.raises(InputError, match="no region 'itf5'"):
        in_region(TABLE, "itf5")


def test_degree_of_urbanisation():
    assert chosen(degurba=("1", "2")) == ["001", "002"]
    assert chosen(degurba=("9",)) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"people_min": 500}, ["001", "002", "003"]),  # the limit itself passes, unknown does not
        ({"people_min": 501}, ["001", "002"]),
        ({"people_max": 500}, ["003", "005"]),
        ({"people_max": 499}, ["005"]),
        ({"people_min": 500, "people_max": 2000}, ["002", "003"]),
        ({"people_min": 2000, "people_max": 500}, []),
    ],
)
def test_limits_of_population_are_included_and_unknown_passes_none(filters: dict[str, int], expected: list[str]):
    assert chosen(**filters) == expected


def test_filters_hold_together():
    assert chosen(region="ITC", degurba=("2", "3"), people_min=1) == ["002"]


def test_highest_first_where_higher_is_worse_with_ties_by_code_and_no_area_without_a_value():
    ranked = in_order(TABLE, CODEBOOK, "gap")
    assert ranked.index.tolist() == ["002", "003", "005", "001"]
    assert ranked["rank_in_selection"].tolist() == [1, 1, 3, 4]
    assert ranked.columns[0] == "rank_in_selection"
    assert ranked["name"].tolist() == ["Alba", "Matera", "Sant'Àngelo", "Torino"]


def test_lowest_first_where_higher_is_better():
    ranked = in_order(TABLE, CODEBOOK, "resources")
    assert ranked.index.tolist() == ["001", "005", "002", "003"]
    assert ranked["rank_in_selection"].tolist() == [1, 2, 3, 3]


def test_neutral_is_highest_first():
    assert in_order(TABLE, CODEBOOK, "population").index.tolist() == ["001", "002", "003", "005"]


def test_ranks_are_those_of_the_order_and_missing_without_a_value():
    assert rank_in_selection(TABLE, CODEBOOK, "resources").tolist()[:3] == [1, 3, 3]
    assert rank_in_selection(TABLE, CODEBOOK, "gap").isna().tolist() == [False, False, False, True, False]


def test_nothing_to_order_is_an_empty_table():
    assert in_order(TABLE.loc[["004"]], CODEBOOK, "gap").empty
    assert in_order(TABLE.head(0), CODEBOOK, "gap").empty


@pytest.mark.parametrize("by", ["gpa", "name", "nuts1", ""])
def test_only_indicators_can_be_ranked_by(by: str):
    with pytest.raises(InputError, match=rf"no indicator '{by}' in this territory; (did you mean|known)"):
        in_order(TABLE, CODEBOOK, by)


@given(st.lists(st.integers(0, 4) | st.none(), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_order_equals_a_plain_sort_whatever_the_order_of_rows(values, random):
    codes = [f"{n:03}" for n in range(len(values))]
    pairs = list(zip(codes, values, strict=True))
    random.shuffle(pairs)
    table = pd.DataFrame({"gap": [np.nan if v is None else float(v) for _, v in pairs]}, index=[c for c, _ in pairs])
    ranked = in_order(table, CODEBOOK, "gap")
    known = [(code, value) for code, value in pairs if value is not None]
    expected = sorted(known, key=lambda pair: (-pair[1], pair[0]))
    assert ranked.index.tolist() == [code for code, _ in expected]
    assert ranked["rank_in_selection"].tolist() == [1 + sum(v > value for _, v in known) for _, value in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alba", ["002"]),
        ("  ALBA ", ["002"]),
        ("ÀNG", ["005"]),
        ("(", ["004"]),  # text, not a pattern
        (".", []),
        ("00", ["001", "002", "003", "004", "005"]),
        ("01", []),  # the start of a code only
        ("", ["001", "002", "003", "004", "005"]),
    ],
)
def test_search_by_a_part_of_the_name_or_the_start_of_the_code(text: str, expected: list[str]):
    assert TABLE.index[search(TABLE, text)].tolist() == expected
