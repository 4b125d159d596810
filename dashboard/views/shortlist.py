"""Shortlist: the areas chosen, in order, with notes and totals, and the files to take home."""

import pandas as pd
import streamlit as st

from dashboard.view import session
from dashboard.view.text import inline, plain
from dashboard.widgets.shared import certainty, regions
from dashboard.widgets.shared.downloads import downloads
from dashboard.widgets.shared.table import written
from geodata.i18n import number, say, says
from pipelines.areas.profile import beyond, totals
from pipelines.areas.selection import in_order, select
from pipelines.priority.analysis import INDICES

TOP, NEAR = 10, 5

view, loaded = session.view(), session.loaded()
st.markdown(f"## {say('Shortlist')}")
selection = session.selection()
by = view.layer if view.layer in loaded.entries else "gap"
title = inline(loaded.entries[by].title)


def add_top() -> None:
    """Put the first areas of the map's ranking at the end of the list."""
    passing = loaded.table[select(loaded.table, selection)]
    for area_id in in_order(passing, loaded.codebook, by).index[:TOP]:
        session.add_to_shortlist(area_id)


st.button(
    say("Add the first {count} under the filters of the map, by: {indicator}", count=TOP, indicator=title),
    icon=":material/playlist_add:",
    on_click=add_top,
    key="add-top",
)
if not view.shortlist:
    st.info(
        say("The list is empty. Add areas on the map or on the page of an area, or take the first of the ranking."),
        icon=":material/checklist:",
    )
    st.stop()

analysis = loaded.analysis
rows = loaded.table.loc[list(view.shortlist)]
notes = session.notes()
columns = [*dict.fromkeys(name for name in (by, *INDICES, "population", "share_65_plus") if name in loaded.entries)]
frame = pd.DataFrame({"order": range(1, len(rows) + 1), "name": rows["name"]})
level = regions.levels(loaded)[-1]
frame["region"] = regions.names(loaded, level)[rows.index]
frame["tier"] = certainty.tiers(analysis, rows.index).fillna(say("not scorable"))
frame["probability"] = analysis.robustness.frame.loc[rows.index, "probability"] * 100
frame["rank"] = analysis.ranks.loc[rows.index]
frame["range"] = certainty.intervals(analysis, rows.index)
for name in columns:
    entry = loaded.entries[name]
    frame[name] = [entry.format(value) for value in rows[name]] if entry.classes else rows[name]
class_columns = {name for name in columns if loaded.entries[name].classes}
decimals = {"order": 0, "probability": 1, "rank": 0} | {name: loaded.entries[name].decimals for name in columns}
frame["note"] = [notes.get(area_id, "") for area_id in rows.index]
table = st.dataframe(
    written(frame, decimals, missing="–"),
    key=f"shortlist-{loaded.key}-{','.join(view.shortlist)}",
    hide_index=True,
    placeholder="–",
    on_select="rerun",
    selection_mode="multi-row",
    column_config={
        "order": st.column_config.NumberColumn(say("Order"), width=55),
        "name": st.column_config.TextColumn(say("Area"), width=140),
        "region": st.column_config.TextColumn(regions.title(level), width=105),
        "tier": st.column_config.TextColumn(
            say("Tier"), width=105, help=f"{certainty.sentence(analysis)} {say(certainty.EXPLAINED)}"
        ),
        "probability": st.column_config.NumberColumn(
            say("Listed %"),
            width=75,
            help=say("Replicates with the area among the first {k}.", k=number(analysis.k)),
        ),
        "rank": st.column_config.NumberColumn(say("Rank"), width=60, help=say("By gap, in the whole territory.")),
        "range": st.column_config.TextColumn(
            say("Range"), width=90, help=say("Places that 9 of 10 replicates give the area.")
        ),
        "note": st.column_config.TextColumn(say("Note"), width="medium"),
    }
    | {
        name: st.column_config.NumberColumn(
            loaded.entries[name].title,
            width=92,
            help=f"{loaded.entries[name].unit}. {loaded.entries[name].formula}",
        )
        for name in columns
        if name not in class_columns
    },
    alt=say("The shortlist, in order"),
)
certainty.basis(analysis)

