"""Why an area is where it is, in numbers and in plain words."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.i18n import DEFAULT, current, number, percent, say
from pipelines.priority.composite import Scores, dictionary
from pipelines.priority.configuration import Key
from pipelines.priority.contributions import Contributions
from pipelines.priority.nearmiss import Change, NearMiss
from pipelines.priority.normalise import Floats, percentile
from pipelines.priority.ranking import rank


def percentiles(values: pd.DataFrame, *, regions: pd.Series | None = None) -> pd.DataFrame:
    """Place of each value among the areas of the territory or, with regions, of its own region: 0 lowest, 100 highest.

    Parameters
    ----------
    values
        One float column per indicator, NaN where missing; index area_id.
    regions
        Region of each area, index area_id; areas without one get NaN.

    Returns
    -------
    DataFrame
        Shape of `values`; equal values share the mean of their places, 50 where all are equal.
    """
    if regions is None:
        return values.apply(lambda column: pd.Series(percentile(column.to_numpy()), index=column.index))
    return values.groupby(regions.reindex(values.index)).transform(lambda column: percentile(column.to_numpy()))


class Fact(NamedTuple):
    """One indicator of one area.

    Attributes
    ----------
    value, median
        Of the area, NaN where missing, and of the territory.
    percentile
        Place of the area among all, as `percentiles`.
    lower, higher
        Percent of the other areas whose value is lower, or higher; 0 where missing.
    points
        What the indicator adds to the gap of the typical area, over both indices; NaN where not scorable.
    imputed
        Whether the value was imputed.
    """

    indicator: str
    value: float
    median: float
    percentile: float
    lower: float
    higher: float
    points: float
    imputed: bool


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that can be told of the areas of a territory, compared with each other once for all of them.

    Attributes
    ----------
    scores, ranks
        The index, and the rank by gap of every area.
    ranked
        How many areas have a rank.
    indicators
        Names, in the order of the configuration, each once.
    facts
        For each fact, in the order of `Fact`, its values; shape (areas, indicators).
    """

    scores: Scores
    ranks: pd.Series
    ranked: int
    indicators: list[str]
    facts: tuple[npt.NDArray[Any], ...]

    def of(self, area: str) -> list[Fact]:
        """Facts on each indicator of an area, by the points that it adds, the most first."""
        place = self.ranks.index.get_loc(area)
        rows = zip(self.indicators, *(fact[place].tolist() for fact in self.facts), strict=True)
        return sorted((Fact(*row) for row in rows), key=lambda fact: -fact.points)


def evidence(scores: Scores, taken: Contributions) -> Evidence:
    """Compare every indicator of every area with the others; `taken` are the contributions to the gap."""
    keys: dict[str, Key] = {}
    for key, _, _ in scores.configuration.terms():
        keys.setdefault(key[2], key)
    points = taken.parts.T.groupby(level="indicator").sum(min_count=1)
    columns = [
        (*_compared(scores.figures[key].to_numpy()), points.loc[name].to_numpy(), scores.imputed[key].to_numpy())
        for name, key in keys.items()
    ]
    ranks = rank(scores.frame)
    return Evidence(
        scores=scores,
        ranks=ranks,
        ranked=int(ranks.notna().sum()),
        indicators=list(keys),
        facts=tuple(np.column_stack(fact) for fact in zip(*columns, strict=True)),
    )


def _compared(x: Floats) -> tuple[npt.NDArray[Any], ...]:
    """Value, median, percentile, lower and higher of each area, each of shape (areas,)."""
    known = np.sort(x[~np.isnan(x)])
    median = np.full(len(x), np.median(known) if len(known) else np.nan)
    percent = 100 / max(len(known) - 1, 1)
    # A missing value is sorted behind all others, yet exceeds none.
    lower = np.where(np.isnan(x), 0, np.searchsorted(known, x, side="left"))
    higher = len(known) - np.searchsorted(known, x, side="right")
    return x, median, percentile(x), lower * percent, higher * percent


def reasons(told: Evidence, area: str) -> pd.DataFrame:
    """Facts on each indicator of an area, the most points first: index indicator, columns as `Fact`."""
    return pd.DataFrame(told.of(area), columns=Fact._fields).set_index("indicator")


