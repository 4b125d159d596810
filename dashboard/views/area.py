"""Area: one area beside its region and the territory, what is near, who can help, how good its data are."""

from math import isnan

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.state import ViewState
from dashboard.view.text import joined, plain, themes
from dashboard.widgets.area import services
from dashboard.widgets.area.peers import peers
from dashboard.widgets.area.reasons import why_here
from dashboard.widgets.area.strips import strips
from dashboard.widgets.map.card import shortlist_button
from dashboard.widgets.own import layers
from dashboard.widgets.shared import regions
from dashboard.widgets.shared.filters import PRIORITY_GROUP, figure_group, groups
from dashboard.widgets.shared.notes import agreement, limits, settled
from dashboard.widgets.shared.partners import partners
from dashboard.widgets.shared.table import written
from geodata.i18n import mark, number, say, says
from geodata.i18n.message import tell
from geodata.indicators import PROJECTS_IN_AREA, PROJECTS_WITHIN, category
from pipelines.access.remoteness.degurba import CLASS
from pipelines.areas.profile import profile

UNMEASURED = mark("No minutes are known from this area, so what is near it cannot be told.")


def choose_area(loaded: Loaded, area_id: str) -> None:
    """Draw the list that chooses an area by name."""
    names, where = loaded.table["name"].sort_values(), regions.where(loaded)
    options = ["", *names.index]
    titles = {"": say("Choose an area")} | {
        code: f"{name} ({joined([where[code], code], ', ')})"
        for code, name in zip(map(str, names.index), names, strict=True)
    }
    st.session_state["area-choice"] = area_id
    st.selectbox(
        say("Area"),
        options,
        format_func=titles.__getitem__,
        key="area-choice",
        on_change=lambda: session.select_area(st.session_state["area-choice"]),
    )


def indicator_choice(view: ViewState, loaded: Loaded) -> list[str]:
    """Draw the choice of a group of indicators, and of a service where the group has some."""
    names_of = {title: names for title, names in groups(loaded).items() if title != PRIORITY_GROUP}
    names = names_of[figure_group(view, list(names_of), key="figures-group")]
    services = list(dict.fromkeys(loaded.entries[name].service for name in names))
    if not any(services):
        return names
    key = "figures-service"
    st.session_state[key] = view.service if view.service in services else services[0]
    service = st.selectbox(
        say("Service of the figures"),
        services,
        key=key,
        format_func=lambda name: category(name).heading if name else say("All services"),
        on_change=lambda: session.change(service=st.session_state[key]),
    )
    return [name for name in names if loaded.entries[name].service == service]


def figures(view: ViewState, loaded: Loaded) -> None:
    """Draw indicators of the area against the medians of its region and of the territory."""
    area_id = view.area
    table = profile(loaded.table, loaded.codebook.loc[indicator_choice(view, loaded)], area_id)
    entries = [loaded.entries[str(name)] for name in table.index]
    # Where the territory is one region, its median would stand there twice.
    regional = ["region_median"] if loaded.table["nuts2"].nunique() > 1 else []
    region = regions.names(loaded, "nuts2")[area_id] or say("its region")
    frame = pd.DataFrame(
        {
            "indicator": [entry.title for entry in entries],
        }
        | {
            column: [entry.format(value) for entry, value in zip(entries, table[column], strict=True)]
            for column in ("value", *regional, "territory_median")
        }
        | {
            "rank": [
                say("{rank} of {count}", rank=number(rank), count=number(count))
                if pd.notna(rank)
                else say("not ranked")
                for rank, count in zip(table["rank"], table["ranked"], strict=True)
            ],
        }
    )
    strips(loaded, area_id, [str(name) for name in table.index if not loaded.entries[str(name)].classes], region)
    st.dataframe(
        frame,
        hide_index=True,
        height=35 * (len(frame) + 1) + 3,
        column_config={
            "indicator": st.column_config.TextColumn(say("Indicator"), width="large"),
            "value": st.column_config.TextColumn(say("Here")),
            "region_median": st.column_config.TextColumn(say("Median of {place}", place=region)),
            "territory_median": st.column_config.TextColumn(say("Median of {place}", place=loaded.title)),
            "rank": st.column_config.TextColumn(
                say("Rank"),
                help=say("1 is what a planner looks at first: the highest value, or the lowest where more is better."),
            ),
        },
        alt=say("Figures of the area against the medians of its region and of the territory"),
    )
    st.caption(f"{say('Medians are of areas, not of people.')} {plain(loaded.travel_note)}")


def near_services(loaded: Loaded, area_id: str) -> None:
    """Draw the nearest services of each category, by name and minutes from the main place of the area."""
    rows = loaded.nearest[loaded.nearest["area_id"] == area_id].merge(
        loaded.services[["service_id", "name", "level", "confidence"]], on="service_id"
    )
    rows = rows.sort_values(["category", "order"])
    if rows.empty:
        st.info(say(UNMEASURED), icon=":material/search_off:")
        return
    st.dataframe(
        written(
            pd.DataFrame(
                {
                    "what": [category(name).heading for name in rows["category"]],
                    "name": rows["name"],
                    "minutes": rows["minutes"],
                    "km": rows["km"],
                    "basis": rows["confidence"].fillna("register").map(say),
                }
            ),
            {"minutes": 0, "km": 0},
        ),
        hide_index=True,
        column_config={
            "what": st.column_config.TextColumn(say("Service"), width=165),
            "name": st.column_config.TextColumn(say("Name"), width=205),
            "minutes": st.column_config.NumberColumn(say("Minutes"), width=62),
            "km": st.column_config.NumberColumn(say("Km by road"), width=78),
            "basis": st.column_config.TextColumn(say("How it is known")),
        },
        alt=say("Nearest services by name and minutes"),
    )
    st.caption(say("Minutes from the main place of the area; the figures above are means over all its places."))


