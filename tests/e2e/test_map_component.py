"""The map in a real browser without internet, on nine hand-drawn squares.

Each square is a degree wide; the numbers are positions in the file and the letters are classes::

    43 +---+---+---+
       |6 a|7 b|8 c|     a, b, c: the palette's three colours
    42 +---+---+---+     -: no data, hatched
       |3 a|4 -|5 c|
    41 +---+---+---+
       |0 a|1 b|2 c|
    40 +---+---+---+
       10  11  12  13
"""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

pytestmark = pytest.mark.browser

DEMO = Path(__file__).with_name("mapdemo.py")
BLUE = ["#deebf7", "#9ecae1", "#3182bd"]
ORANGE = ["#fee6ce", "#fdae6b", "#e6550d"]
NASTY = '<img src=x onerror="document.title=\'broken\'"> "it\'s" {{ 7 * 7 }}'

# The colours of the areas' canvas in a square of pixels around a place.
COLOURS = """([lat, lon, half]) => {
    const canvas = document.querySelector(".leaflet-overlay-pane canvas");
    const place = map.latLngToContainerPoint([lat, lon]);
    const frame = map.getContainer().getBoundingClientRect();
    const box = canvas.getBoundingClientRect();
    const left = Math.round(place.x + frame.left - box.left) - half;
    const top = Math.round(place.y + frame.top - box.top) - half;
    const bytes = canvas.getContext("2d").getImageData(left, top, 2 * half + 1, 2 * half + 1).data;
    const found = new Set();
    for (let at = 0; at < bytes.length; at += 4) {
        found.add("#" + [0, 1, 2].map((part) => bytes[at + part].toString(16).padStart(2, "0")).join(""));
    }
    return [...found];
}"""
ALPHA = COLOURS.replace("half]", "half = 0]").replace("return [...found]", "return bytes[3]")
VIEW = "() => [map.getZoom(), map.getCenter().lat, map.getCenter().lng]"


