"""The definitions of remoteness that the product knows: what each needs, and what it counts as remote."""

from collections.abc import Collection
from dataclasses import dataclass

from geodata.errors import InputError
from geodata.i18n import mark
from geodata.i18n.message import Message


@dataclass(frozen=True)
class Definition:
    """One definition of remoteness.

    Attributes
    ----------
    title
        For people to read.
    remote
        What it counts as remote; empty for one that has no say in it, since it tells urban from rural only, or shows
        minutes beside the cuts of a definition that asks for more.
    needs
        What has to be there to compute it.
    page
        Its page in `docs/`.
    """

    title: str
    remote: str
    needs: tuple[str, ...]
    page: str


GRID, REGIONS = mark("population grid of 1 km"), mark("outlines of NUTS 3 regions")
DEFINITIONS = {
    "degurba": Definition(
        mark("degree of urbanisation"), "", (GRID, mark("outlines of areas")), "remoteness-degurba.md"
    ),
    "urban_rural": Definition(mark("EU urban-rural type"), "", (GRID, REGIONS), "remoteness-urban-rural.md"),
    "regional": Definition(
        mark("DG REGIO remote region"),
        "rural or intermediate region, most people more than 45 minutes from a city",
        (GRID, REGIONS, mark("minutes to cities of 50,000")),
        "remoteness-regional.md",
    ),
    "inner_areas": Definition(
        mark("inner area (SNAI)"),
        "intermediate, peripheral or ultra-peripheral",
        (mark("official inner-area classes"),),
        "remoteness-inner-areas.md",
    ),
    "hospital_minutes": Definition(
        mark("minutes to a hospital, SNAI's cuts"),
        "",
        (mark("hospitals"), mark("minutes to hospitals")),
        "remoteness-inner-areas.md",
    ),
    "aria": Definition(
        mark("ARIA+, relative to the territory"),
        "remote or very remote",
        (mark("service centres with population"), mark("road distance to service centres")),
        "remoteness-aria.md",
    ),
    "scotland": Definition(
        mark("Scottish 8-fold classification"),
        "remote or very remote small town or rural area",
        (mark("settlements with population"), mark("minutes to settlements of 10,000")),
        "remoteness-scotland.md",
    ),
    "neighbours": Definition(
        mark("worse than its neighbours"),
        "over 20 minutes, and at least 1.5 times the mean of the areas it touches",
        (mark("outlines of areas"), mark("minutes to services")),
        "remoteness-neighbours.md",
    ),
}


@dataclass(frozen=True)
class Lacking:
    """A definition that cannot be computed, and what it lacks.

    Attributes
    ----------
    title
        Of the definition.
    inputs
        What is missing.
    """

    title: str
    inputs: tuple[str, ...]

    @property
    def message(self) -> Message:
        """What it lacks, as a sentence."""
        return Message(
            "{definition}: not available; it lacks {inputs}.",
            definition=Message(self.title),
            inputs=list(map(Message, self.inputs)),
        )


def lacking(available: Collection[str]) -> dict[str, Lacking]:
    """Find the definitions that lack inputs.

    Parameters
    ----------
    available
        The inputs that are there, in the words of `DEFINITIONS`.

    Returns
    -------
    dict
        By id of the definition; those that can be computed are not in it.

    Raises
    ------
    InputError
        An input is in no definition.

    Examples
    --------
    >>> lacking({"hospitals"})["hospital_minutes"].message
    "minutes to a hospital, SNAI's cuts: not available; it lacks minutes to hospitals."
    """
    known = {need for definition in DEFINITIONS.values() for need in definition.needs}
    unknown = sorted(set(available) - known)
    if unknown:
        raise InputError(f"No definition needs {unknown[0]!r}; expected some of: {', '.join(sorted(known))}.")
    missing = {
        name: Lacking(definition.title, tuple(need for need in definition.needs if need not in available))
        for name, definition in DEFINITIONS.items()
    }
    return {name: found for name, found in missing.items() if found.inputs}
