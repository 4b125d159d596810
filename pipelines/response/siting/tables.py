"""What a choice of sites does, in tables: places before and after, sites, areas, the curve, alternatives."""

import geopandas as gpd
import numpy as np
import pandas as pd

from pipelines.access.travel.model import TravelModel
from pipelines.response.siting.solver import Plan, Problem


def demand_table(
    places: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    plan: Plan,
    problem: Problem,
    model: TravelModel,
    limit: float,
) -> gpd.GeoDataFrame:
    """Demand with the minutes and the people within the limit before and after."""
    old = np.flatnonzero(problem.existing)
    open_sites = np.append(old, plan.selection)
    minutes = {}
    for name, sites in (("minutes_before", old), ("minutes_after", open_sites)):
        result = model.nearest(places.geometry, candidates.geometry.iloc[sites]).minutes[:, 0]
        minutes[name] = np.where(np.isfinite(result), result, np.nan)
    covered_after = places["people"] * _within(problem, open_sites, limit)
    if plan.shares is not None:
        covered_after = pd.Series(np.asarray(plan.shares.sum(axis=1)), index=places.index)
    people_covered = {"covered_before": places["people"] * _within(problem, old, limit), "covered_after": covered_after}
    return places.assign(**minutes, **people_covered).reset_index(drop=True)


def _within(problem: Problem, sites: np.ndarray, limit: float) -> np.ndarray:
    """Whether each place has one of some sites within the limit."""
    near = problem.minutes[:, sites].tocoo()
    result = np.zeros(len(problem.people), dtype=bool)
    result[near.row[near.data <= limit]] = True
    return result


def sites_table(candidates: gpd.GeoDataFrame, plan: Plan, problem: Problem, limit: float) -> gpd.GeoDataFrame:
    """Proposed sites by what they gain, then those that exist and serve somebody."""
    old = np.flatnonzero(problem.existing)
    open_sites = np.append(plan.selection, old)
    near = problem.minutes[:, open_sites].tocoo()
    within_limit = near.data <= limit
    row, column, minutes = near.row[within_limit], near.col[within_limit], near.data[within_limit]
    order = np.lexsort((column, minutes, row))
    row, column = row[order], column[order]
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    people, had = problem.people[row[first]], _within(problem, old, limit)[row[first]]
    people_served = np.bincount(column[first], people, minlength=len(open_sites))
    people_gained = np.bincount(column[first], people * ~had, minlength=len(open_sites))
    if plan.shares is not None:
        people_served = np.asarray(plan.shares.sum(axis=0))[open_sites]
        people_gained = np.full(len(open_sites), np.nan)
    result = candidates.iloc[open_sites].assign(served=people_served, gained=people_gained)
    result["status"] = np.where(result["existing"], "exists", "proposed")
    result = result[~result["existing"] | (result["served"] > 0)]
    result = result.sort_values(["existing", "gained", "served", "site_id"], ascending=[True, False, False, True])
    new = (~result["existing"]).to_numpy()
    result["order"] = np.where(new, np.cumsum(new), 0)
    columns = ["order", "site_id", "name", "area_id", "area", "status", "served", "gained", "cost", "geometry"]
    return result[columns].reset_index(drop=True)


def areas_table(demand: gpd.GeoDataFrame) -> pd.DataFrame:
    """Sums by area, those that gain most first."""
    totals = demand.groupby(["area_id", "area"])[["people", "covered_before", "covered_after"]].sum().reset_index()
    totals["gained"] = totals["covered_after"] - totals["covered_before"]
    in_reach = demand["minutes_before"].notna() & demand["minutes_after"].notna()
    savings = demand["people"] * (demand["minutes_before"] - demand["minutes_after"])
    sums = pd.DataFrame({"savings": savings[in_reach], "people": demand["people"][in_reach]})
    sums = sums.groupby(demand["area_id"][in_reach]).sum()
    totals["saved"] = totals["area_id"].map(sums["savings"] / sums["people"].where(sums["people"] > 0))
    result: pd.DataFrame = totals.sort_values(["gained", "area_id"], ascending=[False, True], ignore_index=True)
    return result


def curve_table(problem: Problem, steps: list[np.ndarray], plan: Plan, limit: float) -> pd.DataFrame:
    """Covered people and mean minutes by number of new sites, from none on."""
    old = np.flatnonzero(problem.existing)
    rows = []
    for number, selection in enumerate([np.empty(0, dtype=np.int64), *steps] if steps else []):
        # The proposal itself may be better than what exchange found for its number.
        sites = plan.selection if number == len(plan.selection) else selection
        open_sites = np.append(old, sites)
        people_covered = float(problem.people[_within(problem, open_sites, limit)].sum())
        near = problem.minutes[:, open_sites].tocoo()
        minutes = np.full(len(problem.people), limit)
        np.minimum.at(minutes, near.row, near.data)
        total = problem.people.sum()
        rows.append((number, people_covered, 100 * people_covered / total, float(problem.people @ minutes / total)))
    return pd.DataFrame(rows, columns=["sites", "covered", "share", "mean_minutes"])


def alternatives_table(candidates: gpd.GeoDataFrame, plan: Plan, others: list[Plan]) -> gpd.GeoDataFrame:
    """Sites of the alternatives, and how much worse each is."""
    parts = [candidates.iloc[:0].assign(alternative=0, order=0, value=0.0, worse=0.0, said="")]
    for number, other in enumerate(others, start=1):
        worse = 100 * abs(other.value - plan.value) / plan.value if plan.value else np.nan
        rows = candidates.iloc[other.selection].sort_values("site_id")
        parts.append(
            rows.assign(
                alternative=number,
                order=np.arange(1, len(rows) + 1),
                value=other.value,
                worse=worse,
                said=other.quality(),
            )
        )
    columns = ["alternative", "order", "site_id", "name", "area", "value", "worse", "said", "geometry"]
    return gpd.GeoDataFrame(pd.concat(parts)[columns], crs=candidates.crs).reset_index(drop=True)
