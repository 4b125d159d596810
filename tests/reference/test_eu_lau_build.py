"""Municipalities of Europe from the published files: every row is accounted for, and a cut of them is built whole."""

import gzip
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from geodata import catalogue, recipes, store
from geodata.catalogue import Source
from geodata.recipes import Recipe
from geodata.store import Territory
from pipelines.areas.table import areas_table
from pipelines.build.run import build
from pipelines.sources import registry as catalogued
from pipelines.sources.eurostat import lau_europe
from tests.opendata import OPENDATA

pytestmark = pytest.mark.opendata
CUT = "PT"


@pytest.fixture(scope="module")
def portugal(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    """The recipe for all of Europe, its two published lists cut to one country."""
    of_recipe, root = catalogued.of_recipe, tmp_path_factory.mktemp("data")

    def cut(recipe: Recipe) -> dict[str, Source]:
        sources = of_recipe(recipe)
        return sources | {name: replace(sources[name], country=CUT) for name in ("europe-lau", "europe-hospitals")}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogued, "of_recipe", cut)
        build(recipes.load("eu-lau"), root=root, mirror=OPENDATA)
    return store.open_territory("eu-lau", root=root)


@pytest.fixture(scope="module")
def listed() -> pd.DataFrame:
    with gzip.open(OPENDATA / "europe" / "nuts_lau_2019.csv.gz", "rt", encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def test_all_99140_rows_are_areas_and_62598_have_a_position(listed: pd.DataFrame) -> None:
    found = lau_europe.areas(catalogue.load()["europe-lau"], OPENDATA)
    assert len(found) == len(listed) == 99_140
    assert found["area_id"].is_unique
    placed = found[found.geometry.notna()]
    assert len(placed) == 62_598
    unplaced = found[found.geometry.isna()]["country"].value_counts().to_dict()
    assert unplaced == {
        "FR": 34_970, "TR": 973, "DE": 285, "GR": 149, "EE": 79, "BE": 26, "IT": 21, "GB": 21, "CH": 13, "AT": 3,
        "PL": 1, "FI": 1,
    }  # fmt: skip
    # Countries that state km² are as large as they are: Germany 357,600 km², Finland with its waters 390,900 km².
    size = found.groupby("country")["area_km2"].sum()
    assert size["DE"] == pytest.approx(357_600, rel=0.01)
    assert size["FI"] == pytest.approx(390_900, rel=0.01)


def test_figures_are_those_of_the_table(portugal: Territory, listed: pd.DataFrame) -> None:
    table, rows = areas_table(portugal), listed[listed["country"] == CUT].set_index("gisco_id")
    assert sorted(table.index) == sorted(rows.index)
    assert table["population"].sum() == pd.to_numeric(rows["population"]).sum()
    assert table["area_km2"].sum() == pytest.approx(pd.to_numeric(rows["total_area_m2"]).sum() / 1e6)
    assert table["degurba"].value_counts().to_dict() == rows["degurba"].str[0].value_counts().to_dict()
    assert (table["coastal_area"] == 2).sum() == (rows["coastal_area"].str.lower() == "yes").sum()


def test_minutes_are_those_of_the_shortest_way_to_any_hospital(portugal: Territory) -> None:
    """Every 50th centre against every hospital by geodesics, without a tree."""
    services, centres = portugal.layer("services"), portugal.layer("places").iloc[::50]
    minutes = areas_table(portugal)["minutes_any_hospital"]
    geod = Geod(ellps="GRS80")
    for area, point in zip(centres["area_id"], centres.geometry, strict=True):
        count = len(services)
        metres = geod.inv(np.full(count, point.x), np.full(count, point.y), services.geometry.x, services.geometry.y)[2]
        km = 1.4 * min(metres) / 1000
        expected = 60 * (min(km, 5) / 30 + max(min(km, 25) - 5, 0) / 50 + max(km - 25, 0) / 75)
        assert minutes[area] == pytest.approx(expected)


def test_islands_are_outlined_where_they_are_and_not_in_a_box(portugal: Territory) -> None:
    regions = portugal.layer("regions").set_index("region_id").geometry
    drawn = portugal.layer("areas")
    azores = drawn[drawn["nuts2"] == "PT20"]
    assert len(azores) and azores.geometry.within(regions["PT20"]).all()
    assert regions["PT20"].centroid.x < -24
