"""First visit, my region, compare and share, narrow screens and languages, in a real browser without internet."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_journey import APP, choose, map_of, parameters
from tests.e2e.waiting import Runs, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

UNNAMED = """() => [...document.querySelectorAll('button, input, textarea, a[href], [role=slider], [role=combobox]')]
    .filter((each) => each.offsetParent !== null && each.type !== 'hidden')
    .filter((each) => !(each.textContent || '').trim() && !each.getAttribute('aria-label') && !each.title
        && !each.getAttribute('aria-labelledby') && !each.placeholder && !(each.labels && each.labels.length)
        && !each.closest('label'))
    .map((each) => each.outerHTML.slice(0, 160))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def address(serve: Callable[..., str], data_root: Path) -> str:
    return serve(APP, env={"RURAL_MAP_DATA": str(data_root)})


def test_first_visit_region_and_share(
    page: Page, address: str, problems: list[str], runs: Runs, tmp_path: Path
) -> None:
    page.goto(address)
    map_of(page)
    expect(page.get_by_text("Where do people live far from what they need")).to_be_visible()
    for step in ("1. Find your region", "2. Ask why here", "3. Make your list"):
        expect(page.get_by_text(step)).to_be_visible()
    expect(page.get_by_label("Legend of Gap")).to_be_visible()
    assert page.evaluate(UNNAMED) == []

    assert 1 <= runs.taken() <= 2, "the first visit"
    choose(page, "Region (NUTS 2)", "Basilicata (ITF5)")
    expect(page.get_by_text("131 areas by gap")).to_be_visible()
    expect(page.get_by_text("Median of Basilicata:")).to_be_visible()
    assert 1 <= runs.taken() <= 2, "my region"
    page.get_by_role("radio", name="the region alone").click()
    expect(page.get_by_label("Legend of Gap")).to_contain_text("26 areas")
    assert parameters(page) == {"region": "ITF5", "classes": "local"}
    assert runs.taken() <= 2, "classes of the region"

    page.get_by_role("button", name="Share").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the view as a file").click()
    file = tmp_path / "view.json"
    saving.value.save_as(file)
    assert json.loads(file.read_text(encoding="utf-8"))["view"] == {"region": "ITF5", "classes": "local"}

    page.goto(address)
    map_of(page)
    runs.taken()
    page.get_by_role("button", name="Share").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("131 areas by gap")).to_be_visible()
    assert parameters(page) == {"region": "ITF5", "classes": "local"}
    assert runs.taken() <= 2, "share"
    assert problems == []


def test_two_regions_and_two_areas_in_german(page: Page, address: str, problems: list[str], runs: Runs) -> None:
    page.goto(f"{address}?lang=de&beside=ITF5,ITF6")
    page.get_by_role("link", name="Vergleichen").click()
    expect(page.get_by_role("heading", name="Vergleichen")).to_be_visible()
    expect(page.get_by_role("radio", name="Zwei Regionen")).to_be_checked()
    runs.taken()
    page.get_by_role("radio", name="Zwei Gebiete").click()
    expect(page.get_by_role("combobox", name="Das erste")).to_be_visible()
    assert runs.taken() <= 2, "compare two areas"
    assert page.evaluate(UNNAMED) == []
    choose(page, "Language" if page.get_by_role("combobox", name="Language").count() else "Sprache", "Italiano")
    expect(page.get_by_role("heading", name="Confronta")).to_be_visible()
    assert parameters(page)["lang"] == "it"
    assert runs.taken() <= 2, "another language"
    assert problems == []


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A telephone: 390 px, in French by its own language."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    yield context.new_page()
    context.close()


def test_a_telephone_in_french_needs_no_sideways_scrolling(narrow: Page, address: str) -> None:
    narrow.goto(f"{address}/area?area=077027")
    expect(narrow.get_by_role("heading", name="Pourquoi ici")).to_be_visible()
    settled(narrow)
    assert narrow.evaluate(SIDEWAYS) <= 0
    assert narrow.evaluate(UNNAMED) == []
