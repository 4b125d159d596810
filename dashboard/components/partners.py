"""Who can help: competence centres and consortia of the country."""

import streamlit as st

from dashboard.data import Loaded
from pipelines.response import partners as response


def partners(loaded: Loaded) -> None:
    """List the competence centres and consortia of the territory's country, with their sources."""
    country = loaded.manifest["country"]
    centres = response.competence_centres(loaded.projects, country)
    consortia = response.consortia_of(loaded.consortia, country)
    if centres.empty and consortia.empty:
        st.markdown("No competence centre or consortium of this country is listed.")
    for row in centres.itertuples():
        st.markdown(f"- **{row.name}**, {row.place} ([{row.source_title}]({row.source_url}))")
    for row in consortia.itertuples():
        years = "–".join(part for part in (row.start, row.end) if isinstance(part, str))
        lead = f", led by {row.lead}" if isinstance(row.lead, str) else ""
        st.markdown(f"- Consortium **{row.consortium}**: {row.full_name}{lead}{f' ({years})' if years else ''}")
    st.caption("Compiled from public pages; illustrative, not a census.")
