"""A territory measured by travel times: access to services, remoteness, and the projects within reach."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import indicators
from geodata.i18n import number, say
from geodata.indicators import CITY_PEOPLE, MINUTES_CITY, MINUTES_URBAN_CENTRE, PROJECT_MINUTES, PROJECTS_WITHIN
from geodata.recipes import Recipe
from pipelines.access import layers as access_layers
from pipelines.access import partners, reach
from pipelines.access import services as service_access
from pipelines.access.remoteness import side_by_side
from pipelines.access.remoteness.degurba import urban_centres
from pipelines.access.settings import Settings
from pipelines.access.travel import factory as models
from pipelines.access.travel import storage as travelmodel
from pipelines.build.inputs import Inputs
from pipelines.build.measurement import Measured, Report
from pipelines.build.settlement import Settlement

# Areas named in a note; the layer `quality` has them all.
NAMED = 20


def measure(
    recipe: Recipe,
    given: Inputs,
    lived: Settlement,
    areas: gpd.GeoDataFrame,
    *,
    asked: Settings,
    report: Report,
) -> Measured:
    """Measure every area from its places with the travel model of the recipe.

    Parameters
    ----------
    recipe, given
        What is built, and from what.
    lived
        The places.
    areas
        The layer `areas`.
    asked
        How supply and transport performance are measured.
    report
        Called with a few words before each step.

    Raises
    ------
    InputError
        The travel model cannot be made of what is given.
    """
    # In the order in which they are kept: what is measured again from the layers is the same to the last digit.
    places, ids = lived.places.sort_index(), lived.people.index
    services = given.services.sort_index()

    report("Travel minutes")
    cities = places[places["own_population"] >= CITY_PEOPLE]
    centres = urban_centres(lived.cells)
    destinations = places.index.append([given.services.index, given.projects.index, centres.index]).unique()
    model = models.from_recipe(
        recipe.travel,
        places=places,
        land=areas.sort_values("area_id").geometry,
        ports=given.ferry_ports.sort_values("id").geometry if len(given.ferry_ports) else given.ferry_ports.geometry,
        roads=given.roads,
        times=given.times,
        destinations=destinations,
    )
    values = lived.people.assign(
        population_density=lived.people["population"] / areas.set_index("area_id")["area_km2"].reindex(ids)
    )
    values[MINUTES_URBAN_CENTRE] = reach.minutes_by_area(places, centres, model, ids)
    values[MINUTES_CITY] = reach.minutes_by_area(places, cities.geometry, model, ids)

    report("Access to services")
    found = {
        name: service_access.access(
            places, rows, model, category=indicators.category(name), areas=lived.people, settings=asked
        )
        for name, rows in ((str(name), rows) for name, rows in services.groupby("category"))
    }
    values = values.join([each.areas for each in found.values()])
    unjoined: list[str] = []
    if asked.performance is not None:
        minutes, km = asked.performance
        performance = reach.performance_by_area(places, model, ids, minutes=minutes, km=km)
        if performance.notna().any():
            values["transport_performance"] = performance
        else:
            unjoined.append(say("No transport performance is computed, because the travel times do not join places."))
    of_places = {name: each.places for name, each in found.items()}
    older = values.get("share_65_plus")
    uneven = access_layers.inequality(places, areas, of_places, territory=recipe.id, older=older)

    report("Remoteness")
    remote = side_by_side.remoteness(areas, places, lived.main, services, model, values=values, cells=lived.grid)
    values = values.join(remote.values)

    report("Nearest services and projects")
    near = partners.projects_near(lived.main, given.projects, model, minutes=PROJECT_MINUTES)
    values[PROJECTS_WITHIN] = partners.count_projects(near, given.projects, ids)
    return Measured(
        values=values,
        travel=model.describe(),
        layers={
            "nearest": reach.nearest_services(lived.main, given.services, model),
            "place_minutes": access_layers.place_minutes(places, of_places),
            "inequality": uneven,
            "projects_near": near,
            "urban_centres": gpd.GeoDataFrame(
                {"cell_id": centres.index.astype(str)}, geometry=centres.to_numpy(), crs=centres.crs
            ),
        }
        | travelmodel.layers(model, given.ferry_ports),
        lacking=[str(definition) for definition in remote.lacking],
        notes=lived.notes + unjoined + out_of_reach(places, areas, of_places) + without_supply(found, asked),
    )


def out_of_reach(places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, of_places: dict[str, pd.DataFrame]) -> list[str]:
    """Say in a sentence from how many places no service at all is reached, and in which areas they lie.

    Such are places that a table of travel times lacks, and those without a way to the roads or over the sea.
    """
    nearest = pd.DataFrame({name: each["nearest"] for name, each in of_places.items()}, index=places.index)
    lost = places[np.isinf(nearest).all(axis=1) & ~(places["population"] == 0)]
    if lost.empty:
        return []
    names = areas.loc[areas["area_id"].isin(lost["area_id"])].sort_values("area_id")["name"]
    return [
        say(
            "{number} places with {people} people reach no service at all; they lie in {areas} areas: {names}.",
            number=len(lost),
            people=number(lost["population"].sum()),
            areas=len(names),
            names=", ".join(names.head(NAMED)) + (", ..." if len(names) > NAMED else ""),
        )
    ]


def without_supply(found: dict[str, service_access.ServiceAccess], asked: Settings) -> list[str]:
    """Say in a sentence, for the manifest and the screen, which categories have no supply by capacity, and why."""
    ids = [name for name, each in found.items() if f"{asked.indicator}_{name}" not in each.areas]
    if not ids:
        return []
    services = ", ".join(indicators.category(name).title for name in ids)
    if asked.counts:
        return [
            say(
                "Supply within reach counts every service once for {services}, because the capacity of some or all of "
                "them is unknown.",
                services=services,
            )
        ]
    return [
        say(
            "No supply within reach is computed for {services}, because the capacity of some or all of their services "
            "is unknown.",
            services=services,
        )
    ]
