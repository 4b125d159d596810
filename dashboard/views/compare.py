"""Compare: two lists side by side, of weightings, of the planner, or from a file; two areas; two regions."""

from functools import partial

import pandas as pd
import streamlit as st

from dashboard.data import Loaded, analyse, load
from dashboard.view import session
from dashboard.view.options import CURRENT, FILE, SHORTLIST
from dashboard.view.state import ViewState
from dashboard.view.text import plain, refused
from dashboard.widgets.compare.trends import two_years
from dashboard.widgets.compare.units import two_areas, two_regions
from dashboard.widgets.shared.downloads import buttons
from dashboard.widgets.shared.table import written
from geodata.errors import InputError
from geodata.i18n import mark, number, percent, say
from geodata.i18n.message import tell
from geodata.tables import ENDINGS, LARGEST_MB
from pipelines.areas import lists
from pipelines.areas.comparison import Comparison, compare
from pipelines.areas.lists import AreaList
from pipelines.areas.shortlist import attribution_of
from pipelines.export import comparison
from pipelines.priority.configuration import Configuration
from pipelines.priority.ranking import order

SIDES = {"first": mark("The first list"), "second": mark("The second list")}


def choices(view: ViewState, loaded: Loaded) -> dict[str, str]:
    """Lists that can be compared, with what they are called."""
    k = number(session.length(loaded))

    def first(weighting: Configuration) -> str:
        return say("First {k} by gap: {weighting}", k=k, weighting=tell(weighting.title))

    own = {SHORTLIST: say("Your shortlist")} if view.shortlist else {}
    presets = {name: first(each) for name, each in loaded.presets.items()}
    current = f"{first(session.weighting())} ({say('the weights of the map')})"
    return {CURRENT: current} | own | presets | {FILE: say("A file")}


def usual(view: ViewState, loaded: Loaded) -> tuple[str, ...]:
    """Return what is compared when nothing was chosen: the list of the map with another weighting."""
    own = view.weighting or str(loaded.manifest["index"])
    return CURRENT, next((name for name in loaded.presets if name != own), FILE)


def choose(view: ViewState, loaded: Loaded) -> list[AreaList | None]:
    """Draw the choice of both lists; None stands for a file that is not there yet."""
    titles = choices(view, loaded)
    pair = view.compared if set(view.compared) <= titles.keys() and view.compared else usual(view, loaded)
    keys = [f"compare-{side}" for side in SIDES]
    lists_: list[AreaList | None] = []
    for column, side, key, name in zip(st.columns(2, gap="medium"), SIDES, keys, pair, strict=True):
        st.session_state[key] = name
        column.selectbox(
            say(SIDES[side]),
            list(titles),
            format_func=titles.__getitem__,
            key=key,
            on_change=lambda: session.change(compared=tuple(st.session_state[each] for each in keys)),
        )
        with column:
            lists_.append(area_list(name, titles[name], side, view, loaded))
    return lists_


def area_list(name: str, title: str, side: str, view: ViewState, loaded: Loaded) -> AreaList | None:
    """Make the list of a name; for a file, draw where it is given."""
    if name == FILE:
        upload = st.file_uploader(
            say("A shortlist package (.zip), or a CSV or XLSX with one code a line and, if you like, a column rank"),
            type=["zip", *ENDINGS],
            max_upload_size=LARGEST_MB,
            key=f"compare-file-{side}",
        )
        return lists.parse(upload.getvalue(), title=upload.name) if upload else None
    analysis = loaded.analysis
    if name in loaded.presets:
        analysis = analyse(load(view.territory), loaded.presets[name], session.length(loaded)).analysis
    area_ids = list(view.shortlist) if name == SHORTLIST else order(analysis.scores.frame)[: session.length(loaded)]
    return lists.ranked(
        analysis,
        area_ids,
        title=title,
        territory=view.territory,
        attribution=attribution_of(pd.DataFrame(loaded.manifest["sources"])),
    )


def kind_of(view: ViewState, loaded: Loaded) -> str:
    """Say what is compared at first: what the address puts side by side, else lists."""
    if not view.beside:
        return "lists"
    return "areas" if view.beside[0] in loaded.table.index else "regions"


def figures(comparison_: Comparison) -> None:
    """Draw what the lists share in six numbers."""
    unknown = say("not known")
    metrics = (
        (say("On both"), number(len(comparison_.both)), None),
        (say("Only on the first"), number(len(comparison_.only_first)), None),
        (say("Only on the second"), number(len(comparison_.only_second)), None),
        (say("Areas shared"), percent(100 * comparison_.overlap), say("Areas on both lists, of those on either.")),
        (
            say("People shared"),
            unknown if pd.isna(comparison_.people_overlap) else percent(100 * comparison_.people_overlap),
            say("People of the areas on both lists, of those on either."),
        ),
        (
            say("Same order"),
            unknown if pd.isna(comparison_.spearman) else number(comparison_.spearman, 2),
            say("Spearman's rank correlation of the areas on both lists: 1 the same order, -1 the opposite."),
        ),
    )
    for column, (title, figure, help_text) in zip(st.columns(len(metrics)), metrics, strict=True):
        column.metric(title, figure, border=True, help=help_text)


