"""From an area to what could be done there, in a real browser without internet."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


def test_from_an_area_to_projects_that_fit_and_white_spots(
    page: Page, serve: Callable[..., str], data_root: Path, problems: list[str], tmp_path: Path
) -> None:
    address = serve(APP, env={"RURAL_MAP_DATA": str(data_root)})
    page.goto(f"{address}/?area=077027")
    expect(page.get_by_role("heading", name="Stigliano")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("areas by gap")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Response").click()
    expect(page.get_by_text(re.compile("^Cannot be judged here:"))).to_be_visible(timeout=60_000)
    expect(page.get_by_text("kilometres are straight lines")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="ZIP").click()
    path = tmp_path / "projects.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert {"matches.csv", "needs.csv", "partners.csv", "manifest.json"} <= set(archive.namelist())

    page.get_by_role("radio", name="White spots").click()
    expect(page.get_by_text("white spots of health & care")).to_be_visible(timeout=60_000)
    page.wait_for_selector("iframe[title*='folium']", timeout=60_000)
    # The address reproduces what is seen.
    page.get_by_role("radio", name="15 min").click()
    expect(page).to_have_url(re.compile(r"response=white-spots[^&]*15(&|$)"))
    assert problems == []
    # Opened at a page, Streamlit looks for its server below that page first, and the browser complains.
    page.goto(page.url)
    expect(page.get_by_text("white spots of health & care")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("radio", name="15 min")).to_be_checked()
