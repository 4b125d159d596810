"""Display geometry: light GeoJSON that the map loads once. Analysis never uses it."""

import json
from typing import Any

import geopandas as gpd
import shapely

from pipelines.build import tiles

# More areas than this come as vector tiles.
LARGE = 10_000
# Degrees: about 350 m, one pixel at zoom 8, where a region of a large country fills the screen.
TOLERANCE = 0.0035
# A small territory is looked at from nearer: its width has this many steps of the tolerance at least.
STEPS = 3000
DECIMALS = 4
TOWNS = 60
OUTLINED = ("nuts2", "nuts3")


def areas_file(areas: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, *, large: int = LARGE) -> tuple[str, bytes]:
    """Name and content of the file that the map draws the areas from.

    GeoJSON, or vector tiles of points and of more than `large` areas. Seen from afar, tiles give way to NUTS 3 regions
    where the territory has them.
    """
    if len(areas) <= large and not tiles.are_points(areas):
        return "areas.geojson", areas_geojson(areas)
    overview = bool((regions["level"] == "nuts3").any())
    return "areas.pmtiles", tiles.areas_pmtiles(areas, overview=overview)


def areas_geojson(areas: gpd.GeoDataFrame) -> bytes:
    """Simplified areas, sorted by id: `id` = area_id, properties `name`.

    Neighbours are simplified together (Visvalingam-Whyatt on the coverage), so a shared border stays shared and
    neither gaps nor overlaps appear.

    Parameters
    ----------
    areas
        Polygons in EPSG:4326 with `area_id`, `name`; the order of the features is the order of the classes that
        the map is sent.
    """
    ordered = areas.sort_values("area_id")
    shapes = shapely.coverage_simplify(ordered.geometry.to_numpy(), _tolerance(ordered))
    features = [
        {"type": "Feature", "id": area_id, "properties": {"name": name}, "geometry": _rounded(shape)}
        for area_id, name, shape in zip(ordered["area_id"], ordered["name"], shapes, strict=True)
    ]
    return _collection(features)


def regions_geojson(regions: gpd.GeoDataFrame) -> bytes:
    """Outlines of the regions that people find their way by (NUTS 2 and 3), by level and id, with level and name."""
    features = []
    outlined = regions[regions["level"].isin(OUTLINED)].sort_values("region_id")
    for level, rows in outlined.groupby("level"):
        shapes = shapely.coverage_simplify(rows.geometry.to_numpy(), _tolerance(rows))
        features += [
            {
                "type": "Feature",
                "id": region_id,
                "properties": {"level": level, "name": name},
                "geometry": _rounded(shape),
            }
            for region_id, name, shape in zip(rows["region_id"], rows["name"], shapes, strict=True)
        ]
    return _collection(features)


def with_towns(basemap: bytes, places: gpd.GeoDataFrame) -> bytes:
    """Add the main towns of a territory to its basemap: points with kind ``town`` and name, the largest first.

    Parameters
    ----------
    basemap
        GeoJSON of the surroundings.
    places
        Layer `places`; those without a population of their own are no towns.
    """
    sized = places[places["own_population"] > 0].sort_values(["own_population", "place_id"], ascending=[False, True])
    # A town may be several places: parts in other areas, or cells of a grid that are called after it.
    main = sized.drop_duplicates("place_id").drop_duplicates(["area_id", "name"]).head(TOWNS)
    towns = [
        {
            "type": "Feature",
            "properties": {"kind": "town", "name": name},
            "geometry": {"type": "Point", "coordinates": [round(point.x, DECIMALS), round(point.y, DECIMALS)]},
        }
        for name, point in zip(main["name"], main.geometry, strict=True)
    ]
    return _collection([*json.loads(basemap)["features"], *towns])


def _tolerance(shapes: gpd.GeoDataFrame) -> float:
    """Degrees by which a territory may be simplified."""
    west, south, east, north = shapes.total_bounds
    return float(min(TOLERANCE, max(east - west, north - south) / STEPS))


def _rounded(shape: shapely.Geometry) -> dict[str, Any]:
    """Write a polygon with few decimals, each ring without the repetitions that rounding makes.

    Rounding each corner alone moves the corners of neighbours alike. A ring that collapses is left out, unless it
    is all there is of the area.
    """
    polygons = []
    for polygon in shapely.get_parts(shape):
        rings = [_ring(ring) for ring in (polygon.exterior, *polygon.interiors)]
        if len(rings[0]) >= 4:
            polygons.append([ring for ring in rings if len(ring) >= 4])
    if not polygons:
        polygons = [[[list(xy) for xy in shapely.get_parts(shape)[0].exterior.coords]]]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    corners: list[list[float]] = []
    for x, y in ring.coords:
        corner = [round(x, DECIMALS), round(y, DECIMALS)]
        if not corners or corner != corners[-1]:
            corners.append(corner)
    return corners


def _collection(features: list[dict[str, Any]]) -> bytes:
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    ).encode()
