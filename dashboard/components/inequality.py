"""How unevenly a service is spread over the people of the regions."""

import pandas as pd
import streamlit as st

from dashboard.components.text import plain
from dashboard.data import Loaded
from geodata.indicators import category


def inequality(loaded: Loaded, service: str) -> None:
    """Draw the table of inequality of a service, the territory first, then its NUTS 2 regions."""
    rows = loaded.inequality[loaded.inequality["category"] == service].set_index("region_id")
    wide = loaded.regions[loaded.regions["level"] == "nuts2"].sort_values("name")
    order = [loaded.territory.id, *(code for code in wide["region_id"] if code in rows.index)]
    names = {loaded.territory.id: loaded.manifest["title"]} | dict(zip(wide["region_id"], wide["name"], strict=True))
    shown = rows.loc[order]
    limit = max(category(service).thresholds)
    st.dataframe(
        pd.DataFrame(
            {
                "region": [names[code] for code in order],
                "none": 100 * shown["fgt0"],
                "mean": shown["mean"],
                "gini": shown["gini"],
                "theil": shown["theil"],
                "palma": shown["palma"],
            }
        ),
        hide_index=True,
        column_config={
            "region": st.column_config.TextColumn("Region"),
            "none": st.column_config.NumberColumn(
                "People with none, %", format="%.1f", help=f"FGT 0: no service within {limit} minutes."
            ),
            "mean": st.column_config.NumberColumn(
                "Within reach", format="%.1f", help=f"Services within {limit} minutes, mean over people."
            ),
            "gini": st.column_config.NumberColumn("Gini", format="%.2f", help="0: everybody has as many within reach."),
            "theil": st.column_config.NumberColumn("Theil T", format="%.2f"),
            "palma": st.column_config.NumberColumn(
                "Palma",
                format="%.1f",
                help="Mean of the best served 10 % / mean of the least served 40 %; empty where those have none.",
            ),
        },
        alt=f"Inequality of access to the {category(service).title} by region",
    )
    st.caption(
        f"Spread of the number of {plain(category(service).plural.lower())} within {limit} minutes over people. "
        + plain(loaded.manifest["travel"]["title"])
    )
