"""Suggestions as tables that can be exported: for areas, for a project, and white spots of a theme."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geodata.errors import InputError
from geodata.i18n import DEFAULT, using
from geodata.store import Territory
from pipelines.access import partners
from pipelines.response.matching.crosswalk import Crosswalk
from pipelines.response.matching.territory import Matching
from pipelines.response.matching.white_spots import ALIKE, HIGH, STATES

TOP = 20
SCORES = ["score", "need", "similarity", "evidence"]
ABOUT = ["name", "organisation", "kind", "status", "themes", "judged", "country", "place", "source_url", "why"]


@dataclass(frozen=True, eq=False)
class Suggestions:
    """An answer in tables, the main one first.

    Attributes
    ----------
    territory
        Where.
    title
        What the answer is about.
    tables
        By name; every column is one of `pipelines.export.suggestions.COLUMNS`.
    facts
        The question, for the manifest.
    options
        The question as options of the command line.
    crosswalk
        What the need for each theme was judged by.
    """

    territory: Territory
    title: str
    tables: dict[str, pd.DataFrame]
    facts: dict[str, Any]
    options: str
    crosswalk: Crosswalk


@using(DEFAULT)
def for_areas(matching: Matching, area_ids: Sequence[str], *, top: int = TOP) -> Suggestions:
    """Suggest projects for areas, with the needs they answer to and who can help.

    Raises
    ------
    InputError
        No area is given, one is given twice, or one is unknown.
    """
    ids = list(area_ids)
    if not ids:
        raise InputError("No area was given; give the code of at least one.")
    if len(set(ids)) < len(ids):
        raise InputError(f"Area {next(each for each in ids if ids.count(each) > 1)} was given twice; give it once.")
    ranked, unranked, needs, helping = [], [], [], []
    for area_id in ids:
        found = matching.for_area(area_id).rename_axis("project_id").reset_index()
        found["judged"] = found["judged"].map(";".join)
        area = {"area_id": area_id, "area": matching.table["name"][area_id]}
        first = found[found["unranked"] == ""].head(top)
        ranked.append(first.assign(**area, order=range(1, len(first) + 1)))
        unranked.append(found[found["unranked"] != ""].sort_values("project_id").assign(**area))
        needs.append(_needs(matching, area_id).assign(**area))
        helping.append(_partners(matching, area_id).assign(**area))
    place = ["area_id", "area"]
    return Suggestions(
        territory=matching.territory,
        title=f"Projects for {len(ids)} areas, {matching.territory.manifest['title']}",
        tables={
            "matches": pd.concat(ranked)[[*place, "order", "project_id", *SCORES, *ABOUT]],
            "not_ranked": pd.concat(unranked)[[*place, "project_id", "name", "themes", "unranked"]],
            "needs": pd.concat(needs)[[*place, "theme", "theme_need", "indicators", "lacking"]],
            "partners": pd.concat(helping)[[*place, "partner", "name", "country", "place", "km", "source_url"]],
        },
        facts={"areas": ids, "top": top},
        options=f"--area {','.join(ids)} --top {top}",
        crosswalk=matching.crosswalk,
    )


@using(DEFAULT)
def for_project(matching: Matching, project_id: str, *, top: int = TOP) -> Suggestions:
    """Suggest areas for a project."""
    found = matching.for_project(project_id, count=top).reset_index()
    found["judged"] = found["judged"].map(";".join)
    found = found.assign(order=range(1, len(found) + 1), project_id=project_id).rename(columns={"name": "area"})
    columns = ["order", "area_id", "area", "nuts2_name", "nuts3_name", "population", "project_id"]
    return Suggestions(
        territory=matching.territory,
        title=f"Areas for {matching.projects['name'][project_id]}, {matching.territory.manifest['title']}",
        tables={"areas": found[[*columns, *SCORES, "judged", "unranked", "why"]]},
        facts={"project": project_id, "top": top},
        options=f"--project {project_id} --top {top}",
        crosswalk=matching.crosswalk,
    )


@using(DEFAULT)
def for_theme(matching: Matching, theme: str, minutes: int, states: pd.Series | None = None) -> Suggestions:
    """List the white spots of a theme, those that need it most first, and how many areas are in each state.

    `states` are those of `matching.white_spots`, when they are at hand.
    """
    states = matching.white_spots(theme, minutes) if states is None else states
    table = matching.table.assign(theme_need=matching.needs.values[theme], state=states, theme=theme)
    spots = table[table["state"] == STATES[0]].sort_index().sort_values("theme_need", ascending=False, kind="stable")
    listed = spots.reset_index().rename(columns={"name": "area"}).assign(order=range(1, len(spots) + 1))
    columns = ["order", "area_id", "area", "nuts2_name", "nuts3_name", "population", "theme", "theme_need", "state"]
    counts = states.value_counts().reindex(STATES, fill_value=0)
    return Suggestions(
        territory=matching.territory,
        title=f"White spots of {theme}, {matching.territory.manifest['title']}",
        tables={
            "white_spots": listed[columns],
            "states": pd.DataFrame({"state": STATES, "areas": counts.to_numpy()}),
        },
        facts={"theme": theme, "minutes": minutes, "high": HIGH, "alike": ALIKE, "unjudged": int(states.isna().sum())},
        options=f'--white-spots "{theme}" --minutes {minutes}',
        crosswalk=matching.crosswalk,
    )


def _needs(matching: Matching, area_id: str) -> pd.DataFrame:
    needs = matching.needs
    return pd.DataFrame(
        [
            {
                "theme": theme,
                "theme_need": needs.values.at[area_id, theme],
                "indicators": ";".join(needs.of(area_id, theme)) or None,
                "lacking": needs.lacking[theme],
            }
            for theme in needs.used
        ]
    ).astype({"indicators": "str"})


def _partners(matching: Matching, area_id: str) -> pd.DataFrame:
    country = matching.country(area_id)
    centres = partners.competence_centres(matching.projects, country).assign(partner="competence centre")
    consortia = partners.consortia_of(matching.territory.layer("consortia"), country)
    groups = pd.DataFrame({"name": consortia["consortium"], "partner": "consortium", "country": country})
    support = matching.support(area_id).assign(partner="support organisation")
    columns = ["partner", "name", "country", "place", "km", "source_url"]
    return pd.concat(
        [each.reindex(columns=columns) for each in (centres, groups, support) if len(each)]
        or [pd.DataFrame(columns=columns)]
    )
