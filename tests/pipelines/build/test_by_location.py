"""Counting what lies inside areas.

Three squares of one degree in a row, at 50 north: A and B in Austria, G in Germany; M, of Austria too, is drawn in a
box far away. One degree of longitude is some 71 km there.
"""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.schema import check
from pipelines.build.by_location import area_of_country, measure

AREAS = gpd.GeoDataFrame(
    {
        "area_id": ["A", "B", "G", "M"],
        "country": ["AT", "AT", "DE", "AT"],
        "moved": [False, False, False, True],
    },
    geometry=[shapely.box(west, 50, west + 1, 51) for west in (10, 11, 12, 40)],
    crs="EPSG:4326",
)
PEOPLE = pd.Series({"A": 200_000.0, "B": 50_000.0, "G": 100_000.0, "M": 1000.0}).rename_axis("area_id")


def points(*rows: tuple[str, float, str]) -> gpd.GeoDataFrame:
    """Points at 50.5 north: name, longitude, country."""
    names, east, countries = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"country": countries},
        index=list(names),
        geometry=gpd.points_from_xy(east, [50.5] * len(rows)),
        crs="EPSG:4326",
    )


def test_point_belongs_to_the_area_of_its_country_it_lies_in_or_is_near_to():
    """`border` lies 4 km inside Germany but is Austrian, `sea` 7 km off the coast, `far` 14 km."""
    austrian = (("inside", 10.5, "AT"), ("border", 12.05, "AT"), ("sea", 9.9, "AT"), ("far", 9.8, "AT"))
    found = area_of_country(points(*austrian, ("abroad", 10.5, "FR")), AREAS)
    assert found.fillna("-").to_dict() == {"inside": "A", "border": "B", "sea": "A", "far": "-", "abroad": "-"}


def test_nothing_is_placed_in_an_area_that_is_drawn_elsewhere():
    assert area_of_country(points(("box", 40.5, "AT")), AREAS).isna().all()


def test_point_on_a_border_goes_to_the_first_code():
    corner = points(("on", 11.0, "AT")).set_geometry([shapely.Point(11, 50)], crs="EPSG:4326")
    assert area_of_country(corner, AREAS).tolist() == ["A"]
    assert area_of_country(corner, AREAS[::-1]).tolist() == ["A"]


@pytest.fixture
def measured():
    """Austria lists two hospitals in A and one far off, Germany none; one of three projects counts."""
    services = points(("1", 10.5, "AT"), ("2", 10.6, "AT"), ("3", 9.0, "AT")).assign(category="any_hospital")
    projects = points(("p", 12.5, "DE"), ("q", 12.5, "DE"), ("r", 12.5, "DE")).assign(
        precision=["town", "region", "municipality"], kind=["project", "project", "support organisation"]
    )
    return measure(AREAS, services, projects, PEOPLE)


def test_services_are_counted_for_every_100_000_people(measured):
    """No hospital in B is a true 0; in Germany, of which none is listed, and in the box it is not known."""
    assert measured.values["any_hospital_per_100_000"].fillna(-1).to_dict() == {"A": 1, "B": 0, "G": -1, "M": -1}
    assert measured.notes == ["1 of 3 services (any_hospital) lie in no area and are counted nowhere."]


def test_projects_count_when_their_town_is_known(measured):
    assert measured.values["projects_in_area"].fillna(-1).to_dict() == {"A": 0, "B": 0, "G": 1, "M": -1}


def test_every_missing_count_has_its_reason_and_there_are_no_minutes(measured):
    said = check("quality", measured.quality)
    assert sorted(zip(said["area_id"], said["indicator"], strict=True)) == [
        ("G", "any_hospital_per_100_000"),
        ("M", "any_hospital_per_100_000"),
        ("M", "projects_in_area"),
    ]
    assert measured.travel["model"] == "none" and "No travel times" in measured.travel["note"]
    assert all(check(name, layer).empty for name, layer in measured.layers.items())
