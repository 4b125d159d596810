"""From a question to its answer: minutes, the choice, and what it does for whom."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.errors import InputError
from geodata.i18n import mark, number, say
from geodata.i18n.message import Message, plural, tell
from geodata.names import suggest
from geodata.store import Territory
from pipelines.access.travel import storage as travelmodel
from pipelines.access.travel.model import TravelModel
from pipelines.areas.table import areas_table
from pipelines.priority import configuration
from pipelines.priority.analysis import Analysis
from pipelines.priority.configuration import Configuration
from pipelines.response.siting import candidates as sites
from pipelines.response.siting import demand, tables
from pipelines.response.siting import solver as siting
from pipelines.response.siting.candidates import Listed
from pipelines.response.siting.question import DEMANDS, PLACES, Question, command_of
from pipelines.response.siting.solver import Plan, Problem

Report = Callable[[str], None]

# Farther than a day nobody is looked for.
FARTHEST = 1440.0
# More pairs than these do not fit the memory that two processors usually come with.
MOST_PAIRS = 60_000_000
# Of the value in a manifest, by method, and of mclp where capacities divide the people.
VALUES = {
    "mclp": "people brought within the limit",
    "p_median": "person-minutes",
    "lscp": "cost of the new sites",
    "p_centre": "minutes of the farthest place",
}
SERVED = "people served within the limit, those whom existing sites serve counted"
ITSELF = mark("The candidates are the service itself; choose places or services of another category.")


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found.

    Attributes
    ----------
    question, plan
        What was asked, and the sites with their gap.
    own
        The planner's list that the candidates are of; None: they are as the question says.
    analysis
        Whose need the demand is weighted by; None: that of the territory, or the demand is another.
    reach
        Minutes within which people count as covered: the limit, or for p_centre what was found.
    sites
        Points, EPSG:4326, the proposed ones first: `order` (0: exists), `site_id`, `name`, `area_id`, `area`, `status`
        (proposed, exists), `served` (demand whose nearest site it is, within the limit), `gained` (of that, demand that
        no existing site had within the limit), `cost`.
    demand
        Points, EPSG:4326: `place_id`, `name`, `area_id`, `area`, `people` (the demand), `minutes_before`,
        `minutes_after` (NaN: out of reach), `covered_before`, `covered_after` (people within the limit).
    areas
        `area_id`, `area`, `people`, `covered_before`, `covered_after`, `gained`, the most gained first; `saved`,
        minutes saved, mean over the demand that reaches a service before and after.
    curve
        By number of new `sites`: `covered` people, `share` in %, `mean_minutes` (those beyond the limit count as the
        limit). Empty where there is none.
    alternatives
        Points, EPSG:4326: `alternative`, `order`, `site_id`, `name`, `area`, `value`, `worse` (than the proposal, in
        %), `said`.
    uncoverable
        Rows of `demand` that no candidate reaches within the limit.
    notes
        What the reader must know, one sentence each.
    facts
        For manifests: the territory, the travel model, numbers of places and candidates, value, what it is, its bound
        and gap; of an own list of candidates the file and its checksum.
    """

    question: Question
    plan: Plan
    own: Listed | None
    analysis: Analysis | None
    reach: float
    sites: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    areas: pd.DataFrame
    curve: pd.DataFrame
    alternatives: gpd.GeoDataFrame
    uncoverable: gpd.GeoDataFrame
    notes: tuple[str, ...]
    facts: dict[str, Any]

    @property
    def covered(self) -> tuple[float, float]:
        """People within the limit before and after."""
        return float(self.demand["covered_before"].sum()), float(self.demand["covered_after"].sum())

    @property
    def mean_minutes(self) -> tuple[float, float]:
        """Mean minutes over the demand that reaches a service at all, before and after; NaN where none does."""

        def mean(column: str) -> float:
            within_reach = self.demand[column].notna()
            people = self.demand["people"][within_reach]
            return float(self.demand[column][within_reach] @ people / people.sum()) if people.sum() else float("nan")

        return mean("minutes_before"), mean("minutes_after")

    @property
    def people(self) -> float:
        """The whole demand."""
        return float(self.demand["people"].sum())

    def command(self, out: str) -> str:
        """The command line that finds it again, a list and a weighting of one's own by their files."""
        candidate_file, weighting = self.own.name if self.own else "", self.analysis.named if self.analysis else ""
        return command_of(self.question, self.facts["territory"], out, candidate_file, weighting)


