"""The build of a territory: its recipe run from top to bottom."""

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import geodata
from geodata import catalogue, indicators, recipes, store
from geodata.errors import InputError
from geodata.recipes import Recipe
from pipelines import areas as area_layers
from pipelines import degurba, display, inputs, places, population, regions
from pipelines.access import layers as access_layers
from pipelines.access import models, reach, travel
from pipelines.access import services as service_access
from pipelines.priority import composite, configuration
from pipelines.remoteness import side_by_side
from pipelines.response import partners

STEPS = 10
# A planner's usual hour: farther away than this a project is not within reach.
PROJECT_MINUTES = 60
CITY = 50_000
# Where a recipe does not have a layer, this one stands in: people of places, and cells classified by their people.
STAND_INS = {"population": "places", "degurba": "grid"}
ROOMS = (Path(geodata.__file__).parent, Path(__file__).parent)
Report = Callable[[str], None]


def build(
    recipe: Recipe, *, root: Path | None = None, mirror: Path | None = None, report: Report = lambda _: None
) -> str:
    """Build a territory and put it in force.

    Parameters
    ----------
    recipe
        What to build.
    root
        Folder of the built territories; None for the usual one.
    mirror
        Folder of the publishers' files, for a recipe with sources that are not bundled.
    report
        Called with a few words before each of the `STEPS` steps.

    Returns
    -------
    str
        Id of the version, made from its content: the same sources and code give the same id.

    Raises
    ------
    InputError
        A source is missing or damaged, or a layer breaks its contract. The version in force stays.
    """
    sources = catalogue.load()
    recipe = recipes.load(recipe.id, folder=recipe.path.parent, sources=frozenset(sources))
    with store.new_version(recipe.id, root=root) as (draft, manifest):
        report("Reading the sources")
        given = inputs.read(recipe, sources, mirror=mirror)
        weighting = configuration.load(recipe.index)
        ids = pd.Index(given.areas["area_id"].sort_values(), name="area_id")
        categories = tuple(sorted(given.services["category"].unique()))

        report("People and places")
        people = population.people(given.population, ids) if given.population is not None else None
        settled = places.spread(given.places, given.areas, None if people is None else people["population"])
        if given.degurba is not None:
            cells = given.degurba
        elif given.grid is not None:
            cells = degurba.from_grid(given.grid)
        settled = inputs.by_id(settled, "place_id")
        settled["degurba"] = degurba.at_points(settled.geometry, cells)
        main = places.main_places(settled)
        if people is None:
            people = places.people_of_areas(settled, ids)

        report("Areas and regions")
        known = given.degurba is not None
        classes = degurba.of_areas(settled, ids) if known else degurba.of_areas_on_grid(cells, given.areas)
        areas = area_layers.assemble(given.areas, given.membership, classes)
        outlines = regions.outlines(areas, given.regions)

        report("Travel minutes")
        cities = settled[settled["own_population"] >= CITY]
        centres = degurba.urban_centres(cells)
        destinations = settled.index.append([given.services.index, given.projects.index, centres.index]).unique()
        model = models.from_recipe(
            recipe.travel,
            places=settled,
            land=given.areas.geometry,
            ports=given.ferry_ports.geometry,
            roads=given.roads,
            times=given.times,
            destinations=destinations,
        )
        values = people.assign(
            population_density=people["population"] / areas.set_index("area_id")["area_km2"].reindex(ids)
        )
        values["minutes_urban_centre"] = reach.minutes_by_area(settled, centres, model, ids)
        values["minutes_city_50k"] = reach.minutes_by_area(settled, cities.geometry, model, ids)

        report("Access to services")
        found = {
            name: service_access.access(settled, rows, model, category=indicators.category(name), areas=people)
            for name, rows in ((str(name), rows) for name, rows in given.services.groupby("category"))
        }
        values = values.join([each.areas for each in found.values()])
        of_places = {name: each.places for name, each in found.items()}
        uneven = access_layers.inequality(settled, areas, of_places, territory=recipe.id)

        report("Remoteness")
        remote = side_by_side.remoteness(
            areas, settled, main, given.services, model, values=values, cells=None if known else cells
        )
        values = values.join(remote.values)

        report("Nearest services and projects")
        nearest = reach.nearest_services(main, given.services, model)
        near = partners.projects_near(main, given.projects, model, minutes=PROJECT_MINUTES)
        values["projects_within_60"] = partners.count_projects(near, given.projects, ids)
        values["competence_centre"] = partners.supported(given.projects, given.consortia, recipe.country)

        report("Need, resources and gap")
        scores = composite.score(values, weighting)
        values = values.join(scores.frame)
        entries = {name: entry for name, entry in indicators.dictionary(categories).items() if name in values}
        values = values[list(entries)]

        report("Writing the layers")
        draft.write_layer("areas", areas)
        draft.write_layer("regions", outlines)
        draft.write_layer("places", settled)
        draft.write_layer("services", given.services)
        draft.write_layer("projects", given.projects)
        draft.write_layer("consortia", given.consortia)
        draft.write_layer("nearest", nearest)
        draft.write_layer("place_minutes", access_layers.place_minutes(settled, of_places))
        draft.write_layer("inequality", uneven)
        draft.write_layer("projects_near", near)
        draft.write_layer("indicators", values.reset_index())
        lacking = area_layers.quality(values, entries, areas, given.completeness, scores.not_scorable)
        draft.write_layer("quality", lacking)
        draft.write_layer("codebook", codebook(recipe, entries, sources, given.services))

        report("Display geometry")
        draft.write_bytes("display/areas.geojson", display.areas_geojson(areas))
        draft.write_bytes("display/regions.geojson", display.regions_geojson(outlines))
        draft.write_bytes("display/basemap.geojson", given.basemap)
        manifest |= facts(recipe, model, sources) | {
            "inputs": given.digests,
            "fingerprint": fingerprint(recipe, given.digests),
            "weights": weights(scores),
            "lacking": [str(definition) for definition in remote.lacking],
            "notes": area_layers.notes(given)
            + places.outside(given.places, settled)
            + given.notes
            + without_supply(found),
        }
    return store.open_territory(recipe.id, root=root).version


