"""The map of a large territory in a real browser without internet: vector tiles of nine hand-drawn squares.

Letters are classes, numbers positions in the order of area_id; regions R1 and R2 stand for the squares from afar::

    43 +---+---+---+
       |6 a|7 b|8 c|     a, b, c: the palette's three colours
    42 +---+---+---+     -: no data, hatched
       |3 a|4 -|5 c|     R1: columns 0 and 1, class a
    41 +---+---+---+     R2: column 2, no data
       |0 a|1 b|2 c|
    40 +---+---+---+
       10  11  12  13
"""

import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from pipelines.build.tiles import areas_pmtiles
from tests.dashboard import two_countries

pytestmark = pytest.mark.browser

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
DEMO = Path(__file__).with_name("mapdemo.py")
BLUE = ["#deebf7", "#9ecae1", "#3182bd"]
ORANGE = ["#fee6ce", "#fdae6b", "#e6550d"]
NASTY = '<img src=x onerror="document.title=\'broken\'"> "it\'s" {{ 7 * 7 }}'
COLOURS = """([lat, lon, half]) => {
    const map = document.querySelector(".tiled-map")?.map;
    if (!map) return [];
    const place = map.project([lon, lat]);
    const canvas = map.getCanvas();
    const copy = document.createElement("canvas");
    const scale = canvas.width / canvas.clientWidth;
    copy.width = copy.height = 2 * half + 1;
    const pen = copy.getContext("2d");
    pen.drawImage(canvas, half - Math.round(place.x * scale), half - Math.round(place.y * scale));
    const bytes = pen.getImageData(0, 0, copy.width, copy.height).data;
    const found = new Set();
    for (let at = 0; at < bytes.length; at += 4) {
        found.add("#" + [0, 1, 2].map((part) => bytes[at + part].toString(16).padStart(2, "0")).join(""));
    }
    return [...found];
}"""
VIEW = "() => { const map = document.querySelector('.tiled-map').map; const { lat, lng } = map.getCenter(); "
VIEW += "return [map.getZoom(), lat, lng]; }"
JUMP = "([zoom, lat, lng]) => document.querySelector('.tiled-map').map.jumpTo({ zoom, center: [lng, lat] })"


def squares() -> gpd.GeoDataFrame:
    corners = [(10 + position % 3, 40 + position // 3) for position in range(9)]
    return gpd.GeoDataFrame(
        {
            "area_id": [f"00{position}" for position in range(9)],
            "name": [NASTY if position == 0 else f"Square {position}" for position in range(9)],
        },
        geometry=[shapely.box(west, south, west + 1, south + 1) for west, south in corners],
        crs="EPSG:4326",
    )


def feature(code: str, properties: dict[str, str], shape: shapely.Geometry) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": code,
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(shapely.MultiPolygon([shape]))),
    }


def demo(folder: Path, serve: Callable[..., str], areas: gpd.GeoDataFrame) -> str:
    script = Path(shutil.copy(DEMO, folder))
    regions = [
        feature("R1", {"level": "nuts3", "name": "First region"}, shapely.box(10, 40, 12, 43)),
        feature("R2", {"level": "nuts3", "name": "Second region"}, shapely.box(12, 40, 13, 43)),
    ]
    land = [feature("", {"kind": "land"}, shapely.box(5, 35, 20, 50))]
    ids = [{"id": code} for code in areas["area_id"]]
    for name, features in (("areas", ids), ("regions", regions), ("basemap", land)):
        (folder / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (folder / "areas.pmtiles").write_bytes(areas_pmtiles(areas, overview=areas.geom_type[0] == "Polygon"))
    environment = {"MAPDEMO_GEOMETRY": str(folder), "MAPDEMO_AREAS": "areas.pmtiles"}
    return serve(script, "--server.baseUrlPath=rural", env=environment)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> str:
    """The demo below a prefix, as behind a proxy: every address has to hold there too."""
    return demo(tmp_path_factory.mktemp("tiled"), serve, squares())


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".tiled-map")).to_have_attribute("aria-busy", "false")


