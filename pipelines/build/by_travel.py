"""A territory measured by travel times: access to services, remoteness, and the projects within reach."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import indicators, schema
from geodata.i18n import mark
from geodata.i18n.message import Message, Number, pack
from geodata.indicators import (
    MINUTES_URBAN_CENTRE,
    PROJECT_MINUTES,
    PROJECTS_WITHIN,
    minutes_to,
)
from geodata.recipes import Recipe
from pipelines.access import layers as access_layers
from pipelines.access import partners, reach
from pipelines.access import services as service_access
from pipelines.access.remoteness import side_by_side
from pipelines.access.remoteness.degurba import urban_centres
from pipelines.access.settings import Settings
from pipelines.access.travel import factory, storage
from pipelines.access.travel.cautions import cautions
from pipelines.access.travel.land import Land
from pipelines.access.travel.landbound import by_category
from pipelines.access.travel.terrain import Terrain
from pipelines.build.inputs import Inputs
from pipelines.build.measurement import Measurement, Report, missing
from pipelines.build.settlement import Settlement

UNJOINED = Message("No transport performance is computed, because the travel times do not join places.")
# Areas named in a note; the layer `quality` has them all.
NAMED = 20
OVER_LAND = mark("No {service} can be reached over land; ways by ferry are not counted")


def measure(
    recipe: Recipe,
    inputs: Inputs,
    settlement: Settlement,
    areas: gpd.GeoDataFrame,
    published: pd.DataFrame,
    *,
    settings: Settings,
    report: Report,
) -> Measurement:
    """Measure every area from its places with the travel model of the recipe.

    Parameters
    ----------
    recipe, inputs
        What is built, and from what.
    settlement
        The places.
    areas
        The layer `areas`.
    published
        Indicators that a publisher computed, index area_id.
    settings
        How supply and transport performance are measured.
    report
        Called with a few words before each step.

    Raises
    ------
    InputError
        The travel model cannot be made of what is given.
    """
    # In the order in which they are kept: what is measured again from the layers is the same to the last digit.
    places, ids = settlement.places.sort_index(), settlement.people.index
    services = inputs.services.sort_index()

    report("Travel minutes")
    centres = urban_centres(settlement.cells)
    destinations = places.index.append([inputs.services.index, inputs.projects.index, centres.index]).unique()
    land = areas.sort_values("area_id").geometry
    model = factory.from_recipe(
        recipe.travel,
        places=places,
        land=land,
        ports=inputs.ferry_ports.sort_values("id").geometry if len(inputs.ferry_ports) else inputs.ferry_ports.geometry,
        roads=inputs.roads,
        major_roads=inputs.major_roads,
        links=inputs.links,
        elevation=inputs.elevation,
        cells=settlement.cells,
        times=inputs.times,
        destinations=destinations,
    )
    values = settlement.people.assign(
        population_density=settlement.people["population"] / areas.set_index("area_id")["area_km2"].reindex(ids)
    )
    values[MINUTES_URBAN_CENTRE] = reach.minutes_by_area(places, centres, model, ids)
    values = values.assign(**reach.minutes_to_towns(places, model, ids))

    resolution = reach.resolution(places, model)

    report("Access to services")
    of_category = by_category(services["category"].unique(), model, lambda: Land(land))
    services_access = {
        name: service_access.access(
            places,
            rows,
            of_category[name],
            category=indicators.category(name),
            areas=settlement.people,
            settings=settings,
            resolution=resolution,
        )
        for name, rows in ((str(name), rows) for name, rows in services.groupby("category"))
    }
    values = values.join([each.areas for each in services_access.values()])
    unavailable: list[Message] = []
    if settings.performance is not None:
        minutes, km = settings.performance
        performance = reach.performance_by_area(places, model, ids, minutes=minutes, km=km)
        if performance.notna().any():
            values["transport_performance"] = performance
        else:
            unavailable.append(UNJOINED)
    of_places = {name: each.places for name, each in services_access.items()}
    older = values.get("share_65_plus")
    inequality = access_layers.inequality(places, areas, of_places, territory=recipe.id, older=older)

    report("Remoteness")
    known = values.join(published[published.columns.intersection([side_by_side.OFFICIAL])])
    definitions = side_by_side.remoteness(
        areas, places, settlement.main, services, model, values=known, cells=settlement.grid
    )
    values = values.join(definitions.values)
    doubts = cautions(model, settlement.main, centres) if isinstance(model, Terrain) else schema.empty("quality")
    doubts = doubts[doubts["area_id"].isin(values.index[values[MINUTES_URBAN_CENTRE].notna()])]

    report("Nearest services and projects")
    near = partners.projects_near(settlement.main, inputs.projects, model, minutes=PROJECT_MINUTES)
    values[PROJECTS_WITHIN] = partners.count_projects(near, inputs.projects, ids)
    return Measurement(
        values=values,
        travel=model.describe(),
        layers={
            "nearest": reach.nearest_services(settlement.main, inputs.services, of_category),
            "place_minutes": access_layers.place_minutes(places, of_places),
            "inequality": inequality,
            "projects_near": near,
            "urban_centres": gpd.GeoDataFrame(
                {"cell_id": centres.index.astype(str)}, geometry=centres.to_numpy(), crs=centres.crs
            ),
        }
        | storage.layers(model, inputs.ferry_ports),
        files=storage.files(model),
        quality=pd.concat([without_ferry(values, of_category.keys()), doubts], ignore_index=True),
        lacking=[definition.message for definition in definitions.lacking],
        notes=settlement.notes
        + unavailable
        + out_of_reach(places, areas, of_places)
        + too_fine(list(services_access), resolution)
        + without_supply(services_access, settings),
    )


def out_of_reach(
    places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, of_places: dict[str, pd.DataFrame]
) -> list[Message]:
    """Say in a sentence from how many places no service at all is reached, and in which areas they lie.

    Such are places that a table of travel times lacks, and those without a way to the roads or over the sea.
    """
    nearest = pd.DataFrame({name: each["nearest"] for name, each in of_places.items()}, index=places.index)
    lost = places[np.isinf(nearest).all(axis=1) & ~(places["population"] == 0)]
    if lost.empty:
        return []
    names = areas.loc[areas["area_id"].isin(lost["area_id"])].sort_values("area_id")["name"]
    return [
        Message(
            "{number} places with {people} people reach no service at all; they lie in {areas} areas: {names}.",
            number=len(lost),
            people=lost["population"].sum(),
            areas=len(names),
            names=", ".join(names.head(NAMED)) + (", ..." if len(names) > NAMED else ""),
        )
    ]


def without_ferry(values: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Say why minutes to a service are missing where only a ferry leads there: rows of the layer `quality`."""
    remarks = [missing(values.index[:0], "", "")]
    for category in map(indicators.category, names):
        lost = values.index[values[minutes_to(category.id)].isna()]
        if not category.by_sea:
            remarks.append(
                missing(lost, minutes_to(category.id), pack(Message(OVER_LAND, service=Message(category.title))))
            )
    return pd.concat(remarks, ignore_index=True)


