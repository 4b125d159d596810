"""Labels of Italian municipalities that are derived here, against those that are published."""

import pandas as pd
import pytest

from geodata.store import Territory
from pipelines.access.remoteness import degurba
from pipelines.build import population
from pipelines.sources.bundled import snapshot
from tests.opendata import OPENDATA

LAU = "europe/nuts_lau_2019.csv.gz"
INNER = "reference/inner_areas_4_regions.csv.gz"


@pytest.fixture(scope="module")
def classes() -> pd.DataFrame:
    """Class of each municipality that both have: as Eurostat published it for 2019, and as it is derived here."""
    areas = snapshot.read_layer("areas")
    people = population.people(snapshot.read_layer("population"), pd.Index(areas["area_id"], name="area_id"))
    derived = degurba.of_areas(snapshot.read_layer("degurba_cells"), areas, people["population"])
    table = pd.read_csv(OPENDATA / LAU, dtype=str)
    published = table[table["country"] == "IT"].set_index("lau_code")["degurba"].str[0]
    both = pd.DataFrame({"published": published[published.isin(list("123"))], "derived": derived}).dropna()
    return both.assign(equal=both["published"] == both["derived"])


@pytest.mark.opendata(LAU)
def test_derived_degree_of_urbanisation_agrees_as_often_as_the_product_says(classes: pd.DataFrame) -> None:
    said = degurba.FROM_CLASSES
    assert len(classes) == said.areas
    assert round(100 * classes["equal"].mean(), 1) == said.share


@pytest.mark.opendata(LAU)
def test_towns_that_were_taken_for_rural_areas_are_towns(classes: pd.DataFrame) -> None:
    """Where the people of a town were put at its places, 541 towns were rural, Chioggia and Spoleto among them."""
    towns = classes[classes["published"] == "2"]
    assert (towns["derived"] == "3").sum() < 300
    assert classes.loc[["027008", "054051"], "derived"].tolist() == ["2", "2"]
    assert not ((classes["published"] == "1") & (classes["derived"] == "3")).any()
    assert not ((classes["published"] == "3") & (classes["derived"] == "1")).any()


@pytest.mark.opendata(INNER)
def test_hospitals_alone_do_not_make_the_official_inner_areas(territory: Territory) -> None:
    """So they have no vote: of four regions' inner areas they find about half, and call few others so."""
    official = pd.read_csv(OPENDATA / INNER, dtype={"Municipality_code": str}).set_index("Municipality_code")
    inner = official["Inner_area_code_2021_2027"].isin(list("DEF"))
    ours = territory.layer("indicators").set_index("area_id")["hospital_minutes_class"].reindex(inner.index) >= 3
    assert 0.3 < ours[inner].mean() < 0.8
    assert ours[~inner].mean() < 0.2
