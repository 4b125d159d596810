"""Areas assembled, what their numbers lack, and what the sources do not agree on."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geodata.indicators import dictionary
from pipelines.build.areas import assemble, notes, quality

POLYGONS = gpd.GeoDataFrame(
    {"area_id": ["002", "001"], "name": ["Borgo", "Alba"], "province": ["-", "-"]},
    geometry=[shapely.box(12, 42, 12.1, 42.1), shapely.box(7, 45, 7.2, 45.1)],
    crs="EPSG:4326",
)
NUTS = pd.DataFrame({"area_id": ["001"], "nuts1": ["ITC"], "nuts2": ["ITC1"], "nuts3": ["ITC11"], "nuts3_2021": ["-"]})


def test_area_takes_its_region_and_class_by_code_and_misses_what_is_not_known():
    areas = assemble(POLYGONS, NUTS, pd.Series({"001": "3"})).set_index("area_id")
    assert areas.loc["001", ["name", "nuts1", "nuts2", "nuts3", "degurba"]].tolist() == [
        "Alba",
        "ITC",
        "ITC1",
        "ITC11",
        "3",
    ]
    assert areas.loc["002", ["nuts1", "nuts2", "nuts3", "degurba"]].isna().all()
    assert "province" not in areas and "nuts3_2021" not in areas


def test_size_is_that_of_the_ellipsoid():
    areas = assemble(POLYGONS, NUTS, pd.Series(dtype=str)).set_index("area_id")
    geod = Geod(ellps="GRS80")
    for area, shape in zip(POLYGONS["area_id"], POLYGONS.geometry, strict=True):
        exact = abs(geod.geometry_area_perimeter(shape.segmentize(0.001))[0]) / 1e6
        assert areas.loc[area, "area_km2"] == pytest.approx(exact, rel=1e-4)


def test_every_missing_value_has_its_reason_and_a_partial_register_marks_its_region():
    values = pd.DataFrame(
        {"population": [10.0, np.nan], "minutes_hospital": [5.0, 6.0], "need": [50.0, np.nan]},
        index=pd.Index(["001", "002"], name="area_id"),
    )
    areas = pd.DataFrame({"area_id": ["001", "002"], "nuts2": ["ITC1", "ITF5"]})
    completeness = pd.DataFrame(
        [("hospital", "ITC1", "partial", "Three are lacking."), ("hospital", "ITF5", "register", "All.")],
        columns=["category", "nuts2", "completeness", "note"],
    )
    said = pd.DataFrame(columns=["area_id", "indicator", "kind", "reason"])
    said.loc[0] = ["001", "population", "flagged", "Estimated by its publisher"]
    said.loc[1] = ["001", "height", "missing", "Of an indicator that the territory does not have"]
    lost = pd.Series({"002": "No data for Population."})
    found = quality(values, dictionary(("hospital",)), areas, completeness, lost, said)
    assert sorted(found.itertuples(index=False, name=None)) == [
        ("001", "minutes_hospital", "partial", "Three are lacking."),
        ("001", "population", "flagged", "Estimated by its publisher"),
        ("002", "need", "not scorable", "No data for Population."),
        ("002", "population", "missing", "No row for the area in the population table"),
    ]


def test_reason_that_a_source_gives_stands_for_the_one_of_the_dictionary():
    values = pd.DataFrame({"population": [np.nan]}, index=pd.Index(["001"], name="area_id"))
    said = pd.DataFrame(
        [["001", "population", "missing", "Not counted there"]], columns=["area_id", "indicator", "kind", "reason"]
    )
    areas = pd.DataFrame({"area_id": ["001"], "nuts2": ["ITC1"]})
    nothing = pd.DataFrame(columns=["category", "nuts2", "completeness", "note"])
    found = quality(values, dictionary(()), areas, nothing, pd.Series(dtype=str), said)
    assert found["reason"].tolist() == ["Not counted there"]


def test_notes_name_the_areas_that_sources_do_not_agree_on():
    drawn, counted, coded = (pd.DataFrame({"area_id": list(ids)}) for ids in ("abc", "bcd", "ab"))
    assert notes(drawn, coded, counted) == [
        "1 areas have a boundary but no population, so they are not scored: a.",
        "1 areas have a population but no boundary, so they are not on the map: d.",
        "1 areas have no NUTS code, so no region filter finds them: c.",
    ]
    assert notes(drawn, drawn, drawn) == []
    assert notes(drawn, drawn, None) == []


def test_table_of_italy_has_names_of_regions_and_every_indicator_and_no_geometry(italy, territory):
    assert italy.index.is_monotonic_increasing and italy.index.is_unique
    assert set(territory.codebook.index) <= set(italy.columns)
    assert "geometry" not in italy
    matera = italy.loc["077014"]
    assert matera[["name", "nuts2_name", "nuts3_name"]].tolist() == ["Matera", "Basilicata", "Matera"]
    assert matera["degurba_label"] == {"1": "city", "2": "town or suburb", "3": "rural area"}[matera["degurba"]]
    assert matera["area_km2"] == pytest.approx(392, rel=0.01)  # ISTAT: 392.09 km²


def test_areas_of_italy_add_up_to_the_country(italy):
    assert italy["area_km2"].sum() == pytest.approx(302_000, rel=0.005)  # ISTAT: 302,068 km²
