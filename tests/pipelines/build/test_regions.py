"""Outlines of regions on four unit squares in a row: two of region X1, one of X2, one without a region."""

import geopandas as gpd
import pandas as pd
import shapely

from pipelines.build.regions import outlines

AREAS = gpd.GeoDataFrame(
    {
        "area_id": ["001", "002", "003", "004"],
        "nuts1": ["X", "X", "X", None],
        "nuts2": ["X1", "X1", "X2", None],
    },
    geometry=[shapely.box(x, 45, x + 1, 46) for x in range(4)],
    crs="EPSG:4326",
)
NAMES = pd.DataFrame(
    [
        ("X", "nuts1", "Land", None),
        ("X2", "nuts2", "East", "X"),
        ("X1", "nuts2", "West", "X"),
        ("X9", "nuts2", "No", "X"),
    ],
    columns=["region_id", "level", "name", "parent_id"],
)


def test_outline_is_the_union_of_the_areas_and_counts_them():
    found = outlines(AREAS, NAMES).set_index("region_id")
    assert found["areas"].to_dict() == {"X": 3, "X2": 1, "X1": 2}
    assert found.loc["X1", "geometry"].equals(shapely.box(0, 45, 2, 46))
    assert found.loc["X", "geometry"].equals(shapely.box(0, 45, 3, 46))
    assert found.loc["X2", ["level", "name", "parent_id"]].tolist() == ["nuts2", "East", "X"]
    assert found.crs == AREAS.crs


def test_region_without_an_area_is_left_out_and_order_of_rows_does_not_matter():
    found = outlines(AREAS.iloc[::-1], NAMES.iloc[::-1]).set_index("region_id")
    assert "X9" not in found.index
    assert found["areas"].to_dict() == {"X": 3, "X2": 1, "X1": 2}


def test_regions_of_italy_nest_and_cover_every_area_that_has_one(territory, italy):
    regions = territory.layer("regions").set_index("region_id")
    assert regions.groupby("level").size().to_dict() == {"nuts1": 5, "nuts2": 21, "nuts3": 107}
    for level in ("nuts1", "nuts2", "nuts3"):
        assert regions.loc[regions["level"] == level, "areas"].to_dict() == italy[level].value_counts().to_dict()
    for child in regions.index[regions["level"] != "nuts1"]:
        assert regions.loc[child, "parent_id"] == child[:-1]
        assert regions.loc[child, "geometry"].centroid.distance(regions.loc[child[:-1], "geometry"]) < 0.3
    assert regions.loc["ITF5", "name"] == "Basilicata"
    assert shapely.is_valid(regions.geometry.to_numpy()).all()
