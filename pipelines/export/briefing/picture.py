"""The map of a briefing: where the areas of a list lie, on the gap of all areas around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from geodata.i18n import number, say, says
from geodata.i18n.message import tell
from geodata.store import Territory
from pipelines.areas.shortlist import Shortlist
from pipelines.export.palettes import PALETTES, spread
from pipelines.priority import classes
from pipelines.priority.analysis import Analysis

EQUAL_AREA = "EPSG:3035"
# As the gap has them on the screen.
COLOURS = PALETTES["worse"]
NO_DATA, LINE, INK = "#ffffff", "#8c8c8c", "#0b2e3f"
WIDTH, HEIGHT, DOTS = 7.1, 6.0, 170  # inches, and dots an inch
# Of so many areas the borders would hide the colours.
MANY = 2000
# More numbers than these would cover the map.
MOST_NUMBERED = 60
ROUND_A_DOT = 5000.0  # metres that the map shows on each side of a single centre


@dataclass(frozen=True)
class Picture:
    """A picture as PNG, with a caption and the words that stand for it where it cannot be seen."""

    png: bytes
    caption: str
    alternative: str


def draw(territory: Territory, listed: Shortlist, asked: Analysis) -> Picture:
    """Draw the areas of a list with their place in it, in the equal-area projection EPSG:3035.

    Colours are classes of the gap with the limits of the whole territory; areas without a score are hatched. The map
    shows the NUTS 2 regions of the list where they are up to three, else the whole territory. Areas known by their
    centres are dots; the caption counts those of the list that have no known position and so are not drawn.
    """
    layer = territory.layer("areas").set_index("area_id")
    shapes = layer.geometry.to_crs(EQUAL_AREA)
    whole = listed.areas.set_index("area_id").to_crs(EQUAL_AREA)
    chosen = whole[whole.geometry.notna()]
    gap = asked.table["gap"].reindex(shapes.index)
    breaks = listed.breaks["gap"]
    palette = spread(COLOURS, len(breaks) + 1)

    around = layer.loc[chosen.index, "nuts2"].dropna().unique()
    inside = shapes[layer["nuts2"].isin(around)].dropna() if 0 < len(around) <= 3 else shapes
    west, south, east, north = (inside if len(inside) else shapes).total_bounds
    margin = 0.04 * max(east - west, north - south) or ROUND_A_DOT
    window = (west - margin, south - margin, east + margin, north + margin)
    near = shapes.iloc[shapes.sindex.query(shapely.box(*window))].sort_index()
    codes = classes.classify(gap[near.index], breaks)

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_aspect("equal")
    # A shape is drawn no finer than its dots.
    grain = (window[2] - window[0]) / (WIDTH * DOTS)
    plain: gpd.GeoSeries = gpd.GeoSeries(shapely.simplify(near.to_numpy(), grain), index=near.index, crs=near.crs)
    common = {"ax": axes, "edgecolor": LINE, "linewidth": 0.15 if len(near) < MANY else 0.05, "markersize": 2}
    for code, colour in enumerate(palette):
        if (codes == code).any():
            plain.loc[codes == code].plot(facecolor=colour, **common)
    if (codes < 0).any():
        plain.loc[codes < 0].plot(facecolor=NO_DATA, hatch="/////", **common)
    regions: gpd.GeoDataFrame = territory.layer("regions")
    outlines: Any = regions[regions["level"] == "nuts2"].to_crs(EQUAL_AREA)
    if len(outlines):
        outlines.geometry.simplify(grain).boundary.plot(ax=axes, color=INK, linewidth=0.4)
    if len(chosen):
        chosen.geometry.plot(
            ax=axes, facecolor="none", edgecolor=INK, linewidth=1.1 if len(near) < MANY else 0.6, markersize=9
        )
    if len(chosen) <= MOST_NUMBERED:
        for order, point in zip(chosen["order"], chosen.representative_point(), strict=True):
            axes.annotate(
                number(order),
                (point.x, point.y),
                ha="center",
                va="center",
                fontsize=6.5,
                fontweight="bold",
                color=INK,
                bbox={"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": INK, "linewidth": 0.5},
            )
    axes.set_xlim(window[0], window[2])
    axes.set_ylim(window[1], window[3])
    _scale_bar(axes, window)
    axes.legend(
        handles=_legend(breaks, palette, bool((codes < 0).any())),
        title=say("Gap, 0-100"),
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        fontsize=7,
        title_fontsize=7.5,
        frameon=False,
    )
    caption = say(
        "Where the areas are: outlined, with their place on the list. Colours: gap, in classes of equal number over "
        "all areas."
    )
    if len(chosen) < len(whole):
        caption += " " + says(
            "{count} area of the list has no known position and is not drawn.",
            "{count} areas of the list have no known position and are not drawn.",
            len(whole) - len(chosen),
        )
    written = BytesIO()
    # The legend may be longer than its place in another language.
    figure.savefig(written, format="png", metadata={"Software": None}, bbox_inches="tight", pad_inches=0.05)
    return Picture(
        written.getvalue(),
        caption=caption,
        alternative=says(
            "Map of {territory} with {count} area outlined; the table below lists it.",
            "Map of {territory} with {count} areas outlined; the table below lists them.",
            len(chosen),
            territory=tell(territory.manifest["title"]),
        ),
    )


def _legend(breaks: Sequence[float], palette: Sequence[str], hatched: bool) -> list[Patch]:
    bounds = [number(bound, 1) for bound in breaks]
    if not bounds:
        labels = [say("all alike")]
    else:
        between = [say("over {low} to {high}", low=low, high=high) for low, high in pairwise(bounds)]
        labels = [say("up to {high}", high=bounds[0]), *between, say("over {low}", low=bounds[-1])]
    found = [
        Patch(facecolor=colour, edgecolor=LINE, linewidth=0.4, label=label)
        for colour, label in zip(palette, labels, strict=True)
    ]
    if hatched:
        found.append(Patch(facecolor=NO_DATA, edgecolor=LINE, hatch="/////", linewidth=0.4, label=say("no data")))
    found.append(Patch(facecolor="none", edgecolor=INK, linewidth=1.1, label=say("on the list")))
    return found


def _scale_bar(axes: Any, window: tuple[float, float, float, float]) -> None:
    """Draw a bar of a round number of kilometres, about a fifth of the map wide."""
    wide = (window[2] - window[0]) / 5000
    size = 10 ** np.floor(np.log10(wide))
    length = size * max(step for step in (1, 2, 5) if step * size <= wide)
    x, y = window[0] + 0.02 * (window[2] - window[0]), window[1] + 0.02 * (window[3] - window[1])
    axes.plot([x, x + 1000 * length], [y, y], color=INK, linewidth=1.6, solid_capstyle="butt")
    axes.annotate(f"{number(length)} km", (x + 500 * length, y), ha="center", va="bottom", fontsize=6.5, color=INK)
