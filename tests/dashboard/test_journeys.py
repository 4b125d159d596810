"""First visit, my region, compare and share, without a browser."""

import json

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.view.file import to_file
from dashboard.view.state import ViewState
from geodata.store import Territory
from pipelines.areas.selection import in_region
from pipelines.areas.table import areas_table
from pipelines.priority import classes
from tests.dashboard.running import fresh, opened_without_error, picture, texts


def test_a_first_visit_has_a_purpose_three_steps_and_a_map(app: AppTest) -> None:
    texts = [each.value for each in opened_without_error(app, "map").markdown]
    assert any(text.startswith("**Where do people live far from what they need") for text in texts)
    assert [text[:4] for text in texts if text.startswith("**") and text[2:3].isdigit()][:3] == ["**1.", "**2.", "**3."]
    assert "Legend of Gap" in "".join(each.proto.body for each in app.get("html"))


def test_the_steps_go_once_a_region_is_chosen_and_its_median_comes(app: AppTest, territory: Territory) -> None:
    opened_without_error(app, "map", region="ITF5")
    texts = [each.value for each in app.markdown]
    assert not any(text.startswith("**1.") for text in texts)
    table = areas_table(territory)
    median = table.loc[in_region(table, "ITF5"), "gap"].median()
    assert any(f"Median of Basilicata: **{median:.1f}**" in text for text in texts)
    assert "How many areas have which value: Gap" in [each.proto.alt for each in app.get("vega_lite_chart")]


def test_classes_of_the_region_are_its_own_and_count_its_areas_alone(app: AppTest, territory: Territory) -> None:
    opened_without_error(app, "map", region="ITF5")
    app.button_group(key="filter-classes").set_value("local").run()
    assert app.query_params["classes"] == "local"
    table = areas_table(territory)
    inside = table.loc[in_region(table, "ITF5"), "gap"]
    breaks = classes.quantile_breaks(inside, n=5)
    legend = next(each.proto.body for each in app.get("html") if "Legend of Gap" in each.proto.body)
    assert f"up to {breaks[0]:.1f}" in legend
    assert f"over {breaks[-1]:.1f}" in legend
    counted = pd.Series(classes.classify(inside, breaks)).value_counts()
    assert f"{counted[0]} areas" in legend
    assert "1,580 areas" not in legend


@pytest.mark.parametrize(("kind", "first", "second"), [("areas", "077027", "076097"), ("regions", "ITF5", "ITF6")])
def test_two_side_by_side(app: AppTest, territory: Territory, kind: str, first: str, second: str) -> None:
    opened_without_error(app, "compare", beside=f"{first},{second}")
    assert app.button_group(key="compare-kind").value == kind
    table = areas_table(territory)

    def median(code: str) -> float:
        inside = table.index == code if kind == "areas" else in_region(table, code)
        return float(table.loc[inside, "gap"].median())

    shown = app.dataframe[0].value.set_index("indicator").loc["Gap"]
    assert (shown["first"], shown["second"]) == (f"{median(first):.1f}", f"{median(second):.1f}")
    assert shown["difference"] == f"{median(second) - median(first):+.1f}"


def test_what_is_put_side_by_side_is_in_the_address(app: AppTest) -> None:
    opened_without_error(app, "compare")
    app.button_group(key="compare-kind").set_value("regions").run()
    app.selectbox(key="beside-second").set_value("ITF6").run()
    assert app.query_params["beside"].endswith(",ITF6")


def test_a_saved_view_opens_with_its_notes(app: AppTest) -> None:
    view = ViewState(layer="need", region="ITF5", area="077027", shortlist=("077027", "076097"))
    opened_without_error(app, "map")
    content = to_file(view, {"077027": "Ask the mayor."}).encode()
    app.file_uploader(key="view-open").set_value(("view.json", content, "application/json")).run()
    assert not app.error
    assert {name: app.query_params[name] for name in ("layer", "region", "area", "list")} == {
        "layer": "need",
        "region": "ITF5",
        "area": "077027",
        "list": "077027,076097",
    }
    app.switch_page("views/shortlist.py").run()
    assert app.dataframe[0].value["note"].tolist() == ["Ask the mayor.", ""]


