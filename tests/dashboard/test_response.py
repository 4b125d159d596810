"""Page Response on the built territory, without a browser."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.view.text import plain
from geodata.store import Territory
from pipelines.areas.table import areas_table
from pipelines.response import matching
from tests.dashboard.running import fresh, opened_without_error, picture

AREA = "077027"


@pytest.fixture
def page(data_root: Path) -> AppTest:  # noqa: ARG001 - points the app at the territory built for the tests
    return opened_without_error(fresh(), "response", area=AREA, list="076026")


def test_area_project_and_white_spots(page: AppTest, territory: Territory) -> None:
    expected = matching.territory.of(territory).for_area(AREA)
    needs, projects = page.dataframe[0].value, page.dataframe[1].value
    assert needs["need"].is_monotonic_decreasing and "Housing" not in set(needs["theme"])
    assert any("Cannot be judged here" in caption.value and "housing" in caption.value for caption in page.caption)
    assert projects["name"].tolist() == expected["name"].head(len(projects)).tolist()
    assert any("Its location is known only to a region" in caption.value for caption in page.caption)
    assert page.selectbox(key="response-area").options[0].startswith("★"), "the shortlist comes first"

    page.segmented_control(key="response-part").set_value("project").run()
    page.selectbox(key="response-project").set_value("it-smart-village-ostana").run()
    assert not page.exception and not page.error
    found = matching.territory.of(territory).for_project("it-smart-village-ostana", count=15)
    assert page.dataframe[0].value["area"].tolist() == found["name"].tolist()
    assert page.query_params["response"] == "project,it-smart-village-ostana"
    page.selectbox(key="response-project").set_value("it-we-ca-re-cantiere-regionale").run()
    assert not page.exception and not page.error

    page.segmented_control(key="response-part").set_value("white-spots").run()
    page.selectbox(key="response-theme").set_value("mobility").run()
    assert not page.exception and not page.error
    spots = matching.territory.of(territory).white_spots("mobility", 60) == "white spot"
    assert any(f"**{spots.sum():,}** white spots" in text.value for text in page.markdown)
    drawn = pd.Series(list(picture(page)["classes"]), index=areas_table(territory).index)
    assert set(drawn.index[drawn == "0"]) == set(spots.index[spots])


def test_a_link_opens_the_page_as_it_was(data_root: Path, territory: Territory) -> None:  # noqa: ARG001 - points the app
    page = opened_without_error(fresh(), "response", response="white-spots,mobility,30")
    assert page.segmented_control(key="response-part").value == "white-spots"
    assert page.selectbox(key="response-theme").value == "mobility"
    spots = matching.territory.of(territory).white_spots("mobility", 30) == "white spot"
    assert any(f"**{spots.sum():,}** white spots" in text.value for text in page.markdown)
    page.segmented_control(key="response-minutes").set_value(15).run()
    assert page.query_params["response"] == "white-spots,mobility,15"
    page.switch_page("views/methods.py").run()
    page.switch_page("views/response.py").run()
    assert page.segmented_control(key="response-minutes").value == 15, "another page does not forget it"
    page.segmented_control(key="response-part").set_value("").run()
    assert "response" not in page.query_params and not page.exception

    page = opened_without_error(fresh(), "response", response="project,it-smart-village-ostana")
    assert page.selectbox(key="response-project").value == "it-smart-village-ostana" and page.dataframe
    # A limit that is not offered gives the nearest one that is: the widest.
    page = opened_without_error(fresh(), "response", response="white-spots,housing,999")
    assert page.segmented_control(key="response-minutes").value == 60


def test_area_without_figures_says_what_cannot_be_judged(page: AppTest) -> None:
    page.selectbox(key="response-area").set_value("081025").run()
    assert not page.exception and not page.error
    said = next(caption.value for caption in page.caption if "Cannot be judged here" in caption.value)
    assert plain("digital inclusion (its figures are missing for this area)") in said
    assert plain("housing (the data lack empty homes") in said
