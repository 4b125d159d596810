"""A made-up territory of five municipalities in a row and two on an island, built as every other.

    lon    9.0    9.3    9.6    9.9    10.2   10.5      10.8   11.1   11.4
    lat 45.2 +------+------+------+------+------+         +------+------+
             |  01  |  02  |  03  |  04  |  05  |  sea    |  06  |  07  |
             | city |      |      |      | port |  24 km  | port |      |
    lat 45.0 +------+------+------+------+------+         +------+------+

Each has a town of its number in its middle, of 3,000 people (01: 300,000), and a village of 400 in its south-east;
a fifth of the people are 65 or older. Each category of service is in 01 alone, but for hospitals (01 and 03) and
courts (01, 04 and 06), which have judges as their capacity. A major road leads from 01 by 02 to 03; the land is rough.
"""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box

from geodata import recipes, schema, store
from geodata.raster import Raster
from geodata.recipes import Recipe
from geodata.store import Territory
from pipelines.build import run
from pipelines.build.inputs import Inputs
from pipelines.build.run import build as build_territory

CRS = "EPSG:4326"
IDS = tuple(f"0{number}" for number in range(1, 8))
WEST = (9.0, 9.3, 9.6, 9.9, 10.2, 10.8, 11.1)
TOWN, VILLAGE = "town-", "village-"
SERVICES = {
    "hospital-1": ("hospital", "01", "DEA II", None),
    "hospital-3": ("hospital", "03", "DEA I", None),
    "court-1": ("court", "01", None, 40.0),
    "court-4": ("court", "04", None, 10.0),
    "court-6": ("court", "06", None, 5.0),
} | {f"{name}-1": (name, "01", None, None) for name in ("university", "rail_station", "airport", "port")}
PROJECTS = {
    "si-1": ("project", "01", "town", "mobility;education"),
    "si-4": ("project", "04", "region", "mobility"),
    "si-7": ("support organisation", "07", "town", "education"),
}


def middle(area: str) -> tuple[float, float]:
    """Latitude and longitude of the town of an area."""
    return 45.1, round(WEST[IDS.index(area)] + 0.15, 6)


