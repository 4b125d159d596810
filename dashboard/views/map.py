"""Map: where need is high and resources are few, filtered, ranked, and one area chosen."""

import streamlit as st

from dashboard import session
from dashboard.components import layers, places, sure
from dashboard.components.area import summary
from dashboard.components.filters import filters
from dashboard.components.frame import attribution, focus
from dashboard.components.map import show
from dashboard.components.notes import limits, origin
from dashboard.components.printing import sheet
from dashboard.components.ranking import ranking
from dashboard.components.text import plain
from dashboard.state import BIVARIATE, TIER
from geodata.language import say
from pipelines.selection import select

view, loaded = session.view(), session.loaded()
st.markdown(
    f"**{say('Where do people live far from what they need, and what is already there?')}** "
    + say(
        "Pick a layer, filter to your region, click an area to see why it stands where it stands, and put it on your "
        "shortlist."
    )
)
selection = filters(view, loaded)
passes = select(loaded.table, selection)
layer = layers.layer(loaded, view.layer)
indicator = "gap" if view.layer in (BIVARIATE, TIER) else view.layer

service = places.shaded_service(loaded, indicator) if "places" in view.points else ""
shading = places.shaded(loaded, service, passes.index[passes]) if service else []

left, right = st.columns([11, 10], gap="medium")
with left, sheet():
    clicked = show(
        loaded.files,
        layers.paint(
            layer,
            dimmed=tuple(~passes),
            selected=(view.area,) if view.area else (),
            overview=layers.overview(loaded, layer),
        ),
        [*shading, *layers.points(loaded, view.points, passes.index[passes])],
        focus=focus(view, loaded),
        attribution=attribution(loaded.manifest),
        height=540,
        key="map",
    )
    if clicked and clicked != view.area:
        session.select_area(clicked)
        st.rerun()
    layers.draw_legend(layer)
    if service:
        places.note(service, shading)
    for name in layers.hidden(loaded, view.points, passes.index[passes]):
        st.caption(say("{name} has more points here than the map can show; choose a smaller region.", name=plain(name)))
    if view.layer == TIER:
        st.caption(sure.sentence(loaded.analysis), help=say(sure.EXPLAINED))
    origin(loaded, indicator)
    limits(loaded, indicator)
with right:
    if view.area:
        summary(view, loaded)
    ranking(view, loaded, passes, by=indicator)
