"""The controls of the map: layer, region, degree of urbanisation, population, points."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import session
from dashboard.components.layers import points_title
from dashboard.data import Loaded
from dashboard.state import BIVARIATE, DEGURBA, ViewState
from geodata import store
from pipelines.degurba import LABELS
from pipelines.selection import Selection

FIRST = ("gap", "need", "resources", BIVARIATE)


def filters(view: ViewState, loaded: Loaded) -> Selection:
    """Draw the controls in the sidebar and return the filters that they stand for."""
    with st.sidebar:
        _territory(view, loaded)
        names = [*FIRST, *(name for name in loaded.entries if name not in FIRST)]
        _controlled(
            "layer", view.layer, st.selectbox, "Layer", names, format_func=lambda name: layer_title(loaded, name)
        )
        _region(view, loaded)
        _controlled(
            "degurba",
            list(view.degurba),
            st.pills,
            "Degree of urbanisation",
            DEGURBA,
            selection_mode="multi",
            format_func=lambda code: LABELS[code],
            help="Eurostat's class of the area, here from where its people live. None chosen means all.",
        )
        low, high = st.columns(2)
        with low:
            _controlled("people_min", view.people_min, st.number_input, "People, at least", min_value=0, step=500)
        with high:
            _controlled(
                "people_max",
                view.people_max,
                st.number_input,
                "People, at most",
                min_value=0,
                step=500,
                help="0 means no limit.",
            )
        _controlled(
            "points",
            list(view.points),
            st.multiselect,
            "Show points",
            [*loaded.categories, "projects"],
            format_func=points_title,
        )
    return Selection(region=view.region, degurba=view.degurba, people_min=view.people_min, people_max=view.people_max)


def layer_title(loaded: Loaded, name: str) -> str:
    """Name of a layer in the list, with its group."""
    if name == BIVARIATE:
        return "Need and resources together"
    entry = loaded.entries[name]
    return entry.title if name in FIRST else f"{entry.dimension}: {entry.title}"


def _controlled(field: str, value: Any, widget: Any, *args: Any, **options: Any) -> None:
    """Draw a widget whose value is a part of the view: the view decides what it shows, a change changes the view."""
    key = f"filter-{field}"
    st.session_state[key] = value

    def changed() -> None:
        new = st.session_state[key]
        session.change(**{field: tuple(new) if isinstance(new, list) else new})

    widget(*args, key=key, on_change=changed, **options)


def _territory(view: ViewState, loaded: Loaded) -> None:
    """Name the territory, or let another one be chosen where several are built."""
    names = store.built()
    if len(names) < 2:
        st.subheader(loaded.manifest["title"])
        return
    key = "filter-territory"
    st.session_state[key] = view.territory
    titles = {name: store.open_territory(name).manifest["title"] for name in names}
    st.selectbox(
        "Territory",
        names,
        format_func=titles.__getitem__,
        key=key,
        on_change=lambda: session.go_to(st.session_state[key]),
    )


def _region(view: ViewState, loaded: Loaded) -> None:
    """Draw two lists, region and province; the narrower one that is chosen counts."""
    regions = loaded.regions.set_index("region_id")
    province = view.region if view.region and regions.loc[view.region, "level"] == "nuts3" else ""
    region = str(regions.loc[province, "parent_id"]) if province else view.region
    wide = _by_name(regions[regions["level"] == "nuts2"])
    narrow = _by_name(regions[(regions["level"] == "nuts3") & (regions["parent_id"] == region)])
    if region and region not in wide:
        # A NUTS 1 unit came with the address; it is shown so that it can be left.
        wide = [region, *wide]

    def titled(code: str) -> str:
        return f"{regions.loc[code, 'name']} ({code})" if code else "All"

    _controlled("region", region, st.selectbox, "Region (NUTS 2)", ["", *wide], format_func=titled)
    key = "filter-province"
    st.session_state[key] = province
    st.selectbox(
        "Province (NUTS 3)",
        ["", *narrow],
        format_func=titled,
        key=key,
        disabled=not narrow,
        on_change=lambda: session.change(region=st.session_state[key] or region),
    )


def _by_name(regions: pd.DataFrame) -> list[str]:
    return list(regions.sort_values("name").index)
