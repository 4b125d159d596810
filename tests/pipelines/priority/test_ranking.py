"""Ranks, lists and classes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.priority.classes import bivariate, classify, middle, quantile_breaks
from pipelines.priority.ranking import order, rank

NAN = float("nan")
FRAME = pd.DataFrame({"gap": [40.0, 70, NAN, 40, 10]}, index=["20", "30", "40", "10", "50"])


def test_equal_areas_share_the_better_place_and_missing_ones_have_none() -> None:
    assert rank(FRAME).to_list() == [2, 1, pd.NA, 2, 4]
    assert rank(FRAME, descending=False).to_list() == [2, 4, pd.NA, 2, 1]


def test_a_list_breaks_ties_by_area_id() -> None:
    assert order(FRAME) == ["30", "10", "20", "50"]
    assert order(FRAME, descending=False) == ["50", "10", "20", "30"]


@given(values=st.lists(st.sampled_from([NAN, *range(6)]), max_size=30))
def test_rank_counts_who_is_ahead(values: list[float]) -> None:
    found = rank(pd.DataFrame({"gap": np.array(values, dtype=float)}))
    assert found.to_list() == [
        pd.NA if value != value else 1 + sum(other > value for other in values) for value in values
    ]


def test_quintiles_hold_a_fifth_each() -> None:
    values = np.arange(1, 11)
    breaks = quantile_breaks(values)
    assert breaks.tolist() == [2, 4, 6, 8]
    assert classify(values, breaks).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([5, 5, 5], [0, 0, 0]),
        ([], []),
        ([NAN, NAN], [-1, -1]),
        ([1, NAN, 9], [0, -1, 1]),
        ([0, 0, 0, 0, 0, 0, 0, 7], [0, 0, 0, 0, 0, 0, 0, 1]),
    ],
)
def test_ties_and_few_values_give_fewer_classes(values: list[float], classes: list[int]) -> None:
    assert classify(values, quantile_breaks(values)).tolist() == classes


@given(values=st.lists(st.one_of(st.integers(0, 20), st.just(NAN)), min_size=1, max_size=60), n=st.integers(2, 7))
def test_classes_are_never_empty_and_never_part_equal_values(values: list[float], n: int) -> None:
    found = classify(values, quantile_breaks(values, n=n))
    known = [int(each) for value, each in zip(values, found, strict=True) if value == value]
    assert sorted(set(known)) == list(range(len(set(known))))
    assert len(set(known)) <= n
    pairs = sorted((value, each) for value, each in zip(values, found, strict=True) if value == value)
    assert [each for _, each in pairs] == sorted(known)
    assert len(set(pairs)) == len({value for value, _ in pairs})


def test_need_by_resources() -> None:
    need = [10, 10, 10, 50, 50, 50, 90, 90, 90, NAN, 90]
    resources = [1, 5, 9, 1, 5, 9, 1, 5, 9, 5, NAN]
    assert bivariate(need, resources).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, -1, -1]
    # Resources that are the same everywhere are neither low nor high; two values are low and high.
    assert bivariate([1, 5, 9], [7, 7, 7]).tolist() == [1, 4, 7]
    assert bivariate([1, 1, 9], [7, 7, 7]).tolist() == [1, 1, 7]


def test_class_of_a_region_is_that_of_its_middle_area() -> None:
    """Worked out by hand: of two middle areas the lower counts; need and resources have each their own middle."""
    regions = pd.Series(["A", "A", "A", "A", "B", "C", "C", None])
    codes = [0, 1, 3, 4, -1, 2, -1, 4]
    assert middle(codes, regions).to_dict() == {"A": 1, "B": -1, "C": 2}
    # A: thirds of need 0 0 1 1, of resources 0 1 0 1.
    assert middle(codes, regions, bivariate=True).to_dict() == {"A": 0, "B": -1, "C": 2}
    assert middle([2, 3, 7], pd.Series(["A"] * 3), bivariate=True).to_dict() == {"A": 4}
