"""What could be done: needs by theme, projects that fit an area, areas where a project could go next."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.options import PROJECT
from dashboard.view.text import plain
from dashboard.widgets.shared import regions
from dashboard.widgets.shared.downloads import File, buttons
from dashboard.widgets.shared.table import written
from geodata.i18n import current, mark, number, say
from pipelines.export.suggestions import file
from pipelines.response.matching import suggestions, territory
from pipelines.response.matching.suggestions import Suggestions
from pipelines.response.matching.territory import Matching

SHOWN = 15
ILLUSTRATIVE = mark(
    "Suggestions from an illustrative list of projects: few known is not few existing, and what fits by these figures "
    "still has to be looked at. The method is in docs/matching.md."
)
FORMATS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} | {
    "zip": "application/zip"
}


@st.cache_resource(max_entries=4, show_spinner=False)
def matching_of(_loaded: Loaded, version: str) -> Matching:  # noqa: ARG001 - the version is the cache key
    """Matching for a version of a territory, computed once for all sessions."""
    return territory.of(_loaded.territory)


@st.cache_data(max_entries=100, show_spinner=False)
def _for_area(_matching: Matching, version: str, area_id: str, language: str) -> pd.DataFrame:  # noqa: ARG001 - cache key
    return _matching.for_area(area_id)


@st.cache_data(max_entries=100, show_spinner=False)
def _for_project(_matching: Matching, version: str, project_id: str, language: str) -> pd.DataFrame:  # noqa: ARG001
    return _matching.for_project(project_id, count=SHOWN)


def needs(loaded: Loaded, matching: Matching, area_id: str) -> None:
    """Draw the need for each theme as a bar, those that cannot be judged with what is lacking."""
    entries = loaded.entries
    values = pd.Series(matching.needs.values.loc[area_id]).dropna().sort_values(ascending=False)
    if not values.empty:
        st.dataframe(
            pd.DataFrame(
                {
                    "theme": [say(str(theme)) for theme in values.index],
                    "need": values.to_numpy(),
                    "from": [
                        ", ".join(entries[name].title for name in matching.needs.of(area_id, str(theme)))
                        for theme in values.index
                    ],
                }
            ),
            hide_index=True,
            column_config={
                "theme": st.column_config.TextColumn(say("Theme"), width=170),
                "need": st.column_config.ProgressColumn(
                    say("Need, 0 to 100"),
                    min_value=0,
                    max_value=100,
                    format="%d",
                    help=say("How much more it is needed here than in the other areas: the mean of percentile ranks."),
                ),
                "from": st.column_config.TextColumn(say("Judged from"), width="large"),
            },
            alt=say("Need by theme"),
        )
    gaps = [theme for theme in matching.needs.used if theme not in values.index]
    if gaps:
        reasons = [
            say("{theme} (its figures are missing for this area)", theme=say(theme))
            if matching.needs.used[theme]
            else say("{theme} (the data lack {what})", theme=say(theme), what=say(matching.needs.lacking[theme]))
            for theme in gaps
        ]
        st.caption(plain(f"{say('Cannot be judged here:')} {'; '.join(reasons)}."))


def projects(loaded: Loaded, matching: Matching, area_id: str) -> None:
    """Draw the projects that fit an area best, with the parts of the score, and say which are not ranked."""
    table = _for_area(matching, loaded.content, area_id, current())
    ranked = table[table["unranked"] == ""]
    if ranked.empty:
        st.info(say("No listed project can be compared with this area."), icon=":material/search_off:")
    else:
        first = ranked.head(SHOWN)
        st.dataframe(
            written(
                pd.DataFrame(
                    {
                        "name": first["name"],
                        **_parts(first),
                        "place": first["place"] + " (" + first["country"] + ")",
                        "source": first["source_url"],
                        "why": first["why"],
                    }
                ),
                dict.fromkeys(("score", "need", "similarity", "evidence"), 2),
            ),
            hide_index=True,
            column_config={"name": st.column_config.TextColumn(say("Project"), width="medium")}
            | _part_columns()
            | {
                "place": st.column_config.TextColumn(say("Home")),
                "source": st.column_config.LinkColumn(say("Source"), display_text=say("open")),
                "why": st.column_config.TextColumn(say("Why"), width="large"),
            },
            alt=say("Projects that fit the area"),
        )
    unranked = table[table["unranked"] != ""]["unranked"].value_counts()
    if len(unranked):
        reasons = "; ".join(f"{say(str(reason))}: {number(count)}" for reason, count in unranked.items())
        st.caption(plain(say("Not ranked: {reasons}.", reasons=reasons)))


def _parts(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: rows[name] for name in ("score", "need", "similarity", "evidence")}


def _part_columns() -> dict[str, Any]:
    titles = {
        "score": (say("Score"), say("Need × similarity × evidence, each from 0 to 1.")),
        "need": (say("Need"), say("Need of the area for the themes of the project that can be judged.")),
        "similarity": (say("Similarity"), say("How alike the area and the home of the project are.")),
        "evidence": (say("Evidence"), say("Kind of project, running or ended, how well it and its place are known.")),
    }
    return {name: st.column_config.NumberColumn(title, help=about) for name, (title, about) in titles.items()}


def support(matching: Matching, area_id: str) -> None:
    """List the support organisations nearest to an area."""
    rows = matching.support(area_id)
    for row in rows.to_dict("records"):
        where = say("{place} ({country}), {km} km", place=row["place"], country=row["country"], km=number(row["km"]))
        st.markdown(f"- **{plain(row['name'])}**, {plain(where)} ([{plain(row['source_title'])}]({row['source_url']}))")
    if rows.empty:
        st.markdown(say("No support organisation can be measured from here."))
    else:
        st.caption(say("Support organisations of the country first, then those abroad; kilometres are straight lines."))


def next_places(loaded: Loaded, matching: Matching) -> None:
    """Draw the choice of a project and the areas where it could go next."""
    projects = matching.projects[matching.projects["kind"] == "project"].sort_values("name")
    names = dict(zip(projects.index, projects["name"] + " (" + projects["country"] + ")", strict=True))
    key = "response-project"
    st.session_state[key] = next((each for each in session.view().response[1:] if each in names), None)
    project = st.selectbox(
        say("Project"),
        list(names),
        format_func=names.__getitem__,
        index=None,
        placeholder=say("Choose a project"),
        key=key,
        on_change=lambda: session.change(response=tuple(filter(None, (PROJECT, st.session_state[key])))),
    )
    if project is None:
        st.caption(say("Choose a project to see the areas most like its home where its themes are needed most."))
        return
    table = _for_project(matching, loaded.content, project, current())
    ranked = table[table["unranked"] == ""]
    if ranked.empty:
        reason = say(str(table["unranked"].iloc[0]))
        st.info(plain(say("No area can be ranked for this project: {reason}.", reason=reason)))
        return
    where = regions.where(loaded)
    st.dataframe(
        written(
            pd.DataFrame(
                {
                    "area": ranked["name"],
                    "region": ranked.index.map(where),
                    **_parts(ranked),
                    "why": ranked["why"],
                }
            ),
            dict.fromkeys(("score", "need", "similarity", "evidence"), 2),
        ),
        hide_index=True,
        column_config={
            "area": st.column_config.TextColumn(say("Area")),
            "region": st.column_config.TextColumn(say("Region")),
        }
        | _part_columns()
        | {"why": st.column_config.TextColumn(say("Why"), width="large")},
        alt=say("Areas for the project"),
    )
    downloads("project", lambda: suggestions.for_project(matching, project))


def downloads(name: str, make: Callable[[], Suggestions]) -> None:
    """Draw one button a format."""
    files: list[File] = [
        (ending.upper(), f"{name}.{ending}", kind, partial(_bytes, make, ending), "")
        for ending, kind in FORMATS.items()
    ]
    buttons(files, spare=3)


def _bytes(make: Callable[[], Suggestions], ending: str) -> bytes:
    return file(make(), f"x.{ending}")
