"""Each page on a territory that is not Italy, and the way from one territory to another."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geodata import store
from pipelines.areas.table import areas_table
from pipelines.priority.peers import CONTEXT, peers
from tests.dashboard import two_countries
from tests.dashboard.running import fresh, opened, opened_without_error

PAGES = ("map", "area", "shortlist", "compare", "projects", "own", "methods", "scenarios")


@pytest.fixture(scope="module")
def both_root(built_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of built territories that holds Italy and the two countries."""
    root = tmp_path_factory.mktemp("both")
    (root / "italy").symlink_to(built_root / "italy")
    two_countries.build(root)
    return root


@pytest.fixture
def app(both_root: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(store.ENVIRONMENT, str(both_root))
    return fresh()


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.metric)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def keys(app: AppTest) -> set[str | None]:
    return {widget.key for kind in (app.selectbox, app.button_group, app.multiselect) for widget in kind}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("area", two_countries.IDS)
def test_every_page_opens_and_leaves_out_what_is_missing(app: AppTest, page: str, area: str) -> None:
    opened_without_error(app, page, territory="two", area=area, list=area)
    assert not re.search(r"\b(nan|None|NaT)\b|NA>", texts(app))


def test_place_of_an_area_is_told_by_the_regions_that_are_known(app: AppTest) -> None:
    known = opened_without_error(app, "area", territory="two", area="EL511")
    assert "\nThraki, EL5 \\(Greece\\) · 100 km² · code EL511" in texts(known)
    assert "\n100 km² · code DE112" in texts(opened_without_error(app, "area", territory="two", area="DE112"))


def test_area_without_travel_times_counts_the_projects_in_it(app: AppTest) -> None:
    said = texts(opened_without_error(app, "area", territory="two", area="EL511"))
    assert "**1** of the listed projects lies in this area" in said
    assert "Nearest services are not shown. No travel times are computed" in said
    assert "60 minutes" not in said


@pytest.mark.parametrize(
    ("area", "centre"), [("EL511", "**Greek centre**, Athens ("), ("DE111", "**German centre** (")]
)
def test_who_can_help_is_of_the_country_of_the_area(app: AppTest, area: str, centre: str) -> None:
    said = texts(opened_without_error(app, "area", territory="two", area=area))
    assert centre in said and said.count("centre**") == 1


def test_filters_are_those_that_leave_a_choice(app: AppTest) -> None:
    opened_without_error(app, "map", territory="two")
    assert [box.label for box in app.selectbox if "NUTS" in box.label] == ["Region (NUTS 1)"]
    assert "filter-degurba" not in keys(app)
    app.selectbox(key="filter-region").set_value("EL5").run()
    app.selectbox(key="filter-inner-region").set_value("EL51").run()
    assert dict(app.query_params) == {"territory": "two", "region": "EL51"}
    assert set(app.dataframe[0].value["region"]) == {"Thraki"}
    app.selectbox(key="filter-territory").set_value("italy").run()
    assert [box.label for box in app.selectbox if "NUTS" in box.label] == ["Region (NUTS 2)"]
    assert "filter-degurba" in keys(app)


def test_list_is_a_fifth_of_few_areas_and_no_longer_than_there_are(app: AppTest) -> None:
    opened_without_error(app, "map", territory="two")
    assert app.number_input(key="filter-k").value == 1
    opened_without_error(app, "map", territory="two", k="100")
    assert app.number_input(key="filter-k").value == 4


def test_another_territory_is_chosen_from_the_beginning(app: AppTest) -> None:
    opened_without_error(app, "map", region="ITF5", area="077014", points="hospital", list="077014")
    app.text_input(key="search").set_value("Matera").run()
    app.selectbox(key="filter-territory").set_value("two").run()
    assert not app.exception and not app.error and not app.warning
    assert dict(app.query_params) == {"territory": "two"}
    assert set(app.dataframe[0].value["name"]) == {"Evros", "Stuttgart", "Nowhere"}
    opened_without_error(app, "area")
    assert dict(app.query_params) == {"territory": "two"}


def test_link_names_region_area_and_points_of_its_territory(app: AppTest) -> None:
    link = {"territory": "two", "region": "EL51", "area": "EL511", "points": "projects"}
    opened_without_error(app, "map", **link)
    assert not app.warning
    assert dict(app.query_params) == link
    app.query_params.clear()
    opened_without_error(app, "map", territory="two", region="ITF5", area="077014", points="places,hospital")
    assert len(app.warning) == 3
    assert dict(app.query_params) == {"territory": "two"}


