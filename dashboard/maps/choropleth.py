"""The map: areas coloured by class, drawn by folium and Leaflet from files the app serves itself.

The shapes of a territory are static files that the browser fetches once. The base map's script is the same for the life
of a page, so Streamlit keeps the map standing; what changes (a class per area, values, points, the place to look at) is
the payload of one small script, and ``areas.js`` recolours the map in place. Nothing comes from another server. A large
territory comes as vector tiles, which `tiles` draws.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

import folium
import streamlit as st
from folium.template import Template
from streamlit_folium import st_folium

from dashboard import assets
from dashboard.assets import MapFiles
from dashboard.maps import scripts, tiles
from dashboard.maps.picture import Bounds, Paint, Points, picture, settings
from dashboard.view.keys import Key
from dashboard.view.position import Click
from geodata.i18n import current, say

_CLICK = "last_object_clicked_tooltip"


def show(
    files: MapFiles,
    paint: Paint,
    points: Sequence[Points] = (),
    *,
    focus: Bounds | None = None,
    attribution: str,
    height: int = 560,
    key: str,
) -> Click | None:
    """Draw the map, or recolour it where it stands.

    Parameters
    ----------
    files, paint, points
        What to draw.
    focus
        South, west, north, east in degrees. The map fits to them once when they change; otherwise, and for None, it
        stays where the user left it, which the address of the page tells. At first it shows all areas, or what the
        address or a saved view says.
    attribution
        Plain text: the sources of what is on the map.
    height
        Height in pixels.
    key
        Identity of the map on its page.

    Returns
    -------
    Click or None
        The click on an area since the last run, if any.
    """
    if not st.get_option("server.enableStaticServing"):
        st.error(say("The map needs `server.enableStaticServing = true` in `.streamlit/config.toml`."))
        return None
    position = st.session_state.get(Key.POSITION)
    if files.tiled:
        return tiles.show(files, picture(paint, points, focus, position), paint.overview, attribution, height, key)
    base = _BaseMap(files, attribution)
    answer = st_folium(
        base,
        # st_folium tells maps apart by their script without what follows an underscore; the digest keeps it all.
        key=f"{key}-{_digest(files, attribution, height, current())}",
        height=height,
        use_container_width=True,
        returned_objects=[_CLICK],
        feature_group_to_add=_Picture(payload(paint, points, focus, position)),
    )
    return _new_click(answer.get(_CLICK), key)


def payload(
    paint: Paint, points: Sequence[Points], focus: Bounds | None, position: Mapping[str, str] | None = None
) -> str:
    """Write what changes as a JavaScript literal that is safe inside a script.

    Returns
    -------
    str
        A JSON object; about 9 bytes an area for values of four characters.
    """
    return _literal(picture(paint, points, focus, position))


def _literal(content: object) -> str:
    r"""Write JSON as text that neither ends a script nor is rewritten on its way to the browser.

    branca reads a script as a Jinja template ({{, {% and {#); st_folium replaces quoted names and what follows "_".
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub(r"[<>&'_\u2028\u2029]|\{(?=[{%#])", lambda match: f"\\u{ord(match[0]):04x}", text)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _new_click(click: str | None, key: str) -> Click | None:
    """Return a click once: Streamlit repeats a component's last message at every run."""
    clicks: dict[str, str] = st.session_state.setdefault(Key.CLICKS, {})
    if click is None or click == clicks.get(key):
        return None
    clicks[key] = click
    return Click(*json.loads(click)[:3])


@st.cache_resource
def _scripts() -> tuple[str, str, str]:
    """Publish Leaflet and our script; return the addresses of both and of Leaflet's style sheet."""
    leaflet, style = assets.publish_leaflet()
    script = scripts.source("drawing.js", "position.js", "areas.js").encode()
    own = assets.publish({"areas.js": script})["areas.js"]
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
            .leaflet-container:focus-visible, .leaflet-bar a:focus-visible {
                outline: 2px solid #1f6feb; outline-offset: -2px;
            }
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
            .area-label {
                font-size: 11px; line-height: 16px; text-align: center; white-space: nowrap;
                text-shadow: 1px 1px #fff, -1px 1px #fff, 1px -1px #fff, -1px -1px #fff, 0 0 4px #fff;
            }
            .area-label.town { font-weight: 600; color: #2c3740; }
        </style>
        {% endmacro %}

        {% macro html(this, kwargs) %}
            <div class="folium-map" id="{{ this.get_name() }}" ></div>
        {% endmacro %}

        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {
                center: [47, 12], zoom: 4, minZoom: 3, maxZoom: 14, zoomSnap: 0.25, preferCanvas: true,
                attributionControl: false, ...AreaMap.movement(),
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
        self.settings = _literal(settings(files, attribution))


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
