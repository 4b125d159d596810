"""A territory from an OpenStreetMap extract and a population grid, both self-made; by road and by the user's own table.

Dorf (7001) and Tal (7002) stand side by side, 10 km wide and 20 km high. One road runs along them with a node every
kilometre; at its limit of 75 km/h a car makes 60 km/h, a kilometre a minute. Dorf has every service but the school, all
of them at the road's west end. Cells of the grid are km from the corner of Dorf, with their people:

    km   0         10         20
       20 +---------+---------+
          |  Dorf   |  Tal    |
        2 |         |         |
          |o---o----|----o---o|x     o road with cells 0 (1,000 people), 4 (500) and 15 (300)
        1 |         |         |      x cell 20 (20 people), half a kilometre outside
        0 +---------+---------+
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pytest
import yaml
from osmium.osm.mutable import Node, Relation, Way
from pyproj import Transformer

from geodata import catalogue, files, recipes, store
from geodata.errors import InputError
from geodata.i18n.message import tell
from geodata.schema import LAYERS, OF_TRAVEL_MODELS, by_id
from geodata.store import Territory
from pipelines.access.travel import factory as models
from pipelines.access.travel import storage as travelmodel
from pipelines.build.run import build
from pipelines.sources.eurostat import census_grid, one_region
from pipelines.sources.osm import layers as osm_extract
from pipelines.sources.osm.ways import meanings
from tests.sentences import untold

SOURCES = catalogue.load()
OSM, GRID, NUTS = (SOURCES[f"liechtenstein-{name}"] for name in ("osm", "grid", "nuts"))
EAST, NORTH = 4282, 2668
DEGREES = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)
ROAD = {"highway": "primary", "maxspeed": "75"}
CELLS = {(0, 1): 1000, (4, 1): 500, (15, 1): 300, (20, 1): 20, (8, 1): 0}
Mirror = Callable[..., Path]


def at(east: float, north: float) -> tuple[float, float]:
    """Degrees of a point given in km from the corner of Dorf."""
    return DEGREES.transform((EAST + east) * 1000, (NORTH + north) * 1000)


def cell(east: int, north: int = 1) -> str:
    return f"1kmN{NORTH + north}E{EAST + east}"


def extract(path: Path, *, road: dict[str, str] = ROAD, services: bool = True, codes: tuple[str, str]) -> None:
    nodes = {number: at(number - 0.5, 1.5) for number in range(1, 21)}
    nodes |= {31: at(0, 0), 32: at(10, 0), 33: at(20, 0), 34: at(20, 20), 35: at(10, 20), 36: at(0, 20)}
    tags: dict[int, dict[str, str]] = {}
    nodes |= {41: at(3, 3), 42: at(15, 3)}
    tags |= {41: {"place": "village", "name": "Dorf"}, 42: {"place": "hamlet", "name": "Tal"}}
    if services:
        for number, (name, entry) in enumerate(meanings().services.items(), start=51):
            if name not in ("doctors", "library"):
                key, value = entry.tags[0]
                nodes[number] = at(15.5 if name == "school" else 0.5, 1.5)
                tags[number] = {key: value, "name": f"{name} of Dorf"}
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2025-03-01T04:05:06Z")
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as file:
        for number, place in sorted(nodes.items()):
            file.add_node(Node(id=number, location=place, tags=tags.get(number, {})))
        file.add_way(Way(id=101, nodes=list(range(1, 21)), tags=road))
        for number, ring in ((102, [31, 32, 35, 36, 31]), (103, [32, 33, 34, 35, 32])):
            file.add_way(Way(id=number, nodes=ring, tags={}))
        for number, name, way, code in ((201, "Dorf", 102, codes[0]), (202, "Tal", 103, codes[1])):
            area = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": name}
            members = [("w", way, "outer")]
            file.add_relation(Relation(id=number, members=members, tags=area | {OSM.columns[0]: code}))


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    """Write every file of the recipe."""

    def files(*, cells: dict[tuple[int, int], int] = CELLS, **changes: Any) -> Path:
        folder = tmp_path / "mirror"
        for name in (*OSM.files, *GRID.files, *NUTS.files):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        extract(folder / OSM.files[0], **{"codes": ("7001", "7002")} | changes)
        rows = [f"{people},{cell(*corner)}" for corner, people in cells.items()]
        (folder / GRID.files[0]).write_text("\n".join(["TOT_P,GRD_ID", *rows]) + "\n", encoding="utf-8")
        regions(folder, ["LI000"])
        return folder

    return files


def regions(folder: Path, codes: list[str]) -> None:
    for name, ids in ((NUTS.files[1], codes), (NUTS.files[2], ["LI00"])):
        listed = [{"properties": {"NUTS_ID": one, "NAME_LATN": "Liechtenstein"}} for one in [*ids, "AT341"]]
        (folder / name).write_text(json.dumps({"features": listed}), encoding="utf-8")


def built(folder: Path, tmp_path: Path, recipe: recipes.Recipe | None = None) -> Territory:
    recipe = recipe or recipes.load("liechtenstein")
    build(recipe, root=tmp_path / "data", mirror=folder)
    return store.open_territory(recipe.id, root=tmp_path / "data")


def refusal(call: Callable[..., Any], *given: Any, **named: Any) -> str:
    with pytest.raises(InputError) as caught:
        call(*given, **named)
    said = str(caught.value)
    assert said.endswith(".") and "\n" not in said
    return said


# Readers


def test_populated_cells_are_places_named_after_the_nearest_settlement(mirror: Mirror):
    """Dorf stands at km 3, Tal at km 15: the cell at 8 would be Dorf's, but nobody lives there."""
    found = census_grid.places(GRID, mirror()).set_index("place_id")
    assert found["name"].to_dict() == {cell(0): "Dorf", cell(4): "Dorf", cell(15): "Tal", cell(20): "Tal"}
    assert found["population"].sum() == 1820
    assert found.loc[cell(4), ["lon", "lat"]].tolist() == pytest.approx(at(4.5, 1.5))
    assert found[["area_id", "elevation"]].isna().all(axis=None)


