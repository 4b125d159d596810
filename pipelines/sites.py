"""The next site: a planner's question about a built territory, and its answer by place, area and site."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.errors import InputError
from geodata.indicators import category
from geodata.names import suggest
from geodata.store import Territory
from pipelines import areas, sitetables, travelmodel
from pipelines import own as own_tables
from pipelines.access.travel import TravelModel
from pipelines.inputs import by_id
from pipelines.response import siting
from pipelines.response.siting import Plan, Problem, Rules
from pipelines.selection import REGION_LEVELS, in_region

Report = Callable[[str], None]

DEMANDS = {
    "population": "people",
    "people_65_plus": "people aged 65 and over",
    "people_under_15": "people under 15",
    "need": "people, weighted by need",
}
PLACES = "places"
# Farther than a day nobody is looked for.
FARTHEST = 1440.0
# More pairs than these do not fit the memory that two processors usually come with.
MOST_PAIRS = 60_000_000
# Options of the command line that are not called as the attribute of a question is.
OPTIONS = {"excluded": "exclude"}
SHARED_OUT = "Ages and need are those of the area: they are taken to be the same at all its places."


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
    def rules(self) -> Rules:
        """The rules of the choice."""
        return Rules(
            sites=self.sites or None if self.method != "lscp" else None,
            budget=self.budget or None,
            minimum=dict(self.minimum),
        )


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found.

    Attributes
    ----------
    question, plan
        What was asked, and the sites with their gap.
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
        For manifests: the territory, the travel model, numbers of places and candidates, value, bound and gap.
    """

    question: Question
    plan: Plan
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
    def reach(self) -> float:
        """Minutes within which people count as covered: the limit, or for p_centre what was found."""
        return self.plan.value if self.question.method == "p_centre" else self.question.limit

    @property
    def people(self) -> float:
        """The whole demand."""
        return float(self.demand["people"].sum())


