"""How far a figure can be trusted, said beside it."""

import streamlit as st

from dashboard.data import Loaded


def data_notes(loaded: Loaded, indicator: str) -> None:
    """Say where the figures of an indicator come from, which year, what they lack, and which travel model made them."""
    row = loaded.codebook.loc[indicator]
    sources = {source["id"]: source for source in loaded.manifest["sources"]}
    used = [sources[source] for source in row["sources"].split(", ")]
    st.caption(f"Years {row['year']} · {', '.join(dict.fromkeys(source['publisher'] for source in used))}")
    if travels(loaded, indicator):
        st.caption(f":material/route: {loaded.manifest['travel']['note']}")
    weak = [source for source in used if source["completeness"] in ("partial", "illustrative")]
    if weak:
        with st.expander("What these figures do not know", icon=":material/warning:"):
            for source in weak:
                st.markdown(f"- **{source['title']}** ({source['completeness']}): {source['limits']}")


def travels(loaded: Loaded, indicator: str) -> bool:
    """Tell whether an indicator rests on travel minutes."""
    entry = loaded.entries[indicator]
    return indicator.startswith("minutes_") or entry.dimension in ("Priority", "Social innovation")
