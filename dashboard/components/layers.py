"""What the map shows of a layer: classes, colours, legend and notes, from what the pipelines computed."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import streamlit as st

from dashboard.components import legend
from dashboard.components.map import Paint, Points, Symbol, encode
from dashboard.data import Loaded
from dashboard.state import BIVARIATE
from geodata.indicators import category
from pipelines.priority import classes

# ColorBrewer (Brewer, 2003), safe for colour-blind readers: what is worse, better, or neither when it is higher.
PALETTES = {
    "worse": ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"),
    "better": ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"),
    "neutral": ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f"),
}
# Stevens (2015), blue-purple: class = 3 x third of need + third of resources.
BIVARIATE_PALETTE = (
    "#e8e8e8",
    "#ace4e4",
    "#5ac8c8",
    "#dfb0d6",
    "#a5add3",
    "#5698b9",
    "#be64ac",
    "#8c62aa",
    "#3b4994",
)
BIVARIATE_LABELS = tuple(
    f"{need} need, {some} resources" for need in ("low", "middle", "high") for some in ("few", "some", "many")
)
PROJECTS_COLOUR = "#cc79a7"


@dataclass(frozen=True)
class Layer:
    """One layer, classified over the whole territory."""

    title: str
    unit: str
    decimals: int
    values: tuple[float | None, ...]
    codes: tuple[int, ...]
    palette: tuple[str, ...]
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    reasons: tuple[str, ...]

    @property
    def no_data(self) -> int:
        """How many areas have no value."""
        return sum(code < 0 for code in self.codes)


def layer(loaded: Loaded, name: str) -> Layer:
    """Classify a layer; the work is done once for a version of a territory."""
    return _layer(loaded, loaded.territory.version, name)


@st.cache_data(max_entries=200, show_spinner=False)
def _layer(_loaded: Loaded, version: str, name: str) -> Layer:  # noqa: ARG001 - part of the cache key
    table = _loaded.table
    if name == BIVARIATE:
        codes = classes.bivariate(table["need"], table["resources"])
        title, unit, decimals, shown = "Need and resources", "", 1, table["gap"]
        palette: tuple[str, ...] = BIVARIATE_PALETTE
        labels = BIVARIATE_LABELS
        quality = "gap"
    else:
        entry = _loaded.entries[name]
        breaks = classes.quantile_breaks(table[name], n=5)
        codes = classes.classify(table[name], breaks)
        title, unit, decimals, shown = entry.title, entry.unit, entry.decimals, table[name]
        labels = _limits(breaks, decimals)
        palette = _spread(PALETTES[entry.direction], len(labels))
        quality = name
    lacking = _loaded.quality[(_loaded.quality["indicator"] == quality) & (_loaded.quality["kind"] != "partial")]
    reasons = lacking.set_index("area_id")["reason"].reindex(table.index).fillna("")
    return Layer(
        title=title,
        unit=unit,
        decimals=decimals,
        values=tuple(None if np.isnan(value) else float(value) for value in shown),
        codes=tuple(int(code) for code in codes),
        palette=palette,
        labels=labels,
        counts=tuple(int((codes == code).sum()) for code in range(len(labels))),
        reasons=tuple(reasons),
    )


def _limits(breaks: Iterable[float], decimals: int) -> tuple[str, ...]:
    """Write the limits of classes; each bound belongs to the class that it closes."""
    bounds = [f"{bound:,.{decimals}f}" for bound in breaks]
    if not bounds:
        return ("all alike",)
    between = [f"over {low} to {high}" for low, high in pairwise(bounds)]
    return (f"up to {bounds[0]}", *between, f"over {bounds[-1]}")


def _spread(palette: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Colours for fewer classes than the palette has, from its light to its dark end."""
    picks = np.linspace(0, len(palette) - 1, count).round().astype(int) if count > 1 else [len(palette) // 2]
    return tuple(palette[pick] for pick in picks)


def paint(layer: Layer, *, dimmed: tuple[bool, ...], selected: tuple[str, ...], bivariate: bool) -> Paint:
    """Colour the map by a layer. Beside the two-way classes the tooltip tells the gap they stand for."""
    return Paint(
        title="Gap" if bivariate else layer.title,
        classes=encode([None if code < 0 else code for code in layer.codes]),
        palette=layer.palette,
        labels=layer.labels if bivariate else (),
        values=layer.values,
        unit="" if layer.unit.startswith(("index", "1 =")) else layer.unit,
        decimals=layer.decimals,
        reasons=layer.reasons,
        dimmed=dimmed if any(dimmed) else (),
        selected=selected,
    )


def draw_legend(layer: Layer, *, bivariate: bool) -> None:
    """Draw the legend of a layer."""
    if bivariate:
        legend.bivariate(layer.palette, layer.counts, layer.no_data)
    else:
        legend.sequential(layer.title, layer.unit, layer.palette, layer.labels, layer.counts, layer.no_data)


def points(loaded: Loaded, wanted: tuple[str, ...]) -> list[Points]:
    """Services of some categories, and SI projects whose place is known, as points."""
    groups = []
    for name in wanted:
        rows = loaded.projects if name == "projects" else loaded.services[loaded.services["category"] == name]
        if name == "projects":
            rows = rows[rows["precision"] != "region"]
        located = zip(rows.geometry.y, rows.geometry.x, rows["name"], strict=True)
        colour, symbol = points_style(name)
        groups.append(Points(points_title(name), colour, symbol, tuple((lat, lon, text) for lat, lon, text in located)))
    return groups


def points_title(name: str) -> str:
    """Name of a group of points."""
    return "SI projects (illustrative)" if name == "projects" else category(name).plural


def points_style(name: str) -> tuple[str, Symbol]:
    """Colour and shape of a group of points."""
    if name == "projects":
        return PROJECTS_COLOUR, "star"
    return category(name).colour, category(name).symbol  # type: ignore[return-value]
