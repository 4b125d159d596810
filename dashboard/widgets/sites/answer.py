"""Proposed sites on the screen: the answer, who gains, the curve, alternatives and the files."""

from collections.abc import Callable
from functools import partial

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from dashboard.data import Loaded, travel_model
from dashboard.maps.siting import PROPOSED, title_of
from dashboard.view import scenarios
from dashboard.view.keys import Key
from dashboard.view.text import plain
from dashboard.widgets.shared.ink import inked
from geodata.i18n import number, say, says
from geodata.i18n.message import tell
from geodata.indicators import category
from pipelines.export.sites import package
from pipelines.export.spatial import COORDINATE_DECIMALS
from pipelines.response import siting
from pipelines.response.scenario import whatif
from pipelines.response.scenario.changes import AddService, Spot
from pipelines.response.siting import Answer, Listed, Question
from pipelines.response.siting.solver import Plan

# 3:1 or more on the light and on the dark ground.
LINE = "#4292c6"


def answer(loaded: Loaded, question: Question, own: Listed | None) -> Answer:
    """Answer a question once for all sessions; says on the screen what is done where this session asks it anew."""
    # Of the weighting an answer knows the need alone.
    basis = loaded.key if question.demand == "need" else loaded.content
    own_sha256 = (own.name, own.sha256) if own else None
    latest = (basis, question, own_sha256)
    if st.session_state.get(Key.SITE_QUESTION) == latest:
        with st.spinner(say("Looking for sites")):
            return _shared_answer(loaded, own, lambda _: None, basis, question, own_sha256)
    with st.status(say("Looking for sites")) as status:
        reply = _shared_answer(loaded, own, lambda step: status.update(label=tell(step)), basis, question, own_sha256)
        status.update(label=say("Sites are proposed"), state="complete")
    st.session_state[Key.SITE_QUESTION] = latest
    return reply


@st.cache_resource(max_entries=12, show_spinner=False)
def _shared_answer(
    _loaded: Loaded,
    _own: Listed | None,
    _report: Callable[[str], None],
    basis: str,  # noqa: ARG001 - part of the cache key
    question: Question,
    own_sha256: tuple[str, str] | None,  # noqa: ARG001 - part of the cache key
) -> Answer:
    return siting.answer(
        _loaded.territory,
        question,
        own=_own,
        analysis=_loaded.analysis,
        model=travel_model(_loaded, _loaded.territory.version),
        table=_loaded.table,
        report=_report,
    )


def how_good(plan: Plan) -> str:
    """Say how good the proposal is, in the language of the reader."""
    if plan.optimal:
        return say("Proven optimal: no choice is better")
    share = number(max(100 * plan.gap, 0.1), 1)
    if plan.seconds:
        return say("Time limit, gap {share} %", share=share)
    return say("Within {share} % of the best possible", share=share)


def figures(reply: Answer) -> None:
    """Draw who is reached before and after, and how good the proposal is."""
    before, after = reply.covered
    new = int((reply.sites["status"] == "proposed").sum())
    within = say("Within {minutes} minutes", minutes=number(reply.reach))
    first, second, third, fourth = st.columns(4)
    first.metric(say("New sites"), number(new), border=True, height="stretch")
    for column, title, people in ((second, say("now"), before), (third, say("then"), after)):
        share = f"{number(100 * people / reply.people, 1)} %"
        column.metric(
            f"{within}, {title}", number(people), delta=share, delta_arrow="off", delta_color="off", border=True
        )
    mean = reply.mean_minutes
    fourth.metric(
        say("Mean minutes"),
        number(mean[1], 1),
        delta=say("now {minutes}", minutes=number(mean[0], 1)) if np.isfinite(mean[0]) else None,
        delta_arrow="off",
        delta_color="off",
        border=True,
        help=say("Mean over the demand that reaches a service at all."),
    )
    st.markdown(f"**{plain(how_good(reply.plan))}.** {plain(tell(reply.facts['travel']['title']))}.")
    for note in reply.notes:
        st.caption(plain(tell(note)))


def proposed(reply: Answer) -> None:
    """Draw the table of proposed sites."""
    rows = reply.sites[reply.sites["status"] == "proposed"]
    if rows.empty:
        st.info(say("No new site is proposed."), icon=":material/check:")
        return
    costs = ["cost"] if (rows["cost"] != 1).any() else []
    st.dataframe(
        rows[["order", "name", "area", "gained", "served", *costs]],
        hide_index=True,
        placeholder="–",
        column_config={
            "order": st.column_config.NumberColumn(say("Order"), width=50),
            "name": st.column_config.TextColumn(say("Place"), width=125),
            "area": st.column_config.TextColumn(say("Area"), width=120),
            "gained": st.column_config.NumberColumn(
                say("Newly within"),
                width=80,
                format="localized",
                step=1,
                help=say("Demand within the limit that has this site nearest and had no service within it."),
            ),
            "served": st.column_config.NumberColumn(
                say("Nearest to"),
                width=75,
                format="localized",
                step=1,
                help=say("Demand within the limit nearest to this site."),
            ),
            "cost": st.column_config.NumberColumn(say("Cost"), width=70, format="localized"),
        },
        alt=say("Proposed sites"),
    )


