"""Which projects fit an area, and which areas a project: score = need x similarity x evidence, each from 0 to 1.

The need is that of the area for the themes of the project, similarity tells how alike the contexts of the area and of
the project's home are, and evidence how well the project is known. A part that cannot be judged is NaN and so is the
score: such a project is not ranked, but listed with the reason. Known projects near an area are not taken off its need,
since the list is a selection.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.errors import InputError
from geodata.i18n import enumerated, mark, number, say
from geodata.names import suggest
from pipelines.priority.peers import apart
from pipelines.response.matching.contexts import CONTEXT
from pipelines.response.matching.crosswalk import OTHER, SEEN, Crosswalk
from pipelines.response.matching.needs import Needs

PARTS = ("need", "similarity", "evidence")
FEW = mark("Too little is known of both places to compare them")
UNJUDGED = mark("The need for its themes cannot be judged here")


@dataclass(frozen=True)
class Candidates:
    """Projects that can be matched, index `project_id` throughout.

    Attributes
    ----------
    projects
        Layer `projects`.
    contexts
        See `contexts.of_projects`.
    unknown
        Why the context of a project is not known; only those.
    evidence
        Part of the score, 0 to 1.
    status
        `running`, `no end known` or `ended`.
    """

    projects: gpd.GeoDataFrame
    contexts: pd.DataFrame
    unknown: pd.Series
    evidence: pd.Series
    status: pd.Series


def status(projects: pd.DataFrame, year: int) -> pd.Series:
    """Whether projects run on in a year, index as given: running when their last year is not before it."""
    ends = projects["end_year"].astype("Float64")
    named = np.where((ends >= year).fillna(False), "running", "ended")
    return pd.Series(np.where(ends.isna(), "no end known", named), index=projects.index)


def evidence(projects: pd.DataFrame, states: pd.Series, crosswalk: Crosswalk) -> pd.Series:
    """How well projects are known: the product of the parts of their kind, status, confidence and precision, 0 to 1."""
    said = projects["confidence"].where(projects["confidence"].isin(SEEN), OTHER)
    parts = crosswalk.evidence
    found: pd.Series = (
        projects["kind"].map(parts["kind"])
        * states.map(parts["status"])
        * said.map(parts["confidence"])
        * projects["precision"].map(parts["precision"])
    )
    return found.astype(float)


def themes_of(projects: pd.DataFrame) -> pd.Series:
    """Themes of each project as tuples, index as given."""
    return projects["themes"].str.split(";").map(tuple)


def for_area(area_id: str, needs: Needs, areas: pd.DataFrame, candidates: Candidates) -> pd.DataFrame:
    """Rank all projects for an area.

    Parameters
    ----------
    area_id
        The area.
    needs
        Need by theme of all areas.
    areas
        Contexts of all areas, which set the scales of similarity.
    candidates
        The projects.

    Returns
    -------
    DataFrame
        Index `project_id`, best first, then those that are not ranked: `score`, `need`, `similarity`, `evidence` (0 to
        1, NaN where it cannot be judged), `judged` (the themes that the need is the mean of, a tuple), `unranked` (why
        it has no score, empty where it has).

    Raises
    ------
    InputError
        The area is unknown.
    """
    if area_id not in needs.values.index:
        raise InputError(f"There is no area {area_id!r}; {suggest(area_id, map(str, needs.values.index))}.")
    here = needs.values.loc[area_id]
    own = themes_of(candidates.projects)
    judged = own.map(lambda names: tuple(name for name in names if not np.isnan(here.get(name, np.nan))))
    table = pd.DataFrame(
        {
            "need": judged.map(lambda names: float(np.mean([here[name] for name in names])) / 100 if names else np.nan),
            "similarity": similarity(pd.Series(areas.loc[area_id]), candidates.contexts, areas),
            "evidence": candidates.evidence,
        },
        index=own.index,
    ).astype(float)
    return _ranked(table.assign(judged=judged, unranked=_reasons(table, candidates.unknown)))


def for_project(project_id: str, needs: Needs, areas: pd.DataFrame, candidates: Candidates) -> pd.DataFrame:
    """Rank all areas for a project: those most like its home where its themes are needed most.

    Returns
    -------
    DataFrame
        As for `for_area`, index `area_id`.

    Raises
    ------
    InputError
        The project is unknown.
    """
    if project_id not in candidates.projects.index:
        raise InputError(
            f"There is no project {project_id!r}; {suggest(project_id, map(str, candidates.projects.index))}."
        )
    own = [name for name in themes_of(candidates.projects)[project_id] if name in needs.values]
    wanted = needs.values[own]
    known = wanted.notna().to_numpy()
    table = pd.DataFrame(
        {
            "need": wanted.mean(axis=1) / 100 if own else np.nan,
            "similarity": similarity(pd.Series(candidates.contexts.loc[project_id]), areas, areas),
            "evidence": candidates.evidence[project_id],
        },
        index=areas.index,
    ).astype(float)
    judged = pd.Series([tuple(np.array(own, dtype=object)[row]) for row in known], index=areas.index, dtype=object)
    unknown = pd.Series(candidates.unknown.get(project_id), index=areas.index, dtype=object).dropna()
    return _ranked(table.assign(judged=judged, unranked=_reasons(table, unknown)))


def similarity(one: pd.Series, others: pd.DataFrame, scales: pd.DataFrame) -> pd.Series:
    """How alike contexts are, 0 (apart in everything) to 1 (the same); NaN where less than half can be compared."""
    parts = apart(one, others, scales=scales, context=CONTEXT)
    found: pd.Series = (1 - parts.sum(axis=1) / 100).clip(0, 1)
    return found.reindex(others.index)


def sentence(row: pd.Series, name: str, said: str) -> str:
    """Why a project is suggested for an area, in words.

    Parameters
    ----------
    row
        A row of `for_area` or `for_project` with a score.
    name
        Name of the area.
    said
        State of knowledge about the project, such as "project, no end known".
    """
    alike = row["similarity"]
    if alike >= 0.9:
        home = say("is much like this area")
    elif alike >= 0.75:
        home = say("is like this area")
    else:
        home = say("is partly like this area") if alike >= 0.5 else say("is unlike this area")
    return say(
        "In {area} the need for {themes} is {need} of 100. The home of the project {home} (similarity {similarity}). "
        "What is known of it: {said}.",
        area=name,
        themes=enumerated(map(say, row["judged"])),
        need=number(100 * row["need"]),
        home=home,
        similarity=number(alike, 2),
        said=said,
    )


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    scored = table.assign(score=table["need"] * table["similarity"] * table["evidence"])
    order = ["score", *PARTS, "judged", "unranked"]
    return scored[order].sort_index().sort_values("score", ascending=False, kind="stable", na_position="last")


def _reasons(table: pd.DataFrame, unknown: pd.Series) -> pd.Series:
    """Why rows have no score; empty where they have."""
    reasons = pd.Series("", index=table.index, dtype=object)
    reasons[table["need"].isna()] = UNJUDGED
    far = table["similarity"].isna()
    reasons[far] = unknown.reindex(table.index)[far].fillna(FEW)
    return reasons
