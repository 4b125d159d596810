"""Text inside charts: its colour, which Streamlit makes too faint to be read by all (WCAG 1.4.3), and its lines."""

import textwrap

import altair as alt
import streamlit as st

INKS = {"light": "#1b2329", "dark": "#e8edf0"}

LETTERS, LINE = 32, 12


def lines(title: str) -> str:
    """Break a title of a row, so that it is whole and leaves room on a telephone too; for the axis `rows`.

    Examples
    --------
    >>> lines("Minutes to the nearest hospital with emergency department").splitlines()
    ['Minutes to the nearest hospital', 'with emergency department']
    """
    return "\n".join(textwrap.wrap(title, LETTERS))


def rows(field: str) -> alt.Y:
    """Return an axis of rows in the order of the data, whose titles were broken into lines."""
    parts = r"split(datum.label, '\n')"
    # Vega puts the first line, not the middle of all, beside its row.
    up = [{"test": f"length({parts}) > {count}", "value": -count * LINE / 2} for count in (2, 1)]
    axis = alt.Axis(
        labelExpr=parts,
        labelLimit=0,
        labelOverlap=False,
        labelLineHeight=LINE,
        labelOffset={"condition": up, "value": 0},
    )
    return alt.Y(f"{field}:N", sort=None, title=None, axis=axis)


def inked(chart: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """Write axes and legends of a chart in the full ink of the theme."""
    ink = INKS["dark" if st.context.theme.type == "dark" else "light"]
    styled: alt.Chart | alt.LayerChart = chart.configure_axis(labelColor=ink, titleColor=ink)
    styled = styled.configure_legend(labelColor=ink, titleColor=ink)
    return styled
