"""The areas most like one in context, and what makes them so."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import session
from dashboard.components import regions
from dashboard.components.text import joined, plain
from dashboard.data import Loaded
from geodata.errors import InputError
from geodata.language import number, say
from pipelines.degurba import LABELS
from pipelines.priority.composite import dictionary
from pipelines.priority.peers import CONTEXT, Peers
from pipelines.priority.peers import peers as nearest

COUNT = 6
DEGURBA = "degurba"


def peers(loaded: Loaded, area_id: str) -> None:
    """Draw the context of an area beside that of its peers, and the parts of their distance."""
    try:
        found = nearest(loaded.table, area_id, k=COUNT)
    except InputError:
        st.info(say("Too little is known of this area to find areas like it."), icon=":material/search_off:")
        return
    context = [
        each.indicator for each in CONTEXT if each.indicator in loaded.table and each.indicator not in found.unused
    ]
    rows = loaded.table.loc[[area_id, *found.distances.index]]
    shown = {say("Distance"): ["", *(number(distance) for distance in found.distances)]}
    shown |= {_title(name): [_said(name, value) for value in rows[name]] for name in context}
    shown |= {say("Gap (not in the distance)"): [_said("gap", value) for value in rows["gap"]]}
    _table(loaded, shown, rows, say("The area and the areas most like it"))
    st.caption(
        say(
            "The first column is the area itself. Peers are alike in people, age, settlement and remoteness; need, "
            "services and projects have no part in it. Distance 0 is the same in all of it, 100 apart in all of it."
        )
        + plain(_left_out(loaded, found))
    )
    with st.expander(say("What the distance is made of"), icon=":material/functions:"):
        points = {_title(str(name)): [number(part, 1) for part in parts] for name, parts in found.parts.items()}
        points |= {say("Distance"): [number(distance, 1) for distance in found.distances]}
        _table(loaded, points, rows.iloc[1:], say("Points that each indicator adds to the distance"))
        st.caption(say("Points add up to the distance; how they are found is in docs/peers.md."))
    key, names = f"peer-of-{area_id}", rows["name"].to_dict()
    st.selectbox(
        say("Look at a peer"),
        list(found.distances.index),
        format_func=lambda code: f"{names[code]} ({code})",
        index=None,
        placeholder=say("Choose one"),
        key=key,
        on_change=lambda: session.select_area(st.session_state[key]),
    )


def _table(loaded: Loaded, shown: dict[str, list[str]], areas: pd.DataFrame, alt: str) -> None:
    """Draw a row for each fact and a column for each area."""
    where = regions.where(loaded)
    st.dataframe(
        pd.DataFrame.from_dict(shown, orient="index", columns=list(areas.index)).rename_axis("fact").reset_index(),
        hide_index=True,
        column_config={"fact": st.column_config.TextColumn("", width=280)}
        | {
            code: st.column_config.TextColumn(
                name, width=165, help=joined([where[code], say("code {code}", code=code)], ", ")
            )
            for code, name in zip(map(str, areas.index), areas["name"], strict=True)
        },
        alt=alt,
    )


def _title(name: str) -> str:
    return say("Degree of urbanisation") if name == DEGURBA else dictionary()[name].title


def _said(name: str, value: Any) -> str:
    return say(LABELS.get(value, "no data")) if name == DEGURBA else dictionary()[name].format(value)


def _left_out(loaded: Loaded, found: Peers) -> str:
    """Say what could not be compared."""
    said: list[str] = [
        say("Not compared, since it is not known here: {indicator}.", indicator=_title(name)) for name in found.unused
    ]
    lacking = found.left_out()
    for name, absent in zip(loaded.table.loc[lacking.index, "name"], lacking, strict=True):
        if absent:
            said.append(
                say(
                    "Not known of {area} and left out: {indicators}.",
                    area=name,
                    indicators=", ".join(map(_title, absent)),
                )
            )
    return "".join(f" {sentence}" for sentence in said)
