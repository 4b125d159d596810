"""What a what-if means: the map of those better and worse off, figures before and after, scenarios side by side."""

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.maps import layers, legend
from dashboard.maps.picture import Bounds, Paint, Points, encode
from dashboard.view.text import inline, plain
from dashboard.widgets.shared.table import written
from geodata.i18n import mark, number, say
from geodata.indicators import category
from pipelines.priority.analysis import NOT_LISTED
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import ChangeTravel
from pipelines.response.scenario.editing import point
from pipelines.response.scenario.effects import Effects, classes_of, limits_of
from pipelines.response.scenario.whatif import Result

# ColorBrewer PuOr (Brewer, 2003), safe for colour-blind readers: orange is worse off, purple better off.
PALETTE = ("#5e3c99", "#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806")
ROWS = 300
LEAST = 0.5  # minutes, or points of the gap, from which an area is one to look at
GONE, WAYS = "#6b6b6b", "#0072b2"
MARGIN = 0.2  # degrees around what the map shows
MEASURES = {
    "gap": mark("Mean gap of a person"),
    "onto_list": mark("Areas that come onto the list"),
    "people_beyond": mark("People beyond {minutes} minutes: {service}"),
    "people_65_plus_beyond": mark("People aged 65 and over beyond {minutes} minutes: {service}"),
    "none_within": mark("% of people with none within reach: {service}"),
    "gini": mark("Gini of services within reach: {service}"),
}
DECIMALS = {"gap": 2, "none_within": 2, "gini": 4}


def paint(loaded: Loaded, effects: Effects, name: str, selected: str) -> tuple[Paint, tuple[str, ...], tuple[int, ...]]:
    """Colour the map by the change of an indicator; also the label and the number of areas of each class."""
    entry, change = loaded.entries[name], effects.areas[f"{name}_change"]
    codes, limits = classes_of(change, entry), limits_of(entry)
    decimals = 0 if all(limit.is_integer() for limit in limits) else 1
    low, middle, high = (number(limit, decimals) for limit in limits)
    labels = (
        say("better by {high} or more", high=high),
        say("better by {low} to {high}", low=middle, high=high),
        say("better by {low} to {high}", low=low, high=middle),
        say("as it is"),
        say("worse by {low} to {high}", low=low, high=middle),
        say("worse by {low} to {high}", low=middle, high=high),
        say("worse by {high} or more", high=high),
    )
    picture = Paint(
        title=say("Change of {what}", what=inline(entry.title)),
        classes=encode([None if code < 0 else int(code) for code in codes]),
        palette=PALETTE,
        labels=labels,
        values=tuple(None if np.isnan(value) else float(value) for value in change),
        unit="" if entry.bare else entry.unit,
        decimals=decimals,
        selected=(selected,) if selected else (),
        overview=layers.overview(loaded, codes.tolist()),
    )
    counts = tuple(int((codes == code).sum()) for code in range(len(PALETTE)))
    return picture, labels, counts


def draw_legend(loaded: Loaded, name: str, labels: tuple[str, ...], counts: tuple[int, ...], unknown: int) -> None:
    """Draw the legend of the map of changes."""
    entry = loaded.entries[name]
    heading = say("Change of {what}", what=inline(entry.title))
    legend.sequential(heading, say("points") if entry.bare else entry.unit, PALETTE, labels, counts, unknown)


def points(before: Baseline, result: Result) -> list[Points]:
    """What the scenario puts somewhere and what it takes away, and the ends of the ways it changes."""
    groups = []
    pairs = (
        (before.services, result.outcome.services, "service_id", "category"),
        (before.projects, result.outcome.projects, "project_id", None),
    )
    for first, then, key, group in pairs:
        old, new = first.set_index(key), then.set_index(key)
        both = old.index.intersection(new.index)
        relocations = both[old.geometry[both].to_numpy() != new.geometry[both].to_numpy()]
        fresh = new.loc[new.index.difference(old.index).union(relocations)]
        for name, rows in fresh.groupby(group) if group else [("projects", fresh)] if len(fresh) else []:
            colour, symbol = layers.points_style(str(name))
            groups.append(Points(say("New or moved"), colour, symbol, _rows(rows)))
        before_only = old.loc[old.index.difference(new.index).union(relocations)]
        if len(before_only):
            groups.append(Points(say("Closed or moved away"), GONE, "cross", _rows(before_only)))
    ways = [change for change in result.scenario.changes if isinstance(change, ChangeTravel)]
    ends = gpd.GeoSeries([point(before, spot) for way in ways for spot in (way.start, way.end)], crs=before.places.crs)
    if len(ends):
        labels = gpd.GeoDataFrame(
            {"name": say("End of a way with another travel time")}, index=ends.index, geometry=ends
        )
        groups.append(Points(say("Travel time"), WAYS, "diamond", _rows(labels)))
    return groups


