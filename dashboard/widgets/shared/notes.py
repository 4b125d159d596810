"""How far a figure can be trusted, said beside it."""

import streamlit as st

from dashboard.data import Loaded
from dashboard.view.text import plain
from geodata.i18n import say


def origin(loaded: Loaded, indicator: str) -> None:
    """Say where the figures of an indicator come from, of which year, and which travel model made them."""
    row = loaded.codebook.loc[indicator]
    publishers = dict.fromkeys(source["publisher"] for source in _sources(loaded, indicator))
    st.caption(say("Years {years}", years=row["year"]) + f" · {plain(', '.join(publishers))}")
    if "places" in loaded.entries[indicator].layers and loaded.entries[indicator].dimension not in ("People", "Age"):
        st.caption(f":material/route: {plain(loaded.travel_note)}")


def limits(loaded: Loaded, indicator: str) -> None:
    """List the partial and illustrative sources of an indicator with what they do not know."""
    weak = [s for s in _sources(loaded, indicator) if s["completeness"] in ("partial", "illustrative")]
    if weak:
        with st.expander(say("What these figures do not know"), icon=":material/warning:"):
            for source in weak:
                st.markdown(
                    f"- **{plain(source['title'])}** ({say(source['completeness'])}): {plain(source['limits'])}"
                )


def _sources(loaded: Loaded, indicator: str) -> list[dict[str, str]]:
    ids = str(loaded.codebook.loc[indicator, "sources"]).split(", ")
    return [source for source in loaded.manifest["sources"] if source["id"] in ids]
