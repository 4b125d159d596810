"""People spread over places.

Two squares side by side, Alba (west, lon 7-8) and Borgo (east, 8-9), and Cima, a ring whose middle is not its own.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.access.places import main_places, people_of_areas, spread

AREAS = gpd.GeoDataFrame(
    {"area_id": ["001", "002", "003"], "name": ["Alba", "Borgo", "Cima"]},
    geometry=[
        shapely.box(7, 45, 8, 46),
        shapely.box(8, 45, 9, 46),
        shapely.box(10, 45, 11, 46).difference(shapely.box(10.1, 45.1, 10.9, 45.9)),
    ],
    crs="EPSG:4326",
)
PEOPLE = pd.Series({"001": 1000.0, "002": 500.0, "003": 70.0})


def gazetteer(*rows: tuple[str, str | None, float, float | None]) -> pd.DataFrame:
    """Write places (id, code of the area or None, longitude, own population or None), all at latitude 45.5."""
    table = pd.DataFrame(rows, columns=["place_id", "area_id", "lon", "population"])
    return table.assign(
        name=table["place_id"], lat=45.5, elevation=100.0, population=table["population"].astype(float)
    ).astype({"area_id": "str"})


def by_place(places: gpd.GeoDataFrame, column: str) -> dict[str, float]:
    return places.set_index("place_id")[column].to_dict()


def test_people_follow_the_populations_of_the_gazetteer():
    """Places of 300 and 100 people in an area of 1000: 750 and 250."""
    places = spread(gazetteer(("big", "001", 7.5, 300), ("small", "001", 7.6, 100)), AREAS, PEOPLE)
    assert by_place(places, "weight") | {} == pytest.approx(
        {"big": 0.75, "small": 0.25, "area-002": 1.0, "area-003": 1.0}
    )
    assert by_place(places, "population")["big"] == pytest.approx(750)
    assert by_place(places, "own_population")["big"] == 300


def test_places_share_alike_when_none_has_a_figure():
    places = spread(gazetteer(("a", "001", 7.5, None), ("b", "001", 7.6, 0)), AREAS, PEOPLE)
    assert by_place(places, "population")["a"] == by_place(places, "population")["b"] == 500


def test_place_without_a_figure_takes_no_share_beside_one_that_has_one():
    places = spread(gazetteer(("a", "001", 7.5, None), ("b", "001", 7.6, 40)), AREAS, PEOPLE)
    assert by_place(places, "weight")["a"] == 0
    assert by_place(places, "population")["b"] == 1000


def test_code_of_the_gazetteer_goes_before_the_point_and_the_point_stands_in_for_a_code_that_is_none():
    """`a` lies in Borgo, its code says Alba; `b` has no code, `c` a code that is no area; `d` is at sea."""
    rows = (("a", "001", 8.5, 1), ("b", None, 8.5, 1), ("c", "999", 7.5, 1), ("d", None, 20.0, 1))
    places = spread(gazetteer(*rows), AREAS, PEOPLE)
    assert by_place(places, "area_id") == {"a": "001", "b": "002", "c": "001", "area-003": "003"}


def test_area_without_a_place_gets_one_inside_its_polygon_also_when_its_middle_is_not():
    places = spread(gazetteer(("a", "001", 7.5, 1), ("b", "002", 8.5, 1)), AREAS, PEOPLE).set_index("place_id")
    ring = AREAS.geometry[2]
    assert not ring.contains(ring.centroid)
    assert ring.contains(places.loc["area-003"].geometry)
    assert places.loc["area-003", "population"] == 70
    assert np.isnan(places.loc["area-003", "own_population"])


def test_unknown_population_of_an_area_is_unknown_at_its_places_while_their_shares_stand():
    places = spread(gazetteer(("a", "001", 7.5, 3)), AREAS, PEOPLE.drop("001"))
    assert np.isnan(by_place(places, "population")["a"])
    assert by_place(places, "weight")["a"] == 1


def test_without_a_table_of_areas_their_people_are_those_of_their_places():
    rows = (("a", "001", 7.5, 30), ("b", "001", 7.6, 12), ("c", "002", 8.5, None))
    places = spread(gazetteer(*rows), AREAS, None)
    assert by_place(places, "population")["a"] == pytest.approx(30)
    assert by_place(places, "weight")["a"] == pytest.approx(30 / 42)
    people = people_of_areas(places, pd.Index(["003", "001", "002"]))["population"]
    assert people.to_dict() == pytest.approx({"003": np.nan, "001": 42, "002": np.nan}, nan_ok=True)


def test_main_place_has_most_people_and_the_first_id_among_equals():
    rows = (("b", "001", 7.5, 5), ("a", "001", 7.6, 5), ("c", "002", 8.5, 1), ("d", "002", 8.6, 2))
    main = main_places(spread(gazetteer(*rows), AREAS, PEOPLE))
    assert main.set_index("area_id")["place_id"].to_dict() == {"001": "a", "002": "d", "003": "area-003"}


place = st.tuples(
    st.sampled_from(["001", "002", "003", None]), st.floats(7.01, 8.99), st.none() | st.integers(0, 10**6)
)


@settings(max_examples=20, deadline=None)
@given(st.lists(place, max_size=12), st.randoms(use_true_random=False))
def test_sum_of_every_area_is_preserved_in_any_order_of_rows(rows, random):
    named = [(f"p{n}", *row) for n, row in enumerate(rows)]
    places = spread(gazetteer(*named), AREAS, PEOPLE)
    sums = places.groupby("area_id")[["weight", "population"]].sum()
    assert sums["weight"].to_dict() == pytest.approx(dict.fromkeys(PEOPLE.index, 1.0))
    assert sums["population"].to_dict() == pytest.approx(PEOPLE.to_dict())
    random.shuffle(named)
    again = spread(gazetteer(*named), AREAS, PEOPLE)
    assert by_place(again, "weight") == pytest.approx(by_place(places, "weight"))
    assert by_place(again, "area_id") == by_place(places, "area_id")


def test_italy_keeps_every_person_and_every_area(territory, italy):
    places = territory.layer("places")
    assert set(places["area_id"]) == set(italy.index)
    assert places.groupby("area_id")["weight"].sum().to_numpy() == pytest.approx(1.0)
    sums = places.groupby("area_id")["population"].sum(min_count=1).reindex(italy.index)
    assert sums.to_numpy() == pytest.approx(italy["population"].to_numpy(), nan_ok=True)
