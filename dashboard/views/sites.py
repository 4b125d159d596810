"""Sites: where the next sites of a service should be, who gains, and how sure it is that none are better."""

import streamlit as st

from dashboard.maps import sites as sitesmap
from dashboard.maps.frame import attribution, focus
from dashboard.maps.map import show
from dashboard.view import session
from dashboard.view.text import refused
from dashboard.widgets.shared.filters import region_filter
from dashboard.widgets.shared.weights import weights
from dashboard.widgets.sites import answer as sites
from dashboard.widgets.sites import form as siteform
from geodata.errors import InputError
from geodata.i18n import say

view, loaded = session.view(), session.loaded()
st.markdown("## " + say("Sites"))
if loaded.manifest["travel"]["model"] == "none" or not loaded.categories:
    st.info(say("This territory has no travel times, so no sites can be proposed."), icon=":material/route:")
    st.stop()
with st.sidebar:
    st.subheader(loaded.title)
    region_filter(view, loaded)
    weights(view, loaded)
    st.caption(say("Weights count for people weighted by need."))
try:
    asked = siteform.ask(view, loaded)
except InputError as error:
    st.error(refused(error), icon=":material/error:")
    st.stop()
if asked is None:
    if view.sites is None:
        st.info(
            say(
                "Choose a region at the side, say what is wanted, and press Propose sites. Every place is a candidate."
            ),
            icon=":material/add_location_alt:",
        )
    st.stop()
try:
    found = sites.answer(loaded, *asked)
except InputError as error:
    st.error(refused(error), icon=":material/error:")
    st.stop()
sites.figures(found)
left, right = st.columns([11, 10], gap="medium")
with left:
    paint, labels, counts = sitesmap.gains(loaded, found)
    show(
        loaded.files,
        paint,
        sitesmap.points(found),
        focus=focus(view, loaded),
        attribution=attribution(loaded.manifest),
        height=480,
        key="sites-map",
    )
    sitesmap.draw_legend(found, labels, counts)
with right:
    sites.proposed(found)
    sites.into_scenario(loaded, found)
    sites.alternatives(found)
    sites.curve(found)
sites.who_gains(found)
sites.download(loaded, found)
