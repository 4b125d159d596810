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
from shapely import box

from pipelines.access.remoteness.degurba import (
    PEOPLE,
    at_points,
    of_areas,
    people_by_class,
    published,
    settlement_population,
    urban_centres,
)

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


def country(*rows: str) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Cells of a map drawn from north to south, and an area a row: 001 is the first. `..` is a cell without a class."""
    drawn = [(4300 + x, 2500 - y, code) for y, row in enumerate(rows) for x, code in enumerate(row.split())]
    cells = pd.DataFrame([cell for cell in drawn if cell[2] != ".."], columns=["x_km", "y_km", "degurba"])
    outlines = [box(4_300_000, (2500 - y) * 1000, 4_320_000, (2501 - y) * 1000) for y in range(len(rows))]
    ids = [f"{number:03}" for number in range(1, len(rows) + 1)]
    areas = gpd.GeoDataFrame({"area_id": ids}, geometry=outlines, crs=3035).to_crs(4326)
    return cells.astype(CELLS.dtypes), areas


def label(row: str, people: float) -> str | None:
    """Class of one area of some cells and people."""
    cells, areas = country(row)
    found = of_areas(cells, areas, pd.Series({"001": people}))["001"]
    return None if pd.isna(found) else found


@pytest.mark.parametrize(
    ("row", "people", "expected"),
    [
        ("30 30", 8_000, "1"),
        ("30 21", 8_000, "1"),  # cells of a centre hold more people than others
        ("13 12 11", 1_500, "3"),  # all rural classes count together
        ("10 11", 20, "3"),
        ("21 12 12", 1_500, "2"),
        ("22 23", 5_000, "2"),
        ("30 30", np.nan, "1"),  # where people are not known, cells hold the middle of what they can
        ("21 12", np.nan, "2"),
        (".. 13", 600, "3"),  # people live in the cells that have a class
        ("..", 600, None),
        ("10 10", 600, None),  # nobody lives on water
    ],
)
def test_class_of_an_area_by_the_people_that_its_cells_can_hold(row: str, people: float, expected: str | None):
    assert label(row, people) == expected


def test_more_people_than_rural_cells_hold_live_in_the_others():
    """A cell of 21 and ten of 12 hold at least 300 + 500 people and at most 5,000 + 3,000: with few most are rural."""
    row = "21 " + " ".join(["12"] * 10)
    assert (label(row, 900), label(row, 7_900)) == ("3", "2")


@pytest.mark.parametrize(("people", "expected"), [(2_999, "2"), (3_000, "1")])
def test_two_cells_of_a_centre_with_fewer_than_1500_people_each_are_no_city(people: int, expected: str):
    assert label("30 30", people) == expected


def test_half_of_the_people_decide():
    """13 and 21 have the same range, so that people are spread evenly over them: half in rural cells is rural."""
    assert label("13 21", 2_000) == "3"
    assert label("13 21 21", 3_000) == "2"


def test_cells_count_where_their_centre_lies_and_a_small_area_has_the_class_of_its_cell():
    """b is a strip of 300 m within the city of a; c lies far from all cells."""
    cells, areas = country("30 30")
    strip, far = box(4_300_600, 2_500_100, 4_300_900, 2_500_200), box(4_400_000, 2_500_000, 4_400_100, 2_500_100)
    others = gpd.GeoDataFrame({"area_id": ["b", "c"]}, geometry=[strip, far], crs=3035).to_crs(4326)
    both = pd.concat([areas.overlay(others, how="difference"), others], ignore_index=True)
    found = of_areas(cells, both, pd.Series({"c": 9.0, "b": 2_000.0, "001": 8_000.0}))
    assert found.index.tolist() == ["c", "b", "001"]
    assert pd.isna(found["c"]) and found[["b", "001"]].tolist() == ["1", "1"]


AREAS_OF_CELLS = st.dictionaries(st.sampled_from(sorted(PEOPLE)), st.integers(1, 60), min_size=1, max_size=6)


def by_hand(cells: dict[int, int], people: float) -> dict[int, float]:
    """People by class in plain Python: walk through the range of t until the cells hold the people."""
    low, high = 0.0, 1.0

    def held(t: float) -> dict[int, float]:
        return {code: n * PEOPLE[code][0] ** (1 - t) * PEOPLE[code][1] ** t for code, n in cells.items()}

    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if sum(held(middle).values()) < people else (low, middle)
    return held(high)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(AREAS_OF_CELLS, st.floats(1, 1e6)), min_size=1, max_size=4))
def test_people_by_class_equal_to_plain_python_and_to_the_people_of_the_area(drawn):
    km2 = pd.DataFrame([cells for cells, _ in drawn]).fillna(0.0)
    people = pd.Series([number for _, number in drawn])
    found = people_by_class(km2, people)
    for row, (cells, number) in enumerate(drawn):
        assert found.loc[row, list(cells)].to_dict() == pytest.approx(by_hand(cells, number), rel=1e-6, abs=1e-6)
        least, most = (sum(n * PEOPLE[code][end] for code, n in cells.items()) for end in (0, 1))
        assert found.loc[row].sum() == pytest.approx(min(max(number, least), most), rel=1e-6, abs=1e-6)


def test_settlement_of_a_place_is_that_of_the_cells_around_it():
    """A town of 9,000 people in three cells, and a hamlet in a cell of 200; the gazetteer knows one suburb by itself.

    Two places lie in the town, of which the gazetteer gives the one 4,000 people and the other none; a city of 50,000
    and a village of unknown size lie where no cell is settled.
    """
    grid = pd.DataFrame(
        {"x_km": [4300, 4301, 4302, 4305], "y_km": [2500, 2500, 2501, 2500], "population": [3e3, 5e3, 1e3, 200.0]}
    )
    at = points((4300.5, 2500.5), (4302.5, 2501.5), (4305.5, 2500.5), (4390.5, 2500.5), (4391.5, 2500.5))
    places = gpd.GeoDataFrame({"own_population": [4_000.0, np.nan, 250, 50_000, np.nan]}, geometry=at)
    assert settlement_population(places, grid).tolist() == [9_000, 9_000, 250, 50_000, 0]
    assert settlement_population(places, None).equals(places["own_population"])


def test_published_class_is_text_and_missing_for_all_where_no_source_has_it():
    values = pd.DataFrame({"degurba_class": [1.0, np.nan, 3.0]}, index=list("abc"))
    assert published(values).fillna("-").tolist() == ["1", "-", "3"]
    assert published(values[[]]).isna().all() and published(values[[]]).index.tolist() == list("abc")


def test_italy_has_its_cities_where_everybody_knows_them(italy):
    assert (italy.loc[["015146", "058091", "063049", "001272"], "degurba"] == "1").all()  # Milano, Roma, Napoli, Torino
    assert italy["degurba"].notna().mean() > 0.99
    assert italy["degurba"].eq("3").mean() > 0.5
