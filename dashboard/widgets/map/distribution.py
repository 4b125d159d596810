"""A layer over the areas: how many have which value, in the region chosen and in the whole territory."""

import altair as alt
import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view.state import ViewState
from dashboard.widgets.shared.ink import inked
from geodata.i18n import number, say, says, separators
from pipelines.areas.profile import histogram
from pipelines.areas.selection import in_region

WHOLE, REGION = "#8a949c", "#c8580c"


def distribution(view: ViewState, loaded: Loaded, indicator: str) -> None:
    """Draw the histogram of an indicator and its medians, those of the region beside those of the territory."""
    entry = loaded.entries[indicator]
    values = pd.to_numeric(loaded.table[indicator])
    inside = in_region(loaded.table, view.region) if view.region else pd.Series(False, index=values.index)
    counts = histogram(values, inside)
    if entry.classes or counts.empty:
        return
    name = "" if not view.region else str(loaded.regions.set_index("region_id").at[view.region, "name"])
    medians = [(loaded.title, values.median())] + ([(name, values[inside].median())] if name else [])
    description = " · ".join(
        say("Median of {place}", place=place) + f": **{entry.format(value)}**" for place, value in medians
    )
    st.markdown(description)
    # Shares, since a region has fewer areas than the territory.
    bars = pd.concat(
        pd.DataFrame(
            {
                "start": counts["start"],
                "end": counts["end"],
                "share": 100 * counts[column] / max(int(counts[column].sum()), 1),
                "areas": [says("{count} area", "{count} areas", int(count)) for count in counts[column]],
                "values": [
                    f"{number(low, entry.decimals)} – {number(high, entry.decimals)}"
                    for low, high in zip(counts["start"], counts["end"], strict=True)
                ],
                "where": place,
            }
        )
        for column, (place, _) in zip(("all", "inside"), medians, strict=False)
    )
    decimal, group = separators()
    places = [place for place, _ in medians]
    chart = (
        alt.Chart(bars)
        .mark_bar(opacity=0.75, stroke="#12181c", strokeWidth=0.3)
        .encode(
            x=alt.X("start:Q", bin="binned", title=f"{entry.title}" + ("" if entry.bare else f" ({entry.unit})")),
            x2="end",
            y=alt.Y("share:Q", stack=None, title=say("% of the areas")),
            color=alt.Color(
                "where:N",
                sort=places,
                scale=alt.Scale(domain=places, range=[WHOLE, REGION][: len(places)]),
                legend=alt.Legend(orient="top", title=None) if len(places) > 1 else None,
            ),
            tooltip=[alt.Tooltip("where:N", title=" "), alt.Tooltip("values:N", title=entry.title), "areas:N"],
        )
        .properties(height=260)
        .configure(locale={"number": {"decimal": decimal, "thousands": group, "grouping": [3], "currency": ["", ""]}})
    )
    st.altair_chart(inked(chart), alt=say("How many areas have which value: {indicator}", indicator=entry.title))
