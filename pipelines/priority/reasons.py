"""Why an area is where it is, in numbers and in plain words."""

import numpy as np
import pandas as pd

from pipelines.priority.composite import Scores, dictionary
from pipelines.priority.configuration import Key
from pipelines.priority.contributions import Contributions
from pipelines.priority.nearmiss import Change, NearMiss
from pipelines.priority.normalise import percentile
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


def reasons(scores: Scores, taken: Contributions, area: str) -> pd.DataFrame:
    """Facts on each indicator of an area, by the points that it adds, the most first.

    Returns
    -------
    DataFrame
        Index indicator; value, median (of the territory), percentile (as `percentiles`), lower and higher (percent of
        the other areas whose value is lower, or higher), points (added to the score, over both indices) and imputed.
    """
    keys: dict[str, Key] = {}
    for key, _, _ in scores.configuration.terms():
        keys.setdefault(key[2], key)
    points = taken.parts.loc[area].groupby(level="indicator").sum()
    facts = {indicator: _facts(scores.values[key], area) for indicator, key in keys.items()}
    frame = pd.DataFrame.from_dict(facts, orient="index").rename_axis("indicator")
    frame["points"] = points.reindex(frame.index)
    frame["imputed"] = [bool(scores.imputed[key][area]) for key in keys.values()]
    return frame.sort_values("points", ascending=False, kind="stable")


def _facts(column: pd.Series, area: str) -> dict[str, float]:
    x, value = column.to_numpy(dtype=np.float64), float(column[area])
    others = max(int((~np.isnan(x)).sum()) - 1, 1)
    return {
        "value": value,
        "median": float(column.median()),
        "percentile": float(percentile(x)[column.index == area][0]),
        "lower": 100 * int((x < value).sum()) / others,
        "higher": 100 * int((x > value).sum()) / others,
    }


def sentence(scores: Scores, taken: Contributions, area: str, *, near: NearMiss | None = None, most: int = 3) -> str:
    """Say in plain words where an area stands, what raises its gap, what lowers it, and what would change that.

    Parameters
    ----------
    scores, taken
        Of the whole territory; contributions to the gap, from the typical area.
    near
        Of this area, when its distance to the line is to be told.
    most
        How many reasons to name.
    """
    if area in scores.not_scorable.index:
        return f"Not scorable: {scores.not_scorable[area]}"
    places = rank(scores.frame)
    facts = reasons(scores, taken, area)
    up, down = facts[facts["points"] > 0].head(most), facts[facts["points"] < 0].tail(1)
    texts = [f"Gap {scores.frame['gap'][area]:.1f}, place {places[area]:,} of {int(places.notna().sum()):,}."]
    for lead, chosen in (("Raised most by", up), ("Lowered most by", down)):
        if len(chosen):
            texts.append(f"{lead}: {'; '.join(_fact(str(name), fact) for name, fact in chosen.iterrows())}.")
    if near is not None:
        texts.append(nearness(near))
    return " ".join(texts)


def _fact(indicator: str, fact: pd.Series) -> str:
    """One indicator, its value and how it compares: Share aged 65 and over 31.0%, 1.3 times the median, ..."""
    told = " (imputed)" if fact["imputed"] else ""
    value, median = fact["value"], fact["median"]
    ratio = value / median if value > 0 and median > 0 else np.nan
    if ratio >= 1.2 or ratio <= 0.8:
        compared = f"{'twice' if 1.95 <= ratio < 2.05 else f'{ratio:.1f} times'} the median"
    else:
        compared = f"median {_said(indicator, median)}"
    return f"{_title(indicator)} {_said(indicator, value)}{told}, {compared}, {_among(fact)}"


def _among(fact: pd.Series) -> str:
    # Rounded down, so that no area is said to exceed more others than it does.
    lower, higher = int(fact["lower"]), int(fact["higher"])
    if not lower and not higher:
        return "about the same everywhere"
    if max(lower, higher) == 100:
        return f"the {'highest' if lower == 100 else 'lowest'} of all areas"
    if lower == higher:
        return "in the middle of all areas"
    if lower > higher:
        return f"more than in {lower} % of the other areas"
    return f"less than in {higher} % of the other areas"


def nearness(near: NearMiss) -> str:
    """Say how far an area is from the line of the list, and what single change would take it across."""
    side = "On the list" if near.on_list else "Off the list"
    told = f"{side} by {abs(near.distance):.1f} points"
    if near.change is None:
        return f"{told}; no other value of a single indicator would change that."
    return f"{told}; {_changed(near.change)} would {'take it off' if near.on_list else 'put it on'}."


def _changed(change: Change) -> str:
    then, now = (_said(change.indicator, value) for value in (change.then, change.now))
    if then == now:
        return f"a slightly {'higher' if change.then > change.now else 'lower'} {_title(change.indicator)} than {now}"
    return f"{_title(change.indicator)} of {then} instead of {now}"


def _title(indicator: str) -> str:
    return dictionary()[indicator].title if indicator in dictionary() else indicator


def _said(indicator: str, value: float) -> str:
    """Write a value with its unit; a count of 0 is none."""
    known = dictionary().get(indicator)
    if known is None:
        return f"{value:,.4g}"
    counted = known.decimals == 0 and known.unit != "min"
    return "none" if value == 0 and counted else known.format(value)
