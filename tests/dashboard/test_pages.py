"""Each page on the built territory, without a browser."""

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.view.options import BIVARIATE
from dashboard.view.text import plain
from geodata.indicators import dictionary
from geodata.store import Territory
from pipelines.areas import ranking
from pipelines.areas.selection import Selection, in_order, select
from pipelines.areas.table import areas_table
from pipelines.priority import composite, configuration, importance, robustness
from pipelines.priority.configuration import Configuration
from tests.dashboard.running import opened, texts

PAGES = ("map", "area", "shortlist", "projects", "own", "methods", "scenarios")
AREA = "076026"
ORDER = ("gap", "need", "resources")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("area", ["", AREA, "081025"])
def test_every_page_opens(app: AppTest, page: str, area: str) -> None:
    parameters = {"area": area, "list": area} if area else {}
    opened(app, page, **parameters)
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
def test_nonsense_in_the_address_is_a_notice(app: AppTest, page: str) -> None:
    opened(app, "map", layer="<script>alert(1)</script>", region="XX", people_min="many", weights="<b>", foo="bar")
    assert len(app.warning) == 5
    assert "<script>" not in texts(app)
    opened(app, page)
    assert not app.error


def test_the_ranking_is_the_one_of_the_pipelines(app: AppTest, territory: Territory) -> None:
    opened(app, "map", region="ITF5", degurba="3", people_min="1000")
    table = areas_table(territory)
    passing = table[select(table, Selection(region="ITF5", degurba=("3",), people_min=1000))]
    expected = in_order(passing, territory.codebook, "gap")
    shown = app.dataframe[0].value
    assert shown["name"].tolist() == expected["name"].head(300).tolist()
    assert shown["rank"].tolist() == expected["rank_in_selection"].head(300).tolist()


def test_a_change_of_a_filter_is_in_the_address(app: AppTest) -> None:
    opened(app, "map")
    app.selectbox(key="filter-layer").set_value("resources").run()
    app.selectbox(key="filter-region").set_value("ITF5").run()
    app.selectbox(key="filter-inner-region").set_value("ITF52").run()
    assert dict(app.query_params) == {"layer": "resources", "region": "ITF52"}
    app.selectbox(key="filter-inner-region").set_value("").run()
    assert dict(app.query_params) == {"layer": "resources", "region": "ITF5"}
    assert app.dataframe[0].value["value"].is_monotonic_increasing, "fewest resources first"


def test_group_and_service_lead_to_a_layer_and_the_layer_to_its_group(app: AppTest) -> None:
    opened(app, "map")
    assert app.selectbox(key="filter-group").value == "Priority"
    app.selectbox(key="filter-group").set_value("Access").run()
    app.selectbox(key="filter-service").set_value("hospital").run()
    assert dict(app.query_params) == {"layer": "minutes_hospital"}
    app.selectbox(key="filter-layer").set_value("minutes_3_hospital").run()
    app.selectbox(key="filter-service").set_value("court").run()
    assert dict(app.query_params) == {"layer": "minutes_3_court"}, "the same measure of another service"
    app.selectbox(key="filter-group").set_value("Age").run()
    assert app.selectbox(key="filter-layer").value == "share_65_plus"
    app.selectbox(key="filter-group").set_value("Priority").run()
    assert dict(app.query_params) == {}


def test_minutes_name_the_travel_model_in_the_legend_and_other_figures_do_not(app: AppTest) -> None:
    opened(app, "map", layer="minutes_hospital")
    assert (
        "(min; Estimate: over major roads and neighbouring places, with relief and sea)"
        in app.get("html")[0].proto.body
    )
    app.selectbox(key="filter-group").set_value("Age").run()
    assert "Estimate" not in app.get("html")[0].proto.body


def test_an_estimate_says_of_when_its_places_are(app: AppTest) -> None:
    opened(app, "methods")
    assert "which ports are joined is assumed. Islands without a known port are out of reach. Places of 2023." in texts(
        app
    )


def test_layer_of_classes_is_named_by_class(app: AppTest, territory: Territory) -> None:
    opened(app, "map", layer="degurba_class")
    names = set(app.dataframe[0].value["value"])
    entry = dictionary(())["degurba_class"]
    assert names <= set(entry.classes)
    counts = areas_table(territory)["degurba_class"].value_counts()
    legend = app.get("html")[0].proto.body
    for code, name in enumerate(entry.classes, start=1):
        assert f"{name}<br><span style='opacity:.75'>{counts.get(code, 0):,} areas" in legend


