"""Two areas or two regions side by side, indicator by indicator."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.state import ViewState
from dashboard.view.text import joined
from dashboard.widgets.shared import regions
from dashboard.widgets.shared.filters import figure_group, groups
from geodata.i18n import number, say
from pipelines.areas.profile import beside
from pipelines.areas.selection import in_region


def two_areas(view: ViewState, loaded: Loaded) -> None:
    """Draw two areas side by side."""
    where, names = regions.where(loaded), loaded.table["name"].sort_values()
    titles = {str(code): f"{name} ({joined([where[str(code)], code], ', ')})" for code, name in names.items()}
    usual = [*view.shortlist[:2], *([view.area] if view.area else []), *loaded.analysis.ranks.nsmallest(2).index]
    pair = _pair(view, titles, [str(code) for code in dict.fromkeys(usual)])
    _table(view, loaded, pair, {code: str(names[code]) for code in pair}, lambda code: loaded.table.index == code)


def two_regions(view: ViewState, loaded: Loaded) -> None:
    """Draw two regions side by side, by the medians of their areas."""
    units = loaded.regions[loaded.regions["level"].isin(regions.levels(loaded))].sort_values(["level", "name"])
    names = dict(zip(map(str, units["region_id"]), map(str, units["name"]), strict=True))
    if len(names) < 2:
        st.info(say("This territory has no two regions to compare."), icon=":material/search_off:")
        return
    titles = {code: f"{name} ({code})" for code, name in names.items()}
    pair = _pair(view, titles, [*([view.region] if view.region in names else []), *names])
    _table(view, loaded, pair, names, lambda code: in_region(loaded.table, code).to_numpy())
    st.caption(say("Medians are of areas, not of people."))


def _pair(view: ViewState, titles: dict[str, str], usual: list[str]) -> tuple[str, str]:
    """Draw two lists of names; what is chosen is in the address."""
    current = view.beside if set(view.beside) <= titles.keys() and view.beside else tuple(usual[:2])
    if current != view.beside:
        session.change(beside=current)
    keys = ("beside-first", "beside-second")
    for column, key, code, label in zip(
        st.columns(2, gap="medium"), keys, current, (say("The first"), say("The second")), strict=True
    ):
        st.session_state[key] = code
        column.selectbox(
            label,
            list(titles),
            format_func=titles.__getitem__,
            key=key,
            on_change=lambda: session.change(beside=tuple(st.session_state[each] for each in keys)),
        )
    return current[0], current[1]


def _table(
    view: ViewState, loaded: Loaded, pair: tuple[str, str], names: dict[str, str], inside: Callable[[str], object]
) -> None:
    names_of = groups(loaded)
    group = figure_group(view, list(names_of), key="beside-group")
    indicators = [name for name in names_of[group] if name in loaded.entries and not loaded.entries[name].classes]
    first, second = (pd.Series(inside(code), index=loaded.table.index) for code in pair)
    profiles = beside(loaded.table, indicators, first, second)
    entries = [loaded.entries[name] for name in indicators]
    frame = pd.DataFrame(
        {"indicator": [entry.title for entry in entries]}
        | {
            column: [entry.format(value) for entry, value in zip(entries, profiles[column], strict=True)]
            for column in ("first", "second", "territory")
        }
        | {
            "difference": [
                "" if pd.isna(value) else number(value, entry.decimals, signed=True)
                for entry, value in zip(entries, profiles["difference"], strict=True)
            ]
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=35 * (len(frame) + 1) + 3,
        column_order=["indicator", "first", "second", "difference", "territory"],
        column_config={
            "indicator": st.column_config.TextColumn(say("Indicator"), width="large"),
            "first": st.column_config.TextColumn(names[pair[0]]),
            "second": st.column_config.TextColumn(names[pair[1]]),
            "difference": st.column_config.TextColumn(say("Difference"), help=say("Second less first.")),
            "territory": st.column_config.TextColumn(say("Median of {place}", place=loaded.title)),
        },
        alt=say("Figures side by side"),
    )
