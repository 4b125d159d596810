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
from pipelines import degurba, display, places, population, regions
from pipelines import services as layers
from pipelines.access import reach, travel
from pipelines.priority import composite, configuration
from pipelines.response import partners
from pipelines.sources import snapshot

STEPS = 9
# A planner's usual hour: farther away than this a project is not within reach.
PROJECT_MINUTES = 60
CITY = 50_000
ROOMS = (Path(geodata.__file__).parent, Path(__file__).parent)
Report = Callable[[str], None]


def build(recipe: Recipe, *, root: Path | None = None, report: Report = lambda _: None) -> str:
    """Build a territory and put it in force.

    Parameters
    ----------
    recipe
        What to build.
    root
        Folder of the built territories; None for the usual one.
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
        report("Checking the sources")
        snapshot.verify()
        model = travel.from_recipe(recipe.travel)
        weighting = configuration.load(recipe.index)

        report("Areas and regions")
        polygons = snapshot.read_layer("areas")
        nuts = snapshot.read_layer("nuts")
        residents = snapshot.read_layer("population")
        ids = pd.Index(polygons["area_id"].sort_values(), name="area_id")
        people = population.people(residents, ids)

        report("Places and degree of urbanisation")
        cells = snapshot.read_layer("degurba_cells")
        settled = places.spread(snapshot.read_layer("places"), polygons, people["population"])
        settled["degurba"] = degurba.at_points(settled.geometry, cells)
        main = places.main_places(settled)
        areas = area_layers.assemble(polygons, nuts, degurba.of_areas(settled, ids))
        outlines = regions.outlines(areas, snapshot.read_layer("regions"))

        report("Services and projects")
        services = layers.service_layer(
            snapshot.read_layer("services"),
            airport=snapshot.read_layer("airports"),
            port=snapshot.read_layer("ports"),
        )
        projects = layers.project_layer(snapshot.read_layer("projects"))
        consortia = snapshot.read_layer("consortia").astype({"generation": "int64"})
        categories = tuple(sorted(services["category"].unique()))

        report("Travel minutes")
        values = people.assign(
            population_density=people["population"] / areas.set_index("area_id")["area_km2"].reindex(ids)
        )
        cities = settled[settled["own_population"] >= CITY]
        values["minutes_urban_centre"] = reach.minutes_by_area(settled, degurba.urban_centres(cells), model, ids)
        values["minutes_city_50k"] = reach.minutes_by_area(settled, cities.geometry, model, ids)
        for category, rows in services.groupby("category"):
            values[indicators.minutes_to(str(category))] = reach.minutes_by_area(settled, rows.geometry, model, ids)

        report("Nearest services and projects")
        nearest = reach.nearest_services(main, services, model)
        near = partners.projects_near(main, projects, model, minutes=PROJECT_MINUTES)
        listed = near[near["project_id"].isin(projects.loc[projects["kind"] == "project", "project_id"])]
        values["projects_within_60"] = listed.groupby("area_id").size().reindex(ids).fillna(0).astype(float)
        helpers = len(partners.competence_centres(projects, recipe.country)) + len(
            partners.consortia_of(consortia, recipe.country)
        )
        values["competence_centre"] = float(helpers > 0)

        report("Need, resources and gap")
        scores = composite.score(values, weighting)
        values = values.join(scores.frame)
        entries = indicators.dictionary(categories)
        values = values[list(entries)]
        completeness = snapshot.read_layer("services_completeness")

        report("Writing the layers")
        draft.write_layer("areas", areas)
        draft.write_layer("regions", outlines)
        draft.write_layer("places", settled)
        draft.write_layer("services", services)
        draft.write_layer("projects", projects)
        draft.write_layer("consortia", consortia)
        draft.write_layer("nearest", nearest)
        draft.write_layer("projects_near", near)
        draft.write_layer("indicators", values.reset_index())
        draft.write_layer("quality", area_layers.quality(values, entries, areas, completeness, scores.not_scorable))
        draft.write_layer("codebook", codebook(recipe, entries, sources, services))

        report("Display geometry")
        draft.write_bytes("display/areas.geojson", display.areas_geojson(areas))
        draft.write_bytes("display/regions.geojson", display.regions_geojson(outlines))
        draft.write_bytes("display/basemap.geojson", (snapshot.DEFAULT / "basemap.geojson").read_bytes())
        manifest |= facts(recipe, model, sources) | {"weights": weights(scores)}
        manifest["notes"] = area_layers.notes(polygons, residents, nuts)
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
        ids = [source for source in recipe.sources(*entry.layers) if source not in others]
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
        "parameters": {"project_minutes": PROJECT_MINUTES, "city_population": CITY},
        "sources": [asdict(sources[source]) for source in recipe.sources()],
        "inputs": inputs(),
        "fingerprint": fingerprint(recipe),
        "command": f"python -m pipelines build {recipe.id}",
        "versions": {"rural-needs-map": geodata.__version__, "python": platform.python_version()}
        | {name: version(name) for name in ("geopandas", "pandas", "pyproj", "scipy", "shapely")},
    }


def inputs() -> dict[str, str]:
    """Digest of every file of the snapshot, by name."""
    listed = snapshot.sources()
    return dict(zip(listed["file"], listed["sha256"], strict=True))


def fingerprint(recipe: Recipe) -> str:
    """Digest of the recipe, the sources and the code that makes the territory: when it differs, a build is stale."""
    content = hashlib.sha256(recipe.path.read_bytes())
    content.update(json.dumps(inputs(), sort_keys=True).encode())
    for room in ROOMS:
        for path in sorted(room.rglob("*")):
            if path.suffix in (".py", ".yaml"):
                content.update(path.relative_to(room).as_posix().encode() + path.read_bytes())
    return content.hexdigest()


def is_stale(recipe: Recipe, *, root: Path | None = None) -> bool:
    """Whether a territory is not built, is damaged, or was built from other sources or by other code."""
    try:
        territory = store.open_territory(recipe.id, root=root)
        territory.verify()
    except InputError:
        return True
    return bool(territory.manifest.get("fingerprint") != fingerprint(recipe))
