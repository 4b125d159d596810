"""Who needs most, how sure, and why: weights, the area and its reasons, tiers and the audit of the export."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Frame, Page, expect

from geodata.store import Territory
from pipelines import export
from pipelines.areas.table import areas_table
from pipelines.priority import composite, configuration
from tests.e2e.waiting import Runs

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
DIGEST = """() => {
    const canvas = document.querySelector('.leaflet-overlay-pane canvas');
    if (!canvas || !canvas.width) return '';
    const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 16) {
        sum = (sum * 31 + bytes[at] + bytes[at + 1]) | 0;
        colours.add(bytes[at]);
    }
    return colours.size > 20 ? String(sum) : '';
}"""


def map_of(page: Page) -> Frame:
    """The frame of the map, once the areas are painted."""
    page.wait_for_selector("iframe[title*='folium']", timeout=60_000)
    frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    frame.wait_for_function(f"() => ({DIGEST})() !== ''", timeout=60_000)
    return frame


def test_from_another_weight_to_the_audit_of_the_export(
    page: Page, serve: Callable[..., str], data_root: Path, problems: list[str], runs: Runs, territory: Territory
) -> None:
    weighting = configuration.load("balanced").weighted({("resources", "Cities"): 3.0})
    table = areas_table(territory)
    gap = composite.score(table, weighting, regions=table["nuts2"]).frame["gap"]
    first = gap.idxmax()

    page.goto(serve(APP, env={"RURAL_MAP_DATA": str(data_root)}))
    frame = map_of(page)
    runs.taken()
    before = frame.evaluate(DIGEST)
    page.get_by_text("Weights: Balanced").click()
    slider = page.get_by_role("slider", name="Cities")
    slider.focus()
    page.keyboard.press("End")
    frame.wait_for_function(f"(before) => ![before, ''].includes(({DIGEST})())", arg=before, timeout=20_000)
    expect(page.get_by_text("Weights: Balanced, own weights")).to_be_visible()
    expect(slider).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["weights"] == ["1,1,1,1,3"]

    assert runs.taken() <= 2, "another weight"
    page.get_by_test_id("stDataFrame").first.click(position={"x": 18, "y": 52})
    expect(page.get_by_role("heading", name=table.loc[first, "name"])).to_be_visible()
    page.get_by_role("button", name="Add to list").click()
    expect(page.get_by_role("button", name="Remove from list")).to_be_visible()
    # A press while the page is still being drawn can be lost.
    runs.taken()
    page.get_by_role("button", name="Why here").click()
    expect(page.get_by_role("heading", name="Why here")).to_be_visible()
    assert runs.taken() <= 3, "why here"
    expect(page.get_by_text(f"Gap {gap[first]:.1f}, place 1 of 7,898.")).to_be_visible()
    expect(page.get_by_text(re.compile(rf"Typical area .* points = gap {gap[first]:.1f}"))).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()

    page.get_by_role("link", name="Shortlist").click()
    expect(page.get_by_role("heading", name="Just off the first 100")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame").first).to_contain_text("firm")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="All, zipped").click()
    package = Path(waiting.value.path()).read_bytes()
    manifest = export.read_manifest(package)
    assert manifest["areas"] == [first]
    assert manifest["priority"]["configuration"] == configuration.dump(weighting).replace(
        "title: Balanced", "title: Balanced, own weights"
    )
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        audit = pd.read_csv(files.open("audit.csv"), encoding="utf-8-sig", dtype={"area_id": str})
        row = pd.read_csv(files.open("shortlist.csv"), encoding="utf-8-sig", dtype={"area_id": str}).iloc[0]
    assert audit["gap"].tolist() == pytest.approx([gap[first]], abs=1e-6)
    assert (row["rank"], row["tier"]) == (1, "firm")
    assert row["reason"].startswith(f"Gap {gap[first]:.1f}, place 1 of 7,898.")
    assert not problems
