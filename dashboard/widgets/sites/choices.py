"""More choices for proposed sites: which candidates there are, what they may cost, what they and each region get."""

from typing import Any

import streamlit as st

from dashboard.data import Loaded
from dashboard.view.site_question import MOST_COST, MOST_PEOPLE, OWN
from dashboard.widgets.sites.candidates import CANDIDATES
from geodata.i18n import say
from geodata.indicators import category
from pipelines.response import siting
from pipelines.response.siting import Listed, Question

LONGEST = 1000


def values(question: Question, own: Listed | None) -> dict[str, Any]:
    """What the choices of a question are in the form, by key."""
    return {
        CANDIDATES: siting.PLACES if question.candidates == OWN and not own else question.candidates,
        "sites-people": question.people_min,
        "sites-excluded": ",".join(question.excluded),
        "sites-minimum": ",".join(f"{region}={count}" for region, count in question.minimum),
        "sites-budget": question.budget,
        "sites-capacity": int(question.capacity),
        "sites-anew": not question.existing,
    }


def more(loaded: Loaded, own: Listed | None, *, expanded: bool) -> dict[str, Any]:
    """Draw the choices inside the form, and return what they are set to, by key."""
    options = [siting.PLACES, *loaded.categories, *([OWN] if own else [])]
    with st.expander(say("More choices"), icon=":material/tune:", expanded=expanded):
        first, second = st.columns(2)
        candidates = first.selectbox(
            say("Candidates"),
            options,
            format_func=lambda name: _title(name, own),
            key=CANDIDATES,
            help=say("Places, where services of another category are already, or a list of your own, given below."),
        )
        people = second.number_input(
            say("Fewest people at a candidate"),
            0,
            MOST_PEOPLE,
            key="sites-people",
            help=say("Counts only where the candidates are places."),
        )
        excluded = first.text_input(
            say("Candidates or areas to leave out"),
            max_chars=LONGEST,
            key="sites-excluded",
            help=say("Their codes, with commas between."),
        )
        minimum = second.text_input(
            say("Fewest sites by region"),
            max_chars=LONGEST,
            placeholder="ITF51=1,ITF52=2",
            key="sites-minimum",
            help=say("Regions by their NUTS codes; sites that exist are counted."),
        )
        budget = first.number_input(
            say("Budget"),
            0.0,
            MOST_COST,
            step=1.0,
            format="%g",
            key="sites-budget",
            help=say("For all new sites; 0: no limit. Costs are those of your own list; elsewhere each site costs 1."),
        )
        capacity = second.number_input(
            say("People that a new site can serve"),
            0,
            MOST_PEOPLE,
            key="sites-capacity",
            help=say("0: no limit, or as your own list says. Capacities need the solver Proven best."),
        )
        anew = st.checkbox(say("Plan anew, as if none of the services that exist were there"), key="sites-anew")
    return {
        "candidates": candidates,
        "people_min": int(people) if candidates == siting.PLACES else 0,
        "excluded": excluded,
        "minimum": minimum,
        "budget": float(budget),
        "capacity": float(capacity),
        "existing": not anew,
    }


def _title(candidates: str, own: Listed | None) -> str:
    if candidates == OWN and own:
        return say("My list: {file}", file=own.name)
    return say("Places") if candidates == siting.PLACES else category(candidates).heading
