"""The form of the page Sites: what is asked."""

import streamlit as st

from dashboard import session
from dashboard.components import sitechoices, sitelist
from dashboard.components.sitesmap import DEMANDS
from dashboard.data import Loaded
from dashboard.state import ViewState
from geodata.indicators import category
from geodata.language import mark, say
from pipelines import sites
from pipelines.sites import Listed, Question

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
    """Draw the form, and return the question of the view with the planner's list; None before anything was asked.

    Raises
    ------
    InputError
        One of the further choices cannot be read.
    """
    usual = ("hospital" if "hospital" in loaded.categories else loaded.categories[0], "mclp", "45", "3", "population")
    service, method, minutes, count, demand, solver = view.sites or (*usual, "exchange")
    with st.form("sites", border=True):
        first, second, third = st.columns([3, 4, 3])
        chosen_service = first.selectbox(
            say("Service"),
            loaded.categories,
            index=loaded.categories.index(service),
            format_func=lambda name: category(name).heading,
            key="sites-service",
        )
        chosen_method = second.selectbox(
            say("What is wanted"),
            list(METHODS),
            index=list(METHODS).index(method),
            format_func=lambda name: say(METHODS[name]),
            key="sites-method",
        )
        chosen_demand = third.selectbox(
            say("For whom"),
            list(DEMANDS),
            index=list(DEMANDS).index(demand),
            format_func=lambda name: say(DEMANDS[name]),
            key="sites-demand",
            help=say("Ages and need are those of the area: they are taken to be the same at all its places."),
        )
        fourth, fifth, sixth, seventh = st.columns([3, 2, 2, 3], vertical_alignment="bottom")
        limit = fourth.number_input(
            say("Limit, minutes"),
            1,
            999,
            int(minutes),
            key="sites-limit",
            help=say("For the least travel: farther away than this all counts alike."),
        )
        wanted = fifth.number_input(
            say("New sites"),
            0,
            999,
            int(count),
            key="sites-count",
            help=say("At most; 0: as many as the budget buys, see more choices."),
        )
        chosen_solver = sixth.selectbox(
            say("Solver"),
            list(SOLVERS),
            index=list(SOLVERS).index(solver),
            format_func=lambda name: say(SOLVERS[name]),
            key="sites-solver",
            help=say("Both say how far from the best possible the sites can be at most."),
        )
        pressed = seventh.form_submit_button(
            say("Propose sites"), type="primary", icon=":material/add_location_alt:", width="stretch"
        )
        choices = sitechoices.more(loaded)
    sitelist.give(loaded)
    if pressed:
        sitechoices.hold(loaded, choices)
        parts = (chosen_service, chosen_method, str(limit), str(wanted), chosen_demand, chosen_solver)
        session.change(sites=parts)
        st.rerun()
    if not view.sites:
        return None
    more = sitechoices.held(loaded)
    question = Question(
        service=service,
        method=method,
        limit=float(minutes),
        sites=int(count),
        budget=more.budget,
        region=view.region,
        demand=demand,
        candidates=sites.PLACES if more.listed else more.candidates,
        people_min=more.people_min if more.candidates == sites.PLACES else 0,
        excluded=sites.codes_of(more.excluded),
        existing=not more.anew,
        minimum=sites.minimum_of(more.minimum),
        capacity=float(more.capacity),
        solver=solver,
        alternatives=ALTERNATIVES if view.region or (solver == "exchange" and not loaded.large) else 0,
    )
    return question, more.listed
