"""Data and methods: what every number is, where it comes from, under which licence, and what it does not know."""

import pandas as pd
import streamlit as st

from dashboard import session
from dashboard.components import sure
from dashboard.components.inequality import inequality
from dashboard.components.text import plain
from geodata.indicators import category

loaded = session.loaded()
manifest = loaded.manifest
st.markdown("## Data and methods")
st.markdown(
    "Every number is traced here: indicator, formula, source, licence, year. **Missing is shown as missing**: hatched "
    "on the map, empty in files, never 0."
)

st.markdown("### How need, resources and gap are made")
share = loaded.analysis.configuration.steps.availability
lacked = "any of the indicators" if share == 1 else f"more than {1 - share:.0%} of an index by weight"
st.markdown(
    "Each indicator is turned into 0–100 by its rank among all areas of the territory (percentile; ties share it). "
    "Indicators make dimensions, and dimensions the index, each by its weight below. "
    f"**Gap = need × (1 − resources / 100)**: need that resources do not meet. An area that lacks {lacked} is "
    "not scored, and the reason is given. These are the steps as usual; a preset or a file of your own may choose "
    "others."
)
sure.basis(loaded.analysis)

scores = loaded.analysis.scores
weights = scores.weights.rename("weight").reset_index()
for index, rows in weights.groupby("index", sort=False):
    with st.expander(f"Weights of {loaded.entries[str(index)].title.lower()}", icon=":material/balance:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "dimension": rows["dimension"],
                    "indicator": [loaded.entries[name].title for name in rows["indicator"]],
                    "weight": rows["weight"] * 100,
                }
            ),
            hide_index=True,
            column_config={
                "dimension": st.column_config.TextColumn("Dimension"),
                "indicator": st.column_config.TextColumn("Indicator", width="large"),
                "weight": st.column_config.NumberColumn("Weight in %", format="%.1f"),
            },
            alt=f"Weights of {index}",
        )

st.markdown("### Travel minutes")
st.markdown(plain(manifest["travel"]["note"]))

if manifest["lacking"]:
    st.markdown("### Definitions of remoteness that cannot be computed here")
    for definition in manifest["lacking"]:
        st.markdown(f"- {plain(definition)}")

if len(loaded.inequality):
    st.markdown("### How unevenly services are spread")
    inequality(
        loaded,
        st.selectbox(
            "Service",
            sorted(set(loaded.inequality["category"])),
            format_func=lambda name: category(name).heading,
            key="unequal-service",
        ),
    )

st.markdown("### Indicators")
codebook = loaded.codebook
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
        "indicator",
    ],
    column_config={
        "dimension": st.column_config.TextColumn("Group", width="small"),
        "title": st.column_config.TextColumn("Indicator", width="medium"),
        "unit": st.column_config.TextColumn("Unit", width="small"),
        "direction": st.column_config.TextColumn("More is", width="small"),
        "year": st.column_config.TextColumn("Years", width="small"),
        "sources": st.column_config.TextColumn("Sources"),
        "completeness": st.column_config.TextColumn(
            "Completeness", help="Of the least complete source: census, register, partial or illustrative."
        ),
        "formula": st.column_config.TextColumn("Formula", width="large"),
        "missing": st.column_config.TextColumn("Missing when", width="medium"),
        "indicator": st.column_config.TextColumn("Column in files"),
    },
    alt="The codebook",
)

st.markdown("### Sources and licences")
sources = pd.DataFrame(manifest["sources"])
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
        "title": st.column_config.TextColumn("Source", width="medium"),
        "publisher": st.column_config.TextColumn("Publisher"),
        "year": st.column_config.NumberColumn("Year", format="%d"),
        "version": st.column_config.TextColumn("Version", width="small"),
        "licence": st.column_config.TextColumn("Licence", width="small"),
        "attribution": st.column_config.TextColumn("Attribution", width="medium"),
        "completeness": st.column_config.TextColumn("Completeness"),
        "limits": st.column_config.TextColumn("What it does not know", width="large"),
        "address": st.column_config.LinkColumn("Publisher's page"),
    },
    alt="Sources and licences",
)

if manifest["notes"]:
    st.markdown("### What does not fit together")
    for note in manifest["notes"]:
        st.markdown(f"- {plain(note)}")

with st.expander("This build", icon=":material/build:"):
    st.markdown(f"Version `{loaded.territory.version}`, repeated by `{manifest['command']}`")
    st.json(
        {"travel": manifest["travel"], "parameters": manifest["parameters"], "versions": manifest["versions"]},
        expanded=False,
    )
