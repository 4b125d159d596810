"""How far an area is from the line of the list, and the smallest single change that would take it across."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.errors import InputError
from pipelines.priority.aggregate import Array
from pipelines.priority.composite import Scores, combine, gap, score
from pipelines.priority.configuration import Key
from pipelines.priority.normalise import percentile
from pipelines.priority.ranking import rank
from pipelines.priority.weights import base_weights

TRIES = 8


@dataclass(frozen=True)
class Change:
    """One indicator of one area at another value, all else equal.

    `shift` is how far it moves among the areas, in percentage points of areas: what makes changes in minutes and in
    percent comparable. With a denominator, `per`, the values are those after division.
    """

    indicator: str
    now: float
    then: float
    shift: float
    per: str | None = None


@dataclass(frozen=True)
class NearMiss:
    """Where an area stands to the line.

    Attributes
    ----------
    on_list
        Whether its rank is k or better.
    line
        Score that it would have to pass: of the last area on the list, or, for an area on it, of the first off it.
    distance
        Its score - line, in points: at least 0 on the list, below 0 off it.
    change
        The smallest change that takes it across; None when no value that another area has would do.
    searched
        Whether a change was looked for.
    """

    on_list: bool
    line: float
    distance: float
    change: Change | None
    searched: bool = True


def standing(scores: Scores, *, k: int) -> dict[str, NearMiss]:
    """Distance of every scorable area to the line, without the change that would take it across.

    Parameters
    ----------
    scores
        Of the territory.
    k
        Length of the list; empty when all areas are on it.
    """
    listed, lines = _lines(scores, k)
    distances = scores.frame["gap"] - lines
    rows = zip(map(str, lines.index), listed, lines, distances, strict=True)
    return {
        area: NearMiss(bool(on_list), float(line), float(distance), None, searched=False)
        for area, on_list, line, distance in rows
        if not np.isnan(distance)
    }


def _lines(scores: Scores, k: int) -> tuple[pd.Series, pd.Series]:
    """Whether each area is on the list, and the gap that it would have to pass; NaN when all areas are on it."""
    ranks, gaps = rank(scores.frame), scores.frame["gap"]
    listed, off_list = (ranks <= k).fillna(False), (ranks > k).fillna(False)
    to_stay = float(gaps[off_list].max()) if off_list.any() else np.nan
    to_enter = float(gaps[listed].min()) if off_list.any() else np.nan
    return listed, pd.Series(np.where(listed, to_stay, to_enter), index=gaps.index)


def near_miss(
    values: pd.DataFrame,
    scores: Scores,
    area: str,
    *,
    k: int,
    regions: pd.Series | None = None,
    neighbours: pd.DataFrame | None = None,
) -> NearMiss | None:
    """Find what would put an area on or off the list of the k highest gaps.

    Every indicator of the area in turn takes the values that other areas have, from the nearest on. The change is found
    with all other normalised values as they are and then confirmed by computing the index again, since a new value
    moves the ranks of others too.

    Parameters
    ----------
    values, regions, neighbours
        As given to `score`.
    scores
        What `score` made of them.

    Returns
    -------
    NearMiss or None
        None when the area is not scorable, or all areas are on the list.

    Raises
    ------
    InputError
        The area is not in `values`.
    """
    if area not in scores.frame.index:
        raise InputError(f"There is no area {area!r} in the indicators; give an area_id of this territory.")
    listed, lines = _lines(scores, k)
    on_list, line = bool(listed[area]), float(lines[area])
    distance = float(scores.frame["gap"][area]) - line
    if np.isnan(distance):
        return None
    changes = _changes(scores, area, line, on_list=on_list)
    confirmed = (
        each
        for each in changes[:TRIES]
        if _listed(each, values, scores, area, k=k, regions=regions, neighbours=neighbours) != on_list
    )
    return NearMiss(on_list, line, distance, next(confirmed, None))


def _changes(scores: Scores, area: str, line: float, *, on_list: bool) -> list[Change]:
    """Changes that would cross the line if no other score moved, smallest first, at most three of each indicator."""
    configuration = scores.configuration
    shares = base_weights(scores.normalised, configuration)
    place = scores.frame.index.get_loc(area)
    columns: dict[Key, Array] = {key: scores.normalised[key].to_numpy() for key, _, _ in configuration.terms()}
    used = {(term.indicator, term.per): key for key, _, term in configuration.terms()}
    found = []
    for indicator, per in used:
        own = [key for key, _, term in configuration.terms() if (term.indicator, term.per) == (indicator, per)]
        x = scores.values[own[0]].to_numpy()
        donors = np.flatnonzero(~np.isnan(x) & (x != x[place]) & ~np.isnan(x[place]))
        tried = {
            key: column[donors] if key in own else np.full(len(donors), column[place])
            for key, column in columns.items()
        }
        _, indices = combine(tried, shares, configuration, across=configuration.steps.across)
        then = gap(indices["need"], indices.get("resources"))
        crossing = donors[then < line if on_list else then > line]
        places = percentile(x)
        shifts = np.abs(places[crossing] - places[place])
        # One donor for each value.
        _, first = np.unique(x[crossing], return_index=True)
        for donor in crossing[first[np.argsort(shifts[first], kind="stable")[:3]]]:
            shift = float(abs(places[donor] - places[place]))
            found.append(Change(indicator, now=float(x[place]), then=float(x[donor]), shift=shift, per=per))
    return sorted(found, key=lambda change: change.shift)


def _listed(
    change: Change,
    values: pd.DataFrame,
    scores: Scores,
    area: str,
    *,
    k: int,
    regions: pd.Series | None,
    neighbours: pd.DataFrame | None,
) -> bool:
    """Whether the area is on the list after a change, with the whole index computed again."""
    changed = values.copy()
    below = 1.0 if change.per is None else float(values[change.per][area])
    changed[change.indicator] = changed[change.indicator].mask(changed.index == area, change.then * below)
    again = score(changed, scores.configuration, regions=regions, neighbours=neighbours)
    return bool(rank(again.frame)[area] <= k)