def score(territory: Territory, weighting: Configuration) -> pd.DataFrame:
    table = areas_table(territory)
    return composite.score(table, weighting, regions=table["nuts2"]).frame


def simulate(territory: Territory, *, k: int) -> pd.DataFrame:
    table = areas_table(territory)
    return robustness.simulate(table, configuration.load("balanced"), k=k, regions=table["nuts2"]).frame


def test_weights_change_the_index_everywhere_and_are_in_the_address(app: AppTest, territory: Territory) -> None:
    opened(app, "map", area=AREA)
    before = app.dataframe[0].value["name"].tolist()
    app.slider(key="weight-resources-Cities").set_value(3.0).run()
    assert dict(app.query_params)["weights"] == "1,1,1,1,3"
    own = configuration.load("balanced").weighted({("resources", "Cities"): 3.0})
    frame = score(territory, own)
    shown = app.dataframe[0].value
    assert shown["value"].tolist() == pytest.approx(frame["gap"].nlargest(300).tolist())
    assert shown["name"].tolist() != before
    assert app.metric[0].value == f"{frame.loc[AREA, 'gap']:.1f}"
    app.switch_page("views/area.py").run()
    assert [metric.value for metric in app.metric[:3]] == [f"{frame.loc[AREA, name]:.1f}" for name in ORDER]
    app.switch_page("views/map.py").run()
    app.button(key="weights-reset").click().run()
    assert dict(app.query_params) == {"area": AREA}
    assert app.dataframe[0].value["name"].tolist() == before


def test_preset_has_its_own_dimensions(app: AppTest, territory: Territory) -> None:
    opened(app, "map")
    app.selectbox(key="filter-weighting").set_value("health").run()
    assert dict(app.query_params) == {"weighting": "health"}
    assert app.slider(key="weight-resources-Emergency hospital").value == 3.0
    frame = score(territory, configuration.load("health"))
    assert app.dataframe[0].value["value"].tolist() == pytest.approx(frame["gap"].nlargest(300).tolist())
    assert "access" not in app.selectbox(key="filter-weighting").options, "Italy has not its indicators"
    app.selectbox(key="filter-weighting").set_value("balanced").run()
    assert dict(app.query_params) == {}


def test_weights_that_are_all_zero_are_refused_and_the_last_good_ones_hold(app: AppTest) -> None:
    opened(app, "map", weights="1,0,0,0,1")
    app.slider(key="weight-resources-Cities").set_value(0.0).run()
    assert "All weights of resources are 0" in app.warning[0].value
    assert dict(app.query_params)["weights"] == "1,0,0,0,1"
    assert app.slider(key="weight-resources-Cities").value == 1.0
    assert len(app.dataframe[0].value) == 300
    app.run()
    assert not app.warning


def test_ranking_shows_interval_and_tier_of_the_whole_territory(app: AppTest, territory: Territory) -> None:
    expected = simulate(territory, k=50)
    opened(app, "map")
    app.number_input(key="filter-k").set_value(50).run()
    assert dict(app.query_params) == {"k": "50"}
    order = expected.reset_index().sort_values(["rank", "area_id"]).head(300)
    shown = app.dataframe[0].value
    assert shown["sure"].tolist() == [
        f"{low:,}–{high:,}" for low, high in zip(order["rank_low"], order["rank_high"], strict=True)
    ]
    assert shown["tier"].tolist() == order["tier"].fillna("–").tolist()
    app.selectbox(key="filter-region").set_value("ITF5").run()
    first = expected.loc[areas_table(territory)["nuts2"] == "ITF5"].sort_values("rank").iloc[0]
    assert app.dataframe[0].value["sure"].iloc[0] == f"{first['rank']:,} ({first['rank_low']:,}–{first['rank_high']:,})"


def test_tier_is_a_layer_with_a_legend_in_words(app: AppTest, territory: Territory) -> None:
    found = simulate(territory, k=100)
    opened(app, "map", layer="tier")
    assert "areas by gap" in texts(app)
    assert "seed 1" in texts(app)
    legend = app.get("html")[0].proto.body
    for tier in ("firm", "likely", "borderline"):
        assert f"{tier}<br><span style='opacity:.75'>{(found['tier'] == tier).sum():,} areas" in legend
    assert "not on the list<br>" in legend
    assert f"no data<br><span style='opacity:.75'>{found['rank'].isna().sum():,} areas" in legend


