"""What the map shows of a layer: classes, colours, legend and notes, from what the pipelines computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise
from typing import Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from dashboard.data import OWN_POINTS, Loaded, own_points
from dashboard.maps import legend
from dashboard.maps.picture import Paint, Points, Symbol, encode
from dashboard.view.options import BIVARIATE, TIER
from geodata.i18n import current, mark, number, say
from geodata.i18n.message import tell, tell_each
from geodata.indicators import Indicator, category
from pipelines.areas.selection import in_region
from pipelines.export.palettes import PALETTES, spread
from pipelines.priority import classes
from pipelines.priority.analysis import INDICES, NOT_LISTED
from pipelines.priority.robustness import TIERS

# Stevens (2015), blue-purple: class = 3 x third of need + third of resources.
BIVARIATE_PALETTE = (
    "#e8e8e8",
    "#ace4e4",
    "#5ac8c8",
    "#dfb0d6",
    "#a5add3",
    "#5698b9",
    "#be64ac",
    "#8c62aa",
    "#3b4994",
)
RESOURCES = (mark("few resources"), mark("some resources"), mark("many resources"))
PROJECTS_COLOUR = "#cc79a7"
OWN_COLOUR = "#111111"
# More projects or own points would not fit the message that carries them to the browser.
MOST = 3000


# From sure to not at all.
TIER_PALETTE = ("#993404", "#ec7014", "#fec44f", "#ecebe6")
TIER_LABELS = (*TIERS, NOT_LISTED)


@dataclass(frozen=True)
class Layer:
    """One layer, classified over the whole territory.

    `told` and `unit` are how the tooltip says a value, without its unit where it is `bare`; `codes` are the class of
    each area (-1: no data), `named` says whether the tooltip names the class, `reasons` why an area has no data;
    `counted` are the areas that the legend counts, empty for all.
    """

    kind: Literal["quantiles", "classes", "bivariate"]
    title: str
    name: str
    unit: str
    decimals: int
    values: tuple[float | None, ...]
    codes: tuple[int, ...]
    palette: tuple[str, ...]
    labels: tuple[str, ...]
    named: bool
    reasons: tuple[str, ...]
    bare: bool = False
    counted: tuple[bool, ...] = ()

    @property
    def counts(self) -> tuple[int, ...]:
        """How many areas are in each class."""
        codes = self._codes_within()
        return tuple(codes.count(code) for code in range(len(self.labels)))

    @property
    def no_data(self) -> int:
        """How many areas have no value."""
        return self._codes_within().count(-1)

    def _codes_within(self) -> list[int]:
        return list(compress(self.codes, self.counted)) if self.counted else list(self.codes)


def layer(loaded: Loaded, name: str, *, within: str = "") -> Layer:
    """Classify a layer, numbers by the areas of the region `within`, if one is named.

    The work is done once for a version of a territory, a weighting and a language.
    """
    return _layer(loaded, loaded.key, name, current(), within)


@st.cache_data(max_entries=200, show_spinner=False)
def _layer(_loaded: Loaded, key: str, name: str, language: str, within: str) -> Layer:  # noqa: ARG001 - the cache key
    table, of_index = _loaded.table, name in (*INDICES, BIVARIATE, TIER)
    if of_index:
        reasons = _loaded.analysis.scores.not_scorable
    else:
        gaps = _loaded.quality[(_loaded.quality["indicator"] == name) & (_loaded.quality["kind"] != "partial")]
        reasons = gaps.set_index("area_id")["reason"]
    texts = tuple(tell_each(reasons).reindex(table.index).fillna(""))
    if name == BIVARIATE:
        codes = classes.bivariate(table["need"], table["resources"])
        return Layer(
            kind="bivariate",
            title=say("Need and resources"),
            name=say("Gap"),
            unit="",
            decimals=1,
            values=_values(table["gap"]),
            codes=tuple(codes.tolist()),
            palette=BIVARIATE_PALETTE,
            labels=tuple(f"{say(need)}, {say(some)}" for need in legend.NEEDS for some in RESOURCES),
            named=True,
            reasons=texts,
        )
    if name == TIER:
        k, tiers = _loaded.analysis.k, _loaded.analysis.tiers(table.index)
        return Layer(
            kind="classes",
            title=say("How sure it is that an area is among the first {k}", k=number(k)),
            name=say("Among the first {k}", k=number(k)),
            unit=say("% of the replicates"),
            decimals=0,
            values=_values(_loaded.analysis.robustness.frame["probability"] * 100),
            codes=tuple(tiers.map({label: code for code, label in enumerate(TIER_LABELS)}).fillna(-1).astype(int)),
            palette=TIER_PALETTE,
            labels=tuple(map(say, TIER_LABELS)),
            named=True,
            reasons=texts,
        )
    entry, palette = _loaded.entries[name], PALETTES[_loaded.entries[name].direction]
    if entry.classes:
        return Layer(
            kind="classes",
            title=entry.title,
            name=entry.title,
            unit="",
            decimals=0,
            values=(None,) * len(table),
            codes=tuple((table[name] - 1).fillna(-1).astype(int)),
            palette=spread(palette, len(entry.classes)),
            labels=entry.classes,
            named=True,
            reasons=texts,
        )
    inside = in_region(table, within) if within else pd.Series(True, index=table.index)
    breaks = classes.quantile_breaks(table.loc[inside, name], n=5)
    labels = limits(breaks, entry.decimals)
    return Layer(
        kind="quantiles",
        title=entry.title,
        name=entry.title,
        unit=_unit(_loaded, entry),
        decimals=entry.decimals,
        values=_values(table[name]),
        codes=tuple(classes.classify(table[name], breaks).tolist()),
        palette=spread(palette, len(labels)),
        labels=labels,
        named=False,
        reasons=texts,
        bare=entry.bare,
        counted=tuple(inside) if within else (),
    )


def _unit(loaded: Loaded, entry: Indicator) -> str:
    """Unit for legend and tooltip; minutes name the travel model, which says so itself where it is an estimate."""
    model = loaded.manifest["travel"].get("title", "")
    if entry.measure != "min" or entry.id in loaded.own_entries or not model:
        return entry.unit
    return f"{entry.unit}; {tell(model)}"


def _values(column: pd.Series) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in column)


def limits(breaks: Iterable[float], decimals: int) -> tuple[str, ...]:
    """Write the limits of classes; each bound belongs to the class that it closes."""
    bounds = [number(bound, decimals) for bound in breaks]
    if not bounds:
        return (say("all alike"),)
    between = [say("over {low} to {high}", low=low, high=high) for low, high in pairwise(bounds)]
    return (say("up to {high}", high=bounds[0]), *between, say("over {low}", low=bounds[-1]))


def overview(loaded: Loaded, codes: Sequence[int], *, bivariate: bool = False) -> dict[str, int]:
    """Class of each NUTS 3 region of a large territory, for the map seen from afar; empty for others.

    `codes` are the class of each area, -1 for no data: every map whose areas have classes needs those of its regions.
    """
    if not loaded.large:
        return {}
    middles = classes.middle(codes, loaded.table["nuts3"], bivariate=bivariate)
    return {str(region): int(code) for region, code in middles.items()}


def paint(loaded: Loaded, layer: Layer, *, dimmed: tuple[bool, ...] = (), selected: str = "") -> Paint:
    """Colour the map by a layer; the area `selected` is outlined."""
    return Paint(
        title=layer.name,
        classes=encode([None if code < 0 else code for code in layer.codes]),
        palette=layer.palette,
        labels=layer.labels if layer.named else (),
        values=layer.values,
        unit="" if layer.bare else layer.unit,
        decimals=layer.decimals,
        reasons=layer.reasons,
        dimmed=dimmed if any(dimmed) else (),
        selected=(selected,) if selected else (),
        overview=overview(loaded, layer.codes, bivariate=layer.kind == "bivariate"),
    )


def draw_legend(layer: Layer) -> None:
    """Draw the legend of a layer."""
    if layer.kind == "bivariate":
        legend.bivariate(layer.palette, layer.counts, layer.no_data)
    else:
        legend.sequential(layer.title, layer.unit, layer.palette, layer.labels, layer.counts, layer.no_data)


def points(loaded: Loaded, names: tuple[str, ...], areas: pd.Index) -> list[Points]:
    """Services of some categories, SI projects whose place is known, and own layers, as points.

    Of more than `MOST` projects or own points only those in `areas` are shown, and none when they are more still.
    """
    groups = []
    for name in (name for name in names if name != "places"):
        rows = _rows(loaded, name)
        if len(rows) > MOST:
            rows = _within(loaded, name, rows, areas)
        seats = rows["precision"] == "seat" if "precision" in rows else pd.Series(False, index=rows.index)
        texts = rows["name"].where(~seats, rows["name"] + " " + say("(seat of the organisation)"))
        dots = tuple(zip(rows.geometry.y, rows.geometry.x, texts, strict=True))
        colour, symbol = points_style(name)
        groups.append(Points(points_title(loaded, name), colour, symbol, dots))
    return groups


def hidden(loaded: Loaded, names: tuple[str, ...], areas: pd.Index) -> list[str]:
    """Titles of the groups among those wanted that have more points than the map can show."""
    groups = {name: _rows(loaded, name) for name in names if name != "places"}
    return [
        points_title(loaded, name)
        for name, rows in groups.items()
        if len(rows) > MOST and _within(loaded, name, rows, areas).empty
    ]


def _rows(loaded: Loaded, name: str) -> gpd.GeoDataFrame:
    """Rows of a group whose place is known better than to its region."""
    own = next((each for each in loaded.own if own_points(each.name) == name), None)
    if own is None and name != "projects":
        return loaded.services[loaded.services["category"] == name]
    rows = cast(gpd.GeoDataFrame, own.layer) if own is not None else loaded.projects
    return rows[rows["precision"] != "region"] if "precision" in rows else rows


def _within(loaded: Loaded, name: str, rows: gpd.GeoDataFrame, areas: pd.Index) -> gpd.GeoDataFrame:
    """Rows that lie in some areas; none when they are still too many."""
    if name not in loaded.areas_of:
        return rows
    rows = rows[loaded.areas_of[name][rows.index].isin(areas)]
    return rows if len(rows) <= MOST else rows.head(0)


def points_title(loaded: Loaded, name: str) -> str:
    """Name of a group of points; that of the projects says how complete their lists are."""
    if name.startswith(OWN_POINTS):
        return say("{name} (own data)", name=name.removeprefix(OWN_POINTS))
    if name == "projects":
        return say("SI projects ({completeness})", completeness=", ".join(map(say, project_completeness(loaded))))
    return say("Places, shaded by minutes") if name == "places" else category(name).plural


def project_completeness(loaded: Loaded) -> list[str]:
    """How complete the lists of projects are, each word once, in the order of the sources."""
    sources = set(loaded.projects["source_id"])
    return list(dict.fromkeys(each["completeness"] for each in loaded.manifest["sources"] if each["id"] in sources))


def points_style(name: str) -> tuple[str, Symbol]:
    """Colour and shape of a group of points."""
    if name.startswith(OWN_POINTS):
        return OWN_COLOUR, "diamond"
    if name == "projects":
        return PROJECTS_COLOUR, "star"
    return category(name).colour, category(name).symbol  # type: ignore[return-value]
