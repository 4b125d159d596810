"""The form of the page Sites: what is asked."""

from dataclasses import replace

import streamlit as st

from dashboard.data import Loaded
from dashboard.maps.siting import DEMANDS
from dashboard.view import session
from dashboard.view.keys import Key
from dashboard.view.site_question import OWN, further
from dashboard.view.state import ViewState
from dashboard.widgets.sites import candidates, choices
from geodata.i18n import mark, say
from geodata.indicators import category
from pipelines.response import siting
from pipelines.response.siting import Listed, Question

METHODS = {
    "mclp": mark("Most people within the limit (maximum covering)"),
    "p_median": mark("Least travel altogether (p-median)"),
    "lscp": mark("Everybody within the limit, fewest sites (set covering)"),
    "p_centre": mark("The farthest as near as can be (p-centre)"),
}
SOLVERS = {"exchange": mark("Quick, with a bound"), "exact": mark("Proven best")}
# Alternatives take as long again as the proposal for each of its sites: too long to prove in a whole territory.
ALTERNATIVES = 2


def ask(view: ViewState, loaded: Loaded) -> tuple[Question, Listed | None] | None:
    """Draw the form, and return the question of the view with the planner's list; None where there is none to answer.

    Raises
    ------
    InputError
        One of the further choices cannot be read.
    """
    own = candidates.candidate_list(loaded)
    question = view.sites or Question("hospital" if "hospital" in loaded.categories else loaded.categories[0], sites=3)
    missing = question.candidates == OWN and own is None
    if missing:
        st.warning(
            say(
                "The candidates of this question are a list of one's own, which neither a link nor a saved view holds; "
                "give its file under A list of your own."
            ),
            icon=":material/upload_file:",
        )
    _fill(question, loaded, own)
    with st.form("sites", border=True):
        first, second, third = st.columns([3, 4, 3])
        service = first.selectbox(
            say("Service"), loaded.categories, format_func=lambda name: category(name).heading, key="sites-service"
        )
        method = second.selectbox(
            say("What is wanted"), list(METHODS), format_func=lambda name: say(METHODS[name]), key="sites-method"
        )
        demand = third.selectbox(
            say("For whom"),
            list(DEMANDS),
            format_func=lambda name: say(DEMANDS[name]),
            key="sites-demand",
            help=say("Ages and need are those of the area: they are taken to be the same at all its places."),
        )
        fourth, fifth, sixth, seventh = st.columns([3, 2, 2, 3], vertical_alignment="bottom")
        minutes = fourth.number_input(
            say("Limit, minutes"),
            1,
            999,
            key="sites-limit",
            help=say("For the least travel: farther away than this all counts alike."),
        )
        count = fifth.number_input(
            say("New sites"),
            0,
            999,
            key="sites-count",
            help=say("At most; 0: as many as the budget buys, see more choices."),
        )
        solver = sixth.selectbox(
            say("Solver"),
            list(SOLVERS),
            format_func=lambda name: say(SOLVERS[name]),
            key="sites-solver",
            help=say("Both say how far from the best possible the sites can be at most."),
        )
        submit = seventh.form_submit_button(
            say("Propose sites"), type="primary", icon=":material/add_location_alt:", width="stretch"
        )
        options = choices.more(loaded, own, expanded=bool(further(question)))
    candidates.give(loaded, unfold=missing)
    if submit:
        codes = {"excluded": siting.codes_of(options["excluded"]), "minimum": siting.minimum_of(options["minimum"])}
        question = Question(
            service, method, limit=float(minutes), sites=int(count), demand=demand, solver=solver, **options | codes
        )
        st.session_state[Key.SITE_FORM] = (loaded.territory.id, question)
        session.change(sites=question)
        st.rerun()
    if not view.sites or missing:
        return None
    alternatives = ALTERNATIVES if view.region or (question.solver == "exchange" and not loaded.large) else 0
    whole = replace(question, region=view.region, alternatives=alternatives)
    return (replace(whole, candidates=siting.PLACES), own) if question.candidates == OWN else (whole, None)


def _fill(question: Question, loaded: Loaded, own: Listed | None) -> None:
    """Set the form to a question that it does not come from: of a link, of a saved view, of the last visit."""
    if st.session_state.get(Key.SITE_FORM) == (loaded.territory.id, question) and "sites-service" in st.session_state:
        return
    st.session_state[Key.SITE_FORM] = (loaded.territory.id, question)
    st.session_state.update(
        {
            "sites-service": question.service,
            "sites-method": question.method,
            "sites-demand": question.demand,
            "sites-limit": int(question.limit),
            "sites-count": question.sites,
            "sites-solver": question.solver,
        }
        | choices.values(question, own)
    )
