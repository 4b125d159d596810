"""What the manifest of a built territory says of it, apart from its files: all that is needed to repeat it."""

import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import geodata
from geodata import catalogue
from geodata.indicators import CITY_PEOPLE, PROJECT_MINUTES
from geodata.recipes import Recipe
from pipelines.priority import composite


def facts(recipe: Recipe, sources: dict[str, catalogue.Source]) -> dict[str, Any]:
    """Title, kind, parameters, sources, command and versions of a territory."""
    return {
        "title": recipe.title,
        "country": recipe.country,
        "area_unit": recipe.area_unit,
        "region_levels": list(recipe.region_levels),
        "index": recipe.index,
        "parameters": {
            "project_minutes": PROJECT_MINUTES,
            "city_population": CITY_PEOPLE,
            "degree_of_urbanisation": _degree_of_urbanisation(recipe),
            "travel": recipe.travel,
        }
        | ({"access": recipe.access} if recipe.access else {}),
        "layers": {layer: list(ids) for layer, ids in recipe.layers.items()},
        "sources": [asdict(sources[source]) for source in recipe.sources()],
        "command": f"python -m pipelines build {recipe.id}"
        + (
            ""
            if all(sources[source].bundled for source in recipe.sources()) and "file" not in recipe.travel
            else " --mirror FOLDER"
        ),
        "versions": {"rural-needs-map": geodata.__version__, "python": platform.python_version()}
        | {name: version(name) for name in ("geopandas", "pandas", "pyproj", "scipy", "shapely")},
    }


def dated(travel: dict[str, Any], recipe: Recipe, sources: dict[str, catalogue.Source]) -> dict[str, Any]:
    """Tell of when a travel model is: the day of its roads or table, else the year of the places that it joins."""
    if "date" in travel or "places" not in recipe.layers:
        return travel
    return travel | {"date": str(max(sources[source].year for source in recipe.layers["places"]))}


def weights(scores: composite.Scores) -> list[dict[str, Any]]:
    """Effective weight of each indicator in each index, for the manifest and the screen."""
    table = scores.weights.round(6).rename_axis(["index", "dimension", "indicator"]).rename("weight").reset_index()
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _degree_of_urbanisation(recipe: Recipe) -> str:
    if "degurba" in recipe.layers:
        return "cells with their class"
    return "population grid" if "grid" in recipe.layers else "none"
