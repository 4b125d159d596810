"""What a planner does, in a real browser without internet, on the territory built for the tests."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import openpyxl
import pytest
from playwright.sync_api import Frame, Page, expect

from geodata.store import Territory
from pipelines import export
from pipelines.areas.table import areas_table
from tests.e2e.waiting import Runs, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
# A point well inside the municipality of Stigliano (077027), Basilicata.
STIGLIANO = (40.42, 16.23)


@pytest.fixture
def address(serve: Callable[..., str], data_root: Path) -> str:
    return serve(APP, env={"RURAL_MAP_DATA": str(data_root)})


def map_of(page: Page) -> Frame:
    """The frame of the map, once the areas are painted."""
    page.wait_for_selector("iframe[title*='folium']", timeout=60_000)
    frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    frame.wait_for_function("() => document.querySelector('.leaflet-overlay-pane canvas')", timeout=60_000)
    frame.wait_for_function(
        """() => {
            const canvas = document.querySelector('.leaflet-overlay-pane canvas');
            const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const reds = new Set();
            for (let at = 0; at < bytes.length; at += 40) reds.add(bytes[at]);
            return reds.size > 20;
        }""",
        timeout=60_000,
    )
    return frame


def click_on(frame: Frame, lat: float, lon: float) -> None:
    x, y = frame.evaluate(
        "([lat, lon]) => { const p = map.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }", [lat, lon]
    )
    frame.locator(".leaflet-container").click(position={"x": x, "y": y})


def choose(page: Page, label: str, text: str) -> None:
    """Choose from a list by typing, as a person does with a long one."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(text)
    page.get_by_role("option", name=text).first.click()


def parameters(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_from_the_first_look_to_files_that_open_elsewhere(
    page: Page, address: str, problems: list[str], territory: Territory, runs: Runs, tmp_path: Path
) -> None:
    page.goto(address)
    map_of(page)
    expect(page.get_by_text("7,898 areas by gap")).to_be_visible()

    choose(page, "Region (NUTS 2)", "Basilicata (ITF5)")
    expect(page.get_by_text("131 areas by gap")).to_be_visible()
    frame = map_of(page)
    frame.wait_for_function("() => map.getZoom() >= 7.5")
    runs.taken()

    click_on(frame, *STIGLIANO)
    expect(page.get_by_role("heading", name="Stigliano")).to_be_visible()
    assert runs.taken() <= 3, "a click on an area"
    assert parameters(page) == {"region": "ITF5", "area": "077027"}
    page.get_by_role("button", name="Add to list").click()
    expect(page.get_by_role("button", name="Remove from list")).to_be_visible()
    assert runs.taken() <= 2, "onto the list"

    for name in ("Viggianello", "Carbone"):
        page.get_by_role("textbox", name="Search by name or code").fill(name)
        page.keyboard.press("Enter")
        expect(page.get_by_text("areas by gap")).to_be_visible()
        table = page.get_by_test_id("stDataFrame").first
        table.wait_for()
        settled(page)
        table.click(position={"x": 18, "y": 52})
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        page.get_by_role("button", name="Add to list").click()
        expect(page.get_by_role("button", name="Remove from list")).to_be_visible()
    chosen = parameters(page)["list"].split(",")
    table_of_areas = areas_table(territory)
    assert table_of_areas.loc[chosen, "name"].tolist() == ["Stigliano", "Viggianello", "Carbone"]

    page.get_by_role("link", name="Shortlist").click()
    expect(page.get_by_role("heading", name="Shortlist", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Note").fill("=ask the mayor")
    page.keyboard.press("Enter")
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="All, zipped").click()
    package = Path(waiting.value.path()).read_bytes()

    manifest = export.read_manifest(package)
    assert manifest["areas"] == chosen
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        shapes = gpd.read_file(io.BytesIO(files.read("shortlist.geojson")))
        sheet = openpyxl.load_workbook(io.BytesIO(files.read("shortlist.xlsx")))["Shortlist"]
        layer = gpd.read_file(files.extract("shortlist.gpkg", tmp_path), layer="shortlist")
    header = [cell.value for cell in sheet[1]]
    rows = [dict(zip(header, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert [row["area_id"] for row in rows] == chosen
    assert rows[0]["note"] == "'=ask the mayor"
    assert shapes["area_id"].tolist() == layer["area_id"].tolist() == chosen
    assert shapes.to_crs(3035).area.sum() / 1e6 == pytest.approx(table_of_areas.loc[chosen, "area_km2"].sum(), rel=1e-3)
    assert [row["gap"] for row in rows] == pytest.approx(table_of_areas.loc[chosen, "gap"].tolist(), abs=1e-3)
    assert not problems


def test_a_link_shows_the_same_view_to_somebody_else(page: Page, address: str, problems: list[str], runs: Runs) -> None:
    page.goto(f"{address}/?layer=need_x_resources&region=ITG2&points=hospital,projects&area=091051&list=091051,076026")
    frame = map_of(page)
    expect(page.get_by_role("group", name="Legend of need by resources")).to_be_visible()
    expect(page.get_by_role("combobox", name="Region (NUTS 2)")).to_have_value("Sardegna (ITG2)")
    expect(page.get_by_role("button", name="Remove from list")).to_be_visible()
    frame.wait_for_function("() => Math.abs(map.getCenter().lat - 40) < 0.5 && Math.abs(map.getCenter().lng - 9) < 0.7")
    assert runs.taken() <= 2, "a shared link"
    page.get_by_role("link", name="Shortlist").click()
    expect(page.get_by_role("combobox", name="Change the place or the note of")).to_have_value("Nuoro (091051)")
    assert parameters(page)["list"] == "091051,076026"
    assert not problems


def test_a_filter_keeps_zoom_and_sends_little(page: Page, address: str) -> None:
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.goto(address)
    frame = map_of(page)
    frame.evaluate("() => map.setView([41, 15], 8, {animate: false})")
    settled(page)
    received.clear()
    page.get_by_text("rural area", exact=True).click()
    expect(page.get_by_text("areas by gap").filter(has_not_text="7,898")).to_be_visible()
    settled(page)
    assert sum(received) < 200_000
    assert frame.evaluate("() => [map.getZoom(), map.getCenter().lat]") == pytest.approx([8, 41], abs=0.01)


def test_script_in_the_address_is_only_text(page: Page, address: str, problems: list[str]) -> None:
    page.goto(
        f"{address}/?layer=<script>document.title='broken'</script>&region=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&people_min=-5"
    )
    map_of(page)
    expect(page.get_by_text("The link names the layer")).to_be_visible()
    assert "broken" not in page.title()
    assert page.locator("img[src='x']").count() == 0
    assert not problems


def test_the_first_visit_can_be_any_page(serve: Callable[..., str], page: Page, data_root: Path) -> None:
    """A link to an area is often the first thing that a server just started is asked for."""
    fresh = serve(APP, env={"RURAL_MAP_DATA": str(data_root), "PYTHONPATH": ""})
    page.goto(f"{fresh}/area?area=077027")
    expect(page.get_by_role("heading", name="Stigliano")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Why here")).to_be_visible()
