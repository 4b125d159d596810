"""The button that saves the view as a file: a click is answered by the browser, which alone knows where its map is."""

from pathlib import Path

import streamlit as st

from dashboard.maps import scripts

_FOLDER = Path(__file__).parent
_draw = st.components.v2.component(
    "view_save",
    html='<button type="button"><span class="icon" aria-hidden="true">download</span><span></span></button>',
    css=(_FOLDER / "viewsave.css").read_text(encoding="utf-8"),
    js=scripts.source("position.js") + (_FOLDER / "viewsave.js").read_text(encoding="utf-8"),
)


def button(label: str, content: str, *, file_name: str, help: str, key: str) -> None:
    """Draw the button; `content` is the file (see `dashboard.view.file.to_file`) without the position of the map."""
    _draw(key=key, data={"label": label, "content": content, "file": file_name, "help": help})
