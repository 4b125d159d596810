"""The page that `benchmarks.maps` measures: one map of squares by one library, and a choice of colours."""

import importlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import streamlit as st

PALETTES = {
    "orange": ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"),
    "blue": ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f"),
}
FOLDER = Path(os.environ["MAPS_FOLDER"])

st.set_page_config(layout="wide")
palette = PALETTES[st.radio("Palette", list(PALETTES), horizontal=True)]


@st.cache_resource
def areas() -> gpd.GeoDataFrame:
    return gpd.read_parquet(FOLDER / "areas.parquet")


def classes() -> list[int]:
    return [position * 7 % 5 for position in range(len(areas()))]


def coloured() -> gpd.GeoDataFrame:
    return areas().assign(colour=[palette[code] for code in classes()])


def ours() -> None:
    from dashboard import assets
    from dashboard.assets import MapFiles
    from dashboard.maps.choropleth import show
    from dashboard.maps.picture import Paint, encode

    assets.STATIC = Path(__file__).with_name("static")
    drawn = "areas.pmtiles" if (FOLDER / "areas.pmtiles").exists() else "areas.geojson"
    names = (drawn, "regions.geojson", "basemap.geojson")
    addresses = assets.publish({name: FOLDER / name for name in names})
    codes = classes()
    paint = Paint(
        title="Need", classes=encode(codes), palette=palette, values=tuple(float(code) for code in codes), decimals=1
    )
    show(MapFiles(*(addresses[name] for name in names)), paint, attribution="Drawn by hand", height=560, key="map")


def folium() -> None:
    import folium
    from streamlit_folium import st_folium

    from dashboard import assets

    assets.STATIC = Path(__file__).with_name("static")
    script, style = assets.publish_leaflet()
    chart = folium.Map(tiles=None, prefer_canvas=True)
    # Else they come from servers outside, which a benchmark without internet would wait for.
    chart.default_js, chart.default_css = [("leaflet", script)], [("leaflet", style)]
    layer = folium.GeoJson(
        json.loads(coloured().to_json()),
        style_function=lambda feature: {"fillColor": feature["properties"]["colour"], "fillOpacity": 1, "weight": 0.3},
        tooltip=folium.GeoJsonTooltip(["name"]),
    ).add_to(chart)
    chart.fit_bounds(layer.get_bounds())
    st_folium(chart, height=560, use_container_width=True, returned_objects=[], key=f"map-{palette[0]}")


def pydeck() -> None:
    import pydeck

    frame = coloured()
    frame["fill"] = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in frame["colour"]]
    west, south, east, north = frame.total_bounds
    shapes = json.loads(frame.to_json())
    layer = pydeck.Layer("GeoJsonLayer", shapes, id="areas", get_fill_color="properties.fill", pickable=True)
    view = pydeck.ViewState(longitude=(west + east) / 2, latitude=(south + north) / 2, zoom=3)
    st.pydeck_chart(pydeck.Deck([layer], initial_view_state=view, map_provider=None, map_style=None), height=560)


def lonboard() -> None:
    import numpy as np

    library = importlib.import_module("lonboard")
    connect: Callable[..., None] = importlib.import_module("streamlit_lonboard").st_lonboard
    frame = coloured()
    fill = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in frame["colour"]]
    layer = library.PolygonLayer.from_geopandas(frame, get_fill_color=np.array(fill, dtype=np.uint8))
    connect(library.Map(layer, basemap=None), key="map")


{"ours": ours, "folium": folium, "pydeck": pydeck, "lonboard": lonboard}[os.environ["MAPS_LIBRARY"]]()
