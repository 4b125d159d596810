"""A question about sites as an address holds it: six parts, and by name those of *More choices* that are not as usual.

For example ``hospital,mclp,45,0,population,exact,people_min=5000,exclude=077008,minimum=ITF52=1,budget=6,anew``. Region
and weighting are parts of the view of their own. The file of a list of candidates stays with the planner.
"""

import re
from collections.abc import Set
from dataclasses import replace

from geodata.errors import InputError
from geodata.i18n import mark
from pipelines.response.siting import DEMANDS, PLACES, Question, minimum_of, shortest
from pipelines.response.siting.solver import METHODS, SOLVERS

# The candidates are a list of the planner's own.
OWN = "list"
LIST_NOTE = mark("Your list of candidates for sites is a file: link and saved view leave it out, so pass it on too.")
MOST_PEOPLE, MOST_COST = 10_000_000, 1e12
# How many parts there are always.
_FIRST = 6


def to_text(question: Question) -> str:
    """Write a question for the address."""
    first = (question.service, question.method, shortest(question.limit), str(question.sites))
    return ",".join([*first, question.demand, question.solver, *further(question)])


def further(question: Question) -> list[str]:
    """Parts of a question that are not as usual, as the address has them."""
    parts = [] if question.candidates == PLACES else [f"candidates={question.candidates}"]
    parts += [f"people_min={question.people_min}"] if question.people_min else []
    parts += [f"exclude={code}" for code in question.excluded]
    parts += [f"minimum={region}={count}" for region, count in question.minimum]
    parts += [f"budget={shortest(question.budget)}"] if question.budget else []
    parts += [f"capacity={shortest(question.capacity)}"] if question.capacity else []
    return parts if question.existing else [*parts, "anew"]


def from_text(
    text: str, *, services: Set[str], regions: Set[str], codes: Set[str]
) -> tuple[Question | None, tuple[str, ...]]:
    """Read a question from an address.

    Parameters
    ----------
    text
        As `to_text` writes it.
    services, regions, codes
        What it may name; codes are those of areas and of candidates, other than of a planner's list.

    Returns
    -------
    tuple
        The question, None where one of the first six parts cannot be asked, and the further parts that were left out.
    """
    parts = text.split(",")
    question = _main(parts[:_FIRST], services)
    if question is None:
        return None, ()
    remainder: list[str] = []
    for part in parts[_FIRST:]:
        more = _with(question, part, services, regions, codes)
        if more is None:
            remainder.append(part)
        else:
            question = more
    return question, tuple(remainder)


def _main(parts: list[str], services: Set[str]) -> Question | None:
    if len(parts) < _FIRST:
        return None
    service, method, minutes, count, demand, solver = parts
    counts = re.fullmatch("[1-9][0-9]{0,2},(0|[1-9][0-9]{0,2})", f"{minutes},{count}", re.ASCII)
    if not (counts and service in services and method in METHODS and demand in DEMANDS and solver in SOLVERS):
        return None
    return Question(service, method, limit=float(minutes), sites=int(count), demand=demand, solver=solver)


def _with(question: Question, part: str, services: Set[str], regions: Set[str], codes: Set[str]) -> Question | None:
    """The question with one more part, None where that cannot be asked."""
    name, _, value = part.partition("=")
    match name:
        case "candidates" if value in services or value == OWN:
            return replace(question, candidates=value)
        case "people_min" if question.candidates == PLACES and _up_to(MOST_PEOPLE, value, whole=True):
            return replace(question, people_min=int(value))
        case "exclude" if value in codes or (question.candidates == OWN and value.startswith("candidate-")):
            return replace(question, excluded=(*question.excluded, value))
        case "minimum":
            try:
                minimum = minimum_of(value)
            except InputError:
                return None
            usable = len(minimum) == 1 and minimum[0][0] in regions
            return replace(question, minimum=question.minimum + minimum) if usable else None
        case "budget" if _up_to(MOST_COST, value):
            return replace(question, budget=float(value))
        case "capacity" if _up_to(MOST_PEOPLE, value, whole=True):
            return replace(question, capacity=float(value))
        case "anew" if part == name:
            return replace(question, existing=False)
    return None


def _up_to(most: float, text: str, *, whole: bool = False) -> bool:
    """Whether a text is a number above 0 and up to `most`."""
    form = r"\d{1,15}" if whole else r"\d{1,15}(\.\d{1,20})?(e-\d\d)?"
    return bool(re.fullmatch(form, text, re.ASCII)) and 0 < float(text) <= most
