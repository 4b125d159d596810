"""The layers of a recipe, read from their sources: from the bundled snapshot, or from a folder of downloaded files."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

import geopandas as gpd
import pandas as pd

from geodata import files, schema
from geodata.catalogue import Source, as_laid_out
from geodata.characters import legible
from geodata.errors import InputError
from geodata.i18n.message import Message
from geodata.raster import Raster
from geodata.recipes import Recipe
from geodata.schema import CRS, by_id
from pipelines.build import checks, project_places
from pipelines.fetch import cache
from pipelines.sources import registry
from pipelines.sources.bundled import snapshot
from pipelines.sources.reader import Read, Reader

# Data derived from a source under this licence stays under it.
SHARE_ALIKE = "ODbL-1.0"
T = TypeVar("T")
# Which layer of a reader is meant.
Pick = Callable[[Reader], Read[T] | None]


@dataclass(frozen=True)
class Inputs:
    """What the build starts from. A layer that the recipe does not have is None.

    Attributes
    ----------
    areas
        Polygons, or centres of which some may be missing, in EPSG:4326 with `area_id`, `name`; where the source says so
        `area_km2`, `country` (ISO 3166-1 alpha-2), and `moved`: drawn elsewhere than the area is.
    membership
        `area_id`, `nuts1`, `nuts2`, `nuts3`.
    regions
        `region_id`, `level`, `name`, `parent_id`; with outlines where the areas have none.
    places
        `place_id`, `name`, `area_id` (null: by location), `lat`, `lon`, `population`, `elevation`.
    population
        `area_id`, `year`, `a0` ... `a100`.
    degurba, grid
        1 km cells, of which a recipe has one: with their class (`x_km`, `y_km`, `degurba`), or with their people
        (`x_km`, `y_km`, `population`).
    services, projects, project_contexts, consortia
        As the layers of the territory; services have their ids in the index, and `country` where the source says so.
        Contexts are those of the projects; without rows where the recipe has none.
    published
        Figures that a publisher computed, by source id, as `sources.figures` makes them.
    completeness
        `category`, `nuts2`, `completeness`, `note`, where a list of services says so by region.
    roads
        What `access.roads.network` takes, and the day of the data (ISO; None: unknown).
    major_roads, links
        Lines in EPSG:4326 with `km`; links with `link_id`, `name`.
    elevation
        Metres above the sea.
    times
        The user's table of travel times, a file.
    ferry_ports
        Where ferries land, points in EPSG:4326; empty when the recipe has none.
    basemap
        GeoJSON.
    notes
        What the readers left out or had to decide, one sentence each.
    digests
        sha256 of every file read, by name.
    """

    areas: gpd.GeoDataFrame
    membership: pd.DataFrame
    regions: pd.DataFrame
    places: pd.DataFrame | None
    population: pd.DataFrame | None
    degurba: pd.DataFrame | None
    grid: pd.DataFrame | None
    services: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    project_contexts: pd.DataFrame
    consortia: pd.DataFrame
    published: dict[str, pd.DataFrame]
    completeness: pd.DataFrame
    roads: tuple[gpd.GeoDataFrame, str | None] | None
    major_roads: gpd.GeoDataFrame | None
    links: gpd.GeoDataFrame | None
    elevation: Raster | None
    times: Path | None
    ferry_ports: gpd.GeoDataFrame
    basemap: bytes
    notes: list[Message]
    digests: dict[str, str]


def read(recipe: Recipe, sources: dict[str, Source], *, mirror: Path | None = None) -> Inputs:
    """Read every layer of a recipe.

    Parameters
    ----------
    recipe
        Which source gives which layer.
    sources
        The catalogue.
    mirror
        Folder of the publishers' files, by the names that the catalogue gives them, for a recipe with sources that are
        not bundled; None for the folder of the fetched ones.

    Raises
    ------
    InputError
        A file is missing, damaged, or lacks a column; or a source does not give the layer it is named for.
    """
    checksums = digests(recipe, sources, mirror=mirror)
    layers = _Layers(recipe, sources, mirror)
    areas = layers.only("areas", lambda reader: reader.areas)
    checks.areas(areas)
    services, beyond = _services(layers, areas)
    places = layers.one("places", lambda reader: reader.places)
    if places is not None:
        checks.points(places["place_id"], places["lon"], places["lat"], what="places", outlines=areas.geometry)
    membership = layers.first("regions", "membership", lambda reader: reader.membership)
    projects, unplaced = project_places.place(
        [
            rows.assign(source_id=source)
            for source, rows in layers.each("projects", lambda reader: reader.projects).items()
        ],
        areas.assign(country=areas.get("country", recipe.country))[areas.geometry.notna()],
        membership,
    )
    ferry_ports = layers.one("ferries", lambda reader: reader.ferries)
    return Inputs(
        areas=areas,
        membership=membership,
        regions=layers.only("regions", lambda reader: reader.regions),
        places=places,
        population=layers.one("population", lambda reader: reader.population),
        degurba=layers.one("degurba", lambda reader: reader.degurba),
        grid=layers.one("grid", lambda reader: reader.grid),
        services=services,
        projects=by_id(projects, "project_id"),
        project_contexts=_contexts(layers, projects["project_id"]),
        consortia=layers.only("consortia", lambda reader: reader.consortia),
        published=layers.each("published", lambda reader: reader.published),
        completeness=_completeness(layers),
        roads=layers.one("roads", lambda reader: reader.roads),
        major_roads=layers.one("major_roads", lambda reader: reader.major_roads),
        links=layers.one("links", lambda reader: reader.links),
        elevation=layers.one("elevation", lambda reader: reader.elevation),
        times=times(recipe, mirror),
        ferry_ports=gpd.GeoDataFrame(geometry=[], crs=CRS) if ferry_ports is None else ferry_ports,
        basemap=layers.only("basemap", lambda reader: reader.basemap),
        notes=layers.notes() + beyond + unplaced + _share_alike(recipe, sources),
        digests=checksums,
    )


@dataclass(frozen=True)
class _Layers:
    """The layers of a recipe, each read from its sources by the readers that the catalogue names."""

    recipe: Recipe
    sources: dict[str, Source]
    mirror: Path | None

    def each(self, layer: str, pick: Pick[T]) -> dict[str, T]:
        """Read a layer from all its sources, by source id."""
        return {source: self.of(source, layer, pick) for source in self.recipe.layers.get(layer, ())}

    def one(self, layer: str, pick: Pick[T]) -> T | None:
        """Read a layer that one source gives; None where the recipe does not have it."""
        if len(self.recipe.layers.get(layer, ())) > 1:
            raise InputError(f"Recipe {self.recipe.path.name} takes {layer} from several sources; name one.")
        return next(iter(self.each(layer, pick).values()), None)

    def only(self, layer: str, pick: Pick[T]) -> T:
        """Read a layer that every recipe has, from its one source."""
        rows = self.one(layer, pick)
        assert rows is not None, "recipes are read with this layer"
        return rows

    def first(self, layer: str, part: str, pick: Pick[T]) -> T:
        """Read what belongs to a layer from the first of its sources."""
        return self.of(self.recipe.layers[layer][0], part, pick)

    def of(self, source_id: str, layer: str, pick: Pick[T]) -> T:
        """Read a layer from one source."""
        source = self.sources[source_id]
        read = pick(registry.reader(source))
        if read is None:
            raise InputError(f"Source {source.id} gives no layer {layer}; take the layer from another source.")
        folder = _folder(source, self.mirror)
        return _with_legible_names(read(as_laid_out(source, folder), folder))

    def notes(self) -> list[Message]:
        """What the readers say, each sentence once."""
        speaking = [source for source in self.recipe.sources() if registry.reader(self.sources[source]).notes]
        told = [self.of(source, "notes", lambda reader: reader.notes) for source in speaking]
        return list(dict.fromkeys(note for notes in told for note in notes))


def _with_legible_names(rows: T) -> T:
    """Rows whose names hold no control characters; what has no names stays as it is."""
    if isinstance(rows, pd.DataFrame) and "name" in rows:
        return cast(T, rows.assign(name=legible(rows["name"])))
    return rows


def _services(layers: _Layers, areas: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Services of all sources, checked, and a sentence for each source that lies beyond the territory."""
    parts, beyond = [], []
    for source, services in layers.each("services", lambda reader: reader.services).items():
        rows = services.assign(source_id=source)
        lon, lat = rows.geometry.x, rows.geometry.y
        checks.points(rows["service_id"], lon, lat, what=f"services of source {source}", outlines=areas.geometry)
        parts.append(rows)
        beyond += checks.far(rows, areas.geometry, source=source)
    together = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
    checks.services(together)
    return by_id(together, "service_id"), beyond


