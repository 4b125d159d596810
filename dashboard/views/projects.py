"""Projects: the listed SI projects, support organisations and competence centres of Europe."""

from collections.abc import Callable

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.maps.choropleth import show
from dashboard.maps.frame import attribution
from dashboard.maps.layers import PROJECTS_COLOUR, overview
from dashboard.maps.picture import Paint, Points, Symbol, encode
from dashboard.view import session, text
from dashboard.view.options import ALL
from dashboard.view.state import ViewState
from dashboard.view.text import plain
from geodata.i18n import number, say
from geodata.i18n.message import tell

GROUND = "#dfe4e8"
MOST = 2000  # rows that a person would scroll through


def origins(loaded: Loaded, projects: pd.DataFrame) -> dict[str, str]:
    """Title of each source of the projects, with how complete it is."""
    counts = projects["source_id"].value_counts()
    return {
        source["id"]: f"{source['title']} ({say(source['completeness'])})"
        for source in loaded.manifest["sources"]
        if source["id"] in counts.index
    }


def head(loaded: Loaded, projects: pd.DataFrame, titles: dict[str, str]) -> None:
    """Say how many there are and how complete each of the lists is."""
    st.markdown(f"## {say('Projects')}")
    count = say(
        "{projects} projects, support organisations and competence centres in {countries} countries.",
        projects=number(len(projects)),
        countries=number(projects["country"].replace("", None).nunique()),
    )
    if list(titles) == ["si-projects"]:
        note = say(
            "An illustrative list compiled from public pages, not a census: an empty region means that none is known "
            "here."
        )
        st.markdown(f"**{count}** {note}")
        return
    st.markdown(f"**{count}**")
    limits = {source["id"]: source["limits"] for source in loaded.manifest["sources"]}
    counts = projects["source_id"].value_counts()
    for source, title in titles.items():
        st.markdown(f"- **{plain(title)}**: {number(counts[source])}. {plain(tell(limits[source]))}")


