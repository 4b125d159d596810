"""Legends: what the colours of the map mean, with limits, unit and how many areas."""

from html import escape

import streamlit as st

HATCH = "repeating-linear-gradient(45deg,#8a8f94 0 1.5px,#f4f4f2 1.5px 5px)"


def sequential(
    title: str, unit: str, palette: tuple[str, ...], labels: tuple[str, ...], counts: tuple[int, ...], no_data: int
) -> None:
    """Draw one box a class: colour, limits, number of areas; no data is a box of its own, hatched."""
    classes = list(zip(palette, labels, counts, strict=True))
    if no_data:
        classes.append((HATCH, "no data", no_data))
    boxes = "".join(
        f"<div style='flex:1 1 68px'><div style='height:14px;border:1px solid #8886;background:{colour}'></div>"
        f"{escape(label)}<br><span style='opacity:.75'>{count:,} areas</span></div>"
        for colour, label, count in classes
    )
    st.html(
        f"<div role='group' aria-label='Legend of {escape(title)}' style='font-size:.85rem;line-height:1.4'>"
        f"<b>{escape(title)}</b>{f' <span style=opacity:.75>({escape(unit)})</span>' if unit else ''}"
        f"<div style='display:flex;flex-wrap:wrap;gap:4px;margin-top:4px'>{boxes}</div></div>"
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
        rows.append(
            f"<tr><td style='padding-right:6px;text-align:right;white-space:nowrap'>{side} need</td>{cells}</tr>"
        )
    rows.append(
        "<tr><td></td>" + "".join(f"<td style='text-align:center'>{s}</td>" for s in ("few", "some", "many")) + "</tr>"
        "<tr><td></td><td colspan=3 style='text-align:center'>resources</td></tr>"
    )
    if no_data:
        rows.append(
            f"<tr><td style='padding-right:6px;text-align:right'>no data</td><td style='height:18px;background:{HATCH};"
            f"border:1px solid #8886'></td><td colspan=2 style='padding-left:6px'>{no_data:,} areas</td></tr>"
        )
    st.html(
        '<div role="group" aria-label="Legend of need by resources" style="font-size:.85rem;line-height:1.4">'
        "<b>Need and resources</b> <span style='opacity:.75'>(thirds of all areas; the number is how many areas)</span>"
        f"<table style='border-collapse:collapse;margin-top:4px'>{''.join(rows)}</table></div>"
    )


def _ink(colour: str) -> str:
    """Black or white, whichever is read more easily on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#fff"
