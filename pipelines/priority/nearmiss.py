"""How far an area is from the line of the list, and the smallest single change that would take it across."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import InputError
from pipelines.priority.aggregate import Array, gap
from pipelines.priority.composite import UNTREATED, Scores, combine, estimated, normalise_term, score
from pipelines.priority.configuration import Key, Term
from pipelines.priority.normalise import percentile
from pipelines.priority.ranking import rank
from pipelines.priority.weights import base_weights

Places = npt.NDArray[np.int64]


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
    exact
        Whether no smaller change of a single indicator would do: not where the steps of the index may turn its order.
    """

    on_list: bool
    line: float
    distance: float
    change: Change | None
    searched: bool = True
    exact: bool = True


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

    Every indicator of the area in turn takes the values that other areas have, on the side that moves the area towards
    the line; the nearest that takes it across is found by halving, and the index is computed again for each value that
    is tried, since a new value may move others too.

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
    again = _Again(values, scores, area, k=k, regions=regions, neighbours=neighbours)
    found = [change for change in again.changes(on_list=on_list) if change is not None]
    change = min(found, key=lambda each: each.shift, default=None)
    return NearMiss(on_list, line, distance, change, exact=again.keeps_order)


class _Again:
    """The index of a territory with another value of one indicator of one area."""

    def __init__(
        self,
        values: pd.DataFrame,
        scores: Scores,
        area: str,
        *,
        k: int,
        regions: pd.Series | None,
        neighbours: pd.DataFrame | None,
    ) -> None:
        self.values, self.scores, self.area, self.k = values, scores, area, k
        self.configuration, self.regions, self.neighbours = scores.configuration, regions, neighbours
        self.place = list(scores.frame.index).index(area)
        self.gaps = scores.frame["gap"].to_numpy()
        codes = np.zeros(len(self.gaps)) if regions is None else pd.factorize(regions.reindex(scores.frame.index))[0]
        self.region = np.flatnonzero(codes == codes[self.place])
        steps = self.configuration.steps
        # What is imputed, treated or weighed by the data may answer to a higher value by a lower score.
        self.keeps_order = steps.impute == "none" and steps.outliers == "none" and steps.weights == "given"
        self.weights = base_weights(scores.normalised, self.configuration)
        self.columns: dict[Key, Array] = {
            key: scores.normalised[key].to_numpy() for key, _, _ in self.configuration.terms()
        }
        self.below = {name for _, _, term in self.configuration.terms() for name in term.needs - {term.indicator}}

    def changes(self, *, on_list: bool) -> Iterator[Change | None]:
        """The smallest change of each indicator, on each side, that takes the area across the line."""
        tried = set()
        for key, _, term in self.configuration.terms():
            more_is_worse = (term.sign > 0) == (key[0] == "need")
            rising = more_is_worse != on_list
            if (term.indicator, term.per, rising) not in tried:
                tried.add((term.indicator, term.per, rising))
                yield self._smallest(key, term, on_list=on_list, rising=rising)

    def _smallest(self, key: Key, term: Term, *, on_list: bool, rising: bool) -> Change | None:
        x = self.scores.figures[key].to_numpy()
        now = x[self.place]
        if np.isnan(now):
            return None
        known, first = np.unique(x[~np.isnan(x)], return_index=True)
        places = percentile(x)[~np.isnan(x)][first]
        side = np.flatnonzero(known > now) if rising else np.flatnonzero(known < now)[::-1]
        # Nearest first; those from some position on take the area across.
        if not len(side) or self._listed(term, float(known[side[-1]])) == on_list:
            return None
        position = bisect_left(side, True, key=lambda donor: self._listed(term, float(known[donor])) != on_list)
        then, place = float(known[side[position]]), float(places[side[position]])
        shift = abs(place - float(percentile(x)[self.place]))
        return Change(term.indicator, now=float(now), then=then, shift=shift, per=term.per)

    def _listed(self, term: Term, value: float) -> bool:
        """Whether the area is on the list with another value."""
        if not self.keeps_order or term.indicator in self.below:
            changed = self.values.copy()
            below = 1.0 if term.per is None else float(self.values[term.per][self.area])
            column = changed[term.indicator].astype(float)
            changed[term.indicator] = column.mask(changed.index == self.area, value * below)
            again = score(changed, self.configuration, regions=self.regions, neighbours=self.neighbours)
            return bool(rank(again.frame)[self.area] <= self.k)
        moved = self._moved(term)
        columns = {name: column[moved] for name, column in self.columns.items()}
        for own, _, each in self.configuration.terms():
            if (each.indicator, each.per) == (term.indicator, term.per):
                x = self.scores.figures[own].to_numpy().copy()
                x[self.place] = value
                x = estimated(x[moved], self.values.iloc[moved], each, self.configuration, self.regions)
                columns[own] = normalise_term(x, UNTREATED, each, self.configuration.steps.normalise)
        _, indices = combine(columns, self.weights, self.configuration, across=self.configuration.steps.across)
        gaps = self.gaps.copy()
        gaps[moved] = np.where(
            np.isnan(gaps[moved]),
            np.nan,
            gap(indices["need"], indices.get("resources"), method=self.configuration.steps.gap),
        )
        return bool((gaps > gaps[self.place]).sum() < self.k)

    def _moved(self, term: Term) -> Places:
        """Areas whose score answers to a new value: the area itself, those of its region, or all."""
        if term.goalposts is None:
            return np.arange(len(self.gaps))
        return self.region if term.shrink is not None else np.array([self.place])
