"""What if, in a real browser: a hospital opens, is undone and opens again, and the result is taken home."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipelines import export
from tests.e2e.test_journey import click_on, map_of
from tests.e2e.waiting import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
GAIN = re.compile(r"[1-9][0-9,]+ people have fewer minutes and 0 more")


def test_a_hospital_opens_and_the_result_is_taken_home(
    page: Page, serve: Callable[..., str], data_root: Path, problems: list[str], tmp_path: Path
) -> None:
    address = serve(APP, env={"RURAL_MAP_DATA": str(data_root)})
    page.goto(f"{address}/?area=077027")
    expect(page.get_by_role("heading", name="Stigliano")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Scenarios").click()
    # The travel model is made when the page is opened for the first time.
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible(timeout=120_000)
    box = page.get_by_role("combobox", name="Category of service")
    box.click()
    box.fill("Hospital")
    page.get_by_role("option", name="Hospital with emergency department").click()
    expect(page.get_by_role("combobox", name="Level")).to_be_visible()

    page.get_by_role("button", name="Make this change").click()
    expect(page.get_by_text(GAIN)).to_be_visible(timeout=60_000)
    page.wait_for_selector("iframe[title*='folium']")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible()
    expect(page.get_by_text(GAIN)).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_text(GAIN)).to_be_visible()

    with page.expect_download(timeout=120_000) as given:
        page.get_by_role("button", name="Scenario with shortlist, zipped").click()
    path = tmp_path / "scenario.zip"
    given.value.save_as(path)
    manifest = export.read_manifest(path)
    assert manifest["scenarios"][0]["name"] == "My scenario"
    assert {"scenario.yaml", "scenario_areas.csv", "scenario_people.csv"} < manifest["files"].keys()
    assert problems == []


def test_a_service_is_put_where_the_map_is_clicked(
    page: Page, serve: Callable[..., str], data_root: Path, problems: list[str]
) -> None:
    page.goto(f"{serve(APP, env={'RURAL_MAP_DATA': str(data_root)})}/?area=077027")
    page.get_by_role("link", name="Scenarios").click(timeout=60_000)
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible(timeout=120_000)
    settled(page)
    frame = map_of(page)
    settled(page)
    frame.evaluate("() => map.setView([40.42, 16.2], 10, {animate: false})")
    click_on(frame, 40.42, 16.2)
    expect(page.get_by_role("combobox", name="Place")).to_have_value(
        re.compile(r"40\.4\d{3}, 16\.\d{4} \(\d\.\d km from Stigliano\)")
    )
    settled(page)
    page.get_by_role("button", name="Make this change").click()
    expect(page.get_by_text(re.compile(r"Add a service: New service, .*, 40\.4\d{3}, 16\.\d{4}"))).to_be_visible()
    assert problems == []
