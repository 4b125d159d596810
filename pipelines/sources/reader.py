"""What a source can give: one function a layer, each with the type of its answer."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Source
from geodata.i18n.message import Message
from geodata.raster import Raster

T = TypeVar("T")
# Reads a layer of a source, as the catalogue describes it for the recipe's country, from the folder of its files.
Read = Callable[[Source, Path], T]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The layers that a kind of source gives; None for those it does not.

    Attributes
    ----------
    areas
        Polygons, or centres of which some may be missing, in EPSG:4326 with `area_id`, `name`; where the source says so
        `area_km2`, `country` (ISO 3166-1 alpha-2) and `moved`: drawn elsewhere than the area is.
    membership
        `area_id`, `nuts1`, `nuts2`, `nuts3`; from the first source of the layer regions.
    regions
        `region_id`, `level`, `name`, `parent_id`; with outlines where the areas have none.
    places
        `place_id`, `name`, `area_id` (null: by location), `lat`, `lon` (degrees), `population`, `elevation` (metres).
    population
        `area_id`, `year`, `a0` ... `a100`.
    degurba, grid
        1 km cells by their lower left corner in EPSG:3035 (`x_km`, `y_km`) with their class (`degurba`), or with their
        people (`population`).
    services
        Points in EPSG:4326: the layer `services`, and `country` where the source says so.
    completeness
        How complete `services` are by region: `category`, `nuts2`, `completeness`, `note`.
    projects, project_contexts, consortia
        The layers of these names; projects of a register without a point have `nuts`.
    published
        Figures that a publisher computed, as `formats.figures` makes them.
    roads
        What `access.roads.network` takes, and the day of the data (ISO 8601; None: unknown).
    major_roads, links
        Lines in EPSG:4326 with `km`, of which the ends count; links with `link_id`, `name`.
    elevation
        Metres above the sea.
    ferries
        Where ferries land: points in EPSG:4326 with `id`, `name`.
    basemap
        GeoJSON.
    notes
        What the reader left out or had to decide, one sentence each.
    """

    areas: Read[gpd.GeoDataFrame] | None = None
    membership: Read[pd.DataFrame] | None = None
    regions: Read[pd.DataFrame] | None = None
    places: Read[pd.DataFrame] | None = None
    population: Read[pd.DataFrame] | None = None
    degurba: Read[pd.DataFrame] | None = None
    grid: Read[pd.DataFrame] | None = None
    services: Read[gpd.GeoDataFrame] | None = None
    completeness: Read[pd.DataFrame] | None = None
    projects: Read[gpd.GeoDataFrame] | None = None
    project_contexts: Read[pd.DataFrame] | None = None
    consortia: Read[pd.DataFrame] | None = None
    published: Read[pd.DataFrame] | None = None
    roads: Read[tuple[gpd.GeoDataFrame, str | None]] | None = None
    major_roads: Read[gpd.GeoDataFrame] | None = None
    links: Read[gpd.GeoDataFrame] | None = None
    elevation: Read[Raster] | None = None
    ferries: Read[gpd.GeoDataFrame] | None = None
    basemap: Read[bytes] | None = None
    notes: Read[list[Message]] | None = None

    def layers(self) -> frozenset[str]:
        """Names of what it gives."""
        return frozenset(field.name for field in fields(self) if vars(self)[field.name] is not None)