def given() -> Inputs:
    """What the territory is built from."""
    areas = gpd.GeoDataFrame(
        {"area_id": IDS, "name": [f"Area {code}" for code in IDS]},
        geometry=[box(west, 45.0, west + 0.3, 45.2) for west in WEST],
        crs=CRS,
    )
    nuts3 = ["XX111", "XX111", "XX111", "XX112", "XX112", "XX121", "XX121"]
    membership = pd.DataFrame({"area_id": IDS, "nuts1": "XX1", "nuts2": [code[:4] for code in nuts3], "nuts3": nuts3})
    named = [("XX1", "nuts1", None), ("XX11", "nuts2", "XX1"), ("XX12", "nuts2", "XX1")]
    named += [(code, "nuts3", code[:4]) for code in sorted(set(nuts3))]
    regions = pd.DataFrame(named, columns=["region_id", "level", "parent_id"]).assign(name=lambda row: row["region_id"])
    spots = []
    for number, area in enumerate(IDS):
        lat, lon = middle(area)
        spots.append((f"{TOWN}{area}", area, lat, lon, 300_000.0 if area == "01" else 3000.0, 100.0 + 40 * number))
        spots.append((f"{VILLAGE}{area}", area, lat - 0.07, lon + 0.1, 400.0, 300.0 + 50 * number))
    places = pd.DataFrame(spots, columns=["place_id", "area_id", "lat", "lon", "population", "elevation"])
    places = places.assign(name=places["place_id"])
    people = places.groupby("area_id")["population"].sum().reindex(IDS).to_numpy()
    ages = pd.DataFrame(0.0, index=range(2 * len(IDS)), columns=[f"a{age}" for age in range(101)])
    ages["a30"], ages["a70"] = [*(people * 0.8), *(people * 0.79)], [*(people * 0.2)] * 2
    population = pd.concat([pd.DataFrame({"area_id": [*IDS] * 2, "year": [2023] * 7 + [2022] * 7}), ages], axis=1)
    towns = gpd.GeoSeries.from_xy(places["lon"], places["lat"], crs=CRS).to_crs(3035)
    cells = pd.DataFrame({"x_km": towns.x // 1000, "y_km": towns.y // 1000}).astype("int64")
    cells["degurba"] = [30 if place == f"{TOWN}01" else 13 for place in places["place_id"]]
    services = gpd.GeoDataFrame(
        [
            {"service_id": key, "category": category, "name": key, "level": level, "capacity": capacity}
            for key, (category, _, level, capacity) in SERVICES.items()
        ],
        geometry=_points([area for _, area, _, _ in SERVICES.values()]),
        crs=CRS,
    ).assign(source_id="italy-services", source_url=None, confidence=None)
    services = services.astype({"capacity": float} | dict.fromkeys(("level", "source_url", "confidence"), "str"))
    projects = gpd.GeoDataFrame(
        [
            {"project_id": key, "name": key, "kind": kind, "precision": precision, "themes": themes, "country": "IT"}
            for key, (kind, _, precision, themes) in PROJECTS.items()
        ],
        geometry=_points([area for _, area, _, _ in PROJECTS.values()]),
        crs=CRS,
    ).assign(
        organisation=None,
        place=None,
        start_year=None,
        end_year=None,
        source_title="A page",
        source_url="-",
        source_id="si-projects",
    )
    projects = projects.assign(start=None, end=None, theme_match=None, eu_budget=float("nan"))
    types = dict.fromkeys(("organisation", "place", "start", "end", "theme_match"), "str") | dict.fromkeys(
        ("start_year", "end_year"), "Int64"
    )
    ports = gpd.GeoDataFrame({"id": ["a", "b"], "name": ["a", "b"]}, geometry=_points(["05", "06"]), crs=CRS)
    text = ("consortium", "full_name", "countries", "lead", "known_members", "start", "end")
    return Inputs(
        areas=areas,
        membership=membership,
        regions=regions,
        places=places,
        population=population,
        degurba=cells,
        grid=None,
        services=schema.by_id(services, "service_id"),
        projects=schema.by_id(projects.assign(confidence="high").astype(types), "project_id"),
        project_contexts=schema.empty("project_contexts"),
        consortia=pd.DataFrame({"generation": [1]} | {name: ["DE"] for name in text}).astype(
            dict.fromkeys(text, "str")
        ),
        published={},
        completeness=pd.DataFrame(columns=["category", "nuts2", "completeness", "note"], dtype="str"),
        roads=None,
        major_roads=gpd.GeoDataFrame(
            {"km": [25.0, 25.0]},
            geometry=[LineString([(start, 45.12), (start + 0.3, 45.12)]) for start in (9.2, 9.5)],
            crs=CRS,
        ),
        links=None,
        elevation=Raster(np.arange(40 * 160, dtype=np.uint16).reshape(40, 160) % 97, 8.95, 45.25, 1 / 60),
        times=None,
        ferry_ports=ports,
        basemap=b'{"type": "FeatureCollection", "features": []}',
        notes=[],
        digests={},
    )


def build(root: Path, sources: Inputs) -> Territory:
    """Build the territory from sources of one's own, by the recipe of Italy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "read", lambda *_, **__: sources)
        build_territory(recipe(), root=root)
    return store.open_territory("italy", root=root)


def recipe() -> Recipe:
    """The recipe: that of Italy, whose layers have the same kinds."""
    return recipes.load("italy")


def with_services(sources: Inputs, services: gpd.GeoDataFrame) -> Inputs:
    """Sources with other services, their ids as index."""
    return replace(sources, services=schema.by_id(services, "service_id"))


def _points(areas: list[str]) -> gpd.GeoSeries:
    lat, lon = zip(*(middle(area) for area in areas), strict=True)
    return gpd.GeoSeries.from_xy(lon, lat, crs=CRS)
