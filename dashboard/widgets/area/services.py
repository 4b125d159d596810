"""Each service as an area has it: minutes, place in its region, and people beyond the thresholds."""

from math import isnan

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view.text import joined
from dashboard.widgets.shared import regions
from dashboard.widgets.shared.table import written
from geodata.i18n import number, say
from geodata.indicators import category
from pipelines.areas.profile import services


def of_area(loaded: Loaded, area_id: str) -> None:
    """Draw a row for each category of service; nothing in a territory without travel times."""
    rows = services(loaded.table, loaded.territory.codebook, area_id)
    if rows.empty:
        return
    st.markdown(f"### {say('Services')}")
    frame = pd.DataFrame(
        {
            "service": [category(name).heading for name in rows.index],
            "minutes": rows["minutes"].to_numpy(),
            "rank": [
                say("{rank} of {count}", rank=number(rank), count=number(count))
                if pd.notna(rank)
                else say("not ranked")
                for rank, count in zip(rows["rank_in_region"], rows["ranked"], strict=True)
            ],
            "beyond": [_beyond(people, loaded.table["population"][area_id]) for people in rows["beyond"]],
        }
    )
    st.dataframe(
        written(frame, {"minutes": 0}, missing=say("no data")),
        hide_index=True,
        column_config={
            "service": st.column_config.TextColumn(say("Service"), width="medium"),
            "minutes": st.column_config.NumberColumn(say("Minutes"), help=say("To the nearest, mean over the people.")),
            "rank": st.column_config.TextColumn(
                say("Rank in {region}", region=regions.names(loaded, "nuts2")[area_id] or say("its region")),
                help=say("1 is the area of the region whose people are farthest away."),
            ),
            "beyond": st.column_config.TextColumn(say("People farther away"), width="large"),
        },
        placeholder=say("no data"),
        alt=say("Each service with minutes, rank in the region and people beyond the thresholds"),
    )


def _beyond(people: dict[int, float], everybody: float) -> str:
    sentences = [
        say("over {minutes} min: {people}", minutes=minutes, people=_people(n, everybody))
        for minutes, n in people.items()
    ]
    return joined(sentences) or say("no data")


def _people(number_of: float, everybody: float) -> str:
    """Write how many they are; in words where an area with one place can only say all or none."""
    if isnan(number_of):
        return say("no data")
    if number_of == 0:
        return say("none")
    return say("all") if number_of == everybody else number(number_of)
