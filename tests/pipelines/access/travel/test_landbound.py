"""Ways over land only, on a strait.

    km   0 ----- 30   sea   40 ----- 70    one landmass west of the sea, one east of it, an islet at km 35
         a    w  b     i    c   d    e     a and b lie west, i on the islet, c, d, e east; services at w, d and e

A kilometre takes a minute, over the sea too: the model has a ferry.
"""

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from geodata.errors import InputError
from pipelines.access.travel.land import Land
from pipelines.access.travel.landbound import Landbound, by_category
from pipelines.access.travel.model import Straight

EAST, NORTH = 4_321_000, 3_210_000
LAND = gpd.GeoSeries(
    [
        box(EAST + 1000 * west, NORTH - 9000, EAST + 1000 * east, NORTH + 9000)
        for west, east in ((0, 30), (34.5, 35.5), (40, 60), (60, 70))
    ],
    crs=3035,
).to_crs(4326)
MODEL = Straight(circuity=1, speeds=[(60, None)])
PEOPLE = {"a": 1.0, "b": 29, "i": 35, "c": 41, "d": 55, "e": 69}
SERVICES = {"w": 20.0, "d": 55, "e": 69}


def at(km: dict[str, float]) -> gpd.GeoSeries:
    points = gpd.points_from_xy([EAST + 1000 * x for x in km.values()], [NORTH] * len(km))
    return gpd.GeoSeries(points, index=list(km), crs=3035).to_crs(4326)


@pytest.fixture(scope="module")
def overland() -> Landbound:
    return Landbound(MODEL, Land(LAND))


def test_nearest_is_on_the_same_landmass_however_near_another_is(overland: Landbound):
    """c is 14 km from d; b, 26 km from d by ferry, has w only, and the islet has none."""
    found = overland.nearest(at(PEOPLE), at(SERVICES), k=2)
    assert found.index.tolist() == [[0, -1], [0, -1], [-1, -1], [1, 2], [1, 2], [2, 1]]
    expected = [[19, np.inf], [9, np.inf], [np.inf] * 2, [14, 28], [0, 14], [0, 14]]
    assert found.minutes == pytest.approx(np.array(expected, dtype=float), abs=0.1)
    assert found.km == pytest.approx(found.minutes)
    by_sea = MODEL.nearest(at(PEOPLE), at(SERVICES))
    assert by_sea.index[2, 0] == 0, "the model itself crosses the sea"


def test_pairs_within_a_limit_are_those_of_the_model_on_one_landmass(overland: Landbound):
    every = MODEL.within(at(PEOPLE), at(SERVICES), minutes=30)
    kept = overland.within(at(PEOPLE), at(SERVICES), minutes=30)
    west, east = {0, 1}, {3, 4, 5}
    same = [
        (origin in west and to == 0) or (origin in east and to > 0)
        for origin, to in zip(every["origin"], every["destination"], strict=True)
    ]
    assert 0 < len(kept) < len(every)
    assert kept.equals(every[same].reset_index(drop=True))
    assert overland.count_within(at(PEOPLE), at(SERVICES), minutes=30).tolist() == [1, 1, 0, 2, 2, 2]


def test_a_harbour_beside_the_shore_is_on_land(overland: Landbound):
    """900 m off the western shore is on its landmass; on the islet, 1.1 km from no other, only the islet is."""
    found = overland.nearest(at({"quay": 30.9, "islet": 35.4}), at(SERVICES))
    assert found.index.tolist() == [[0], [-1]]


def test_without_a_shared_landmass_and_without_points_nothing_is_found(overland: Landbound):
    assert np.isinf(overland.nearest(at({"i": 35}), at(SERVICES)).minutes).all()
    assert overland.nearest(at({}), at(SERVICES)).minutes.shape == (0, 1)
    assert overland.within(at(PEOPLE), at({}), minutes=10).empty


def test_it_describes_itself_as_the_model(overland: Landbound):
    assert overland.describe() == MODEL.describe()


def test_points_in_another_system_are_refused(overland: Landbound):
    with pytest.raises(InputError, match="expected EPSG:4326"):
        overland.nearest(at(PEOPLE).to_crs(3035), at(SERVICES))


def test_only_stations_are_reached_over_land_only():
    found = by_category(["hospital", "rail_station", "any_station"], MODEL, lambda: Land(LAND))
    assert {name for name, model in found.items() if model is not MODEL} == {"rail_station", "any_station"}


def test_land_is_not_looked_at_where_every_service_may_be_reached_by_ferry():
    def no_land() -> Land:
        raise AssertionError

    assert by_category(["hospital"], MODEL, no_land) == {"hospital": MODEL}
