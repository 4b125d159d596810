"""More choices for proposed sites: which candidates there are, what they may cost, what they and each region get."""

from dataclasses import dataclass

import streamlit as st

from dashboard.components import sitelist
from dashboard.data import Loaded
from geodata.indicators import category
from geodata.language import say
from pipelines import sites
from pipelines.sites import Listed

HELD = "sites-more"
LONGEST, MOST_PEOPLE, MOST_COST = 1000, 10_000_000, 1e12


@dataclass(frozen=True)
class Choices:
    """Choices as they were typed; they are kept for the session by territory and are not in the address.

    Attributes
    ----------
    candidates
        `places`, a category of service, or `sitelist.OWN`.
    listed
        The planner's list, where the candidates are of it.
    people_min
        Fewest people at a place that is a candidate.
    excluded
        Ids of candidates or areas, with commas between.
    minimum
        Fewest sites by region, such as ITF51=1,ITF52=2.
    budget
        What all new sites may cost; 0: no limit.
    capacity
        People that each new site can serve; 0: no limit, or as the list says.
    anew
        Whether services that exist are left out of account.
    """

    candidates: str = sites.PLACES
    listed: Listed | None = None
    people_min: int = 0
    excluded: str = ""
    minimum: str = ""
    budget: float = 0.0
    capacity: int = 0
    anew: bool = False


def held(loaded: Loaded) -> Choices:
    """Return the choices that were made for this territory in this session."""
    kept: dict[str, Choices] = st.session_state.setdefault(HELD, {})
    return kept.get(loaded.territory.id, Choices())


def hold(loaded: Loaded, choices: Choices) -> None:
    """Keep the choices for this territory in this session."""
    st.session_state.setdefault(HELD, {})[loaded.territory.id] = choices


def more(loaded: Loaded) -> Choices:
    """Draw the choices inside the form, and return what they are set to; open where one of them holds already."""
    before, listed = held(loaded), sitelist.held(loaded)
    options = [sites.PLACES, *loaded.categories, *([sitelist.OWN] if listed else [])]
    with st.expander(say("More choices"), icon=":material/tune:", expanded=before != Choices()):
        first, second = st.columns(2)
        candidates = first.selectbox(
            say("Candidates"),
            options,
            index=options.index(before.candidates) if before.candidates in options else 0,
            format_func=lambda name: _title(name, listed),
            key=sitelist.CANDIDATES,
            help=say("Places, where services of another category are already, or a list of your own, given below."),
        )
        people = second.number_input(
            say("Fewest people at a candidate"),
            0,
            MOST_PEOPLE,
            before.people_min,
            key="sites-people",
            help=say("Counts only where the candidates are places."),
        )
        excluded = first.text_input(
            say("Candidates or areas to leave out"),
            before.excluded,
            max_chars=LONGEST,
            key="sites-excluded",
            help=say("Their codes, with commas between."),
        )
        minimum = second.text_input(
            say("Fewest sites by region"),
            before.minimum,
            max_chars=LONGEST,
            placeholder="ITF51=1,ITF52=2",
            key="sites-minimum",
            help=say("Regions by their NUTS codes; sites that exist are counted."),
        )
        budget = first.number_input(
            say("Budget"),
            0.0,
            MOST_COST,
            before.budget,
            step=1.0,
            format="%g",
            key="sites-budget",
            help=say("For all new sites; 0: no limit. Costs are those of your own list; elsewhere each site costs 1."),
        )
        capacity = second.number_input(
            say("People that a new site can serve"),
            0,
            MOST_PEOPLE,
            before.capacity,
            key="sites-capacity",
            help=say("0: no limit, or as your own list says. Capacities need the solver Proven best."),
        )
        anew = st.checkbox(
            say("Plan anew, as if none of the services that exist were there"), before.anew, key="sites-anew"
        )
        st.caption(say("These choices hold for this visit; a link to this page does not carry them."))
    own = listed if candidates == sitelist.OWN else None
    return Choices(candidates, own, int(people), excluded, minimum, float(budget), int(capacity), anew)


def _title(candidates: str, listed: Listed | None) -> str:
    if candidates == sitelist.OWN and listed:
        return say("My list: {file}", file=listed.name)
    return say("Places") if candidates == sites.PLACES else category(candidates).heading
