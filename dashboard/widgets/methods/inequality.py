"""How unevenly a service is spread over the people of the regions."""

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view.text import inline, plain
from dashboard.widgets.shared.table import written
from geodata.i18n import say
from geodata.i18n.message import tell
from geodata.indicators import category


def inequality(loaded: Loaded, service: str) -> None:
    """Draw the table of inequality of a service, the territory first, then its NUTS 2 regions."""
    rows = loaded.inequality[loaded.inequality["category"] == service].set_index("region_id")
    wide = loaded.regions[loaded.regions["level"] == "nuts2"].sort_values("name")
    order = [loaded.territory.id, *(code for code in wide["region_id"] if code in rows.index)]
    names = {loaded.territory.id: loaded.title} | dict(zip(wide["region_id"], wide["name"], strict=True))
    frame = rows.loc[order]
    limit = max(category(service).thresholds)
    st.dataframe(
        written(
            pd.DataFrame(
                {
                    "region": [names[code] for code in order],
                    "none": 100 * frame["fgt0"].to_numpy(),
                    "mean": frame["mean"].to_numpy(),
                    "gini": frame["gini"].to_numpy(),
                    "theil": frame["theil"].to_numpy(),
                    "between": (100 * frame["theil_between"] / frame["theil"].where(frame["theil"] > 0)).to_numpy(),
                    "older": frame["concentration"].to_numpy(),
                    "palma": frame["palma"].to_numpy(),
                }
            ),
            {"none": 1, "mean": 1, "gini": 2, "theil": 2, "between": 0, "older": 2, "palma": 1},
            signed=("older",),
        ),
        hide_index=True,
        column_config={
            "region": st.column_config.TextColumn(say("Region")),
            "none": st.column_config.NumberColumn(
                say("People with none, %"), help=say("FGT 0: no service within {limit} minutes.", limit=limit)
            ),
            "mean": st.column_config.NumberColumn(
                say("Within reach"), help=say("Services within {limit} minutes, mean over people.", limit=limit)
            ),
            "gini": st.column_config.NumberColumn("Gini", help=say("0: everybody has as many within reach.")),
            "theil": st.column_config.NumberColumn("Theil T"),
            "between": st.column_config.NumberColumn(
                say("Between, %"), help=say("Share of Theil T that lies between the regions inside, not within them.")
            ),
            "older": st.column_config.NumberColumn(
                say("By age"),
                help=say(
                    "Concentration index of access, with people ranked by the share aged 65 and over of their area. "
                    "Below 0: where many are old, less is within reach."
                ),
            ),
            "palma": st.column_config.NumberColumn(
                "Palma",
                help=say("Mean of the best served 10 % / mean of the least served 40 %; empty where those have none."),
            ),
        },
        alt=say("Inequality of access by region: {service}", service=category(service).title),
    )
    st.caption(
        plain(
            say(
                "Spread of the number of {services} within {limit} minutes over people.",
                services=inline(category(service).plural),
                limit=limit,
            )
            + f" {tell(loaded.manifest['travel']['title'])}"
        )
    )
