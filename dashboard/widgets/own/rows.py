"""What becomes of the rows of a planner's own table: used, to decide, matched, rejected."""

import pandas as pd
import streamlit as st

from dashboard.view.keys import Key
from dashboard.view.text import plain
from geodata.i18n import number, say, says
from geodata.indicators import category
from pipelines.userdata.reading import Imported, Reading

SHOWN = 200  # rejected rows and matched names on the screen
AT_A_TIME = 40  # texts that are asked about


def counts(reading: Reading, done: Imported) -> None:
    """Draw how many rows are used and what was noted."""
    st.markdown(f"### {say('What becomes of the rows')}")
    rows, used, rejected, unsure = st.columns(4)
    rows.metric(say("Rows"), number(len(reading.table.rows)), border=True)
    used.metric(
        say("Areas with a value") if done.kind == "indicator" else say("Used"), number(len(done.layer)), border=True
    )
    rejected.metric(say("Rejected"), number(len(done.rejected)), border=True)
    unsure.metric(say("To decide"), number(len(done.ambiguous)), border=True)
    for note in done.notes:
        st.markdown(f"- {plain(note)}")


def decide() -> None:
    """Ask about texts that may mean several things; an answer can be changed."""
    asked: pd.DataFrame = st.session_state[Key.OWN_QUESTIONS][1]
    if asked.empty:
        return
    st.markdown(f"#### {say('Please decide')}")
    if len(asked) > AT_A_TIME:
        st.caption(say("The {count} that stand in most rows.", count=number(AT_A_TIME)))
    places = st.columns(3)
    shown = asked.sort_values("rows", ascending=False, kind="stable").head(AT_A_TIME)
    for position, row in enumerate(shown.to_dict("records")):
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


def matched(done: Imported) -> None:
    """List the place names that were found, those written differently first."""
    if done.matched.empty:
        return
    different = int((done.matched["score"] < 100).sum())
    title = say(
        "Place names that were found: {count}; written differently: {different}",
        count=number(len(done.matched)),
        different=number(different),
    )
    with st.expander(title, icon=":material/location_searching:"):
        st.dataframe(
            done.matched.head(SHOWN).rename(
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


def rejected(done: Imported, name: str) -> None:
    """List the rows that cannot be used with the reason, and offer them as a file."""
    if done.rejected.empty:
        return
    first = ["row", "reason"]
    rest = [column for column in done.rejected.columns if column not in first]
    with st.expander(
        says("{count} row cannot be used: why", "{count} rows cannot be used: why", len(done.rejected)),
        icon=":material/rule:",
        expanded=True,
    ):
        st.dataframe(done.rejected[first + rest].head(SHOWN), hide_index=True, alt=say("Rows that cannot be used"))
        st.download_button(
            say("Download the rejected rows"),
            data=done.rejected_csv,
            file_name=f"{name}-rejected.csv",
            mime="text/csv",
            icon=":material/download:",
            key="own-rejected",
            on_click="ignore",
        )
        st.caption(say("Mend the rows in that file and give it here; its columns row and reason may stay."))
