"""One area in brief, beside the map."""

from typing import Any

import streamlit as st

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.state import ViewState
from dashboard.view.text import joined, plain
from dashboard.widgets.shared import certainty, regions
from dashboard.widgets.shared.notes import agreement, settled
from geodata.i18n import say
from pipelines.access.remoteness.degurba import CLASS


def summary(view: ViewState, loaded: Loaded) -> None:
    """Draw the chosen area: its three indices, and what can be done with it."""
    row = loaded.table.loc[view.area]
    with st.container(border=True):
        st.markdown(f"#### {plain(row['name'])}")
        people = loaded.entries["population"].format(row["population"])
        facts = [
            regions.where(loaded)[view.area],
            settled(loaded, row["degurba"]),
            people,
            say("code {code}", code=view.area),
        ]
        st.caption(plain(joined(facts)), help=agreement(loaded, CLASS) or None)
        for column, name in zip(st.columns(3), ("gap", "need", "resources"), strict=True):
            entry = loaded.entries[name]
            column.metric(entry.title, entry.format(row[name]), help=f"{entry.unit}. {entry.formula}")
        reasons = loaded.analysis.scores.not_scorable
        if view.area in reasons.index:
            st.warning(plain(reasons[view.area]), icon=":material/help:")
        certainty.verdict(loaded.analysis, view.area)
        shortlist_button(view, view.area, st)
        first, second = st.columns(2)
        if first.button(say("Why here"), icon=":material/location_on:", key="open-area", width="stretch"):
            st.switch_page("views/area.py")
        second.button(
            say("Close"),
            icon=":material/close:",
            key="close-area",
            width="stretch",
            on_click=session.select_area,
            args=("",),
        )


def shortlist_button(view: ViewState, area_id: str, where: Any) -> None:
    """Draw the button that puts an area on the shortlist or takes it off."""
    if area_id in view.shortlist:
        where.button(
            say("Remove from list"),
            icon=":material/playlist_remove:",
            key="shortlist-remove",
            width="stretch",
            on_click=session.remove_from_shortlist,
            args=(area_id,),
        )
    else:
        where.button(
            say("Add to list"),
            icon=":material/playlist_add:",
            key="shortlist-add",
            type="primary",
            width="stretch",
            on_click=session.add_to_shortlist,
            args=(area_id,),
        )
