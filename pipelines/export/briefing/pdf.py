"""A briefing as a PDF on A4, with bookmarks, page numbers and words in place of pictures."""

import datetime
from pathlib import Path

import matplotlib
from fpdf import FPDF, FontFace
from fpdf.enums import Align, TableBordersLayout

from geodata.i18n import using
from pipelines.export.briefing.content import Block, Document, Heading, Table, Text
from pipelines.export.briefing.picture import Picture

# DejaVu Sans has the letters of all official languages of the Union and comes with matplotlib.
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
FAMILY = "DejaVu"
INK, SOFT, RULE = (27, 42, 51), (74, 90, 99), (201, 211, 216)
MARGIN = 16  # mm
BODY, SMALL, CELL = 9.5, 7.5, 7.2  # points
LEADING = 0.46  # mm of a line for each point of its letters
# The same list gives the same bytes, so a file carries no time of its making.
UNDATED = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)


class _Pages(FPDF):
    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FAMILY, size=SMALL)
        self.set_text_color(*SOFT)
        self.cell(0, 5, f"{self.title} · {self.page_no()} / {{nb}}", align=Align.R)


def pdf(document: Document) -> bytes:
    """Write a briefing as a PDF; the same document gives the same bytes."""
    pages = _Pages(format="A4")
    for style, file in FACES.items():
        pages.add_font(FAMILY, style, FONTS / file)
    pages.set_title(document.title)
    pages.set_lang(document.language)
    pages.set_creation_date(UNDATED)
    pages.set_margins(MARGIN, MARGIN)
    pages.set_auto_page_break(True, 18)
    pages.add_page()
    with using(document.language):
        for block in document.blocks:
            _block(pages, block)
    return bytes(pages.output())


def _block(pages: FPDF, block: Block) -> None:
    pages.set_text_color(*INK)
    match block:
        case Heading(text, rank):
            pages.ln(2 if rank == 1 else 4)
            # A heading stays with what it heads.
            if pages.will_page_break(24):
                pages.add_page()
            pages.start_section(text, level=rank - 1)
            pages.set_font(FAMILY, "B", 17 if rank == 1 else 12.5)
            pages.multi_cell(0, text=text, align=Align.L, new_x="LMARGIN", new_y="NEXT")
            pages.ln(1.5)
        case Text(text, lead, small):
            size = SMALL if small else BODY
            height = size * LEADING
            if lead:
                pages.set_font(FAMILY, "B", size)
                pages.write(height, f"{lead} ")
            pages.set_font(FAMILY, "", size)
            pages.write(height, text)
            pages.ln(1.6 * height)
        case Table():
            _table(pages, block)
        case Picture():
            pages.image(block.png, w=pages.epw, alt_text=block.alternative)
            _caption(pages, block.caption)


def _caption(pages: FPDF, text: str) -> None:
    pages.set_font(FAMILY, size=SMALL)
    pages.set_text_color(*SOFT)
    pages.multi_cell(0, text=text, align=Align.L, new_x="LMARGIN", new_y="NEXT")
    pages.set_text_color(*INK)
    pages.ln(1.5)


def _table(pages: FPDF, table: Table) -> None:
    _caption(pages, table.caption)
    pages.set_font(FAMILY, size=CELL)
    pages.set_draw_color(*RULE)
    with pages.table(
        col_widths=table.widths,
        text_align=tuple(Align.R if at in table.numbers else Align.L for at in range(len(table.head))),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=INK),
        line_height=3.6,
        padding=(0.7, 0.8),
    ) as drawn:
        for cells in (table.head, *table.rows):
            row = drawn.row()
            for text in cells:
                row.cell(text)
    pages.ln(2)
