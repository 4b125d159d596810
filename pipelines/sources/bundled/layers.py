"""The layers that the bundled snapshot holds, as the build takes them."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geodata.catalogue import Source
from geodata.raster import Raster
from geodata.schema import CRS
from pipelines.sources.bundled import snapshot


def areas(source: Source, folder: Path) -> gpd.GeoDataFrame:  # noqa: ARG001 - every reader is called alike
    """Polygons with `area_id`, `name`."""
    polygons: gpd.GeoDataFrame = snapshot.read_layer("areas", folder)
    return polygons[["area_id", "name", "geometry"]]


def membership(source: Source, folder: Path) -> pd.DataFrame:  # noqa: ARG001
    """`area_id` with the codes of its regions, `nuts1`, `nuts2`, `nuts3`."""
    return snapshot.read_layer("nuts", folder)[["area_id", "nuts1", "nuts2", "nuts3"]]


def regions(source: Source, folder: Path) -> pd.DataFrame:  # noqa: ARG001
    """`region_id`, `level`, `name`, `parent_id`."""
    return snapshot.read_layer("regions", folder)


def population(source: Source, folder: Path) -> pd.DataFrame:  # noqa: ARG001
    """`area_id`, `year`, residents by single year of age `a0` ... `a100`."""
    return snapshot.read_layer("population", folder)


def places(source: Source, folder: Path) -> pd.DataFrame:  # noqa: ARG001
    """`place_id`, `name`, `area_id`, `lat`, `lon`, `population`, `elevation`."""
    return snapshot.read_layer("places", folder)


def degurba(source: Source, folder: Path) -> pd.DataFrame:  # noqa: ARG001
    """`x_km`, `y_km` (EPSG:3035) and the level 2 class `degurba` of 1 km cells."""
    return snapshot.read_layer("degurba_cells", folder)


def services(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Services of one source; capacity is unknown for all of them."""
    rows = snapshot.read_layer(source.id.removeprefix("italy-"), folder).rename(columns={"id": "service_id"})
    if "category" not in rows:
        category = source.id.removesuffix("s")
        rows = rows.assign(category=category, service_id=category + "-" + rows["service_id"])
    texts = ["service_id", "category", "name", "level", "source_url", "confidence"]
    return gpd.GeoDataFrame(
        rows.reindex(columns=texts).astype("str").assign(capacity=float("nan")),
        geometry=gpd.points_from_xy(rows["lon"], rows["lat"]),
        crs=CRS,
    )


def ferries(source: Source, folder: Path) -> gpd.GeoDataFrame:  # noqa: ARG001
    """Where ferries land: points with `id`, `name`, `island` (null: the mainland)."""
    rows = snapshot.read_layer("ferry_ports", folder)
    points = gpd.points_from_xy(rows["lon"], rows["lat"])
    return gpd.GeoDataFrame(rows[["id", "name", "island"]], geometry=points, crs=CRS)


def major_roads(source: Source, folder: Path) -> gpd.GeoDataFrame:  # noqa: ARG001
    """Major roads: lines between two points, with `km` along the road."""
    lines: gpd.GeoDataFrame = snapshot.read_layer("major_roads", folder)
    return lines


def links(source: Source, folder: Path) -> gpd.GeoDataFrame:  # noqa: ARG001
    """Bridges and tunnels: straight lines from end to end with `link_id`, `name`, `km`."""
    rows = snapshot.read_layer("fixed_links", folder).rename(columns={"id": "link_id"})
    ends = rows[["from_lon", "from_lat", "to_lon", "to_lat"]].to_numpy().reshape(-1, 2, 2)
    return gpd.GeoDataFrame(rows[["link_id", "name", "km"]], geometry=shapely.linestrings(ends), crs=CRS)


def elevation(source: Source, folder: Path) -> Raster:  # noqa: ARG001
    """Metres above the sea."""
    return snapshot.read_raster("elevation", folder)


def completeness(source: Source, folder: Path) -> pd.DataFrame:  # noqa: ARG001
    """How complete the compiled lists are: `category`, `nuts2`, `completeness`, `note`."""
    return snapshot.read_layer("services_completeness", folder)


def projects(source: Source, folder: Path) -> gpd.GeoDataFrame:  # noqa: ARG001
    """SI projects, support organisations and competence centres: the layer `projects`."""
    rows = snapshot.read_layer("projects", folder).rename(columns={"id": "project_id"})
    return gpd.GeoDataFrame(
        rows.drop(columns=["lat", "lon"]).astype({"start_year": "Int64", "end_year": "Int64"}),
        geometry=gpd.points_from_xy(rows["lon"], rows["lat"]),
        crs=CRS,
    )


def project_contexts(source: Source, folder: Path) -> pd.DataFrame:  # noqa: ARG001
    """Where the projects are, in figures: the layer `project_contexts`."""
    rows = snapshot.read_layer("project_contexts", folder)
    return rows.astype({"degurba_code": "Int64", "place_population": "Int64"})


def consortia(source: Source, folder: Path) -> pd.DataFrame:  # noqa: ARG001
    """Consortia of competence centres: the layer `consortia`."""
    return snapshot.read_layer("consortia", folder).astype({"generation": "int64"})


def basemap(source: Source, folder: Path) -> bytes:  # noqa: ARG001
    """GeoJSON of coasts and borders."""
    return (folder / "basemap.geojson").read_bytes()