def test_a_grid_without_people_has_no_places(mirror: Mirror):
    folder = mirror(cells={(0, 1): 0})
    assert "has no cell with people" in refusal(census_grid.places, GRID, folder)


def test_municipalities_have_the_code_of_the_tag(mirror: Mirror):
    found = osm_extract.areas(OSM, mirror())
    assert dict(zip(found["area_id"], found["name"], strict=True)) == {"7001": "Dorf", "7002": "Tal"}
    assert found.to_crs(3035).area.tolist() == pytest.approx([2e8, 2e8], rel=1e-3)
    assert "2 of 2 areas" in refusal(osm_extract.areas, OSM, mirror(codes=("7", "7")))


def test_categories_without_a_service_are_told(mirror: Mirror):
    notes = osm_extract.notes(OSM, mirror())
    assert notes == [f"2 categories of service have none in {OSM.files[0]}: doctors, library."]
    assert "has no services by tag" in refusal(osm_extract.services, OSM, mirror(services=False))


def test_a_country_of_one_region_has_all_municipalities_in_it(mirror: Mirror):
    folder = mirror()
    found = one_region.membership(NUTS, folder)
    assert found.to_dict("list") == {
        "area_id": ["7001", "7002"],
        "nuts1": ["LI0", "LI0"],
        "nuts2": ["LI00", "LI00"],
        "nuts3": ["LI000", "LI000"],
    }
    regions(folder, ["LI001", "LI002"])
    assert "has 2 NUTS 3 regions of LI, expected one" in refusal(one_region.membership, NUTS, folder)
    assert "has 0 NUTS 3 regions of MC" in refusal(one_region.membership, replace(NUTS, country="MC"), folder)


# The whole territory


def again_as_built(territory: store.Territory) -> None:
    """The travel model made again from the territory gives the minutes that the build wrote, to the last bit."""
    model, places = travelmodel.of(territory), by_id(territory.layer("places"), "place_id")
    services = by_id(territory.layer("services"), "service_id")
    written = territory.layer("place_minutes").set_index(["category", "place_id"])["nearest"]
    for category, rows in services.groupby("category"):
        found = model.nearest(places.geometry, rows.geometry).minutes[:, 0]
        expected = written.loc[category].reindex(places.index).fillna(np.inf)
        assert found.tolist() == expected.tolist()


def test_the_territory_is_built_by_road(mirror: Mirror, tmp_path: Path):
    """From Tal, 300 people drive 15 km; 20 walk a straight kilometre to the road's end at 15 km/h and drive 19."""
    territory = built(mirror(), tmp_path)
    for name in LAYERS.keys() - OF_TRAVEL_MODELS | {"road_nodes", "road_edges"}:
        assert territory.layer(name) is not None
    values = territory.layer("indicators").set_index("area_id")
    assert values["population"].to_dict() == {"7001": 1500, "7002": 320}
    minutes = {"7001": 500 * 4 / 1500, "7002": (300 * 15 + 20 * (4 + 19)) / 320}
    assert values["minutes_pharmacy"].to_dict() == pytest.approx(minutes, rel=0.01)
    minutes = {"7001": (1000 * 15 + 500 * 11) / 1500, "7002": 20 * (4 + 4) / 320}
    assert values["minutes_school"].to_dict() == pytest.approx(minutes, rel=0.01)
    assert values["share_beyond_pharmacy_20"].to_dict() == pytest.approx({"7001": 0, "7002": 100 * 20 / 320})
    assert values[["need", "gap"]].notna().all(axis=None)
    areas = territory.layer("areas").set_index("area_id")
    assert areas["degurba"].to_dict() == {"7001": "3", "7002": "3"}
    assert set(areas["nuts3"]) == {"LI000"}
    travel = territory.manifest["travel"]
    assert (travel["model"], travel["date"], travel["estimate"]) == ("roads", "2025-03-01", False)
    again_as_built(territory)


