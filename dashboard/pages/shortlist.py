"""Shortlist: the areas chosen, in order, with notes and totals, and the files to take home."""

import pandas as pd
import streamlit as st

from dashboard import session
from dashboard.components.downloads import downloads
from pipelines.priority.analysis import INDICES
from pipelines.profile import totals
from pipelines.selection import Selection, ordered, select

TOP = 10

view, loaded = session.view(), session.loaded()
st.markdown("## Shortlist")
selection = Selection(region=view.region, degurba=view.degurba, people_min=view.people_min, people_max=view.people_max)
by = view.layer if view.layer in loaded.entries else "gap"
title = loaded.entries[by].title.lower()


def add_top() -> None:
    """Put the first areas of the map's ranking at the end of the list."""
    passing = loaded.table[select(loaded.table, selection)]
    for area_id in ordered(passing, loaded.codebook, by).index[:TOP]:
        session.add_to_shortlist(area_id)


st.button(
    f"Add the first {TOP} by {title} under the filters of the map",
    icon=":material/playlist_add:",
    on_click=add_top,
    key="add-top",
)
if not view.shortlist:
    st.info(
        "The list is empty. Add areas on the map or on the page of an area, or take the first of the ranking.",
        icon=":material/checklist:",
    )
    st.stop()

rows = loaded.table.loc[list(view.shortlist)]
notes = session.notes()
sums = totals(rows)
figures = st.columns(3)
figures[0].metric("Areas", f"{sums['areas']:,}", border=True)
figures[1].metric("People", f"{sums['population']:,.0f}", border=True)
figures[2].metric("People aged 65 and over", f"{sums['people_65_plus']:,.0f}", border=True)
if sums["unknown"]:
    st.caption(f"{sums['unknown']} of the areas have no population figure and are not in the totals.")

columns = dict.fromkeys([*INDICES, "population", "share_65_plus", by])
st.dataframe(
    pd.DataFrame({"order": range(1, len(rows) + 1), "name": rows["name"], "province": rows["nuts3_name"]})
    .assign(**{name: rows[name] for name in columns})
    .assign(note=[notes.get(area_id, "") for area_id in rows.index]),
    hide_index=True,
    column_config={
        "order": st.column_config.NumberColumn("Order", width=60),
        "name": st.column_config.TextColumn("Area"),
        "province": st.column_config.TextColumn("Province"),
        "note": st.column_config.TextColumn("Note", width="medium"),
    }
    | {
        name: st.column_config.NumberColumn(
            loaded.entries[name].title,
            format="localized" if name == "population" else f"%.{loaded.entries[name].decimals}f",
            help=f"{loaded.entries[name].unit}. {loaded.entries[name].formula}",
        )
        for name in columns
    },
    alt="The shortlist, in order",
)

with st.container(border=True):
    which, up, down, off = st.columns([4, 1, 1, 1], vertical_alignment="bottom")
    with which:
        chosen = st.selectbox(
            "Change the place or the note of",
            view.shortlist,
            format_func=lambda area_id: f"{loaded.table.loc[area_id, 'name']} ({area_id})",
            key="shortlist-choice",
        )
    up.button(
        "Up",
        key="shortlist-up",
        icon=":material/arrow_upward:",
        on_click=session.move_in_shortlist,
        args=(chosen, -1),
        width="stretch",
    )
    down.button(
        "Down",
        key="shortlist-down",
        icon=":material/arrow_downward:",
        on_click=session.move_in_shortlist,
        args=(chosen, 1),
        width="stretch",
    )
    off.button(
        "Remove",
        key="shortlist-off",
        icon=":material/delete:",
        on_click=session.remove_from_shortlist,
        args=(chosen,),
        width="stretch",
    )
    key = f"note-{chosen}"
    st.session_state[key] = notes.get(chosen, "")
    st.text_input(
        "Note",
        key=key,
        max_chars=500,
        on_change=lambda: notes.__setitem__(chosen, st.session_state[key]),
        help="Kept in this browser session and in the files that you export; never in the link.",
    )

st.markdown("### Take it home")
downloads(loaded, view, selection, by)
