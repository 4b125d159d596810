"""A page on paper: dark on white, also from the dark theme, and whole."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.waiting import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


def test_the_area_is_printed_dark_on_white_from_the_dark_theme(
    page: Page, serve: Callable[..., str], data_root: Path
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{serve(APP, env={'RURAL_MAP_DATA': str(data_root)})}/area?area=077027")
    expect(page.get_by_role("heading", name="How good these data are")).to_be_visible(timeout=60_000)
    settled(page)
    assert np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L")).mean() < 80, "dark on the screen"

    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))).pages
    assert 1 < len(sheets) <= 4
    first, rest = sheets[0].extract_text(), "".join(sheet.extract_text() for sheet in sheets[1:])
    assert "Stigliano" in first and "How good these data are" in rest and "My data" not in first

    page.emulate_media(media="print", color_scheme="dark")
    paper = np.asarray(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L"))
    assert (paper > 200).mean() > 0.85
