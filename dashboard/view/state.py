"""The view: one typed value that says what the planner looks at, and its form in the address bar.

A link holds the whole view, so it reproduces the screen. Notes of the shortlist stay out of it: they are the
planner's own words and a link is passed on.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from dashboard.view import site_question as sitequestion
from geodata.errors import InputError
from geodata.i18n import LANGUAGES, mark, number, retell, say
from pipelines.areas.trends import WAYS
from pipelines.priority.analysis import reweigh
from pipelines.priority.configuration import Configuration
from pipelines.response.matching.crosswalk import THEMES
from pipelines.response.siting import Question

# Layers that are not indicators.
BIVARIATE, TIER = "need_x_resources", "tier"
DEGURBA = ("1", "2", "3")
LONGEST_SHORTLIST = 500
# Lists that can be compared beside those of the weightings: the one of the view, the shortlist, and an uploaded file.
LOCAL = "local"
CURRENT, SHORTLIST, FILE = "current", "shortlist", "file"
DOUBTED = "implausible"
ALL = "all"
# What is looked for on the page Response.
PROJECT, SPOTS = "project", "white-spots"


@dataclass(frozen=True)
class ViewState:
    """What is looked at. Empty text and empty tuples mean: all, or none chosen.

    `weighting` is the name of a preset, empty for that of the territory; `weights` are those of its dimensions in the
    order of its file, empty for as given; `k` is the length of the list that tiers are about, 0 as usual; `compared`
    are two lists, each the name of a weighting or one of the lists above, empty for none chosen; `changed` is improved
    or worsened, a figure of two years, and `DOUBTED` when implausible changes are listed too; `peers` is the territory
    in which peers are looked for, empty for the same; `language` is empty for that of the browser; `sites` is what was
    asked on the page Sites, its region being that of the view, None for nothing; `classes` are those of the whole
    territory, or `LOCAL`: of the region chosen; `beside` are two areas or two regions that are compared; `response` is
    what is looked for on the page Response: empty for an area, else `PROJECT` and its id, or `SPOTS`, a theme and
    minutes, or the first of these alone; `group` is the group of figures that is shown, empty for the first, and
    `service` the service of which, empty for all; `projects` are the filters of the page Projects, such as
    `country=IT`, empty for the country of the territory, or `ALL`.
    """

    territory: str = "italy"
    layer: str = "gap"
    weighting: str = ""
    weights: tuple[float, ...] = ()
    k: int = 0
    region: str = ""
    degurba: tuple[str, ...] = ()
    people_min: int = 0
    people_max: int = 0
    points: tuple[str, ...] = ()
    area: str = ""
    shortlist: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    peers: str = ""
    language: str = ""
    sites: Question | None = None
    classes: str = ""
    beside: tuple[str, ...] = ()
    response: tuple[str, ...] = ()
    group: str = ""
    service: str = ""
    projects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What a view may name: territories, and what the one shown has.

    The weighting of the territory itself has its name and the empty one; `groups` are of figures, `filters` of the page
    Projects, `candidates` for sites.
    """

    territories: tuple[str, ...]
    layers: frozenset[str]
    regions: frozenset[str]
    points: frozenset[str]
    services: frozenset[str]
    areas: frozenset[str]
    candidates: frozenset[str]
    projects: frozenset[str]
    groups: frozenset[str]
    filters: frozenset[str]
    weightings: Mapping[str, Configuration]


PARAMETERS = {field.name: field.name for field in fields(ViewState)} | {
    "shortlist": "list",
    "compared": "compare",
    "changed": "change",
    "language": "lang",
}


def to_parameters(view: ViewState) -> dict[str, str]:
    """Write the view for the address bar; what has its default value is left out."""
    default = ViewState()
    written = {}
    for name, parameter in PARAMETERS.items():
        value = getattr(view, name)
        if value != getattr(default, name):
            written[parameter] = _text(value)
    return written