def too_fine(categories: list[str], resolution: float) -> list[Message]:
    """Say in a sentence which thresholds are below the minutes that are told apart."""
    skipped = {
        name: [each for each in indicators.category(name).thresholds if each < resolution] for name in categories
    }
    minutes = sorted({each for limits in skipped.values() for each in limits})
    if not minutes:
        return []
    return [
        Message(
            "Nobody is counted beyond {minutes} minutes of {services}, because people are known at places and half of "
            "them live at one that is {apart} minutes or more from the next.",
            minutes=list(minutes),
            services=[Message(indicators.category(name).title) for name, limits in skipped.items() if limits],
            apart=Number(resolution, 1),
        )
    ]


def without_supply(services_access: dict[str, service_access.ServiceAccess], settings: Settings) -> list[Message]:
    """Say in a sentence, for the manifest and the screen, which categories have no supply by capacity, and why."""
    ids = [name for name, each in services_access.items() if f"{settings.indicator}_{name}" not in each.areas]
    if not ids:
        return []
    services = [Message(indicators.category(name).title) for name in ids]
    if settings.counts:
        return [
            Message(
                "Supply within reach counts every service once for {services}, because the capacity of some or all of "
                "them is unknown.",
                services=services,
            )
        ]
    return [
        Message(
            "No supply within reach is computed for {services}, because the capacity of some or all of their services "
            "is unknown.",
            services=services,
        )
    ]