def _rows(frame: gpd.GeoDataFrame) -> tuple[tuple[float, float, str], ...]:
    return tuple(zip(frame.geometry.y, frame.geometry.x, frame["name"], strict=True))


def bounds(loaded: Loaded, before: Baseline, effects: Effects) -> Bounds:
    """South, west, north, east of the areas whose minutes change, else of those whose gap does, else of all."""
    minutes = [name for name in effects.told if loaded.entries[name].measure == "min"]
    mask = (effects.areas[[f"{name}_change" for name in minutes or ["gap"]]].abs() >= LEAST).any(axis=1)
    shapes = before.areas.set_index("area_id").geometry
    west, south, east, north = (shapes[mask.reindex(shapes.index).fillna(False)] if mask.any() else shapes).total_bounds
    margin = MARGIN if mask.any() else 0.0
    return (south - margin, west - margin, north + margin, east + margin)


def figures(effects: Effects) -> None:
    """Say who is affected, and draw the people that cross each threshold."""
    for sentence in effects.sentences():
        st.markdown(f"- {plain(sentence)}")
    rows = effects.people[effects.people["minutes"].notna()]
    if rows.empty:
        return
    by_age = rows["people_65_plus_before"].notna().any()
    table = pd.DataFrame(
        {
            "what": [
                say(
                    "{service}, {minutes} minutes",
                    service=category(row["category"]).heading,
                    minutes=int(row["minutes"]),
                )
                for _, row in rows.iterrows()
            ],
            "better": rows["people_better"].to_numpy(),
            "worse": rows["people_worse"].to_numpy(),
            "before": rows["people_before"].to_numpy(),
            "after": rows["people_after"].to_numpy(),
        }
        | (
            {
                "old_better": rows["people_65_plus_better"].to_numpy(),
                "old_worse": rows["people_65_plus_worse"].to_numpy(),
            }
            if by_age
            else {}
        )
    )
    st.dataframe(
        written(table, dict.fromkeys(table.columns.drop("what"), 0)),
        hide_index=True,
        column_config={
            "what": st.column_config.TextColumn(say("Threshold"), width="large"),
            "better": st.column_config.NumberColumn(say("People brought within")),
            "worse": st.column_config.NumberColumn(say("People pushed beyond")),
            "before": st.column_config.NumberColumn(say("Beyond now")),
            "after": st.column_config.NumberColumn(say("Beyond then")),
            "old_better": st.column_config.NumberColumn(say("Aged 65 and over brought within")),
            "old_worse": st.column_config.NumberColumn(say("Aged 65 and over pushed beyond")),
        },
        alt=say("People who cross each threshold"),
    )


