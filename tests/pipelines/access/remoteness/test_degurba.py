"""Degree of urbanisation on cells drawn by hand.

Cells are named by their lower-left corner in km of EPSG:3035, typed as the snapshot has them (int16): most of Italy
lies east of 4,000 km, so metres, which such a cell must never be turned into, do not fit the type.

    y 2502 |  13 |     |     |
    y 2501 |  30 |  30 |     |
    y 2500 |  30 |  21 |  11 |
             4300  4301  4302
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.access.remoteness.degurba import at_points, of_areas, urban_centres

CELLS = pd.DataFrame(
    [(4300, 2500, 30), (4301, 2500, 21), (4302, 2500, 11), (4300, 2501, 30), (4301, 2501, 30), (4300, 2502, 13)],
    columns=["x_km", "y_km", "degurba"],
).astype({"x_km": "int16", "y_km": "int16", "degurba": "uint8"})


def points(*km: tuple[float, float]) -> gpd.GeoSeries:
    """Points given in km of EPSG:3035, in degrees as the pipelines have them."""
    x, y = np.array(km).T * 1000
    return gpd.GeoSeries(gpd.points_from_xy(x, y, crs="EPSG:3035")).to_crs("EPSG:4326")


def test_point_takes_the_class_of_its_cell_wherever_in_the_cell_it_lies():
    found = at_points(points((4300.5, 2500.5), (4301.01, 2500.01), (4301.99, 2500.99), (4300.01, 2502.99)), CELLS)
    assert found.tolist() == [30, 21, 21, 13]
    assert found.dtype == "Int64"


def test_point_in_a_cell_without_a_class_takes_the_nearest_class_within_one_and_a_half_km():
    """East of the class 11 cell, whose centre is at 4302.5: 1.49 km away it counts, 1.51 km away it does not."""
    found = at_points(points((4303.99, 2500.5), (4304.01, 2500.5), (4302.2, 2501.2)), CELLS)
    assert found.isna().tolist() == [False, True, False]
    assert found[[0, 2]].tolist() == [11, 11]


def test_no_cell_at_all_gives_no_class():
    assert at_points(points((4300.5, 2500.5)), CELLS.head(0)).isna().all()


def test_index_of_the_points_is_kept():
    given_points = points((4300.5, 2500.5), (4302.5, 2500.5)).set_axis(["b", "a"])
    assert at_points(given_points, CELLS).to_dict() == {"b": 30, "a": 11}


def test_urban_centres_are_the_centres_of_the_cells_of_class_30_to_the_metre():
    centres = urban_centres(CELLS)
    assert centres.crs.to_epsg() == 4326
    metres = centres.to_crs("EPSG:3035").get_coordinates().to_numpy()
    assert metres == pytest.approx(np.array([(4300500, 2500500), (4300500, 2501500), (4301500, 2501500)]), abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.integers(4000, 5200), st.integers(1500, 2700), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_any_cell_of_italy_is_found_again_from_a_point_inside_it(x, y, right, up):
    cells = pd.DataFrame({"x_km": [x], "y_km": [y], "degurba": [23]}).astype(CELLS.dtypes)
    assert at_points(points((x + right, y + up)), cells).tolist() == [23]
    found = urban_centres(cells.assign(degurba=30)).to_crs("EPSG:3035").get_coordinates().to_numpy()
    assert found == pytest.approx(np.array([(x * 1000 + 500, y * 1000 + 500)]), abs=0.01)


def label(**people: float) -> str | None:
    """Class of one area, from people by class of the cell they live in (`c30=50`); `none` is a cell without one."""
    total = sum(people.values())
    table = pd.DataFrame(
        {
            "area_id": "001",
            "weight": [number / total for number in people.values()],
            "degurba": pd.array([None if name == "none" else int(name[1:]) for name in people], dtype="Int64"),
        }
    )
    found = of_areas(table, pd.Index(["001"]))["001"]
    return None if pd.isna(found) else found


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"c30": 100}, "1"),
        ({"c30": 50, "c13": 50}, "1"),  # half in urban centres is a city, whatever the rest
        ({"c30": 49, "c13": 51}, "3"),
        ({"c30": 49, "c21": 51}, "2"),
        ({"c21": 50, "c11": 50}, "3"),  # half in rural cells is rural
        ({"c21": 51, "c11": 49}, "2"),
        ({"c30": 40, "c22": 20, "c10": 40}, "2"),  # neither reaches half
        ({"c10": 10, "c11": 10, "c12": 10, "c13": 20, "c23": 50}, "3"),  # all four rural classes count together
        ({"c21": 1, "c22": 1, "c23": 1}, "2"),
        ({"c13": 50, "none": 50}, "3"),  # half of the people have a class: enough
        ({"c13": 49, "none": 51}, None),
        ({"none": 100}, None),
        ({"c30": 30, "c13": 29, "none": 41}, "1"),  # shares are of those with a class
    ],
)
def test_rule_of_half(people: dict[str, float], expected: str | None):
    assert label(**people) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 50_000), min_size=1, max_size=5), st.data())
def test_exactly_half_in_urban_centres_is_a_city_however_the_shares_round(centre, data):
    half = sum(centre)
    cut = data.draw(st.integers(0, half))
    people = [*centre, cut, half - cut]
    places = pd.DataFrame(
        {
            "area_id": "001",
            "weight": [number / (2 * half) for number in people],
            "degurba": pd.array([30] * len(centre) + [13, 12], dtype="Int64"),
        }
    )
    assert of_areas(places, pd.Index(["001"]))["001"] == "1"
    assert of_areas(places.replace({"degurba": {30: 21}}), pd.Index(["001"]))["001"] == "3"


def test_area_without_a_place_has_no_class():
    places = pd.DataFrame({"area_id": ["001"], "weight": [1.0], "degurba": pd.array([30], dtype="Int64")})
    found = of_areas(places, pd.Index(["002", "001"]))
    assert found.index.tolist() == ["002", "001"]
    assert found.isna().tolist() == [True, False]


def test_italy_has_its_cities_where_everybody_knows_them(italy):
    assert (italy.loc[["015146", "058091", "063049", "001272"], "degurba"] == "1").all()  # Milano, Roma, Napoli, Torino
    assert italy["degurba"].notna().mean() > 0.99
    assert italy["degurba"].eq("3").mean() > 0.5
