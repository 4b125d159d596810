"""Travel models: how many minutes from places to destinations.

Every model answers the same two questions, each in one pass over all origins: the k nearest destinations, and all
destinations within a limit. It also describes itself, so that each number can name its model and assumptions.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, runtime_checkable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS, Geod, Transformer
from scipy.spatial import cKDTree

from geodata.errors import InputError
from geodata.i18n.message import Message

GEOD = Geod(ellps="GRS80")
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Nearest:
    """The k nearest destinations of n origins.

    Attributes
    ----------
    index
        Position of each destination, shape (n, k), nearest first; -1 where there are fewer than k in reach.
    minutes
        Travel minutes, shape (n, k); infinite where there is none.
    km
        Kilometres travelled, shape (n, k); infinite where there is none.
    """

    index: Ints
    minutes: Floats
    km: Floats


class TravelModel(Protocol):
    """What a travel model can answer. Origins and destinations are points in EPSG:4326."""

    def describe(self) -> dict[str, Any]:
        """Name, parameters and a sentence on what the minutes are, for manifests, legends and exports."""

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        """Find the k destinations with the fewest minutes from each origin."""

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        """Find every pair within a limit.

        Returns columns `origin`, `destination` (positions), `minutes`, `km`, ordered by origin, minutes and
        destination; a limit is met when minutes are equal to it.
        """

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        """Count the destinations of each origin in `within`, shape (n,)."""


@runtime_checkable
class Rerouted(TravelModel, Protocol):
    """A travel model that has ways between points, which can be given other minutes."""

    def with_ways(self, starts: gpd.GeoSeries, ends: gpd.GeoSeries, minutes: Floats) -> "Rerouted":
        """Make a model in which direct ways take other minutes, both ways, or are there at all: a bridge, a ferry."""


class Straight:
    """Straight line x circuity, at a speed that rises with the distance: an estimate that needs no roads.

    Kilometres = geodesic distance x `circuity`. Minutes = the sum over the speed bands of the kilometres in the
    band / its speed x 60. It knows no relief, no coast and no congestion.

    Parameters
    ----------
    circuity
        Road distance / straight-line distance. Ballou, Rahardja and Sakai (2002), Transportation Research
        A 36, 843-848, report 1.2 to 1.65 for European countries.
    speeds
        Bands (km/h, up to km by road), in rising order of distance; the last has no end (None).

    Raises
    ------
    InputError
        Circuity is below 1, a speed is not above 0, or the bands do not rise to an open end.
    """

    def __init__(self, *, circuity: float, speeds: list[tuple[float, float | None]]) -> None:
        ends = [end for _, end in speeds]
        bounds = [end for end in ends if end is not None]
        if not 1 <= circuity < np.inf:
            raise InputError(f"Circuity is {circuity}, expected at least 1; correct the travel model.")
        if not speeds or not all(0 < speed < np.inf for speed, _ in speeds):
            raise InputError(f"Speeds are {speeds}, expected km/h above 0; correct the travel model.")
        if ends[-1] is not None or len(bounds) != len(ends) - 1 or [0, *bounds] != sorted({0, *bounds}):
            raise InputError(f"Speed bands are {speeds}, expected rising ends in km and None last.")
        self.circuity = circuity
        self.speeds = [(float(speed), end) for speed, end in speeds]

    def describe(self) -> dict[str, Any]:
        """Name, parameters and a sentence on what the minutes are."""
        return {
            "model": "straight",
            "circuity": self.circuity,
            "speeds": [list(band) for band in self.speeds],
            "estimate": True,
            "title": Message("Estimate: straight line x {circuity}", circuity=self.circuity),
            "note": Message(
                "Minutes are an estimate: straight-line distance x {circuity}, at {speeds}. Roads, relief and sea are "
                "not considered.",
                circuity=self.circuity,
                speeds=[
                    Message("{speed} km/h up to km {end}", speed=speed, end=end)
                    if end
                    else Message("{speed} km/h beyond", speed=speed)
                    for speed, end in self.speeds
                ],
            ),
        }

    def minutes(self, km: Floats) -> Floats:
        """Minutes for kilometres travelled, any shape."""
        total, start = np.zeros_like(km), 0.0
        for speed, end in self.speeds:
            stop = np.inf if end is None else end
            total += np.clip(np.minimum(km, stop) - start, 0, None) / speed * 60
            start = stop
        return total

    def kilometres(self, minutes: float) -> float:
        """Kilometres that can be travelled in some minutes, the inverse of `minutes`."""
        km, left = 0.0, minutes
        for speed, end in self.speeds:
            width = np.inf if end is None else end - km
            step = min(left / 60 * speed, width)
            km, left = km + step, left - step / speed * 60
        return km

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        """Find the k destinations with the fewest minutes from each origin."""
        found = min(k, len(destinations))
        index = np.full((len(origins), k), -1, dtype=np.int64)
        km = np.full((len(origins), k), np.inf)
        if found and len(origins):
            _, near = cKDTree(_earth_centred(destinations)).query(_earth_centred(origins), k=found)
            near = near.reshape(len(origins), found)
            rows = np.repeat(np.arange(len(origins)), found)
            exact = self._km(origins, destinations, rows, near.ravel()).reshape(near.shape)
            # By position where distances are equal, so that the answer does not depend on the search.
            order = np.lexsort((near, exact), axis=1)
            index[:, :found] = np.take_along_axis(near, order, axis=1)
            km[:, :found] = np.take_along_axis(exact, order, axis=1)
        return Nearest(index=index, minutes=self.minutes(km), km=km)

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        """Find every pair within a limit, ordered by origin, minutes and destination."""
        # A micrometre more, since a chord of a few metres rounds to more than the way round.
        chord = self.kilometres(minutes) / self.circuity * 1000 + 1e-6
        rows = cols = np.empty(0, dtype=np.int64)
        if len(origins) and len(destinations):
            start, end = cKDTree(_earth_centred(origins)), cKDTree(_earth_centred(destinations))
            # A chord is never longer than the way round, so the ball holds every pair; exact distances decide.
            lists = start.query_ball_tree(end, r=chord)
            rows = np.repeat(np.arange(len(lists)), [len(found) for found in lists])
            cols = np.array([col for found in lists for col in found], dtype=np.int64)
        km = self._km(origins, destinations, rows, cols)
        pairs = pd.DataFrame({"origin": rows, "destination": cols, "minutes": self.minutes(km), "km": km})
        pairs = pairs[pairs["minutes"] <= minutes]
        return pairs.sort_values(["origin", "minutes", "destination"]).reset_index(drop=True)

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        """Count the destinations of each origin within a limit."""
        return counted(self.within(origins, destinations, minutes=minutes), len(origins))

    def _km(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, rows: Ints, cols: Ints) -> Floats:
        """Kilometres travelled for pairs of positions."""
        a, b = origins.get_coordinates().to_numpy()[rows], destinations.get_coordinates().to_numpy()[cols]
        return geodesic_km(a, b) * self.circuity


# Kilometres as the crow flies; its minutes are kilometres too.
LINE = Straight(circuity=1.0, speeds=[(60, None)])


def counted(pairs: pd.DataFrame, origins: int) -> Ints:
    """Count the pairs of each of some origins."""
    return np.bincount(pairs["origin"], minlength=origins)


def geodesic_km(a: Floats, b: Floats) -> Floats:
    """Kilometres between points in degrees, row by row, on the ellipsoid GRS 80."""
    return np.asarray(GEOD.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2], dtype=np.float64) / 1000


def in_degrees(points: gpd.GeoSeries) -> bool:
    """Whether points are in EPSG:4326."""
    return points.crs is not None and _epsg(points.crs.srs) == 4326


@cache
def _epsg(system: str) -> int | None:
    # By its text: pyproj makes an object anew in every thread that looks into it, and a page runs in a new thread.
    code: int | None = CRS(system).to_epsg()
    return code


def _earth_centred(points: gpd.GeoSeries) -> Floats:
    """Earth-centred coordinates in metres, shape (n, 3): there, straight-line order is geodesic order."""
    if not in_degrees(points):
        raise InputError(f"Points are in {points.crs and points.crs.to_string()}, expected EPSG:4326.")
    xy = points.get_coordinates().to_numpy()
    to_xyz = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    return np.column_stack(to_xyz.transform(xy[:, 0], xy[:, 1], np.zeros(len(xy))))