def into_scenario(loaded: Loaded, reply: Answer) -> None:
    """Draw the button that makes a scenario of the proposed sites, places or of a list; none where none can be made."""
    rows = reply.sites[reply.sites["status"] == "proposed"]
    if rows.empty or reply.question.candidates != siting.PLACES or not whatif.has_places(loaded.territory):
        return
    click = st.button(
        say("Take the proposed sites into a scenario"),
        key="sites-scenario",
        icon=":material/alt_route:",
        help=say("What they change in need, gap and ranks. They are of no known level or capacity."),
    )
    if click:
        service = reply.question.service
        title = says(
            "{count} new site: {service}", "{count} new sites: {service}", len(rows), service=category(service).heading
        )
        xy = rows.geometry.get_coordinates().round(COORDINATE_DECIMALS)
        spots: list[Spot] = list(zip(xy["y"], xy["x"], strict=True)) if reply.own else list(rows["site_id"])
        changes = tuple(
            AddService(
                f"site-{site}", service, str(name) if reply.own else say("New site in {place}", place=name), spot
            )
            for site, name, spot in zip(rows["site_id"], rows["name"], spots, strict=True)
        )
        scenarios.take(loaded, title, changes)
        st.switch_page("views/scenarios.py")


def curve(reply: Answer) -> None:
    """Draw what each further site brings."""
    rows = reply.curve
    if rows.empty:
        st.caption(say("There is no curve for this question."))
        return
    travel = reply.question.method == "p_median"
    column, title = ("mean_minutes", say("Mean minutes")) if travel else ("share", say("Within the limit, %"))
    here = len(reply.plan.selection)
    base = alt.Chart(rows).encode(
        x=alt.X("sites:Q", title=say("New sites"), axis=alt.Axis(tickMinStep=1, format="d")),
        y=alt.Y(f"{column}:Q", title=title, scale=alt.Scale(zero=False)),
        tooltip=[
            alt.Tooltip("sites:Q", title=say("New sites")),
            alt.Tooltip("covered:Q", title=say("Within the limit"), format=",.0f"),
            alt.Tooltip(f"{column}:Q", title=title, format=".1f"),
        ],
    )
    mark_here = (
        alt.Chart(rows[rows["sites"] == here])
        .mark_point(size=160, filled=True, color=PROPOSED)
        .encode(x="sites:Q", y=f"{column}:Q")
    )
    description = "; ".join(f"{row.sites}: {number(getattr(row, column), 1)}" for row in rows.itertuples())
    line = base.mark_line(point={"color": LINE}, color=LINE)
    st.altair_chart(inked((line + mark_here).properties(height=240)), alt=f"{title}. {description}.")
    st.caption(
        say("Each number of sites by exchange, beginning with the ones before; the large red point is the proposal.")
    )


def alternatives(reply: Answer) -> None:
    """Draw the choices that are nearly as good."""
    rows = reply.alternatives
    if rows.empty:
        if not reply.question.alternatives and reply.question.method in ("mclp", "p_median"):
            st.caption(
                say(
                    "Alternatives are looked for when a region is chosen; by the quick solver also without one, but "
                    "not in the largest territories."
                )
            )
        return
    records = [
        {
            "alternative": which,
            "sites": ", ".join(part["name"]),
            "worse": float(part["worse"].iloc[0]),
        }
        for which, part in rows.groupby("alternative")
    ]
    st.markdown(f"**{say('Nearly as good, with other sites')}**")
    st.dataframe(
        pd.DataFrame(records),
        hide_index=True,
        column_config={
            "alternative": st.column_config.NumberColumn(say("Alternative"), width=80),
            "sites": st.column_config.TextColumn(say("Sites"), width=270),
            "worse": st.column_config.NumberColumn(
                say("Worse by, %"), format="%.1f", help=say("Than the proposal, in what the method counts.")
            ),
        },
        alt=say("Alternatives"),
    )


def who_gains(reply: Answer) -> None:
    """Draw the areas that gain most, and the places that nobody can reach."""
    column = "saved" if reply.question.by_minutes else "gained"
    rows = reply.areas[reply.areas[column] > 0].sort_values(column, ascending=False)
    st.markdown(f"**{says('{count} area gains', '{count} areas gain', len(rows))}**")
    if len(rows):
        st.dataframe(
            rows.head(300)[["area", "people", "covered_before", "covered_after", column]],
            hide_index=True,
            height=250,
            placeholder="–",
            column_config={
                "area": st.column_config.TextColumn(say("Area")),
                "people": st.column_config.NumberColumn(say("Demand"), format="localized", step=1),
                "covered_before": st.column_config.NumberColumn(say("Within now"), format="localized", step=1),
                "covered_after": st.column_config.NumberColumn(say("Within then"), format="localized", step=1),
                column: st.column_config.NumberColumn(
                    title_of(reply), format="%.1f" if column == "saved" else "localized"
                ),
            },
            alt=say("Areas that gain"),
        )
    uncoverable = reply.uncoverable
    if len(uncoverable):
        people = number(uncoverable["people"].sum())
        names = ", ".join(uncoverable.sort_values("people", ascending=False)["name"].head(12))
        st.warning(
            plain(
                says(
                    "No candidate reaches {count} place with {people} of the demand within the limit: {names}.",
                    "No candidate reaches {count} places with {people} of the demand within the limit: {names}.",
                    len(uncoverable),
                    people=people,
                    names=names,
                )
            ),
            icon=":material/location_off:",
        )


def download(loaded: Loaded, reply: Answer) -> None:
    """Draw the button for the files."""
    command = reply.command("sites.zip")
    st.download_button(
        say("All files, zipped"),
        data=partial(package, reply, loaded.territory, command=command),
        file_name="sites.zip",
        mime="application/zip",
        key="download-sites",
        icon=":material/download:",
        on_click="ignore",
        type="primary",
        help=say("CSV, XLSX, GeoJSON and GeoPackage of sites, demand, curve and alternatives, with a manifest."),
    )
    st.caption(say("The same on the command line:"))
    st.code(command, language="sh", wrap_lines=True)
