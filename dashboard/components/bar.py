"""What every page has above it: the language."""

import streamlit as st

from dashboard import session
from dashboard.state import ViewState
from geodata.language import LANGUAGES, current, say


def bar(view: ViewState) -> None:
    """Draw the choice of language."""
    with st.container(horizontal=True, horizontal_alignment="right", key="bar"):
        key = "language"
        st.session_state[key] = view.language or current()
        st.selectbox(
            say("Language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key=key,
            label_visibility="collapsed",
            width=130,
            on_change=lambda: session.change(language=st.session_state[key]),
        )