def _contexts(layers: _Layers, projects: pd.Series) -> pd.DataFrame:
    """Contexts of the listed projects; without rows where the recipe has none."""
    contexts = layers.one("project_contexts", lambda reader: reader.project_contexts)
    if contexts is None:
        return schema.empty("project_contexts")
    return contexts[contexts["project_id"].isin(projects)].reset_index(drop=True)


def _completeness(layers: _Layers) -> pd.DataFrame:
    """How complete the services of the sources are that say so by region."""
    speaking = [source for source in layers.recipe.layers["services"] if layers.sources[source].by_region]
    tables = [layers.of(source, "completeness", lambda reader: reader.completeness) for source in speaking]
    empty = pd.DataFrame(columns=["category", "nuts2", "completeness", "note"], dtype=str)
    return pd.concat([empty, *tables], ignore_index=True)


def present(recipe: Recipe, sources: dict[str, Source], *, mirror: Path | None = None) -> tuple[Recipe, list[Message]]:
    """Take the optional sources whose files are not there out of a recipe, and say which, a sentence each."""
    lacking = {}
    for source in recipe.optional:
        folder = _folder(sources[source], mirror)
        files = as_laid_out(sources[source], folder).files
        lacking[source] = [name for name in files if not (folder / name).is_file()]
    lacking = {source: names for source, names in lacking.items() if names}
    kept = {layer: tuple(source for source in ids if source not in lacking) for layer, ids in recipe.layers.items()}
    return replace(recipe, layers=kept), [
        Message(
            "{source} is left out, since {number} of its files are not among those given, such as {file}.",
            source=source,
            number=len(names),
            file=names[0],
        )
        for source, names in lacking.items()
    ]


