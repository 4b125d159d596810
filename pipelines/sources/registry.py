"""The sources of the catalogue as a recipe takes them: for its country and region."""

from geodata import catalogue
from geodata.catalogue import Source
from geodata.countries import eurostat
from geodata.recipes import Recipe
from pipelines.sources.osm.geofabrik import extract


def of_recipe(recipe: Recipe) -> dict[str, Source]:
    """The whole catalogue by source id; sources that are read for any country are read for that of the recipe."""
    return {
        name: catalogue.for_country(
            source,
            country=recipe.country,
            eurostat=eurostat(recipe.country),
            geofabrik=extract(recipe.country),
            region=recipe.region,
        )
        for name, source in catalogue.load().items()
    }