def test_what_comes_from_openstreetmap_is_said_to_stay_under_its_licence(mirror: Mirror, tmp_path: Path):
    territory = built(mirror(), tmp_path)
    assert (
        "Made from OpenStreetMap and under ODbL-1.0: areas, places, grid, services, roads; who passes them on keeps "
        "the licence and names its contributors."
    ) in territory.manifest["notes"]
    assert set(territory.layer("services")["source_id"]) == {"liechtenstein-osm"}
    assert "liechtenstein-osm" in territory.codebook["sources"]["minutes_pharmacy"]
    assert untold(territory) == []


def test_rows_of_other_licences_in_one_layer_with_those_of_openstreetmap_are_said(mirror: Mirror, tmp_path: Path):
    """The bundled airports, all of them out of reach by these roads, beside the services of the extract."""
    content = yaml.safe_load((recipes.FOLDER / "liechtenstein.yaml").read_text(encoding="utf-8"))
    content["layers"]["services"] = ["liechtenstein-osm", "airports"]
    (tmp_path / "liechtenstein.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    territory = built(mirror(), tmp_path, recipes.load("liechtenstein", folder=tmp_path))
    assert set(territory.layer("services")["source_id"]) == {"liechtenstein-osm", "airports"}
    said = "Rows of several licences stand in one layer, told apart by source_id: services."
    assert said in territory.manifest["notes"]
    assert territory.layer("indicators")["minutes_airport"].isna().all()


def test_no_way_from_a_place_is_missing_and_told_and_no_city_is_not_a_remote_region(mirror: Mirror, tmp_path: Path):
    """Five people live 17 km north of the road, beyond two hours on foot; seven live in no area at all."""
    territory = built(mirror(cells=CELLS | {(2, 18): 5, (40, 1): 7}), tmp_path)
    values = territory.layer("indicators").set_index("area_id")
    assert np.isnan(values["minutes_pharmacy"]["7001"]) and values["minutes_pharmacy"]["7002"] > 15
    assert values["people_beyond_pharmacy_45"]["7001"] == pytest.approx(5)
    quality = territory.layer("quality").set_index(["area_id", "indicator"])["reason"]
    assert tell(quality["7001", "minutes_pharmacy"]).startswith(
        "People live at a place from which the travel model reaches no"
    )
    assert "1 places with 7 people lie in no area and are left out, such as Tal." in territory.manifest["notes"]
    said = "1 places with 5 people reach no service at all; they lie in 1 areas: Dorf."
    assert said in territory.manifest["notes"]
    assert "remote_region" not in values


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"road": {"highway": "footway"}}, "has no roads that a car may use"),
        ({"services": False}, "has no services by tag"),
        ({"cells": {(0, 1): 0}}, "has no cell with people"),
    ],
)
def test_what_cannot_be_built_is_said_and_leaves_what_was(
    mirror: Mirror, tmp_path: Path, changes: dict[str, Any], said: str
):
    recipe, root = recipes.load("liechtenstein"), tmp_path / "data"
    version = build(recipe, root=root, mirror=mirror())
    assert said in refusal(build, recipe, root=root, mirror=mirror(**changes))
    assert store.open_territory("liechtenstein", root=root).version == version


def test_a_truncated_extract_is_said_and_leaves_what_was(mirror: Mirror, tmp_path: Path):
    recipe, root = recipes.load("liechtenstein"), tmp_path / "data"
    folder = mirror()
    version = build(recipe, root=root, mirror=folder)
    path = folder / OSM.files[0]
    path.write_bytes(path.read_bytes()[:-20])
    assert "cannot be read as an OpenStreetMap extract" in refusal(build, recipe, root=root, mirror=folder)
    assert store.open_territory("liechtenstein", root=root).version == version