def digests(recipe: Recipe, sources: dict[str, Source], *, mirror: Path | None = None) -> dict[str, str]:
    """Check that every file of a recipe is there and take its sha256; the snapshot's are compared with its list.

    Raises
    ------
    InputError
        A file is missing, or one of the snapshot is damaged.
    """
    used = [sources[source] for source in recipe.sources()]
    found: dict[str, str] = {}
    if any(source.bundled for source in used):
        snapshot.verify()
        listed = snapshot.sources()
        ids = {source.id for source in used}
        mine = listed[listed["source_id"].isin(ids)]
        found |= dict(zip(mine["file"], mine["sha256"], strict=True))
    for source in used:
        if not source.bundled:
            folder = _folder(source, mirror)
            for name in as_laid_out(source, folder).files:
                if not (folder / name).is_file():
                    raise InputError(f"{folder / name} of source {source.id} is missing; put it there or fetch it.")
                found[name] = files.file_digest(folder / name)
    table = times(recipe, mirror)
    return found if table is None else found | {recipe.travel["file"]: files.file_digest(table)}


def times(recipe: Recipe, mirror: Path | None) -> Path | None:
    """Where the table of travel times is that a recipe names; None when it names none.

    Raises
    ------
    InputError
        The file is missing, or the folder it is in was not named.
    """
    name: str | None = recipe.travel.get("file")
    if name is None:
        return None
    if mirror is None:
        raise InputError(f"The travel times of recipe {recipe.path.name} are in {name}; name its folder with --mirror.")
    if not (mirror / name).is_file():
        raise InputError(f"{mirror / name} of recipe {recipe.path.name} is missing; put the travel times there.")
    return mirror / name


def _folder(source: Source, mirror: Path | None) -> Path:
    if source.bundled:
        return snapshot.DEFAULT
    folder = mirror or cache.files_folder()
    if mirror is None and not folder.is_dir():
        raise InputError(
            f"Source {source.id} is not bundled; name the folder of its files with --mirror, or fetch them with "
            "`python -m pipelines fetch TERRITORY`."
        )
    return folder


def _share_alike(recipe: Recipe, sources: dict[str, Source]) -> list[Message]:
    """Say which layers stay under the licence of OpenStreetMap, and where its rows stand beside others."""
    of_layer = {
        layer: {source for source in ids if SHARE_ALIKE in sources[source].licence}
        for layer, ids in recipe.layers.items()
    }
    bound = [layer for layer, ids in of_layer.items() if ids]
    mixed = [layer for layer in bound if of_layer[layer] != set(recipe.layers[layer])]
    found = []
    if bound:
        found.append(
            Message(
                "Made from OpenStreetMap and under {licence}: {layers}; who passes them on keeps the licence and names "
                "its contributors.",
                licence=SHARE_ALIKE,
                layers=bound,
            )
        )
    if mixed:
        found.append(
            Message(
                "Rows of several licences stand in one layer, told apart by source_id: {layers}.",
                layers=mixed,
            )
        )
    return found
