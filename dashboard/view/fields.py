"""Fields of the view: how each stands in an address, and what is said where an address cannot be used.

A reader takes the text of an address, what may be named, and the fields read before; it returns a value and an empty
text, or a notice (one sentence) with what can be used of it, None for nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field
from typing import Any, TypeVar

from dashboard.view import site_question
from dashboard.view.options import CURRENT, FILE, IMPLAUSIBLE, PROJECT, SHORTLIST, SPOTS, Options
from geodata.errors import InputError
from geodata.i18n import number, say
from pipelines.areas.trends import WAYS
from pipelines.priority.analysis import reweigh
from pipelines.response.matching.crosswalk import THEMES
from pipelines.response.siting import Question

LONGEST_LIST = 500

T = TypeVar("T")
Reader = Callable[[str, Options, Mapping[str, Any]], tuple[Any, str]]
Names = Callable[[Options], frozenset[str]]


@dataclass(frozen=True)
class Address:
    """How a field stands in an address: its name there, how its text is read, and how its value is written."""

    parameter: str
    read: Reader
    write: Callable[[Any], str]


def plain(value: object) -> str:
    """Write a value: several with commas between, numbers without trailing zeros."""
    if isinstance(value, tuple):
        return ",".join(map(plain, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def part(default: T, read: Reader, *, parameter: str = "", write: Callable[[Any], str] = plain) -> T:
    """Declare a field of the view.

    Parameters
    ----------
    default
        Its value where the address does not name it.
    read
        What reads it.
    parameter
        Its name in the address; empty for the name of the field.
    write
        What writes it.
    """
    return field(default=default, metadata={"address": (parameter, read, write)})


def address_of(declaration: Field[Any]) -> Address:
    """How a field stands in an address, from its declaration with `part`."""
    parameter, read, write = declaration.metadata["address"]
    return Address(parameter or declaration.name, read, write)


def quote(text: str) -> str:
    """Show a piece of an address as plain text: short, and without what Markdown or HTML would act on."""
    harmless = "".join(c if c.isalnum() or c in " -_.,:+=" else "·" for c in text[:40])
    return f"“{harmless}{'…' if len(text) > 40 else ''}”"


def one(names: Names, what: str) -> Reader:
    """Read one of several names; `what` says in a notice of what kind they are."""

    def read(text: str, options: Options, _: Mapping[str, Any]) -> tuple[str | None, str]:
        if text in names(options):
            return text, ""
        return None, say(
            "The link names the {what} {given}, which this territory does not have; it was ignored.",
            what=say(what),
            given=quote(text),
        )

    return read


def several(names: Names, what: str) -> Reader:
    """Read any number of names, each once."""

    def read(text: str, options: Options, _: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
        parts = tuple(dict.fromkeys(each for each in text.split(",") if each))
        values = tuple(each for each in parts if each in names(options))[:LONGEST_LIST]
        if len(values) == len(parts):
            return values, ""
        example = next(each for each in parts if each not in values)
        return values, say(
            "The link names {number} of {what} that cannot be shown, such as {lost}; they were left out.",
            number=number(len(parts) - len(values)),
            what=say(what),
            lost=quote(example),
        )

    return read


def whole(what: str, *, least: int = 0) -> Reader:
    """Read a whole number of `least` or more."""

    def read(text: str, _options: Options, _: Mapping[str, Any]) -> tuple[int | None, str]:
        if text.isascii() and text.isdigit() and len(text) < 12 and int(text) >= least:
            return int(text), ""
        return None, say(
            "The link gives {given} as {what}; expected a whole number of {least} or more, so it was ignored.",
            given=quote(text),
            what=say(what),
            least=least,
        )

    return read


def two_lists(text: str, options: Options, _: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, str]:
    """Read two lists that are compared."""
    pair = tuple(text.split(","))
    if len(pair) == 2 and set(pair) <= {CURRENT, SHORTLIST, FILE, *options.weightings} - {""}:
        return pair, ""
    return None, say(
        "The link compares {given}; expected two lists of this territory, so it was ignored.", given=quote(text)
    )


def two_units(text: str, options: Options, _: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, str]:
    """Read two areas or two regions."""
    pair = tuple(text.split(","))
    if len(pair) == 2 and any(set(pair) <= units for units in (options.areas, options.regions)):
        return pair, ""
    return None, say(
        "The link puts {given} side by side; expected two areas or two regions, so it was ignored.", given=quote(text)
    )


def weights(text: str, options: Options, before: Mapping[str, Any]) -> tuple[tuple[float, ...] | None, str]:
    """Read weights of the dimensions of the weighting that was read before."""
    try:
        if not re.fullmatch(r"\d(\.\d{1,2})?(,\d(\.\d{1,2})?)*", text, re.ASCII):
            raise InputError(say("Expected numbers, separated by commas."))
        values = tuple(float(each) for each in text.split(","))
        reweigh(options.weightings[before.get("weighting", "")], values)
    except InputError as error:
        notice = say("The link gives {given} as weights, so they were ignored.", given=quote(text))
        return None, f"{notice} {error}"
    return values, ""


def sites(text: str, options: Options, _: Mapping[str, Any]) -> tuple[Question | None, str]:
    """Read a question about sites; what of *More choices* cannot be asked is left out of it."""
    question, remainder = site_question.from_text(
        text, services=options.services, regions=options.regions, codes=options.areas | options.candidates
    )
    if question is None:
        return None, say(
            "The link asks for sites by {given}, which cannot be asked here; it was ignored.", given=quote(text)
        )
    if remainder:
        return question, say(
            "The link asks for sites with {given}, which cannot be asked here; it was left out.",
            given=quote(", ".join(remainder)),
        )
    return question, ""


def response(text: str, options: Options, _: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, str]:
    """Read the subject of the page Response."""
    subject, *details = text.split(",")
    project = subject == PROJECT and (not details or (len(details) == 1 and details[0] in options.projects))
    spots = subject == SPOTS and (
        not details
        or (
            len(details) == 2 and details[0] in THEMES and bool(re.fullmatch("0|[1-9][0-9]{0,2}", details[1], re.ASCII))
        )
    )
    if project or spots:
        return (subject, *details), ""
    return None, say(
        "The link looks for {given}; expected a project, or white spots of a theme and minutes, so it was ignored.",
        given=quote(text),
    )


def trend(text: str, options: Options, _: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, str]:
    """Read a list of changes between two years."""
    parts = tuple(text.split(","))
    if len(parts) in (2, 3) and parts[0] in WAYS and parts[1] in options.layers and parts[2:] in ((), (IMPLAUSIBLE,)):
        return parts, ""
    return None, say(
        "The link lists changes of {given}; expected improved or worsened and a figure of this territory, so it was "
        "ignored.",
        given=quote(text),
    )
