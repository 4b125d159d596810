"""Response: what could be done in an area, where a project could go next, where nothing is known, and who can help."""

import streamlit as st

from dashboard.maps.frame import attribution
from dashboard.view import session
from dashboard.view.options import PROJECT, SPOTS
from dashboard.view.text import plain
from dashboard.widgets.response import matches, white_spots
from dashboard.widgets.shared.partners import partners
from geodata.i18n import mark, say
from pipelines.response.matching import suggestions

TABS = {"": mark("For an area"), PROJECT: mark("For a project"), SPOTS: mark("White spots")}

view, loaded = session.view(), session.loaded()
matching = matches.matching_of(loaded, loaded.content)
st.markdown(f"**{say('What could be done there, and who can help?')}** {plain(say(matches.ILLUSTRATIVE))}")
subject = view.response[0] if view.response else ""
st.session_state["response-part"] = subject
st.segmented_control(
    say("What to look for"),
    list(TABS),
    format_func=lambda each: say(TABS[each]),
    required=True,
    key="response-part",
    on_change=lambda: session.change(response=tuple(filter(None, [st.session_state["response-part"]]))),
)
if not subject:
    names = loaded.table["name"]
    # The shortlist first: that is what a response is looked for.
    order = list(dict.fromkeys([*view.shortlist, *names.sort_values().index]))
    st.session_state["response-area"] = view.area or None
    st.selectbox(
        say("Area"),
        order,
        format_func=lambda code: f"{'★ ' if code in view.shortlist else ''}{names[code]} ({code})",
        index=None,
        placeholder=say("Choose an area"),
        key="response-area",
        on_change=lambda: session.select_area(st.session_state["response-area"] or ""),
        help=say("Areas of the shortlist come first and have a star."),
    )
    if not view.area:
        st.info(say("Choose an area here or on the map to see what could be done there."), icon=":material/touch_app:")
        st.stop()
    st.markdown(f"## {plain(names[view.area])}")
    st.markdown(f"### {say('What is needed')}")
    matches.needs(loaded, matching, view.area)
    st.markdown(f"### {say('Projects that fit')}")
    matches.projects(loaded, matching, view.area)
    matches.downloads("projects", lambda: suggestions.for_areas(matching, [view.area]))
    if view.shortlist:
        with st.expander(say("The same for all areas of the shortlist, as a file")):
            matches.downloads("shortlist-projects", lambda: suggestions.for_areas(matching, view.shortlist))
    st.markdown(f"### {say('Who can help')}")
    partners(loaded, view.area)
    matches.support(matching, view.area)
elif subject == PROJECT:
    matches.next_places(loaded, matching)
else:
    white_spots.draw(loaded, matching, attribution(loaded.manifest))