def projects_here(loaded: Loaded, area_id: str) -> None:
    """Say how many of the listed SI projects lie in the area, where no travel times tell which are within reach."""
    count = float(loaded.table[PROJECTS_IN_AREA][area_id])
    if isnan(count):
        st.markdown(say("It is not known how many of the listed projects lie in this area."))
    else:
        st.markdown(
            says(
                "**{count}** of the listed projects lies in this area.",
                "**{count}** of the listed projects lie in this area.",
                count,
            )
        )
    st.caption(
        say("Only projects whose town or municipality is known are counted. The list is illustrative, not a census.")
    )


def near_projects(loaded: Loaded, area_id: str) -> None:
    """Draw the listed SI projects and support organisations within reach."""
    rows = loaded.projects_near[loaded.projects_near["area_id"] == area_id].merge(loaded.projects, on="project_id")
    limit = loaded.manifest["parameters"]["project_minutes"]
    if rows.empty and isnan(float(loaded.table[PROJECTS_WITHIN][area_id])):
        st.info(say(UNMEASURED), icon=":material/search_off:")
        return
    if rows.empty:
        st.info(
            say(
                "None of the listed projects is within {limit} minutes. The list is illustrative: there may be others.",
                limit=limit,
            ),
            icon=":material/search_off:",
        )
        return
    st.dataframe(
        written(
            pd.DataFrame(
                {
                    "name": rows["name"],
                    "kind": rows["kind"].map(say),
                    "themes": rows["themes"].map(themes),
                    "place": rows["place"],
                    "minutes": rows["minutes"],
                    "source": rows["source_url"],
                }
            ).sort_values("minutes"),
            {"minutes": 0},
        ),
        hide_index=True,
        column_config={
            "name": st.column_config.TextColumn(say("Project or organisation"), width="medium"),
            "kind": st.column_config.TextColumn(say("Kind")),
            "themes": st.column_config.TextColumn(say("Themes")),
            "place": st.column_config.TextColumn(say("Place")),
            "minutes": st.column_config.NumberColumn(say("Minutes")),
            "source": st.column_config.LinkColumn(say("Source"), display_text=say("open")),
        },
        alt=say("Projects within reach"),
    )
    st.caption(
        say(
            "Within {limit} minutes of the main place. The list of projects is illustrative, not a census.",
            limit=limit,
        )
    )


def data_quality(loaded: Loaded, area_id: str) -> None:
    """Say what the figures of this area lack."""
    rows = loaded.quality[(loaded.quality["area_id"] == area_id) & (loaded.quality["kind"] != "not scorable")]
    unscored = loaded.analysis.scores.not_scorable
    if area_id in unscored.index:
        st.markdown(f"- **{say('Need, resources and gap')}** ({say('not scorable')}): {plain(unscored[area_id])}")
    elif rows.empty:
        st.markdown(say("Nothing is missing, and no list of services is known to be incomplete here."))
    for row in rows.to_dict("records"):
        title = plain(loaded.entries[row["indicator"]].title)
        st.markdown(f"- **{title}** ({say(row['kind'])}): {plain(tell(row['reason']))}")


view, loaded = session.view(), session.loaded()
choose_area(loaded, view.area)
if not view.area:
    st.info(
        say("Choose an area here, or click one on the map, to see why it stands where it stands."),
        icon=":material/touch_app:",
    )
    st.stop()
row = loaded.table.loc[view.area]
title, action = st.columns([4, 1], vertical_alignment="bottom")
title.markdown(f"## {plain(row['name'])}")
shortlist_button(view, view.area, action)
size = float(loaded.table["area_km2"][view.area])
facts = [
    regions.where(loaded)[view.area],
    settled(loaded, row["degurba"]),
    "" if isnan(size) else f"{number(size)} km²",
    say("code {code}", code=view.area),
]
st.caption(plain(joined(facts)), help=agreement(loaded, CLASS) or None)
indices = st.columns(4)
for column, name in zip(indices, ("gap", "need", "resources", "population"), strict=True):
    entry = loaded.entries[name]
    column.metric(entry.title, entry.format(row[name]), border=True, help=f"{entry.unit}. {entry.formula}")
st.markdown(f"### {say('Why here')}")
why_here(loaded, view.area)
services.of_area(loaded, view.area)
st.markdown(f"### {say('Figures')}")
figures(view, loaded)
st.markdown(f"### {say('Areas like this one')}")
peers(loaded, view.area)
left, right = st.columns(2, gap="medium")
with left:
    if loaded.manifest["travel"]["model"] == "none":
        st.markdown(f"### {say('Projects here')}")
        projects_here(loaded, view.area)
        st.caption(f":material/route: {say('Nearest services are not shown.')} {plain(loaded.travel_note)}")
    else:
        st.markdown(f"### {say('Nearest services')}")
        near_services(loaded, view.area)
with right:
    if loaded.manifest["travel"]["model"] != "none":
        st.markdown(f"### {say('Projects nearby')}")
        near_projects(loaded, view.area)
    st.markdown(f"### {say('Who can help')}")
    partners(loaded, view.area)
if any(layer.kind != "indicator" for layer in loaded.own):
    st.markdown(f"### {say('Own data')}")
    layers.here(loaded, view.area)
st.markdown(f"### {say('How good these data are')}")
data_quality(loaded, view.area)
limits(loaded, "gap")
