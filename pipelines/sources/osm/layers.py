"""The layers that an OpenStreetMap extract gives a territory: areas, roads and services."""

from pathlib import Path

import geopandas as gpd

from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.i18n.message import Message
from geodata.schema import CRS
from pipelines.sources.formats import coverage
from pipelines.sources.osm import extract as osm
from pipelines.sources.osm.ways import meanings

MUNICIPALITY = 8


def areas(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Municipalities (admin_level 8): `area_id`, `name`, polygons that fit each other.

    Parameters
    ----------
    source
        Its first file is the extract, its only column the tag that holds the official code of a municipality.
    folder
        Of the file.

    Raises
    ------
    InputError
        The file cannot be read, has no whole municipality, or one has no code or that of another.
    """
    found = osm.read_areas(folder / source.files[0], level=MUNICIPALITY, code=source.columns[0])
    return found.set_geometry(gpd.GeoSeries(coverage.mend(found.geometry.to_numpy()), crs=CRS))


def roads(source: Source, folder: Path) -> tuple[gpd.GeoDataFrame, str | None]:
    """Roads that a car may use (see `osm.read_roads`), and the day of the data."""
    path = folder / source.files[0]
    return osm.read_roads(path), osm.read_date(path)


def services(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Services by tag.

    Raises
    ------
    InputError
        The file cannot be read, or nothing in it is tagged as a service.
    """
    path = folder / source.files[0]
    found = osm.read_services(path)
    if found.empty:
        raise InputError(f"{path.name} has no services by tag; give an extract with amenities and shops.")
    return found


def notes(source: Source, folder: Path) -> list[Message]:
    """Categories of service of which the extract has none."""
    absent = sorted(meanings().services.keys() - set(services(source, folder)["category"]))
    if not absent:
        return []
    return [
        Message(
            "{number} categories of service have none in {file}: {categories}.",
            number=len(absent),
            file=source.files[0],
            categories=absent,
        )
    ]