def _text(value: object) -> str:
    match value:
        case tuple():
            return ",".join(map(_text, value))
        case Question():
            return sitequestion.written(value)
        case float():
            return f"{value:g}"
    return str(value)


def territory_of(parameters: Mapping[str, str], territories: tuple[str, ...]) -> tuple[str, list[str]]:
    """Read which territory an address names; one that is not built gives the first one and a notice."""
    given = parameters.get("territory", ViewState().territory)
    if given in territories:
        return given, []
    notice = say(
        "The link names the territory {given}, which is not built here; {shown} is shown.",
        given=_quoted(given),
        shown=territories[0],
    )
    return territories[0], [notice] if "territory" in parameters else []


def from_parameters(parameters: Mapping[str, str], known: Known) -> tuple[ViewState, list[str]]:
    """Read a view from an address.

    Whatever cannot be used keeps its default and is said in a notice, one sentence each.

    Returns
    -------
    tuple
        The view, and the notices.
    """
    territory, notices = territory_of(parameters, known.territories)
    view = ViewState(territory=territory)
    readers: dict[str, Callable[[str], tuple[object, str]]] = {
        "layer": lambda text: _one(text, known.layers, view.layer, mark("layer")),
        "region": lambda text: _one(text, known.regions, "", mark("region")),
        "area": lambda text: _one(text, known.areas, "", mark("area")),
        "peers": lambda text: _one(text, frozenset(known.territories), "", mark("territory")),
        "degurba": lambda text: _several(text, frozenset(DEGURBA), mark("degree of urbanisation")),
        "points": lambda text: _several(text, known.points, mark("group of points")),
        "shortlist": lambda text: _several(text, known.areas, mark("area")),
        "compared": lambda text: _compared(text, known.weightings),
        "changed": lambda text: _changed(text, known.layers),
        "people_min": lambda text: _number(text, 0, mark("a number of people")),
        "people_max": lambda text: _number(text, 0, mark("a number of people")),
        "k": lambda text: _number(text, 0, mark("the length of the list"), least=1),
        "weighting": lambda text: _one(text, frozenset(known.weightings), "", mark("weighting")),
        "language": lambda text: _one(text, frozenset(LANGUAGES), "", mark("language")),
        "classes": lambda text: _one(text, frozenset({LOCAL}), "", mark("kind of classes")),
        "beside": lambda text: _pair(text, known),
        "weights": lambda text: _weights(text, known.weightings[view.weighting]),
        "sites": lambda text: _sites(text, known),
        "response": lambda text: _response(text, known.projects),
        "group": lambda text: _one(text, known.groups, "", mark("group of figures")),
        "service": lambda text: _one(text, known.services, "", mark("service")),
        "projects": lambda text: _several(text, known.filters, mark("filter of projects")),
    }
    for name, read in readers.items():
        text = parameters.get(PARAMETERS[name])
        if text is None:
            continue
        value, problem = read(text)
        view = replace(view, **{name: value})  # type: ignore[arg-type]
        if problem:
            notices.append(problem)
    unknown = sorted(set(parameters) - set(PARAMETERS.values()))
    if unknown:
        notices.append(say("The link has the unknown part {part}; it was ignored.", part=_quoted(unknown[0])))
    return view, notices


def _quoted(text: str) -> str:
    """Show a piece of an address as plain text: short, and without what Markdown or HTML would act on."""
    harmless = "".join(c if c.isalnum() or c in " -_.,:+=" else "·" for c in text[:40])
    return f"“{harmless}{'…' if len(text) > 40 else ''}”"


def _one(text: str, known: frozenset[str], default: str, what: str) -> tuple[str, str]:
    if text in known:
        return text, ""
    return default, say(
        "The link names the {what} {given}, which this territory does not have; it was ignored.",
        what=say(what),
        given=_quoted(text),
    )


