"""Projects: the listed SI projects, support organisations and competence centres of Europe."""

import pandas as pd
import streamlit as st

from dashboard import session
from dashboard.components import text
from geodata.language import number, say

loaded = session.loaded()
projects = loaded.projects
themes = sorted({theme for text in projects["themes"] for theme in text.split(";")})
countries = sorted(projects["country"].unique())
home = loaded.manifest["country"]

st.markdown(f"## {say('Projects')}")
st.markdown(
    "**"
    + say(
        "{projects} projects, support organisations and competence centres in {countries} countries.",
        projects=number(len(projects)),
        countries=number(len(countries)),
    )
    + "** "
    + say(
        "An illustrative list compiled from public pages, not a census: an empty region means that none is known here."
    )
)
first, second, third = st.columns(3)
country = first.multiselect(
    say("Country"), countries, default=[home] if home in countries else [], key="project-country"
)
theme = second.multiselect(say("Theme"), themes, format_func=say, key="project-theme")
kind = third.multiselect(say("Kind"), sorted(projects["kind"].unique()), format_func=say, key="project-kind")

passes = pd.Series(True, index=projects.index)
if country:
    passes &= projects["country"].isin(country)
if theme:
    passes &= projects["themes"].str.split(";").map(lambda own: bool(set(own) & set(theme)))
if kind:
    passes &= projects["kind"].isin(kind)
rows = projects[passes].sort_values(["country", "name"])
st.markdown(say("{shown} of {all} shown", shown=f"**{number(len(rows))}**", all=number(len(projects))))
if rows.empty:
    st.info(say("Nothing in the list passes these filters; take one away."), icon=":material/search_off:")
    st.stop()
st.dataframe(
    pd.DataFrame(
        {
            "name": rows["name"],
            "organisation": rows["organisation"],
            "kind": rows["kind"].map(say),
            "themes": rows["themes"].map(text.themes),
            "country": rows["country"],
            "place": rows["place"],
            "precision": rows["precision"].map(say),
            "start": rows["start_year"],
            "end": rows["end_year"],
            "source": rows["source_url"],
        }
    ),
    hide_index=True,
    height=620,
    placeholder="",
    column_config={
        "name": st.column_config.TextColumn(say("Name"), width="large"),
        "organisation": st.column_config.TextColumn(say("Organisation")),
        "kind": st.column_config.TextColumn(say("Kind")),
        "themes": st.column_config.TextColumn(say("Themes")),
        "country": st.column_config.TextColumn(say("Country"), width="small"),
        "place": st.column_config.TextColumn(say("Place")),
        "precision": st.column_config.TextColumn(
            say("Location known to"), help=say("A point known only to its region never enters a distance.")
        ),
        "start": st.column_config.NumberColumn(say("From"), format="%d"),
        "end": st.column_config.NumberColumn(say("To"), format="%d"),
        "source": st.column_config.LinkColumn(say("Source"), display_text=say("open")),
    },
    alt=say("Projects, support organisations and competence centres"),
)
st.caption(say("Show the projects of the territory as points on the map with Show points there."))