def tables(comparison_: Comparison) -> None:
    """Draw the areas on both lists with their shift, and those on one alone."""
    places = {
        "area_id": st.column_config.TextColumn(say("Code"), width="small"),
        "name": st.column_config.TextColumn(say("Area"), width="medium"),
        "first_rank": st.column_config.NumberColumn(
            say("First list (of {count})", count=number(len(comparison_.first.table)))
        ),
        "second_rank": st.column_config.NumberColumn(
            say("Second list (of {count})", count=number(len(comparison_.second.table)))
        ),
        "shift": st.column_config.NumberColumn(
            say("Shift"), help=say("Above 0: nearer to the top on the second list.")
        ),
        "rank": st.column_config.NumberColumn(say("Place on the list")),
    }
    parts = {
        say("On both"): comparison_.both,
        say("Only on the first"): comparison_.only_first,
        say("Only on the second"): comparison_.only_second,
    }
    decimals = dict.fromkeys(("first_rank", "second_rank", "shift", "rank"), 0)
    for tab, (title, table) in zip(st.tabs(list(parts)), parts.items(), strict=True):
        if table.empty:
            tab.markdown(say("No area."))
        else:
            tab.dataframe(
                written(table.reset_index(), decimals, signed=("shift",), missing="–"),
                hide_index=True,
                placeholder="–",
                column_config=places,
                alt=title,
            )


def why(comparison_: Comparison, loaded: Loaded) -> None:
    """Draw what moved one area: the points of each indicator on both lists."""
    st.markdown(f"### {say('Why did it move')}")
    if comparison_.unexplained:
        st.info(plain(comparison_.unexplained), icon=":material/help:")
        return
    names = comparison_.both["name"].to_dict()
    key, current = "compare-why", session.view().area
    st.session_state[key] = current if current in names else next(iter(names))
    area_id = st.selectbox(
        say("Area on both lists"),
        list(names),
        format_func=lambda code: f"{names[code]} ({code})",
        key=key,
        on_change=lambda: session.select_area(st.session_state[key]),
    )
    points = ("first_points", "second_points", "difference", "relative")
    rows = comparison_.why[comparison_.why["area_id"] == area_id]
    st.dataframe(
        written(
            rows.drop(columns="area_id").assign(
                indicator=[
                    loaded.entries[name].title if name in loaded.entries else name
                    for name in rows["indicator"].astype(str)
                ]
            ),
            dict.fromkeys(points, 1),
            signed=points,
        ),
        hide_index=True,
        column_config={"indicator": st.column_config.TextColumn(say("Indicator"), width="large")}
        | {
            name: st.column_config.NumberColumn(title, help=text)
            for name, title, text in (
                ("first_points", say("First list"), say("Points added to the gap of the typical area.")),
                ("second_points", say("Second list"), say("Points added to the gap of the typical area.")),
                ("difference", say("Difference"), say("Second less first.")),
                ("relative", say("Against the others"), say("Difference less its mean over the areas on both lists.")),
            )
        },
        alt=say("Points of each indicator on both lists"),
    )


def downloads(comparison_: Comparison) -> None:
    """Draw a button a format."""
    kinds = {
        "comparison.csv": "text/csv",
        "comparison.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    buttons(
        [
            (name.rpartition(".")[2].upper(), name, kind, partial(comparison.file, comparison_, name), "")
            for name, kind in kinds.items()
        ],
        spare=3,
    )


view, loaded = session.view(), session.loaded()
two_years(view, loaded)
st.markdown(f"## {say('Compare')}")
KINDS = {"lists": mark("Two lists"), "areas": mark("Two areas"), "regions": mark("Two regions")}
KIND = "compare-kind"
if view.beside or KIND not in st.session_state:
    st.session_state[KIND] = kind_of(view, loaded)
kind = st.segmented_control(
    say("What is compared"),
    list(KINDS),
    format_func=lambda name: say(KINDS[name]),
    required=True,
    key=KIND,
    on_change=lambda: session.change(beside=()),
)
if kind != "lists":
    (two_areas if kind == "areas" else two_regions)(view, loaded)
    st.stop()
try:
    first, second = choose(view, loaded)
    comparison_ = compare(first, second, areas=loaded.table) if first and second else None
except InputError as error:
    st.error(refused(error), icon=":material/error:")
    st.stop()
if comparison_ is None:
    st.info(say("Give the file that is to be compared."), icon=":material/upload_file:")
    st.stop()
figures(comparison_)
for sentence in comparison_.sentences():
    st.markdown(f"- {plain(sentence)}")
tables(comparison_)
if len(comparison_.both):
    why(comparison_, loaded)
st.markdown(f"### {say('Take it home')}")
downloads(comparison_)
