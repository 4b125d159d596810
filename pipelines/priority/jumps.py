"""Changes of one indicator between two years, with those that are too large to be believed told apart.

A figure can move because the world moved, or because a register was completed, a boundary redrawn or a rule changed. A
large jump within a few years is more often the latter: between 2020 and 2023 Eurostat's share of people beyond 20
minutes of health care moves by more than 20 points in 32 of 1,201 NUTS 3 regions, in 29 of them for the better. Such
areas are flagged, and kept out of the lists of improved and worsened areas; their figures stay as they were published.
"""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import InputError
from geodata.i18n.message import Message, Number, pack

Floats = npt.NDArray[np.float64]
Rule = Literal["points", "robust z"]
# A change in points, and the shares of people far from something before and after. Charging points are not judged: so
# many were built that a large change is more often one of the world.
CHANGES = {
    "health_change_20": ("share_beyond_health_20_2020", "share_beyond_health_20"),
    "education_change_10": ("share_beyond_education_10_2020", "share_beyond_education_10"),
}
# What the sites that a change is about are counted by, where the territory counts them.
SITES = {"health_change_20": "any_hospital_per_100_000"}
# 20 points of a share; 3.5 as Iglewicz and Hoaglin (1993) have it.
LIMITS: dict[Rule, float] = {"points": 20.0, "robust z": 3.5}


def changes(
    before: pd.Series,
    after: pd.Series,
    *,
    rule: Rule = "points",
    limit: float | None = None,
    years: tuple[str, str],
    sites: pd.Series | None = None,
) -> pd.DataFrame:
    """Change of an indicator in every area, and whether it is implausible.

    Parameters
    ----------
    before, after
        The indicator in two years, NaN where missing; index area_id, need not be the same in both.
    rule
        `points`: a change of more than `limit`, in the unit of the indicator, is implausible; `robust z`: one whose
        modified z-score is above `limit`, see `robust_z`.
    limit
        None for 20 points or a modified z-score of 3.5.
    years
        What the two are called in reasons, such as ("2020", "2023").
    sites
        Sites that the share is about and that are listed in each area today, NaN where not known; index area_id. The
        reason names them: with the sites of one day no opening can be told from a list that was completed.

    Returns
    -------
    DataFrame
        Index area_id, sorted; before, after, change (after - before), implausible (False where there is no change to
        judge), reason (one sentence where implausible or missing, else empty).

    Raises
    ------
    InputError
        The rule is unknown, the limit is not above 0, or an area is there twice in a year.
    """
    if rule not in get_args(Rule):
        raise InputError(f"There is no rule {rule!r} for implausible jumps; choose {' or '.join(get_args(Rule))}.")
    limit = LIMITS[rule] if limit is None else limit
    if not limit > 0:
        raise InputError(f"The limit of an implausible jump is {limit:g}; give a number above 0.")
    for year, values in zip(years, (before, after), strict=True):
        if not values.index.is_unique:
            twice = values.index[values.index.duplicated()][0]
            raise InputError(f"Area {twice} is there more than once in {year}; keep one row for each area.")
    found = pd.DataFrame({"before": before, "after": after}, dtype=np.float64).sort_index().rename_axis("area_id")
    # A difference of two published figures must not pass the limit by a last digit.
    found["change"] = (found["after"] - found["before"]).round(9)
    size = found["change"] if rule == "points" else robust_z(found["change"].to_numpy())
    found["implausible"] = np.abs(size) > limit
    there = pd.Series(np.nan, index=found.index) if sites is None else sites.reindex(found.index).astype(np.float64)
    found["reason"] = ""
    for column, year in zip(("before", "after"), years, strict=True):
        absent = found[column].isna() & (found["reason"] == "")
        found.loc[absent, "reason"] = pack(Message("No value in {year}", year=year))
    if rule == "points":
        most = Message("{limit} points", limit=limit)
    else:
        most = Message("a modified z-score of {limit}", limit=limit)
    moved = found["implausible"]
    found.loc[moved, "reason"] = [
        pack(
            Message(
                "Moved by {change} from {before} to {after}, more than {limit}: more likely a change of the source "
                "than of the area",
                change=Number(change, 1, signed=True),
                before=years[0],
                after=years[1],
                limit=most,
            )
        )
        if np.isnan(listed)
        else pack(
            Message(
                "Moved by {change} from {before} to {after}, more than {limit}, where {sites} sites are listed today: "
                "more likely a change of the source than of the area",
                change=Number(change, 1, signed=True),
                before=years[0],
                after=years[1],
                limit=most,
                sites=int(listed),
            )
        )
        for change, listed in zip(found.loc[moved, "change"], there[moved], strict=True)
    ]
    return found


def sites(values: pd.DataFrame, change: str) -> pd.Series | None:
    """Sites listed in each area that a change is about, index as `values`; None where they are not counted."""
    rate = SITES.get(change)
    if rate is None or rate not in values:
        return None
    counted: pd.Series = values[rate] * values["population"] / 1e5
    return counted.round()


def robust_z(x: Floats) -> Floats:
    """Modified z-score, 0.6745 (x - median) / MAD, MAD the median absolute deviation from the median; shape (n,).

    Where more than half of the values are equal MAD is 0; then (x - median) / (1.253314 x mean absolute deviation), and
    0 where all are equal (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers; the constants make both equal
    the z-score of a normal distribution).

    Examples
    --------
    >>> robust_z(np.array([1.0, 2.0, 3.0, 4.0, 100.0])).round(2)
    array([-1.35, -0.67,  0.  ,  0.67, 65.43])
    """
    known = x[~np.isnan(x)]
    if not len(known):
        return x
    away = x - np.median(known)
    sizes = np.abs(away[~np.isnan(x)])
    scale = np.median(sizes) / 0.6745 or sizes.mean() * 1.253314
    return away / scale if scale > 0 else away


def improved(changed: pd.DataFrame, *, direction: str, implausible: bool = False) -> pd.DataFrame:
    """Areas that changed for the better, the largest change first, equal changes by area_id.

    Parameters
    ----------
    changed
        As `changes` gives it.
    direction
        Of the indicator: `worse` when a higher value is worse, `better` when it is better.
    implausible
        Also those whose change is implausible.

    Raises
    ------
    InputError
        The direction is neither.
    """
    return _moved(changed, -_sign(direction), implausible)


def worsened(changed: pd.DataFrame, *, direction: str, implausible: bool = False) -> pd.DataFrame:
    """Areas that changed for the worse; as `improved`."""
    return _moved(changed, _sign(direction), implausible)


def quality(changed: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Implausible changes of an indicator (its id) as rows of the layer `quality`: area_id, indicator, kind, reason."""
    flagged = changed[changed["implausible"]]
    return pd.DataFrame(
        {
            "area_id": flagged.index.astype(str),
            "indicator": indicator,
            "kind": "implausible",
            "reason": flagged["reason"].to_numpy(),
        },
        dtype=str,
    )


def _sign(direction: str) -> int:
    """+1 when a higher value is worse."""
    if direction not in ("worse", "better"):
        raise InputError(
            f"The direction of the indicator is {direction!r}, expected worse or better; without one no change is an "
            "improvement."
        )
    return 1 if direction == "worse" else -1


def _moved(changed: pd.DataFrame, sign: int, implausible: bool) -> pd.DataFrame:
    kept = changed[(sign * changed["change"] > 0) & (implausible | ~changed["implausible"])]
    order = (-sign * kept["change"]).sort_index().sort_values(kind="stable").index
    return kept.loc[order]
