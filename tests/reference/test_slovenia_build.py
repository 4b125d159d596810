"""Slovenia built from the published files: that all of it is there, and that nothing is lost without being said."""

import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geodata import recipes, store
from geodata.schema import LAYERS, check
from geodata.store import Territory
from pipelines.areas.table import areas_table
from pipelines.build.run import build
from tests.opendata import OPENDATA

pytestmark = pytest.mark.opendata
SECONDS = 30


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    start = time.process_time()
    build(recipes.load("slovenia"), root=root, mirror=OPENDATA)
    assert time.process_time() - start < SECONDS
    return root


@pytest.fixture(scope="module")
def slovenia(root: Path) -> Territory:
    return store.open_territory("slovenia", root=root)


@pytest.fixture(scope="module")
def table(slovenia: Territory) -> pd.DataFrame:
    return areas_table(slovenia)


def test_every_layer_meets_its_contract(slovenia: Territory):
    slovenia.verify()
    kept = {name for name in LAYERS if f"{name}.parquet" in slovenia.manifest["outputs"]}
    # What a travel model needs is kept with the territory that has one.
    assert set(LAYERS) - kept == {
        *("ferry_ports", "fixed_links", "major_roads", "road_nodes", "road_edges", "settled_cells", "travel_times")
    }
    for name in kept:
        check(name, slovenia.layer(name))


def test_every_municipality_has_its_region_and_its_indices(slovenia: Territory, table: pd.DataFrame):
    assert len(table) == 212
    assert table.index.str.fullmatch(r"\d{3}").all()
    # The weighting knows no ages, so it has one index, and the gap is that.
    assert table.drop(columns="resources").notna().all(axis=None) and table["resources"].isna().all()
    assert table["nuts3"].nunique() == 12 and table["nuts2"].nunique() == 2
    regions = slovenia.layer("regions").set_index("region_id")
    assert regions["level"].value_counts().to_dict() == {"nuts3": 12, "nuts2": 2}
    # The list of regions beside the map has none of these: it gives its 27 municipalities to Podravska.
    assert regions.loc["SI031", ["name", "areas"]].tolist() == ["Pomurska", 27]
    assert table["need"].between(0, 100).all() and (table["gap"] == table["need"]).all()


def test_people_are_those_of_the_settlements(slovenia: Territory, table: pd.DataFrame):
    """The list adds up to 2,108,748; five settlements repeat a figure, 1,594 people in all."""
    assert table["population"].sum() == 2_108_748 - 1_594
    assert len(slovenia.layer("places")) == 6007
    published = pd.read_csv(OPENDATA / "europe" / "nuts_lau_2019.csv.gz", dtype=str).query("country == 'SI'")
    people = published.set_index(published["lau_code"].str.zfill(3))["population"].astype(float)
    ratio = table["population"] / people.reindex(table.index)
    assert ratio.between(0.87, 1.26).all()
    assert ratio.between(0.95, 1.05).mean() > 0.9


def test_degree_of_urbanisation_is_the_published_one(table: pd.DataFrame):
    published = pd.read_csv(OPENDATA / "europe" / "nuts_lau_2019.csv.gz", dtype=str).query("country == 'SI'")
    classes = published.set_index(published["lau_code"].str.zfill(3))["degurba"].str[0].reindex(table.index)
    assert table.loc[table["degurba"] != classes, "name"].tolist() == ["Gorje"]


def test_services_are_all_there_and_lie_in_the_municipality_they_name(slovenia: Territory):
    services = slovenia.layer("services")
    assert services["category"].value_counts().to_dict() == {
        "post_office": 462,
        "dentist": 426,
        "general_practice": 286,
        "child_dentist": 171,
        "gynaecologist": 108,
        "paediatrician": 100,
        "any_hospital": 31,
    }
    care = services[services["source_id"] == "slovenia-primary-care"]
    given = pd.read_csv(OPENDATA / "slovenia" / "primary_care_capacity_by_institution.csv")
    sites = pd.read_csv(OPENDATA / "slovenia" / "primary_care_institutions.csv").drop_duplicates()
    # One institution has two sites, and its dentists are not divided between them; six have no position.
    divided = sites.loc[sites["id_inst"].duplicated(), "id_inst"]
    lost = sites.loc[sites["lat"].isna(), "id_inst"]
    assert (len(divided), len(lost)) == (1, 6)
    counted = given.loc[~given["id_inst"].isin([*divided, *lost]), "fte"]
    assert care["capacity"].isna().sum() == 2
    assert care["capacity"].sum() == pytest.approx(counted.sum())
    assert (care["capacity"].dropna() > 0).all()
    named = sites.astype({"id_inst": str}).drop_duplicates("id_inst").set_index("id_inst")["municipality"]
    where = gpd.sjoin(care[~care["service_id"].str.count("-").gt(1)], slovenia.layer("areas"), predicate="within")
    assert (where["name_right"].to_numpy() == named[where["service_id"].str.split("-").str[1]].to_numpy()).all()


def test_what_was_left_out_or_decided_is_said(slovenia: Territory):
    said = [note.partition(":")[0] for note in slovenia.manifest["notes"]]
    assert said == [
        "35 settlements name another municipality than the one they lie in, where they are counted",
        "8 settlements share a point with a settlement of another municipality and are counted where they say",
        "5 settlements repeat the point and the people of another, so their own people are not known",
        "6 primary care institutions have no position and are left out",
        "9 primary care institutions have no kind of care listed and are left out",
        "31 of 31 hospitals do not say whether they have an emergency department.",
        "No supply within reach is computed for hospital of any kind, dentist for adults, post office, because the "
        "capacity of some or all of their services is unknown.",
    ]


def test_the_capital_is_near_everything_and_the_mountains_are_not(table: pd.DataFrame):
    named = table.set_index("name")
    far = named.loc[["Kranjska Gora", "Osilnica", "Solčava"]]
    # The next post offices are as near in a valley of the Alps as between the suburbs of the capital.
    for indicator in [
        column for column in table if column.startswith("minutes_") and column != "minutes_3_post_office"
    ]:
        assert (far[indicator] > named.loc["Ljubljana", indicator]).all(), indicator
    assert named["gap"].idxmin() == "Ljubljana"


def test_a_second_build_gives_the_same_version(slovenia: Territory, tmp_path: Path):
    assert build(recipes.load("slovenia"), root=tmp_path, mirror=OPENDATA) == slovenia.version
