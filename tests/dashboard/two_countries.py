"""A made-up territory without travel times, classes of urbanisation and ages of its people.

    lon    20       21       22       23       24
    lat 41 +--------+--------+--------+--------+
           | EL511  | EL512  | DE111  | DE112  |
    lat 40 +--------+--------+--------+--------+

EL51 and DE11 are the NUTS 2 regions; DE112 is in none. EL512 has no figures on care, so it is not scored. Each country
has one competence centre; that of Germany has neither a place nor a year. They have founded
a consortium.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import Point, box

from geodata import schema, store
from geodata.indicators import dictionary
from pipelines.build import by_location, display, regions
from pipelines.priority import composite, configuration

IDS = ("EL511", "EL512", "DE111", "DE112")
NAMES = ("Evros", "Xanthi", "Stuttgart", "Nowhere")
CENTRES = {"GR": ("Greek centre", "Athens", 2021), "DE": ("German centre", None, None)}
CRS = "EPSG:4326"
SOURCE = {
    "id": "made-up",
    "title": "Made up",
    "publisher": "nobody",
    "year": 2021,
    "version": "1",
    "licence": "none",
    "licence_address": "https://example.org",
    "attribution": "Drawn by hand.",
    "completeness": "register",
    "limits": "It is made up.",
    "address": "https://example.org",
}


def build(root: Path, *, large: int = display.LARGE) -> None:
    """Write the territory `two`; with fewer than its four areas counted as `large` its map has vector tiles."""
    areas = gpd.GeoDataFrame(
        {"area_id": IDS, "name": NAMES}
        | {"nuts1": ["EL5", "EL5", "DE1", None], "nuts2": ["EL51", "EL51", "DE11", None], "nuts3": IDS}
        | {"degurba": pd.array([None] * 4, dtype="str"), "area_km2": 100.0},
        geometry=[box(20 + place, 40, 21 + place, 41) for place in range(4)],
        crs=CRS,
    ).astype({"nuts1": "str", "nuts2": "str"})
    named = pd.DataFrame(
        [
            ("DE1", "nuts1", "DE1 (Germany)", None),
            ("EL5", "nuts1", "EL5 (Greece)", None),
            ("DE11", "nuts2", "Stuttgart", "DE1"),
            ("EL51", "nuts2", "Thraki", "EL5"),
        ],
        columns=["region_id", "level", "name", "parent_id"],
    ).astype("str")
    outlines = regions.outlines(areas, named)
    weighting = configuration.load("eu")
    entries = dictionary(())
    columns = {term.indicator for _, _, term in weighting.terms()}
    columns |= {"population", "population_density", "share_beyond_health_20_2020"}
    columns |= {"projects_in_area", "competence_centre"}
    values = pd.DataFrame(
        {name: [1.0, 2.0, 3.0, 4.0] for name in entries if name in columns}, index=pd.Index(IDS, name="area_id")
    )
    # Between the goalposts of the weighting, each area a fifth of the way farther than the one before.
    for _, _, term in weighting.terms():
        low, high = term.goalposts or (0.0, 5.0)
        if term.indicator != "share_beyond_health_20":
            values[term.indicator] = [low + (high - low) * fifth / 5 for fifth in range(1, 5)]
    # Since 2020 better by 5 points, worse by 1, and better by 36, which is not to be believed.
    values["share_beyond_health_20_2020"] = [6.0, 0.0, 2.0, 40.0]
    values.loc["EL512", [name for name in values if "beyond" in name]] = float("nan")
    scores = composite.score(values, weighting)
    values = values.join(scores.frame)
    entries = {name: entry for name, entry in entries.items() if name in values}
    facts = ("title", "unit", "decimals", "direction", "dimension", "formula", "missing")
    codebook = pd.DataFrame(
        [
            {"indicator": name, "year": "2021", "sources": "made-up", "completeness": "register"}
            | {fact: getattr(entry, fact) for fact in facts}
            for name, entry in entries.items()
        ]
    ).assign(agreement=pd.Series(dtype="str"))
    projects = gpd.GeoDataFrame(
        [
            {"project_id": country, "name": name, "kind": "competence centre", "themes": "mobility"}
            | {"country": country, "place": place, "precision": "region", "start_year": year}
            | {"source_title": "A page", "source_url": "https://example.org", "confidence": "high"}
            for country, (name, place, year) in CENTRES.items()
        ],
        geometry=[Point(20, 40)] * 2,
        crs=CRS,
    ).assign(source_id="made-up")
    projects = schema.complete("projects", projects).astype({"place": "str", "start_year": "Int64"})
    consortium = {"generation": 1, "consortium": "Duo", "full_name": "Duo", "countries": "DE;GR", "start": "2021"}
    consortia = pd.DataFrame([consortium | dict.fromkeys(("lead", "known_members", "end"))]).astype(
        dict.fromkeys(("lead", "known_members", "end"), "str")
    )
    with store.new_version("two", root=root) as (draft, manifest):
        layers = {
            "areas": areas,
            "regions": outlines,
            "projects": projects,
            "consortia": consortia,
            "codebook": codebook,
            "indicators": values[list(entries)].reset_index(),
        }
        for name in schema.LAYERS:
            draft.write_layer(name, layers[name] if name in layers else schema.empty(name))
        name, shapes = display.areas_file(areas, outlines, large=large)
        draft.write_bytes(f"display/{name}", shapes)
        draft.write_bytes("display/regions.geojson", display.regions_geojson(outlines))
        draft.write_bytes("display/basemap.geojson", b'{"type": "FeatureCollection", "features": []}')
        manifest |= {
            "title": "Two countries",
            "country": "EU",
            "region_levels": ["nuts1", "nuts2"],
            "index": "eu",
            "travel": by_location.NOTHING,
            "parameters": {"project_minutes": 60},
            "sources": [SOURCE],
            "lacking": ["inner area: not available; it lacks hospitals."],
            "notes": [],
            "command": "by hand",
            "versions": {},
        }
