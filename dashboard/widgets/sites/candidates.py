"""A planner's own list of candidates for sites: given as a file, read at once, held for the visit."""

import streamlit as st

from dashboard.data import Loaded
from dashboard.view.keys import Key
from dashboard.view.site_question import LIST_NOTE, OWN
from dashboard.view.text import plain, refused
from geodata.errors import InputError
from geodata.i18n import number, say, says
from geodata.i18n.message import tell
from geodata.tables import LARGEST_MB
from pipelines.response import siting
from pipelines.response.siting import Listed
from pipelines.userdata.tables import ENDINGS

FILE = "sites-file"
CANDIDATES = "sites-candidates"


def candidate_list(loaded: Loaded) -> Listed | None:
    """Return the list that was given for this territory in this session."""
    lists: dict[str, Listed] = st.session_state.setdefault(Key.SITE_LISTS, {})
    return lists.get(loaded.territory.id)


def give(loaded: Loaded, *, unfold: bool) -> None:
    """Draw where a list is given and taken away, and say what was read of it; unfolded where one is wanted or held."""
    own, problem = candidate_list(loaded), st.session_state.get(Key.SITE_LIST_PROBLEM, "")
    expanded = bool(unfold or own or problem)
    with st.expander(say("A list of your own"), icon=":material/upload_file:", expanded=expanded):
        st.file_uploader(
            say("Candidates: CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile"),
            type=ENDINGS,
            key=FILE,
            max_upload_size=LARGEST_MB,
            on_change=_read,
            args=(loaded,),
            help=say(
                "One row a site: name, latitude and longitude or the name of a place; where known cost (above 0, of "
                "opening it) and capacity (people it can serve)."
            ),
        )
        if problem:
            st.error(refused(problem), icon=":material/error:")
        if own:
            text, away = st.columns([8, 3], vertical_alignment="center")
            text.markdown(plain(description(own)))
            away.button(
                say("Take the list away"), key="sites-list-away", on_click=_away, args=(loaded,), width="stretch"
            )
            for note in own.notes:
                st.caption(plain(tell(note)))
            st.caption(say(LIST_NOTE))


def description(own: Listed) -> str:
    """Say how many candidates a list has, and what is known of them."""
    layer = own.layer
    parts = [says("{count} candidate of {file}", "{count} candidates of {file}", len(layer), file=own.name)]
    parts += [say("with costs")] if "cost" in layer else []
    capacities = int(layer["capacity"].notna().sum())
    parts += [say("{number} with a capacity", number=number(capacities))] if capacities else []
    return ", ".join(parts)


def _read(loaded: Loaded) -> None:
    """Read the file that was given, and choose its list; a file taken out of the box leaves what was read of it."""
    upload = st.session_state[FILE]
    st.session_state[Key.SITE_LIST_PROBLEM] = ""
    if upload is None:
        return
    try:
        own = siting.from_file(loaded.territory, upload.getvalue(), upload.name, service=loaded.categories[0])
    except InputError as error:
        st.session_state[Key.SITE_LIST_PROBLEM] = str(error)
        return
    st.session_state.setdefault(Key.SITE_LISTS, {})[loaded.territory.id] = own
    st.session_state[CANDIDATES] = OWN


def _away(loaded: Loaded) -> None:
    # A second press that comes before the page is drawn anew finds none.
    st.session_state[Key.SITE_LISTS].pop(loaded.territory.id, None)
    if st.session_state.get(CANDIDATES) == OWN:
        st.session_state[CANDIDATES] = siting.PLACES
