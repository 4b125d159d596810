"""Where the next sites should be, in a real browser: asked for Basilicata, seen on the map, taken home."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


def test_sites_are_asked_for_seen_and_taken_home(
    page: Page, serve: Callable[..., str], data_root: Path, problems: list[str], tmp_path: Path
) -> None:
    address = serve(APP, env={"RURAL_MAP_DATA": str(data_root)})
    page.goto(f"{address}/?region=ITF5")
    expect(page.get_by_text("areas by gap")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Sites", exact=True).click()
    expect(page.get_by_text("press Propose sites")).to_be_visible(timeout=60_000)
    service = page.get_by_role("combobox", name="Service")
    service.click()
    service.fill("Hospital")
    page.get_by_role("option", name="Hospital with emergency department").click()
    page.get_by_role("spinbutton", name="Limit, minutes").fill("30")
    page.get_by_role("spinbutton", name="New sites").fill("2")
    page.get_by_role("button", name="Propose sites").click()
    # The travel model is made when it is asked for the first time.
    expect(page.get_by_text("of the best possible").or_(page.get_by_text("Proven optimal"))).to_be_visible(
        timeout=120_000
    )
    assert "sites=hospital" in page.url and "region=ITF5" in page.url
    expect(page.get_by_text("Proposed (2)")).to_be_visible()
    expect(page.get_by_text("the large red point is the proposal")).to_be_visible()
    page.wait_for_selector("iframe[title*='folium']", timeout=60_000)
    with page.expect_download(timeout=120_000) as given:
        page.get_by_role("button", name="All files, zipped").click()
    path = tmp_path / "sites.zip"
    given.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert {"sites.csv", "curve.csv", "sites.gpkg", "manifest.json"} <= set(archive.namelist())
        assert archive.read("sites.csv").count(b"proposed") == 2
    assert problems == []