def selection(view: ViewState, loaded: Loaded, projects: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """Draw the filters, which are in the address, and return what passes them."""
    home = f"country={loaded.manifest['country']}"
    usual = (home,) if home in loaded.project_filters else ()
    values = [each.partition("=") for each in view.projects or usual if each != ALL]
    filters = [each.partition("=") for each in sorted(loaded.project_filters - {ALL})]
    parts: dict[str, tuple[str, Callable[[str], str]]] = {
        "country": (say("Country"), str),
        "theme": (say("Theme"), say),
        "kind": (say("Kind"), say),
    }
    if len(titles) > 1:
        parts["source"] = (say("Source"), titles.__getitem__)

    def change() -> None:
        values = tuple(f"{part}={value}" for part in parts for value in st.session_state[f"project-{part}"])
        session.change(projects=() if values == usual else values or (ALL,))

    choices: dict[str, list[str]] = {}
    for column, (part, (title, write)) in zip(st.columns(len(parts)), parts.items(), strict=True):
        key = f"project-{part}"
        st.session_state[key] = [value for own, _, value in values if own == part]
        options = [value for own, _, value in filters if own == part]
        choices[part] = column.multiselect(title, options, format_func=write, key=key, on_change=change)
    passes = pd.Series(True, index=projects.index)
    for part, name in (("country", "country"), ("kind", "kind"), ("source", "source_id")):
        if choices.get(part):
            passes &= projects[name].isin(choices[part])
    if choices["theme"]:
        passes &= projects["themes"].str.split(";").map(lambda own: bool(set(own) & set(choices["theme"])))
    return projects[passes].sort_values(["country", "name"])


def table(rows: pd.DataFrame) -> None:
    """Draw the projects; what none of them has is left out."""
    frame = pd.DataFrame(
        {
            "name": rows["name"],
            "organisation": rows["organisation"],
            "kind": rows["kind"].map(say),
            "themes": rows["themes"].map(text.themes),
            "found": rows["theme_match"],
            "country": rows["country"],
            "place": rows["place"],
            "precision": rows["precision"].map(say),
            "start": rows["start_year"],
            "end": rows["end_year"],
            "budget": rows["eu_budget"],
            "source": rows["source_url"],
        }
    )
    optional = [name for name in ("found", "budget") if frame[name].isna().all()]
    st.dataframe(
        frame.drop(columns=optional),
        hide_index=True,
        height=620,
        placeholder="",
        column_config={
            "name": st.column_config.TextColumn(say("Name"), width="large"),
            "organisation": st.column_config.TextColumn(say("Organisation")),
            "kind": st.column_config.TextColumn(say("Kind")),
            "themes": st.column_config.TextColumn(say("Themes")),
            "found": st.column_config.TextColumn(
                say("Theme found by"), help=say("The theme and the word in the project's texts that gave it.")
            ),
            "country": st.column_config.TextColumn(say("Country"), width="small"),
            "place": st.column_config.TextColumn(say("Place")),
            "precision": st.column_config.TextColumn(
                say("Location known to"),
                help=say(
                    "A point known only to its region, or to the seat of its organisation, never enters a distance."
                ),
            ),
            "start": st.column_config.NumberColumn(say("From"), format="%d"),
            "end": st.column_config.NumberColumn(say("To"), format="%d"),
            "budget": st.column_config.NumberColumn(say("Budget of the Union, EUR"), format="localized"),
            "source": st.column_config.LinkColumn(say("Source"), display_text=say("open")),
        },
        alt=say("Projects, support organisations and competence centres"),
    )


SYMBOLS: dict[str, Symbol] = {"project": "star", "support organisation": "square", "competence centre": "diamond"}
SIGNS = {"project": "★", "support organisation": "■", "competence centre": "◆"}
COLOURS = {"project": PROJECTS_COLOUR, "support organisation": "#0072b2", "competence centre": "#009e73"}


def draw_map(loaded: Loaded, projects: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Draw what passes the filters as points on one map, whatever the territory; those of a region are counted."""
    located = rows[(rows["precision"] != "region").fillna(False)].head(MOST)
    groups = [
        Points(
            say(kind), COLOURS[kind], SYMBOLS[kind], tuple(zip(of.geometry.y, of.geometry.x, of["name"], strict=True))
        )
        for kind, of in gpd.GeoDataFrame(located).groupby("kind")
    ]
    west, south, east, north = gpd.GeoSeries(projects["geometry"]).total_bounds
    count = len(loaded.table)
    ground = Paint(
        title=loaded.title,
        classes=encode([0] * count),
        palette=(GROUND,),
        values=(None,) * count,
        labels=(say("Area"),),
        unit="",
        decimals=0,
        reasons=("",) * count,
        dimmed=(),
        selected=(),
        overview=overview(loaded, [0] * count),
    )
    bounds = (float(south), float(west), float(north), float(east))
    show(loaded.files, ground, groups, focus=bounds, attribution=attribution(loaded.manifest), key="projects-map")
    st.caption("  ".join(f"{SIGNS[group]} {say(group)}" for group in SYMBOLS))
    unlocated = int((rows["precision"] == "region").sum())
    st.caption(
        say(
            "{shown} on the map; {lost} known only to their region are in the table alone.",
            shown=number(len(located)),
            lost=number(unlocated),
        )
    )


view, loaded = session.view(), session.loaded()
projects = loaded.listed
titles = origins(loaded, projects)
head(loaded, projects, titles)
rows = selection(view, loaded, projects, titles)
st.markdown(say("{shown} of {all} shown", shown=f"**{number(len(rows))}**", all=number(len(projects))))
if rows.empty:
    st.info(say("Nothing in the list passes these filters; take one away."), icon=":material/search_off:")
    st.stop()
left, right = st.columns(2)
with left:
    draw_map(loaded, projects, rows)
with right:
    table(rows.head(MOST))
if len(rows) > MOST:
    st.caption(say("The first {count} of them; filter to reach the others.", count=number(MOST)))
st.caption(say("Show the projects of the territory as points on the map with Show points there."))
