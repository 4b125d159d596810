"""The build of a territory: its recipe run from top to bottom."""

import hashlib
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

import geodata
from geodata import catalogue, recipes, schema, store
from geodata.errors import InputError
from geodata.i18n import DEFAULT, using
from geodata.i18n.message import pack
from geodata.indicators import Indicator, dictionary
from geodata.recipes import Recipe
from pipelines.access import partners
from pipelines.access.remoteness import degurba, neighbours
from pipelines.access.settings import Settings, from_recipe
from pipelines.build import areas as areas_layer
from pipelines.build import by_centre, by_location, by_travel, display, manifest, published, regions
from pipelines.build.codebook import codebook
from pipelines.build.inputs import Inputs, digests, present, read
from pipelines.build.measurement import Measurement, Report
from pipelines.build.published import Published
from pipelines.build.settlement import Settlement, settle
from pipelines.priority import composite, configuration
from pipelines.sources import registry

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
    sources = registry.of_recipe(recipe)
    recipe, absent = present(recipe, sources, mirror=mirror)
    settings = from_recipe(recipe.access, fail=recipe.fail_in("access"))
    with store.new_version(recipe.id, root=root) as (draft, facts):
        report("Reading the sources")
        inputs = read(recipe, sources, mirror=mirror)
        weighting = configuration.load(recipe.index)

        report("People and places")
        settlement = settle(
            inputs.areas, inputs.places, inputs.population, degurba_cells=inputs.degurba, people_cells=inputs.grid
        )

        report("Areas and published figures")
        figures = published.gather(inputs.published, settlement.people.index)
        classes = degurba.published(figures.values)
        derived = settlement.agreement if classes.isna().all() else None
        classes = classes.fillna(settlement.classes)
        areas = areas_layer.assemble(inputs.areas, inputs.membership, classes)
        outlines = regions.outlines(areas, inputs.regions)

        measurement = measure(recipe, inputs, settlement, areas, figures, settings=settings, report=report)

        report("Need, resources and gap")
        supported = partners.supported_areas(
            inputs.projects, inputs.consortia, areas_layer.countries(inputs.areas, recipe.country)
        )
        figures = published.judge(figures, beside(measurement.values, figures.values))
        values = beside(measurement.values, figures.values).assign(competence_centre=supported)
        scores = score(values, areas, weighting)
        values, entries = described(values.join(scores.frame), inputs.services["category"])

        report("Writing the layers")
        remarks = pd.concat([figures.quality, measurement.quality], ignore_index=True)
        layers = {
            "areas": areas,
            "regions": outlines,
            "places": settlement.places,
            "services": inputs.services[list(schema.LAYERS["services"].columns.columns)],
            "projects": inputs.projects,
            "project_contexts": inputs.project_contexts,
            "consortia": inputs.consortia,
            **measurement.layers,
            "indicators": values.reset_index(),
            "quality": areas_layer.quality(values, entries, areas, inputs.completeness, scores.not_scorable, remarks),
            "codebook": codebook(
                recipe,
                entries,
                sources,
                inputs.services,
                figures,
                {degurba.CLASS: pack(derived.message)} if derived else {},
            ),
        }
        for name, layer in layers.items():
            draft.write_layer(name, layer)
        for name, content in measurement.files.items():
            draft.write_bytes(name, content)

        report("Display geometry")
        name, shapes = display.areas_file(areas, outlines)
        draft.write_bytes(f"display/{name}", shapes)
        draft.write_bytes("display/regions.geojson", display.regions_geojson(outlines))
        draft.write_bytes("display/basemap.geojson", display.with_towns(inputs.basemap, settlement.places))

        facts |= manifest.facts(recipe, sources) | {
            "inputs": inputs.digests,
            "fingerprint": fingerprint(recipe, inputs.digests),
            "travel": manifest.dated(measurement.travel, recipe, sources),
            "weights": manifest.weights(scores),
            "lacking": measurement.lacking,
            "notes": areas_layer.notes(inputs.areas, inputs.membership, inputs.population)
            + inputs.notes
            + absent
            + measurement.notes,
        }
    return store.open_territory(recipe.id, root=root).version


def measure(
    recipe: Recipe,
    inputs: Inputs,
    settlement: Settlement,
    areas: gpd.GeoDataFrame,
    figures: Published,
    *,
    settings: Settings,
    report: Report,
) -> Measurement:
    """Measure the areas by travel times from their places or centres, or by what lies inside them."""
    if recipe.centred:
        return by_centre.measure(recipe, inputs, settlement, degurba.published(figures.values), report=report)
    if recipe.travel:
        return by_travel.measure(recipe, inputs, settlement, areas, figures.values, settings=settings, report=report)
    return by_location.measure(inputs.areas, inputs.services, inputs.projects, figures.values["population"])


def beside(values: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Put published figures beside what was measured; what areas are classed by, which is among both, stays."""
    return values.join(figures[figures.columns.difference(values.columns, sort=False)])


def score(values: pd.DataFrame, areas: gpd.GeoDataFrame, weighting: configuration.Configuration) -> composite.Scores:
    """Make need, resources and gap of the indicators; neighbours are looked for where missing values come from them."""
    outlines = areas.set_index("area_id")
    near = neighbours.contiguous(outlines.geometry) if weighting.steps.impute == "neighbours" else None
    return composite.score(values, weighting, regions=outlines["nuts2"], neighbours=near)


def described(values: pd.DataFrame, categories: pd.Series) -> tuple[pd.DataFrame, dict[str, Indicator]]:
    """Keep the indicators that the dictionary describes, in its order, with their entries."""
    known = dictionary(tuple(sorted(categories.unique())))
    entries = {name: entry for name, entry in known.items() if name in values}
    return values[list(entries)], entries


def fingerprint(recipe: Recipe, checksums: dict[str, str]) -> str:
    """Digest of the recipe, the sources and the code that makes the territory: when it differs, a build is stale."""
    content = hashlib.sha256(recipe.path.read_bytes())
    content.update(json.dumps(checksums, sort_keys=True).encode())
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
    sources = registry.of_recipe(recipe)
    recipe, _ = present(recipe, sources, mirror=mirror)
    current = fingerprint(recipe, digests(recipe, sources, mirror=mirror))
    return bool(territory.manifest.get("fingerprint") != current)