def test_search_finds_by_name_and_by_code(app: AppTest) -> None:
    opened(app, "map")
    app.text_input(key="search").set_value("mATErA").run()
    assert "Matera" in app.dataframe[0].value["name"].tolist()
    app.text_input(key="search").set_value("077014").run()
    assert app.dataframe[0].value["name"].tolist() == ["Matera"]
    app.text_input(key="search").set_value("no such place").run()
    assert not app.dataframe
    assert "try fewer letters" in texts(app)


def test_bivariate_layer_ranks_by_gap(app: AppTest) -> None:
    opened(app, "map", layer=BIVARIATE)
    assert "areas by gap" in texts(app)


def test_an_area_without_population_is_not_scored_and_says_why(app: AppTest) -> None:
    opened(app, "area", area="081025")
    assert "no data" in [metric.value for metric in app.metric]
    assert "not scorable" in texts(app)
    assert "No row for the area in the population table" in texts(app)


def test_area_page_names_services_partners_and_limits(app: AppTest) -> None:
    opened(app, "area", area="077014")
    services = next(frame.value for frame in app.dataframe if "basis" in frame.value)
    assert services.iloc[0]["minutes"] >= 0
    assert "Ospedale Madonna delle Grazie" in services["name"].tolist()
    assert "SEED" in texts(app)
    assert "estimate" in texts(app)


def test_area_page_says_why_with_points_that_add_up(app: AppTest, territory: Territory) -> None:
    asked = ranking.ask(territory)
    opened(app, "area", area="077014")
    assert plain(asked.sentence("077014")) in texts(app)
    why = next(frame.value for frame in app.dataframe if "points" in frame.value)
    start, gap = asked.contributions.start["077014"], asked.scores.frame["gap"]["077014"]
    assert start + why["points"].sum() == pytest.approx(gap)
    assert why["points"].is_monotonic_decreasing
    assert why["territory"].between(0, 100).all() and why["region"].between(0, 100).all()
    chart, strips = app.get("vega_lite_chart")
    assert f"= gap {gap:.1f}" in chart.proto.alt
    assert "one strip an indicator" in strips.proto.alt
    assert "named ways of weighing" in texts(app)


def test_figures_are_shown_by_group_and_service(app: AppTest) -> None:
    opened(app, "area", area="077014")

    def figures() -> list[str]:
        return next(frame.value for frame in app.dataframe if "territory_median" in frame.value)["indicator"].tolist()

    assert "Population" in figures()
    app.button_group(key="figures-group").set_value("Access").run()
    app.selectbox(key="figures-service").set_value("hospital").run()
    assert all("hospital" in title.lower() for title in figures())


def test_shortlist_shows_tiers_and_what_is_just_off(app: AppTest, territory: Territory) -> None:
    asked = ranking.ask(territory)
    order = asked.ranks.dropna().sort_values().index
    opened(app, "shortlist", list=f"{order[0]},081025,{order[5000]}")
    shown = app.dataframe[0].value
    assert shown["tier"].tolist() == ["firm", "not scorable", "not on the list"]
    assert shown["probability"].iloc[0] == pytest.approx(100 * asked.robustness.frame["probability"][order[0]])
    off = asked.just_off(asked.ranks.index, 5)
    assert len(off) == 5 and asked.ranks[list(off)].tolist() == [101, 102, 103, 104, 105]
    for area_id, told in off.items():
        assert f"({area_id})" in texts(app) and plain(told) in texts(app)


def test_near_misses_are_those_of_the_filters(app: AppTest, territory: Territory) -> None:
    table = areas_table(territory)
    opened(app, "shortlist", region="ITF6", list=AREA)
    near = re.findall(r"\((\d{6})\), place", texts(app))
    assert len(near) == 5 and set(table.loc[near, "nuts2"]) == {"ITF6"}


