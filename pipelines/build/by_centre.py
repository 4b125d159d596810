"""A territory known by the centres of its areas alone: minutes from there, and the projects within reach."""

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.i18n import mark
from geodata.indicators import MINUTES_TO_CITY, PROJECT_MINUTES, PROJECTS_WITHIN, minutes_to
from geodata.recipes import Recipe
from pipelines.access import partners, reach
from pipelines.access.travel import factory, storage
from pipelines.build.inputs import Inputs
from pipelines.build.measurement import UNLISTED, Measurement, Report, missing
from pipelines.build.settlement import Settlement

CITY = "1"
NOWHERE = mark("The area has no position, so nothing is measured from it")


def measure(
    recipe: Recipe, inputs: Inputs, settlement: Settlement, classes: pd.Series, *, report: Report
) -> Measurement:
    """Measure every area from its centre with the travel model of the recipe.

    Minutes to a service are missing where the source lists none in the country of the area: the nearest known one,
    abroad, would say nothing of it. Cities are the centres of areas of that degree of urbanisation.

    Parameters
    ----------
    recipe, inputs
        What is built, and from what.
    settlement
        The centres, as places.
    classes
        Degree of urbanisation by area_id; `CITY` is a city.
    report
        Called with a few words before each step.
    """
    centres, ids = settlement.places.sort_index(), settlement.people.index
    countries = inputs.areas.set_index("area_id")["country"].reindex(ids)
    placed = pd.Series(ids.isin(centres["area_id"]), index=ids)
    values, remarks = pd.DataFrame(index=ids), []

    report("Travel minutes")
    land = gpd.GeoSeries([], crs=schema.CRS)
    model = factory.from_recipe(recipe.travel, places=centres, land=land, ports=inputs.ferry_ports.geometry)
    cities = centres[centres["area_id"].map(classes) == CITY]
    values[MINUTES_TO_CITY] = reach.minutes_by_area(centres, cities.geometry, model, ids)
    remarks.append(missing(ids[~placed], MINUTES_TO_CITY, NOWHERE))

    report("Access to services")
    services = inputs.services.sort_index()
    for category, rows in services.groupby("category"):
        name = minutes_to(str(category))
        listed = countries.isin(rows["country"])
        values[name] = reach.minutes_by_area(centres, rows.geometry, model, ids).where(listed)
        remarks += [missing(ids[~placed], name, NOWHERE), missing(ids[placed & ~listed], name, UNLISTED)]

    report("Nearest services and projects")
    near = partners.projects_near(centres, inputs.projects, model, minutes=PROJECT_MINUTES)
    values[PROJECTS_WITHIN] = partners.count_projects(near, inputs.projects, ids).where(placed)
    remarks.append(missing(ids[~placed], PROJECTS_WITHIN, NOWHERE))
    of_category = dict.fromkeys(services["category"].unique(), model)
    layers = {"nearest": reach.nearest_services(centres, services, of_category), "projects_near": near}
    return Measurement(
        values=values,
        travel=model.describe(),
        layers=Measurement(values, {}).layers | layers | storage.layers(model, inputs.ferry_ports),
        quality=pd.concat(remarks, ignore_index=True),
        notes=settlement.notes,
    )
