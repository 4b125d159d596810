"""The journey "my list": from the first areas of a region to a briefing that can be handed to a council."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pandas as pd
import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.waiting import Runs

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


def test_first_areas_of_a_region_become_a_briefing(
    page: Page, serve: Callable[..., str], data_root: Path, italy: pd.DataFrame, problems: list[str], runs: Runs
) -> None:
    page.goto(f"{serve(APP, env={'RURAL_MAP_DATA': str(data_root)})}/?region=ITF5")
    expect(page.get_by_text("131 areas by gap")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Shortlist").click()
    runs.taken()
    page.get_by_role("button", name="Add the first 10 under the filters of the map, by: gap").click()
    expect(page.get_by_text("All areas of the list together")).to_be_visible()
    chosen = italy[italy["nuts2"] == "ITF5"].sort_values("gap", ascending=False).index[:10]
    people = f"{italy.loc[chosen, 'population'].sum():,.0f}"
    expect(page.get_by_test_id("stMetricValue").filter(has_text=people).first).to_be_visible()
    expect(page.get_by_role("heading", name="Just off the first 100")).to_be_visible()
    assert runs.taken() <= 2, "ten areas onto the list"
    page.get_by_role("textbox", name="Note").fill("Talk to the union of municipalities")
    page.keyboard.press("Enter")
    # The note is in the files once the page has been drawn with it.
    assert runs.taken() <= 2, "a note"

    with page.expect_download(timeout=120_000) as waiting:
        page.get_by_role("button", name="Briefing, PDF").click()
    read = pypdf.PdfReader(BytesIO(Path(waiting.value.path()).read_bytes()))
    text = " ".join("".join(sheet.extract_text() for sheet in read.pages).split())
    assert read.metadata["/Title"] == "Priority areas: Basilicata, Italy"
    for name in italy.loc[chosen, "name"]:
        assert name.replace(" ", "") in text.replace(" ", "")
    assert "Talktotheunion" in text.replace(" ", "")
    assert "Sources and licences" in text

    with page.expect_download(timeout=120_000) as waiting:
        page.get_by_role("button", name="Briefing, web page").click()
    handed = page.context.new_page()
    handed.set_content(Path(waiting.value.path()).read_text(encoding="utf-8"))
    expect(handed.get_by_role("heading", name="Priority areas: Basilicata, Italy")).to_be_visible()
    expect(handed.get_by_role("img", name="Map of Italy with 10 areas outlined")).to_be_visible()
    expect(handed.get_by_role("row")).not_to_have_count(0)
    assert not problems
