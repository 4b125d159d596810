"""People beside shares: how many older people live in the areas with the highest gap, by region."""

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.widgets.shared.table import written
from geodata.i18n import number, percent, say

LEVEL, WHO = "nuts2", "people_65_plus"


def first_tenth(loaded: Loaded) -> None:
    """Draw how many people aged 65 and over live in the tenth of the areas with the highest gap."""
    found = loaded.analysis.people_in_first_group(LEVEL, of=WHO)
    everybody = float(loaded.table[WHO].sum())
    st.markdown(
        say(
            "The index is published in ten groups of areas. In the tenth with the highest gap, {areas} areas, live "
            "{people} people aged 65 and over, {share} of all of them.",
            areas=number(found["areas"].sum()),
            people=number(found["people"].sum()),
            share=percent(100 * found["people"].sum() / everybody, 1),
        )
    )
    names = loaded.table.drop_duplicates(LEVEL).set_index(LEVEL)["nuts2_name"]
    st.dataframe(
        written(
            pd.DataFrame(
                {
                    "region": names.reindex(found.index).to_numpy(),
                    "areas": found["areas"].to_numpy(),
                    "people": found["people"].to_numpy(),
                    "share": found["share"].to_numpy(),
                }
            ),
            {"areas": 0, "people": 0, "share": 1},
        ),
        hide_index=True,
        column_config={
            "region": st.column_config.TextColumn(say("Region"), width="medium"),
            "areas": st.column_config.NumberColumn(say("Areas")),
            "people": st.column_config.NumberColumn(say("People aged 65 and over")),
            "share": st.column_config.NumberColumn(say("% of the region's")),
        },
        alt=say("Who lives in the first tenth"),
    )
