"""OpenStreetMap extracts (PBF or XML): roads, services by tag, settlements, administrative areas, day of the data.

Data: OpenStreetMap contributors, ODbL 1.0; what is derived from it stays under that licence.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geodata.errors import InputError
from geodata.extras import extra
from pipelines.sources.osm.ways import meanings, read_way

GEOD = Geod(ellps="GRS80")
CRS = "EPSG:4326"
SITE = "https://www.openstreetmap.org"
LETTERS = {"node": "n", "way": "w", "relation": "r"}


def _reader() -> Any:
    """The package that reads extracts; only those who read one need it."""
    with extra("osm", "An OpenStreetMap extract"):
        import osmium
        import osmium.filter
    return osmium


def read_date(path: Path) -> str | None:
    """Day of the data (ISO), as the header of the extract gives it; None where it does not.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    osmium = _reader()
    try:
        with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
            return str(reader.header().get("osmosis_replication_timestamp", ""))[:10] or None
    except RuntimeError as error:
        raise _unreadable(path, error) from None


def read_roads(path: Path) -> gpd.GeoDataFrame:
    """Read the roads and ferries that a car may use, cut where they meet.

    Speeds, closed directions and closed roads follow the tags (`osm_ways.read_way`). Roads meet where they share a
    node; a bridge and the road below it do not. Turn restrictions, barriers and traffic lights are not read.

    Parameters
    ----------
    path
        Extract, .osm.pbf or .osm.

    Returns
    -------
    GeoDataFrame
        One row a stretch between two meetings, LineString, EPSG:4326: `road_id` (way and number of the stretch),
        `start`, `end` (node ids), `kind` (class, or ferry), `km` (geodesic), `forward`, `backward` (minutes from
        start to end and back; infinite where closed).

    Raises
    ------
    InputError
        The file cannot be read, or has no road that a car may use.
    """
    osmium = _reader()
    ways: list[tuple[int, str, float, float, float, int]] = []
    nodes: list[tuple[int, float, float]] = []
    for way in _objects(
        path, osmium.filter.EntityFilter(osmium.osm.WAY), osmium.filter.KeyFilter("highway", "route"), locations=True
    ):
        travelled = read_way(dict(way.tags))
        if travelled is None:
            continue
        kind = way.tags.get("highway") or "ferry"
        here = [(node.ref, node.lon, node.lat) if node.location.valid() else None for node in way.nodes]
        minutes = np.nan if travelled.minutes is None or None in here else travelled.minutes
        # Nodes are missing where a way leaves the extract: it is cut there.
        for _, group in groupby(here, key=bool):
            run = [node for node in group if node]
            if len(run) > 1:
                ways.append((way.id, kind, travelled.forward, travelled.backward, minutes, len(run)))
                nodes.extend(run)
    if not ways:
        raise InputError(f"{path.name} has no roads that a car may use; give an extract with highways.")
    table = pd.DataFrame(ways, columns=["way", "kind", "forward", "backward", "minutes", "nodes"])
    return _stretches(table, np.array([node[0] for node in nodes]), np.array([node[1:] for node in nodes]))


