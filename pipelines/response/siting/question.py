"""What a planner asks, as a value, and as the command line has it."""

import re
import shlex
from dataclasses import asdict, dataclass
from typing import Any

from geodata.errors import InputError
from geodata.i18n import mark, say
from pipelines.response.siting.solver import Rules

DEMANDS = {
    "population": mark("people"),
    "people_65_plus": mark("people aged 65 and over"),
    "people_under_15": mark("people under 15"),
    "need": mark("people, weighted by need"),
}
PLACES = "places"
# Options of the command line that are not called as the attribute of a question is.
OPTIONS = {"excluded": "exclude"}


@dataclass(frozen=True)
class Question:
    """What a planner asks.

    Attributes
    ----------
    service
        Category of service; those of the territory that exist stay where they are.
    method, solver, seconds
        See `siting.solve`.
    limit
        Minutes.
    sites, budget
        How many new sites at most, or what they may cost together (0: no limit of that kind).
    region
        NUTS region whose people are to be served and where the candidates are; empty: the whole territory. Services
        that exist beyond its border count too.
    demand
        A key of `DEMANDS`.
    candidates
        `places`, or the category of service whose places are the candidates.
    people_min
        Fewest people at a place that is a candidate.
    excluded
        Ids of candidates, or of areas whose candidates may not be chosen.
    existing
        Whether services that exist are kept; else the service is planned anew.
    minimum
        Regions and the fewest sites of each, those that exist counted.
    capacity
        People that each new site can serve; 0: no limit. Needs the exact solver.
    alternatives
        How many alternatives are looked for.
    """

    service: str
    method: str = "mclp"
    limit: float = 45.0
    sites: int = 1
    budget: float = 0.0
    region: str = ""
    demand: str = "population"
    candidates: str = PLACES
    people_min: int = 0
    excluded: tuple[str, ...] = ()
    existing: bool = True
    minimum: tuple[tuple[str, int], ...] = ()
    capacity: float = 0.0
    solver: str = "exchange"
    seconds: float = 60.0
    alternatives: int = 2

    @property
    def by_minutes(self) -> bool:
        """Whether what counts is minutes, not people within the limit."""
        return self.method in ("p_median", "p_centre")

    @property
    def rules(self) -> Rules:
        """The rules of the choice."""
        return Rules(
            sites=self.sites or None if self.method != "lscp" else None,
            budget=self.budget or None,
            minimum=dict(self.minimum),
        )


def codes_of(text: str) -> tuple[str, ...]:
    """Read codes with commas between them.

    Examples
    --------
    >>> codes_of("076001, 076002,")
    ('076001', '076002')
    """
    return tuple(part.strip() for part in text.split(",") if part.strip())


def minimum_of(text: str) -> tuple[tuple[str, int], ...]:
    """Read the fewest sites of regions.

    Raises
    ------
    InputError
        A part is not a region and a whole number.

    Examples
    --------
    >>> minimum_of("ITF51=1, ITF52=2")
    (('ITF51', 1), ('ITF52', 2))
    """
    minima = []
    for part in codes_of(text):
        match = re.fullmatch(r"(\w+)\s*=\s*([0-9]{1,6})", part)
        if not match:
            raise InputError(
                say("The minimum {part} cannot be read; give it as REGION=NUMBER, such as ITF51=1.", part=repr(part))
            )
        minima.append((match[1], int(match[2])))
    return tuple(minima)


def command_of(question: Question, territory: str, out: str, candidates: str = "", weighting: str = "") -> str:
    """The command line that asks a question; `weighting` is that of the need, empty for that of the territory."""
    defaults = Question(service=question.service)
    options = {**asdict(question), "candidates": candidates or question.candidates}
    parts = [f"python -m pipelines site {territory} --service {question.service}"]
    for name, value in options.items():
        if name not in ("service", "existing") and value != getattr(defaults, name):
            parts.append(f"--{OPTIONS.get(name, name).replace('_', '-')} {_option(value)}")
    parts += [f"--config {shlex.quote(weighting)}"] if weighting else []
    return " ".join([*parts, *([] if question.existing else ["--anew"]), f"-o {shlex.quote(out)}"])


def _option(value: Any) -> str:
    """A value as the command line takes it, quoted where the shell needs it."""
    if isinstance(value, tuple):
        return shlex.quote(",".join(part if isinstance(part, str) else f"{part[0]}={part[1]}" for part in value))
    return shortest(value) if isinstance(value, float) else shlex.quote(str(value))


def shortest(value: float) -> str:
    """Write a number so that reading it gives the same one, without a part that is 0.

    Examples
    --------
    >>> shortest(45.0), shortest(2.5), shortest(1234567.0)
    ('45', '2.5', '1234567')
    """
    return repr(float(value)).removesuffix(".0")
