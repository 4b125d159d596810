"""Inequality of access: how unevenly a score is spread over people, and how many have too little.

Every measure takes a score by place (`access`: 0 or more, higher is better, such as the catchment measures give) and
the people who live with it. Minutes are no score: a place out of reach has infinite minutes. Where the mean score is
0 there is nothing to spread, and the measures of spread are NaN.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import InputError
from pipelines.access.pairs import people_at

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Theil:
    """Theil's T and its parts.

    Attributes
    ----------
    total
        0 when everybody has the same, ln(people / one) when one person has all; `between` + `within`.
    between
        What would be left if everybody had the mean of the own group.
    within
        The rest: inequality inside the groups.
    """

    total: float
    between: float
    within: float


def gini(access: pd.Series, people: pd.Series) -> float:
    """Gini index: 0 when everybody has the same, towards 1 when one person has all.

    Gini (1912), as the concentration index of access ranked by itself.

    Parameters
    ----------
    access
        Score by place.
    people
        People by place, index as `access`.

    Returns
    -------
    float
        From 0 to below 1; NaN where the mean score is 0.

    Raises
    ------
    InputError
        The indexes differ, a score is negative, infinite or missing, or people cannot be used; see `people_at`.
    """
    return _gini(*_ranked(access, people, access))


def concentration_index(access: pd.Series, people: pd.Series, *, rank_by: pd.Series) -> float:
    """Concentration index: whether access goes with something else, such as income.

    Kakwani, Wagstaff and van Doorslaer (1997), Journal of Econometrics 77, 87-103: 2 / mean x sum(p x R) - 1 with p
    the share of people of a place, x its score and R the share of people ranked below the middle of the place. Places
    of equal rank count as one.

    Parameters
    ----------
    access, people
        As in `gini`.
    rank_by
        What to rank people by, index as `access`: income, or minus the share of people over 65.

    Returns
    -------
    float
        From -1 to 1: below 0 where those ranked low have more access, above 0 where those ranked high have more.

    Raises
    ------
    InputError
        As in `gini`, or `rank_by` is missing for a place.
    """
    return _concentration(*_ranked(access, people, rank_by))


def palma(access: pd.Series, people: pd.Series, *, rank_by: pd.Series | None = None) -> float:
    """Palma ratio: mean access of the top 10 % of people / mean access of the bottom 40 %.

    Palma (2011), Development and Change 42, 87-153, with means instead of shares, as is usual for access (Karner,
    Pereira and Farber 2024, Transportation), so that 1 is equal.

    Parameters
    ----------
    access, people
        As in `gini`.
    rank_by
        What to rank people by, such as income; by access itself when None. A place that a limit cuts is split.

    Returns
    -------
    float
        0 or more; infinite where the bottom 40 % have none, NaN where the top have none either.

    Raises
    ------
    InputError
        As in `concentration_index`.
    """
    return _palma(*_ranked(access, people, access if rank_by is None else rank_by))


def theil(access: pd.Series, people: pd.Series, *, groups: pd.Series | None = None) -> Theil:
    """Theil's T, split into what lies between groups and what lies within them.

    Theil (1967), Economics and Information Theory: sum(p x / mean x ln(x / mean)); a score of 0 adds 0.

    Parameters
    ----------
    access, people
        As in `gini`.
    groups
        Group by place, such as the region, index as `access`; one group when None.

    Returns
    -------
    Theil
        Total, between and within; all NaN where the mean score is 0.

    Raises
    ------
    InputError
        As in `gini`, or the group of a place is missing.
    """
    score, share = _spread(access, people)
    member = np.zeros(len(score), dtype=np.int64)
    if groups is not None:
        _aligned(access, groups, "groups")
        member, _ = pd.factorize(groups.loc[people > 0])
    mean = share @ score
    if not mean > 0:
        return Theil(np.nan, np.nan, np.nan)
    size = np.bincount(member, share)
    held = np.bincount(member, share * score) / mean
    total = float((share * score / mean) @ _log(score / mean))
    between = float(held @ _log(held / size))
    return Theil(total=total, between=between, within=total - between)


def poverty(access: pd.Series, people: pd.Series, *, line: float) -> pd.Series:
    """Access poverty: how many people have too little, and how far below they are.

    Foster, Greer and Thorbecke (1984), Econometrica 52, 761-766: the mean over people of ((line - x) / line) to the
    power 0, 1 and 2 for those below the line, 0 for the others.

    Parameters
    ----------
    access, people
        As in `gini`.
    line
        The score that is enough.

    Returns
    -------
    Series
        `fgt0` the share of people below the line, `fgt1` the mean gap, `fgt2` the mean squared gap; each 0 to 1.

    Raises
    ------
    InputError
        As in `gini`, or the line is not above 0.
    """
    if not 0 < line < np.inf:
        raise InputError(f"The poverty line is {line}, expected a score above 0.")
    score, share = _spread(access, people)
    gap = (line - score) / line
    poor = gap > 0
    return pd.Series({f"fgt{power}": float(share[poor] @ gap[poor] ** power) for power in (0, 1, 2)})


def by_region(
    access: pd.Series,
    people: pd.Series,
    regions: pd.Series,
    *,
    line: float,
    groups: pd.Series | None = None,
    rank_by: pd.Series | None = None,
) -> pd.DataFrame:
    """Palma, Gini, Theil, concentration and access poverty of every region.

    Parameters
    ----------
    access, people
        As in `gini`.
    regions
        Region by place, index as `access`.
    line
        As in `poverty`.
    groups
        As in `theil`; None leaves `theil_between` missing.
    rank_by
        As in `concentration_index`; a region with a place that is not ranked has none, nor has any when None.

    Returns
    -------
    DataFrame
        Sorted by region: `people`, `mean`, `palma`, `gini`, `theil`, `theil_between`, `concentration`, `fgt0`, `fgt1`,
        `fgt2`; a region where nobody lives has 0 people and NaN.

    Raises
    ------
    InputError
        As in `poverty`, or the region or group of a place is missing.
    """
    _aligned(access, regions, "regions")
    rows, names = [], []
    for region, places in access.groupby(regions):
        living = people.loc[places.index]
        row = {"people": float(living.sum())}
        if row["people"] > 0:
            row["mean"] = float(np.average(places, weights=living))
            ranked = _ranked(places, living, places)
            row |= {"palma": _palma(*ranked), "gini": _gini(*ranked)}
            parts = theil(places, living, groups=None if groups is None else groups.loc[places.index])
            row |= {"theil": parts.total, "theil_between": np.nan if groups is None else parts.between}
            other = None if rank_by is None else rank_by.loc[places.index]
            if other is not None and other.notna().all():
                row["concentration"] = concentration_index(places, living, rank_by=other)
            row |= {str(name): float(part) for name, part in poverty(places, living, line=line).items()}
        rows.append(row)
        names.append(region)
    spread = ["palma", "gini", "theil", "theil_between", "concentration"]
    columns = ["people", "mean", *spread, "fgt0", "fgt1", "fgt2"]
    return pd.DataFrame(rows, index=pd.Index(names, name=regions.name), columns=columns)


def _spread(access: pd.Series, people: pd.Series) -> tuple[Floats, Floats]:
    """Score and share of people, of the places where people live."""
    _aligned(access, people, "people")
    living = people_at(people)
    score = access.to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~(score >= 0) | np.isinf(score)
    if bad.any():
        first = ", ".join(f"{place} ({value})" for place, value in access[bad].head(3).items())
        raise InputError(
            f"Access of {bad.sum():,} of {len(bad):,} places is negative, infinite or missing, first: {first}; "
            "give a score where 0 is none in reach."
        )
    if not living.sum() > 0:
        raise InputError(f"Nobody lives in the {len(living):,} places given; inequality needs people.")
    return score[living > 0], living[living > 0] / living.sum()


def _ranked(access: pd.Series, people: pd.Series, rank_by: pd.Series) -> tuple[Floats, Floats]:
    """Share of people and mean score, by rank from the lowest; places of equal rank are one."""
    score, share = _spread(access, people)
    _aligned(access, rank_by, "rank_by")
    ranks, place = np.unique(rank_by[people > 0].to_numpy(dtype=np.float64), return_inverse=True)
    size = np.bincount(place, share, len(ranks)).astype(np.float64)
    return size, np.bincount(place, share * score, len(ranks)) / size


def _gini(share: Floats, mean: Floats) -> float:
    index = _concentration(share, mean)
    # Rounding can leave an equal spread a hair below 0.
    return max(index, 0.0) if index == index else index


def _concentration(share: Floats, mean: Floats) -> float:
    total = share @ mean
    return float(2 * (share * (np.cumsum(share) - share / 2)) @ mean / total - 1) if total > 0 else np.nan


def _palma(share: Floats, mean: Floats) -> float:
    upper = np.cumsum(share)
    lower = upper - share
    bottom = np.clip(np.minimum(upper, 0.4) - lower, 0, None)
    top = np.clip(upper - np.maximum(lower, 0.9), 0, None)
    # The limits can miss a hair of 40 % and 10 % by rounding, so each mean is over the share it found.
    rich, poor = top @ mean / top.sum(), bottom @ mean / bottom.sum()
    if poor > 0:
        return float(rich / poor)
    return np.inf if rich > 0 else np.nan


def _aligned(access: pd.Series, other: pd.Series, name: str) -> None:
    """Refuse a companion of access with other places, or with gaps."""
    if not access.index.equals(other.index):
        raise InputError(f"Access and {name} have different places or another order; give them one index.")
    if other.isna().any():
        first = ", ".join(str(place) for place in other.index[other.isna()][:3])
        raise InputError(f"{name} of {other.isna().sum():,} places are missing, first: {first}; leave them out.")


def _log(ratio: Floats) -> Floats:
    """Natural logarithm, with 0 for 0: x ln x goes to 0 with x."""
    return np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
