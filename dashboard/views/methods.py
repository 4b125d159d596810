"""Data and methods: what every number is, where it comes from, under which licence, and what it does not know."""

import pandas as pd
import streamlit as st

from dashboard.view import session
from dashboard.view.text import plain
from dashboard.widgets.methods import importance
from dashboard.widgets.methods.inequality import inequality
from dashboard.widgets.methods.people import first_tenth
from dashboard.widgets.shared import certainty
from geodata.i18n import current, percent, say
from geodata.i18n.message import tell, tell_all
from geodata.indicators import category
from pipelines.areas.table import codebook_in_words

view, loaded = session.view(), session.loaded()
manifest = loaded.manifest
st.markdown(f"## {say('Data and methods')}")
st.markdown(
    say(
        "Every number is traced here: indicator, formula, source, licence, year. **Missing is shown as missing**: "
        "hatched on the map, empty in files, never 0."
    )
)

st.markdown(f"### {say('How need, resources and gap are made')}")
share = loaded.analysis.configuration.steps.availability
availability = (
    say("An area that lacks any of the indicators is not scored, and the reason is given.")
    if share == 1
    else say(
        "An area that lacks more than {share} of an index by weight is not scored, and the reason is given.",
        share=percent(100 * (1 - share)),
    )
)
st.markdown(
    " ".join(
        (
            say(
                "Each indicator runs from 0 to 100 between two fixed goalposts and is cut off beyond them; they stand "
                "below with their reason. Shares of small places are first pulled towards that of their region, by how "
                "much of them is chance. Indicators make dimensions, and dimensions the index, each by its weight "
                "below. **Gap = √(need × (100 − resources))**: need that resources do not meet. Projects and support "
                "are shown beside it and never counted: nobody knows how many there are."
            ),
            availability,
            say("These are the steps as usual; a preset or a file of your own may choose others."),
        )
    )
)
certainty.basis(loaded.analysis)

importance.weights(loaded)
importance.screening(loaded)

st.markdown(f"### {say('What moves the ranks')}")
importance.sensitivity(loaded)

if "people_65_plus" in loaded.table:
    st.markdown(f"### {say('Who lives in the first tenth')}")
    first_tenth(loaded)

st.markdown(f"### {say('Travel minutes')}")
st.markdown(plain(loaded.travel_note))

if manifest["lacking"]:
    st.markdown(f"### {say('Definitions of remoteness that cannot be computed here')}")
    for definition in manifest["lacking"]:
        st.markdown(f"- {plain(tell(definition))}")

if len(loaded.inequality):
    st.markdown(f"### {say('How unevenly services are spread')}")
    unequal, key = sorted(set(loaded.inequality["category"])), "unequal-service"
    st.session_state[key] = view.service if view.service in unequal else unequal[0]
    inequality(
        loaded,
        st.selectbox(
            say("Service"),
            unequal,
            format_func=lambda name: category(name).heading,
            key=key,
            on_change=lambda: session.change(service=st.session_state[key]),
        ),
    )

st.markdown(f"### {say('Indicators')}")
if current() != "en":
    st.caption(say("Descriptions of sources and their licences are in English, as their publishers are cited."))
codebook = codebook_in_words(loaded.codebook)
for column in ("dimension", "direction", "completeness"):
    codebook[column] = codebook[column].map(say)
st.dataframe(
    codebook,
    hide_index=True,
    height=520,
    column_order=[
        "dimension",
        "title",
        "unit",
        "direction",
        "year",
        "sources",
        "completeness",
        "formula",
        "missing",
        "agreement",
        "indicator",
    ],
    column_config={
        "dimension": st.column_config.TextColumn(say("Group"), width="small"),
        "title": st.column_config.TextColumn(say("Indicator"), width="medium"),
        "unit": st.column_config.TextColumn(say("Unit"), width="small"),
        "direction": st.column_config.TextColumn(say("More is"), width="small"),
        "year": st.column_config.TextColumn(say("Years"), width="small"),
        "sources": st.column_config.TextColumn(say("Sources")),
        "completeness": st.column_config.TextColumn(
            say("Completeness"), help=say("Of the least complete source: census, register, partial or illustrative.")
        ),
        "formula": st.column_config.TextColumn(say("Formula"), width="large"),
        "missing": st.column_config.TextColumn(say("Missing when"), width="medium"),
        "agreement": st.column_config.TextColumn(say("Agreement with the published class"), width="medium"),
        "indicator": st.column_config.TextColumn(say("Column in files")),
    },
    alt=say("The codebook"),
)

st.markdown(f"### {say('Sources and licences')}")
sources = pd.DataFrame(tell_all(manifest["sources"]))
st.dataframe(
    sources,
    hide_index=True,
    column_order=[
        "title",
        "publisher",
        "year",
        "version",
        "licence",
        "attribution",
        "completeness",
        "limits",
        "address",
    ],
    column_config={
        "title": st.column_config.TextColumn(say("Source"), width="medium"),
        "publisher": st.column_config.TextColumn(say("Publisher")),
        "year": st.column_config.NumberColumn(say("Year"), format="%d"),
        "version": st.column_config.TextColumn(say("Version"), width="small"),
        "licence": st.column_config.TextColumn(say("Licence"), width="small"),
        "attribution": st.column_config.TextColumn(say("Attribution"), width="medium"),
        "completeness": st.column_config.TextColumn(say("Completeness")),
        "limits": st.column_config.TextColumn(say("What it does not know"), width="large"),
        "address": st.column_config.LinkColumn(say("Publisher's page")),
    },
    alt=say("Sources and licences"),
)

if manifest["notes"]:
    st.markdown(f"### {say('What does not fit together')}")
    for note in manifest["notes"]:
        st.markdown(f"- {plain(tell(note))}")

with st.expander(say("This build"), icon=":material/build:"):
    st.markdown(
        say(
            "Version {version}, repeated by {command}",
            version=f"`{loaded.territory.version}`",
            command=f"`{manifest['command']}`",
        )
    )
    st.json(
        {
            "travel": tell_all(manifest["travel"]),
            "parameters": manifest["parameters"],
            "versions": manifest["versions"],
        },
        expanded=False,
    )
