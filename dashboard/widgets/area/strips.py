"""Where an area lies in the distribution of each indicator, as small strips."""

import altair as alt
import streamlit as st

from dashboard.data import Loaded
from dashboard.widgets.shared.ink import inked, lines, rows
from geodata.i18n import say
from pipelines.areas.profile import spread

# Each is 3:1 or more on the light and on the dark ground.
WHOLE, REGION, HERE = "#8a949c", "#4a8fc7", "#c8580c"
ROW = 34


def strips(loaded: Loaded, area_id: str, indicators: list[str], region: str) -> None:
    """Draw one strip an indicator: most areas, the middle half of the region, both medians, and the area itself."""
    spreads = spread(loaded.table, indicators, area_id)
    if spreads.empty:
        return
    spreads = spreads.assign(indicator=[lines(loaded.entries[str(name)].title) for name in spreads.index])
    y = rows("indicator")

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, axis=None, scale=alt.Scale(domain=[-0.03, 1.03]))

    base = alt.Chart(spreads)
    layers = [
        base.mark_rule(strokeWidth=2, color=WHOLE).encode(x=x("low"), x2="high", y=y),
        base.mark_bar(height=6, color=WHOLE, opacity=0.55).encode(x=x("quarter"), x2="three_quarters", y=y),
        base.mark_tick(thickness=2, height=16, color=WHOLE).encode(x=x("median"), y=y),
    ]
    regional = loaded.table["nuts2"].nunique() > 1
    if regional:
        layers += [
            base.mark_bar(height=6, color=REGION, yOffset=6).encode(x=x("region_low"), x2="region_high", y=y),
            base.mark_tick(thickness=3, height=12, color=REGION, yOffset=6).encode(x=x("region_median"), y=y),
        ]
    layers.append(base.mark_point(shape="diamond", size=90, filled=True, color=HERE).encode(x=x("value"), y=y))
    st.altair_chart(
        inked(alt.layer(*layers).properties(height=ROW * len(spreads) + 30).configure_view(stroke=None)),
        alt=say("Where the area lies among all areas, one strip an indicator; the table below has the numbers"),
    )
    text = say("Grey: the middle 90 % of all areas, thicker the middle half, with the median. Diamond: this area.")
    if regional:
        text += " " + say("Blue, below: the middle half of {region}, with its median.", region=region)
    st.caption(text)
