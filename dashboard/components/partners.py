"""Who can help: competence centres and consortia of the country."""

import streamlit as st

from dashboard.components.text import plain
from dashboard.data import Loaded
from pipelines.response import partners as response


def partners(loaded: Loaded) -> None:
    """List the competence centres and consortia of the territory's country, with their sources."""
    country = loaded.manifest["country"]
    centres = response.competence_centres(loaded.projects, country)
    consortia = response.consortia_of(loaded.consortia, country)
    if centres.empty and consortia.empty:
        st.markdown("No competence centre or consortium of this country is listed.")
    for row in centres.fillna("").to_dict("records"):
        where, source = plain(row["place"]), plain(row["source_title"])
        st.markdown(f"- **{plain(row['name'])}**, {where} ([{source}]({row['source_url']}))")
    for row in consortia.fillna("").to_dict("records"):
        name = row["full_name"] if row["full_name"] != row["consortium"] else ""
        lead = f"led by {row['lead']}" if row["lead"] else ""
        years = "–".join(part for part in (row["start"], row["end"]) if part)
        about = ", ".join(part for part in (name, lead, years) if part)
        st.markdown(f"- Consortium **{plain(row['consortium'])}**{': ' + plain(about) if about else ''}")
    st.caption("Compiled from public pages; illustrative, not a census.")
