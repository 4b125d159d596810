"""Projects: the listed SI projects, support organisations and competence centres of Europe."""

import pandas as pd
import streamlit as st

from dashboard import session

loaded = session.loaded()
projects = loaded.projects
themes = sorted({theme for text in projects["themes"] for theme in text.split(";")})
countries = sorted(projects["country"].unique())
home = loaded.manifest["country"]

st.markdown("## Projects")
st.markdown(
    f"**{len(projects)} projects, support organisations and competence centres in {len(countries)} countries.** An "
    "illustrative list compiled from public pages, not a census: an empty region means that none is known here."
)
first, second, third = st.columns(3)
country = first.multiselect("Country", countries, default=[home] if home in countries else [], key="project-country")
theme = second.multiselect("Theme", themes, key="project-theme")
kind = third.multiselect("Kind", sorted(projects["kind"].unique()), key="project-kind")

passes = pd.Series(True, index=projects.index)
if country:
    passes &= projects["country"].isin(country)
if theme:
    passes &= projects["themes"].str.split(";").map(lambda own: bool(set(own) & set(theme)))
if kind:
    passes &= projects["kind"].isin(kind)
rows = projects[passes].sort_values(["country", "name"])
st.markdown(f"**{len(rows)}** of {len(projects)} shown")
if rows.empty:
    st.info("Nothing in the list passes these filters; take one away.", icon=":material/search_off:")
    st.stop()
st.dataframe(
    pd.DataFrame(
        {
            "name": rows["name"],
            "organisation": rows["organisation"],
            "kind": rows["kind"],
            "themes": rows["themes"].str.replace(";", ", "),
            "country": rows["country"],
            "place": rows["place"],
            "precision": rows["precision"],
            "start": rows["start_year"],
            "end": rows["end_year"],
            "source": rows["source_url"],
        }
    ),
    hide_index=True,
    height=620,
    placeholder="",
    column_config={
        "name": st.column_config.TextColumn("Name", width="large"),
        "organisation": st.column_config.TextColumn("Organisation"),
        "kind": st.column_config.TextColumn("Kind"),
        "themes": st.column_config.TextColumn("Themes"),
        "country": st.column_config.TextColumn("Country", width="small"),
        "place": st.column_config.TextColumn("Place"),
        "precision": st.column_config.TextColumn(
            "Location known to", help="A point known only to its region never enters a distance."
        ),
        "start": st.column_config.NumberColumn("From", format="%d"),
        "end": st.column_config.NumberColumn("To", format="%d"),
        "source": st.column_config.LinkColumn("Source", display_text="open"),
    },
    alt="Projects, support organisations and competence centres",
)
st.caption("Show the projects of the territory as points on the map with Show points there.")