def wait_for_colours(page: Page, lat: float, lon: float, colours: list[str]) -> None:
    script = f"([place, wanted]) => JSON.stringify(({COLOURS})(place)) === JSON.stringify(wanted)"
    page.wait_for_function(script, arg=[[lat, lon, 3], colours], timeout=15_000)


def near(page: Page) -> None:
    page.evaluate(JUMP, [6, 41.5, 11.5])
    wait_for_colours(page, 40.5, 10.5, [BLUE[0]])


def point_at(page: Page, lat: float, lon: float) -> tuple[float, float]:
    inside = page.evaluate("([y, x]) => document.querySelector('.tiled-map').map.project([x, y])", [lat, lon])
    box = page.locator(".tiled-map").bounding_box()
    assert box is not None
    return box["x"] + inside["x"], box["y"] + inside["y"]


def hover(page: Page, lat: float, lon: float) -> str:
    page.mouse.move(*point_at(page, lat, lon))
    tooltip = page.locator(".tiled-map .area-tooltip")
    expect(tooltip).to_be_visible()
    return tooltip.inner_text()


def test_from_afar_regions_stand_for_their_areas(page: Page, address: str, problems: list[str]) -> None:
    opened(page, address)
    page.evaluate(JUMP, [4, 41.5, 11.5])
    wait_for_colours(page, 41.5, 11, [BLUE[0]])
    hatched = set(page.evaluate(COLOURS, [41.5, 12.5, 6]))
    assert len(hatched) > 1 and not hatched & {*BLUE, *ORANGE}
    assert hover(page, 41.5, 11.2).startswith("First region\n")
    page.mouse.click(*point_at(page, 41.5, 11.2))
    wait_for_colours(page, 40.5, 11.5, [BLUE[1]])
    assert page.evaluate(VIEW)[0] >= 5
    assert "<drawn> by hand" in page.locator(".maplibregl-ctrl-attrib").inner_text()
    expect(page.locator(".maplibregl-ctrl-scale")).to_contain_text("km")
    assert problems == []