def test_shortlist_adds_up_what_the_territory_knows(app: AppTest) -> None:
    opened_without_error(app, "shortlist", territory="two", list="EL511,DE111")
    assert {metric.label: metric.value for metric in app.metric} == {"Areas": "2", "People": "4"}
    assert app.dataframe[0].value["region"].tolist() == ["Thraki", "Stuttgart"]


def test_areas_that_improved_are_listed_without_what_is_not_to_be_believed(app: AppTest) -> None:
    opened_without_error(app, "compare", territory="two")
    listed = app.dataframe[0].value
    assert listed[["area_id", "before", "after", "change"]].to_numpy().tolist() == [["EL511", 6.0, 1.0, -5.0]]
    assert "1 change, for better or worse, is too large to be believed" in texts(app)
    app.checkbox(key="changed-implausible").check().run()
    assert app.dataframe[0].value["area_id"].tolist() == ["DE112", "EL511"]
    assert app.dataframe[0].value["reason"].str.contains("Moved by -36").tolist() == [True, False]
    app.button_group(key="changed-way").set_value("worsened").run()
    assert app.dataframe[0].value["area_id"].tolist() == ["DE111"]
    assert app.query_params["change"] == "worsened,share_beyond_health_20,implausible"


def test_a_territory_without_two_years_has_no_list_of_changes(app: AppTest) -> None:
    assert "changed-way" not in keys(opened_without_error(app, "compare", territory="italy"))


def test_peers_are_found_in_another_territory_and_can_be_visited(app: AppTest, both_root: Path) -> None:
    """The two countries have no minutes and no ages: people and density are what can be compared."""
    opened_without_error(app, "area", territory="italy", area="076026")
    app.selectbox(key="peers-territory").set_value("two").run()
    assert not app.exception
    assert app.query_params["peers"] == "two"
    found = peers(
        areas_table(store.open_territory("italy", root=both_root)),
        "076026",
        k=6,
        among=areas_table(store.open_territory("two", root=both_root)),
        context=tuple(each for each in CONTEXT if not each.indicator.startswith("minutes_")),
    )
    table = next(each.value.set_index("fact") for each in app.dataframe if "fact" in each.value)
    assert table.columns.tolist() == ["076026", *(f"two:{code}" for code in found.distances.index)]
    assert table.loc["Distance"].tolist()[1:] == [f"{distance:.0f}" for distance in found.distances]
    assert "Minutes are not compared, since those of Two countries come from another travel model" in texts(app)
    app.selectbox(key="peer-of-076026").set_value("EL511").run()
    assert not app.exception
    assert dict(app.query_params) == {"territory": "two", "area": "EL511"}


def test_a_country_is_chosen_before_its_regions_and_is_in_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_countries.build(tmp_path)
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path))
    app = opened_without_error(fresh(), "map", territory="two")
    country = app.selectbox(key="filter-country")
    assert country.options == ["All", "Germany", "Greece"]
    country.set_value("EL").run()
    assert not app.exception and not app.error
    assert app.query_params["region"] == "EL"
    assert app.selectbox(key="filter-country").value == "EL"
    assert [option for option in app.selectbox(key="filter-region").options if "DE" in option] == []
    assert set(app.dataframe[0].value["region"]) == {"Thraki"}
    app.selectbox(key="filter-region").set_value("EL5").run()
    assert app.query_params["region"] == "EL5" and app.selectbox(key="filter-country").value == "EL"
    app.selectbox(key="filter-region").set_value("").run()
    assert app.query_params["region"] == "EL"
    app.selectbox(key="filter-country").set_value("").run()
    assert "region" not in app.query_params


def test_projects_of_all_countries_are_on_one_map_and_those_of_a_region_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_countries.build(tmp_path)
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path))
    app = opened_without_error(fresh(), "projects", territory="two")
    assert "0 on the map; 2 known only to their region are in the table alone." in texts(app)


def test_where_a_territory_cannot_be_read_the_others_are_offered(
    both_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "italy").symlink_to(both_root / "italy")
    built = store.open_territory("two", root=both_root)
    shutil.copytree(built.folder, tmp_path / "two" / "older")
    (tmp_path / "two" / store.POINTER).write_text("older")
    layer = tmp_path / "two" / "older" / "indicators.parquet"
    pd.read_parquet(layer).drop(columns="area_id").to_parquet(layer)
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path))
    app = opened(fresh(), "map", territory="two")
    assert "may be built by another version of the program" in app.error[0].value
    assert "run `python -m pipelines build two`." in app.error[0].value, "a command as one"
    assert [button.label for button in app.button] == ["Open Italy"]
    app.button[0].click().run()
    assert not app.exception and not app.error
    assert dict(app.query_params) == {} and len(app.dataframe[0].value) > 10
