"""The build of a territory: its recipe run from top to bottom."""

import hashlib
import json
from pathlib import Path

import pandas as pd

import geodata
from geodata import catalogue, indicators, recipes, schema, store
from geodata.errors import InputError
from geodata.i18n import DEFAULT, using
from geodata.recipes import Recipe
from pipelines.access import partners, settings
from pipelines.access.remoteness import degurba, neighbours
from pipelines.build import areas as area_layers
from pipelines.build import by_centre as centred
from pipelines.build import by_location as located
from pipelines.build import by_travel as travelled
from pipelines.build import display, inputs, published, regions
from pipelines.build.codebook import codebook
from pipelines.build.manifest import dated, facts, weights
from pipelines.build.measurement import Report
from pipelines.build.settlement import settle
from pipelines.priority import composite, configuration
from pipelines.sources import registry as catalogued

# The most there are; a territory without travel times has fewer.
STEPS = 10
# The code that a build depends on: a change anywhere else, such as the style of a PDF, makes no build stale.
_PIPELINES = Path(__file__).parents[1]
ROOMS = (Path(geodata.__file__).parent, *(_PIPELINES / name for name in ("sources", "build", "access", "priority")))


@using(DEFAULT)
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
        Called with a few words before each of up to `STEPS` steps.

    Returns
    -------
    str
        Id of the version, made from its content: the same sources and code give the same id.

    Raises
    ------
    InputError
        A source is missing or damaged, or a layer breaks its contract. The version in force stays.
    """
    recipe = recipes.load(recipe.id, folder=recipe.path.parent, sources=frozenset(catalogue.load()))
    sources = catalogued.of_recipe(recipe)
    recipe, left_out = inputs.present(recipe, sources, mirror=mirror)
    asked = settings.from_recipe(recipe.access, fail=recipe.fail_in("access"))
    with store.new_version(recipe.id, root=root) as (draft, manifest):
        report("Reading the sources")
        given = inputs.read(recipe, sources, mirror=mirror)
        weighting = configuration.load(recipe.index)
        categories = tuple(sorted(given.services["category"].unique()))

        report("People and places")
        lived = settle(given)
        ids = lived.people.index

        report("Areas and published figures")
        told = published.gather(given.published, ids)
        classes = degurba.published(told.values) if recipe.centred else lived.classes
        areas = area_layers.assemble(given.areas, given.membership, classes)
        outlines = regions.outlines(areas, given.regions)

        if recipe.centred:
            found = centred.measure(recipe, given, lived, classes, report=report)
        elif recipe.travel:
            found = travelled.measure(recipe, given, lived, areas, asked=asked, report=report)
        else:
            found = located.measure(given, told.values["population"])

        report("Need, resources and gap")
        values = found.values.join(told.values)
        values["competence_centre"] = partners.supported_areas(
            given.projects, given.consortia, area_layers.countries(given.areas, recipe.country).reindex(ids)
        )
        drawn = areas.set_index("area_id")
        scores = composite.score(
            values,
            weighting,
            regions=drawn["nuts2"],
            neighbours=neighbours.contiguous(drawn.geometry) if weighting.steps.impute == "neighbours" else None,
        )
        values = values.join(scores.frame)
        entries = {name: entry for name, entry in indicators.dictionary(categories).items() if name in values}
        values = values[list(entries)]

        report("Writing the layers")
        draft.write_layer("areas", areas)
        draft.write_layer("regions", outlines)
        draft.write_layer("places", lived.places)
        draft.write_layer("services", given.services[list(schema.LAYERS["services"].columns.columns)])
        draft.write_layer("projects", given.projects)
        draft.write_layer("project_contexts", given.project_contexts)
        draft.write_layer("consortia", given.consortia)
        for name, layer in found.layers.items():
            draft.write_layer(name, layer)
        draft.write_layer("indicators", values.reset_index())
        said = pd.concat([told.quality, found.quality], ignore_index=True)
        lacking = area_layers.quality(values, entries, areas, given.completeness, scores.not_scorable, said)
        draft.write_layer("quality", lacking)
        draft.write_layer("codebook", codebook(recipe, entries, sources, given.services, told))

        report("Display geometry")
        name, shapes = display.areas_file(areas, outlines)
        draft.write_bytes(f"display/{name}", shapes)
        draft.write_bytes("display/regions.geojson", display.regions_geojson(outlines))
        draft.write_bytes("display/basemap.geojson", display.with_towns(given.basemap, lived.places))
        manifest |= facts(recipe, sources) | {
            "inputs": given.digests,
            "fingerprint": fingerprint(recipe, given.digests),
            "travel": dated(found.travel, recipe, sources),
            "weights": weights(scores),
            "lacking": found.lacking,
            "notes": area_layers.notes(given) + given.notes + left_out + found.notes,
        }
    return store.open_territory(recipe.id, root=root).version


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
    sources = catalogued.of_recipe(recipe)
    recipe, _ = inputs.present(recipe, sources, mirror=mirror)
    digests = inputs.digests(recipe, sources, mirror=mirror)
    return bool(territory.manifest.get("fingerprint") != fingerprint(recipe, digests))
