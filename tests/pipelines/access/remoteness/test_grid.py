"""Cells of the 1 km grid: identifiers of both editions, and the area a cell is counted in."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geodata import grid
from geodata.errors import InputError


def test_identifiers_of_2011_and_2021_name_the_same_corner() -> None:
    ids = pd.Series(["1kmN2599E4695", "CRS3035RES1000mN2599000E4695000"], index=["old", "new"])
    found = grid.corners(ids)
    assert found.index.tolist() == ["old", "new"]
    assert found.to_numpy().tolist() == [[4695, 2599], [4695, 2599]]
    # Canary and Azores lie low and far west, where numbers have fewer digits.
    assert grid.corners(pd.Series(["CRS3035RES1000mN983000E1950000", "1kmN0983E1950"]))["y_km"].tolist() == [983, 983]


@pytest.mark.parametrize(
    "bad", ["1kmN2599", "5kmN0519E0939", "CRS3035RES500mN2599000E4695000", "CRS3035RES1000mN2599500E4695000", None]
)
def test_other_identifiers_are_refused_with_count_and_example(bad: str | None) -> None:
    with pytest.raises(InputError, match="1 of 2 grid identifiers cannot be read"):
        grid.corners(pd.Series(["1kmN2599E4695", bad]))


def test_people_are_read_and_bad_rows_are_refused() -> None:
    table = pd.DataFrame({"GRD_ID": ["1kmN2599E4695", "1kmN2599E4696"], "TOT_P": [8, 0]})
    assert grid.cells(table)["population"].tolist() == [8.0, 0.0]
    assert grid.cells(table.rename(columns={"TOT_P": "T"}), people_column="T")["population"].tolist() == [8.0, 0.0]
    with pytest.raises(InputError, match="has no column T;"):
        grid.cells(table, people_column="T")
    with pytest.raises(InputError, match=r"1 cells have no number of people.*1kmN2599E4696"):
        grid.cells(table.assign(TOT_P=[8, -9999]))
    with pytest.raises(InputError, match=r"1 cells occur twice.*1kmN2599E4695"):
        grid.cells(pd.concat([table, table.head(1)]))


def test_a_cell_is_counted_where_its_centre_lies() -> None:
    # Areas a and b share the border x = 2.5 km, the middle of column 2; the coast is at y = 0.4 km, so the centres of
    # row -1 lie in the water 900 m off the beach: nearest area. Row -3 is out at sea.
    areas = gpd.GeoSeries([box(0, 400, 2500, 5000), box(2500, 400, 5000, 5000)], index=["a", "b"], crs="EPSG:3035")
    table = pd.DataFrame({"x_km": [1, 2, 3, 1, 4, 1], "y_km": [1, 1, 1, 0, -1, -3]}, index=list("uvwxyz"))
    found = grid.area_of(table, areas)
    assert found.index.tolist() == list("uvwxyz")
    # v lies on the border itself: the first id decides.
    assert found.drop("z").tolist() == ["a", "a", "b", "a", "b"]
    assert pd.isna(found["z"])
