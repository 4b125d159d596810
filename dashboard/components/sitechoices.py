"""More choices for proposed sites: which candidates there are and how many sites each region has at least."""

from dataclasses import dataclass

import streamlit as st

from dashboard.data import Loaded
from geodata.indicators import category
from geodata.language import say
from pipelines import sites

HELD = "sites-more"
LONGEST, MOST_PEOPLE = 1000, 10_000_000


@dataclass(frozen=True)
class Choices:
    """Choices as they were typed; they are kept for the session by territory and are not in the address.

    Attributes
    ----------
    candidates
        `places` or a category of service.
    people_min
        Fewest people at a place that is a candidate.
    excluded
        Ids of candidates or areas, with commas between.
    minimum
        Fewest sites by region, such as ITF51=1,ITF52=2.
    """

    candidates: str = sites.PLACES
    people_min: int = 0
    excluded: str = ""
    minimum: str = ""


def held(loaded: Loaded) -> Choices:
    """Return the choices that were made for this territory in this session."""
    kept: dict[str, Choices] = st.session_state.setdefault(HELD, {})
    return kept.get(loaded.territory.id, Choices())


def hold(loaded: Loaded, choices: Choices) -> None:
    """Keep the choices for this territory in this session."""
    st.session_state.setdefault(HELD, {})[loaded.territory.id] = choices


def more(loaded: Loaded) -> Choices:
    """Draw the choices inside the form, and return what they are set to; open where one of them holds already."""
    before = held(loaded)
    options = [sites.PLACES, *loaded.categories]
    with st.expander(say("More choices"), icon=":material/tune:", expanded=before != Choices()):
        first, second = st.columns(2)
        candidates = first.selectbox(
            say("Candidates"),
            options,
            index=options.index(before.candidates) if before.candidates in options else 0,
            format_func=_title,
            key="sites-candidates",
            help=say("Places, or where services of another category are already."),
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
        st.caption(say("These choices hold for this visit; a link to this page does not carry them."))
    return Choices(candidates, int(people), excluded, minimum)


def _title(candidates: str) -> str:
    return say("Places") if candidates == sites.PLACES else category(candidates).heading
