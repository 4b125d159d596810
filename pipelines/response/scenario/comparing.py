"""Scenarios side by side, with the territory as it is."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geodata.errors import InputError
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.effects import Effects

NOW = "now"
MEASURES = ("gap", "onto_list", "people_beyond", "people_65_plus_beyond", "none_within", "gini")


def side_by_side(before: Baseline, found: Mapping[str, Effects]) -> pd.DataFrame:
    """Compare scenarios in the figures that they change.

    Parameters
    ----------
    before
        The territory.
    found
        Effects by the name of the scenario.

    Returns
    -------
    DataFrame
        `measure` (one of `MEASURES`), `category`, `minutes`, `now`, and one column a scenario: `gap` (mean over
        people), `onto_list` (areas that come onto the list), `people_beyond` and `people_65_plus_beyond` a threshold,
        `none_within` (% of people with no service within the highest threshold) and `gini` of services within it. What
        a scenario does not change is as it is now.

    Raises
    ------
    InputError
        A scenario is named like a column.
    """
    taken = {"measure", "category", "minutes", NOW} & set(found)
    if taken:
        raise InputError(f"A scenario is named {taken.pop()!r}, which the comparison calls a column; rename it.")
    rows: dict[tuple[str, str, float], dict[str, float]] = {}
    for name, each in found.items():
        for key, (first, then) in _figures(before, each).items():
            rows.setdefault(key, {NOW: first})[name] = then
    table = pd.DataFrame(
        [{"measure": key[0], "category": key[1], "minutes": key[2]} | row for key, row in rows.items()],
        columns=["measure", "category", "minutes", NOW, *found],
    )
    table[list(found)] = table[list(found)].apply(lambda column: column.fillna(table[NOW]))
    order = table["measure"].map(MEASURES.index)
    return (
        table.assign(order=order).sort_values(["order", "category", "minutes"], ignore_index=True).drop(columns="order")
    )


def _figures(before: Baseline, each: Effects) -> dict[tuple[str, str, float], tuple[float, float]]:
    """Before and after, by measure, category and minutes."""
    people = each.areas["population"]
    found: dict[tuple[str, str, float], tuple[float, float]] = {
        ("gap", "", np.nan): (_mean(each.areas["gap_before"], people), _mean(each.areas["gap_after"], people)),
        ("onto_list", "", np.nan): (0.0, float(len(each.listed["on"]))),
    }
    for _, row in each.people[each.people["minutes"].notna()].iterrows():
        for group in ("people", "people_65_plus"):
            if pd.notna(row[f"{group}_before"]):
                key = (f"{group}_beyond", str(row["category"]), float(row["minutes"]))
                found[key] = (row[f"{group}_before"], row[f"{group}_after"])
    for _, row in each.inequality[each.inequality["region_id"] == before.id].iterrows():
        category = str(row["category"])
        found["none_within", category, np.nan] = (100 * row["fgt0_before"], 100 * row["fgt0_after"])
        found["gini", category, np.nan] = (row["gini_before"], row["gini_after"])
    return found


def _mean(values: pd.Series, people: pd.Series) -> float:
    known = values.notna() & (people > 0)
    return float(np.average(values[known], weights=people[known])) if known.any() else np.nan
