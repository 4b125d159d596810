"""Areas compared with those they touch, on squares drawn on a sheet of kilometres."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from geodata.errors import InputError
from pipelines.access.remoteness.neighbours import FLOOR, contiguous, worse_than_neighbours


def test_areas_touch_at_borders_and_corners() -> None:
    # a b      b touches a at a side, c at a corner; i is an island 20 m off c; the border of a and b is drawn with a
    #   . c i  gap of half a metre.
    squares = {
        "a": box(0, 1000, 999.5, 2000),
        "b": box(1000, 1000, 2000, 2000),
        "c": box(2000, 0, 3000, 1000),
        "i": box(3020, 0, 3500, 1000),
    }
    areas = gpd.GeoSeries(squares, crs="EPSG:3035")
    expected = [["a", "b"], ["b", "a"], ["b", "c"], ["c", "b"]]
    assert contiguous(areas).to_numpy().tolist() == expected
    assert contiguous(areas.translate(4_321_000, 3_210_000).to_crs("EPSG:4326")).to_numpy().tolist() == expected


def line(*names: str) -> pd.DataFrame:
    """Areas in a row, each touching the next."""
    pairs = list(pairwise(names))
    return pd.DataFrame(sorted(pairs + [(b, a) for a, b in pairs]), columns=["area", "neighbour"])


def test_worse_from_one_and_a_half_times_the_mean_of_the_neighbours() -> None:
    # b: neighbours 10 and 30, mean 20; 30 is 1.5 times. With 29.9 it is not.
    pairs = line("a", "b", "c")
    found = worse_than_neighbours(pd.Series({"a": 10.0, "b": 30.0, "c": 30.0}), pairs)
    assert found.loc["b"].tolist() == [20.0, 1.5, True]
    assert found["worse"].tolist() == [False, True, False]
    assert not worse_than_neighbours(pd.Series({"a": 10.0, "b": 29.9, "c": 30.0}), pairs).loc["b", "worse"]
    assert not worse_than_neighbours(pd.Series({"a": 10.0, "b": 30.0, "c": 30.0}), pairs, times=2).loc["b", "worse"]


def test_who_is_well_off_is_not_worse_than_its_neighbours() -> None:
    """Pero is 4 minutes from a hospital and its neighbours are at one. At the floor an area is still well off."""
    pairs, near = line("a", "b", "c"), {"a": 1.0, "c": 1.0}
    for minutes, worse in ((4.0, False), (20.0, False), (20.01, True), (np.inf, True)):
        found = worse_than_neighbours(pd.Series(near | {"b": minutes}), pairs, floor=FLOOR)
        assert found.loc["b", "worse"] == worse, minutes
        assert found.loc["b", "ratio"] == minutes
    assert worse_than_neighbours(pd.Series(near | {"b": 4.0}), pairs).loc["b", "worse"]


def test_what_cannot_be_compared_is_missing() -> None:
    # i has no neighbour; u is unknown; d, whose only other neighbour is u, is compared with c alone.
    values = pd.Series({"c": 10.0, "d": 20.0, "u": np.nan, "i": 50.0})
    found = worse_than_neighbours(values, line("c", "d", "u"))
    assert found["worse"].isna().to_dict() == {"c": False, "d": False, "u": True, "i": True}
    assert found.loc["d", "ratio"] == 2


def test_out_of_reach_is_worse_than_reach_and_not_than_itself() -> None:
    found = worse_than_neighbours(pd.Series({"a": np.inf, "b": 10.0}), line("a", "b"))
    assert found["worse"].to_dict() == {"a": True, "b": False}
    both = worse_than_neighbours(pd.Series({"a": np.inf, "b": np.inf}), line("a", "b"))
    assert both["worse"].isna().all()
    assert worse_than_neighbours(pd.Series({"a": 5.0, "b": 0.0}), line("a", "b"))["worse"].to_dict() == {
        "a": True,
        "b": False,
    }


def test_where_no_areas_touch_there_is_nothing_to_say() -> None:
    apart = gpd.GeoSeries([box(0, 0, 1000, 1000), box(5000, 0, 6000, 1000)], index=["a", "b"], crs="EPSG:3035")
    found = worse_than_neighbours(pd.Series({"a": 5.0, "b": 10.0}), contiguous(apart))
    assert found.index.tolist() == ["a", "b"]
    assert found.isna().all(axis=None)


def test_bad_input_is_refused() -> None:
    values = pd.Series({"a": 1.0, "b": 1.0})
    with pytest.raises(InputError, match="factor is 1, expected more"):
        worse_than_neighbours(values, line("a", "b"), times=1)
    for floor in (-1, np.inf, np.nan):
        with pytest.raises(InputError, match="expected 0 or more"):
            worse_than_neighbours(values, line("a", "b"), floor=floor)
    with pytest.raises(InputError, match="1 values are negative, such as b"):
        worse_than_neighbours(pd.Series({"a": 1.0, "b": -1.0}), line("a", "b"))
    with pytest.raises(InputError, match="1 areas have neighbours but no row of values, such as z"):
        worse_than_neighbours(values, line("a", "z"))


def test_areas_that_all_stand_alone_have_no_neighbours_to_be_worse_than():
    pairs = pd.DataFrame({"area": pd.Series(dtype=str), "neighbour": pd.Series(dtype=str)})
    found = worse_than_neighbours(pd.Series({"a": 10.0, "b": 20.0}), pairs)
    assert found[["ratio", "worse"]].isna().all(axis=None)