def _several(text: str, known: frozenset[str], what: str) -> tuple[tuple[str, ...], str]:
    given = tuple(dict.fromkeys(part for part in text.split(",") if part))
    kept = tuple(part for part in given if part in known)[:LONGEST_SHORTLIST]
    if len(kept) == len(given):
        return kept, ""
    lost = next(part for part in given if part not in kept)
    return kept, say(
        "The link names {number} of {what} that cannot be shown, such as {lost}; they were left out.",
        number=number(len(given) - len(kept)),
        what=say(what),
        lost=_quoted(lost),
    )


def _compared(text: str, weightings: Mapping[str, Configuration]) -> tuple[tuple[str, ...], str]:
    given = tuple(text.split(","))
    if len(given) == 2 and set(given) <= {CURRENT, SHORTLIST, FILE, *weightings} - {""}:
        return given, ""
    return (), say(
        "The link compares {given}; expected two lists of this territory, so it was ignored.", given=_quoted(text)
    )


def _sites(text: str, known: Known) -> tuple[Question | None, str]:
    """A question about sites; what of *More choices* cannot be asked is left out of it."""
    question, lost = sitequestion.read(
        text, services=known.services, regions=known.regions, codes=known.areas | known.candidates
    )
    if question is None:
        return None, say(
            "The link asks for sites by {given}, which cannot be asked here; it was ignored.", given=_quoted(text)
        )
    if lost:
        return question, say(
            "The link asks for sites with {given}, which cannot be asked here; it was left out.",
            given=_quoted(", ".join(lost)),
        )
    return question, ""


def _response(text: str, projects: frozenset[str]) -> tuple[tuple[str, ...], str]:
    given = tuple(text.split(","))
    project = given[0] == PROJECT and (not given[1:] or (len(given) == 2 and given[1] in projects))
    spots = given[0] == SPOTS and (
        not given[1:]
        or (len(given) == 3 and given[1] in THEMES and bool(re.fullmatch("0|[1-9][0-9]{0,2}", given[2], re.ASCII)))
    )
    if project or spots:
        return given, ""
    return (), say(
        "The link looks for {given}; expected a project, or white spots of a theme and minutes, so it was ignored.",
        given=_quoted(text),
    )


def _changed(text: str, layers: frozenset[str]) -> tuple[tuple[str, ...], str]:
    given = tuple(text.split(","))
    if len(given) in (2, 3) and given[0] in WAYS and given[1] in layers and given[2:] in ((), (DOUBTED,)):
        return given, ""
    return (), say(
        "The link lists changes of {given}; expected improved or worsened and a figure of this territory, so it was "
        "ignored.",
        given=_quoted(text),
    )


def _pair(text: str, known: Known) -> tuple[tuple[str, ...], str]:
    given = tuple(text.split(","))
    if len(given) == 2 and any(set(given) <= units for units in (known.areas, known.regions)):
        return given, ""
    return (), say(
        "The link puts {given} side by side; expected two areas or two regions, so it was ignored.", given=_quoted(text)
    )


def _number(text: str, default: int, what: str, *, least: int = 0) -> tuple[int, str]:
    if text.isascii() and text.isdigit() and len(text) < 12 and int(text) >= least:
        return int(text), ""
    return default, say(
        "The link gives {given} as {what}; expected a whole number of {least} or more, so it was ignored.",
        given=_quoted(text),
        what=say(what),
        least=least,
    )


def _weights(text: str, weighting: Configuration) -> tuple[tuple[float, ...], str]:
    try:
        if not re.fullmatch(r"\d(\.\d{1,2})?(,\d(\.\d{1,2})?)*", text, re.ASCII):
            raise InputError("Expected numbers, separated by commas.")
        given = tuple(float(part) for part in text.split(","))
        reweigh(weighting, given)
    except InputError as error:
        told = say("The link gives {given} as weights, so they were ignored.", given=_quoted(text))
        return (), f"{told} {retell(str(error))}"
    return given, ""