@pytest.mark.parametrize(("region", "position"), [("ITF5", "9/40.5/16"), ("XX", None)])
def test_a_saved_view_opens_its_page_and_has_the_map_go_where_it_was(
    app: AppTest, region: str, position: str | None
) -> None:
    """A region that is not here has no place on the map either."""
    opened_without_error(app, "shortlist")
    content = {**json.loads(to_file(ViewState(region=region), {}, "")), "position": "9/40.5/16"}
    app.file_uploader(key="view-open").set_value(("view.json", json.dumps(content).encode(), "text/json")).run()
    assert not app.error and not app.exception
    asked = picture(app)["position"]
    assert (asked and asked["position"]) == position
    assert ("The link names the region" in texts(app)) == (position is None)
    app.switch_page("views/map.py").run()
    assert picture(app)["position"] == asked, "asked for once: by a later run it is the same request"


def test_a_saved_view_with_nothing_to_say_does_not_open_the_link_that_came_first(app: AppTest) -> None:
    opened_without_error(app, "map", area="077014")
    app.file_uploader(key="view-open").set_value(("view.json", to_file(ViewState(), {}).encode(), "text/json")).run()
    assert not app.error
    assert "area" not in app.query_params


def test_two_areas_of_a_saved_view_are_compared_whatever_is_compared_now(app: AppTest) -> None:
    opened_without_error(app, "compare")
    app.button_group(key="compare-kind").set_value("regions").run()
    content = to_file(ViewState(beside=("077027", "077014")), {}).encode()
    app.file_uploader(key="view-open").set_value(("view.json", content, "application/json")).run()
    assert app.query_params["beside"] == "077027,077014"
    assert app.selectbox(key="beside-second").value == "077014"


def test_a_file_that_is_no_view_is_said_and_changes_nothing(app: AppTest) -> None:
    opened_without_error(app, "map", region="ITF5")
    app.file_uploader(key="view-open").set_value(("view.json", b"{}", "application/json")).run()
    assert "no saved view" in app.error[0].value
    assert app.query_params["region"] == "ITF5"


def test_figures_filters_and_what_is_compared_are_in_the_address(app: AppTest, territory: Territory) -> None:
    opened_without_error(app, "area", area="077027")
    app.button_group(key="figures-group").set_value("Access").run()
    app.selectbox(key="figures-service").set_value("hospital").run()
    app.switch_page("views/projects.py").run()
    usual = len(app.dataframe[0].value)
    app.multiselect(key="project-country").set_value(["FR", "IT"]).run()
    app.multiselect(key="project-theme").set_value(["mobility"]).run()
    app.switch_page("views/compare.py").run()
    app.button_group(key="compare-kind").set_value("areas").run()
    assert not app.exception and not app.error
    link = dict(app.query_params)
    assert link["beside"].startswith("077027,"), "also what is compared without a choice"
    assert {name: link[name] for name in ("group", "service", "projects")} == {
        "group": "Access",
        "service": "hospital",
        "projects": "country=FR,country=IT,theme=mobility",
    }

    other = opened_without_error(fresh(), "area", **link)
    assert other.selectbox(key="figures-service").value == "hospital"
    assert all("ospital" in title for title in other.dataframe[2].value["indicator"])
    other.switch_page("views/projects.py").run()
    layer = territory.layer("projects")
    passes = layer["country"].isin(["FR", "IT"]) & layer["themes"].str.contains("mobility")
    assert len(other.dataframe[0].value) == passes.sum() != usual
    other.switch_page("views/compare.py").run()
    assert other.button_group(key="compare-kind").value == "areas"
    assert other.button_group(key="beside-group").value == "Access"
    other.button_group(key="compare-kind").set_value("lists").run()
    assert "beside" not in other.query_params
    other.switch_page("views/projects.py").run()
    for part in ("country", "theme"):
        other.multiselect(key=f"project-{part}").set_value([]).run()
    assert other.query_params["projects"] == "all" and len(other.dataframe[0].value) == len(layer)
    other.multiselect(key="project-country").set_value(["IT"]).run()
    assert "projects" not in other.query_params and len(other.dataframe[0].value) == usual