def sentence(told: Evidence, area: str, *, near: NearMiss | None = None, most: int = 3) -> str:
    """Say in plain words where an area stands, what raises its gap, what lowers it, and what would change that.

    Parameters
    ----------
    told
        Of the whole territory.
    near
        Of this area, when its distance to the line is to be told.
    most
        How many reasons to name.
    """
    if area in told.scores.not_scorable.index:
        return say("Not scorable: {reason}", reason=told.scores.not_scorable[area])
    facts = told.of(area)
    up, down = [fact for fact in facts if fact.points > 0][:most], [fact for fact in facts if fact.points < 0][-1:]
    texts = [
        say(
            "Gap {gap}, place {place} of {count}.",
            gap=number(told.scores.frame["gap"][area], 1),
            place=number(told.ranks[area]),
            count=number(told.ranked),
        )
    ]
    if up:
        texts.append(say("Raised most by: {facts}.", facts="; ".join(map(_fact, up))))
    if down:
        texts.append(say("Lowered most by: {facts}.", facts="; ".join(map(_fact, down))))
    if near is not None:
        texts.append(nearness(near))
    return " ".join(texts)


def _fact(fact: Fact) -> str:
    """One indicator, its value and how it compares: Share aged 65 and over 31.0%, 1.3 times the median, ..."""
    told = f" ({say('imputed')})" if fact.imputed else ""
    indicator, value, median = fact.indicator, fact.value, fact.median
    ratio = value / median if value > 0 and median > 0 else np.nan
    if 1.95 <= ratio < 2.05:
        compared = say("twice the median")
    elif ratio >= 1.2 or ratio <= 0.8:
        compared = say("{ratio} times the median", ratio=number(ratio, 1))
    else:
        compared = say("median {value}", value=_said(indicator, median))
    return f"{_title(indicator)} {_said(indicator, value)}{told}, {compared}, {_among(fact)}"


def _among(fact: Fact) -> str:
    # Rounded down, so that no area is said to exceed more others than it does.
    lower, higher = int(fact.lower), int(fact.higher)
    if not lower and not higher:
        return say("about the same everywhere")
    if max(lower, higher) == 100:
        return say("the highest of all areas") if lower == 100 else say("the lowest of all areas")
    if lower == higher:
        return say("in the middle of all areas")
    if lower > higher:
        return say("more than in {share} of the other areas", share=_percent(lower))
    return say("less than in {share} of the other areas", share=_percent(higher))


def _percent(whole: int) -> str:
    return f"{whole} %" if current() == DEFAULT else percent(whole)


def nearness(near: NearMiss) -> str:
    """Say how far an area is from the line of the list, and what single change would take it across."""
    points = number(abs(near.distance), 1)
    if near.on_list:
        told = say("On the list by {points} points", points=points)
    else:
        told = say("Off the list by {points} points", points=points)
    if not near.searched:
        return f"{told}."
    if near.change is None:
        return say("{told}; no other value of a single indicator would change that.", told=told)
    if near.on_list:
        return say("{told}; {change} would take it off.", told=told, change=_changed(near.change, exact=near.exact))
    return say("{told}; {change} would put it on.", told=told, change=_changed(near.change, exact=near.exact))


def _changed(change: Change, *, exact: bool) -> str:
    then, now = (_said(change.indicator, value) for value in (change.then, change.now))
    if then == now:
        values = {"indicator": _title(change.indicator), "value": now}
        if change.then > change.now:
            return say("a slightly higher {indicator} than {value}", **values)
        return say("a slightly lower {indicator} than {value}", **values)
    if not exact:
        values = {"indicator": _title(change.indicator), "then": then, "now": now}
        return say("{indicator} of about {then} instead of {now}", **values)
    return say("{indicator} of {then} instead of {now}", indicator=_title(change.indicator), then=then, now=now)


def _title(indicator: str) -> str:
    return dictionary()[indicator].title if indicator in dictionary() else indicator


def _said(indicator: str, value: float) -> str:
    """Write a value with its unit; a count of 0 is none."""
    known = dictionary().get(indicator)
    if known is None:
        return f"{value:,.4g}"
    counted = known.decimals == 0 and known.measure != "min"
    return say("none") if value == 0 and counted else known.format(value)
