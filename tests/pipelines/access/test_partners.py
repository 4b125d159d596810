"""Who can help: what is listed for a country, and which projects lie within a limit."""

import geopandas as gpd
import pandas as pd
import pytest

from pipelines.access.partners import competence_centres, consortia_of, count_projects, projects_near, supported
from pipelines.access.travel.model import Straight

MODEL = Straight(circuity=1.0, speeds=[(60, None)])  # one kilometre a minute
MAIN = gpd.GeoDataFrame({"area_id": ["001", "002"]}, geometry=gpd.points_from_xy([10, 12], [45, 45]), crs="EPSG:4326")


def projects() -> gpd.GeoDataFrame:
    """One degree of longitude at 45 degrees north is 78.8 km: `near` is 8 km east of area 001, `far` 39 km."""
    return gpd.GeoDataFrame(
        {
            "project_id": ["near", "far", "vague", "centre"],
            "kind": ["project", "project", "project", "competence centre"],
            "precision": ["town", "municipality", "region", "municipality"],
            "country": ["IT", "IT", "IT", "SI"],
        },
        geometry=gpd.points_from_xy([10.1, 10.5, 10.0, 10.2], [45] * 4),
        crs="EPSG:4326",
    )


def test_projects_within_the_limit_nearest_first_but_none_that_is_only_known_to_its_region():
    found = projects_near(MAIN, projects(), MODEL, minutes=20)
    assert found["area_id"].tolist() == ["001", "001"]
    assert found["project_id"].tolist() == ["near", "centre"]
    assert found["minutes"].tolist() == pytest.approx([7.88, 15.77], abs=0.01)
    assert found["km"].tolist() == pytest.approx(found["minutes"].tolist())
    assert projects_near(MAIN, projects(), MODEL, minutes=40)["project_id"].tolist() == ["near", "centre", "far"]


def test_index_of_the_rows_does_not_matter():
    found = projects_near(MAIN.set_axis([7, 3]), projects().set_axis([9, 1, 4, 4]), MODEL, minutes=20)
    assert found["project_id"].tolist() == ["near", "centre"]


def test_nothing_near_is_an_empty_table_with_the_columns_of_the_layer():
    found = projects_near(MAIN, projects(), MODEL, minutes=1)
    assert found.empty and found.columns.tolist() == ["area_id", "project_id", "minutes", "km"]


def test_competence_centres_of_a_country():
    assert competence_centres(projects(), "SI")["project_id"].tolist() == ["centre"]
    assert competence_centres(projects(), "IT").empty


def test_consortia_of_a_country_latest_first():
    consortia = pd.DataFrame(
        {
            "generation": [1, 2, 2, 2],
            "consortium": ["old", "b", "a", "other"],
            "countries": ["IT", "SI;IT", "IT;FR", "FI"],
        }
    )
    assert consortia_of(consortia, "IT")["consortium"].tolist() == ["a", "b", "old"]
    assert consortia_of(consortia, "I").empty


def test_only_projects_are_counted_and_none_is_a_true_zero():
    """Within 40 minutes of area 001 are two projects and a centre, which does not count; of area 002 nothing."""
    near = projects_near(MAIN, projects(), MODEL, minutes=40)
    counted = count_projects(near, projects(), pd.Index(["002", "001"]))
    assert counted.to_dict() == {"002": 0.0, "001": 2.0}
    assert counted.dtype == "float64"


def test_country_is_supported_by_a_centre_or_by_a_consortium():
    consortia = pd.DataFrame({"generation": [1], "consortium": ["a"], "countries": ["FI;SE"]})
    assert [supported(projects(), consortia, country) for country in ("SI", "FI", "SE", "IT")] == [1, 1, 1, 0]


def test_countries_of_the_built_consortia_are_codes_that_can_be_found(territory):
    consortia = territory.layer("consortia")
    codes = {code for countries in consortia["countries"] for code in countries.split(";")}
    assert all(len(code) == 2 and code.isupper() for code in codes)
    assert not consortia_of(consortia, territory.manifest["country"]).empty


def test_projects_within_an_hour_are_counted_once_and_of_kind_project_only(territory, italy):
    near, projects = territory.layer("projects_near"), territory.layer("projects").set_index("project_id")
    assert (near["minutes"] <= territory.manifest["parameters"]["project_minutes"]).all()
    assert not projects.loc[near["project_id"], "precision"].eq("region").any()
    counted = near[near["project_id"].map(projects["kind"]).eq("project")].groupby("area_id").size()
    assert italy["projects_within_60"].to_dict() == counted.reindex(italy.index, fill_value=0).to_dict()