def _stretches(ways: pd.DataFrame, refs: np.ndarray, lonlat: np.ndarray) -> gpd.GeoDataFrame:
    """Cut ways at the nodes that occur more than once, and at their ends."""
    owner = np.repeat(np.arange(len(ways)), ways["nodes"])
    inner = owner[1:] == owner[:-1]  # steps from a node to the next of the same way
    metres = np.zeros(len(inner))
    a, b = lonlat[:-1][inner], lonlat[1:][inner]
    metres[inner] = GEOD.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    along = np.append(0, np.cumsum(metres))  # metres on the way so far, plus those of all ways before

    _, number, times = np.unique(refs, return_inverse=True, return_counts=True)
    last = np.append(~inner, True)
    cut = np.flatnonzero((times[number] > 1) | last | np.append(True, last[:-1]))
    start, end = (part[owner[cut[:-1]] == owner[cut[1:]]] for part in (cut[:-1], cut[1:]))

    of = owner[start]
    km = (along[end] - along[start]) / 1000
    whole = np.bincount(of, km, minlength=len(ways))
    tagged = ways["minutes"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        kmh = [np.where(np.isnan(tagged), ways[side], whole / tagged * 60)[of] for side in ("forward", "backward")]
        minutes = [np.where(speed > 0, km / speed * 60, np.inf) for speed in kmh]

    size = end - start + 1
    position = np.repeat(start - np.cumsum(size) + size, size) + np.arange(size.sum())
    lines = shapely.linestrings(lonlat[position], indices=np.repeat(np.arange(len(size)), size))
    way = ways["way"].iloc[of].reset_index(drop=True)
    return gpd.GeoDataFrame(
        {
            "road_id": "w" + way.astype(str) + "-" + way.groupby(way).cumcount().astype(str),
            "start": refs[start],
            "end": refs[end],
            "kind": ways["kind"].to_numpy()[of],
            "km": km,
            "forward": minutes[0],
            "backward": minutes[1],
        },
        geometry=lines,
        crs=CRS,
    )


def read_services(path: Path) -> gpd.GeoDataFrame:
    """Read services by tag (`tags.yaml`), as points.

    A building or ground is shown by a point inside it. A service that lies inside a larger one of its category is
    the same service mapped twice, and is left out.

    Parameters
    ----------
    path
        Extract, .osm.pbf or .osm.

    Returns
    -------
    GeoDataFrame
        The columns of the layer `services`; `capacity` is NaN where it is not tagged as a number above 0. Empty
        where nothing is tagged.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    categories = meanings().services
    wanted = [tag for entry in categories.values() for tag in entry.tags]
    tagged: dict[tuple[str, str], list[str]] = {}
    for category, entry in categories.items():
        for tag in entry.tags:
            tagged.setdefault(tag, []).append(category)
    osmium = _reader()
    rows: list[dict[str, Any]] = []
    for feature in _objects(
        path,
        osmium.filter.EntityFilter(osmium.osm.NODE | osmium.osm.AREA),
        osmium.filter.TagFilter(*wanted),
        areas=[osmium.filter.TagFilter(*wanted)],
    ):
        tags = dict(feature.tags)
        kind, number, shape = _shape(feature)
        for category in sorted({name for tag in tags.items() for name in tagged.get(tag, [])}):
            entry = categories[category]
            rows.append(
                {
                    "service_id": f"{LETTERS[kind]}{number}-{category}",
                    "category": category,
                    "name": tags.get("name") or tags.get("operator") or f"{entry.title} without a name",
                    "level": None,
                    "capacity": pd.to_numeric(tags.get(entry.capacity, ""), errors="coerce"),
                    "source_id": "osm",
                    "source_url": f"{SITE}/{kind}/{number}",
                    "confidence": None,
                    "geometry": shape,
                }
            )
    columns = ["service_id", "category", "name", "level", "capacity", "source_id", "source_url", "confidence"]
    found = gpd.GeoDataFrame(pd.DataFrame(rows, columns=[*columns, "geometry"]), crs=CRS)
    found = found.astype(dict.fromkeys([name for name in columns if name != "capacity"], "str") | {"capacity": float})
    found["capacity"] = found["capacity"].where((found["capacity"] > 0) & np.isfinite(found["capacity"]))
    found = found[~_inside_another(found)].sort_values("service_id", ignore_index=True)
    return found.set_geometry(found.representative_point())


def _inside_another(services: gpd.GeoDataFrame) -> np.ndarray:
    """Which services lie inside a larger one of their category."""
    points, grounds = services.representative_point(), services.geometry
    inner, outer = shapely.STRtree(grounds.to_numpy()).query(points.to_numpy(), predicate="intersects")
    category, size = services["category"].to_numpy(), shapely.area(grounds.to_numpy())
    # Of two that are equally large the one with the lower id stays.
    order = np.argsort(np.argsort(services["service_id"].to_numpy(), kind="stable"))
    larger = (size[outer] > size[inner]) | ((size[outer] == size[inner]) & (order[outer] < order[inner]))
    inside = np.zeros(len(services), dtype=bool)
    inside[inner[(category[inner] == category[outer]) & larger & (size[outer] > 0)]] = True
    return inside


def read_places(path: Path) -> gpd.GeoDataFrame:
    """Read settlements: nodes tagged `place` as city, town, village or hamlet.

    Parameters
    ----------
    path
        Extract, .osm.pbf or .osm.

    Returns
    -------
    GeoDataFrame
        `place_id`, `name`, `rank` (value of the tag), `population` (NaN where it is not tagged as a number), Point,
        EPSG:4326, sorted by place_id.

    Raises
    ------
    InputError
        The file cannot be read, or has no settlements.
    """
    osmium = _reader()
    settlement = osmium.filter.TagFilter(*(("place", rank) for rank in ("city", "town", "village", "hamlet")))
    rows = [
        (
            f"n{node.id}",
            node.tags.get("name") or f"n{node.id}",
            node.tags["place"],
            pd.to_numeric(node.tags.get("population", ""), errors="coerce"),
            shapely.Point(node.lon, node.lat),
        )
        for node in _objects(path, osmium.filter.EntityFilter(osmium.osm.NODE), settlement)
    ]
    if not rows:
        raise InputError(f"{path.name} has no settlements (nodes tagged place); take places from another source.")
    places = gpd.GeoDataFrame(rows, columns=["place_id", "name", "rank", "population", "geometry"], crs=CRS)
    types = {"place_id": "str", "name": "str", "rank": "str", "population": float}
    return places.astype(types).sort_values("place_id", ignore_index=True)


def read_areas(path: Path, *, level: int, code: str | None = None) -> gpd.GeoDataFrame:
    """Read administrative areas of one level.

    Areas that the extract holds only in part (its neighbours) are left out.

    Parameters
    ----------
    path
        Extract, .osm.pbf or .osm.
    level
        `admin_level`: 8 is the municipality in most countries of Europe.
    code
        Tag that holds the official code; None: the id of the relation, as in `r1155956`.

    Returns
    -------
    GeoDataFrame
        `area_id`, `name`, MultiPolygon, EPSG:4326, sorted by area_id.

    Raises
    ------
    InputError
        The file cannot be read, has no area of the level, or an area has no code or one that occurs twice.
    """
    osmium = _reader()
    boundary = osmium.filter.TagFilter(("boundary", "administrative"))
    rows = []
    for feature in _objects(path, osmium.filter.EntityFilter(osmium.osm.AREA), boundary, areas=[boundary]):
        tags = dict(feature.tags)
        if tags.get("admin_level") == str(level) and not feature.from_way():
            _, number, shape = _shape(feature)
            area_id = tags.get(code) if code else f"r{number}"
            rows.append((area_id, tags.get("name") or f"r{number}", shape))
    areas = gpd.GeoDataFrame(rows, columns=["area_id", "name", "geometry"], crs=CRS)
    if areas.empty:
        raise InputError(f"{path.name} has no administrative areas of level {level}; give another level or extract.")
    for problem, rows_bad in (("no", areas["area_id"].isna()), ("the same", areas["area_id"].duplicated(keep=False))):
        if rows_bad.any():
            first = ", ".join(areas.loc[rows_bad, "name"].sort_values().head(3))
            raise InputError(
                f"{rows_bad.sum()} of {len(areas)} areas in {path.name} have {problem} code {code!r} (first: {first}); "
                "name another tag."
            )
    return areas.astype({"area_id": "str", "name": "str"}).sort_values("area_id", ignore_index=True)


def _objects(path: Path, *filters: Any, locations: bool = False, areas: list[Any] | None = None) -> Iterator[Any]:
    """The objects of an extract that pass all filters."""
    try:
        processor = _reader().FileProcessor(str(path))
        if locations:
            processor = processor.with_locations()
        if areas is not None:
            processor = processor.with_areas(*areas)
        for one in filters:
            processor = processor.with_filter(one)
        yield from processor
    except RuntimeError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: RuntimeError) -> InputError:
    return InputError(f"{path.name} cannot be read as an OpenStreetMap extract ({error}); fetch it again.")


def _shape(feature: Any) -> tuple[str, int, shapely.Geometry]:
    """Kind, id and geometry of a node, or of an area made from a way or a relation."""
    if feature.is_node():
        return "node", feature.id, shapely.Point(feature.lon, feature.lat)
    kind = "way" if feature.from_way() else "relation"
    return kind, feature.orig_id(), shapely.from_wkb(_reader().geom.WKBFactory().create_multipolygon(feature))
