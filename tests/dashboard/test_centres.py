"""Pages and the API on a territory whose areas are known by their centres, some not even by these."""

import re
from pathlib import Path
from typing import Any

import pytest
import requests

from geodata import recipes, store
from pipelines.build.run import build
from tests.dashboard.api_server import serving
from tests.dashboard.running import fresh, opened_without_error
from tests.pipelines.sources.test_lau_europe import publish

PAGES = ("map", "area", "shortlist", "compare", "response", "sites", "scenarios", "projects", "own", "methods")
CENTRE, NOWHERE = "SI_001", "EL_0102"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    build(recipes.load("eu-lau"), root=root, mirror=publish(tmp_path_factory.mktemp("mirror")))
    return root


@pytest.fixture
def at_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.ENVIRONMENT, str(root))


def opened(page: str, area: str) -> str:
    """All that a page says of an area, with both on the shortlist."""
    app = opened_without_error(fresh(), page, territory="eu-lau", area=area, list=f"{CENTRE},{NOWHERE}")
    kinds = (app.markdown, app.caption, app.info, app.warning, app.metric)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.mark.usefixtures("at_root")
@pytest.mark.parametrize("area", [CENTRE, NOWHERE])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(page: str, area: str) -> None:
    assert not re.search(r"\b(nan|None|NaT)\b|NA>", opened(page, area))


@pytest.mark.usefixtures("at_root")
def test_what_cannot_be_told_is_said() -> None:
    assert "by their centres alone" in opened("scenarios", CENTRE)
    unmeasured = "No minutes are known from this area"
    assert unmeasured not in opened("area", CENTRE)
    of_nowhere = opened("area", NOWHERE)
    assert of_nowhere.count(unmeasured) == 2
    assert "None of the listed projects" not in of_nowhere


@pytest.mark.usefixtures("at_root")
def test_what_leads_nowhere_is_not_offered() -> None:
    app = opened_without_error(fresh(), "sites", territory="eu-lau", region="SI")
    app.number_input(key="sites-limit").set_value(2)
    app.number_input(key="sites-count").set_value(1)
    next(button for button in app.button if button.label == "Propose sites").click().run()
    assert [str(each.value) for each in (*app.exception, *app.error)] == []
    assert any(metric.label == "New sites" and metric.value == "1" for metric in app.metric)
    assert not any(button.key == "sites-scenario" for button in app.button), "there are no scenarios from centres"
    app = opened_without_error(fresh(), "response", territory="eu-lau", area=CENTRE)
    assert not app.dataframe and any("Cannot be judged here" in str(each.value) for each in app.caption)


def test_an_area_of_no_position_has_no_geometry_in_the_api(root: Path) -> None:
    with serving(root) as address:

        def asked(path: str = "", **parameters: str) -> Any:
            return requests.get(f"{address}/collections/eu-lau-{path}", params=parameters, timeout=60).json()

        assert asked("areas")["extent"]["spatial"]["bbox"] == [[15.0, 41.1, 25.4, 61.0]]
        shapes = {each["id"]: each["geometry"] for each in asked("areas/items")["features"]}
        assert shapes[NOWHERE] is None and shapes[CENTRE] == {"type": "Point", "coordinates": [15.0, 46.0]}
        assert asked("areas/items", bbox="14,45,16,47")["numberMatched"] == 2
        assert asked(f"areas/items/{NOWHERE}")["geometry"] is None
        assert asked("shortlist/items")["numberMatched"] > 0
