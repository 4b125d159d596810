"""My data: from a planner's file to a layer, on a small territory made by hand (see `two_countries`)."""

import io
import pickle
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geodata import schema, store, tables
from pipelines.userdata import storage
from tests.dashboard import two_countries

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PROJECTS = [
    ["My projects"],
    [],
    ["Project", "Place", "Latitude", "Longitude", "Themes", "Start"],
    ["Bus on call", "", "40,5", "20,5", "Transport", 2019],
    ["Far away", "", "10,0", "10,0", "", None],
    ["Turned", "", "22,5", "40,5", "", None],
    ["Named", "Xanthi", None, None, "Gesundheit", "May 2020"],
    ["Nearly named", "Stutgart", None, None, "", None],
    ["Unknown", "Atlantis", None, None, "", None],
    ["=1+1", "", "40,25", "23,5", "<b>x</b>", None],
]


def bomb() -> bytes:
    """30 MB of blanks, named as a workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 30 * 2**20)
    return file.getvalue()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built")
    two_countries.build(root)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(built, tmp_path / "data")
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def app(root: Path) -> AppTest:  # noqa: ARG001 - points the app at the territory
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    return opened(app, "own")


def opened(app: AppTest, page: str) -> AppTest:
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception and not app.error
    return app


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def give(app: AppTest, kind: str, name: str, content: bytes) -> AppTest:
    app.button_group(key="own-kind").set_value(kind)
    app.file_uploader(key="own-file").set_value((name, content, "application/octet-stream"))
    app.run()
    assert not app.exception
    return app


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def parameter(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def role(app: AppTest, label: str) -> object:
    return next(box.value for box in app.selectbox if box.label == label)


def test_the_limit_and_what_is_taken_are_said(app: AppTest) -> None:
    assert "Up to 50 MB and 500,000 rows" in texts(app)
    assert "There are none yet." in texts(app)


def test_projects_of_mixed_quality_become_points(app: AppTest) -> None:
    give(app, "projects", "My Projects.xlsx", workbook(PROJECTS))
    assert "7 rows · format: **XLSX** · sheet: **Sheet** · header: **row 3**" in texts(app)
    assert (role(app, "Latitude or northing"), role(app, "First year")) == ("Latitude", "Start")
    assert metrics(app) == {"Rows": "7", "Used": "4", "Rejected": "3", "To decide": "0"}
    shown = next(frame.value for frame in app.dataframe if "reason" in frame.value)
    assert shown["row"].tolist() == [5, 6, 9]
    assert shown["reason"].str.contains("outside Europe|seem swapped|no place is named 'Atlantis'").all()
    found = next(frame.value for frame in app.dataframe if "Likeness, 0 to 100" in frame.value)
    assert found["Place"].tolist() == ["Stuttgart", "Xanthi"], "the least alike first"
    app.button(key="own-use").click().run()
    assert "4 rows of My Projects.xlsx, own data, in this session only" in texts(app)
    app.button(key="own-show-my-projects").click().run()
    assert parameter(app, "points") == "own:my-projects"
    assert app.multiselect(key="filter-points").value == ["own:my-projects"]
    app.query_params["area"] = "DE112"
    app.run()
    opened(app, "area")
    assert "**my-projects** · Projects · 1 row in this area" in texts(app)
    opened(app, "map")
    opened(app, "own")
    app.button(key="own-remove-my-projects").click().run()
    assert "There are none yet." in texts(app)
    opened(app, "map")
    assert app.multiselect(key="filter-points").value == []


def test_own_projects_stand_in_the_list_of_projects_beside_their_source(app: AppTest) -> None:
    give(app, "projects", "mine.xlsx", workbook(PROJECTS))
    app.button(key="own-use").click().run()
    opened(app, "projects")
    assert "6 projects, support organisations" in texts(app)
    assert "**mine\\: mine.xlsx \\(partial\\)**\\: 4" in texts(app).replace("**:", "**\\:")
    assert {*app.dataframe[0].value["name"]} >= {"Bus on call", "Greek centre"}
    app.multiselect(key="project-source").set_value(["own-mine"]).run()
    assert sorted(app.dataframe[0].value["name"]) == ["Bus on call", "Named", "Nearly named", "unnamed"]


def test_a_register_says_the_word_of_each_theme_its_budget_and_seats(app: AppTest, root: Path) -> None:
    old = store.open_territory("two", root=root)
    row = (
        old.layer("projects")
        .iloc[:1]
        .assign(
            project_id="r-1",
            name="Funded",
            kind="project",
            themes="health & care",
            theme_match="health & care: hospital",
            eu_budget=1500.5,
            precision="seat",
            source_id="register",
        )
    )
    with store.new_version("two", root=root) as (draft, manifest):
        for name in schema.LAYERS:
            layer = old.layer(name)
            draft.write_layer(name, pd.concat([layer, row]) if name == "projects" else layer)
        for name in ("areas", "regions", "basemap"):
            draft.write_bytes(f"display/{name}.geojson", old.file(f"display/{name}.geojson").read_bytes())
        source = two_countries.SOURCE | {"id": "register", "title": "Fund", "limits": "Only what was funded."}
        manifest |= {key: value for key, value in old.manifest.items() if key not in {"territory", "outputs"}}
        manifest["sources"] = [source, *old.manifest["sources"]]
    opened(app, "projects")
    assert "- **Fund \\(register\\)**: 1. Only what was funded." in texts(app)
    shown = app.dataframe[0].value.set_index("name")
    assert shown.loc["Funded", ["found", "budget", "precision"]].tolist() == ["health & care: hospital", 1500.5, "seat"]
    app.query_params["points"] = "projects"
    opened(app, "map")
    assert "SI projects (register)" in app.multiselect(key="filter-points").options


def test_a_wrong_guess_is_corrected_and_what_is_lacking_is_asked(app: AppTest) -> None:
    give(app, "services", "list.csv", b"what;lat;lon\nA;40,5;20,5\nB;40,6;20,7\n")
    assert "No column seems to hold the category" in texts(app)
    assert not any(button.key == "own-use" for button in app.button)
    next(box for box in app.selectbox if box.label.startswith("No column tells")).set_value("bank").run()
    assert metrics(app)["Used"] == "2"
    next(box for box in app.selectbox if box.label == "Latitude or northing").set_value("").run()
    assert metrics(app)["Used"] == "0" and "No row can be used" in texts(app)


def test_ambiguous_texts_are_decided_and_the_answer_can_be_changed(app: AppTest) -> None:
    give(app, "services", "list.csv", b"name;category;lat;lon\nA;bank;40,5;20,5\nB;<i>odd</i>;40,6;20,7\n")
    assert metrics(app)["To decide"] == "1" and metrics(app)["Used"] == "1"
    key = "own-decide-category-<i>odd</i>"
    app.selectbox(key=key).set_value("pharmacy").run()
    assert metrics(app)["To decide"] == "0" and metrics(app)["Used"] == "2"
    app.selectbox(key=key).set_value("").run()
    assert metrics(app)["To decide"] == "1"
    assert "<i>" not in texts(app).replace("\\<", "")


def test_an_indicator_is_a_layer_a_column_and_can_be_kept(app: AppTest, root: Path) -> None:
    before = opened(app, "map").dataframe[-1].value
    opened(app, "own")
    give(app, "indicator", "fibre.csv", b"NUTS 3 code,value\nEL511,12.5\nEL512,3\nDE111,40\n")
    assert metrics(app)["Areas with a value"] == "3"
    app.text_input(key="own-title-fibre").set_value("Homes *without* fibre")
    app.button_group(key="own-direction").set_value("worse").run()
    app.button(key="own-keep").click().run()
    assert [each.name for each in storage.listed("two", root=root)] == ["fibre"]
    assert "kept with the territory" in texts(app)
    app.button(key="own-show-fibre").click().run()
    assert parameter(app, "layer") == "own_fibre"
    ranked = app.dataframe[-1].value
    assert ranked["value"].tolist() == [40.0, 12.5, 3.0]
    assert "own data" in texts(app)
    opened(app, "map").selectbox(key="filter-group").set_value("Priority").run()
    assert app.dataframe[-1].value.equals(before), "no index changes"
    fresh = AppTest.from_file(str(APP), default_timeout=60)
    fresh.query_params["layer"] = "own_fibre"
    fresh.run()
    assert not fresh.warning and fresh.dataframe[-1].value["value"].tolist() == [40.0, 12.5, 3.0]
    storage.remove("fibre", territory="two", root=root)
    fresh.run()
    assert not fresh.exception and "layer" not in fresh.query_params


def test_a_damaged_own_layer_is_named_and_the_rest_goes_on(app: AppTest, root: Path) -> None:
    home = root / "two" / storage.FOLDER / "broken"
    home.mkdir(parents=True)
    (home / storage.FACTS).write_text("{")
    app.run()
    assert not app.exception and "The own layer broken is damaged" in texts(app)
    opened(app, "map")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.csv", b"<html>", "is a web page"),
        ("old.xlsx", tables.OLE_MAGIC, "is an old Excel file"),
        ("x.csv", b"", "empty|no table|no row"),
        ("bomb.xlsx", bomb(), "as no honest data do"),
        ("pickle.csv", pickle.dumps({"a": print}), "not text|not a table|no table"),
    ],
)
def test_a_file_that_is_no_table_is_one_sentence(app: AppTest, name: str, content: bytes, message: str) -> None:
    give(app, "services", name, content)
    assert any(part in texts(app) for part in message.split("|"))


def test_a_bad_name_is_said(app: AppTest) -> None:
    give(app, "indicator", "fibre.csv", b"NUTS 3 code,value\nEL511,12.5\n")
    next(box for box in app.text_input if box.label == "Name of the layer").set_value("../up").run()
    assert "cannot be called" in texts(app) and not app.exception
