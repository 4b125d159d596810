"""What a map shows, whichever script draws it: files of shapes, a class and a value per area, points."""

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.assets import MapFiles
from geodata.errors import InputError
from geodata.i18n import current, mark, say

NO_DATA = "-"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

Symbol = Literal["circle", "square", "triangle", "diamond", "cross", "star"]
Bounds = tuple[float, float, float, float]

# Environment variables of a host that wants tiles of a server below the areas.
TILES, TILES_ATTRIBUTION = "RURAL_MAP_TILES", "RURAL_MAP_TILES_ATTRIBUTION"

# What the scripts say; the names are their own.
WORDS = {
    "loading": mark("Loading the map …"),
    "failed": mark("The map could not be drawn: {reason}. Reload the page; the table has the same figures."),
    "lost": mark("{file} did not arrive"),
    "unlike": mark("The map has {shapes} shapes but {figures} figures. Build the territory again."),
    "map": mark("Map: {title}"),
    "no_data": mark("no data"),
    "overview": mark("Region, in the class of its middle area. Click to see its areas."),
}


@dataclass(frozen=True)
class Paint:
    """What colours the areas and fills their tooltips; sequences are in the order of the areas' geometry.

    Parameters
    ----------
    title
        What is shown, such as an indicator's title.
    classes
        One character an area: the class as an index into `palette` in base 36, ``-`` for no data (see `encode`).
    palette
        CSS colours, at most 36.
    labels
        Text of each class for the tooltip; empty for none.
    values
        The value of each area; None or NaN where there is none.
    unit, decimals
        How a value is written.
    reasons
        Why an area has no data, empty text where it has; empty for no reasons known.
    dimmed
        Whether an area is filtered out; empty for none.
    selected
        The area_ids drawn with a bold outline.
    overview
        Class of each region that stands for its areas where a large territory is seen from afar.
    """

    title: str
    classes: str
    palette: tuple[str, ...]
    values: tuple[float | None, ...]
    labels: tuple[str, ...] = ()
    unit: str = ""
    decimals: int = 0
    reasons: tuple[str, ...] = ()
    dimmed: tuple[bool, ...] = ()
    selected: tuple[str, ...] = ()
    overview: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Points:
    """A category of located things, drawn in one colour and one shape.

    Parameters
    ----------
    name
        The category, for the tooltip.
    colour
        A CSS colour.
    symbol
        Shape: a category is told by it where colours are not seen.
    rows
        Latitude, longitude (EPSG:4326, degrees) and tooltip text of each.
    """

    name: str
    colour: str
    symbol: Symbol
    rows: tuple[tuple[float, float, str], ...]


def encode(classes: Sequence[int | None]) -> str:
    """Write classes as one base-36 character each, ``-`` for None.

    Examples
    --------
    >>> encode([0, None, 11])
    '0-b'
    """
    return "".join(NO_DATA if index is None else DIGITS[index] for index in classes)


def picture(
    paint: Paint, points: Sequence[Points], focus: Bounds | None, saved: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Gather what changes on a map, ready for JSON; `asked` is the position of a saved view."""
    missing: dict[str, list[int]] = {}
    for position, reason in enumerate(paint.reasons):
        if reason and paint.classes[position] == NO_DATA:
            missing.setdefault(reason, []).append(position)
    return {
        "title": paint.title,
        "classes": paint.classes,
        "palette": paint.palette,
        "labels": paint.labels,
        "values": [_rounded(value, paint.decimals) for value in paint.values],
        "unit": paint.unit,
        "decimals": paint.decimals,
        "missing": missing,
        "dimmed": "".join("01"[dimmed] for dimmed in paint.dimmed),
        "selected": paint.selected,
        "points": [
            {"name": group.name, "colour": group.colour, "symbol": group.symbol, "rows": group.rows} for group in points
        ],
        "focus": focus,
        "position": saved,
    }


def settings(files: MapFiles, attribution: str) -> dict[str, Any]:
    """Gather what stays on a map for the life of its page, ready for JSON."""
    return {
        "areas": files.areas,
        "regions": files.regions,
        "basemap": files.basemap,
        "attribution": attribution,
        "language": "en-GB" if current() == "en" else current(),
        "words": {name: say(text) for name, text in WORDS.items()},
        "online": online(),
    }


def online() -> dict[str, str] | None:
    """Address and attribution of a tile server to draw below the areas, if the host wants one; None by default.

    Raises
    ------
    InputError
        There is an address without an attribution, or it is no address of tiles.
    """
    address, credit = (os.environ.get(name, "").strip() for name in (TILES, TILES_ATTRIBUTION))
    if not address:
        return None
    if not address.startswith(("https://", "http://")) or any(part not in address for part in ("{z}", "{x}", "{y}")):
        raise InputError(f"{TILES} is {address!r}; it needs an address with {{z}}, {{x}} and {{y}} in it.")
    if not credit:
        raise InputError(f"{TILES} is set without {TILES_ATTRIBUTION}; name whom the tiles are from.")
    return {"address": address, "attribution": credit}


def _rounded(value: float | None, decimals: int) -> float | int | None:
    if value is None or math.isnan(value):
        return None
    return round(value, decimals) if decimals else round(value)
