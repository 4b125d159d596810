"""A planner's workbook of projects, of mixed quality, brought in through the browser."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.waiting import Runs

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
ROWS = [
    ["Elenco dei progetti"],
    [],
    ["Progetto", "Ente", "Comune", "Latitudine", "Longitudine", "Temi", "Inizio"],
    ["Navetta", "Comune", "", "40,42", "16,23", "mobilita", 2019],
    ["Orto sociale", "Coop Terra", "Stigliano", None, None, "agricoltura sociale", 2021],
    ["Scambiato", "", "", "16,30", "40,50", "salute", 2020],
    ["Due comuni", "ASL", "Castro", None, None, "salute", 2022],
    ["Ignoto", "", "Atlantide", None, None, "", None],
    ["=1+1", "", "Acettura", None, None, "cultura", None],
    ["Lontano", "", "", "10,0", "10,0", "", None],
]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_of_mixed_quality_becomes_points_on_the_map(
    serve: Callable[..., str], data_root: Path, page: Page, problems: list[str], runs: Runs
) -> None:
    page.goto(serve(APP, env={"RURAL_MAP_DATA": str(data_root)}))
    page.get_by_role("link", name="My data").click(timeout=60_000)
    page.get_by_role("radio", name="Projects").click(timeout=60_000)
    runs.taken()
    page.locator("input[type=file]").set_input_files(
        {"name": "Progetti 2024.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    )
    expect(page.get_by_role("heading", name="What becomes of the rows")).to_be_visible()
    expect(page.get_by_text("7 rows · format: XLSX")).to_be_visible()
    expect(page.get_by_role("combobox", name="Latitude or northing")).to_have_value("Latitudine")
    used = page.get_by_test_id("stMetric").filter(has_text="Used")
    expect(used).to_contain_text("3")

    assert runs.taken() <= 2, "my data are read"

    doubtful = page.get_by_role("combobox", name="Castro")
    doubtful.click()
    doubtful.fill("075096")
    page.get_by_role("option", name="Castro (075096)").click()
    expect(used).to_contain_text("4")
    # A press while the page is still being drawn anew is lost.
    assert runs.taken() <= 2, "an area is chosen"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the rejected rows").click()
    rejected = pd.read_csv(waiting.value.path())
    assert waiting.value.suggested_filename == "progetti-2024-rejected.csv"
    assert rejected["Progetto"].tolist() == ["Scambiato", "Ignoto", "Lontano"]
    assert rejected["row"].tolist() == [6, 8, 10]
    assert "seem swapped" in rejected["reason"][0] and "Atlantide" in rejected["reason"][1]

    page.get_by_role("button", name="Use in this session").click()
    expect(page.get_by_text("In use: 4 rows of Progetti 2024.xlsx")).to_be_visible()
    page.get_by_role("button", name="Show on the map").last.click()
    page.wait_for_selector("iframe[title*='folium']", timeout=60_000)
    expect(page.get_by_text("progetti-2024 (own data)")).to_be_visible()
    # The map of the page that was left goes before the one of this page stands.
    assert runs.taken() <= 5, "my data on the map"
    frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    frame.wait_for_function(MARKERS, arg=4, timeout=60_000)
    assert not problems


MARKERS = """count => {
    let found = 0;
    map.eachLayer(layer => { found += layer instanceof L.CircleMarker ? 1 : 0; });
    return found === count;
}"""
