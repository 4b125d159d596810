"""The briefing: what it says, in PDF and HTML, read by programs that did not write them."""

import re
from html.parser import HTMLParser
from io import BytesIO

import pandas as pd
import pypdf
import pytest
from PIL import Image

from geodata.i18n import using
from geodata.store import Territory
from pipelines.areas import ranking, shortlist
from pipelines.areas.selection import Selection
from pipelines.export import Shortlist
from pipelines.export.briefing import Document, briefing, html, pdf
from pipelines.export.briefing.content import MOST_REASONS, Table
from pipelines.export.briefing.picture import Picture
from pipelines.priority.analysis import Analysis


@pytest.fixture(scope="module")
def asked(territory: Territory) -> Analysis:
    return ranking.ask(territory)


@pytest.fixture(scope="module")
def listed(territory: Territory, asked: Analysis) -> Shortlist:
    view = ranking.View(Selection(region="ITF5"))
    chosen = ranking.top(territory, view, count=12, asked=asked)
    return shortlist.make(
        territory, chosen, view=view, asked=asked, notes={chosen[0]: "Ask <b>the mayor</b>; Łódź, Αθήνα"}
    )


@pytest.fixture(scope="module")
def document(territory: Territory, asked: Analysis, listed: Shortlist) -> Document:
    return briefing(territory, listed, asked)


class Reader(HTMLParser):
    """Collects the texts of a page, its tags, and the addresses that it would fetch."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.texts, self.tags, self.fetched = [], [], []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "href") and not value.startswith("data:")]

    def handle_data(self, data):
        self.texts.append(data)


def words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_pdf_holds_every_area_with_its_reason_and_every_source(document: Document, listed: Shortlist):
    read = pypdf.PdfReader(BytesIO(pdf(document)))
    # A reason may go over two pages; what stands at their foot is no part of it.
    told = "".join(page.extract_text() for page in read.pages)
    text = words(re.sub(rf"{re.escape(document.title)} · \d+ / \d+", "", told))
    for row in listed.areas.to_dict("records"):
        assert words(row["name"]) in text
        assert words(row["reason"]) in text
    for row in listed.origins.to_dict("records"):
        assert words(row["attribution"]) in text
        assert words(row["licence"]) in text
    assert words(listed.manifest["command"]) in text
    assert read.metadata["/Title"] == document.title == "Priority areas: Basilicata, Italy"
    assert [item["/Title"] for item in read.outline if not isinstance(item, list)] == [document.title]
    assert "Ask<b>themayor</b>;Łódź,Αθήνα" in text


def test_page_needs_nothing_from_anywhere_and_runs_nothing(document: Document, listed: Shortlist):
    read = Reader(html(document))
    assert read.fetched == []
    assert not {"script", "iframe", "b"} & set(read.tags)
    text = words("".join(read.texts))
    for row in listed.areas.to_dict("records"):
        assert words(row["name"]) in text
        assert words(row["reason"]) in text


def test_the_list_says_what_the_export_says(document: Document, listed: Shortlist):
    table = next(block for block in document.blocks if isinstance(block, Table) and len(block.head) == 11)
    assert [row[1] for row in table.rows] == listed.areas["name"].tolist()
    assert [row[3] for row in table.rows] == listed.areas["tier"].tolist()
    for row, area in zip(table.rows, listed.areas.to_dict("records"), strict=True):
        assert row[4] == f"{area['rank']:,.0f}"
        assert row[9] == f"{area['gap']:.1f}"
    people = listed.areas["population"].sum()
    assert f"{people:,.0f} people live there" in document.blocks[1].text


def test_map_shows_list_legend_and_colours(document: Document):
    picture = next(block for block in document.blocks if isinstance(block, Picture))
    image = Image.open(BytesIO(picture.png)).convert("RGB")
    colours = {colour for count, colour in image.getcolors(maxcolors=1 << 22) if count > 200}
    assert {(0x99, 0x34, 0x04), (0xD9, 0x5F, 0x0E)} <= colours
    assert "12 areas" in picture.alternative


def test_same_list_same_bytes(territory: Territory, asked: Analysis, listed: Shortlist, document: Document):
    again = briefing(territory, listed, asked)
    assert pdf(again) == pdf(document)
    assert html(again) == html(document)


def test_numbers_are_written_as_the_reader_does(territory: Territory, asked: Analysis, listed: Shortlist):
    with using("de"):
        german = briefing(territory, listed, asked)
    gap = listed.areas["gap"].iloc[0]
    table = next(block for block in german.blocks if isinstance(block, Table) and len(block.head) == 11)
    assert table.rows[0][9] == f"{gap:.1f}".replace(".", ",")
    assert b'<html lang="de">' in html(german)
    assert pypdf.PdfReader(BytesIO(pdf(german))).root_object["/Lang"] == "de"


def test_missing_numbers_are_dashes_and_long_lists_say_where_reasons_are(
    territory: Territory, asked: Analysis, italy: pd.DataFrame
):
    unknown = italy.index[italy["population"].isna()][0]
    chosen = [unknown, *asked.ranks.sort_values().index[: MOST_REASONS + 3]]
    long = shortlist.make(territory, chosen, view=ranking.View(), asked=asked)
    document = briefing(territory, long, asked)
    table = next(block for block in document.blocks if isinstance(block, Table) and len(block.head) == 10)
    assert table.rows[0][3:] == ("not scorable", "–", "–", "–", "–", "–", "–")
    assert any("The reasons of the other 4 areas" in getattr(block, "text", "") for block in document.blocks)