def test_every_class_is_shown_and_no_data_is_hatched(page: Page, address: str) -> None:
    opened(page, address)
    near(page)
    for position, colour in [(1, BLUE[1]), (2, BLUE[2]), (8, BLUE[2])]:
        wait_for_colours(page, 40.5 + position // 3, 10.5 + position % 3, [colour])
    found = set(page.evaluate(COLOURS, [41.5, 11.5, 8]))
    assert len(found) > 1 and not found & {*BLUE, *ORANGE}


def test_another_palette_recolours_in_place(page: Page, address: str) -> None:
    opened(page, address)
    near(page)
    page.evaluate(JUMP, [6.5, 41.1, 11.1])
    page.evaluate("() => { document.querySelector('.tiled-map').standing = true; }")
    view = page.evaluate(VIEW)
    page.get_by_text("orange").click()
    wait_for_colours(page, 40.5, 10.5, [ORANGE[0]])
    wait_for_colours(page, 40.5, 11.5, [ORANGE[1]])
    assert page.evaluate(VIEW) == view
    assert page.evaluate("() => document.querySelector('.tiled-map').standing"), "the map was mounted again"


def test_tooltips_tell_value_class_or_reason_as_plain_text(page: Page, address: str, problems: list[str]) -> None:
    opened(page, address)
    near(page)
    title = "Need {{ 7 * 7 }} </script> it's _odd"
    assert hover(page, 40.5, 10.5) == f"{NASTY}\n{title}: 1,000.5 points\nlow"
    assert hover(page, 41.5, 11.5) == f"Square 4\n{title}\nno data: not <b>counted</b>"
    page.get_by_text("Points").click()
    page.wait_for_function(f"() => ({COLOURS})([41.5, 11.5, 3]).includes('#d01c8b')", timeout=15_000)
    assert hover(page, 41.5, 11.5) == "St <i>Mary's</i> {{ 'x' }}\nHospitals"
    assert page.title() != "broken"
    assert problems == []


def test_dimmed_areas_are_pale_and_selected_ones_are_outlined(page: Page, address: str) -> None:
    opened(page, address)
    near(page)
    page.get_by_text("Dim all but the first").click()
    page.get_by_text("Select the last").click()
    page.wait_for_function(f"() => ({COLOURS})([42.5, 12, 4]).includes('#111820')", timeout=15_000)
    wait_for_colours(page, 40.5, 10.5, [BLUE[0]])
    assert page.evaluate(COLOURS, [40.5, 11.5, 3]) == ["#e7ecec"]


def test_a_click_tells_python_the_area_each_time(page: Page, address: str) -> None:
    opened(page, address)
    near(page)
    clicks = page.get_by_text(re.compile("^clicks:"))
    for lat, lon, told in ((40.5, 12.5, "002"), (42.5, 10.5, "002 006"), (42.5, 10.5, "002 006 006")):
        page.mouse.click(*point_at(page, lat, lon))
        expect(clicks).to_have_text(f"clicks: {told}")
        expect(page.get_by_text(f"at {lat}, {lon}")).to_be_visible()
        page.wait_for_timeout(400)  # so that two clicks are not one double click, which zooms
    page.get_by_text("orange").click()
    wait_for_colours(page, 40.5, 10.5, [ORANGE[0]])
    expect(clicks).to_have_text("clicks: 002 006 006")


def test_keyboard_moves_the_map_and_runs_nothing(page: Page, address: str) -> None:
    opened(page, address)
    near(page)
    before = page.get_by_text(re.compile(r"runs: \d+")).inner_text()
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("+")
    page.wait_for_timeout(800)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => ({VIEW})()[0] > 6.5 && ({VIEW})()[2] < 11.4", timeout=15_000)
    assert page.get_by_text(re.compile(r"runs: \d+")).inner_text() == before


def test_focus_moves_the_map_once(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_text("Focus on the first area").click()
    page.wait_for_function(f"() => Math.abs(({VIEW})()[2] - 10.5) < 0.05", timeout=15_000)
    page.evaluate(JUMP, [6, 41, 12])
    page.get_by_text("orange").click()
    wait_for_colours(page, 40.5, 11.5, [ORANGE[1]])
    assert page.evaluate(VIEW) == [6, 41, 12]


def test_near_areas_bear_their_names(page: Page, address: str) -> None:
    opened(page, address)
    near(page)
    expect(page.locator(".area-label")).to_have_count(0)
    page.evaluate(JUMP, [10.7, 40.5, 10.5])
    expect(page.locator(".area-label").first).to_be_visible()
    assert page.locator(".area-label").all_inner_texts() == [NASTY]


def test_a_class_of_the_legend_is_shown_alone_while_it_is_pointed_at(page: Page, address: str) -> None:
    opened(page, address)
    near(page)
    wait_for_colours(page, 40.5, 11.5, [BLUE[1]])
    low, middle, _, lacking = page.locator("[data-map-class]").all()
    middle.hover()
    page.wait_for_function(f"() => !({COLOURS})([40.5, 10.5, 3]).includes('{BLUE[0]}')", timeout=15_000)
    wait_for_colours(page, 40.5, 11.5, [BLUE[1]])
    low.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    wait_for_colours(page, 40.5, 12.5, [BLUE[2]])
    page.wait_for_function(f"() => !({COLOURS})([40.5, 11.5, 3]).includes('{BLUE[1]}')", timeout=15_000)
    lacking.focus()
    page.mouse.move(1, 1)
    page.evaluate("() => document.activeElement.blur()")
    for lon, colour in zip((10.5, 11.5, 12.5), BLUE, strict=True):
        wait_for_colours(page, 40.5, lon, [colour])


def test_missing_tiles_are_said_in_the_map(page: Page, address: str) -> None:
    page.route("**/areas-*.pmtiles", lambda route: route.fulfill(status=404))
    page.goto(address)
    notice = page.locator(".tiled-map").get_by_role("alert")
    expect(notice).to_contain_text(re.compile(r"The map could not be drawn: areas-\w+.pmtiles did not arrive \(404\)"))


def test_what_did_not_arrive_is_asked_for_again(page: Page, address: str) -> None:
    """A broken connection at once, an error of the server with the next picture."""
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        elif len(asked) == 2:
            route.fulfill(status=500)
        else:
            route.continue_()

    page.route("**/areas-*.pmtiles", fail)
    page.goto(address)
    expect(page.locator(".tiled-map").get_by_role("alert")).to_contain_text("did not arrive (500)")
    page.get_by_text("orange").click()
    page.wait_for_function("() => document.querySelector('.tiled-map').map?.loaded()", timeout=15_000)
    page.evaluate(JUMP, [6, 41.5, 11.5])
    wait_for_colours(page, 40.5, 10.5, [ORANGE[0]])
    expect(page.locator(".tiled-map").get_by_role("alert")).to_have_count(0)


def test_in_a_large_territory_a_click_on_the_map_tells_of_the_area(
    page: Page, tmp_path: Path, serve: Callable[..., str], problems: list[str]
) -> None:
    """The dashboard on four made-up areas that count as many; they have no NUTS 3 regions, so areas are seen from afar.

    Evros is west, 20 to 21 E and 40 to 41 N.
    """
    two_countries.build(tmp_path, large=3)
    page.goto(serve(APP, env={"RURAL_MAP_DATA": str(tmp_path)}))
    expect(page.locator(".tiled-map")).to_have_attribute("aria-busy", "false", timeout=60_000)
    expect(page.locator("iframe")).to_have_count(0)
    assert hover(page, 40.5, 20.5).startswith("Evros\n")
    page.mouse.click(*point_at(page, 40.5, 20.5))
    expect(page.get_by_role("heading", name="Evros")).to_be_visible()
    page.wait_for_function(f"() => ({COLOURS})([40.5, 20, 4]).includes('#111820')", timeout=15_000)
    assert problems == []


def test_the_map_and_its_legend_are_printed_on_one_sheet(page: Page, tmp_path: Path, serve: Callable[..., str]) -> None:
    two_countries.build(tmp_path, large=3)
    page.goto(serve(APP, env={"RURAL_MAP_DATA": str(tmp_path)}))
    expect(page.locator(".tiled-map")).to_have_attribute("aria-busy", "false", timeout=60_000)
    expect(page.locator("[data-map-class]").first).to_be_visible()
    [sheet] = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))).pages
    text = sheet.extract_text()
    assert "Gap" in text and "no data" in text
    assert "Search by name" not in text


def test_areas_without_shapes_are_dots(
    page: Page, tmp_path: Path, serve: Callable[..., str], problems: list[str]
) -> None:
    """Centres of the squares; the fourth has none, and the classes of those after it stay their own."""
    points = squares()
    points["geometry"] = points.geometry.to_crs(3035).centroid.to_crs(4326)
    points.loc[3, "geometry"] = None
    opened(page, demo(tmp_path, serve, points))
    page.evaluate(JUMP, [9, *points.geometry[8].coords[0][::-1]])
    page.wait_for_function(
        f"([place]) => ({COLOURS})(place)[0] === '{BLUE[2]}'", arg=[[*points.geometry[8].coords[0][::-1], 1]]
    )
    page.mouse.click(*point_at(page, *points.geometry[8].coords[0][::-1]))
    expect(page.get_by_text(re.compile("^clicks:"))).to_have_text("clicks: 008")
    assert problems == []
