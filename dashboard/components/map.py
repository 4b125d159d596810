"""The map: areas coloured by class, drawn by folium and Leaflet from files the app serves itself.

The shapes of a territory are static files that the browser fetches once. The base map's script is the same for the life
of a page, so Streamlit keeps the map standing; what changes (a class per area, values, points, the place to look at) is
the payload of one small script, and ``areas.js`` recolours the map in place. Nothing comes from another server.
"""

import hashlib
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import folium
import streamlit as st
from folium.template import Template
from streamlit_folium import st_folium

from dashboard import assets
from geodata.language import current, mark, say

NO_DATA = "-"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

Symbol = Literal["circle", "square", "triangle", "diamond", "cross", "star"]
Bounds = tuple[float, float, float, float]

# What the script says; the names are its own.
WORDS = {
    "loading": mark("Loading the map …"),
    "failed": mark("The map could not be drawn: {reason}. Reload the page; the table has the same figures."),
    "lost": mark("{file} did not arrive"),
    "unlike": mark("The map has {shapes} shapes but {figures} figures. Build the territory again."),
    "map": mark("Map: {title}"),
    "no_data": mark("no data"),
}

_CLICK = "last_object_clicked_tooltip"


@dataclass(frozen=True)
class MapFiles:
    """Published addresses (see `dashboard.assets.publish`) of a territory's display geometry, GeoJSON in EPSG:4326.

    Parameters
    ----------
    areas
        One feature an area, sorted by area_id; ``id`` is the area_id, ``properties.name`` its name. Neighbours share
        their border's vertices.
    regions
        Outlines, ``properties.level`` being ``nuts2`` or ``nuts3``.
    basemap
        Surroundings, ``properties.kind`` being ``land`` or ``border``.
    """

    areas: str
    regions: str
    basemap: str


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


def show(
    files: MapFiles,
    paint: Paint,
    points: Sequence[Points] = (),
    *,
    focus: Bounds | None = None,
    attribution: str,
    height: int = 560,
    key: str,
) -> str | None:
    """Draw the map, or recolour it where it stands.

    Parameters
    ----------
    files, paint, points
        What to draw.
    focus
        South, west, north, east in degrees. The map fits to them once when they change; otherwise, and for None, it
        stays where the user left it. At first it shows all areas.
    attribution
        Plain text: the sources of what is on the map.
    height
        Height in pixels.
    key
        Identity of the map on its page.

    Returns
    -------
    str or None
        The area_id clicked since the last run, if any.
    """
    if not st.get_option("server.enableStaticServing"):
        st.error(say("The map needs `server.enableStaticServing = true` in `.streamlit/config.toml`."))
        return None
    base = _BaseMap(files, attribution)
    answer = st_folium(
        base,
        # st_folium tells maps apart by their script without what follows an underscore; the digest keeps it all.
        key=f"{key}-{_digest(files, attribution, height, current())}",
        height=height,
        use_container_width=True,
        returned_objects=[_CLICK],
        feature_group_to_add=_Picture(payload(paint, points, focus)),
    )
    return _new_click(answer.get(_CLICK), key)


def payload(paint: Paint, points: Sequence[Points], focus: Bounds | None) -> str:
    """Write what changes as a JavaScript literal that is safe inside a script.

    Returns
    -------
    str
        A JSON object; about 9 bytes an area for values of four characters.
    """
    missing: dict[str, list[int]] = {}
    for position, reason in enumerate(paint.reasons):
        if reason and paint.classes[position] == NO_DATA:
            missing.setdefault(reason, []).append(position)
    picture = {
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
    }
    return _literal(picture)


def _rounded(value: float | None, decimals: int) -> float | int | None:
    if value is None or math.isnan(value):
        return None
    return round(value, decimals) if decimals else round(value)


