"""The European Union built from the published files: what Eurostat says is what the product says."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata import recipes, store
from geodata.i18n.message import tell_each
from geodata.schema import LAYERS, check
from geodata.store import Territory
from pipelines.areas.table import areas_table
from pipelines.build.run import build
from pipelines.sources.eurostat import jsonstat
from tests.opendata import OPENDATA

pytestmark = pytest.mark.opendata
SECONDS = 30
TABLE = "euro_access_NUTS_2024_healthcare__AGE_{}__DEG_URB_TOTAL__ACCESS_INDIC_{}__THRESHOLD_{}__UNIT_{}.csv"
OVERSEAS = ["FRY10", "FRY20", "FRY30", "FRY40", "FRY50"]
WORSE = ["EL532", "PL21A", "SI032"]


def published(age: str, indicator: str, threshold: str, unit: str) -> pd.DataFrame:
    path = OPENDATA / "eurostat" / "accessibility" / TABLE.format(age, indicator, threshold, unit)
    return pd.read_csv(path).set_index("GEO")


@pytest.fixture(scope="module")
def eu(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    root = tmp_path_factory.mktemp("data")
    start = time.process_time()
    build(recipes.load("eu"), root=root, mirror=OPENDATA)
    assert time.process_time() - start < SECONDS
    return store.open_territory("eu", root=root)


@pytest.fixture(scope="module")
def table(eu: Territory) -> pd.DataFrame:
    return areas_table(eu)


@pytest.fixture(scope="module")
def redrawn(eu: Territory) -> list[str]:
    quality = eu.layer("quality")
    shared = tell_each(quality["reason"]).str.startswith("Shared out from 2024 regions")
    return sorted(quality.loc[shared, "area_id"].unique())


def test_every_layer_meets_its_contract(eu: Territory):
    eu.verify()
    kept = {name for name in LAYERS if f"{name}.parquet" in eu.manifest["outputs"]}
    # What a travel model needs is kept with the territory that has one.
    assert set(LAYERS) - kept == {
        "ferry_ports",
        "road_nodes",
        "road_edges",
        "travel_times",
        "urban_centres",
        "settled_cells",
        "major_roads",
        "fixed_links",
    }
    for name in kept:
        check(name, eu.layer(name))


def test_areas_are_the_1166_regions_of_the_27_member_states(eu: Territory, table: pd.DataFrame):
    """447.2 million people on 1 January 2021, on 4.2 million km²."""
    assert len(table) == 1166 and table.index.str[:2].nunique() == 27
    assert table["population"].sum() == 447_207_489
    assert table["area_km2"].sum() == pytest.approx(4.22e6, rel=0.01)
    levels = eu.layer("regions")["level"].value_counts().to_dict()
    assert levels == {"nuts2": 242, "nuts1": 92}
    assert eu.layer("areas").geometry.is_valid.all()


def test_islands_drawn_in_boxes_are_named_and_nothing_is_placed_in_them(eu: Territory, table: pd.DataFrame):
    boxes, pieces = eu.manifest["notes"][:2]
    moved = boxes.rstrip(".").partition(": ")[2].split(", ")
    assert len(moved) == 14 and {"ES705", "PT200", "PT300", "FRY40"} <= set(moved)
    assert "PT200, PT300" in pieces
    assert table.loc[moved, ["any_hospital_per_100_000", "projects_in_area"]].isna().all(axis=None)
    assert table.drop(moved)["projects_in_area"].notna().all()


@pytest.mark.parametrize("minutes", [5, 20, 45])
@pytest.mark.parametrize(("age", "of"), [("T", ""), ("Y_GE65", "65_plus_")])
def test_shares_are_the_published_ones(table: pd.DataFrame, redrawn: list[str], age: str, of: str, minutes: int):
    """To the two decimals that are published, in every region that was not redrawn and did not change its code."""
    given = published(age, "N1", f"GT_{minutes}_MIN", "PC")
    for year, end in (("2020", "_2020"), ("2023", "")):
        found = table[f"share_{of}beyond_health_{minutes}{end}"].dropna()
        same = found.index.intersection(given.index).difference(redrawn)
        assert len(same) > 1060
        assert (found[same] - given.loc[same, year]).abs().max() < 0.0051


def test_nobody_is_lost_between_nuts_versions(table: pd.DataFrame, redrawn: list[str]):
    given = published("T", "N1", "GT_20_MIN", "NR")
    mine = given[(given.index.str.len() == 5) & given.index.str[:2].isin(table.index.str[:2].unique())]
    # The three regions whose figure of 2023 is left out.
    assert table["people_beyond_health_20"].sum() == pytest.approx(mine["2023"].sum(), rel=1e-9)
    assert len(redrawn) == 21
    assert {"LV003", "LV006", "DEG0N", "FI193"} <= set(redrawn)


def test_conversion_of_nuts_versions_agrees_with_another_source_of_old_people(table: pd.DataFrame):
    """Old-age dependency is published for NUTS 2021; shares of the census come from NUTS 2024."""
    both = table[["share_65_plus", "old_age_dependency"]].dropna()
    assert both.corr(method="spearman").iloc[0, 1] > 0.95


def test_regions_that_jump_are_flagged_and_keep_their_figures(eu: Territory, table: pd.DataFrame):
    quality = eu.layer("quality")
    jumped = quality[(quality["kind"] == "implausible") & (quality["indicator"] == "health_change_20")]
    reasons = tell_each(jumped["reason"])
    assert len(jumped) == 32 and reasons.str.startswith("Moved by ").all()
    # Estonia lists no hospital at all; six regions have none listed, so that lists have changed and not care.
    assert (~reasons.str.contains("sites are listed today")).sum() == 1
    assert reasons.str.contains("where 0 sites").sum() == 6
    change = table.loc[jumped["area_id"], "health_change_20"]
    assert sorted(change[change > 0].index) == WORSE and change.min() == pytest.approx(-99.03, abs=0.01)
    assert (change.abs() > 20).all()
    assert table["health_change_20"].drop(change.index).abs().max() <= 20
    doubted = quality[(quality["kind"] == "implausible") & (quality["indicator"] == "share_beyond_health_20")]
    assert sorted(doubted["area_id"]) == WORSE
    assert table.loc[WORSE, "share_beyond_health_20"].notna().all()


def test_all_regions_with_figures_on_care_are_scored(eu: Territory, table: pd.DataFrame):
    unscored = table.index[table["gap"].isna()].tolist()
    assert set(OVERSEAS) < set(unscored)
    # Saarland lacks a figure that the index cannot do without.
    assert {area_id for area_id in unscored if area_id not in OVERSEAS} == {f"DEC0{number}" for number in range(1, 7)}
    scores = table[["need", "resources", "gap"]].dropna()
    assert scores.stack().between(0, 100).all()
    quality = eu.layer("quality").set_index(["area_id", "indicator"])
    assert (quality.loc[[(area_id, "gap") for area_id in unscored], "kind"] == "not scorable").all()


def test_every_missing_figure_has_a_reason(eu: Territory):
    values = eu.layer("indicators").set_index("area_id")
    row, column = np.nonzero(values.isna().to_numpy())
    lacking = set(zip(values.index[row], values.columns[column], strict=True))
    quality = eu.layer("quality").query("kind not in ('flagged', 'implausible')")
    assert lacking == set(zip(quality["area_id"], quality["indicator"], strict=True))
    estonia = quality[(quality["area_id"] == "EE001") & (quality["indicator"] == "any_hospital_per_100_000")]
    assert estonia["reason"].tolist() == ["The source lists nothing of this kind in the whole country"]


def test_capitals_need_less_than_the_remote_east(table: pd.DataFrame):
    capitals = table.loc[["BE100", "DE300", "SE110", "AT130", "NL329"], "gap"]
    remote = table.loc[["RO422", "RO225", "BG311", "HR032", "PT16J", "EL531"], "gap"]
    assert capitals.max() < remote.min()


def test_figures_name_their_year_and_publisher(eu: Territory):
    codebook = eu.codebook
    assert codebook.loc["share_beyond_health_20_2020", ["year", "sources"]].tolist() == ["2020", "eu-health-access"]
    assert codebook.loc["gdp_per_head", ["year", "sources"]].tolist() == ["2021", "eu-gdp"]
    assert codebook.loc["health_change_20", "year"] == "2020, 2023"
    assert codebook.loc["projects_in_area", "completeness"] == "illustrative"
    assert eu.manifest["travel"]["model"] == "none" and len(eu.layer("nearest")) == 0


def test_a_second_build_gives_the_same_version(eu: Territory, tmp_path: Path):
    assert build(recipes.load("eu"), root=tmp_path, mirror=OPENDATA) == eu.version


@pytest.mark.parametrize(
    ("name", "rows", "figures"),
    [
        ("geo-de-last3_last-month-null", 2, 2),
        ("ie_all-confidential", 6, 0),
        ("de-since-2030_size-zero", 0, 0),
    ],
)
def test_recorded_answers_of_the_interface(name: str, rows: int, figures: int):
    content = (OPENDATA / "eurostat" / "jsonstat_recorded" / f"{name}.json").read_bytes()
    found = jsonstat.read(content, name)
    assert (len(found), found["value"].notna().sum()) == (rows, figures)


@pytest.mark.parametrize("name", ["error-413-extraction-too-big", "eurostat-name_gpd_c"])
def test_recorded_answers_that_are_no_data(name: str):
    content = (OPENDATA / "eurostat" / "jsonstat_recorded" / f"{name}.json").read_bytes()
    with pytest.raises(ValueError, match=r"too large|no dataset in JSON-stat 2\.0"):
        jsonstat.read(content, name)
