"""Which area a point lies in.

1       +-------+-------+
        |   b   |   a   |      c is of another country and 3 m away; all in metres.
0       +-------+-------+   +---c---+
        0       10      20  23      33
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.geometry import area_of

CRS = "EPSG:3035"
AREAS = gpd.GeoDataFrame(
    {"area_id": ["b", "a", "c"], "country": ["IT", "IT", "SI"]},
    geometry=[shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(23, 0, 33, 10)],
    crs=CRS,
)


def points(*xs: float, y: float = 5, country: str = "IT") -> gpd.GeoDataFrame:
    index = [f"p{number}" for number in range(len(xs))]
    return gpd.GeoDataFrame({"country": country}, index=index, geometry=gpd.points_from_xy(xs, [y] * len(xs)), crs=CRS)


def found(*args: object, **options: object) -> list[str]:
    return area_of(*args, **options).fillna("-").tolist()  # type: ignore[arg-type]


def test_inside_on_borders_and_outside() -> None:
    """0 and 20 are outer borders, 10 that of a and b: the lowest id; 21 is outside."""
    rows = points(0, 5, 10, 15, 20, 21)
    assert found(rows, AREAS) == ["b", "b", "a", "a", "a", "-"]
    assert area_of(rows, AREAS).index.tolist() == rows.index.tolist()
    assert found(rows, AREAS[::-1]) == ["b", "b", "a", "a", "a", "-"], "the order of the areas decides nothing"


def test_the_reach_counts_to_its_end() -> None:
    """Points 1, 2 and 2.001 m left of b; reach 2 m."""
    assert found(points(-1, -2, -2.001), AREAS, reach_m=2) == ["b", "b", "-"]


def test_as_far_from_two_areas_the_lowest_id_decides() -> None:
    """21.5 is 1.5 m from a and from c; 21.6 is nearer to c."""
    assert found(points(21.5, 21.6), AREAS, reach_m=5) == ["a", "c"]


def test_an_area_that_holds_a_point_comes_before_nearer_ids() -> None:
    assert found(points(23.5), AREAS, reach_m=5) == ["c"]


def test_only_areas_of_the_own_country() -> None:
    mixed = pd.concat([points(15, 28), points(15, 28, country="SI"), points(15, country="AT")])
    assert found(mixed, AREAS, own_country=True) == ["a", "-", "-", "c", "-"]
    assert found(mixed, AREAS, own_country=True, reach_m=8) == ["a", "a", "c", "c", "-"]


def test_points_come_into_the_crs_of_the_areas() -> None:
    areas = AREAS.assign(geometry=AREAS.translate(4_321_000, 3_210_000)).to_crs("EPSG:4326")
    rows = points(5, 15, 21).assign(geometry=lambda rows: rows.translate(4_321_000, 3_210_000))
    assert found(rows, areas) == found(rows.to_crs("EPSG:4326"), areas) == ["b", "a", "-"]
    assert found(rows.to_crs("EPSG:4326"), areas, reach_m=1.2) == ["b", "a", "a"]


@pytest.mark.parametrize("options", [{}, {"reach_m": 3.0}, {"own_country": True}])
def test_no_points_no_areas_and_points_that_are_nowhere(options: dict[str, float]) -> None:
    nowhere = gpd.GeoDataFrame(
        {"country": "IT"}, index=[3, 1, 2], geometry=[None, shapely.Point(), shapely.Point(15, 5)], crs=CRS
    )
    answer = area_of(nowhere, AREAS, **options)  # type: ignore[arg-type]
    assert answer.fillna("-").to_dict() == {3: "-", 1: "-", 2: "a"}
    assert area_of(points(), AREAS, **options).empty  # type: ignore[arg-type]
    assert found(points(5), AREAS[:0], **options) == ["-"]


def test_a_repeated_index_is_kept() -> None:
    rows = points(5, 15).set_axis(["same", "same"])
    assert found(rows, AREAS, own_country=True) == ["b", "a"]


CORNERS = st.integers(0, 12)


@given(
    boxes=st.lists(st.tuples(CORNERS, CORNERS, st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=8),
    at=st.lists(st.tuples(CORNERS, CORNERS, st.sampled_from(["IT", "SI", "AT"])), min_size=1, max_size=15),
    reach_m=st.sampled_from([0.0, 1.0, 2.5, 5.0]),
    own_country=st.booleans(),
)
def test_as_every_point_measured_against_every_area(
    boxes: list[tuple[int, ...]], at: list[tuple[int, int, str]], reach_m: float, own_country: bool
) -> None:
    """Of the areas at the least distance, no farther than the reach, the lowest id."""
    shapes = [shapely.box(x, y, x + width, y + height) for x, y, width, height in boxes]
    ids = [f"{(7 * number) % 11:02d}" for number in range(len(boxes))]
    countries = ["IT" if number % 2 else "SI" for number in range(len(boxes))]
    areas = gpd.GeoDataFrame({"area_id": ids, "country": countries}, geometry=shapes, crs=CRS)
    rows = gpd.GeoDataFrame(
        {"country": [country for *_, country in at]}, geometry=[shapely.Point(x, y) for x, y, _ in at], crs=CRS
    )
    expected = []
    for point, country in zip(rows.geometry, rows["country"], strict=True):
        distances = [
            (float(shapely.distance(point, shape)), code)
            for shape, code, other in zip(shapes, ids, countries, strict=True)
            if not own_country or other == country
        ]
        nearest, code = min(distances, default=(np.inf, "-"))
        expected.append(code if nearest <= reach_m else "-")
    assert found(rows, areas, reach_m=reach_m, own_country=own_country) == expected
