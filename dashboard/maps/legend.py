"""Legends: what the colours of the map mean, with limits, unit and how many areas.

Each box names its class in `data-map-class`; while the mouse or the keyboard is on it, the map shows that class alone.
"""

from html import escape

import streamlit as st

from dashboard.maps.picture import DIGITS, NO_DATA
from geodata.i18n import mark, number, say, says

# Thirds of need, upwards, and of resources, to the right.
NEEDS = (mark("low need"), mark("middle need"), mark("high need"))
SOME = (mark("few"), mark("some"), mark("many"))
HATCH = "repeating-linear-gradient(45deg,#8a8f94 0 1.5px,#f4f4f2 1.5px 5px)"


def sequential(
    title: str, unit: str, palette: tuple[str, ...], labels: tuple[str, ...], counts: tuple[int, ...], no_data: int
) -> None:
    """Draw one box a class: colour, limits, number of areas; no data is a box of its own, hatched."""
    classes = [*zip(DIGITS[: len(palette)], palette, labels, counts, strict=True)]
    if no_data:
        classes.append((NO_DATA, HATCH, say("no data"), no_data))
    boxes = "".join(
        f"<div tabindex='0' data-map-class='{code}'>"
        f"<div style='height:14px;border:1px solid #8886;background:{colour}'></div>"
        f"{escape(label)}<br><span style='opacity:.75'>{_areas(count)}</span></div>"
        for code, colour, label, count in classes
    )
    heading = escape(say("Legend of {title}", title=title))
    st.html(
        f"<div role='group' aria-label='{heading}' style='font-size:.85rem;line-height:1.4'>"
        f"<b>{escape(title)}</b>{f' <span style=opacity:.75>({escape(unit)})</span>' if unit else ''}"
        f"<div style='display:grid;grid-template-columns:repeat(auto-fit,minmax(68px,1fr));gap:4px;margin-top:4px'>"
        f"{boxes}</div></div>"
    )


def bivariate(palette: tuple[str, ...], counts: tuple[int, ...], no_data: int) -> None:
    """Draw the 3 x 3 legend: need rises upwards, resources rise to the right."""
    rows = []
    for need in (2, 1, 0):
        cells = "".join(
            f"<td tabindex='0' data-map-class='{3 * need + resources}' aria-label='{_cell(need, resources, counts)}' "
            f"title='{_cell(need, resources, counts)}' style='width:46px;height:34px;text-align:center;"
            f"font-size:.7rem;color:{_ink(palette[3 * need + resources])};background:{palette[3 * need + resources]}'>"
            f"{number(counts[3 * need + resources])}</td>"
            for resources in range(3)
        )
        side = escape(say(NEEDS[need]))
        rows.append(f"<tr><td style='padding-right:6px;text-align:right;white-space:nowrap'>{side}</td>{cells}</tr>")
    heads = "".join(f"<td style='text-align:center'>{escape(say(some))}</td>" for some in SOME)
    rows.append(
        f"<tr><td></td>{heads}</tr>"
        f"<tr><td></td><td colspan=3 style='text-align:center'>{escape(say('resources'))}</td></tr>"
    )
    if no_data:
        rows.append(
            f"<tr><td style='padding-right:6px;text-align:right'>{escape(say('no data'))}</td>"
            f"<td tabindex='0' data-map-class='{NO_DATA}' aria-label='{_areas(no_data)}' "
            f"style='height:18px;background:{HATCH};border:1px solid #8886'></td>"
            f"<td colspan=2 style='padding-left:6px'>{_areas(no_data)}</td></tr>"
        )
    heading, title = escape(say("Legend of need by resources")), escape(say("Need and resources"))
    st.html(
        f"<div role='group' aria-label='{heading}' style='font-size:.85rem;line-height:1.4'><b>{title}</b> "
        f"<span style='opacity:.75'>({escape(say('thirds of all areas; the number is how many areas'))})</span>"
        f"<table style='border-collapse:collapse;margin-top:4px'>{''.join(rows)}</table></div>"
    )


def _cell(need: int, resources: int, counts: tuple[int, ...]) -> str:
    kind = say("{need}, {some} resources", need=say(NEEDS[need]), some=say(SOME[resources]))
    return f"{escape(kind)}: {_areas(counts[3 * need + resources])}"


def _areas(count: int) -> str:
    return escape(says("{count} area", "{count} areas", count))


def _ink(colour: str) -> str:
    """Black or white, whichever has the higher contrast on a colour (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return "#000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#fff"
