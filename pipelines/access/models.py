"""The travel model that a recipe names, made for a territory."""

from typing import Any

import geopandas as gpd

from geodata.errors import InputError
from geodata.names import suggest
from pipelines.access.terrain import Terrain
from pipelines.access.travel import Straight, TravelModel

MODELS = ("straight", "terrain")


def from_recipe(
    parameters: dict[str, Any], *, places: gpd.GeoDataFrame, land: gpd.GeoSeries, ports: gpd.GeoSeries
) -> TravelModel:
    """Make the travel model of a territory.

    Parameters
    ----------
    parameters
        `model`, one of `MODELS`, and the options of that model by name.
    places
        Points in EPSG:4326 with `elevation` and `own_population`.
    land
        Polygons in EPSG:4326; elsewhere is sea.
    ports
        Where ferries land, points in EPSG:4326.

    Raises
    ------
    InputError
        The model is unknown, or an option is missing, unknown or cannot be used.
    """
    options = {name: value for name, value in parameters.items() if name != "model"}
    name = parameters.get("model")
    try:
        if name == "straight":
            return Straight(**options)
        if name == "terrain":
            return Terrain(places, land, ferries=ports, **options)
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"The travel model {name} cannot use {options} ({error}); correct the recipe.") from None
    raise InputError(f"There is no travel model {name!r}; {suggest(str(name), MODELS)}.")
