"""Liechtenstein built from the published files, by road: what it holds, how long it takes, and that it is plausible."""

import json
import time
from pathlib import Path

import pandas as pd
import pytest

from geodata import recipes, store
from geodata.schema import LAYERS, check
from geodata.store import Territory
from pipelines.access.travel.model import Straight
from pipelines.areas.table import areas_table
from pipelines.build.run import build
from tests.opendata import OPENDATA

pytestmark = pytest.mark.opendata
SECONDS = 15


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    start = time.process_time()
    build(recipes.load("liechtenstein"), root=root, mirror=OPENDATA)
    assert time.process_time() - start < SECONDS
    return root


@pytest.fixture(scope="module")
def liechtenstein(root: Path) -> Territory:
    return store.open_territory("liechtenstein", root=root)


@pytest.fixture(scope="module")
def table(liechtenstein: Territory) -> pd.DataFrame:
    return areas_table(liechtenstein)


def test_every_layer_meets_its_contract(liechtenstein: Territory):
    liechtenstein.verify()
    kept = {name for name in LAYERS if f"{name}.parquet" in liechtenstein.manifest["outputs"]}
    # What a travel model needs is kept with the territory that has one.
    assert set(LAYERS) - kept == {"ferry_ports", "fixed_links", "major_roads", "settled_cells", "travel_times"}
    for name in kept:
        check(name, liechtenstein.layer(name))


def test_every_municipality_has_its_code_its_region_and_its_indices(table: pd.DataFrame):
    assert table.index.tolist() == [str(code) for code in range(7001, 7012)]
    assert (table.loc["7001", "name"], table.loc["7011", "name"]) == ("Vaduz", "Schellenberg")
    assert set(table["nuts3"]) == {"LI000"}
    # The country has 160.5 square kilometres.
    assert table["area_km2"].sum() == pytest.approx(160.5, rel=0.01)
    # The weighting knows no ages, so it has one index, and the gap is that.
    assert table["need"].between(0, 100).all() and (table["gap"] == table["need"]).all()
    assert table["resources"].isna().all()


def test_people_are_those_of_the_grid_every_one_of_them(liechtenstein: Territory, table: pd.DataFrame):
    assert table["population"].sum() == 36_149
    assert len(liechtenstein.layer("places")) == 77
    published = pd.read_csv(OPENDATA / "europe" / "nuts_lau_2019.csv.gz", dtype=str).query("country == 'LI'")
    people = published.set_index("lau_name_national")["population"].astype(float)
    assert (table.set_index("name")["population"] / people).between(0.65, 1.2).all()


def test_degree_of_urbanisation_and_type_of_the_region_are_the_published_ones(table: pd.DataFrame):
    """The towns of Balzers go on across the Rhine, in cells that the grid of Liechtenstein does not have."""
    published = pd.read_csv(OPENDATA / "europe" / "nuts_lau_2019.csv.gz", dtype=str).query("country == 'LI'")
    classes = published.set_index("lau_name_national")["degurba"].str[0]
    found = table.set_index("name")["degurba"]
    assert found.index[found != classes.reindex(found.index)].tolist() == ["Balzers"]
    regions = json.loads((OPENDATA / "europe" / "nuts3.geojson").read_bytes())["features"]
    kind = next(one["properties"]["URBN_TYPE"] for one in regions if one["properties"]["NUTS_ID"] == "LI000")
    assert set(table["urban_rural_type"]) == {float(kind)}


def test_minutes_are_by_road_finite_and_longer_than_as_the_crow_flies(liechtenstein: Territory):
    """No car is faster than 104 km/h here (0.8 x 130); from the villages on the slope the way winds most."""
    assert liechtenstein.manifest["travel"]["title"] == "By car, roads of 2015-07-27"
    places, services = liechtenstein.layer("places"), liechtenstein.layer("services")
    minutes = liechtenstein.layer("place_minutes").pivot(index="place_id", columns="category", values="nearest")
    assert minutes.notna().all(axis=None) and minutes.max(axis=None) < 45
    crow = Straight(circuity=1.0, speeds=[(60, None)])  # kilometres
    for category, rows in services.groupby("category"):
        near = crow.nearest(places.geometry, rows.geometry).km[:, 0]
        assert (minutes.loc[places["place_id"], category] >= near / 104 * 60).all(), category
    hospital = services[services["category"] == "any_hospital"].geometry
    straight = crow.nearest(places.geometry, hospital).km[:, 0]
    winding = pd.Series(minutes.loc[places["place_id"], "any_hospital"].to_numpy() / straight, index=places["area_id"])
    assert winding["7004"].median() > 1.5 * winding["7009"].median()


def test_the_capital_is_near_and_the_mountain_village_is_farther(table: pd.DataFrame):
    named = table.set_index("name")
    for service in ("pharmacy", "any_hospital", "bank", "library"):
        assert named["minutes_" + service].idxmin() in ("Vaduz", "Schaan"), service
        assert named.loc["Triesenberg", "minutes_" + service] > 2 * named.loc["Vaduz", "minutes_" + service]
    # About 7 km of road with hairpins from Triesenberg to the hospital in Vaduz, and 17 km from Schellenberg.
    assert named.loc["Triesenberg", "minutes_any_hospital"] == pytest.approx(9, abs=2)
    assert named.loc["Schellenberg", "minutes_any_hospital"] == pytest.approx(21, abs=4)


def test_what_is_lacking_is_said(liechtenstein: Territory):
    assert liechtenstein.manifest["notes"][:2] == [
        "3 categories of service have none in osm/liechtenstein-latest.osm.pbf: charging_station, community_centre, "
        "doctors.",
        "Made from OpenStreetMap and under ODbL-1.0: areas, places, grid, services, roads; who passes them on keeps "
        "the licence and names its contributors.",
    ]
    lacking = [definition.partition(":")[0] for definition in liechtenstein.manifest["lacking"]]
    assert lacking == [
        "DG REGIO remote region",
        "inner area (SNAI)",
        "minutes to a hospital, SNAI's cuts",
        "ARIA+, relative to the territory",
    ]


def test_towns_are_clusters_of_cells_and_no_cell_is_one(liechtenstein: Territory, table: pd.DataFrame):
    """No cell has 2,000 people; those along the Rhine grow together to more than 10,000, Balzers lies apart."""
    places = liechtenstein.layer("places")
    assert places["own_population"].max() < 2_000 and places["settlement_population"].max() > 10_000
    assert table["scotland_class"].value_counts().to_dict() == {2: 10, 3: 1}


def test_a_second_build_gives_the_same_version(liechtenstein: Territory, tmp_path: Path):
    assert build(recipes.load("liechtenstein"), root=tmp_path, mirror=OPENDATA) == liechtenstein.version
