"""What a choice of sites does, in tables: places before and after, sites, areas, the curve, alternatives."""

import geopandas as gpd
import numpy as np
import pandas as pd

from pipelines.access.travel.model import TravelModel
from pipelines.response.siting.solver import Plan, Problem


def demand_table(
    lived: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    plan: Plan,
    problem: Problem,
    model: TravelModel,
    limit: float,
) -> gpd.GeoDataFrame:
    """Demand with the minutes and the people within the limit before and after."""
    old = np.flatnonzero(problem.existing)
    opened = np.append(old, plan.chosen)
    minutes = {}
    for name, sites in (("minutes_before", old), ("minutes_after", opened)):
        found = model.nearest(lived.geometry, candidates.geometry.iloc[sites]).minutes[:, 0]
        minutes[name] = np.where(np.isfinite(found), found, np.nan)
    covered_after = lived["people"] * _within(problem, opened, limit)
    if plan.shares is not None:
        covered_after = pd.Series(np.asarray(plan.shares.sum(axis=1)), index=lived.index)
    covered = {"covered_before": lived["people"] * _within(problem, old, limit), "covered_after": covered_after}
    return lived.assign(**minutes, **covered).reset_index(drop=True)


def _within(problem: Problem, sites: np.ndarray, limit: float) -> np.ndarray:
    """Whether each place has one of some sites within the limit."""
    near = problem.minutes[:, sites].tocoo()
    found = np.zeros(len(problem.people), dtype=bool)
    found[near.row[near.data <= limit]] = True
    return found


def sites_table(candidates: gpd.GeoDataFrame, plan: Plan, problem: Problem, limit: float) -> gpd.GeoDataFrame:
    """Proposed sites by what they gain, then those that exist and serve somebody."""
    old = np.flatnonzero(problem.existing)
    opened = np.append(plan.chosen, old)
    near = problem.minutes[:, opened].tocoo()
    kept = near.data <= limit
    row, column, minutes = near.row[kept], near.col[kept], near.data[kept]
    order = np.lexsort((column, minutes, row))
    row, column = row[order], column[order]
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    people, had = problem.people[row[first]], _within(problem, old, limit)[row[first]]
    served = np.bincount(column[first], people, minlength=len(opened))
    gained = np.bincount(column[first], people * ~had, minlength=len(opened))
    if plan.shares is not None:
        served = np.asarray(plan.shares.sum(axis=0))[opened]
        gained = np.full(len(opened), np.nan)
    found = candidates.iloc[opened].assign(served=served, gained=gained)
    found["status"] = np.where(found["existing"], "exists", "proposed")
    found = found[~found["existing"] | (found["served"] > 0)]
    found = found.sort_values(["existing", "gained", "served", "site_id"], ascending=[True, False, False, True])
    new = (~found["existing"]).to_numpy()
    found["order"] = np.where(new, np.cumsum(new), 0)
    columns = ["order", "site_id", "name", "area_id", "area", "status", "served", "gained", "cost", "geometry"]
    return found[columns].reset_index(drop=True)


def areas_table(demand: gpd.GeoDataFrame) -> pd.DataFrame:
    """Sums by area, those that gain most first."""
    summed = demand.groupby(["area_id", "area"])[["people", "covered_before", "covered_after"]].sum().reset_index()
    summed["gained"] = summed["covered_after"] - summed["covered_before"]
    reached = demand["minutes_before"].notna() & demand["minutes_after"].notna()
    spared = demand["people"] * (demand["minutes_before"] - demand["minutes_after"])
    sums = pd.DataFrame({"spared": spared[reached], "people": demand["people"][reached]})
    sums = sums.groupby(demand["area_id"][reached]).sum()
    summed["saved"] = summed["area_id"].map(sums["spared"] / sums["people"].where(sums["people"] > 0))
    found: pd.DataFrame = summed.sort_values(["gained", "area_id"], ascending=[False, True], ignore_index=True)
    return found


def curve_table(problem: Problem, steps: list[np.ndarray], plan: Plan, limit: float) -> pd.DataFrame:
    """Covered people and mean minutes by number of new sites, from none on."""
    old = np.flatnonzero(problem.existing)
    rows = []
    for number, chosen in enumerate([np.empty(0, dtype=np.int64), *steps] if steps else []):
        # The proposal itself may be better than what exchange found for its number.
        sites = plan.chosen if number == len(plan.chosen) else chosen
        opened = np.append(old, sites)
        covered = float(problem.people[_within(problem, opened, limit)].sum())
        near = problem.minutes[:, opened].tocoo()
        minutes = np.full(len(problem.people), limit)
        np.minimum.at(minutes, near.row, near.data)
        total = problem.people.sum()
        rows.append((number, covered, 100 * covered / total, float(problem.people @ minutes / total)))
    return pd.DataFrame(rows, columns=["sites", "covered", "share", "mean_minutes"])


def alternatives_table(candidates: gpd.GeoDataFrame, plan: Plan, others: list[Plan]) -> gpd.GeoDataFrame:
    """Sites of the alternatives, and how much worse each is."""
    parts = [candidates.iloc[:0].assign(alternative=0, order=0, value=0.0, worse=0.0, said="")]
    for number, other in enumerate(others, start=1):
        worse = 100 * abs(other.value - plan.value) / plan.value if plan.value else np.nan
        rows = candidates.iloc[other.chosen].sort_values("site_id")
        parts.append(
            rows.assign(
                alternative=number,
                order=np.arange(1, len(rows) + 1),
                value=other.value,
                worse=worse,
                said=other.said(),
            )
        )
    columns = ["alternative", "order", "site_id", "name", "area", "value", "worse", "said", "geometry"]
    return gpd.GeoDataFrame(pd.concat(parts)[columns], crs=candidates.crs).reset_index(drop=True)
