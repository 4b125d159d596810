"""Peers: the areas that are most like one in context, so that what worked there may work here.

Context is what an area cannot change soon: how many people, of which age, how densely and how far from cities. Need,
resources and gap are outcomes and have no part in it; peers that do better with the same context are the ones to ask.

The distance is that of Gower (1971, Biometrics 27, 857-871), the weighted mean of one part for each indicator, with
scales that outliers do not set: |x - y| / (95th - 5th percentile), at most 1. Parts add up to the distance, and an
indicator that one of the two areas lacks is left out, the weights of the others being scaled up.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import InputError
from geodata.indicators import MINUTES_CITY, MINUTES_URBAN_CENTRE
from geodata.names import suggest

Floats = npt.NDArray[np.float64]
Kind = Literal["number", "ratio", "class"]
LEAST_WEIGHT = 0.5  # share of the weights that two areas must both have data for


@dataclass(frozen=True)
class Feature:
    """One indicator of the context.

    Attributes
    ----------
    indicator
        Column of the table.
    group
        What it tells of; every group counts the same, and so does every indicator inside its group.
    kind
        `number`: differences count; `ratio`: ratios count, by the logarithm, so that 1,000 and 2,000 people are as far
        apart as 10,000 and 20,000; `class`: of three classes, 1 to 3.
    """

    indicator: str
    group: str
    kind: Kind = "number"


CONTEXT = (
    Feature("population", "Size", "ratio"),
    Feature("share_under_15", "Age"),
    Feature("share_65_plus", "Age"),
    Feature("population_density", "Settlement", "ratio"),
    Feature("degurba", "Settlement", "class"),
    Feature(MINUTES_URBAN_CENTRE, "Remoteness"),
    Feature(MINUTES_CITY, "Remoteness"),
)


@dataclass(frozen=True)
class Peers:
    """The nearest areas and how their distance comes about.

    Attributes
    ----------
    distances
        0 (the same) to 100 (apart in everything), nearest first, index area_id.
    parts
        Points that each indicator adds to the distance, index as `distances`; a row sums to it, NaN where left out.
    unused
        Indicators of the context that were left out for all, because the area or the whole other table lacks them.
    """

    distances: pd.Series
    parts: pd.DataFrame
    unused: tuple[str, ...]

    def left_out(self) -> pd.Series:
        """Indicators left out for each peer alone, because it lacks them: a tuple of names, index as `distances`."""
        names = self.parts.columns.to_numpy()
        absent = [tuple(map(str, names[row])) for row in self.parts.isna().to_numpy()]
        return pd.Series(absent, index=self.parts.index, name="left_out", dtype=object)


def peers(
    table: pd.DataFrame,
    area_id: str,
    *,
    k: int = 5,
    among: pd.DataFrame | None = None,
    context: tuple[Feature, ...] = CONTEXT,
) -> Peers:
    """Find the k areas most like one.

    Parameters
    ----------
    table
        Every area of the territory, index area_id, a column for each indicator of the context; NaN where missing. It
        sets the scales.
    area_id
        The area, in `table`.
    k
        How many; fewer when there are not so many that can be compared. Equal distances go by area_id.
    among
        Areas of another territory to search instead, on the scales of `table`, so that distances at home and abroad
        compare. Its minutes should come from the same travel model.
    context
        What makes areas alike.

    Raises
    ------
    InputError
        The area is unknown, k is below 1, or the area lacks too much to be compared.
    """
    if area_id not in table.index:
        raise InputError(f"There is no area {area_id!r}; {suggest(area_id, map(str, table.index))}.")
    if k < 1:
        raise InputError(f"{k} peers were asked for; ask for 1 or more.")
    others = table.drop(index=area_id) if among is None else among
    parts = apart(pd.Series(table.loc[area_id]), others, scales=table, context=context)
    if parts.empty:
        raise InputError(
            f"Area {area_id} has too little in common with the others to find its peers; they are found by "
            f"{', '.join(each.indicator for each in context)}."
        )
    unused = parts.columns[parts.isna().all()]
    parts = parts.drop(columns=unused)
    distances = parts.sum(axis=1).rename("distance").sort_index().sort_values(kind="stable").head(k)
    return Peers(distances=distances, parts=parts.loc[distances.index], unused=tuple(map(str, unused)))


def apart(one: pd.Series, others: pd.DataFrame, *, scales: pd.DataFrame, context: tuple[Feature, ...]) -> pd.DataFrame:
    """Tell how far others are from one in context.

    Parameters
    ----------
    one
        Its values by indicator.
    others
        The others, a column an indicator.
    scales
        All areas of the territory; they set the scales.
    context
        What makes them alike.

    Returns
    -------
    DataFrame
        Points that each indicator adds to the distance of 0 to 100, index as `others`, NaN where one of the two lacks
        it; who has less than half of the weights in common with the one is left out.
    """
    weights = _weights(context)
    parts = pd.DataFrame({each.indicator: _part(each, one, others, scales) for each in context}, index=others.index)
    present = parts.notna().to_numpy() @ weights
    comparable = present >= LEAST_WEIGHT - 1e-9
    return parts.mul(100 * weights, axis=1).div(present, axis=0)[comparable]


def _weights(context: tuple[Feature, ...]) -> Floats:
    """Weight of each indicator; they sum to 1."""
    groups = pd.Series([each.group for each in context])
    return np.asarray(1 / groups.nunique() / groups.groupby(groups).transform("size").to_numpy(np.float64))


def _part(feature: Feature, one: pd.Series, others: pd.DataFrame, scales: pd.DataFrame) -> Floats:
    """Difference of one indicator between one and each other, 0 to 1, NaN where one lacks it; shape (others,)."""
    if feature.indicator not in one or feature.indicator not in others or feature.indicator not in scales:
        return np.full(len(others), np.nan)
    here = _values(pd.Series([one[feature.indicator]]), feature)
    away = np.abs(_values(others[feature.indicator], feature) - here)
    scale = 2.0 if feature.kind == "class" else _spread(_values(scales[feature.indicator], feature))
    # Where all areas of the territory are equal, whatever differs at all is apart.
    parts: Floats = np.minimum(away / scale, 1) if scale > 0 else np.where(np.isnan(away), np.nan, away > 0)
    return parts


def _values(column: pd.Series, feature: Feature) -> Floats:
    values: Floats = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    if feature.kind != "ratio":
        return values
    # No people at all is no size to compare: 0 has no logarithm.
    logarithms: Floats = np.log(values, where=values > 0, out=np.full(len(values), np.nan))
    return logarithms


def _spread(values: Floats) -> float:
    """95th less 5th percentile; the whole range where these are equal."""
    known = values[~np.isnan(values)]
    if not len(known):
        return 0.0
    low, high = np.percentile(known, [5, 95])
    return float(high - low if high > low else np.ptp(known))
