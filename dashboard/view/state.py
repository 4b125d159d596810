"""The view: one typed value that says what the planner looks at, and its form in the address bar.

A link holds the whole view, so it reproduces the screen. Notes of the shortlist stay out of it: they are the
planner's own words and a link is passed on.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.view import fields
from dashboard.view.options import DEGURBA, LOCAL, Options
from dashboard.view.site_question import to_text
from geodata.i18n import LANGUAGES, mark, say
from pipelines.response.siting import Question

HOME, GAP = "italy", "gap"


@dataclass(frozen=True)
class ViewState:
    """What is looked at. Empty text and empty tuples mean: all, or nothing.

    A field is declared here alone: its default, how the address and with it the saved file hold it, and what is checked
    when it is read; `weights` come after the `weighting` that they belong to.

    `weighting` is the name of a preset, empty for that of the territory; `weights` are those of its dimensions in the
    order of its file, empty for as they are there; `k` is the length of the list that tiers are about, 0 as usual;
    `compared` are two lists, each the name of a weighting or one of the lists of `dashboard.view.options`; `changed` is
    improved or worsened, a figure of two years, and `IMPLAUSIBLE` when implausible changes are listed too; `peers` is
    the territory in which peers are looked for, empty for the same; `language` is empty for that of the browser;
    `sites` is the question of the page Sites, its region being that of the view; `classes` are those of the whole
    territory, or `LOCAL`: of the region; `beside` are two areas or two regions that are compared; `response` is the
    subject of the page Response: empty for an area, else `PROJECT` and its id, or `SPOTS`, a theme and minutes, or the
    first of these alone; `group` is the group of figures that is shown, empty for the first, and `service` the service
    of which, empty for all; `projects` are the filters of the page Projects, such as `country=IT`, empty for the
    country of the territory, or `ALL`.
    """

    territory: str = fields.part(HOME, fields.one(lambda options: frozenset(options.territories), mark("territory")))
    layer: str = fields.part(GAP, fields.one(lambda options: options.layers, mark("layer")))
    weighting: str = fields.part("", fields.one(lambda options: frozenset(options.weightings), mark("weighting")))
    weights: tuple[float, ...] = fields.part((), fields.weights)
    k: int = fields.part(0, fields.whole(mark("the length of the list"), least=1))
    region: str = fields.part("", fields.one(lambda options: options.regions, mark("region")))
    degurba: tuple[str, ...] = fields.part(
        (), fields.several(lambda _: frozenset(DEGURBA), mark("degree of urbanisation"))
    )
    people_min: int = fields.part(0, fields.whole(mark("a number of people")))
    people_max: int = fields.part(0, fields.whole(mark("a number of people")))
    points: tuple[str, ...] = fields.part((), fields.several(lambda options: options.points, mark("group of points")))
    area: str = fields.part("", fields.one(lambda options: options.areas, mark("area")))
    shortlist: tuple[str, ...] = fields.part(
        (), fields.several(lambda options: options.areas, mark("area")), parameter="list"
    )
    compared: tuple[str, ...] = fields.part((), fields.two_lists, parameter="compare")
    changed: tuple[str, ...] = fields.part((), fields.trend, parameter="change")
    peers: str = fields.part("", fields.one(lambda options: frozenset(options.territories), mark("territory")))
    language: str = fields.part("", fields.one(lambda _: frozenset(LANGUAGES), mark("language")), parameter="lang")
    sites: Question | None = fields.part(None, fields.sites, write=to_text)
    classes: str = fields.part("", fields.one(lambda _: frozenset({LOCAL}), mark("kind of classes")))
    beside: tuple[str, ...] = fields.part((), fields.two_units)
    response: tuple[str, ...] = fields.part((), fields.response)
    group: str = fields.part("", fields.one(lambda options: options.groups, mark("group of figures")))
    service: str = fields.part("", fields.one(lambda options: options.services, mark("service")))
    projects: tuple[str, ...] = fields.part(
        (), fields.several(lambda options: options.filters, mark("filter of projects"))
    )


ADDRESSES = {declaration.name: fields.address_of(declaration) for declaration in dataclasses.fields(ViewState)}


def to_parameters(view: ViewState) -> dict[str, str]:
    """Write the view for the address bar; what has its default value is left out."""
    default = ViewState()
    return {
        address.parameter: address.write(getattr(view, name))
        for name, address in ADDRESSES.items()
        if getattr(view, name) != getattr(default, name)
    }


def territory_of(parameters: Mapping[str, str], territories: tuple[str, ...]) -> tuple[str, list[str]]:
    """Read which territory an address names; one that is not built gives the first one and a notice."""
    name = parameters.get("territory", HOME)
    if name in territories:
        return name, []
    notice = say(
        "The link names the territory {given}, which is not built here; {shown} is shown.",
        given=fields.quote(name),
        shown=territories[0],
    )
    return territories[0], [notice] if "territory" in parameters else []


def from_parameters(parameters: Mapping[str, str], options: Options) -> tuple[ViewState, list[str]]:
    """Read a view from an address.

    Whatever cannot be used keeps its default and is said in a notice, one sentence each.

    Returns
    -------
    tuple
        The view, and the notices.
    """
    territory, notices = territory_of(parameters, options.territories)
    values: dict[str, object] = {"territory": territory}
    for name, address in ADDRESSES.items():
        if name in values or address.parameter not in parameters:
            continue
        value, notice = address.read(parameters[address.parameter], options, values)
        if value is not None:
            values[name] = value
        if notice:
            notices.append(notice)
    unknown = sorted(set(parameters) - {address.parameter for address in ADDRESSES.values()})
    if unknown:
        notices.append(say("The link has the unknown part {part}; it was ignored.", part=fields.quote(unknown[0])))
    return ViewState(**values), notices  # type: ignore[arg-type]
