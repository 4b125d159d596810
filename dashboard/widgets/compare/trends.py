"""Areas that became better or worse between two years, where the territory has a figure of both."""

import streamlit as st

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.options import IMPLAUSIBLE
from dashboard.view.state import ViewState
from dashboard.widgets.shared import regions
from dashboard.widgets.shared.table import written
from geodata.i18n import say, says
from geodata.i18n.message import tell_each
from pipelines.areas.trends import IMPROVED, WAYS, changed, figures, judged

KEYS = ("changed-way", "changed-figure", "changed-implausible")


def two_years(view: ViewState, loaded: Loaded) -> None:
    """Draw the choice of a figure and the list; nothing where there is no figure of two years."""
    codebook = loaded.territory.codebook
    figures_ = figures(codebook)
    if not figures_:
        return
    st.markdown(f"### {say('Improved and worsened areas')}")
    way, indicator = view.changed[:2] if view.changed else (IMPROVED, next(iter(figures_)))
    if indicator not in figures_:
        indicator = next(iter(figures_))
    for key, value in zip(KEYS, (way, indicator, IMPLAUSIBLE in view.changed), strict=True):
        st.session_state[key] = value
    left, middle, right = st.columns([1, 2, 2], vertical_alignment="bottom")
    left.segmented_control(
        say("List"), list(WAYS), format_func=lambda name: say(WAYS[name]), key=KEYS[0], required=True, on_change=_choose
    )
    middle.selectbox(
        say("Figure of two years"),
        list(figures_),
        format_func=lambda name: loaded.entries[name].title,
        key=KEYS[1],
        on_change=_choose,
    )
    right.checkbox(say("Also changes too large to be believed"), key=KEYS[2], on_change=_choose)
    implausible = bool(st.session_state[KEYS[2]])
    trends = changed(loaded.table, codebook, indicator, way=way, implausible=implausible)
    doubtful = int(judged(loaded.table, codebook, indicator)["implausible"].sum())
    entry, (before, after) = loaded.entries[indicator], figures_[indicator].years
    if trends.empty:
        st.info(say("No area is on this list."), icon=":material/search_off:")
    else:
        names = regions.where(loaded)
        frame = trends.reset_index().assign(region=[names[code] for code in trends.index])
        frame["reason"] = tell_each(frame["reason"])
        columns = ["rank_in_selection", "area_id", "name", "region", "before", "after", "change"]
        decimals = dict.fromkeys(("before", "after", "change"), entry.decimals) | {"rank_in_selection": 0}
        st.dataframe(
            written(frame[columns + (["reason"] if implausible else [])], decimals, signed=("change",)),
            hide_index=True,
            column_config={
                "rank_in_selection": st.column_config.NumberColumn(say("Place on the list")),
                "area_id": st.column_config.TextColumn(say("Code")),
                "name": st.column_config.TextColumn(say("Area"), width="medium"),
                "region": st.column_config.TextColumn(say("Where"), width="medium"),
                "before": st.column_config.NumberColumn(before),
                "after": st.column_config.NumberColumn(after),
                "change": st.column_config.NumberColumn(say("Change"), help=entry.unit),
                "reason": st.column_config.TextColumn(say("To be doubted"), width="large"),
            },
            alt=say("Areas that became better or worse between two years"),
        )
    if doubtful:
        note = says(
            "{count} change, for better or worse, is too large to be believed: more likely a change of the source than "
            "of the area.",
            "{count} changes, for better or worse, are too large to be believed: more likely changes of the source "
            "than of the areas.",
            doubtful,
        )
        st.caption(f"{note} {say('They are listed.') if implausible else say('They are left out.')}")


def _choose() -> None:
    way, indicator, implausible = (st.session_state[key] for key in KEYS)
    session.change(changed=(way, indicator, *([IMPLAUSIBLE] if implausible else [])))
