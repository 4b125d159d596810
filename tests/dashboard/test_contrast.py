"""Contrast of texts, legends and marks on both grounds: WCAG 2.2, 1.4.3 and 1.4.11."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from dashboard.maps import layers, legend, siting
from dashboard.widgets.area import reasons, strips
from dashboard.widgets.map import distribution
from dashboard.widgets.shared.ink import INKS
from dashboard.widgets.sites import answer

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / "dashboard" / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
STYLE = (ROOT / "dashboard" / "style.css").read_text(encoding="utf-8")
TEXT, MARK = 4.5, 3.0


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # 1.4.3's own example of just enough.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_and_links_are_read_on_every_ground(theme: str) -> None:
    own = CONFIG[theme]
    grounds = {own["backgroundColor"], own["secondaryBackgroundColor"], *own["sidebar"].values()}
    for ground in grounds:
        assert contrast(own["textColor"], ground) >= TEXT
        assert contrast(own["linkColor"], ground) >= TEXT
        assert contrast(own["borderColor"], ground) >= MARK, f"edge of a control on {ground}"
        assert contrast(own["primaryColor"], ground) >= MARK
    # Chosen parts of switches are written in it.
    assert contrast(own["primaryColor"], own["backgroundColor"]) >= TEXT
    assert INKS[theme] == own["textColor"]


def test_white_on_chief_buttons_and_tags_is_read() -> None:
    grounds = re.findall(r"background-color: (#\w{6})", STYLE)
    assert len(grounds) == 2
    for ground in grounds:
        assert contrast("#ffffff", ground) >= TEXT
    [ring] = re.findall(r"outline-color: (#\w{6})", STYLE)
    for theme in CONFIG.values():
        for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
            assert contrast(ring, ground) >= MARK, "where the keyboard is"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_grey_notes_are_read(theme: str) -> None:
    """Captions and counts of legends are written in 85 and 75 % of the ink."""
    own = CONFIG[theme]
    for share in (0.85, 0.75):
        parts = [
            round(
                share * int(own["textColor"][at : at + 2], 16)
                + (1 - share) * int(own["backgroundColor"][at : at + 2], 16)
            )
            for at in (1, 3, 5)
        ]
        assert contrast("#" + "".join(f"{part:02x}" for part in parts), own["backgroundColor"]) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "colour",
    [
        *(reasons.ADDS, reasons.TAKES, strips.WHOLE, strips.REGION, strips.HERE, distribution.REGION),
        *(answer.LINE, siting.PROPOSED),
    ],
)
def test_marks_of_charts_are_seen(theme: str, colour: str) -> None:
    assert contrast(colour, CONFIG[theme]["backgroundColor"]) >= MARK


@pytest.mark.parametrize("colour", layers.BIVARIATE_PALETTE)
def test_numbers_in_the_legend_of_need_by_resources_are_read(colour: str) -> None:
    ink = {"#000": "#000000", "#fff": "#ffffff"}[legend._ink(colour)]
    assert contrast(ink, colour) >= TEXT


@pytest.mark.parametrize("palette", [*layers.PALETTES.values(), layers.TIER_PALETTE])
def test_classes_differ_in_lightness_alone(palette: tuple[str, ...]) -> None:
    """No meaning by hue alone: in grey, each class is told from the next."""
    for one, other in pairwise(palette):
        assert contrast(one, other) >= 1.2
