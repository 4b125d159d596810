"""Inner areas: minutes to the nearest pole of essential services, after the Italian national strategy (SNAI)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.errors import InputError
from pipelines.access.travel.model import TravelModel


class Cuts(NamedTuple):
    """Minutes to the nearest pole up to which an area is belt, intermediate and peripheral."""

    belt: float
    intermediate: float
    peripheral: float


# Agency for Territorial Cohesion, NUVAP technical note of 14 February 2022, and the map of 2014 before it.
CUTS_2020 = Cuts(27.7, 40.9, 66.9)
CUTS_2014 = Cuts(20.0, 40.0, 75.0)

LABELS = {
    "A": "pole",
    "B": "intermunicipal pole",
    "C": "belt",
    "D": "intermediate",
    "E": "peripheral",
    "F": "ultra-peripheral",
}
INNER = ("D", "E", "F")


@dataclass(frozen=True)
class Requirement:
    """What a pole must offer: a service of one category, of one of these levels.

    Attributes
    ----------
    title
        For people to read.
    category
        As in the layer of services.
    levels
        Any of them will do.
    """

    title: str
    category: str
    levels: tuple[str, ...]


SNAI = (
    Requirement("liceo classico or scientifico", "upper_secondary_school", ("classico", "scientifico")),
    Requirement("technical or vocational institute", "upper_secondary_school", ("technical", "vocational")),
    Requirement("hospital with emergency department DEA I or II", "hospital", ("DEA I", "DEA II")),
    Requirement("rail station Platinum, Gold or Silver", "rail_station", ("Platinum", "Gold", "Silver")),
)


def lacking(services: pd.DataFrame, *, rule: Sequence[Requirement] = SNAI) -> list[str]:
    """Say which services of a rule the data do not hold, one entry a level.

    Parameters
    ----------
    services
        Columns `category`, `level`.
    rule
        What a pole must offer.

    Returns
    -------
    list of str
        Such as "rail_station: Gold"; empty when the rule can be applied in full.
    """
    known = set(zip(services["category"], services["level"], strict=True))
    wanted = [(need.category, level) for need in rule for level in need.levels]
    return [f"{category}: {level}" for category, level in wanted if (category, level) not in known]


def poles(services: pd.DataFrame, *, rule: Sequence[Requirement] = SNAI) -> pd.Index:
    """Areas that offer all services of a rule.

    The rule of the strategy is the default: complete upper-secondary schooling, a hospital with emergency department
    of level DEA I or more, and a rail station of class Platinum, Gold or Silver. Intermunicipal poles, where
    neighbours offer the services together, were settled case by case: they are given, not found.

    Parameters
    ----------
    services
        Columns `area_id`, `category`, `level`; one row a service. A school with several tracks has a row for each.
    rule
        What a pole must offer. Leave out what the data do not hold, and say so with `lacking`.

    Returns
    -------
    Index
        Ids of the areas, sorted.

    Raises
    ------
    InputError
        The data hold no service at all for a requirement: then every area would fail for want of data.
    """
    found: pd.Index | None = None
    for need in rule:
        offered = services[(services["category"] == need.category) & services["level"].isin(need.levels)]
        if offered.empty:
            raise InputError(
                f"Poles need a {need.title}, and the services hold none ({need.category}: {', '.join(need.levels)}); "
                "add them or leave the requirement out of the rule."
            )
        having = pd.Index(offered["area_id"].dropna().unique())
        found = having if found is None else found.intersection(having)
    return pd.Index([], dtype=str) if found is None else found.sort_values()


def minutes_to_poles(travel: TravelModel, seats: gpd.GeoSeries, poles: Sequence[str] | pd.Index) -> pd.Series:
    """Minutes from the seat of each area to the seat of the nearest pole.

    Parameters
    ----------
    travel
        The travel model.
    seats
        Point of each area in EPSG:4326, index their ids.
    poles
        Ids of the poles, intermunicipal ones included.

    Returns
    -------
    Series
        Minutes, index as `seats`, 0 for the poles; infinite where no pole is in reach.

    Raises
    ------
    InputError
        There is no pole, or a pole has no seat.
    """
    ids = pd.Index(poles)
    unknown = ids.difference(seats.index)
    if not len(ids):
        raise InputError("There is no pole to go to; give poles, or a rule that some area meets.")
    if len(unknown):
        raise InputError(f"{len(unknown)} poles are not among the areas, such as {unknown[0]}.")
    minutes = travel.nearest(seats, seats.loc[ids]).minutes[:, 0]
    return pd.Series(minutes, index=seats.index, name="minutes").mask(seats.index.isin(ids), 0.0)


def classes(
    minutes: pd.Series,
    poles: Sequence[str] | pd.Index,
    *,
    intermunicipal: Sequence[str] | pd.Index = (),
    cuts: Cuts = CUTS_2020,
) -> pd.Series:
    """Class of each area, A to F.

    A pole; B intermunicipal pole; others by minutes to the nearest pole: C belt up to 27.7; D intermediate up to 40.9;
    E peripheral up to 66.9; F ultra-peripheral. The cuts of 2020 are the median, the third quartile and the 95th
    percentile of Italy's municipalities, those of 2014 were round numbers. Inner areas are D, E and F.

    Parameters
    ----------
    minutes
        Minutes to the nearest pole by area; infinite out of reach, NaN unknown.
    poles
        Ids of the poles.
    intermunicipal
        Ids of the municipalities that are a pole together with neighbours.
    cuts
        Minutes that end the classes, each included.

    Returns
    -------
    Series
        "A" to "F", index as `minutes`; missing where minutes are unknown and the area is no pole.

    Raises
    ------
    InputError
        Minutes are negative, or the cuts do not rise.
    """
    if (minutes < 0).any():
        raise InputError(f"{(minutes < 0).sum()} areas have negative minutes, such as {minutes.index[minutes < 0][0]}.")
    if not 0 < cuts.belt < cuts.intermediate < cuts.peripheral:
        raise InputError(f"The cuts are {tuple(cuts)}, expected rising minutes above 0.")
    bands = np.array(["C", "D", "E", "F"], dtype=object)[np.searchsorted(cuts, minutes.to_numpy(dtype=float))]
    found = pd.Series(bands, index=minutes.index, dtype=str).where(minutes.notna())
    return found.mask(minutes.index.isin(intermunicipal), "B").mask(minutes.index.isin(poles), "A")