def _literal(content: object) -> str:
    r"""Write JSON as text that neither ends a script nor is rewritten on its way to the browser.

    branca reads a script as a Jinja template ({{, {% and {#); st_folium replaces quoted names and what follows "_".
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub(r"[<>&'_\u2028\u2029]|\{(?=[{%#])", lambda match: f"\\u{ord(match[0]):04x}", text)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _new_click(click: str | None, key: str) -> str | None:
    """Return the clicked area once: Streamlit repeats a component's last message at every run."""
    if click is None or click == st.session_state.get(f"{key}-click"):
        return None
    st.session_state[f"{key}-click"] = click
    return click.rpartition("#")[0]


@st.cache_resource
def _scripts() -> tuple[str, str, str]:
    """Publish Leaflet and our script; return the addresses of both and of Leaflet's style sheet."""
    leaflet, style = assets.publish_leaflet()
    own = assets.publish({"areas.js": Path(__file__).with_name("areas.js")})["areas.js"]
    return leaflet, own, style


class _BaseMap(folium.Map):
    """A map without tiles whose scripts come from the app, and whose own script never changes."""

    _template = Template("""
        {% macro header(this, kwargs) %}
        <style>
            html, body { margin: 0; background: transparent; }
            #{{ this.get_name() }} { width: 100%; border-radius: 8px; }
            .leaflet-container {
                background: #d6e2ea; font: 13px/1.45 "Source Sans Pro", system-ui, sans-serif; color: #1b2329;
            }
            .leaflet-container:focus-visible { outline: 2px solid #1f6feb; outline-offset: -2px; }
            .leaflet-tooltip.area-tooltip {
                padding: 7px 10px; border: 0; border-radius: 6px; max-width: 280px; white-space: normal;
                width: max-content; color: #1b2329; box-shadow: 0 1px 6px rgba(20, 30, 40, .28);
            }
            .area-tooltip.leaflet-tooltip::before { display: none; }
            .area-tooltip strong, .area-tooltip span, .area-tooltip em { display: block; }
            .area-tooltip strong { font-weight: 600; font-size: 14px; }
            .area-tooltip em { font-style: normal; color: #55616b; }
            .area-notice {
                position: absolute; z-index: 900; left: 50%; top: 45%; transform: translate(-50%, -50%);
                max-width: 70%; padding: 10px 16px; border-radius: 6px; background: #fff; color: #1b2329;
                box-shadow: 0 1px 6px rgba(20, 30, 40, .28);
            }
            .area-notice[hidden] { display: none; }
            .leaflet-control-attribution.leaflet-control-attribution { font-size: 11px; color: #46525c; }
            .leaflet-bar a, .leaflet-bar a:hover { color: #1b2329; }
        </style>
        {% endmacro %}

        {% macro html(this, kwargs) %}
            <div class="folium-map" id="{{ this.get_name() }}" ></div>
        {% endmacro %}

        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {
                center: [47, 12], zoom: 4, minZoom: 3, maxZoom: 14, zoomSnap: 0.25, preferCanvas: true,
                attributionControl: false,
            });
            L.control.scale({imperial: false, position: "topright"}).addTo({{ this.get_name() }});
            AreaMap.start({{ this.get_name() }}, {{ this.settings }});
        {% endmacro %}
    """)

    def __init__(self, files: MapFiles, attribution: str) -> None:
        super().__init__(tiles=None, prefer_canvas=True)
        leaflet, own, style = _scripts()
        self.default_js = [("leaflet", leaflet), ("areas", own)]
        self.default_css = [("leaflet", style)]
        self.settings = _literal(
            {
                "areas": files.areas,
                "regions": files.regions,
                "basemap": files.basemap,
                "attribution": attribution,
                "language": "en-GB" if current() == "en" else current(),
                "words": {name: say(text) for name, text in WORDS.items()},
            }
        )


class _Picture(folium.FeatureGroup):
    """The changing part: an empty layer, as st_folium wants one, and the call that draws the payload."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.featureGroup();
            AreaMap.draw({{ this.payload }});
        {% endmacro %}
    """)

    def __init__(self, payload: str) -> None:
        super().__init__()
        self.payload = payload
