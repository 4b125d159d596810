"""Scenarios: what if a service, a project or a travel time were another, and for whom."""

from functools import partial
from pathlib import Path

import streamlit as st

from dashboard.data import Loaded, what_if_baseline
from dashboard.maps.choropleth import show
from dashboard.maps.frame import attribution
from dashboard.view import scenarios, session
from dashboard.view.keys import Key
from dashboard.view.text import plain
from dashboard.widgets.scenarios import changes, effects, spots
from geodata.errors import InputError
from geodata.i18n import say, says
from geodata.i18n.message import tell
from pipelines.areas import ranking
from pipelines.areas.selection import Selection
from pipelines.export import package
from pipelines.export.scenario import scenario_shortlist
from pipelines.response.scenario import reading, whatif
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.comparing import side_by_side
from pipelines.response.scenario.effects import Effects
from pipelines.response.scenario.whatif import Result

TOP = 20
LARGEST_MB = 1


def map_of(loaded: Loaded, before: Baseline, result: Result, selected: str) -> None:
    """Draw the map of those better and worse off; a click chooses an area, and a point for the form."""
    effects_ = result.effects
    names = [name for name in ("gap", *effects_.told) if name in effects_.told]
    name = st.segmented_control(
        say("Change of"),
        list(dict.fromkeys(names)),
        default=names[0],
        required=True,
        format_func=lambda each: loaded.entries[each].title,
        key="scenario-layer",
    )
    name = name if name in effects_.told else names[0]
    paint, labels, counts = effects.paint(loaded, effects_, name, selected)
    clicked = show(
        loaded.files,
        paint,
        [*effects.points(before, result), *spots.marked(loaded, before, selected)],
        focus=effects.bounds(loaded, before, effects_),
        attribution=attribution(loaded.manifest),
        height=520,
        key="scenario-map",
    )
    if clicked:
        scenarios.workbench(loaded).clicked = clicked
        session.select_area(clicked.area)
        st.rerun()
    effects.draw_legend(loaded, name, labels, counts, paint.classes.count("-"))
    st.caption(f":material/route: {plain(loaded.travel_note)}")


def tables(loaded: Loaded, effects_: Effects) -> None:
    """Draw who is affected, which areas, and how evenly."""
    name = st.session_state.get("scenario-layer") or "gap"
    people, areas, evenly = st.tabs([say("People"), say("Areas"), say("Inequality")])
    with people:
        effects.figures(effects_)
    with areas:
        effects.areas(loaded, effects_, name if name in effects_.told else "gap")
    with evenly:
        effects.inequality(loaded, effects_)


def files(loaded: Loaded) -> None:
    """Draw name, saving, opening and keeping."""
    bench = scenarios.workbench(loaded)
    key = "scenario-title"
    st.session_state[key] = bench.scenario.name
    st.text_input(
        say("Name of the scenario"),
        key=key,
        max_chars=scenarios.LONGEST_NAME,
        on_change=lambda: scenarios.rename(loaded, st.session_state[key]),
    )
    save, hold = st.columns(2)
    save.download_button(
        say("Save as a file"),
        data=partial(reading.write, bench.scenario),
        file_name="scenario.yaml",
        mime="application/yaml",
        key="scenario-save",
        icon=":material/save:",
        on_click="ignore",
        width="stretch",
    )
    hold.button(
        say("Keep to compare"),
        key="scenario-keep",
        icon=":material/bookmark_add:",
        disabled=not bench.scenario.changes,
        on_click=scenarios.keep,
        args=(loaded,),
        width="stretch",
    )
    upload = st.file_uploader(
        say("Open a saved scenario (.yaml)"), type=["yaml", "yml"], key="scenario-file", max_upload_size=LARGEST_MB
    )
    if upload is not None and st.session_state.get(Key.SCENARIO_FILE) != upload.file_id:
        st.session_state[Key.SCENARIO_FILE] = upload.file_id
        try:
            scenarios.take_up(loaded, reading.read(Path(upload.name), upload.getvalue()))
        except InputError as error:
            bench.problem = str(error)
        st.rerun()


