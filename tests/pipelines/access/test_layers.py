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


def test_theil_lies_between_the_parts_of_a_region_or_within_them(uneven: pd.DataFrame):
    """R1 is one area, so all of its spread is within. R holds R1 (80 people, mean 1.5), R2 (20, 1) and the area of no
    region (100, 4); between them lies the sum of people x mean / all x ln(mean / mean of all). The land is one R."""
    row = uneven.loc["clinic"]
    assert row.loc[["R1", "R2", "land"], "theil_between"].tolist() == pytest.approx([0, 0, 0])
    parts = [(80, 1.5), (20, 1.0), (100, 4.0)]
    by_hand = sum(people / 200 * mean / 2.7 * np.log(mean / 2.7) for people, mean in parts)
    assert row.loc["R", "theil_between"] == pytest.approx(by_hand)
    assert 0 < row.loc["R", "theil_between"] < row.loc["R", "theil"]


def test_concentration_ranks_people_by_the_age_of_their_area():
    """A (80 people, mean 1.5) is the oldest, C (100, 4) the youngest: the old have less, so the index is below 0.

    With C, B, A in order, the middles of their shares of people are 0.25, 0.55 and 0.8: 2 / 2.7 x (0.5 x 4 x 0.25 +
    0.1 x 1 x 0.55 + 0.4 x 1.5 x 0.8) - 1.
    """
    older = pd.Series({"C": 10.0, "A": 30.0, "B": 20.0})
    found = inequality(PLACES, AREAS, ACCESS, territory="land", older=older)
    clinic = schema.check("inequality", found).set_index(["category", "region_id"]).loc["clinic", "concentration"]
    assert clinic["land"] == pytest.approx(2 / 2.7 * (0.5 + 0.055 + 0.48) - 1)
    assert clinic["R1"] == pytest.approx(0)
    unknown = inequality(PLACES, AREAS, ACCESS, territory="land", older=older.drop("B"))
    kept = unknown.set_index(["category", "region_id"]).loc["clinic", "concentration"]
    assert kept.isna().to_dict() == {"land": True, "R": True, "R1": False, "R2": True}
    assert inequality(PLACES, AREAS, ACCESS, territory="land")["concentration"].isna().all()


def test_where_nobody_has_any_there_is_no_spread_but_all_are_poor(uneven: pd.DataFrame):
    shop = uneven.loc["shop"]
    assert shop[["palma", "gini", "theil", "theil_between"]].isna().all(axis=None)
    assert (shop[["fgt0", "fgt1", "fgt2"]] == 1).all(axis=None)
    assert (shop["mean"] == 0).all()


def test_ratio_to_people_who_have_nothing_is_missing_not_infinite():
    """Half have nothing, so the bottom 40 % have nothing."""
    half = PLACES.assign(population=[50.0, 50.0, 0.0, 0.0, 0.0])
    found = inequality(half, AREAS, {"clinic": CLINICS}, territory="land").set_index("region_id")
    assert found.index.tolist() == ["land", "R", "R1"]
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