def square(position: int) -> dict[str, Any]:
    west, south = 10 + position % 3, 40 + position // 3
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    return {
        "type": "Feature",
        "id": f"00{position}",
        "properties": {"name": NASTY if position == 0 else f"Square {position}"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(*features: dict[str, Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A copy of the demo, so that its served folder is not in the project, and the folder of its shapes."""
    folder = tmp_path_factory.mktemp("mapdemo")
    script = Path(shutil.copy(DEMO, folder))
    border = {"type": "LineString", "coordinates": [[10, 41], [13, 41]]}
    land = {"type": "Polygon", "coordinates": [[[5, 35], [20, 35], [20, 50], [5, 50], [5, 35]]]}
    contents = {
        "areas": collection(*map(square, range(9))),
        "regions": collection({"type": "Feature", "properties": {"level": "nuts2"}, "geometry": border}),
        "basemap": collection({"type": "Feature", "properties": {"kind": "land"}, "geometry": land}),
    }
    for name, content in contents.items():
        (folder / f"{name}.geojson").write_text(content)
    return script, folder


@pytest.fixture(scope="module")
def address(demo: tuple[Path, Path], serve: Callable[..., str]) -> str:
    """The demo below a prefix, as behind a proxy: every relative address has to hold there too."""
    script, folder = demo
    return serve(script, "--server.baseUrlPath=rural", env={"MAPDEMO_GEOMETRY": str(folder)})


def opened(page: Page, address: str) -> Frame:
    page.goto(address)
    expect(page.frame_locator("iframe").locator("#map_div")).to_have_attribute("aria-busy", "false")
    return next(frame for frame in page.frames if "streamlit_folium" in frame.url)


def wait_for_colours(frame: Frame, lat: float, lon: float, colours: list[str]) -> None:
    script = f"([place, wanted]) => JSON.stringify(({COLOURS})(place)) === JSON.stringify(wanted)"
    frame.wait_for_function(script, arg=[[lat, lon, 3], colours], timeout=30_000)


def point_at(page: Page, frame: Frame, lat: float, lon: float) -> tuple[float, float]:
    inside = frame.evaluate("(place) => map.latLngToContainerPoint(place)", [lat, lon])
    box = page.locator("iframe").bounding_box()
    assert box is not None
    return box["x"] + inside["x"], box["y"] + inside["y"]


def hover(page: Page, frame: Frame, lat: float, lon: float) -> str:
    x, y = point_at(page, frame, lat, lon)
    page.mouse.move(x - 3, y)
    page.wait_for_timeout(50)  # Leaflet looks for what is under the mouse at most each 32 ms
    page.mouse.move(x, y)
    tooltip = page.frame_locator("iframe").locator(".area-tooltip")
    expect(tooltip).to_be_visible()
    return tooltip.inner_text()


def click(page: Page, frame: Frame, lat: float, lon: float) -> None:
    page.mouse.click(*point_at(page, frame, lat, lon))


def runs(page: Page) -> int:
    text = page.get_by_text(re.compile(r"runs: \d+")).inner_text()
    return int(text.removeprefix("runs: "))


def test_first_view_shows_every_class(page: Page, address: str, problems: list[str]) -> None:
    frame = opened(page, address)
    for position, colour in [(0, BLUE[0]), (1, BLUE[1]), (2, BLUE[2]), (8, BLUE[2])]:
        wait_for_colours(frame, 40.5 + position // 3, 10.5 + position % 3, [colour])
    assert "<drawn> by hand" in page.frame_locator("iframe").locator(".leaflet-control-attribution").inner_text()
    expect(page.frame_locator("iframe").locator(".leaflet-control-scale")).to_contain_text("km")
    assert problems == []


def test_no_data_is_hatched(page: Page, address: str) -> None:
    frame = opened(page, address)
    found = set(frame.evaluate(COLOURS, [41.5, 11.5, 8]))
    assert len(found) > 1
    assert not found & {*BLUE, *ORANGE}


def test_another_palette_recolours_in_place(page: Page, address: str) -> None:
    frame = opened(page, address)
    frame.evaluate("() => { map.setView([41.1, 10.9], 8, {animate: false}); window.standing = true; }")
    view = frame.evaluate(VIEW)
    page.get_by_text("orange").click()
    wait_for_colours(frame, 40.5, 10.5, [ORANGE[0]])
    wait_for_colours(frame, 40.5, 11.5, [ORANGE[1]])
    assert frame.evaluate(VIEW) == view
    assert frame.evaluate("() => window.standing"), "the map was mounted again"


def test_tooltips_tell_value_class_or_reason_as_plain_text(page: Page, address: str, problems: list[str]) -> None:
    frame = opened(page, address)
    title = "Need {{ 7 * 7 }} </script> it's _odd"
    assert hover(page, frame, 40.5, 10.5) == f"{NASTY}\n{title}: 1,000.5 points\nlow"
    assert hover(page, frame, 41.5, 11.5) == f"Square 4\n{title}\nno data: not <b>counted</b>"
    page.get_by_text("Points").click()
    frame.wait_for_function(f"() => ({COLOURS})([41.5, 11.5, 3]).includes('#d01c8b')", timeout=30_000)
    assert hover(page, frame, 41.5, 11.5) == "St <i>Mary's</i> {{ 'x' }}\nHospitals"
    page.get_by_text("Points").click()
    frame.wait_for_function(f"() => !({COLOURS})([41.5, 11.5, 3]).includes('#d01c8b')", timeout=30_000)
    assert frame.evaluate("() => document.title") != "broken"
    assert problems == []


def test_dimmed_areas_are_pale_and_selected_ones_are_outlined(page: Page, address: str) -> None:
    frame = opened(page, address)
    page.get_by_text("Dim all but the first").click()
    page.get_by_text("Select the last").click()
    frame.wait_for_function(f"() => ({COLOURS})([42.5, 12, 4]).includes('#111820')", timeout=30_000)
    assert frame.evaluate(COLOURS, [40.5, 10.5, 3]) == [BLUE[0]]
    assert frame.evaluate(ALPHA, [40.5, 10.5]) == 255
    assert 0 < frame.evaluate(ALPHA, [40.5, 11.5]) < 60


def test_a_click_tells_python_the_area_each_time(page: Page, address: str) -> None:
    frame = opened(page, address)
    clicks = page.get_by_text(re.compile("^clicks:"))
    click(page, frame, 40.5, 12.5)
    expect(clicks).to_have_text("clicks: 002")
    expect(page.get_by_text("at 40.5, 12.5")).to_be_visible()
    click(page, frame, 42.5, 10.5)
    expect(clicks).to_have_text("clicks: 002 006")
    page.wait_for_timeout(400)  # so that two clicks are not one double click, which zooms
    click(page, frame, 42.5, 10.5)
    expect(clicks).to_have_text("clicks: 002 006 006")
    page.get_by_text("orange").click()
    wait_for_colours(frame, 40.5, 10.5, [ORANGE[0]])
    expect(clicks).to_have_text("clicks: 002 006 006")


def test_moving_the_map_runs_nothing(page: Page, address: str) -> None:
    frame = opened(page, address)
    before = runs(page)
    page.frame_locator("iframe").locator("#map_div").focus()
    view = frame.evaluate(VIEW)
    page.keyboard.press("+")
    frame.wait_for_function("zoom => map.getZoom() > zoom", arg=view[0])
    page.keyboard.press("ArrowLeft")
    frame.wait_for_function("lon => map.getCenter().lng < lon", arg=view[2])
    page.wait_for_timeout(1000)  # a run that it began would be seen by then
    assert runs(page) == before


def test_the_map_jumps_where_less_motion_is_asked_for(page: Page, address: str) -> None:
    """Leaflet announces where it glided to only at the end; what jumps is there at once."""
    glide = "() => { const before = map.getCenter().lng; map.panBy([100, 0]); return map.getCenter().lng - before; }"
    page.emulate_media(reduced_motion="reduce")
    still = opened(page, address)
    assert still.evaluate(glide) > 0.1
    assert not still.evaluate("() => map.options.zoomAnimation || map.options.inertia")
    page.emulate_media(reduced_motion="no-preference")
    moving = opened(page, address)
    assert moving.evaluate(glide) < 0.1
    assert moving.evaluate("() => map.options.zoomAnimation && map.options.inertia")


def test_focus_moves_the_map_once(page: Page, address: str) -> None:
    frame = opened(page, address)
    zoom = frame.evaluate(VIEW)[0]
    page.get_by_text("Focus on the first area").click()
    frame.wait_for_function("() => Math.abs(map.getCenter().lng - 10.5) < 0.05", timeout=30_000)
    assert frame.evaluate(VIEW)[0] > zoom
    frame.evaluate("() => { map.setView([41, 12], 7, {animate: false}); }")
    page.get_by_text("orange").click()
    frame.wait_for_function(f"() => ({COLOURS})([40.5, 11.5, 3]).join() === '{ORANGE[1]}'", timeout=30_000)
    assert frame.evaluate(VIEW) == [7, 41, 12]


def test_a_class_of_the_legend_is_shown_alone_while_it_is_pointed_at(page: Page, address: str) -> None:
    frame = opened(page, address)
    wait_for_colours(frame, 40.5, 11.5, [BLUE[1]])
    low, middle, _, lacking = page.locator("[data-map-class]").all()
    middle.hover()
    frame.wait_for_function(f"() => !({COLOURS})([40.5, 10.5, 3]).includes('{BLUE[0]}')", timeout=15_000)
    wait_for_colours(frame, 40.5, 11.5, [BLUE[1]])
    low.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    wait_for_colours(frame, 40.5, 12.5, [BLUE[2]])
    frame.wait_for_function(f"() => !({COLOURS})([40.5, 11.5, 3]).includes('{BLUE[1]}')", timeout=15_000)
    lacking.focus()
    page.mouse.move(1, 1)
    page.evaluate("() => document.activeElement.blur()")
    for lon, colour in zip((10.5, 11.5, 12.5), BLUE, strict=True):
        wait_for_colours(frame, 40.5, lon, [colour])


def test_missing_shapes_are_said_in_the_map(page: Page, address: str) -> None:
    page.route("**/areas-*.geojson", lambda route: route.fulfill(status=404))
    opened(page, address)
    notice = page.frame_locator("iframe").get_by_role("alert")
    expect(notice).to_contain_text(re.compile(r"The map could not be drawn: areas-\w+.geojson did not arrive \(404\)"))


def test_areas_bear_their_names_also_without_surroundings(page: Page, address: str) -> None:
    page.route("**/basemap-*.geojson", lambda route: route.fulfill(status=404))
    frame = opened(page, address)
    frame.evaluate("() => { map.setView([40.5, 10.5], 11, {animate: false}); }")
    expect(page.frame_locator("iframe").locator(".area-label").first).to_have_text(NASTY)


def test_areas_so_near_that_they_are_named_at_once(page: Page, address: str, problems: list[str]) -> None:
    """The nine squares, each a fiftieth of a degree wide: the first view is nearer than names begin."""
    squares = [square(position) for position in range(9)]
    for one in squares:
        (ring,) = one["geometry"]["coordinates"]
        one["geometry"]["coordinates"] = [[[10 + (lon - 10) / 50, 40 + (lat - 40) / 50] for lon, lat in ring]]
    page.route("**/areas-*.geojson", lambda route: route.fulfill(body=collection(*squares)))
    opened(page, address)
    labels = page.frame_locator("iframe").locator(".area-label")
    expect(labels.get_by_text("Square 4")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_role("alert")).to_have_count(0)
    assert problems == []
