"""A page with one map, for tests in a browser: buttons change what the map shows."""

import json
import os
from pathlib import Path

import streamlit as st

from dashboard import assets
from dashboard.assets import MapFiles
from dashboard.maps import legend
from dashboard.maps.choropleth import show
from dashboard.maps.picture import Paint, Points, encode

PALETTES = {"blue": ("#deebf7", "#9ecae1", "#3182bd"), "orange": ("#fee6ce", "#fdae6b", "#e6550d")}

assets.STATIC = Path(__file__).with_name("static")
st.set_page_config(layout="wide")


@st.cache_resource
def territory() -> tuple[MapFiles, tuple[str, ...]]:
    folder = Path(os.environ["MAPDEMO_GEOMETRY"])
    names = [os.environ.get("MAPDEMO_AREAS", "areas.geojson"), "regions.geojson", "basemap.geojson"]
    addresses = assets.publish({name: folder / name for name in names})
    shapes = json.loads((folder / "areas.geojson").read_text())["features"]
    return (
        MapFiles(*(addresses[name] for name in names)),
        tuple(shape["id"] for shape in shapes),
    )


files, ids = territory()
palette = PALETTES[st.radio("Palette", list(PALETTES), horizontal=True)]
focused = st.checkbox("Focus on the first area")
pointed = st.checkbox("Points")
dimmed = st.checkbox("Dim all but the first")
selected = st.checkbox("Select the last")

# The classes go 0, 1, 2, 0, ...; each fifth area has no data.
classes = [None if position % 5 == 4 else position % 3 for position in range(len(ids))]
clicked = show(
    files,
    Paint(
        title="Need {{ 7 * 7 }} </script> it's _odd",
        classes=encode(classes),
        palette=palette,
        values=tuple(None if index is None else 1000.5 + position for position, index in enumerate(classes)),
        labels=("low", "middle", "high"),
        unit="points",
        decimals=1,
        reasons=tuple("not <b>counted</b>" if index is None else "" for index in classes),
        dimmed=tuple(position > 0 for position in range(len(ids))) if dimmed else (),
        selected=ids[-1:] if selected else (),
        overview={"R1": 0, "R2": -1},
    ),
    [Points("Hospitals", "#d01c8b", "cross", ((41.5, 11.5, "St <i>Mary's</i> {{ 'x' }}"),))] if pointed else [],
    focus=(40.0, 10.0, 41.0, 11.0) if focused else None,
    attribution="Shapes: <drawn> by hand",
    height=500,
    key="map",
)
legend.sequential("Need", "", palette, ("low", "middle", "high"), (3, 2, 3), 1)
st.session_state.setdefault("clicks", [])
if clicked:
    st.session_state["clicks"].append(clicked.area)
    st.text(f"at {clicked.lat:.1f}, {clicked.lon:.1f}")
st.text(f"clicks: {' '.join(st.session_state['clicks'])}")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"runs: {st.session_state['runs']}")
