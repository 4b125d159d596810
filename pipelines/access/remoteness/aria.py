"""ARIA+, the Accessibility and Remoteness Index of Australia: distance to five sizes of service centre, 0 to 15."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.errors import InputError
from pipelines.access.travel.model import TravelModel

# Least people of a service centre of each category.
CATEGORIES = {"A": 250_000, "B": 48_000, "C": 18_000, "D": 5_000, "E": 1_000}
CAP = 3.0
# Highest score of each class, included.
CLASSES = {
    "major cities": 0.20,
    "inner regional": 2.40,
    "outer regional": 5.92,
    "remote": 10.53,
    "very remote": np.inf,
}
REMOTE = ("remote", "very remote")


def distances(travel: TravelModel, places: gpd.GeoSeries, centres: gpd.GeoSeries, people: pd.Series) -> pd.DataFrame:
    """Kilometres from each place to the nearest service centre of each category or a higher one.

    Parameters
    ----------
    travel
        The travel model; nearest is by its minutes.
    places
        Points in EPSG:4326.
    centres
        Points in EPSG:4326.
    people
        People of each centre, index as `centres`.

    Returns
    -------
    DataFrame
        Columns A to E, index as `places`; infinite where there is none in reach.

    Raises
    ------
    InputError
        No centre is large enough for a category.
    """
    found = {}
    for category, least in CATEGORIES.items():
        large = centres[people.to_numpy() >= least]
        if large.empty:
            raise InputError(
                f"ARIA+ needs a service centre of {least:,} people or more (category {category}), and the largest has "
                f"{people.max():,.0f}; add the centres beyond the border."
            )
        found[category] = travel.nearest(places, large).km[:, 0]
    # The nearest by minutes can be farther than a larger one by another road: a higher category counts for all below.
    return pd.DataFrame(found, index=places.index).cummin(axis=1)


def aria(km: pd.DataFrame) -> pd.DataFrame:
    """Score and class of each place.

    Score = sum over the categories of min(distance / mean distance over all places, 3). Glover and Tennant (2003),
    Remote areas statistical geography in Australia, GISCA; the classes are the Remoteness Areas of the Australian
    Bureau of Statistics. Each place counts the same in the mean.

    Parameters
    ----------
    km
        Columns A to E: kilometres by road to the nearest centre of the category or a higher one, index the places;
        infinite out of reach, NaN unknown.

    Returns
    -------
    DataFrame
        Index as `km`: A to E (capped ratios, 0 to 3), `score` (0 to 15), `class`; score and class are missing where a
        distance is unknown. Out of reach is the cap, and is left out of the mean.

    Raises
    ------
    InputError
        A column is missing, a distance is negative, or no place reaches a centre of some category.
    """
    absent = [name for name in CATEGORIES if name not in km]
    if absent:
        raise InputError(f"ARIA+ needs distances to categories A to E; missing: {', '.join(absent)}.")
    values = km[list(CATEGORIES)].astype(float)
    if (values < 0).any(axis=None):
        raise InputError(f"{(values < 0).any(axis=1).sum()} places have negative distances; expected kilometres.")
    finite = values.where(np.isfinite(values))
    mean = finite.mean()
    if len(values) and mean.isna().any():
        raise InputError(f"No place reaches a centre of category {', '.join(mean.index[mean.isna()])}.")
    # Where all places are at a centre the mean is 0, and so is every ratio.
    ratios = (values / mean.where(mean > 0, 1.0)).clip(upper=CAP)
    score = ratios.sum(axis=1, skipna=False)
    return ratios.assign(score=score, **{"class": classes(score)})


def classes(score: pd.Series) -> pd.Series:
    """Class of each score.

    Parameters
    ----------
    score
        0 to 15; NaN unknown.

    Returns
    -------
    Series
        Name of the class, index as `score`; missing where the score is.
    """
    names = np.array(list(CLASSES), dtype=object)
    # Ratios are divisions: a last digit must not lift a score over the end of its class.
    position = np.searchsorted(list(CLASSES.values()), score.to_numpy(dtype=float) - 1e-9)
    return pd.Series(names[position.clip(max=len(names) - 1)], index=score.index, dtype=str).where(score.notna())


def of_areas(score: pd.Series, people: pd.Series, area: pd.Series) -> pd.Series:
    """Score of each area: the mean of its places, weighted by their people.

    Parameters
    ----------
    score, people, area
        By place, with the same index.

    Returns
    -------
    Series
        By area; missing where nobody lives or people live at places without a score.
    """
    total = people.groupby(area).sum()
    weighted = (score * people).where(people > 0, 0.0)
    summed = weighted.groupby(area).sum().mask(weighted.isna().groupby(area).any())
    return (summed / total.where(total > 0)).rename("score")