def answer(
    territory: Territory,
    question: Question,
    *,
    own: Listed | None = None,
    analysis: Analysis | None = None,
    model: TravelModel | None = None,
    table: pd.DataFrame | None = None,
    report: Report = lambda _: None,
) -> Answer:
    """Answer a question.

    Parameters
    ----------
    territory
        The built territory.
    question
        What is asked.
    own
        The planner's list of candidates in place of `question.candidates`.
    analysis
        Whose need the demand is weighted by; None for the weighting of the territory.
    model, table
        The travel model and the table of areas, when they are at hand.
    report
        Called with a few words before each step.

    Raises
    ------
    InputError
        The territory has no travel model, something asked for is unknown or impossible, the candidates are the
        services that exist, or, for `lscp`, places that no candidate covers, which are named.
    """
    _check(territory, question, own)
    report("Reading the territory")
    table = areas_table(territory) if table is None else table
    if question.demand != "need":
        analysis = None
    if analysis is not None:
        table = analysis.table
    model = travelmodel.of(territory) if model is None else model
    places, notes = demand.at_places(territory, table, question)
    candidates, more = sites.choose(territory, table, question, own)
    report(f"Minutes from {len(places):,} places to {len(candidates):,} candidates")
    horizon = FARTHEST if question.method == "p_centre" else question.limit
    if question.method == "p_centre" and len(places) * len(candidates) > MOST_PAIRS:
        raise InputError(say("The farthest place of so many cannot be found in the memory there is; choose a region."))
    pairs = model.within(places.geometry, candidates.geometry, minutes=horizon)
    problem = siting.problem(pairs, places["people"], candidates)
    uncoverable = siting.uncoverable(problem, horizon)
    if question.method == "lscp" and len(uncoverable):
        names = ", ".join(places["name"].iloc[uncoverable[:5]])
        raise InputError(
            say(
                "{count} places have no candidate within {limit} minutes, such as {names}; raise the limit, "
                "take more candidates, or ask for the most people within the limit (mclp), which lists "
                "them all.",
                count=number(len(uncoverable)),
                limit=f"{question.limit:g}",
                names=names,
            )
        )
    plan = siting.solve(
        problem,
        question.rules,
        method=question.method,
        limit=question.limit,
        solver=question.solver,
        seconds=question.seconds,
        report=report,
    )
    others = siting.alternatives(
        problem, question.rules, plan, limit=question.limit, count=question.alternatives, report=report
    )
    steps = siting.curve(
        problem,
        question.rules,
        # How many people the sites of a whole covering reach one after the other.
        method="mclp" if question.method == "lscp" else question.method,
        limit=question.limit,
        most=len(plan.selection) if question.method == "lscp" else max(len(plan.selection), 1) + 5,
        report=report,
    )
    report("Who gains")
    limit = plan.value if question.method == "p_centre" else question.limit
    after = tables.demand_table(places, candidates, plan, problem, model, limit)
    result = Answer(
        question=question,
        plan=plan,
        own=own,
        analysis=analysis,
        reach=limit,
        sites=tables.sites_table(candidates, plan, problem, limit),
        demand=after,
        areas=tables.areas_table(after),
        curve=tables.curve_table(problem, steps, plan, limit),
        alternatives=tables.alternatives_table(candidates, plan, others),
        uncoverable=after.iloc[uncoverable],
        notes=(
            *more,
            *notes,
            *_by_need(territory, question, analysis),
            *_remarks(question, plan, problem, len(uncoverable)),
        ),
        facts={},
    )
    return replace(result, facts=_facts(territory, result, problem))


