"""Who can help: competence centres and consortia of a country, SI projects within reach."""

import geopandas as gpd
import pandas as pd

from pipelines.access.travel.model import LINE, TravelModel

# A point that stands for a whole region says nothing about distance.
LOCATED = ("town", "municipality")


def competence_centres(projects: pd.DataFrame, country: str) -> pd.DataFrame:
    """Return the listed competence centres of a country (ISO 3166-1 alpha-2)."""
    return projects[(projects["kind"] == "competence centre") & (projects["country"] == country)]


def consortia_of(consortia: pd.DataFrame, country: str) -> pd.DataFrame:
    """Return the competence-centre consortia that a country belongs to, the latest generation first."""
    member = consortia["countries"].str.split(";").map(lambda codes: country in codes)
    return consortia[member].sort_values(["generation", "consortium"], ascending=[False, True])


def support_near(point: gpd.GeoSeries, projects: gpd.GeoDataFrame, *, count: int) -> pd.DataFrame:
    """Find the listed support organisations nearest to a point, in any country.

    Parameters
    ----------
    point
        One point, EPSG:4326.
    projects
        Layer `projects`; only organisations whose town or municipality is known are measured.
    count
        How many at most.

    Returns
    -------
    DataFrame
        Their rows, nearest first, with straight-line `km`.
    """
    wanted = (projects["kind"] == "support organisation") & projects["precision"].isin(LOCATED)
    listed = projects[wanted]
    found = LINE.nearest(point, listed.geometry, k=min(count, len(listed)) or 1)
    known = found.index[0] >= 0
    rows: pd.DataFrame = listed.iloc[found.index[0][known]].assign(km=found.km[0][known])
    return rows


def projects_near(
    main_places: gpd.GeoDataFrame, projects: gpd.GeoDataFrame, travel: TravelModel, *, minutes: float
) -> pd.DataFrame:
    """Find the SI projects within a limit of each area's main place.

    Only projects whose location is known to the town or municipality are measured.

    Parameters
    ----------
    main_places
        One point an area, EPSG:4326, with `area_id`.
    projects
        Points in EPSG:4326 with `project_id`, `kind`, `precision`; all kinds are found.
    travel
        The travel model.
    minutes
        The limit.

    Returns
    -------
    DataFrame
        `area_id`, `project_id`, `minutes`, `km`, nearest first in each area.
    """
    located = projects[projects["precision"].isin(LOCATED)]
    pairs = travel.within(main_places.geometry, located.geometry, minutes=minutes)
    return pd.DataFrame(
        {
            "area_id": main_places["area_id"].array[pairs["origin"].to_numpy(dtype=int)],
            "project_id": located["project_id"].array[pairs["destination"].to_numpy(dtype=int)],
            "minutes": pairs["minutes"],
            "km": pairs["km"],
        }
    )


def count_projects(near: pd.DataFrame, projects: pd.DataFrame, areas: pd.Index) -> pd.Series:
    """Count the projects (not organisations or centres) near each area, index as `areas`; 0 where there is none."""
    kind = projects.set_index("project_id")["kind"]
    counted = near[near["project_id"].map(kind) == "project"]
    return counted.groupby("area_id").size().reindex(areas, fill_value=0).astype(float)


def countable(projects: pd.DataFrame) -> pd.Series:
    """Tell which rows are projects (not organisations or centres) whose town or municipality is known."""
    return projects["precision"].isin(LOCATED) & (projects["kind"] == "project")


def supported_areas(projects: pd.DataFrame, consortia: pd.DataFrame, countries: pd.Series) -> pd.Series:
    """1 for areas whose country is `supported`, else 0; countries and result by area_id."""
    return countries.map({code: supported(projects, consortia, code) for code in countries.unique()})


def supported(projects: pd.DataFrame, consortia: pd.DataFrame, country: str) -> float:
    """1 when a country has a listed competence centre or belongs to a listed consortium, else 0."""
    return float(len(competence_centres(projects, country)) + len(consortia_of(consortia, country)) > 0)
