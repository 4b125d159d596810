"""Legends: what the colours of the map mean, with limits, unit and how many areas."""

from html import escape

import streamlit as st

HATCH = "repeating-linear-gradient(45deg,#8a8f94 0 1.5px,#f4f4f2 1.5px 5px)"


def sequential(
    title: str, unit: str, palette: tuple[str, ...], labels: tuple[str, ...], counts: tuple[int, ...], no_data: int
) -> None:
    """Draw one row a class: colour, limits, number of areas; no data is a row of its own, hatched."""
    rows = [_row(colour, label, count) for colour, label, count in zip(palette, labels, counts, strict=True)]
    if no_data:
        rows.append(_row(HATCH, "no data", no_data))
    st.html(
        f'<div role="img" aria-label="Legend of {escape(title)}" style="font-size:.85rem;line-height:1.5">'
        f"<b>{escape(title)}</b> <span style='opacity:.75'>({escape(unit)})</span>"
        f"<table style='border-collapse:collapse'>{''.join(rows)}</table></div>"
    )


def bivariate(palette: tuple[str, ...], counts: tuple[int, ...], no_data: int) -> None:
    """Draw the 3 x 3 legend: need rises upwards, resources rise to the right."""
    rows = []
    for need in (2, 1, 0):
        cells = "".join(
            f"<td title='{counts[3 * need + resources]:,} areas' style='width:46px;height:34px;text-align:center;"
            f"font-size:.7rem;color:{_ink(palette[3 * need + resources])};background:{palette[3 * need + resources]}'>"
            f"{counts[3 * need + resources]:,}</td>"
            for resources in range(3)
        )
        side = ("low", "middle", "high")[need]
        rows.append(f"<tr><td style='padding-right:6px;text-align:right'>{side} need</td>{cells}</tr>")
    rows.append(
        "<tr><td></td>" + "".join(f"<td style='text-align:center'>{s}</td>" for s in ("few", "some", "many")) + "</tr>"
        "<tr><td></td><td colspan=3 style='text-align:center'>resources</td></tr>"
    )
    if no_data:
        rows.append(_row(HATCH, "no data", no_data))
    st.html(
        '<div role="img" aria-label="Legend of need by resources" style="font-size:.85rem;line-height:1.4">'
        "<b>Need and resources</b> <span style='opacity:.75'>(thirds of all areas; the number is how many areas)</span>"
        f"<table style='border-collapse:collapse;margin-top:4px'>{''.join(rows)}</table></div>"
    )


def _row(background: str, label: str, count: int) -> str:
    return (
        f"<tr><td style='width:28px;height:16px;border:1px solid #8886;background:{background}'></td>"
        f"<td style='padding:0 10px 0 8px'>{escape(label)}</td>"
        f"<td style='text-align:right;opacity:.75'>{count:,}</td></tr>"
    )


def _ink(colour: str) -> str:
    """Black or white, whichever is read more easily on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#fff"