def comparison(loaded: Loaded, before: Baseline, results: dict[str, Result]) -> None:
    """Draw the scenarios that are kept, side by side."""
    bench = scenarios.workbench(loaded)
    st.markdown(f"### {say('Side by side')}")
    if len(results) < 2:
        st.caption(say("Keep a scenario and make another one: two or more are compared here."))
    if results:
        effects.side_by_side(side_by_side(before, {name: each.effects for name, each in results.items()}))
    for name in list(bench.kept):
        title, again, off = st.columns([6, 2, 2], vertical_alignment="center")
        title.markdown(
            f"**{plain(name)}** · {says('{count} change', '{count} changes', len(bench.kept[name].changes))}"
        )
        again.button(
            say("Work on it"),
            key=f"scenario-open-{name}",
            on_click=scenarios.take_up,
            args=(loaded, bench.kept[name]),
            width="stretch",
        )
        off.button(
            say("Remove"), key=f"scenario-drop-{name}", on_click=scenarios.drop, args=(loaded, name), width="stretch"
        )


def take_home(loaded: Loaded, before: Baseline, results: list[Result]) -> None:
    """Draw the button for the package: the list as the first scenario would have it, and all scenarios."""
    view = session.view()

    def make() -> bytes:
        selection = Selection(region=view.region)
        criteria = ranking.View(selection=selection)
        area_ids = list(view.shortlist) or ranking.top(loaded.territory, criteria, count=TOP, asked=results[0].asked)
        shortlist_ = scenario_shortlist(loaded.territory, before, results, area_ids, view=criteria)
        return package(shortlist_)

    st.download_button(
        say("Scenario with shortlist, zipped"),
        data=make,
        file_name="scenario.zip",
        mime="application/zip",
        key="scenario-package",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )
    st.caption(
        say(
            "Your shortlist, or the first {count} areas by gap, as “{name}” would have them, with the scenarios, the "
            "areas and people they change, and a manifest.",
            count=TOP,
            name=plain(results[0].scenario.name),
        )
    )


view, loaded = session.view(), session.loaded()
st.markdown(f"## {say('Scenarios')}")
st.markdown(
    say(
        "**What if** a service opened, moved or closed, or a bridge or a ferry changed the way? What is built is never "
        "changed, and undoing gives the same numbers again."
    )
)
if not loaded.manifest.get("parameters", {}).get("travel"):
    st.info(
        say(
            "{territory} has no travel model, so no minutes can be computed; choose another territory.",
            territory=plain(loaded.title),
        ),
        icon=":material/route:",
    )
    st.stop()
if not whatif.has_places(loaded.territory):
    st.info(
        say(
            "{territory} knows its areas by their centres alone, so what a change means for the people cannot be "
            "measured; choose another territory.",
            territory=plain(loaded.title),
        ),
        icon=":material/route:",
    )
    st.stop()
st.caption(tell(loaded.manifest["travel"]["title"]))
bench, before = scenarios.workbench(loaded), what_if_baseline(loaded)
result = scenarios.result(loaded, bench.scenario)
left, right = st.columns([11, 9], gap="medium")
with right:
    with st.container(border=True):
        changes.form(view, loaded, before, result)
    with st.container(border=True):
        changes.listing(loaded, before)
    with st.expander(say("Name, save, open, keep"), icon=":material/folder:"):
        files(loaded)
# The figures first: they need not wait for the map, which takes the browser longest.
below = st.container()
if bench.scenario.changes:
    with below:
        tables(loaded, result.effects)
with left:
    map_of(loaded, before, result, view.area)
results = {name: scenarios.result(loaded, each) for name, each in bench.kept.items()}
if bench.scenario.changes:
    results = {bench.scenario.name: result} | {name: x for name, x in results.items() if name != bench.scenario.name}
comparison(loaded, before, results)
if results:
    st.markdown(f"### {say('Take it home')}")
    take_home(loaded, before, list(results.values()))