some = rows.iloc[table.selection.rows] if table.selection.rows else rows
together = say("The areas selected together") if table.selection.rows else say("All areas of the list together")
st.markdown(f"**{together}**")
# Not every territory knows the age of its people.
by_age = "people_65_plus" in loaded.entries
sums = totals(some if by_age else some.assign(people_65_plus=float("nan")))
figures = st.columns(3)
figures[0].metric(
    say("Areas"), number(sums["areas"]), border=True, help=say("Select rows of the list to add up only these.")
)
figures[1].metric(say("People"), number(sums["population"]), border=True)
if by_age:
    figures[2].metric(say("People aged 65 and over"), number(sums["people_65_plus"]), border=True)
if sums["unknown"]:
    st.caption(
        says(
            "{count} of the areas has no population figure and is not in the totals.",
            "{count} of the areas have no population figure and are not in the totals.",
            sums["unknown"],
        )
    )
far = beyond(some)
if len(far):
    farther = pd.DataFrame(
        {
            "indicator": [loaded.entries[str(name)].title for name in far.index],
            "people": far["people"].to_numpy(),
            "share": 100 * far["people"].to_numpy() / sums["population"] if sums["population"] else None,
            "old": far["people_65_plus"].to_numpy(),
        }
    )
    with st.expander(say("People far from services"), icon=":material/route:"):
        st.dataframe(
            written(
                farther if farther["old"].notna().any() else farther.drop(columns="old"),
                {"people": 0, "share": 1, "old": 0},
            ),
            hide_index=True,
            column_config={
                "indicator": st.column_config.TextColumn(say("Beyond"), width="large"),
                "people": st.column_config.NumberColumn(say("People")),
                "share": st.column_config.NumberColumn(say("% of the people")),
                "old": st.column_config.NumberColumn(say("People aged 65 and over")),
            },
            alt=say("People beyond each threshold"),
        )

with st.container(border=True):
    which, up, down, off = st.columns([4, 1, 1, 1], vertical_alignment="bottom")
    with which:
        area = st.selectbox(
            say("Change the place or the note of"),
            view.shortlist,
            format_func=lambda area_id: f"{loaded.table.loc[area_id, 'name']} ({area_id})",
            key="shortlist-choice",
        )
    up.button(
        say("Up"),
        key="shortlist-up",
        icon=":material/arrow_upward:",
        on_click=session.move_in_shortlist,
        args=(area, -1),
        width="stretch",
    )
    down.button(
        say("Down"),
        key="shortlist-down",
        icon=":material/arrow_downward:",
        on_click=session.move_in_shortlist,
        args=(area, 1),
        width="stretch",
    )
    off.button(
        say("Remove"),
        key="shortlist-off",
        icon=":material/delete:",
        on_click=session.remove_from_shortlist,
        args=(area,),
        width="stretch",
    )
    key = f"note-{area}"
    st.session_state[key] = notes.get(area, "")
    st.text_input(
        say("Note"),
        key=key,
        max_chars=500,
        on_change=lambda: notes.__setitem__(area, st.session_state[key]),
        help=say("Kept in this browser session and in the files that you export; never in the link."),
    )

passing = loaded.table.index[select(loaded.table, selection)].difference(list(view.shortlist))
misses = analysis.just_off(passing, NEAR)
if misses:
    st.markdown(f"### {say('Just off the first {k}', k=number(analysis.k))}")
    for area_id, nearness in misses.items():
        name, place = plain(loaded.table.at[area_id, "name"]), analysis.ranks[area_id]
        tier = plain(certainty.tiers(analysis, pd.Index([area_id])).iloc[0])
        where = say("place {place}", place=number(place))
        st.markdown(f"- **{name}** ({area_id}), {where}, {tier}: {plain(nearness)}")
    st.caption(say("The next areas by gap under the filters of the map that are not on the shortlist, nearest first."))

st.markdown(f"### {say('Take it home')}")
downloads(loaded, view, selection, by)
