"""Who can help: competence centres and consortia of the country of an area."""

import streamlit as st

from dashboard.data import Loaded
from dashboard.view.text import joined, plain
from geodata.countries import EU, iso
from geodata.i18n import say
from pipelines.access.partners import competence_centres, consortia_of


def country_of(loaded: Loaded, area_id: str) -> str:
    """Country of an area (ISO 3166-1 alpha-2); in a territory of several, its NUTS code begins with it."""
    country = str(loaded.manifest["country"])
    return iso(str(loaded.table.at[area_id, "nuts1"])) if country == EU else country


def partners(loaded: Loaded, area_id: str) -> None:
    """List the competence centres and consortia of the country of an area, with their sources."""
    country = country_of(loaded, area_id)
    centres = competence_centres(loaded.projects, country)
    consortia = consortia_of(loaded.consortia, country)
    if centres.empty and consortia.empty:
        st.markdown(say("No competence centre or consortium of this country is listed."))
    for row in centres.to_dict("records"):
        title = joined([f"**{plain(row['name'])}**", plain(joined([row["place"]]))], ", ")
        st.markdown(f"- {title} ([{plain(row['source_title'])}]({row['source_url']}))")
    for row in consortia.astype(object).fillna("").to_dict("records"):
        name = row["full_name"] if row["full_name"] != row["consortium"] else ""
        lead = say("led by {lead}", lead=row["lead"]) if row["lead"] else ""
        years = "–".join(part for part in (row["start"], row["end"]) if part)
        about = ", ".join(part for part in (name, lead, years) if part)
        consortium = say("Consortium {name}", name=f"**{plain(row['consortium'])}**")
        st.markdown(f"- {consortium}{': ' + plain(about) if about else ''}")
    st.caption(say("Compiled from public pages; illustrative, not a census."))
