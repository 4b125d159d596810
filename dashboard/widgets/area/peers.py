"""The areas most like one in context, and what makes them so."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.data import Loaded, load, titles
from dashboard.view import session
from dashboard.view.text import joined, plain
from dashboard.widgets.shared import regions
from geodata import store
from geodata.errors import InputError
from geodata.i18n import number, say
from pipelines.access.remoteness.degurba import LABELS
from pipelines.priority.composite import dictionary
from pipelines.priority.peers import CONTEXT, Feature, Peers
from pipelines.priority.peers import peers as nearest

COUNT = 6
DEGURBA = "degurba"


def peers(loaded: Loaded, area_id: str) -> None:
    """Draw the context of an area beside that of its peers, here or in another territory, and their distance."""
    other = _among(loaded)
    abroad = other.territory.id != loaded.territory.id
    comparable: tuple[Feature, ...] = CONTEXT
    if abroad and other.manifest["travel"]["model"] != loaded.manifest["travel"]["model"]:
        comparable = tuple(each for each in CONTEXT if not each.indicator.startswith("minutes_"))
    try:
        result = nearest(loaded.table, area_id, k=COUNT, among=other.table if abroad else None, context=comparable)
    except InputError:
        st.info(say("Too little is known of this area to find areas like it."), icon=":material/search_off:")
        return
    context = [
        each.indicator for each in comparable if each.indicator in loaded.table and each.indicator not in result.unused
    ]
    beside = other.table.loc[result.distances.index]
    rows = pd.concat([loaded.table.loc[[area_id]], beside]) if abroad else loaded.table.loc[[area_id, *beside.index]]
    # Two territories may use one code.
    prefix, elsewhere = f"{other.territory.id}:" if abroad else "", regions.where(other)
    regions_of = {f"{prefix}{code}": elsewhere[code] for code in map(str, beside.index)}
    where = {area_id: regions.where(loaded)[area_id]} | regions_of
    columns = {say("Distance"): ["", *(number(distance) for distance in result.distances)]}
    columns |= {_title(name): [_text(name, value) for value in rows[name]] for name in context}
    columns |= {say("Gap (not in the distance)"): [_text("gap", value) for value in rows["gap"]]}
    _table(where, columns, rows, say("The area and the areas most like it"))
    if comparable != CONTEXT:
        st.caption(
            say(
                "Minutes are not compared, since those of {other} come from another travel model; one scale, that of "
                "{here}, measures all the rest.",
                other=plain(other.title),
                here=plain(loaded.title),
            )
        )
    st.caption(
        say(
            "The first column is the area itself. Peers are alike in people, age, settlement and remoteness; need, "
            "services and projects have no part in it. Distance 0 is the same in all of it, 100 apart in all of it."
        )
        + plain(_omissions(other, result))
    )
    with st.expander(say("What the distance is made of"), icon=":material/functions:"):
        points = {_title(str(name)): [number(part, 1) for part in parts] for name, parts in result.parts.items()}
        points |= {say("Distance"): [number(distance, 1) for distance in result.distances]}
        _table(regions_of, points, beside, say("Points that each indicator adds to the distance"))
        st.caption(say("Points add up to the distance; how they are found is in docs/peers.md."))
    key, names = f"peer-of-{area_id}", beside["name"].to_dict()
    st.selectbox(
        say("Look at a peer"),
        list(result.distances.index),
        format_func=lambda code: f"{names[code]} ({code})",
        index=None,
        placeholder=say("Choose one"),
        key=key,
        on_change=lambda: session.visit(other.territory.id, st.session_state[key]),
    )


def _among(loaded: Loaded) -> Loaded:
    """Draw the choice of the territory to find peers in, where several are built; that of the area comes first."""
    here, built = loaded.territory.id, store.built()
    if len(built) < 2:
        return loaded
    key = "peers-territory"
    st.session_state[key] = session.view().peers or here
    territory = st.selectbox(
        say("Find them in"),
        [here, *(name for name in built if name != here)],
        format_func=titles().__getitem__,
        key=key,
        on_change=lambda: session.change(peers="" if st.session_state[key] == here else st.session_state[key]),
    )
    return loaded if territory == here else load(territory)


def _table(where: dict[str, str], columns: dict[str, list[str]], areas: pd.DataFrame, alt: str) -> None:
    """Draw a row for each fact and a column for each area; `where` is the region of each, by the key of its column."""
    st.dataframe(
        pd.DataFrame.from_dict(columns, orient="index", columns=list(where)).rename_axis("fact").reset_index(),
        hide_index=True,
        column_config={"fact": st.column_config.TextColumn("", width=280)}
        | {
            key: st.column_config.TextColumn(
                name, width=165, help=joined([region, say("code {code}", code=code)], ", ")
            )
            for (key, region), code, name in zip(where.items(), areas.index, areas["name"], strict=True)
        },
        alt=alt,
    )


def _title(name: str) -> str:
    return say("Degree of urbanisation") if name == DEGURBA else dictionary()[name].title


def _text(name: str, value: Any) -> str:
    return say(LABELS.get(value, "no data")) if name == DEGURBA else dictionary()[name].format(value)


def _omissions(other: Loaded, result: Peers) -> str:
    """Say what could not be compared."""
    sentences: list[str] = [
        say("Not compared, since it is not known here: {indicator}.", indicator=_title(name)) for name in result.unused
    ]
    gaps = result.left_out()
    for name, absent in zip(other.table.loc[gaps.index, "name"], gaps, strict=True):
        if absent:
            sentences.append(
                say(
                    "Not known of {area} and left out: {indicators}.",
                    area=name,
                    indicators=", ".join(map(_title, absent)),
                )
            )
    return "".join(f" {sentence}" for sentence in sentences)
