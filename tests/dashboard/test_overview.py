"""Every map of a large territory knows the class of its regions, which stand for the areas seen from afar."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.assets import MapFiles
from dashboard.maps import tiles
from dashboard.maps.picture import DIGITS, NO_DATA
from geodata.store import Territory
from pipelines.areas.table import areas_table
from pipelines.priority import classes
from tests.dashboard.running import opened_without_error

Sent = list[tuple[dict[str, Any], dict[str, int]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Picture and overview of each map that is drawn while Italy is taken for a large territory."""
    monkeypatch.setattr(MapFiles, "tiled", True)
    found: Sent = []
    monkeypatch.setattr(tiles, "show", lambda _, picture, overview, *__: found.append((picture, dict(overview))))
    return found


def draw(app: AppTest, page: str) -> None:
    """Open a page and have it draw its map."""
    asked = "hospital,mclp,45,2,population,exchange" if page == "sites" else ""
    opened_without_error(app, page, region="ITF5", area="077027", **({"sites": asked} if asked else {}))
    if page == "response":
        app.segmented_control(key="response-part").set_value("white-spots").run()
    if page == "scenarios":
        app.button(key="scenario-add").click().run()
    assert not app.exception and not app.error


@pytest.mark.parametrize("page", ["map", "projects", "response", "sites", "scenarios"])
def test_regions_seen_from_afar_have_the_class_of_their_middle_area(
    app: AppTest, territory: Territory, sent: Sent, page: str
) -> None:
    draw(app, page)
    picture, overview = sent[-1]
    codes = [-1 if code == NO_DATA else DIGITS.index(code) for code in picture["classes"]]
    assert overview == classes.middle(codes, areas_table(territory)["nuts3"]).to_dict()
    assert max(overview.values()) >= 0, "all would be no data"
