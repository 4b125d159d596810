"""The layers of a recipe, read from their sources: from the bundled snapshot, or from a folder of downloaded files."""

from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata import files
from geodata.catalogue import Source, as_laid_out
from geodata.errors import InputError
from geodata.i18n import number, say
from geodata.recipes import Recipe
from geodata.schema import CRS, by_id
from pipelines.build import checks as checked
from pipelines.build import project_places
from pipelines.fetch import cache
from pipelines.sources.bundled import layers as bundled
from pipelines.sources.bundled import snapshot

# Data derived from a source under this licence stays under it.
SHARE_ALIKE = "ODbL-1.0"


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
    services, projects, consortia
        As the layers of the territory; services have their ids in the index, and `country` where the source says so.
    published
        Figures that a publisher computed, by source id, as `sources.figures` makes them.
    completeness
        `category`, `nuts2`, `completeness`, `note`, where a list of services says so by region.
    roads
        What `access.roads.network` takes, and the day of the data (ISO; None: unknown).
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
    consortia: pd.DataFrame
    published: dict[str, pd.DataFrame]
    completeness: pd.DataFrame
    roads: tuple[gpd.GeoDataFrame, str | None] | None
    times: Path | None
    ferry_ports: gpd.GeoDataFrame
    basemap: bytes
    notes: list[str]
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
    listed = digests(recipe, sources, mirror=mirror)

    def one(layer: str) -> Any:
        found = [_call(sources[source], layer, mirror) for source in recipe.layers.get(layer, ())]
        if len(found) > 1:
            raise InputError(f"Recipe {recipe.path.name} takes {layer} from several sources; name one.")
        return found[0] if found else None

    areas = one("areas")
    checked.areas(areas)
    services, beyond = [], []
    for source in recipe.layers["services"]:
        rows = _call(sources[source], "services", mirror).assign(source_id=source)
        lon, lat = rows.geometry.x, rows.geometry.y
        checked.points(rows["service_id"], lon, lat, what=f"services of source {source}", outlines=areas.geometry)
        services.append(rows)
        beyond += checked.far(rows, areas.geometry, source=source)
    all_services = gpd.GeoDataFrame(pd.concat(services, ignore_index=True), crs=services[0].crs)
    checked.services(all_services)
    places = one("places")
    if places is not None:
        checked.points(places["place_id"], places["lon"], places["lat"], what="places", outlines=areas.geometry)
    membership = _call(sources[recipe.layers["regions"][0]], "membership", mirror)
    projects, unplaced = project_places.place(
        [_call(sources[source], "projects", mirror).assign(source_id=source) for source in recipe.layers["projects"]],
        areas.assign(country=areas.get("country", recipe.country))[areas.geometry.notna()],
        membership,
    )
    return Inputs(
        areas=areas,
        membership=membership,
        regions=one("regions"),
        places=places,
        population=one("population"),
        degurba=one("degurba"),
        grid=one("grid"),
        services=by_id(all_services, "service_id"),
        projects=by_id(projects, "project_id"),
        consortia=one("consortia"),
        published={
            source: _call(sources[source], "published", mirror) for source in recipe.layers.get("published", ())
        },
        completeness=_completeness([sources[source] for source in recipe.layers["services"]], mirror),
        roads=one("roads"),
        times=times(recipe, mirror),
        ferry_ports=one("ferries") if "ferries" in recipe.layers else gpd.GeoDataFrame(geometry=[], crs=CRS),
        basemap=one("basemap"),
        notes=_notes([sources[source] for source in recipe.sources()], mirror)
        + beyond
        + unplaced
        + _share_alike(recipe, sources),
        digests=listed,
    )


def present(recipe: Recipe, sources: dict[str, Source], *, mirror: Path | None = None) -> tuple[Recipe, list[str]]:
    """Take the optional sources whose files are not there out of a recipe, and say which, a sentence each."""
    lacking = {}
    for source in recipe.optional:
        folder = _folder(sources[source], mirror)
        files = as_laid_out(sources[source], folder).files
        lacking[source] = [name for name in files if not (folder / name).is_file()]
    lacking = {source: names for source, names in lacking.items() if names}
    kept = {layer: tuple(source for source in ids if source not in lacking) for layer, ids in recipe.layers.items()}
    return replace(recipe, layers=kept), [
        say(
            "{source} is left out, since {number} of its files are not among those given, such as {file}.",
            source=source,
            number=number(len(names)),
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


def _call(source: Source, layer: str, mirror: Path | None) -> Any:
    module = bundled if source.bundled else import_module(source.reader)
    reader = getattr(module, layer, None)
    if reader is None:
        raise InputError(f"Source {source.id} gives no layer {layer}; take the layer from another source.")
    folder = _folder(source, mirror)
    return reader(as_laid_out(source, folder), folder)


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


def _notes(sources: list[Source], mirror: Path | None) -> list[str]:
    """Collect the notes of the readers that make any, each once."""
    modules = [(source, import_module(source.reader)) for source in sources if not source.bundled]
    found = [_call(source, "notes", mirror) for source, module in modules if hasattr(module, "notes")]
    return list(dict.fromkeys(note for notes in found for note in notes))


def _share_alike(recipe: Recipe, sources: dict[str, Source]) -> list[str]:
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
            say(
                "Made from OpenStreetMap and under {licence}: {layers}; who passes them on keeps the licence and names "
                "its contributors.",
                licence=SHARE_ALIKE,
                layers=", ".join(bound),
            )
        )
    if mixed:
        found.append(
            say(
                "Rows of several licences stand in one layer, told apart by source_id: {layers}.",
                layers=", ".join(mixed),
            )
        )
    return found


def _completeness(services: list[Source], mirror: Path | None) -> pd.DataFrame:
    tables = [_call(source, "completeness", mirror) for source in services if source.by_region]
    empty = pd.DataFrame(columns=["category", "nuts2", "completeness", "note"], dtype=str)
    found: pd.DataFrame = pd.concat([empty, *tables], ignore_index=True)
    return found
