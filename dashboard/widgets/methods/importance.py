"""What moves the ranks: weight and influence of each indicator, ranks without it, open choices, and odd indicators."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view.keys import Key
from dashboard.view.text import inline, plain
from dashboard.widgets.shared.table import written
from geodata.i18n import mark, number, percent, say
from pipelines.priority import importance
from pipelines.priority.composite import LEVELS
from pipelines.priority.configuration import Term
from pipelines.priority.screening import AVAILABILITY, FLAGS, UNIQUE, ZEROS

CHOICES = {
    "weights": mark("Weights"),
    "impute": mark("What stands in for a missing value"),
    "outliers": mark("Treatment of values far from the rest"),
    "normalise": mark("How indicators are put on one scale"),
    "across": mark("How dimensions are averaged"),
    "gap": mark("How need and resources are put together"),
    "goalposts": mark("Goalposts"),
    "left_out": mark("Which indicator is left out"),
    "noise": mark("Errors of the data"),
    "services": mark("Services that lists lack"),
}


@st.cache_data(max_entries=16, show_spinner=False)
def _indicators(_loaded: Loaded, key: str) -> pd.DataFrame:  # noqa: ARG001 - the cache key
    return importance.indicators(_loaded.analysis)


@st.cache_data(max_entries=16, show_spinner=False)
def _screen(_loaded: Loaded, key: str) -> pd.DataFrame:  # noqa: ARG001 - the cache key
    return importance.screen(_loaded.analysis)


@st.cache_data(max_entries=16, show_spinner=False)
def _sensitivity(_loaded: Loaded, key: str) -> tuple[pd.DataFrame, pd.DataFrame]:  # noqa: ARG001 - the cache key
    return importance.without_each(_loaded.analysis), importance.choices(_loaded.analysis)


def weights(loaded: Loaded) -> None:
    """Draw, for each index, the weight and the influence of its indicators."""
    scores = loaded.analysis.scores
    terms = {key: term for key, _, term in scores.configuration.terms()}
    for key, repeats in scores.silent.items():
        title = plain(loaded.entries[key[2]].title)
        if repeats:
            other = plain(loaded.entries[repeats].title)
            st.caption(say("{indicator} repeats {other}, so it counts once.", indicator=title, other=other))
        else:
            st.caption(say("{indicator} is the same everywhere, so it does not count.", indicator=title))
    rows = _indicators(loaded, loaded.key).reset_index()
    for index, part in rows.groupby("index", sort=False):
        title = say("Weights of: {index}", index=inline(loaded.entries[str(index)].title))
        with st.expander(title, icon=":material/balance:"):
            table = pd.DataFrame(
                {
                    "dimension": part["dimension"].map(say),
                    "indicator": _titles(loaded, part["indicator"]),
                    "weight": part["weight"] * 100,
                    "influence": part["influence"],
                    "goalposts": [_goalposts(loaded, terms[key]) for key in part[LEVELS].itertuples(index=False)],
                    "reason": [_reason(terms[key]) for key in part[LEVELS].itertuples(index=False)],
                }
            )
            st.dataframe(
                written(table, {"weight": 1, "influence": 2}, missing="–"),
                hide_index=True,
                placeholder="–",
                column_config={
                    "dimension": st.column_config.TextColumn(say("Dimension")),
                    "indicator": st.column_config.TextColumn(say("Indicator"), width="large"),
                    "weight": st.column_config.NumberColumn(say("Weight in %")),
                    "influence": st.column_config.NumberColumn(
                        say("Influence"),
                        help=say(
                            "Correlation of the indicator with the index, from -1 to 1: what it really counts. Below 0 "
                            "the others outvote it; empty where it is the same everywhere."
                        ),
                    ),
                    "goalposts": st.column_config.TextColumn(say("0 to 100")),
                    "reason": st.column_config.TextColumn(say("Reason"), width="large"),
                },
                alt=title,
            )


def _goalposts(loaded: Loaded, term: Term) -> str:
    """Say at which figures an indicator is 0 and 100 in its index."""
    if term.goalposts is None:
        return say("by rank")
    low, high = (loaded.entries[term.indicator].format(end) for end in term.goalposts)
    return f"{low} → {high}" if term.sign > 0 else f"{high} → {low}"


def _reason(term: Term) -> str:
    return say(term.reason) if term.reason else ""


def sensitivity(loaded: Loaded) -> None:
    """Draw the ranks without each indicator and the open choices, once the planner asks for them."""
    st.markdown(
        say(
            "How much the list depends on single indicators, and on choices of method that could as well be made "
            "otherwise."
        )
    )
    if st.button(say("Compute what moves the ranks"), key="importance-run", icon=":material/calculate:"):
        st.session_state[Key.IMPORTANCE] = loaded.key
    if st.session_state.get(Key.IMPORTANCE) != loaded.key:
        st.caption(say("It takes some seconds."))
        return
    with st.spinner(say("Ranking without each indicator")):
        without, choices = _sensitivity(loaded, loaded.key)
    _without(loaded, without)
    _choices(choices)


def _without(loaded: Loaded, without: pd.DataFrame) -> None:
    rows = without.sort_values("mean_change", ascending=False).reset_index()
    st.markdown(f"**{say('Without one indicator')}**")
    table = pd.DataFrame(
        {
            "indicator": _titles(loaded, rows["indicator"]),
            "index": _titles(loaded, rows["index"]),
            "mean": rows["mean_change"],
            "largest": rows["largest_change"],
            "list": rows["kept"],
        }
    )
    st.dataframe(
        written(table, {"mean": 0, "largest": 0, "list": 0}),
        hide_index=True,
        column_config={
            "indicator": st.column_config.TextColumn(say("Left out"), width="large"),
            "index": st.column_config.TextColumn(say("Index")),
            "mean": st.column_config.NumberColumn(say("Places moved, mean")),
            "largest": st.column_config.NumberColumn(say("Places moved, most")),
            "list": st.column_config.NumberColumn(
                say("Still among the first {k}", k=number(loaded.analysis.k)),
                help=say("Areas of the list that stay on it without the indicator."),
            ),
        },
        alt=say("Ranks without one indicator"),
    )


def _choices(choices: pd.DataFrame) -> None:
    rows = choices.sort_values("total", ascending=False)
    st.markdown(f"**{say('Choices of method')}**")
    if rows.empty or rows["total"].isna().all():
        st.caption(say("This weighting leaves no choice open that changes a rank."))
        return
    table = pd.DataFrame(
        {
            "choice": [say(CHOICES.get(str(name), str(name))) for name in rows.index],
            "first": 100 * rows["first"],
            "total": 100 * rows["total"],
        }
    )
    st.dataframe(
        written(table, {"first": 0, "total": 0}),
        hide_index=True,
        column_config={
            "choice": st.column_config.TextColumn(say("Choice"), width="large"),
            "first": st.column_config.NumberColumn(say("Alone, %")),
            "total": st.column_config.NumberColumn(say("With the others, %")),
        },
        alt=say("Choices of method and the change of ranks that they explain"),
    )
    st.caption(
        say(
            "Share of the mean change of ranks among the replicates that each choice explains (Sobol indices of first "
            "and of total order). They are good to about 10 percentage points; values a little below 0 are errors of "
            "sampling."
        )
    )


def screening(loaded: Loaded) -> None:
    """Draw what an indicator is like before it enters the index, and what is odd about it."""
    rows = _screen(loaded, loaded.key)
    table = pd.DataFrame(
        {
            "indicator": _titles(loaded, rows.index),
            "availability": 100 * rows["availability"],
            "zeros": 100 * rows["zeros"],
            "unique": rows["unique"],
            "flags": ["; ".join(say(FLAGS[flag]) for flag in flags.split()) for flags in rows["flags"]],
        }
    )
    with st.expander(say("The indicators of the index before they are put together"), icon=":material/troubleshoot:"):
        st.dataframe(
            written(table, {"availability": 0, "zeros": 0, "unique": 0}),
            hide_index=True,
            column_config={
                "indicator": st.column_config.TextColumn(say("Indicator"), width="medium"),
                "availability": st.column_config.NumberColumn(say("Areas with a value, %")),
                "zeros": st.column_config.NumberColumn(say("Of these 0, %")),
                "unique": st.column_config.NumberColumn(say("Different values")),
                "flags": st.column_config.TextColumn(say("To be looked at"), width="large"),
            },
            alt=say("The indicators of the index before they are put together"),
        )
        st.caption(
            say(
                "An indicator is to be looked at when fewer than {availability} of the areas have a value, more than "
                "{zeros} of these are 0, fewer than {unique} values differ, or some are far from the rest. Nothing is "
                "changed by it.",
                availability=percent(100 * AVAILABILITY),
                zeros=percent(100 * ZEROS),
                unique=UNIQUE,
            )
        )


def _titles(loaded: Loaded, names: Iterable[object]) -> list[str]:
    return [loaded.entries[str(name)].title for name in names]