def areas(loaded: Loaded, effects: Effects, name: str) -> None:
    """Draw the areas that change, those worst off and best off first."""
    rows = effects.moved.sort_values(f"{name}_change", key=lambda change: -change.abs(), kind="stable")
    if rows.empty:
        st.info(say("No area changes by as much as the screen shows."), icon=":material/balance:")
        return
    frame = rows.head(ROWS)

    def tier(column: pd.Series) -> list[str]:
        return ["–" if pd.isna(each) or each == NOT_LISTED else say(each) for each in column]

    table = pd.DataFrame({"name": frame["name"], "population": frame["population"]})
    for when in ("before", "after"):
        table[f"value_{when}"] = frame[f"{name}_{when}"]
    for column in ("gap_before", "gap_after", "rank_before", "rank_after"):
        table[column] = frame[column].astype(float)
    table["tiers"] = [
        old if old == new else f"{old} → {new}"
        for old, new in zip(tier(frame["tier_before"]), tier(frame["tier_after"]), strict=True)
    ]
    places = {"population": 0, "value_before": 1, "value_after": 1, "gap_before": 1, "gap_after": 1}
    if name == "gap":
        table = table.drop(columns=["value_before", "value_after"])
    st.dataframe(
        written(
            table, {key: each for key, each in places.items() if key in table} | {"rank_before": 0, "rank_after": 0}
        ),
        hide_index=True,
        placeholder="–",
        height=420,
        column_config={
            "name": st.column_config.TextColumn(say("Area"), width="medium"),
            "population": st.column_config.NumberColumn(say("People")),
            "value_before": st.column_config.NumberColumn(say("{what} now", what=loaded.entries[name].title)),
            "value_after": st.column_config.NumberColumn(say("{what} then", what=loaded.entries[name].title)),
            "gap_before": st.column_config.NumberColumn(say("Gap now")),
            "gap_after": st.column_config.NumberColumn(say("Gap then")),
            "rank_before": st.column_config.NumberColumn(say("Rank now")),
            "rank_after": st.column_config.NumberColumn(say("Rank then")),
            "tiers": st.column_config.TextColumn(say("Tier")),
        },
        alt=say("Areas that change"),
    )
    if len(rows) > ROWS:
        st.caption(
            say(
                "The first {shown} of {all} areas; the package has them all.", shown=number(ROWS), all=number(len(rows))
            )
        )


def inequality(loaded: Loaded, effects: Effects) -> None:
    """Draw inequality of access before and after, of the territory and its regions that change."""
    if effects.inequality.empty:
        return
    names = loaded.regions.set_index("region_id")["name"].to_dict() | {loaded.territory.id: loaded.title}
    rows = effects.inequality
    table = pd.DataFrame(
        {
            "region": rows["region_id"].map(names),
            "service": [category(name).heading for name in rows["category"]],
            "none_before": 100 * rows["fgt0_before"],
            "none_after": 100 * rows["fgt0_after"],
            "gini_before": rows["gini_before"],
            "gini_after": rows["gini_after"],
            "theil_before": rows["theil_before"],
            "theil_after": rows["theil_after"],
        }
    )
    decimals = {name: 2 if name.startswith("none") else 4 for name in table.columns.drop(["region", "service"])}
    words = {
        "none": say("People with none, %"),
        "gini": "Gini",
        "theil": "Theil T",
    }
    st.dataframe(
        written(table, decimals),
        hide_index=True,
        placeholder="–",
        column_config={
            "region": st.column_config.TextColumn(say("Region"), width="medium"),
            "service": st.column_config.TextColumn(say("Service"), width="medium"),
        }
        | {
            f"{key}_{when}": st.column_config.NumberColumn(say(text, what=word))
            for key, word in words.items()
            for when, text in (("before", "{what} now"), ("after", "{what} then"))
        },
        alt=say("Inequality of access before and after"),
    )


def side_by_side(table: pd.DataFrame) -> None:
    """Draw scenarios side by side."""
    names = [str(name) for name in table.columns[3:]]
    frame = pd.DataFrame(
        {
            "what": [
                say(MEASURES[row["measure"]]).format(
                    minutes="" if pd.isna(row["minutes"]) else number(row["minutes"]),
                    service=category(row["category"]).title if row["category"] else "",
                )
                for _, row in table.iterrows()
            ]
        }
    )
    for name in names:
        frame[f"value {name}"] = [
            "–" if pd.isna(value) else number(value, DECIMALS.get(measure, 0))
            for measure, value in zip(table["measure"], table[name], strict=True)
        ]
    st.dataframe(
        frame,
        hide_index=True,
        column_config={"what": st.column_config.TextColumn(say("Figure"), width="large")}
        | {f"value {name}": st.column_config.TextColumn(say("Now") if name == "now" else name) for name in names},
        alt=say("Scenarios side by side"),
    )
