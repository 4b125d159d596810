"""What becomes of the rows of a planner's own table: used, to decide, matched, rejected."""

import pandas as pd
import streamlit as st

from dashboard.view.keys import Key
from dashboard.view.text import plain
from geodata.i18n import number, say, says
from geodata.i18n.message import tell
from geodata.indicators import category
from pipelines.userdata.reading import Imported, Reading

SHOWN = 200  # rejected rows and matched names on the screen
AT_A_TIME = 40  # texts that are asked about


def counts(reading: Reading, layer: Imported) -> None:
    """Draw how many rows are used and what was noted."""
    st.markdown(f"### {say('What becomes of the rows')}")
    rows, in_layer, out, unsure = st.columns(4)
    rows.metric(say("Rows"), number(len(reading.table.rows)), border=True)
    in_layer.metric(
        say("Areas with a value") if layer.kind == "indicator" else say("Used"), number(len(layer.layer)), border=True
    )
    out.metric(say("Rejected"), number(len(layer.rejected)), border=True)
    unsure.metric(say("To decide"), number(len(layer.ambiguous)), border=True)
    for note in layer.notes:
        st.markdown(f"- {plain(tell(note))}")


def decide() -> None:
    """Ask about texts that may mean several things; an answer can be changed."""
    questions: pd.DataFrame = st.session_state[Key.OWN_QUESTIONS][1]
    if questions.empty:
        return
    st.markdown(f"#### {say('Please decide')}")
    if len(questions) > AT_A_TIME:
        st.caption(say("The {count} that stand in most rows.", count=number(AT_A_TIME)))
    places = st.columns(3)
    page = questions.sort_values("rows", ascending=False, kind="stable").head(AT_A_TIME)
    for position, row in enumerate(page.to_dict("records")):
        titles = {"": say("leave these rows out")} | {
            key: category(what).heading if row["role"] == "category" else f"{what} · {score:.0f}"
            for key, what, score in row["offers"]
        }
        text, key = row["text"], f"own-decide-{row['role']}-{row['text']}"
        st.session_state[key] = st.session_state[Key.OWN_DECISIONS].get(text, "")
        places[position % 3].selectbox(
            plain(f"{text} ({says('{count} row', '{count} rows', row['rows'])})"),
            list(titles),
            format_func=titles.__getitem__,
            key=key,
            on_change=lambda text=text, key=key: st.session_state[Key.OWN_DECISIONS].update(
                {text: st.session_state[key]}
            ),
        )


def place_names(layer: Imported) -> None:
    """List the place names that were found, those written differently first."""
    if layer.matched.empty:
        return
    different = int((layer.matched["score"] < 100).sum())
    title = say(
        "Place names that were found: {count}; written differently: {different}",
        count=number(len(layer.matched)),
        different=number(different),
    )
    with st.expander(title, icon=":material/location_searching:"):
        st.dataframe(
            layer.matched.head(SHOWN).rename(
                columns={
                    "text": say("In the table"),
                    "name": say("Place"),
                    "area_id": say("Area code"),
                    "score": say("Likeness, 0 to 100"),
                    "rows": say("Rows"),
                }
            ),
            hide_index=True,
            alt=say("Place names that were found"),
        )


def rejects(layer: Imported, name: str) -> None:
    """List the rows that cannot be used with the reason, and offer them as a file."""
    if layer.rejected.empty:
        return
    first = ["row", "reason"]
    rest = [column for column in layer.rejected.columns if column not in first]
    with st.expander(
        says("{count} row cannot be used: why", "{count} rows cannot be used: why", len(layer.rejected)),
        icon=":material/rule:",
        expanded=True,
    ):
        st.dataframe(layer.rejected[first + rest].head(SHOWN), hide_index=True, alt=say("Rows that cannot be used"))
        st.download_button(
            say("Download the rejected rows"),
            data=layer.rejected_csv,
            file_name=f"{name}-rejected.csv",
            mime="text/csv",
            icon=":material/download:",
            key="own-rejected",
            on_click="ignore",
        )
        st.caption(say("Mend the rows in that file and give it here; its columns row and reason may stay."))
