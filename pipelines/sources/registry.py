"""The readers by the names that the catalogue gives them, and the catalogue as a recipe takes it.

A new source is an entry of the catalogue, a module that reads it, and a line of `READERS`.
"""

from geodata import catalogue, configfile
from geodata.catalogue import Source
from geodata.countries import eurostat
from geodata.names import suggest
from geodata.recipes import Recipe
from pipelines.sources.bundled import layers as snapshot
from pipelines.sources.eurostat import (
    accessibility,
    census_2021,
    census_grid,
    education,
    gdp,
    gisco_lau,
    gisco_nuts,
    healthcare,
    lau_europe,
    lau_nuts,
    lau_table,
    one_region,
    urban_rural,
)
from pipelines.sources.formats import gtfs
from pipelines.sources.national.slovenia import gurs, zzzs
from pipelines.sources.osm import layers as osm
from pipelines.sources.osm.geofabrik import extract
from pipelines.sources.projects import cordis, fts, keep, kohesio, susy
from pipelines.sources.reader import Reader

READERS = {
    # What the snapshot holds.
    "bundled-areas": Reader(areas=snapshot.areas),
    "bundled-population": Reader(population=snapshot.population),
    "bundled-regions": Reader(regions=snapshot.regions, membership=snapshot.membership),
    "bundled-places": Reader(places=snapshot.places),
    "bundled-degurba": Reader(degurba=snapshot.degurba),
    "bundled-services": Reader(services=snapshot.services, completeness=snapshot.completeness),
    "bundled-ferries": Reader(ferries=snapshot.ferries),
    "bundled-major-roads": Reader(major_roads=snapshot.major_roads),
    "bundled-links": Reader(links=snapshot.links),
    "bundled-elevation": Reader(elevation=snapshot.elevation),
    "bundled-projects": Reader(projects=snapshot.projects),
    "bundled-project-contexts": Reader(project_contexts=snapshot.project_contexts),
    "bundled-consortia": Reader(consortia=snapshot.consortia),
    "bundled-basemap": Reader(basemap=snapshot.basemap),
    # Europe.
    "accessibility": Reader(published=accessibility.published),
    "census-2021": Reader(
        grid=census_2021.grid, places=census_2021.places, published=census_2021.published, notes=census_2021.notes
    ),
    "census-grid": Reader(grid=census_grid.grid, places=census_grid.places),
    "education": Reader(services=education.services, notes=education.notes),
    "gdp": Reader(published=gdp.published),
    "gisco-lau": Reader(areas=gisco_lau.areas),
    "gisco-nuts": Reader(
        areas=gisco_nuts.areas,
        membership=gisco_nuts.membership,
        regions=gisco_nuts.regions,
        published=gisco_nuts.published,
        notes=gisco_nuts.notes,
    ),
    "healthcare": Reader(services=healthcare.services, notes=healthcare.notes),
    "lau-europe": Reader(
        areas=lau_europe.areas,
        membership=lau_europe.membership,
        regions=lau_europe.regions,
        places=lau_europe.places,
        published=lau_europe.published,
        notes=lau_europe.notes,
    ),
    "lau-nuts": Reader(membership=lau_nuts.membership, regions=lau_nuts.regions),
    "lau-table": Reader(membership=lau_table.membership, regions=lau_table.regions, notes=lau_table.notes),
    "one-region": Reader(membership=one_region.membership, regions=one_region.regions),
    "urban-rural": Reader(published=urban_rural.published),
    "gtfs": Reader(services=gtfs.services, notes=gtfs.notes),
    "osm": Reader(areas=osm.areas, roads=osm.roads, services=osm.services, notes=osm.notes),
    # One country.
    "gurs": Reader(areas=gurs.areas, places=gurs.places, services=gurs.services, notes=gurs.notes),
    "zzzs": Reader(services=zzzs.services, notes=zzzs.notes),
    # Registers of projects.
    "cordis": Reader(projects=cordis.projects, notes=cordis.notes),
    "fts": Reader(projects=fts.projects, notes=fts.notes),
    "keep": Reader(projects=keep.projects, notes=keep.notes),
    "kohesio": Reader(projects=kohesio.projects, notes=kohesio.notes),
    "susy": Reader(projects=susy.projects, notes=susy.notes),
}


def reader(source: Source) -> Reader:
    """Reader of a source.

    Raises
    ------
    InputError
        There is none of the name that the catalogue gives; file, line and key are named.
    """
    if source.reader not in READERS:
        message = f"is {source.reader!r}; {suggest(source.reader, READERS)}"
        configfile.read(catalogue.CATALOGUE, aliases=True).fail((source.id, "reader"), message)
    return READERS[source.reader]


def of_recipe(recipe: Recipe) -> dict[str, Source]:
    """The whole catalogue by source id; sources that are read for any country are read for that of the recipe.

    Raises
    ------
    InputError
        As `geodata.catalogue.load` and `reader`.
    """
    sources = catalogue.load()
    for source in sources.values():
        reader(source)
    return {
        name: catalogue.for_country(
            source,
            country=recipe.country,
            eurostat=eurostat(recipe.country),
            geofabrik=extract(recipe.country),
            region=recipe.region,
        )
        for name, source in sources.items()
    }
