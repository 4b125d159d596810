"""The ranked table beside the map."""

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.keys import Key
from dashboard.view.state import ViewState
from dashboard.view.text import inline, joined
from dashboard.widgets.shared import certainty, regions
from dashboard.widgets.shared.table import written
from geodata.i18n import number, say, says
from pipelines.areas.selection import in_order, search
from pipelines.priority.analysis import NOT_LISTED

# What a person reads through; search and filters reach the rest.
ROWS = 300


def ranking(view: ViewState, loaded: Loaded, passes: pd.Series, *, by: str) -> None:
    """Draw the areas that pass the filters in order of a layer; choosing a row chooses the area."""
    entry = loaded.entries[by]
    text = st.text_input(
        say("Search by name or code"),
        key=session.SEARCH,
        placeholder=joined([loaded.table["name"].iloc[0], loaded.table.index[0]], ", "),
    )
    ranked = in_order(loaded.table[passes], loaded.codebook, by)
    unranked = int(passes.sum()) - len(ranked)
    matches = ranked[search(ranked, text)] if text else ranked
    rows = matches.head(ROWS)
    title = says(
        "{count} area by {indicator}", "{count} areas by {indicator}", len(ranked), indicator=inline(entry.title)
    )
    st.markdown(f"**{title}**, " + (say("lowest first") if entry.direction == "better" else say("highest first")))
    if matches.empty:
        st.info(_nothing(text, len(ranked)), icon=":material/search_off:")
        return
    key = f"ranking-{st.session_state.get(Key.SELECTIONS, 0)}-{by}-{view.region}-{text}-{loaded.key}"
    position = list(rows.index).index(view.area) if view.area in rows.index else None

    def choose() -> None:
        selection = st.session_state[key].selection.rows
        session.change(area=rows.index[selection[0]] if selection else "")

    frame = pd.DataFrame({"rank": rows["rank_in_selection"], "name": rows["name"], "value": rows[by]})
    columns = {
        "rank": st.column_config.NumberColumn(say("Rank"), width=50),
        "name": st.column_config.TextColumn(say("Area"), width=154 if passes.all() or by != "gap" else 118),
        "value": st.column_config.NumberColumn(entry.title, width=56, help=f"{entry.unit}. {entry.formula}"),
    }
    level = regions.levels(loaded)[-1]
    frame["region"] = regions.names(loaded, level)[rows.index]
    columns["region"] = st.column_config.TextColumn(regions.title(level))
    if entry.classes:
        frame["value"] = [entry.format(value) for value in rows[by]]
        columns["value"] = st.column_config.TextColumn(entry.title, help=entry.formula)
    if by == "gap":
        with st.spinner(say("Ranking {draws} times", draws=number(loaded.analysis.draws))):
            frame.insert(1, "sure", _intervals(loaded, rows.index, whole=bool(passes.all())))
            frame.insert(2, "tier", certainty.tiers(loaded.analysis, rows.index).replace(say(NOT_LISTED), "–"))
        columns["sure"] = st.column_config.TextColumn(
            say("Range") if passes.all() else say("In {territory}", territory=loaded.title),
            width=76 if passes.all() else 112,
            help=say("Places in the whole territory that 9 of 10 replicates give the area."),
        )
        columns["tier"] = st.column_config.TextColumn(
            say("Tier"),
            width=76,
            help=f"{certainty.sentence(loaded.analysis)} {say('– means less often.')} {say(certainty.EXPLAINED)}",
        )
    st.dataframe(
        written(frame, {"rank": 0, "value": entry.decimals}),
        key=key,
        height=420,
        hide_index=True,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [] if position is None else [position]}},
        on_select=choose,
        column_config=columns,
        alt=say("Areas ranked by {indicator}", indicator=inline(entry.title)),
    )
    parts = []
    if len(matches) > ROWS:
        parts.append(
            say(
                "The first {rows} of {all}; search or filter to reach the others.",
                rows=number(ROWS),
                all=number(len(matches)),
            )
        )
    if unranked:
        parts.append(
            says("{count} without a value is not ranked.", "{count} without a value are not ranked.", unranked)
        )
    if parts:
        st.caption(" ".join(parts))


def _intervals(loaded: Loaded, area_ids: pd.Index, *, whole: bool) -> pd.Series:
    """Range of places in the territory; beside ranks in a part of it, the place in the territory too."""
    texts = certainty.intervals(loaded.analysis, area_ids)
    if whole:
        return texts
    return loaded.analysis.ranks.loc[area_ids].map(number, na_action="ignore") + " (" + texts + ")"


def _nothing(text: str, ranked: int) -> str:
    if text and ranked:
        return say("No area that passes the filters has such a name or code; try fewer letters or other filters.")
    return say("No area with a value passes the filters; choose a wider region or other limits.")
