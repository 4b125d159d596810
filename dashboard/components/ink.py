"""The colour of text inside charts, which Streamlit writes too faintly to be read by all (WCAG 1.4.3)."""

import altair as alt
import streamlit as st

INKS = {"light": "#1b2329", "dark": "#e8edf0"}


def inked(chart: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """Write axes and legends of a chart in the full ink of the theme."""
    ink = INKS["dark" if st.context.theme.type == "dark" else "light"]
    written: alt.Chart | alt.LayerChart = chart.configure_axis(labelColor=ink, titleColor=ink)
    written = written.configure_legend(labelColor=ink, titleColor=ink)
    return written
