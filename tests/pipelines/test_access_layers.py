"""Access as layers, on four places in two regions.

place    p1    p2    p3    p4     p5
area      A     A     B     C      C        C has no NUTS 3 region
NUTS 3   R1    R1    R2     -      -
people   60    20    20   100   unknown
clinics   2     0     1     4      9        within the highest threshold
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata import schema
from pipelines.access.layers import inequality, place_minutes

PLACES = gpd.GeoDataFrame(
    {
        "place_id": ["p1", "p2", "p3", "p4", "p5"],
        "area_id": ["A", "A", "B", "C", "C"],
        "population": [60.0, 20.0, 20.0, 100.0, np.nan],
    },
    geometry=gpd.GeoSeries.from_xy(range(5), [0.0] * 5, crs="EPSG:4326"),
)
AREAS = pd.DataFrame({"area_id": ["A", "B", "C"], "nuts2": ["R", "R", "R"], "nuts3": ["R1", "R2", None]})
CLINICS = pd.DataFrame(
    {
        "nearest": [5.0, np.inf, 8.0, 0.0, 2.0],
        "mean_3": [7.0, np.inf, np.inf, 1.0, 3.0],
        "within": [2.0, 0.0, 1.0, 4.0, 9.0],
    }
)
SHOPS = pd.DataFrame({"nearest": [1.0] * 5, "mean_3": [1.0] * 5, "within": [0.0] * 5})
ACCESS = {"clinic": CLINICS, "shop": SHOPS}


def test_every_place_has_its_minutes_to_every_category_and_out_of_reach_is_missing():
    found = schema.check("place_minutes", place_minutes(PLACES, ACCESS)).set_index(["category", "place_id"])
    assert found.index.tolist() == [(category, place) for category in ACCESS for place in PLACES["place_id"]]
    assert found.loc["clinic", "nearest"].tolist() == pytest.approx([5, np.nan, 8, 0, 2], nan_ok=True)
    assert found.loc["clinic", "within"].tolist() == CLINICS["within"].tolist()
    assert found.loc["clinic", "mean_3"].tolist() == pytest.approx([7, np.nan, np.nan, 1, 3], nan_ok=True)


@pytest.fixture(scope="module")
def uneven() -> pd.DataFrame:
    found = inequality(PLACES, AREAS, ACCESS, territory="land")
    return schema.check("inequality", found).set_index(["category", "region_id"])


def test_regions_of_both_levels_and_the_territory_have_a_row_each(uneven: pd.DataFrame):
    assert set(uneven.index) == {(category, region) for category in ACCESS for region in ("R", "R1", "R2", "land")}


def test_people_are_those_that_are_known_and_those_without_a_region_count_above_it(uneven: pd.DataFrame):
    people = uneven.loc["clinic", "people"]
    assert people.to_dict() == {"R1": 80, "R2": 20, "R": 200, "land": 200}


def test_share_of_people_with_none_and_the_mean(uneven: pd.DataFrame):
    """In R1, 20 of 80 have none; in all, 20 of 200. The line is one service, so who has one is not poor."""
    clinic = uneven.loc["clinic"]
    assert clinic["fgt0"].to_dict() == pytest.approx({"R1": 0.25, "R2": 0, "R": 0.1, "land": 0.1})
    assert clinic["fgt2"].to_dict() == pytest.approx(clinic["fgt0"].to_dict())
    assert clinic["mean"].to_dict() == pytest.approx({"R1": 1.5, "R2": 1, "R": 2.7, "land": 2.7})


def test_spread_of_the_two_places_of_a_region(uneven: pd.DataFrame):
    """R1: a quarter have nothing, three quarters have 4/3 of the mean: Gini 1/4, Theil ln(4/3), and the poorest 40 %
    have 0.15 / 0.4 x 2 = 0.75 against 2."""
    row = uneven.loc[("clinic", "R1")]
    assert row["gini"] == pytest.approx(0.25)
    assert row["theil"] == pytest.approx(np.log(4 / 3))
    assert row["palma"] == pytest.approx(2 / 0.75)


def test_where_nobody_has_any_there_is_no_spread_but_all_are_poor(uneven: pd.DataFrame):
    shop = uneven.loc["shop"]
    assert shop[["palma", "gini", "theil"]].isna().all(axis=None)
    assert (shop[["fgt0", "fgt1", "fgt2"]] == 1).all(axis=None)
    assert (shop["mean"] == 0).all()


def test_ratio_to_people_who_have_nothing_is_missing_not_infinite():
    """Half have nothing, so the bottom 40 % have nothing."""
    half = PLACES.assign(population=[50.0, 50.0, 0.0, 0.0, 0.0])
    found = inequality(half, AREAS, {"clinic": CLINICS}, territory="land").set_index("region_id")
    assert found.index.tolist() == ["R", "R1", "land"]
    assert found["palma"].isna().all()
    assert found["gini"].tolist() == pytest.approx([0.5, 0.5, 0.5])


def test_level_that_no_area_has_gets_no_rows():
    found = inequality(PLACES, AREAS.assign(nuts2=None), ACCESS, territory="land")
    assert set(schema.check("inequality", found)["region_id"]) == {"R1", "R2", "land"}


def test_shares_of_many_people_never_exceed_1():
    """Tenths of people do not add up exactly."""
    many = pd.DataFrame({"place_id": [str(n) for n in range(1000)], "area_id": "A", "population": 0.1})
    found = inequality(
        gpd.GeoDataFrame(many, geometry=gpd.GeoSeries.from_xy(range(1000), [0.0] * 1000, crs="EPSG:4326")),
        AREAS,
        {"clinic": pd.DataFrame({"within": np.zeros(1000)})},
        territory="land",
    )
    schema.check("inequality", found)
    assert (found["fgt0"] == 1).all()
