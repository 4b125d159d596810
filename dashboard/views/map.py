"""Map: where need is high and resources are few, filtered, ranked, and one area chosen."""

import streamlit as st

from dashboard.maps import layers, places
from dashboard.maps.choropleth import show
from dashboard.maps.frame import attribution, focus
from dashboard.view import session
from dashboard.view.options import BIVARIATE, LOCAL, TIER
from dashboard.view.state import ViewState
from dashboard.view.text import plain
from dashboard.widgets.map.card import summary
from dashboard.widgets.map.distribution import distribution
from dashboard.widgets.map.ranking import ranking
from dashboard.widgets.shared import certainty
from dashboard.widgets.shared.filters import filters, kind_of_classes
from dashboard.widgets.shared.notes import limits, origin
from dashboard.widgets.shared.paper import sheet
from geodata.i18n import say
from pipelines.areas.selection import select


def next_steps(view: ViewState) -> None:
    """Say three things to do next, until a region or an area is chosen."""
    if view.region or view.area or view.shortlist:
        return
    steps = (
        say("**1. Find your region**: choose it at the left, and map, ranking and medians follow."),
        say("**2. Ask why here**: click an area on the map or in the ranking."),
        say("**3. Make your list**: add areas and take them home as tables, maps or a briefing."),
    )
    for column, step in zip(st.columns(len(steps), gap="medium"), steps, strict=True):
        column.markdown(step)


view, loaded = session.view(), session.loaded()
st.markdown(
    f"**{say('Where do people live far from what they need, and what is already there?')}** "
    + say("The map shows the gap: need that resources do not meet.")
)
next_steps(view)
selection = filters(view, loaded)
passes = select(loaded.table, selection)
layer = layers.layer(loaded, view.layer, within=view.region if view.classes == LOCAL else "")
indicator = "gap" if view.layer in (BIVARIATE, TIER) else view.layer

service = places.shaded_service(loaded, indicator) if "places" in view.points else ""
shading = places.shaded(loaded, service, passes.index[passes]) if service else []

left, right = st.columns([11, 10], gap="medium")
with left, sheet():
    clicked = show(
        loaded.files,
        layers.paint(loaded, layer, dimmed=tuple(~passes), selected=view.area),
        [*shading, *layers.points(loaded, view.points, passes.index[passes])],
        focus=focus(view, loaded),
        attribution=attribution(loaded.manifest),
        height=540,
        key="map",
    )
    if clicked and clicked.area != view.area:
        session.select_area(clicked.area)
        st.rerun()
    layers.draw_legend(layer)
    if view.region and layer.kind == "quantiles":
        kind_of_classes(view)
    distribution(view, loaded, indicator)
    if service:
        places.note(service, shading)
    for name in layers.hidden(loaded, view.points, passes.index[passes]):
        st.caption(say("{name} has more points here than the map can show; choose a smaller region.", name=plain(name)))
    if view.layer == TIER:
        st.caption(certainty.sentence(loaded.analysis), help=say(certainty.EXPLAINED))
    origin(loaded, indicator)
    limits(loaded, indicator)
with right:
    if view.area:
        summary(view, loaded)
    ranking(view, loaded, passes, by=indicator)