def test_figures_of_the_rows_selected_are_added_up(app: AppTest, territory: Territory) -> None:
    table = areas_table(territory)
    opened(app, "shortlist", list="077014,076063,091051")
    key = next(frame.key for frame in app.dataframe if "tier" in frame.value)
    app.session_state[key] = {"selection": {"rows": [0, 2], "columns": [], "cells": []}}
    app.run()
    some = table.loc[["077014", "091051"]]
    assert app.metric[0].value == "2"
    assert app.metric[1].value == f"{some['population'].sum():,.0f}"
    far = next(frame.value for frame in app.dataframe if "share" in frame.value)
    assert far["people"].sum() == pytest.approx(some.filter(like="people_beyond_").to_numpy().sum())
    assert far["old"].sum() == pytest.approx(some.filter(like="people_65_plus_beyond_").to_numpy().sum())


def test_shortlist_is_filled_ordered_noted_and_emptied(app: AppTest, territory: Territory) -> None:
    opened(app, "shortlist", region="ITF5")
    app.button(key="add-top").click().run()
    table = areas_table(territory)
    top = in_order(table[select(table, Selection(region="ITF5"))], territory.codebook, "gap").index[:10].tolist()
    assert dict(app.query_params)["list"] == ",".join(top)
    assert app.metric[0].value == "10"
    people = int(app.metric[1].value.replace(",", ""))
    assert people == round(table.loc[top, "population"].sum())
    app.selectbox(key="shortlist-choice").set_value(top[1]).run()
    app.button(key="shortlist-up").click().run()
    app.text_input(key=f"note-{top[1]}").set_value("ask the mayor").run()
    assert app.dataframe[0].value["name"].tolist()[:2] == [table.loc[top[1], "name"], table.loc[top[0], "name"]]
    assert app.dataframe[0].value["note"].tolist()[0] == "ask the mayor"
    app.button(key="shortlist-off").click().run()
    assert top[1] not in dict(app.query_params)["list"]
    assert app.metric[0].value == "9"


def test_the_view_outlives_a_change_of_page(app: AppTest) -> None:
    opened(app, "map", region="ITF5", area=AREA)
    opened(app, "methods")
    assert dict(app.query_params) == {"region": "ITF5", "area": AREA}


def test_methods_page_traces_every_indicator(app: AppTest, territory: Territory) -> None:
    opened(app, "methods")
    codebook = next(frame.value for frame in app.dataframe if "formula" in frame.value)
    assert codebook["indicator"].tolist() == territory.codebook.index.tolist()
    assert codebook[["formula", "sources", "year", "unit", "completeness"]].notna().all(axis=None)
    listed = next(frame.value for frame in app.dataframe if "licence" in frame.value)
    named = {source for text in codebook["sources"] for source in text.split(", ")}
    assert named <= set(listed["id"])


def test_what_moves_the_ranks_is_computed_when_it_is_asked_for(app: AppTest, territory: Territory) -> None:
    opened(app, "methods")
    influence = [frame.value for frame in app.dataframe if "influence" in frame.value]
    assert [round(frame["weight"].sum()) for frame in influence] == [100, 100]
    assert not any("largest" in frame.value for frame in app.dataframe)
    app.button(key="importance-run").click().run()
    expected = importance.without_each(ranking.ask(territory))
    without = next(frame.value for frame in app.dataframe if "largest" in frame.value)
    assert without["list"].tolist() == expected.sort_values("mean_change", ascending=False)["kept"].tolist()
    assert any("total" in frame.value for frame in app.dataframe)
    # It stays on the page until the weighting changes.
    app.run()
    assert any("largest" in frame.value for frame in app.dataframe)


def test_projects_are_filtered_and_called_illustrative(app: AppTest) -> None:
    opened(app, "projects")
    assert set(app.dataframe[0].value["country"]) == {"IT"}
    app.multiselect(key="project-theme").set_value(["mobility"]).run()
    assert app.dataframe[0].value["themes"].str.contains("mobility").all()
    assert "illustrative" in texts(app)


def test_a_damaged_territory_is_one_sentence(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "italy"
    (home / "abc").mkdir(parents=True)
    (home / "CURRENT").write_text("abc\n")
    monkeypatch.setenv("RURAL_MAP_DATA", str(tmp_path))
    app.run()
    assert not app.exception
    assert "is damaged" in app.error[0].value
    assert "pipelines build italy" in app.error[0].value


@pytest.mark.parametrize("name", ["degurba_class", "hospital_minutes_class", "remote_agreement"])
def test_a_definition_of_remoteness_says_in_its_tooltip_what_it_means(app: AppTest, name: str) -> None:
    opened(app, "map", layer=name)
    assert app.selectbox(key="filter-layer").help == f"{dictionary(())[name].formula}."
