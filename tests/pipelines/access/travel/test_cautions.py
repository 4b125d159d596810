"""Where minutes are less sure, on a mainland of four villages and an island.

    A --10-- B --10-- C --10-- D      ~sea~      E
m   0        0        900      1800              0        a major road passes A and B; the urban centre is at A
"""

import geopandas as gpd
import pytest
import shapely
from shapely import box

from pipelines.access.travel import cautions as doubts
from pipelines.access.travel.cautions import cautions
from pipelines.access.travel.terrain import Terrain

EAST, NORTH = 4_321_000, 3_210_000
KM = {"A": 0.0, "B": 10.0, "C": 20.0, "D": 30.0, "E": 60.0}


def points(km: list[float]) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy([EAST + 1000 * x for x in km], [NORTH] * len(km), crs=3035).to_crs(4326)


def villages(heights: list[float]) -> gpd.GeoDataFrame:
    columns = {"area_id": list(KM), "weight": 1.0, "elevation": heights}
    return gpd.GeoDataFrame(columns, geometry=points(list(KM.values()))).set_axis(list("abcde"))


def model(heights: list[float]) -> Terrain:
    shapes = [
        box(EAST + 1000 * west, NORTH - 9000, EAST + 1000 * east, NORTH + 9000) for west, east in ((-9, 40), (50, 70))
    ]
    land = gpd.GeoSeries(shapes, crs=3035).to_crs(4326)
    ends = shapely.get_coordinates(points([-10, 6]).array).reshape(1, 2, 2)
    roads = gpd.GeoDataFrame({"km": [16.0]}, geometry=shapely.linestrings(ends), crs=4326)
    return Terrain(villages(heights), land, roads=roads)


def reasons(heights: list[float], centre: str = "A") -> dict[str, str]:
    found = cautions(model(heights), villages(heights), points([KM[centre]]))
    assert (found["kind"] == "flagged").all() and (found["indicator"] == "minutes_urban_centre").all()
    assert found["area_id"].is_unique
    return dict(zip(found["area_id"], found["reason"], strict=True))


def test_an_island_without_a_centre_says_that_the_ferry_is_assumed() -> None:
    assert reasons([0] * 5) == {"E": doubts.CROSSING}
    # With the centre on the island it is the mainland that has to cross.
    assert reasons([0] * 5, centre="E") == dict.fromkeys("ABCD", doubts.CROSSING)


def test_steep_land_without_a_major_road_is_another_matter_than_steep_land_beside_one() -> None:
    """From B to C and from C to D it is 900 m up in 10 km, 0.09; at B, with the flat way to A, 0.045.

    Joined within 15 km: A and B to the road that ends 4 km west of B; C, 14 km away, too; D not.
    """
    assert reasons([0, 0, 900, 1800, 0]) == {"D": doubts.UNKNOWN_ROAD, "E": doubts.CROSSING}
    # 1,100 m up each time: C, beside the road still, is steeper than a tenth.
    assert reasons([0, 0, 1100, 2200, 0]) == {
        "C": doubts.HAIRPINS,
        "D": doubts.UNKNOWN_ROAD,
        "E": doubts.CROSSING,
    }


@pytest.mark.parametrize(("rise", "said"), [(995, False), (1005, True)])
def test_roads_wind_from_a_tenth_on(rise: float, said: bool) -> None:
    assert (reasons([0, 0, rise, 2 * rise, 0]).get("C") == doubts.HAIRPINS) == said


@pytest.mark.parametrize(("rise", "said"), [(495, False), (505, True)])
def test_a_valley_is_half_as_steep(rise: float, said: bool) -> None:
    assert ("D" in reasons([0, 0, 0, rise, 0])) == said


def test_points_are_looked_at_from_the_nearest_place() -> None:
    found = model([0, 0, 900, 1800, 0]).surroundings(points([29.0, 61.0]).set_axis(["x", "y"]))
    assert found.index.tolist() == ["x", "y"]
    assert found["slope"].tolist() == pytest.approx([0.09, 0], abs=1e-4)
    assert not found["road"].any()
    assert found["landmass"].nunique() == 2