@pytest.mark.parametrize(
    ("travel", "said"),
    [
        ({"model": "roads", "speed": 60}, "The travel model roads cannot use"),
        ({"model": "roads", "smallest": 5000}, "No part of the road network has 5000 nodes"),
        ({"model": "roads", "walk_speed": 0}, "expected km/h above 0"),
        ({"model": "matrix", "name": "r5py"}, "needs a table of travel times; name its file in the recipe"),
    ],
)
def test_a_model_that_cannot_be_made_is_said(mirror: Mirror, travel: dict[str, Any], said: str):
    lines, date = osm_extract.roads(OSM, mirror())
    nowhere = gpd.GeoSeries([], crs=4326)
    given = {"places": gpd.GeoDataFrame(geometry=nowhere), "land": nowhere, "ports": nowhere}
    assert said in refusal(models.from_recipe, travel, roads=(lines, date), **given)
    without = refusal(models.from_recipe, {"model": "roads"}, **given)
    assert without == "The travel model roads needs the layer roads; name its source in the recipe."


# The user's own table of travel times


@pytest.fixture
def by_table(tmp_path: Path) -> recipes.Recipe:
    """The recipe of Liechtenstein with travel times from `times.csv`."""
    content = yaml.safe_load((recipes.FOLDER / "liechtenstein.yaml").read_text(encoding="utf-8"))
    content["travel"] = {"model": "matrix", "file": "times.csv", "name": "r5py", "date": "2025-05-01"}
    del content["layers"]["roads"]
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "liechtenstein.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return recipes.load("liechtenstein", folder=tmp_path / "recipes")


def test_a_table_gives_the_minutes_and_no_kilometres(mirror: Mirror, tmp_path: Path, by_table: recipes.Recipe):
    """Dorf's two cells are 3 and 9 minutes from the pharmacy; of Tal's, only the one of 300 people is in the table."""
    folder = mirror()
    service = osm_extract.services(OSM, folder).set_index("category")["service_id"]
    pharmacy, school = service["pharmacy"], service["school"]
    rows = [(0, pharmacy, 3), (4, pharmacy, 9), (15, pharmacy, 30), (15, school, 2), (20, school, 8)]
    table = "".join(f"{cell(east)},{there},{minutes}\n" for east, there, minutes in rows)
    (folder / "times.csv").write_text("from,to,minutes\n" + table, encoding="utf-8")
    territory = built(folder, tmp_path, by_table)
    values = territory.layer("indicators").set_index("area_id")
    assert values["minutes_pharmacy"]["7001"] == pytest.approx((1000 * 3 + 500 * 9) / 1500)
    assert np.isnan(values["minutes_pharmacy"]["7002"])
    assert values["minutes_school"]["7002"] == pytest.approx((300 * 2 + 20 * 8) / 320)
    near = territory.layer("nearest").set_index(["area_id", "category"])
    assert near["minutes"].to_dict() == {("7001", "pharmacy"): 3, ("7002", "pharmacy"): 30, ("7002", "school"): 2}
    assert near["km"].isna().all()
    again_as_built(territory)
    manifest = territory.manifest
    assert "transport_performance" not in values
    assert "No transport performance is computed, because the travel times do not join places." in manifest["notes"]
    assert manifest["travel"]["title"] == "r5py, 2025-05-01"
    assert manifest["inputs"]["times.csv"] == files.file_digest(folder / "times.csv")
    assert manifest["command"].endswith("--mirror FOLDER")


def test_areas_outside_the_table_are_listed(mirror: Mirror, tmp_path: Path, by_table: recipes.Recipe):
    """The table knows the two cells of Dorf only."""
    folder = mirror()
    pharmacy = osm_extract.services(OSM, folder).set_index("category")["service_id"]["pharmacy"]
    rows = f"{cell(0)},{pharmacy},3\n{cell(4)},{pharmacy},9\n"
    (folder / "times.csv").write_text("from,to,minutes\n" + rows, encoding="utf-8")
    territory = built(folder, tmp_path, by_table)
    said = "2 places with 320 people reach no service at all; they lie in 1 areas: Tal."
    assert said in territory.manifest["notes"]
    quality = territory.layer("quality").set_index(["area_id", "indicator"])["reason"]
    reason = tell(quality["7002", "minutes_pharmacy"])
    assert reason.startswith("People live at a place from which the travel model reaches")
    assert territory.layer("indicators").set_index("area_id")["share_beyond_pharmacy_20"]["7002"] == 100


def test_a_table_that_cannot_be_used(mirror: Mirror, tmp_path: Path, by_table: recipes.Recipe):
    folder, root = mirror(), tmp_path / "data"
    with store.new_version("liechtenstein", root=root) as (_, manifest):
        manifest["title"] = "before"
    assert "times.csv of recipe liechtenstein.yaml is missing" in refusal(build, by_table, root=root, mirror=folder)
    (folder / "times.csv").write_text(f"from,to,minutes\n{cell(0)},elsewhere,3\n", encoding="utf-8")
    assert "name 1 unknown services (first: elsewhere)" in refusal(build, by_table, root=root, mirror=folder)
    assert store.open_territory("liechtenstein", root=root).manifest["title"] == "before"
