"""What every page has above it: sharing the view, and the language."""

from pathlib import Path

import streamlit as st

from dashboard.view import session
from dashboard.view.file import from_file, to_file
from dashboard.view.keys import Key
from dashboard.view.site_question import LIST_NOTE, OWN
from dashboard.view.state import ViewState
from dashboard.view.text import refused
from dashboard.widgets.shared import paper, viewsave
from geodata.errors import InputError
from geodata.i18n import LANGUAGES, current, say

STYLE = Path(__file__).parents[2] / "style.css"


def bar(view: ViewState, page: str) -> None:
    """Draw the choice of language and what a view is shared by; `page` is its path in the address."""
    st.html(STYLE)
    paper.paper()
    problem = st.session_state.pop(Key.VIEW_PROBLEM, None)
    if problem:
        st.error(refused(problem), icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="bar"):
        with st.popover(say("Share"), icon=":material/share:"):
            share(view, page)
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


def share(view: ViewState, page: str) -> None:
    """Draw what takes a view to another person or machine: its address, and a file with the notes too."""
    st.markdown(
        say("**The address of this page is the link**: it holds the whole view and the shortlist, but not your notes.")
    )
    if view.sites and view.sites.candidates == OWN:
        st.caption(say(LIST_NOTE))
    viewsave.button(
        say("Save the view as a file"),
        to_file(view, session.notes(), page),
        file_name="view.json",
        help=say("With your notes. The file opens the same view wherever this territory is built."),
        key="view-save",
    )
    st.file_uploader(say("Open a saved view"), type="json", key="view-open", on_change=_open)


def _open() -> None:
    upload = st.session_state["view-open"]
    if upload is None:
        return
    try:
        session.open_file(from_file(upload.getvalue()))
    except InputError as error:
        st.session_state[Key.VIEW_PROBLEM] = str(error)
