"""The map of a large territory: vector tiles made in the build, drawn by MapLibre GL from files the app serves itself.

From afar it shows regions, each in the class of its middle area; nearer, or when the territory has no such regions, the
areas themselves. Shapes stay in the browser; a rerun sends a class and a value per area.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import assets
from dashboard.assets import MapFiles
from dashboard.maps import scripts
from dashboard.maps.picture import settings
from dashboard.view.position import Click

_draw = st.components.v2.component(
    "tiled_map",
    html='<div class="tiled-map"></div>',
    css=scripts.source("tiles.css"),
    js=scripts.source("drawing.js", "position.js", "tiles.js"),
    isolate_styles=False,
)


def show(
    files: MapFiles, picture: dict[str, Any], overview: Mapping[str, int], attribution: str, height: int, key: str
) -> Click | None:
    """Draw the map, or recolour it where it stands.

    Parameters
    ----------
    files, attribution, height, key
        As in `dashboard.maps.choropleth.show`; the areas are vector tiles.
    picture
        What changes (see `dashboard.maps.picture.picture`).
    overview
        Class of each region, -1 for no data.

    Returns
    -------
    Click or None
        The click on an area since the last run, if any.
    """
    script, style = _scripts()
    stays = settings(files, attribution) | {"script": script, "style": style, "height": height}
    answer = _draw(
        key=key,
        data={"settings": stays, "picture": picture | {"overview": dict(overview)}},
        height=height,
        on_clicked_change=lambda: None,
    )
    return Click(*answer.clicked) if answer.clicked else None


@st.cache_resource
def _scripts() -> tuple[str, str]:
    return assets.publish_maplibre()