def answer(
    territory: Territory,
    question: Question,
    *,
    own: gpd.GeoDataFrame | None = None,
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
        The planner's list of candidates in place of `question.candidates`: points in EPSG:4326 with `site_id`, `name`,
        and where known `cost`, `capacity`.
    model, table
        The travel model and the table of areas, when they are at hand.
    report
        Called with a few words before each step.

    Raises
    ------
    InputError
        The territory has no travel model, something asked for is unknown or impossible, or, for `lscp`, places that no
        candidate covers, which are named.
    """
    _check(territory, question)
    report("Reading the territory")
    table = areas.table(territory) if table is None else table
    model = travelmodel.of(territory) if model is None else model
    lived, notes = _demand(territory, table, question)
    candidates, more = _candidates(territory, table, question, own)
    report(f"Minutes from {len(lived):,} places to {len(candidates):,} candidates")
    horizon = FARTHEST if question.method == "p_centre" else question.limit
    if question.method == "p_centre" and len(lived) * len(candidates) > MOST_PAIRS:
        raise InputError("The farthest place of so many cannot be found in the memory there is; choose a region.")
    pairs = model.within(lived.geometry, candidates.geometry, minutes=horizon)
    problem = siting.problem(pairs, lived["people"], candidates)
    lost = siting.uncoverable(problem, horizon)
    if question.method == "lscp" and len(lost):
        names = ", ".join(lived["name"].iloc[lost[:5]])
        raise InputError(
            f"{len(lost):,} places have no candidate within {question.limit:g} minutes, such as {names}; raise the "
            "limit, take more candidates, or ask for the most people within the limit (mclp)."
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
        most=len(plan.chosen) if question.method == "lscp" else max(len(plan.chosen), 1) + 5,
        report=report,
    )
    report("Who gains")
    limit = plan.value if question.method == "p_centre" else question.limit
    after = sitetables.demand_table(lived, candidates, plan, problem, model, limit)
    return Answer(
        question=question,
        plan=plan,
        sites=sitetables.sites_table(candidates, plan, problem, limit),
        demand=after,
        areas=sitetables.areas_table(after),
        curve=sitetables.curve_table(problem, steps, plan, limit),
        alternatives=sitetables.alternatives_table(candidates, plan, others),
        uncoverable=after.iloc[lost],
        notes=(*notes, *more, *_said(question, plan, len(lost))),
        facts=_facts(territory, question, plan, problem, after),
    )


def _check(territory: Territory, question: Question) -> None:
    known = sorted(territory.layer("services")["category"].unique())
    for name in (question.service, *([] if question.candidates == PLACES else [question.candidates])):
        if name not in known:
            raise InputError(f"{territory.manifest['title']} has no service {name!r}; {suggest(name, known)}.")
    for what, name, names in (
        ("demand", question.demand, DEMANDS),
        ("method", question.method, siting.METHODS),
        ("solver", question.solver, siting.SOLVERS),
    ):
        if name not in names:
            raise InputError(f"There is no {what} {name!r}; {suggest(name, names)}.")
    if not 0 < question.limit <= FARTHEST:
        raise InputError(f"The limit is {question.limit:g} minutes, expected above 0 and at most {FARTHEST:g}.")
    for what, number in (("number of sites", question.sites), ("budget", question.budget)):
        if number < 0:
            raise InputError(f"The {what} is {number:g}, expected 0 (no limit) or more.")


def _demand(territory: Territory, table: pd.DataFrame, question: Question) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Places with their demand, index place_id; those whose people are not known are left out."""
    places = by_id(territory.layer("places"), "place_id")
    inside = in_region(table, question.region) if question.region else pd.Series(True, index=table.index)
    places = places[places["area_id"].map(inside).fillna(False).astype(bool)]
    part = _part(table, question.demand, territory.manifest["title"])
    people = places["population"] * places["area_id"].map(part)
    unknown = int(people.isna().sum())
    lived = places.assign(people=people, area=places["area_id"].map(table["name"]))[people.notna()]
    notes = [SHARED_OUT] if question.demand != "population" else []
    if unknown:
        notes.append(f"{unknown:,} places have no known number of {DEMANDS[question.demand]} and are left out.")
    return lived[["place_id", "name", "area_id", "area", "people", "geometry"]], notes


def _part(table: pd.DataFrame, demand: str, title: str) -> pd.Series:
    """Demand for each person of an area."""
    needed = {"people_under_15": "share_under_15"}.get(demand, demand)
    if demand != "population" and needed not in table:
        raise InputError(f"{title} does not know {DEMANDS[demand]}; ask for another demand.")
    if demand == "people_65_plus":
        return table["people_65_plus"] / table["population"].where(table["population"] > 0)
    if demand in ("people_under_15", "need"):
        return table[needed] / 100
    return pd.Series(1.0, index=table.index)


def _candidates(
    territory: Territory, table: pd.DataFrame, question: Question, own: gpd.GeoDataFrame | None
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Candidates and, after them, the services that exist; index their ids as the travel model knows them."""
    services = by_id(territory.layer("services"), "service_id")
    notes: list[str] = []
    if own is not None:
        new = own.set_index(pd.Index(own["site_id"], name=None), drop=False)
        new["area_id"] = _area_of(new, territory)
        new = new[new["area_id"].map(_inside(table, question.region)).fillna(not question.region).astype(bool)]
        if len(new) < len(own):
            notes.append(f"{len(own) - len(new):,} of {len(own):,} candidates of the list lie outside the region.")
    elif question.candidates == PLACES:
        new = by_id(territory.layer("places"), "place_id")
        new = new[new["area_id"].map(_inside(table, question.region)).astype(bool)]
        new = new[new["population"].fillna(0) >= question.people_min]
        new = new.assign(site_id=new["place_id"])
    else:
        new = services[services["category"] == question.candidates]
        new = new.assign(site_id=new["service_id"], area_id=_area_of(new, territory))
        new = new[new["area_id"].map(_inside(table, question.region)).fillna(False).astype(bool)]
        new = new.drop(columns="capacity")
    known = {*new.index, *new["area_id"].dropna()}
    unknown = [code for code in question.excluded if code not in known]
    if unknown:
        raise InputError(f"There is no candidate or area {unknown[0]!r} to leave out; {suggest(unknown[0], known)}.")
    new = new[~(new.index.isin(question.excluded) | new["area_id"].isin(question.excluded))].assign(existing=False)
    if "cost" not in new:
        new = new.assign(cost=1.0)
    new["cost"] = new["cost"].fillna(1.0)
    if "capacity" not in new or question.capacity:
        new = new.assign(capacity=question.capacity or np.nan)
    old = services[(services["category"] == question.service) & question.existing]
    old = old[~old.index.isin(new.index)] if question.candidates != question.service or own is not None else old[:0]
    old = old.assign(site_id=old["service_id"], area_id=_area_of(old, territory), existing=True, cost=0.0)
    old["capacity"] = np.nan
    columns = ["site_id", "name", "area_id", "existing", "cost", "capacity", "geometry"]
    both = gpd.GeoDataFrame(pd.concat([new[columns], old[columns]]), crs=services.crs)
    both["area"] = both["area_id"].map(table["name"])
    both["region"] = _region_of(both, table, question)
    return both, notes


def _inside(table: pd.DataFrame, region: str) -> pd.Series:
    return in_region(table, region) if region else pd.Series(True, index=table.index)


def _area_of(points: gpd.GeoDataFrame, territory: Territory) -> pd.Series:
    """Area that each point lies in, null outside."""
    drawn = territory.layer("areas")[["area_id", "geometry"]]
    found = points[["geometry"]].sjoin(drawn, predicate="intersects").sort_values("area_id", kind="stable")
    owner: pd.Series = found.loc[~found.index.duplicated(), "area_id"].reindex(points.index)
    return owner


def _region_of(candidates: gpd.GeoDataFrame, table: pd.DataFrame, question: Question) -> pd.Series:
    """Which of the regions with a minimum each candidate lies in, empty: none."""
    found = pd.Series("", index=candidates.index)
    for code, _ in question.minimum:
        mine = candidates["area_id"].map(in_region(table, code)).fillna(False).astype(bool)
        twice = mine & (found != "")
        if twice.any():
            raise InputError(
                f"The regions {found[twice].iloc[0]} and {code} overlap; give the minimum of regions side by side."
            )
        found[mine] = code
    return found


def _said(question: Question, plan: Plan, lost: int) -> list[str]:
    found = []
    if question.method != "lscp" and question.sites and len(plan.chosen) < question.sites:
        found.append(f"{len(plan.chosen)} of {question.sites} sites are proposed: no further one would help anybody.")
    if not len(plan.chosen) and question.method == "lscp":
        found.append("No new site is needed: everybody has a service within the limit.")
    if lost:
        found.append(f"{lost:,} places have no candidate in reach and stay without the service; they are listed.")
    if question.capacity and question.existing:
        found.append("Services that exist are taken to have no limit of capacity.")
    return found


def _facts(
    territory: Territory,
    question: Question,
    plan: Plan,
    problem: Problem,
    demand: gpd.GeoDataFrame,
) -> dict[str, Any]:
    manifest = territory.manifest
    return {
        "territory": territory.id,
        "territory_version": territory.version,
        "question": asdict(question),
        "method": siting.METHODS[question.method],
        "places": len(problem.places),
        "candidates": len(problem.free),
        "existing": int(problem.existing.sum()),
        "demand": {"of": DEMANDS[question.demand], "total": round(float(demand["people"].sum()), 3)},
        "covered_before": round(float(demand["covered_before"].sum()), 3),
        "covered_after": round(float(demand["covered_after"].sum()), 3),
        "value": round(plan.value, 6),
        "bound": round(plan.bound, 6),
        "gap": round(plan.gap, 6) if np.isfinite(plan.gap) else None,
        "said": plan.said(),
        "travel": manifest["travel"],
    }


def service_title(question: Question) -> str:
    """Name of the service asked for."""
    return category(question.service).title


def regions_of(table: pd.DataFrame, region: str) -> dict[str, str]:
    """Regions one level below one (or the narrowest of all), by code, with the level: for the minimum of each."""
    inside = table[_inside(table, region)]
    for level in REGION_LEVELS:
        codes = inside[level].dropna().unique()
        if len(codes) > 1:
            return dict.fromkeys(sorted(codes), level)
    return {}


def candidates_of(
    territory: Territory, content: bytes, filename: str, *, service: str
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Read a planner's list of candidates, any table that `own.read_own` reads, with places or coordinates.

    A column called `cost` is what a site costs to open; capacities are read as for own services.

    Returns
    -------
    tuple
        Candidates for `answer`, and what was read how or left out, one sentence each.

    Raises
    ------
    InputError
        The file cannot be read, or no row of it can be placed.
    """
    reading = own_tables.read_own(content, filename)
    done = own_tables.apply(
        reading, reading.mapping("services") | {"category": f"={service}"}, "services", territory, name="candidate"
    )
    if not len(done.layer):
        reason = done.rejected["reason"].iloc[0] if len(done.rejected) else "it has no rows"
        raise InputError(f"No row of {filename} can be placed ({reason}); give names of places, codes or coordinates.")
    layer = gpd.GeoDataFrame(done.layer).rename(columns={"service_id": "site_id"})
    layer = layer[["site_id", "name", "capacity", "geometry"]]
    rows = reading.table.rows
    column = next((name for name in rows if str(name).strip().casefold() == "cost"), None)
    if column is not None:
        costs = pd.to_numeric(rows[column].astype(str).str.replace(",", "."), errors="coerce")
        costs.index = pd.Index([f"candidate-{row}" for row in rows.index])
        layer["cost"] = layer["site_id"].map(costs)
        if layer["cost"].isna().any():
            first = layer.loc[layer["cost"].isna(), "name"].iloc[0]
            raise InputError(f"The cost of candidate {first} in {filename} is not a number; correct it.")
    rejected = f"{len(done.rejected):,} rows of {filename} cannot be placed and are left out."
    return layer, [*done.notes, *([rejected] if len(done.rejected) else [])]


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
    found = []
    for part in codes_of(text):
        read = re.fullmatch(r"(\w+)\s*=\s*([0-9]{1,6})", part)
        if not read:
            raise InputError(f"The minimum {part!r} cannot be read; give it as REGION=NUMBER, such as ITF51=1.")
        found.append((read[1], int(read[2])))
    return tuple(found)


def command_of(question: Question, territory: str, out: str, candidates: str = "") -> str:
    """The command line that asks a question."""
    usual = Question(service=question.service)
    asked = {**asdict(question), "candidates": candidates or question.candidates}
    parts = [f"python -m pipelines site {territory} --service {question.service}"]
    for name, value in asked.items():
        if name not in ("service", "existing") and value != getattr(usual, name):
            parts.append(f"--{OPTIONS.get(name, name).replace('_', '-')} {_option(value)}")
    return " ".join([*parts, *([] if question.existing else ["--anew"]), f"-o {out}"])


def _option(value: Any) -> str:
    """A value as the command line takes it."""
    if isinstance(value, tuple):
        return ",".join(part if isinstance(part, str) else f"{part[0]}={part[1]}" for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
