"""Minutes to the nearest, services within a limit and people beyond a threshold.

Aldea: x at 10, y at 25, z at 40 minutes.  Borgo: y at 5.  Cerro: none.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.access import measures

VILLAGES = pd.Series([100, 300, 50], index=["Aldea", "Borgo", "Cerro"])
CLINICS = pd.Series([np.nan] * 3, index=["x", "y", "z"])
PAIRS = pd.DataFrame({"origin": [0, 1, 0, 0], "destination": [2, 1, 0, 1], "minutes": [40.0, 5.0, 10.0, 25.0]})


def test_minutes_to_the_nearest_need_no_capacity() -> None:
    found = measures.minutes_to_nearest(PAIRS, VILLAGES, CLINICS)
    assert found.to_dict() == {"Aldea": 10, "Borgo": 5, "Cerro": np.inf}


def test_the_mean_of_three_needs_three() -> None:
    found = measures.minutes_to_nearest(PAIRS, VILLAGES, CLINICS, k=3)
    assert found.to_dict() == {"Aldea": 25, "Borgo": np.inf, "Cerro": np.inf}
    with pytest.raises(InputError, match="expected 1 or more"):
        measures.minutes_to_nearest(PAIRS, VILLAGES, CLINICS, k=0)


def test_services_within_a_limit_are_whole_numbers_and_zero_where_none() -> None:
    found = measures.services_within(PAIRS, VILLAGES, CLINICS, minutes=25)
    assert found.to_dict() == {"Aldea": 2, "Borgo": 1, "Cerro": 0}
    assert found.dtype == np.int64


@given(st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=1, max_size=4), st.integers(1, 4))
def test_the_nearest_are_those_of_a_sorted_list(minutes: list[list[int]], k: int) -> None:
    rows = [(i, j, t) for i, row in enumerate(minutes) for j, t in enumerate(row)]
    pairs = pd.DataFrame(rows[::-1], columns=["origin", "destination", "minutes"])
    found = measures.minutes_to_nearest(pairs, pd.Series(range(len(minutes))), pd.Series(range(4)), k=k)
    assert found.tolist() == pytest.approx([sum(sorted(row)[:k]) / k for row in minutes])


def test_people_beyond_a_threshold_by_area() -> None:
    # North: 100 people at 20 minutes (not beyond), 50 out of reach. South: 300 at 5. East: a hut, nobody lives there.
    places = ["a", "b", "c", "d"]
    minutes = pd.Series([20.0, np.inf, 5.0, 90.0], index=places)
    people = pd.Series([100, 50, 300, 0], index=places)
    areas = pd.Series(["north", "north", "south", "east"], index=places, name="area_id")
    found = measures.people_beyond(minutes, people, areas, threshold=20)
    assert found.index.tolist() == ["east", "north", "south"]
    assert found["people"].tolist() == [0, 50, 0]
    assert found["share"].tolist() == pytest.approx([np.nan, 100 / 3, 0], nan_ok=True)


def test_unknown_minutes_are_not_near_and_not_far() -> None:
    people, areas = pd.Series([1, 2], index=["a", "b"]), pd.Series(["n", "n"], index=["a", "b"])
    with pytest.raises(InputError, match=r"1 of 2 places have no area.*first: b;"):
        measures.people_beyond(pd.Series([3, np.nan], index=["a", "b"]), people, areas, threshold=5)
    with pytest.raises(InputError, match="give them one index"):
        measures.people_beyond(pd.Series([3.0, 4.0], index=["b", "a"]), people, areas, threshold=5)
