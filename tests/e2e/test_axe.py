"""Every page: both themes under axe, the checker of Deque; narrow windows; the keyboard."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.narrow import ringed, unfit
from tests.e2e.waiting import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PAGES = ("Map", "Area", "Shortlist", "Compare", "Response", "Sites", "Scenarios", "Projects", "My data")
PAGES += ("Data and methods",)
VIEW = "region=ITF5&area=077027&list=077027,076026&points=projects&sites=hospital,mclp,45,2,population,exchange"
# Pages whose controls the Tab key goes through, and some of those that it has to reach.
WALKED = {
    "Map": {"Layer", "Language", "Map: Gap", "Zoom in", "no data3 areas", "the whole territory"},
    "Sites": {"Service", "What is wanted", "add_location_altPropose sites", "Zoom in"},
}
GRAVE = ("serious", "critical")
# Faults of Streamlit's own widgets that no page can mend, by rule: none today. Each would need its reason here and in
# docs/accessibility.md.
OF_STREAMLIT: dict[str, str] = {}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
GROUND = """(theme) => getComputedStyle(document.querySelector("[data-testid=stApp]")).colorScheme === theme"""


def grave(page: Page) -> list[str]:
    """Faults that axe finds on a page and calls grave, as text."""
    return [
        f"{fault['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in GRAVE and fault["id"] not in OF_STREAMLIT
        for node in fault["nodes"]
    ]


def test_every_page_passes_axe_fits_narrow_windows_and_shows_the_focus(
    page: Page, serve: Callable[..., str], data_root: Path
) -> None:
    page.goto(f"{serve(APP, env={'RURAL_MAP_DATA': str(data_root)})}/?{VIEW}")
    faults = []
    for name in PAGES:
        link = page.get_by_role("link", name=name, exact=True)
        link.click(timeout=60_000)
        # A heading may still be that of the page before.
        expect(link).to_have_attribute("aria-current", "page", timeout=120_000)
        expect(page.get_by_role("heading").first).to_be_visible()
        settled(page)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.wait_for_function(GROUND, arg=theme)
            # Pages that know the theme run again, and Streamlit pales what is about to change.
            settled(page)
            faults += [f"{name}, {theme}: {fault}" for fault in grave(page)]
        if name in WALKED:
            rings = ringed(page)
            assert WALKED[name] <= set(rings), sorted(rings)
            faults += [f"{name}, the focus is not seen: {place}" for place, seen in rings.items() if not seen]
        # Last: a narrow window closes the sidebar, and a wide one leaves it closed.
        faults += [f"{name}, {fault}" for fault in unfit(page)]
    assert faults == []

    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("link", name="Area", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Expand sidebar").click()
    page.get_by_role("link", name="Area", exact=True).click()
    expect(page.get_by_role("heading", name="Stigliano")).to_be_visible()
    page.get_by_role("button", name="Collapse sidebar").click()
    expect(page.get_by_role("link", name="Area", exact=True)).to_be_hidden()
