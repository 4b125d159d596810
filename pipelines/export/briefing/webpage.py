"""A briefing as one HTML file: style and pictures inside, nothing fetched from anywhere."""

from base64 import b64encode
from html import escape

from pipelines.export.briefing.content import Block, Document, Heading, Table, Text

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b2a33; background: #fff; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
h1, h2 { line-height: 1.2; color: #0b2e3f; } h2 { margin-top: 2.2rem; }
figure { margin: 1.5rem 0; } img { max-width: 100%; height: auto; }
figcaption, caption, .small { font-size: .85rem; color: #4a5a63; text-align: left; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid #c9d3d8; }
thead th { border-bottom: 2px solid #0b2e3f; } .number { text-align: right; font-variant-numeric: tabular-nums; }
@media print { body { font-size: 10pt; margin: 0; max-width: none; } h2 { break-after: avoid; }
  tr, figure { break-inside: avoid; } thead { display: table-header-group; } .scroll { overflow: visible; } }
"""


def html(document: Document) -> bytes:
    """Write a briefing as a page that opens without a network; every text is escaped."""
    body = "\n".join(map(_block, document.blocks))
    return (
        f'<!DOCTYPE html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    ).encode()


def _block(block: Block) -> str:
    match block:
        case Heading(text, rank):
            return f"<h{rank}>{escape(text)}</h{rank}>"
        case Text(text, lead, small):
            led = f"<strong>{escape(lead)}</strong> " if lead else ""
            return f"<p{_class('small', small)}>{led}{escape(text)}</p>"
        case Table():
            return _table(block)
        case _:
            image = f"data:image/png;base64,{b64encode(block.png).decode()}"
            return (
                f'<figure><img src="{image}" alt="{escape(block.alternative)}">'
                f"<figcaption>{escape(block.caption)}</figcaption></figure>"
            )


def _table(table: Table) -> str:
    def row(cells: tuple[str, ...], tag: str, scope: str = "") -> str:
        written = "".join(
            f"<{tag}{scope}{_class('number', at in table.numbers)}>{escape(cell)}</{tag}>"
            for at, cell in enumerate(cells)
        )
        return f"<tr>{written}</tr>"

    head = row(table.head, "th", ' scope="col"')
    rows = "\n".join(row(cells, "td") for cells in table.rows)
    return (
        f'<div class="scroll"><table><caption>{escape(table.caption)}</caption>\n'
        f"<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _class(name: str, on: bool) -> str:
    return f' class="{name}"' if on else ""