def _check(territory: Territory, question: Question, own: Listed | None) -> None:
    categories = sorted(territory.layer("services")["category"].unique())
    for name in (question.service, *([] if question.candidates == PLACES else [question.candidates])):
        if name not in categories:
            raise InputError(
                say(
                    "{territory} has no service {name}; {hint}.",
                    territory=tell(territory.manifest["title"]),
                    name=repr(name),
                    hint=suggest(name, categories),
                )
            )
    # Those that exist are kept, so that none of them is left to be chosen.
    if own is None and question.existing and question.candidates == question.service:
        raise InputError(say(ITSELF))
    for what, name, names in (
        (mark("demand"), question.demand, DEMANDS),
        (mark("method"), question.method, siting.METHODS),
        (mark("solver"), question.solver, siting.SOLVERS),
    ):
        if name not in names:
            raise InputError(
                say("There is no {what} {name}; {hint}.", what=say(what), name=repr(name), hint=suggest(name, names))
            )
    if not 0 < question.limit <= FARTHEST:
        raise InputError(
            say(
                "The limit is {limit} minutes, expected above 0 and at most {most}.",
                limit=f"{question.limit:g}",
                most=f"{FARTHEST:g}",
            )
        )
    for what, value in ((mark("number of sites"), question.sites), (mark("budget"), question.budget)):
        if value < 0:
            raise InputError(
                say("The {what} is {given}, expected 0 (no limit) or more.", what=say(what), given=f"{value:g}")
            )


def _remarks(question: Question, plan: Plan, problem: Problem, uncoverable: int) -> list[Message]:
    sentences = []
    if question.method != "lscp" and question.sites and len(plan.selection) < question.sites:
        sentence = Message(
            "{number} of {asked} sites are proposed: no further one would help anybody.",
            number=len(plan.selection),
            asked=question.sites,
        )
        sentences.append(sentence)
    if not len(plan.selection) and question.method == "lscp":
        sentences.append(Message("No new site is needed: everybody has a service within the limit."))
    if uncoverable:
        sentence = plural(
            "{count} place has no candidate in reach and stays without the service; it is listed.",
            "{count} places have no candidate in reach and stay without the service; they are listed.",
            uncoverable,
        )
        sentences.append(sentence)
    if problem.limited and problem.existing.any():
        sentences.append(Message("Services that exist are taken to have no limit of capacity."))
    return sentences


def _weighting(territory: Territory, analysis: Analysis | None) -> Configuration:
    return analysis.configuration if analysis else configuration.load(territory.manifest["index"])


def _by_need(territory: Territory, question: Question, analysis: Analysis | None) -> list[Message]:
    if question.demand != "need":
        return []
    title = Message(_weighting(territory, analysis).title)
    return [Message("The need is that of the weighting {title}.", title=title)]


def _facts(territory: Territory, result: Answer, problem: Problem) -> dict[str, Any]:
    question, plan, own, manifest = result.question, result.plan, result.own, territory.manifest
    before, after = result.covered
    request = asdict(question) | ({} if own is None else {"candidates": own.name})
    return {
        "territory": territory.id,
        "territory_version": territory.version,
        "question": request,
        **({} if own is None else {"list": {"file": own.name, "sha256": own.sha256}}),
        **({"weighting": _weighting(territory, result.analysis).name} if question.demand == "need" else {}),
        "method": siting.METHODS[question.method],
        "places": len(problem.places),
        "candidates": len(problem.free),
        "existing": int(problem.existing.sum()),
        "demand": {"of": DEMANDS[question.demand], "total": round(result.people, 3)},
        "covered_before": round(before, 3),
        "covered_after": round(after, 3),
        "value": round(plan.value, 6),
        "value_is": SERVED if question.method == "mclp" and problem.limited else VALUES[question.method],
        "bound": round(plan.bound, 6),
        "gap": round(plan.gap, 6) if np.isfinite(plan.gap) else None,
        "said": plan.quality(),
        "travel": manifest["travel"],
    }
