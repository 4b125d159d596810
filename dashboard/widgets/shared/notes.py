"""How far a figure can be trusted, said beside it."""

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view.text import plain
from geodata.i18n import say
from geodata.i18n.message import tell
from pipelines.access.remoteness.degurba import CLASS, LABELS


def origin(loaded: Loaded, indicator: str) -> None:
    """Say where the figures of an indicator come from, of which year, and which travel model made them."""
    row = loaded.codebook.loc[indicator]
    if told := agreement(loaded, indicator):
        st.caption(f":material/info: {plain(told)}.")
    publishers = dict.fromkeys(source["publisher"] for source in _sources(loaded, indicator))
    st.caption(say("Years {years}", years=row["year"]) + f" · {plain(', '.join(publishers))}")
    if "places" in loaded.entries[indicator].layers and loaded.entries[indicator].dimension not in ("People", "Age"):
        st.caption(f":material/route: {plain(loaded.travel_note)}")


def agreement(loaded: Loaded, indicator: str) -> str:
    """How often a class that is derived here equals the published one, in the language in use; empty: not derived."""
    told = loaded.codebook["agreement"].get(indicator)
    return "" if pd.isna(told) else tell(str(told))


def settled(loaded: Loaded, code: object) -> str:
    """Degree of urbanisation of an area by its code, and whether it is derived; empty where there is none."""
    label = say(LABELS.get(str(code), ""))
    return say("{kind} (derived)", kind=label) if label and agreement(loaded, CLASS) else label


def limits(loaded: Loaded, indicator: str) -> None:
    """List the partial and illustrative sources of an indicator with what they do not know."""
    weak = [s for s in _sources(loaded, indicator) if s["completeness"] in ("partial", "illustrative")]
    if weak:
        with st.expander(say("What these figures do not know"), icon=":material/warning:"):
            for source in weak:
                st.markdown(
                    f"- **{plain(source['title'])}** ({say(source['completeness'])}): {plain(tell(source['limits']))}"
                )


def _sources(loaded: Loaded, indicator: str) -> list[dict[str, str]]:
    ids = str(loaded.codebook.loc[indicator, "sources"]).split(", ")
    return [source for source in loaded.manifest["sources"] if source["id"] in ids]
