"""Compare: two lists side by side, of weightings, of the planner, or from a file."""

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import session
from dashboard.components.text import plain
from dashboard.data import Loaded, analyse, load
from dashboard.state import CURRENT, FILE, SHORTLIST, ViewState
from geodata.errors import InputError
from pipelines.export import comparison
from pipelines.export.shortlist import attribution_of
from pipelines.priority import lists
from pipelines.priority.compare import Comparison, compare
from pipelines.priority.lists import AreaList
from pipelines.priority.ranking import order

SIDES = ("first", "second")


def choices(view: ViewState, loaded: Loaded) -> dict[str, str]:
    """Lists that can be compared, with what they are called."""
    first = f"First {session.length(loaded):,} by gap: "
    own = {SHORTLIST: "Your shortlist"} if view.shortlist else {}
    presets = {name: first + each.title for name, each in loaded.presets.items()}
    return {CURRENT: f"{first}{session.weighting().title} (the weights of the map)"} | own | presets | {FILE: "A file"}


def usual(view: ViewState, loaded: Loaded) -> tuple[str, ...]:
    """Return what is compared when nothing was chosen: the list of the map with another weighting."""
    own = view.weighting or str(loaded.manifest["index"])
    return CURRENT, next((name for name in loaded.presets if name != own), FILE)


def choose(view: ViewState, loaded: Loaded) -> list[AreaList | None]:
    """Draw the choice of both lists; None stands for a file that is not there yet."""
    titles = choices(view, loaded)
    chosen = view.compared if set(view.compared) <= titles.keys() and view.compared else usual(view, loaded)
    keys = [f"compare-{side}" for side in SIDES]
    found: list[AreaList | None] = []
    for column, side, key, name in zip(st.columns(2, gap="medium"), SIDES, keys, chosen, strict=True):
        st.session_state[key] = name
        column.selectbox(
            f"The {side} list",
            list(titles),
            format_func=titles.__getitem__,
            key=key,
            on_change=lambda: session.change(compared=tuple(st.session_state[each] for each in keys)),
        )
        with column:
            found.append(listed(name, titles[name], side, view, loaded))
    return found


def listed(name: str, title: str, side: str, view: ViewState, loaded: Loaded) -> AreaList | None:
    """Make the list of a name; for a file, draw where it is given."""
    if name == FILE:
        given = st.file_uploader(
            "A shortlist package (.zip), or a CSV with one code a line and, if you like, a column rank",
            type=["zip", "csv"],
            key=f"compare-file-{side}",
        )
        return lists.parse(given.getvalue(), title=given.name) if given else None
    asked = loaded.analysis
    if name in loaded.presets:
        asked = analyse(load(view.territory), loaded.presets[name], session.length(loaded)).analysis
    chosen = list(view.shortlist) if name == SHORTLIST else order(asked.scores.frame)[: session.length(loaded)]
    return lists.ranked(
        asked,
        chosen,
        title=title,
        territory=view.territory,
        attribution=attribution_of(pd.DataFrame(loaded.manifest["sources"])),
    )


def figures(found: Comparison) -> None:
    """Draw what the lists share in six numbers."""
    numbers = {
        "On both": f"{len(found.both):,}",
        "Only on the first": f"{len(found.only_first):,}",
        "Only on the second": f"{len(found.only_second):,}",
        "Areas shared": f"{found.overlap:.0%}",
        "People shared": "not known" if pd.isna(found.people_overlap) else f"{found.people_overlap:.0%}",
        "Same order": "not known" if pd.isna(found.spearman) else f"{found.spearman:.2f}",
    }
    told = {
        "Areas shared": "Areas on both lists, of those on either.",
        "People shared": "People of the areas on both lists, of those on either.",
        "Same order": "Spearman's rank correlation of the areas on both lists: 1 the same order, -1 the opposite.",
    }
    for column, (title, number) in zip(st.columns(len(numbers)), numbers.items(), strict=True):
        column.metric(title, number, border=True, help=told.get(title))


def tables(found: Comparison) -> None:
    """Draw the areas on both lists with their shift, and those on one alone."""
    places = {
        "area_id": st.column_config.TextColumn("Code", width="small"),
        "name": st.column_config.TextColumn("Area", width="medium"),
        "first_rank": st.column_config.NumberColumn(f"First list (of {len(found.first.table):,})"),
        "second_rank": st.column_config.NumberColumn(f"Second list (of {len(found.second.table):,})"),
        "shift": st.column_config.NumberColumn(
            "Shift", format="%+g", help="Above 0: nearer to the top on the second list."
        ),
        "rank": st.column_config.NumberColumn("Place"),
    }
    parts = {"On both": found.both, "Only on the first": found.only_first, "Only on the second": found.only_second}
    for tab, (title, table) in zip(st.tabs(list(parts)), parts.items(), strict=True):
        if table.empty:
            tab.markdown("No area.")
        else:
            tab.dataframe(
                table.reset_index(),
                hide_index=True,
                placeholder="–",
                column_config=places,
                alt=f"Areas {title.lower()}",
            )


def why(found: Comparison, loaded: Loaded) -> None:
    """Draw what moved one area: the points of each indicator on both lists."""
    st.markdown("### Why did it move")
    if found.unexplained:
        st.info(plain(found.unexplained), icon=":material/help:")
        return
    names = found.both["name"].to_dict()
    area_id = st.selectbox(
        "Area on both lists", list(names), format_func=lambda code: f"{names[code]} ({code})", key="compare-why"
    )
    rows = found.why[found.why["area_id"] == area_id]
    st.dataframe(
        rows.drop(columns="area_id").assign(
            indicator=[
                loaded.entries[name].title if name in loaded.entries else name for name in rows["indicator"].astype(str)
            ]
        ),
        hide_index=True,
        column_config={"indicator": st.column_config.TextColumn("Indicator", width="large")}
        | {
            name: st.column_config.NumberColumn(title, format="%+.1f", help=told)
            for name, title, told in (
                ("first_points", "First list", "Points added to the gap of the typical area."),
                ("second_points", "Second list", "Points added to the gap of the typical area."),
                ("difference", "Difference", "Second less first."),
                ("relative", "Against the others", "Difference less its mean over the areas on both lists."),
            )
        },
        alt="Points of each indicator on both lists",
    )


def downloads(found: Comparison) -> None:
    """Draw a button a format."""
    kinds = {
        "comparison.csv": "text/csv",
        "comparison.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    for column, (name, kind) in zip(st.columns(5), kinds.items(), strict=False):
        column.download_button(
            name.rpartition(".")[2].upper(),
            data=partial(comparison.file, found, name),
            file_name=name,
            mime=kind,
            key=f"download-{name}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )


view, loaded = session.view(), session.loaded()
st.markdown("## Compare two lists")
try:
    first, second = choose(view, loaded)
    found = compare(first, second, areas=loaded.table) if first and second else None
except InputError as error:
    st.error(plain(error), icon=":material/error:")
    st.stop()
if found is None:
    st.info("Give the file that is to be compared.", icon=":material/upload_file:")
    st.stop()
figures(found)
for said in found.sentences():
    st.markdown(f"- {plain(said)}")
tables(found)
if len(found.both):
    why(found, loaded)
st.markdown("### Take it home")
downloads(found)
