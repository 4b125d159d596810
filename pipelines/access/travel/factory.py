"""The travel model that a recipe names, made for a territory."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.errors import InputError
from geodata.names import suggest
from geodata.raster import Raster
from pipelines.access.travel import matrix
from pipelines.access.travel.model import Straight, TravelModel
from pipelines.access.travel.roads import Roads, network
from pipelines.access.travel.terrain import Terrain

MODELS = ("straight", "terrain", "roads", "matrix")
# Of the options of `roads`, those that the network is made with; of `matrix`, those that the table is read with.
NETWORK = ("spacing", "smallest")
COLUMNS = ("origin", "destination", "minutes", "km")


def from_recipe(
    parameters: dict[str, Any],
    *,
    places: gpd.GeoDataFrame,
    land: gpd.GeoSeries,
    ports: gpd.GeoSeries,
    roads: tuple[gpd.GeoDataFrame, str | None] | None = None,
    major_roads: gpd.GeoDataFrame | None = None,
    links: gpd.GeoDataFrame | None = None,
    elevation: Raster | None = None,
    cells: pd.DataFrame | None = None,
    times: Path | None = None,
    destinations: pd.Index | None = None,
) -> TravelModel:
    """Make the travel model of a territory.

    Parameters
    ----------
    parameters
        `model`, one of `MODELS`, and the options of that model by name.
    places
        Points in EPSG:4326 with `area_id`, `weight` and `elevation`, index their ids.
    land
        Polygons in EPSG:4326; elsewhere is sea.
    ports
        Where ferries land, points in EPSG:4326.
    roads
        For `roads`: what `roads.network` takes, and the day of the data (ISO; None: unknown).
    major_roads, links, elevation, cells
        For `terrain`: as `Terrain` takes them; None for what the territory does not have.
    times
        For `matrix`: the table of travel times.
    destinations
        For `matrix`: the ids of all points that the table may lead to.

    Raises
    ------
    InputError
        The model is unknown, an option is missing, unknown or cannot be used, or what the model needs is not there.
    """
    options = {name: value for name, value in parameters.items() if name != "model"}
    name = parameters.get("model")
    try:
        if name == "straight":
            return Straight(**options)
        if name == "terrain":
            return Terrain(
                places,
                land,
                ferries=ports,
                roads=major_roads,
                links=links,
                elevation=elevation,
                cells=cells,
                **options,
            )
        if name == "roads":
            if roads is None:
                raise InputError("The travel model roads needs the layer roads; name its source in the recipe.")
            lines, date = roads
            made = network(lines, **{key: options[key] for key in NETWORK if key in options})
            return Roads(made, date=date, **{key: value for key, value in options.items() if key not in NETWORK})
        if name == "matrix":
            if times is None or destinations is None:
                raise InputError("The travel model matrix needs a table of travel times; name its file in the recipe.")
            table = matrix.read(times, **{key: options[key] for key in COLUMNS if key in options})
            date = str(options["date"]) if "date" in options else None
            rest = {key: value for key, value in options.items() if key not in (*COLUMNS, "file", "date")}
            return matrix.Matrix(table, places=places.index, services=destinations, date=date, **rest)
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"The travel model {name} cannot use {options} ({error}); correct the recipe.") from None
    raise InputError(f"There is no travel model {name!r}; {suggest(str(name), MODELS)}.")
