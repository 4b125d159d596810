"""Each page on the built territory, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.state import BIVARIATE
from geodata.store import Territory
from pipelines import areas
from pipelines.selection import Selection, ordered, select

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PAGES = ("map", "area", "shortlist", "projects", "methods")
AREA = "076026"


@pytest.fixture
def app(data_root: Path) -> AppTest:  # noqa: ARG001 - points the app at the territory built for the tests
    return AppTest.from_file(str(APP), default_timeout=60)


def opened(app: AppTest, page: str, **parameters: str) -> AppTest:
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    if page != "map":
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("area", ["", AREA, "081025"])
def test_every_page_opens(app: AppTest, page: str, area: str) -> None:
    parameters = {"area": area, "list": area} if area else {}
    opened(app, page, **parameters)
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
def test_nonsense_in_the_address_is_a_notice(app: AppTest, page: str) -> None:
    opened(app, "map", layer="<script>alert(1)</script>", region="XX", people_min="many", foo="bar")
    assert len(app.warning) == 4
    assert "<script>" not in texts(app)
    opened(app, page)
    assert not app.error


def test_the_ranking_is_the_one_of_the_pipelines(app: AppTest, territory: Territory) -> None:
    opened(app, "map", region="ITF5", degurba="3", people_min="1000")
    table = areas.table(territory)
    passing = table[select(table, Selection(region="ITF5", degurba=("3",), people_min=1000))]
    expected = ordered(passing, territory.codebook, "gap")
    shown = app.dataframe[0].value
    assert shown["name"].tolist() == expected["name"].head(300).tolist()
    assert shown["rank"].tolist() == expected["rank"].head(300).tolist()


def test_a_change_of_a_filter_is_in_the_address(app: AppTest) -> None:
    opened(app, "map")
    app.selectbox(key="filter-layer").set_value("resources").run()
    app.selectbox(key="filter-region").set_value("ITF5").run()
    app.selectbox(key="filter-province").set_value("ITF52").run()
    assert dict(app.query_params) == {"layer": "resources", "region": "ITF52"}
    app.selectbox(key="filter-province").set_value("").run()
    assert dict(app.query_params) == {"layer": "resources", "region": "ITF5"}
    assert app.dataframe[0].value["value"].is_monotonic_increasing, "fewest resources first"


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


def test_shortlist_is_filled_ordered_noted_and_emptied(app: AppTest, territory: Territory) -> None:
    opened(app, "shortlist", region="ITF5")
    app.button(key="add-top").click().run()
    table = areas.table(territory)
    top = ordered(table[select(table, Selection(region="ITF5"))], territory.codebook, "gap").index[:10].tolist()
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
