"""Why an area stands where it stands: in words, in points of each indicator, and how sure that is."""

import altair as alt
import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view.text import plain
from dashboard.widgets.shared import certainty
from dashboard.widgets.shared.ink import inked, lines, rows
from dashboard.widgets.shared.table import written
from geodata.i18n import number, say

ADDS, TAKES = "#d95f0e", "#2c7fb8"
ROW = 32


def why_here(loaded: Loaded, area_id: str) -> None:
    """Say why the area stands where it stands: in words, in points of each indicator, and how sure that is."""
    analysis = loaded.analysis
    certainty.verdict(analysis, area_id)
    st.markdown(plain(analysis.sentence(area_id)))
    if area_id not in analysis.scores.not_scorable.index:
        facts = analysis.why(area_id)
        chart, table = st.columns([4, 7], gap="medium")
        with chart:
            contributions(loaded, area_id, facts)
        with table:
            evidence(loaded, facts)
    certainty.basis(analysis)


def contributions(loaded: Loaded, area_id: str, facts: pd.DataFrame) -> None:
    """Draw the points that each indicator adds to the gap of the typical area, or takes from it."""
    points = facts["points"]
    start = float(loaded.analysis.contributions.start[area_id])
    gap = float(loaded.analysis.scores.frame["gap"][area_id])
    titles = [loaded.entries[str(name)].title for name in facts.index]
    bars = pd.DataFrame({"points": points, "indicator": titles, "row": [lines(title) for title in titles]})
    chart = (
        alt.Chart(bars[points != 0])
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("points:Q", title=say("Points added to the gap")),
            y=rows("row"),
            color=alt.condition(alt.datum.points > 0, alt.value(ADDS), alt.value(TAKES)),
            tooltip=[
                alt.Tooltip("indicator:N", title=say("Indicator")),
                alt.Tooltip("points:Q", title=say("Points"), format="+.1f"),
            ],
        )
        .properties(height=ROW * int((points != 0).sum()) + 40)
    )
    total = say(
        "Typical area {start} + {added} − {taken} points = gap {gap}",
        start=number(start, 1),
        added=number(points[points > 0].sum(), 1),
        taken=number(-points[points < 0].sum(), 1),
        gap=number(gap, 1),
    )
    description = "; ".join(f"{title} {number(points.iloc[at], 1, signed=True)}" for at, title in enumerate(titles))
    st.altair_chart(inked(chart), alt=f"{total}. {description}.")
    st.caption(f"{total}. {say('The typical area has the mean of every indicator.')}")


def evidence(loaded: Loaded, facts: pd.DataFrame) -> None:
    """Draw what the points rest on: value, median, and place among the areas."""
    entries = [loaded.entries[str(name)] for name in facts.index]
    help_ = say("Share of areas with a lower value; equal values count half.")
    st.dataframe(
        written(
            pd.DataFrame(
                {
                    "indicator": [entry.title for entry in entries],
                    "points": facts["points"].to_numpy(),
                    "value": [
                        f"{entry.format(value)} ({say('imputed')})" if imputed else entry.format(value)
                        for entry, value, imputed in zip(entries, facts["value"], facts["imputed"], strict=True)
                    ],
                    "median": [entry.format(value) for entry, value in zip(entries, facts["median"], strict=True)],
                    "territory": facts["percentile"].to_numpy(),
                    "region": facts["percentile_region"].to_numpy(),
                }
            ),
            {"points": 1, "territory": 0, "region": 0},
            signed=("points",),
        ),
        hide_index=True,
        height=35 * (len(facts) + 1) + 3,
        column_config={
            "indicator": st.column_config.TextColumn(say("Indicator"), width=250),
            "points": st.column_config.NumberColumn(say("Points"), width=58),
            "value": st.column_config.TextColumn(say("Here"), width=125),
            "median": st.column_config.TextColumn(say("Median"), width=125),
            "territory": st.column_config.NumberColumn(say("% of all"), width=62, help=help_),
            "region": st.column_config.NumberColumn(say("% in region"), width=78, help=help_),
        },
        alt=say("What the points rest on"),
    )
