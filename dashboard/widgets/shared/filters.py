"""The controls of the map: layer, region, degree of urbanisation, population, points."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.data import Loaded, titles
from dashboard.maps.layers import points_title
from dashboard.view import session
from dashboard.view.options import BIVARIATE, DEGURBA, LOCAL, TIER
from dashboard.view.state import ViewState
from dashboard.view.text import joined
from dashboard.widgets.shared import regions
from dashboard.widgets.shared.notes import agreement
from dashboard.widgets.shared.weights import weights
from geodata import store
from geodata.i18n import mark, say
from geodata.indicators import category
from pipelines.access.remoteness.degurba import CLASS, LABELS
from pipelines.areas.selection import Selection
from pipelines.build.regions import COUNTRY

PRIORITY = ("gap", "need", "resources", BIVARIATE, TIER)
PRIORITY_GROUP = mark("Priority")
TITLES = {BIVARIATE: mark("Need and resources together"), TIER: mark("Tier: how sure")}


def filters(view: ViewState, loaded: Loaded) -> Selection:
    """Draw the controls in the sidebar and return the filters that they stand for."""
    with st.sidebar:
        _territory(view, loaded)
        _layer(view, loaded)
        weights(view, loaded)
        region_filter(view, loaded)
        if loaded.table["degurba"].notna().any() or view.degurba:
            _controlled(
                "degurba",
                list(view.degurba),
                st.pills,
                say("Degree of urbanisation"),
                DEGURBA,
                selection_mode="multi",
                format_func=lambda code: say(LABELS[code]),
                help=joined([say("None chosen means all."), agreement(loaded, CLASS)], " "),
            )
        low, high = st.columns(2)
        with low:
            _controlled("people_min", view.people_min, st.number_input, say("People, at least"), min_value=0, step=500)
        with high:
            _controlled(
                "people_max",
                view.people_max,
                st.number_input,
                say("People, at most"),
                min_value=0,
                step=500,
                help=say("0 means no limit."),
            )
        _controlled(
            "points",
            list(view.points),
            st.multiselect,
            say("Show points"),
            loaded.points,
            format_func=partial(points_title, loaded),
            placeholder=say("Choose"),
        )
    return session.selection()


def kind_of_classes(view: ViewState) -> None:
    """Draw the choice between classes of the whole territory and of the region chosen."""
    _controlled(
        "classes",
        view.classes,
        st.segmented_control,
        say("Classes of"),
        ["", LOCAL],
        format_func=lambda kind: say("the region alone") if kind == LOCAL else say("the whole territory"),
        required=True,
        help=say("Classes of the territory let regions be compared; those of a region show differences inside it."),
    )


def groups(loaded: Loaded) -> dict[str, list[str]]:
    """Layers by group (its English name), in the order of the dictionary, those of priority first."""
    names_of: dict[str, list[str]] = {PRIORITY_GROUP: list(PRIORITY)}
    for name, entry in loaded.entries.items():
        if name not in PRIORITY:
            names_of.setdefault(entry.dimension, []).append(name)
    return names_of


def figure_group(view: ViewState, names: list[str], *, key: str) -> str:
    """Draw the choice of a group of figures, which is in the address."""
    st.session_state[key] = view.group if view.group in names else names[0]
    return str(
        st.segmented_control(
            say("Group of figures"),
            names,
            format_func=say,
            required=True,
            key=key,
            on_change=lambda: session.change(group=st.session_state[key]),
        )
    )


def layer_title(loaded: Loaded, name: str) -> str:
    """Name of a layer in a list."""
    return say(TITLES[name]) if name in TITLES else loaded.entries[name].title


def _layer(view: ViewState, loaded: Loaded) -> None:
    """Draw the lists that choose a layer: its group, the service where the group has some, then the layer."""
    names_of = groups(loaded)
    group = next(title for title, names in names_of.items() if view.layer in names)
    _shortcut("group", group, say("Group"), list(names_of), lambda title: names_of[title][0], format_func=say)
    names = names_of[group]
    services = {name: loaded.entries[name].service if name in loaded.entries else "" for name in names}
    if any(services.values()):
        service = services[view.layer]
        _shortcut(
            "service",
            service,
            say("Service"),
            list(dict.fromkeys(services.values())),
            lambda other: _same_measure(view.layer, service, other, services),
            format_func=lambda name: category(name).heading if name else say("All services"),
        )
        names = [name for name in names if services[name] == service]
    _controlled(
        "layer",
        view.layer,
        st.selectbox,
        say("Layer"),
        names,
        format_func=lambda name: layer_title(loaded, name),
        help=f"{loaded.entries[view.layer].formula}." if view.layer in loaded.entries else None,
    )


def _same_measure(layer: str, service: str, other: str, services: dict[str, str]) -> str:
    """Find the layer that says of another service what a layer says of one; else the first of the other."""
    candidate = layer.replace(service, other) if service and other else ""
    return candidate if services.get(candidate) == other else next(name for name, of in services.items() if of == other)


def _shortcut(
    field: str, value: str, label: str, options: list[str], layer_of: Callable[[str], str], **others: Any
) -> None:
    """Draw a list that is not in the view by itself: a choice in it leads to a layer."""
    key = f"filter-{field}"
    st.session_state[key] = value
    st.selectbox(
        label, options, key=key, on_change=lambda: session.change(layer=layer_of(st.session_state[key])), **others
    )


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
        st.subheader(loaded.title)
        return
    key = "filter-territory"
    st.session_state[key] = view.territory
    st.selectbox(
        say("Territory"),
        names,
        format_func=titles().__getitem__,
        key=key,
        on_change=lambda: session.go_to(st.session_state[key]),
    )


def region_filter(view: ViewState, loaded: Loaded) -> None:
    """Draw a list for each of the two levels of region; the narrower one that is chosen counts."""
    units = loaded.regions.set_index("region_id")
    parents = units["parent_id"].fillna("")
    wide, *narrow = regions.levels(loaded)
    inner = view.region if view.region and units.at[view.region, "level"] in narrow else ""
    region = str(parents[inner]) if inner else view.region
    country = _country(units, region)
    region = "" if region == country else region
    outside = _by_name(units[(units["level"] == wide) & units.index.str.startswith(country)])
    inside = _by_name(units[units["level"].isin(narrow) & (parents == region)])
    if region and region not in outside:
        # A wider unit came with the address; it is shown so that it can be left.
        outside = [region, *outside]

    def titled(code: str) -> str:
        return joined([units.at[code, "name"], f"({code})"], " ") if code else say("All")

    # A territory that is one region leaves nothing to choose.
    if len(outside) > 1 or region or country:
        label = say("Region (NUTS {level})", level=wide[-1])
        key = "filter-region"
        st.session_state[key] = region
        st.selectbox(
            label,
            ["", *outside],
            format_func=titled,
            key=key,
            on_change=lambda: session.change(region=st.session_state[key] or country),
        )
    if inside:
        key = "filter-inner-region"
        st.session_state[key] = inner
        st.selectbox(
            say("Region (NUTS {level})", level=narrow[0][-1]),
            ["", *inside],
            format_func=titled,
            key=key,
            on_change=lambda: session.change(region=st.session_state[key] or region),
        )


def _country(units: pd.DataFrame, region: str) -> str:
    """Draw the list of countries of a territory of several, and return the one chosen, or that of a region."""
    codes = list(units.index[units["level"] == COUNTRY])
    if not codes:
        return ""
    country, key = region[:2], "filter-country"
    st.session_state[key] = country
    st.selectbox(
        say("Country"),
        ["", *sorted(codes, key=lambda code: str(units.at[code, "name"]))],
        format_func=lambda code: regions.country(code) if code else say("All"),
        key=key,
        on_change=lambda: session.change(region=st.session_state[key]),
    )
    return country


def _by_name(units: pd.DataFrame) -> list[str]:
    return list(units.sort_values("name").index)
