"""Entry of the dashboard: `streamlit run dashboard/app.py`."""

import logging
import sys
from pathlib import Path

# Streamlit puts the folder of this script on the path, not the project's own.
ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402

from dashboard.data import titles  # noqa: E402
from dashboard.view import session  # noqa: E402
from dashboard.view.text import plain, refused  # noqa: E402
from dashboard.widgets.shared.bar import bar  # noqa: E402
from geodata import recipes, store  # noqa: E402
from geodata.errors import InputError  # noqa: E402
from geodata.i18n import say  # noqa: E402
from pipelines.build.run import build  # noqa: E402

BUNDLED = "italy"


def build_bundled() -> None:
    """Build the bundled territory when there is none yet, as on a host that only starts this script."""
    with st.status(say("First start: building Italy from the bundled open data, about half a minute")) as status:

        def report(step: str) -> None:
            status.update(label=say("First start: {step}", step=step.lower()))

        build(recipes.load(BUNDLED), report=report)
    st.rerun()


def begin() -> None:
    """Begin the run of a session; where its territory cannot be read, say why and offer the others."""
    try:
        session.start()
    except InputError as error:
        st.error(refused(error), icon=":material/error:")
        for name, title in titles().items():
            if name != session.territory():
                st.button(say("Open {territory}", territory=plain(title)), on_click=session.go_to, args=(name,))
        st.stop()


session.speak()
st.set_page_config(
    page_title=say("Rural needs and resources map"),
    page_icon=str(Path(__file__).with_name("favicon.png")),
    layout="wide",
)
# The pages are in `views`: a folder called `pages` would switch on Streamlit's older way of several pages.
PAGES = [
    st.Page("views/map.py", title=say("Map"), icon=":material/map:", default=True),
    st.Page("views/area.py", title=say("Area"), icon=":material/location_on:"),
    st.Page("views/shortlist.py", title=say("Shortlist"), icon=":material/checklist:"),
    st.Page("views/compare.py", title=say("Compare"), icon=":material/compare_arrows:"),
    st.Page("views/response.py", title=say("Response"), icon=":material/handshake:"),
    st.Page("views/sites.py", title=say("Sites"), icon=":material/add_location_alt:"),
    st.Page("views/scenarios.py", title=say("Scenarios"), icon=":material/alt_route:"),
    st.Page("views/projects.py", title=say("Projects"), icon=":material/diversity_3:"),
    st.Page("views/own.py", title=say("My data"), icon=":material/upload_file:"),
    st.Page("views/methods.py", title=say("Data and methods"), icon=":material/menu_book:"),
]
page = st.navigation(PAGES, position="top")
try:
    if not store.built():
        build_bundled()
    target = session.page_of_file()
    for each in PAGES:
        if each.url_path == target != page.url_path:
            st.switch_page(each)
    begin()
    bar(session.view(), page.url_path)
    page.run()
except InputError as error:
    st.error(refused(error), icon=":material/error:")
except Exception:
    # A fault of ours: the log has it in full, the screen says what the planner can do.
    logging.getLogger(__name__).exception("A page failed")
    st.error(
        say(
            "This page could not be drawn; reload it, or open the map again. Nothing on your shortlist is lost: it is "
            "in the address of this page."
        ),
        icon=":material/error:",
    )
