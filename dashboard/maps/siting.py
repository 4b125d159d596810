"""Proposed sites on the map: areas by who gains, sites, alternatives, and places that no candidate reaches."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.maps import layers, legend
from dashboard.maps.picture import Paint, Points, Symbol, encode
from dashboard.view.text import joined
from geodata.i18n import mark, number, say
from pipelines.priority import classes
from pipelines.response.siting import Answer

DEMANDS = {
    "population": mark("People"),
    "people_65_plus": mark("People aged 65 and over"),
    "people_under_15": mark("People under 15"),
    "need": mark("People, weighted by need"),
}
# From no gain to much of it; Brewer's blues.
PALETTE = ("#f1f1ee", "#c6dbef", "#9ecae1", "#4292c6", "#084594")
PROPOSED, EXISTING, LOST = "#d7191c", "#333333", "#000000"
OTHERS: tuple[tuple[str, Symbol], ...] = (("#fdae61", "diamond"), ("#8073ac", "triangle"))


def gains(loaded: Loaded, answer: Answer) -> tuple[Paint, tuple[str, ...], tuple[int, ...]]:
    """Colour the areas by who gains; also the labels of the classes and how many areas each has."""
    column = "saved" if answer.question.by_minutes else "gained"
    by_area = answer.areas.set_index("area_id")[column]
    values = by_area.reindex(loaded.table.index)
    some = values[values > 0]
    breaks = classes.quantile_breaks(some, n=4) if len(some) else np.empty(0)
    codes = pd.Series(0, index=values.index)
    if len(some):
        codes[some.index] = 1 + classes.classify(some, breaks)
    decimals = 1 if column == "saved" else 0
    labels = (say("no gain"), *(layers.limits(breaks, decimals) if len(some) else ()))
    paint = Paint(
        title=title_of(answer),
        classes=encode([int(code) for code in codes]),
        palette=PALETTE[: len(labels)],
        values=tuple(None if np.isnan(value) else float(value) for value in values),
        unit=say("min") if column == "saved" else "",
        decimals=decimals,
        dimmed=tuple(values.isna()),
        overview=layers.overview(loaded, codes.tolist()),
    )
    return paint, labels, tuple(int((codes[by_area.index] == code).sum()) for code in range(len(labels)))


def title_of(answer: Answer) -> str:
    """What the areas are coloured by."""
    if answer.question.by_minutes:
        return say("Minutes saved, mean over the demand")
    return say("Demand brought within the limit")


def points(answer: Answer) -> list[Points]:
    """Sites that exist, proposed ones, alternatives, and places that no candidate reaches."""
    groups = []
    kinds: tuple[tuple[str, str, str, Symbol], ...] = (
        ("exists", say("Exists"), EXISTING, "square"),
        ("proposed", say("Proposed"), PROPOSED, "star"),
    )
    for status, title, colour, symbol in kinds:
        rows = answer.sites[answer.sites["status"] == status]
        texts = [joined([name, area]) for name, area in zip(rows["name"], rows["area"], strict=True)]
        groups.append(Points(title, colour, symbol, _dots(rows, texts)))
    for position, (which, rows) in enumerate(answer.alternatives.groupby("alternative")):
        title = say("Alternative {number}", number=which)
        groups.append(Points(title, *OTHERS[position % len(OTHERS)], _dots(rows, list(rows["name"]))))
    uncoverable = answer.uncoverable.head(1000)
    groups.append(Points(say("No candidate in reach"), LOST, "cross", _dots(uncoverable, list(uncoverable["name"]))))
    # What is proposed lies on top of an alternative at the same place.
    return [group for group in [groups[0], *groups[2:], groups[1]] if group.rows]


def _dots(rows: pd.DataFrame, texts: list[str]) -> tuple[tuple[float, float, str], ...]:
    return tuple(zip(rows.geometry.y.round(5), rows.geometry.x.round(5), texts, strict=True))


def draw_legend(answer: Answer, labels: tuple[str, ...], counts: tuple[int, ...]) -> None:
    """Draw the legend of the areas and of the points."""
    unit = say("min") if answer.question.by_minutes else say(DEMANDS[answer.question.demand])
    legend.sequential(title_of(answer), unit, PALETTE[: len(labels)], labels, counts, 0)
    signs = {"star": "★", "square": "■", "diamond": "◆", "triangle": "▲", "cross": "✚"}
    symbols = " · ".join(
        f"<span style='white-space:nowrap'><span style='color:{group.colour}'>{signs[group.symbol]}</span> "
        f"{group.name} ({number(len(group.rows))})</span>"
        for group in points(answer)
    )
    st.html(f"<div style='font-size:.85rem'>{symbols}</div>")
