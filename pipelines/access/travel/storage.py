"""The travel model of a built territory: what the build keeps of it, and the model made again from that alone."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import raster, schema
from geodata.errors import InputError
from geodata.i18n import say
from geodata.i18n.message import tell
from geodata.schema import by_id
from geodata.store import Territory
from pipelines.access.travel import factory as models
from pipelines.access.travel.matrix import Matrix
from pipelines.access.travel.model import TravelModel
from pipelines.access.travel.network import Network
from pipelines.access.travel.roads import Roads
from pipelines.access.travel.terrain import Terrain

ELEVATION = "elevation.tif"


def layers(model: TravelModel, ferry_ports: gpd.GeoDataFrame) -> dict[str, pd.DataFrame]:
    """Layers without which the model could not be made again; the others it needs are kept anyway.

    Parameters
    ----------
    model
        The travel model of the build.
    ferry_ports
        Where ferries land, points in EPSG:4326 with `id`, `name`; empty: no ferry.

    Returns
    -------
    dict
        By name: `ferry_ports` where there are some; `major_roads`, `fixed_links` and `settled_cells` of `terrain`,
        those that there are; `road_nodes` and `road_edges` of a road network; `travel_times` of the user's own table.
    """
    kept: dict[str, pd.DataFrame] = {}
    if len(ferry_ports):
        kept["ferry_ports"] = ferry_ports[["id", "name", "geometry"]].rename(columns={"id": "port_id"})
    if isinstance(model, Terrain):
        if model.roads is not None:
            kept["major_roads"] = model.roads.assign(road_id=np.arange(len(model.roads)))[["road_id", "km", "geometry"]]
        if model.links is not None:
            kept["fixed_links"] = model.links[["link_id", "name", "km", "geometry"]]
        if len(model.cells):
            kept["settled_cells"] = model.cells
    if isinstance(model, Roads):
        network = model.network
        kept["road_nodes"] = pd.DataFrame({"node": np.arange(network.nodes), "lon": network.lon, "lat": network.lat})
        kept["road_edges"] = network.edges
    if isinstance(model, Matrix):
        kept["travel_times"] = model.pairs
    return kept


def files(model: TravelModel) -> dict[str, bytes]:
    """Files that are no layers and without which the model could not be made again: elevation, a GeoTIFF."""
    elevation = model.elevation if isinstance(model, Terrain) else None
    return {} if elevation is None else {ELEVATION: elevation.to_bytes()}


def told(travel: dict[str, Any]) -> str:
    """What the travel model of a manifest says of itself, in the language in use, and of when its places are."""
    note = tell(travel["note"])
    # Roads and tables name their day in their title.
    dated = travel.get("estimate") and "date" in travel
    return f"{note} {say('Places of {year}.', year=travel['date'])}" if dated else note


def of(territory: Territory) -> TravelModel:
    """Make the travel model of a territory again, from its layers and its manifest.

    Raises
    ------
    InputError
        The territory has no travel model, or was built before it was kept.
    """
    parameters: dict[str, Any] | None = territory.manifest.get("parameters", {}).get("travel")
    title = tell(territory.manifest["title"])
    if parameters is None:
        raise InputError(
            say("{title} was built before travel models were kept; build {id} again.", title=title, id=territory.id)
        )
    if not parameters:
        raise InputError(
            say("{title} has no travel model, so no minutes can be computed; choose another territory.", title=title)
        )
    options = {name: value for name, value in parameters.items() if name != "model"}
    date = territory.manifest["travel"].get("date")
    if parameters["model"] == "roads":
        nodes, edges = territory.layer("road_nodes").sort_values("node"), territory.layer("road_edges")
        network = Network(
            nodes["lon"].to_numpy(), nodes["lat"].to_numpy(), *(edges[name].to_numpy() for name in edges.columns)
        )
        return Roads(network, date=date, **{key: x for key, x in options.items() if key not in models.NETWORK})
    places = by_id(territory.layer("places"), "place_id")
    if parameters["model"] == "matrix":
        services, projects = territory.layer("services")["service_id"], territory.layer("projects")["project_id"]
        times = territory.layer("travel_times")
        known = pd.Index(places.index).append([pd.Index(services), pd.Index(projects), pd.Index(times["destination"])])
        return Matrix(times, places=places.index, services=known.unique(), name=str(options["name"]), date=date)
    ports = _kept(territory, "ferry_ports")
    return models.from_recipe(
        parameters,
        places=places,
        land=territory.layer("areas").geometry,
        ports=gpd.GeoSeries(crs=schema.CRS) if ports is None else ports.geometry,
        major_roads=_kept(territory, "major_roads"),
        links=_kept(territory, "fixed_links"),
        elevation=_elevation(territory),
        cells=_kept(territory, "settled_cells"),
    )


def _kept(territory: Territory, name: str) -> Any:
    """Read a layer that not every territory has; None without it."""
    return territory.layer(name) if f"{name}.parquet" in territory.manifest["outputs"] else None


def _elevation(territory: Territory) -> raster.Raster | None:
    if ELEVATION not in territory.manifest["outputs"]:
        return None
    return raster.read(territory.file(ELEVATION).read_bytes(), f"{ELEVATION} of territory {territory.id}")