def codebook(
    recipe: Recipe,
    entries: dict[str, indicators.Indicator],
    sources: dict[str, catalogue.Source],
    services: pd.DataFrame,
) -> pd.DataFrame:
    """One row an indicator, in the order of the dictionary, with the years and sources of the territory.

    An indicator of one category of service names the sources of that category only.
    """
    rows = []
    for entry in entries.values():
        of_category = set(services.loc[services["category"] == entry.service, "source_id"])
        others = set(recipe.layers["services"]) - of_category if entry.service else set()
        layers = [layer if layer in recipe.layers else STAND_INS.get(layer, layer) for layer in entry.layers]
        ids = [source for source in recipe.sources(*layers) if source not in others]
        used = [sources[source] for source in ids]
        rows.append(
            {
                "indicator": entry.id,
                "title": entry.title,
                "unit": entry.unit,
                "decimals": entry.decimals,
                "direction": entry.direction,
                "dimension": entry.dimension,
                "year": ", ".join(sorted({str(source.year) for source in used})),
                "sources": ", ".join(ids),
                "completeness": max((source.completeness for source in used), key=catalogue.COMPLETENESS.index),
                "formula": entry.formula,
                "missing": entry.missing,
            }
        )
    return pd.DataFrame(rows)


def without_supply(found: dict[str, service_access.ServiceAccess]) -> list[str]:
    """Say in a sentence, for the manifest and the screen, which categories have no measure of supply."""
    ids = [name for name, each in found.items() if f"supply_{name}" not in each.areas]
    titles = [indicators.category(name).title for name in ids]
    why = "because the capacity of some or all of their services is unknown"
    return [f"No supply within reach is computed for {', '.join(titles)}, {why}."] if ids else []


def weights(scores: composite.Scores) -> list[dict[str, Any]]:
    """Effective weight of each indicator in each index, for the manifest and the screen."""
    table = scores.weights.round(6).rename_axis(["index", "dimension", "indicator"]).rename("weight").reset_index()
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def facts(recipe: Recipe, model: travel.TravelModel, sources: dict[str, catalogue.Source]) -> dict[str, Any]:
    """What the manifest says of a build, apart from its files: all that is needed to repeat it."""
    return {
        "title": recipe.title,
        "country": recipe.country,
        "area_unit": recipe.area_unit,
        "region_levels": list(recipe.region_levels),
        "index": recipe.index,
        "travel": model.describe(),
        "parameters": {
            "project_minutes": PROJECT_MINUTES,
            "city_population": CITY,
            "degree_of_urbanisation": "cells with their class" if "degurba" in recipe.layers else "population grid",
        },
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


def fingerprint(recipe: Recipe, digests: dict[str, str]) -> str:
    """Digest of the recipe, the sources and the code that makes the territory: when it differs, a build is stale."""
    content = hashlib.sha256(recipe.path.read_bytes())
    content.update(json.dumps(digests, sort_keys=True).encode())
    for room in ROOMS:
        for path in sorted(room.rglob("*")):
            if path.suffix in (".py", ".yaml"):
                content.update(path.relative_to(room).as_posix().encode() + path.read_bytes())
    return content.hexdigest()


def is_stale(recipe: Recipe, *, root: Path | None = None, mirror: Path | None = None) -> bool:
    """Whether a territory is not built, is damaged, or was built from other sources or by other code."""
    try:
        territory = store.open_territory(recipe.id, root=root)
        territory.verify()
    except InputError:
        return True
    digests = inputs.digests(recipe, catalogue.load(), mirror=mirror)
    return bool(territory.manifest.get("fingerprint") != fingerprint(recipe, digests))
