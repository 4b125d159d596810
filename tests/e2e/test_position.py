"""Where a map was moved to is in the link and in the saved view, in a real browser, on both kinds of map."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.dashboard import two_countries
from tests.e2e.test_journey import choose
from tests.e2e.waiting import Runs, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
FOLIUM, TILED = "iframe[title*='folium']", ".tiled-map"
Where = tuple[float, float, float]


def where(page: Page) -> Where | None:
    """Zoom, latitude and longitude of the map once its areas are drawn; None before, and while it is drawn anew."""
    script = """() => {
        const frame = document.querySelector("iframe[title*='folium']");
        const map = frame ? frame.contentWindow.map : document.querySelector(".tiled-map")?.map;
        const box = frame ? map?.getContainer() : document.querySelector(".tiled-map");
        if (!map || box.getAttribute("aria-busy") !== "false") return null;
        return [map.getZoom(), map.getCenter().lat, map.getCenter().lng];
    }"""
    try:
        found = page.evaluate(script)
    except Error:
        return None
    return tuple(found) if found else None


def until(page: Page, true: Callable[[Where], bool]) -> Where:
    """Wait until the map stands where it should, and give where that is."""
    for _ in range(120):
        found = where(page)
        if found and true(found):
            return found
        page.wait_for_timeout(250)
    pytest.fail(f"the map is at {where(page)}, the address is {page.url}")


def moved(page: Page) -> Where:
    """Turn the wheel over the map and drag it, as a person does."""
    before = until(page, lambda _: True)
    box = page.locator(f"{FOLIUM}, {TILED}").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -300)
    until(page, lambda found: found[0] > before[0])
    still(page)  # a drag while the map zooms would be a click
    page.mouse.down()
    page.mouse.move(x - 60, y + 40, steps=5)
    page.mouse.up()
    return still(page)


def still(page: Page) -> Where:
    """Wait until the map has come to rest, and give where."""
    last, since = where(page), time.monotonic()
    while time.monotonic() - since < 0.8:
        page.wait_for_timeout(100)
        if (found := where(page)) != last:
            last, since = found, time.monotonic()
    assert last is not None
    return last


def in_address(page: Page) -> Where | None:
    found = re.search(r"#map=([\d.]+)/(-?[\d.]+)/(-?[\d.]+)$", page.url)
    return tuple(map(float, found.groups())) if found else None  # type: ignore[return-value]


def close(one: Where | None, other: Where) -> bool:
    """Whether two positions are the same to the eye: a hundredth of a zoom and a few pixels at most."""
    return (
        one is not None
        and abs(one[0] - other[0]) < 0.02
        and max(map(abs, (one[1] - other[1], one[2] - other[2]))) < 0.01
    )


@pytest.fixture(params=["folium", "tiled"])
def address(request: pytest.FixtureRequest, tmp_path: Path, serve: Callable[..., str]) -> str:
    two_countries.build(tmp_path, **({"large": 3} if request.param == "tiled" else {}))
    return serve(APP, env={"RURAL_MAP_DATA": str(tmp_path)})


def test_the_link_and_the_saved_view_have_where_the_map_was_moved_to(
    page: Page, browser: Browser, address: str, problems: list[str], runs: Runs, tmp_path: Path
) -> None:
    page.goto(address)
    whole = until(page, lambda _: True)
    runs.taken()
    assert in_address(page) is None
    here = moved(page)
    assert runs.taken() == 0, "a move is no run"
    assert close(in_address(page), here)

    # A run writes the address anew; the map stays, and so does the position in the address.
    choose(page, "Layer", "Need")
    expect(page.get_by_text("areas by need")).to_be_visible()
    assert runs.taken() <= 2
    assert close(where(page), here) and close(in_address(page), here)

    page.get_by_role("button", name="Share").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the view as a file").click()
    assert runs.taken() == 0
    file = tmp_path / "view.json"
    saving.value.save_as(file)
    content = json.loads(file.read_text(encoding="utf-8"))
    assert (
        content["view"] == {"territory": "two", "layer": "need"}
        and content["position"] == page.url.partition("#map=")[2]
    )

    # Somebody else opens the link.
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    other = context.new_page()
    other.goto(page.url)
    until(other, lambda found: close(found, here))
    settled(other)
    assert close(still(other), here) and close(in_address(other), here)
    # A region fits the map to it, and nothing is left of the position.
    choose(other, "Country", "Germany")
    until(other, lambda found: found[2] > 22)
    settled(other)
    assert in_address(other) is None
    fitted = still(other)
    moved(other)
    assert in_address(other) is not None

    # The saved view, opened where something else is looked at.
    other.get_by_role("link", name="Shortlist").click()
    expect(other.get_by_role("heading", name="Shortlist", exact=True)).to_be_visible()
    other.get_by_role("button", name="Share").click()
    other.locator("input[type=file]").set_input_files(file)
    until(other, lambda found: close(found, here))
    settled(other)
    assert close(still(other), here) and close(in_address(other), here)
    assert not close(here, whole) and not close(here, fitted)
    context.close()
    assert problems == []


@pytest.mark.parametrize("address", ["folium"], indirect=True)
def test_a_position_typed_into_the_address_moves_the_map_and_nonsense_does_not(
    page: Page, address: str, problems: list[str], runs: Runs
) -> None:
    page.goto(f"{address}/#map=7/91/20")
    whole = until(page, lambda _: True)
    runs.taken()
    for text in ("90/40/20", "7/40/181", "7/40", "x", "7/40/20/<b>"):
        page.evaluate("text => { location.hash = '#map=' + text; }", text)
        page.wait_for_timeout(50)
        assert close(where(page), whole)
    page.evaluate("() => { location.hash = '#map=8.5/40.25/21.5'; }")
    until(page, lambda found: close(found, (8.5, 40.25, 21.5)))
    assert runs.taken() == 0
    # Of a link that names something in vain the address is written anew, before there is a map.
    page.goto(f"{address}/?territory=two&surprise=1#map=8.5/40.5/22.5")
    until(page, lambda found: close(found, (8.5, 40.5, 22.5)))
    settled(page)
    assert close(where(page), (8.5, 40.5, 22.5)) and close(in_address(page), (8.5, 40.5, 22.5))
    assert problems == []
