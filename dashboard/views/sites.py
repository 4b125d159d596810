"""Sites: where the next sites of a service should be, who gains, and how sure it is that none are better."""

import streamlit as st

from dashboard.maps import siting
from dashboard.maps.choropleth import show
from dashboard.maps.frame import attribution, focus
from dashboard.view import session
from dashboard.view.text import refused
from dashboard.widgets.shared.filters import region_filter
from dashboard.widgets.shared.weights import weights
from dashboard.widgets.sites import answer, form
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
    question = form.ask(view, loaded)
except InputError as error:
    st.error(refused(error), icon=":material/error:")
    st.stop()
if question is None:
    if view.sites is None:
        st.info(
            say(
                "Choose a region at the side, say what is wanted, and press Propose sites. Every place is a candidate."
            ),
            icon=":material/add_location_alt:",
        )
    st.stop()
try:
    result = answer.answer(loaded, *question)
except InputError as error:
    st.error(refused(error), icon=":material/error:")
    st.stop()
answer.figures(result)
left, right = st.columns([11, 10], gap="medium")
with left:
    paint, labels, counts = siting.gains(loaded, result)
    show(
        loaded.files,
        paint,
        siting.points(result),
        focus=focus(view, loaded),
        attribution=attribution(loaded.manifest),
        height=480,
        key="sites-map",
    )
    siting.draw_legend(result, labels, counts)
with right:
    answer.proposed(result)
    answer.into_scenario(loaded, result)
    answer.alternatives(result)
    answer.curve(result)
answer.who_gains(result)
answer.download(loaded, result)
