"""The page Scenarios on the built Italy, without a browser."""

import re
from pathlib import Path

import geopandas as gpd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from dashboard.view.text import plain
from geodata.store import Territory
from pipelines.areas import ranking
from pipelines.areas.table import areas_table
from pipelines.response.scenario import reading, whatif
from pipelines.response.scenario.changes import AddService, CloseService, Scenario
from pipelines.userdata.coordinates import pair
from tests.dashboard.running import fresh, opened_without_error, picture

STIGLIANO = "077027"


@pytest.fixture
def app(data_root: Path) -> AppTest:  # noqa: ARG001 - points the app at the territory built for the tests
    return opened_without_error(fresh(), "scenarios", area=STIGLIANO)


def texts(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.markdown, app.caption, app.error) for element in kind)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_add_undo_redo_keep_and_close(app: AppTest, territory: Territory) -> None:
    assert "Nothing is changed yet" in texts(app)
    app.selectbox(key="scenario-category").set_value("hospital").run()
    press(app, "scenario-add")
    told = texts(app)
    assert "1\\. " in told or "1. Add a service" in told
    gain = re.search(r"[1-9][0-9,]+ people have fewer minutes and 0 more", told)
    assert gain
    sides = app.dataframe[-1].value
    assert sides["what"].iloc[0] == "Mean gap of a person"
    app.button_group(key="scenario-layer").set_value("minutes_hospital").run()
    drawn, order = picture(app), list(areas_table(territory).index)
    nearer = {order[at] for at, change in enumerate(drawn["values"]) if change and change < -0.6}
    assert STIGLIANO in nearer
    assert {drawn["classes"][order.index(area)] for area in nearer} <= set("012")
    assert drawn["classes"][order.index("001272")] == "3", "Turin is as it is"
    place = territory.layer("places").query("area_id == @STIGLIANO").nlargest(1, "population").geometry.iloc[0]
    assert [(group["name"], group["rows"][0][:2]) for group in drawn["points"]] == [
        ("New or moved", [place.y, place.x])
    ]

    press(app, "scenario-undo")
    assert "Nothing is changed yet" in texts(app)
    assert "people have fewer minutes" not in texts(app)
    press(app, "scenario-redo")
    assert gain[0] in texts(app), "the same numbers again"
    press(app, "scenario-keep")

    app.text_input(key="scenario-title").set_value("No hospital in Melfi").run()
    press(app, "scenario-anew")
    app.selectbox(key="scenario-kind").set_value(CloseService).run()
    hospitals = territory.layer("services").query("category == 'hospital'").sort_values("name")
    key = hospitals.loc[hospitals["name"].str.contains("Melfi"), "service_id"].iloc[0]
    app.selectbox(key="scenario-service-hospital").set_value(key).run()
    press(app, "scenario-add")
    assert "0 people have fewer minutes" in texts(app)
    sides = app.dataframe[-1].value
    assert list(sides.columns) == ["what", "value now", "value No hospital in Melfi", "value My scenario"]
    beyond = sides.set_index("what").loc["People beyond 45 minutes: hospital with emergency department"]
    now, fewer, more = (int(value.replace(",", "")) for value in beyond)
    assert more < now <= fewer


def test_a_file_for_another_version_is_said_and_changes_nothing(app: AppTest) -> None:
    old = Scenario("Old", "italy", "000000000000", (CloseService("x"),))
    app.file_uploader(key="scenario-file").set_value(("old.yaml", reading.write(old), "application/yaml")).run()
    assert not app.exception
    assert "was made for version 000000000000 of Italy" in app.error[0].value
    assert "Nothing is changed yet" in texts(app)


def test_a_file_that_is_opened_is_worked_on(app: AppTest, territory: Territory) -> None:
    port = territory.layer("services").query("category == 'port'")["service_id"].iloc[0]
    saved = Scenario("No port", "italy", territory.version, (CloseService(port),))
    app.file_uploader(key="scenario-file").set_value(("new.yaml", reading.write(saved), "application/yaml")).run()
    assert not app.exception and not app.error
    assert "Close a service" in texts(app)
    assert app.text_input(key="scenario-title").value == "No port"


def test_a_change_may_be_at_any_point_near_the_territory(app: AppTest, territory: Territory) -> None:
    app.selectbox(key="scenario-category").set_value("hospital").run()
    app.text_input(key="scenario-search-at").set_value("39.9, 12.9").run()
    assert "lies far outside Italy" in app.error[0].value
    assert app.button(key="scenario-add").disabled

    app.text_input(key="scenario-search-at").set_value("40,42; 16,20").run()
    assert not app.error
    press(app, "scenario-add")
    nearest = territory.layer("places").query("name == 'Stigliano'").to_crs(3035).geometry.iloc[0]
    km = nearest.distance(gpd.GeoSeries.from_xy([16.2], [40.42], crs=4326).to_crs(3035).iloc[0]) / 1000
    assert plain(f"40.4200, 16.2000 ({km:.1f} km from Stigliano)") in texts(app)
    expected = whatif.result(
        data.what_if_baseline(data.load("italy")),  # that of the page
        Scenario("x", "italy", territory.version, (AddService("x", "hospital", "x", (40.42, 16.2), level="DEA I"),)),
        ranking.ask(territory),
    )
    assert plain(expected.effects.sentences()[0]) in texts(app)
    point = [group["rows"] for group in picture(app)["points"] if group["name"] == "New or moved"]
    assert point == [[[40.42, 16.2, "New service"]]]


@pytest.mark.parametrize("text", ["91, 16", "40.4", "40, 200", "Stigliano", "4 Castelli", "1e3, 2"])
def test_other_words_are_no_coordinates(text: str) -> None:
    assert pair(text) is None
