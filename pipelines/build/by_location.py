"""A territory measured by what lies inside its areas, where no travel times are computed."""

from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.geometry import area_of
from geodata.i18n import mark
from geodata.i18n.message import Message
from geodata.indicators import PROJECTS_IN_AREA, RATE_PEOPLE, rate_of
from pipelines.access import partners
from pipelines.build.measurement import UNLISTED, Measurement, missing

# Outlines are generalised and coasts cut off: a point this near, in metres, belongs to the area.
NEAR = 10_000
NOTHING: dict[str, Any] = {
    "model": "none",
    "title": mark("No travel times"),
    "note": mark("No travel times are computed for this territory; minutes are those that its publishers state."),
}
MOVED = mark("The area is drawn elsewhere on the map, so that nothing can be placed in it")


def measure(
    areas: gpd.GeoDataFrame, services: gpd.GeoDataFrame, projects: gpd.GeoDataFrame, population: pd.Series
) -> Measurement:
    """Count what lies in each area: services by category for every 100,000 people, and known SI projects.

    An area that is drawn elsewhere has no count, and neither has a country of which the source lists no service.

    Parameters
    ----------
    areas
        As `area_of`.
    services, projects
        Points in EPSG:4326 with `country`; services with `category`.
    population
        People by area_id.
    """
    ids = population.index
    countries = areas.set_index("area_id")["country"].reindex(ids)
    values = pd.DataFrame(index=ids)
    remarks, notes = [], []
    moved = areas.set_index("area_id")["moved"].reindex(ids)
    for category, rows in services.groupby("category"):
        owner = area_of_country(rows, areas)
        notes += _lost(owner, str(category))
        counts = owner.value_counts().reindex(ids, fill_value=0)
        listed = countries.isin(rows["country"])
        name = rate_of(str(category))
        values[name] = (float(RATE_PEOPLE) * counts / population).where(listed & ~moved)
        remarks += [missing(ids[moved], name, MOVED), missing(ids[~listed & ~moved], name, UNLISTED)]
    owner = area_of_country(projects[partners.countable(projects)], areas)
    values[PROJECTS_IN_AREA] = owner.value_counts().reindex(ids, fill_value=0).where(~moved).astype(float)
    remarks.append(missing(ids[moved], PROJECTS_IN_AREA, MOVED))
    return Measurement(values=values, travel=NOTHING, quality=pd.concat(remarks, ignore_index=True), notes=notes)


def area_of_country(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> "pd.Series[str]":
    """Find the area of its own country that each point lies in, or is nearest to within 10 km; see `area_of`.

    Parameters
    ----------
    points
        EPSG:4326, with `country` (ISO 3166-1 alpha-2).
    areas
        EPSG:4326, with `area_id`, `country`, and `moved`: drawn elsewhere, so that no point is placed in it.

    Returns
    -------
    Series
        area_id, index as `points`, null where there is none.
    """
    return area_of(points, areas[~areas["moved"]], reach_m=NEAR, own_country=True)


def _lost(owner: pd.Series, category: str) -> list[Message]:
    lost = int(owner.isna().sum())
    note = Message(
        "{lost} of {all} services ({category}) lie in no area and are counted nowhere.",
        lost=lost,
        all=len(owner),
        category=category,
    )
    return [note] if lost else []
