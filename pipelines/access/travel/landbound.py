"""Travel over land only, for services that nobody takes a ferry to."""

from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.indicators import category
from pipelines.access.travel.land import Land, check_crs
from pipelines.access.travel.model import Floats, Ints, Nearest, TravelModel

# A river mouth, a harbour, a coast drawn simply: so near to a landmass is on it.
NEAR_KM = 1.0


class Landbound:
    """A travel model in which what lies on another landmass is out of reach.

    Between points of one landmass the minutes are those of the model. A change of travel times, such as a bridge, joins
    no landmasses.

    Parameters
    ----------
    model
        The travel model.
    land
        The land of the territory. A point belongs to the largest landmass within 1 km, else to the nearest.
    """

    def __init__(self, model: TravelModel, land: Land) -> None:
        self._model, self._land = model, land

    def describe(self) -> dict[str, Any]:
        """Name, parameters and a sentence of the model."""
        return self._model.describe()

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        """Find the k destinations of its landmass with the fewest minutes from each origin."""
        here, there = self._masses(origins, "origins"), self._masses(destinations, "destinations")
        index = np.full((len(origins), k), -1)
        minutes, km = (np.full((len(origins), k), np.inf) for _ in range(2))
        for mass in np.intersect1d(here, there):
            start, end = np.flatnonzero(here == mass), np.flatnonzero(there == mass)
            found = self._model.nearest(origins.iloc[start], destinations.iloc[end], k=k)
            index[start] = np.where(found.index < 0, -1, end[found.index])
            minutes[start], km[start] = found.minutes, found.km
        return Nearest(index=index, minutes=minutes, km=km)

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        """Find every pair on one landmass within a limit, ordered by origin, minutes and destination."""
        here, there = self._masses(origins, "origins"), self._masses(destinations, "destinations")
        pairs = self._model.within(origins, destinations, minutes=minutes)
        kept: pd.DataFrame = pairs[here[pairs["origin"]] == there[pairs["destination"]]]
        return kept.reset_index(drop=True)

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        """Count the destinations on its landmass of each origin within a limit."""
        pairs = self.within(origins, destinations, minutes=minutes)
        return np.bincount(pairs["origin"], minlength=len(origins))

    def _masses(self, points: gpd.GeoSeries, what: str) -> Ints:
        check_crs(points, what)
        xy: Floats = points.to_crs(3035).get_coordinates().to_numpy()
        return self._land.mass(xy, NEAR_KM)


def by_category(names: Iterable[str], model: TravelModel, land: Callable[[], Land]) -> dict[str, TravelModel]:
    """The travel model as it serves each category of service: without ferries where nobody takes one.

    Parameters
    ----------
    names
        Ids of the categories.
    model
        The travel model.
    land
        Gives the land of the territory, if it is needed.
    """
    overland = {name for name in names if not category(name).by_sea}
    landbound = Landbound(model, land()) if overland else model
    return {name: landbound if name in overland else model for name in names}
