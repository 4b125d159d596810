"""Minutes of the model `terrain` over one stretch: a leg between places, a road, a trip inside a place."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from geodata.errors import InputError
from pipelines.access.travel.built_up import BuiltUp
from pipelines.access.travel.major_roads import MajorRoads
from pipelines.access.travel.model import Floats, Ints, geodesic_km
from pipelines.access.travel.points import Points, slope_of
from pipelines.access.travel.relief import Relief


@dataclass(frozen=True)
class Rules:
    """The parameters of the model; `docs/travel-terrain.md` has the reason of each.

    Attributes
    ----------
    circuity
        Road distance / straight-line distance from a place to its neighbour on flat ground.
    steepness, coarse_steepness
        What slope adds to the length and takes from the speed, where it is read from a grid of elevation, and where it
        is known at places only. No road gets steeper than 1 / (circuity x steepness).
    local_speed, road_speed
        Km/h on flat ground between neighbouring places, and on major roads.
    centre_delay, town_delay
        What is added to the minutes of a leg in an urban centre, and in a town, as a share of them.
    join, join_km
        Minutes between a place and a major road besides the way to it, and the longest such way in a straight line.
    start
        Minutes of every trip besides the way.
    sea_km
        Kilometres that a line may leave the land: a river mouth, a harbour, a simplified coast.
    ferry_speed, boarding
        Km/h from port to port, and minutes that each crossing takes besides.

    Raises
    ------
    InputError
        A parameter is out of its range.
    """

    circuity: float = 1.2
    steepness: float = 4.0
    coarse_steepness: float = 5.0
    local_speed: float = 65.0
    road_speed: float = 100.0
    centre_delay: float = 0.5
    town_delay: float = 0.25
    join: float = 3.0
    join_km: float = 15.0
    start: float = 3.0
    sea_km: float = 1.0
    ferry_speed: float = 40.0
    boarding: float = 0.0

    def __post_init__(self) -> None:
        positive = ("local_speed", "road_speed", "ferry_speed")
        for name, value in asdict(self).items():
            least = 1 if name == "circuity" else np.finfo(float).tiny if name in positive else 0
            if not least <= value < np.inf:
                wanted = "above 0" if name in positive else f"at least {least}"
                raise InputError(f"{name} is {value}, expected a number {wanted}; correct the travel model.")


@dataclass(frozen=True)
class Ground:
    """The land that the legs lead over, and the rules."""

    relief: Relief
    built_up: BuiltUp
    rules: Rules

    def legs(self, a: Points, b: Points, sea: Floats) -> pd.DataFrame:
        """Minutes and kilometres of local roads, and their slope S; columns `minutes`, `km`, `slope`.

        With d the straight line, S the larger of the slope between the ends and the mean slope along the line, and s
        the steepness:

            km = d x circuity x (1 + s S)
            minutes = km / local_speed x 60 x (1 + s S) x (1 + centre_delay x urban + town_delay x town)

        Parameters
        ----------
        a, b
            Ends of n legs; an elevation that is not known gives no slope between the ends.
        sea
            Kilometres over the sea, shape (n,); where they are more than `sea_km` the leg leads round the water, half a
            circle over the wet part of the line.
        """
        straight = geodesic_km(a.lonlat, b.lonlat)
        length = straight + np.where(sea > self.rules.sea_km, (np.pi / 2 - 1) * sea, 0)
        along, steepness = self._slope(a, b, straight)
        slope = np.fmax(along, slope_of(a, b, straight))
        stretch = 1 + steepness * slope
        km = length * self.rules.circuity * stretch
        minutes = km / self.rules.local_speed * 60 * stretch * self._delay(*self.built_up.shares(a.xy, b.xy, straight))
        return pd.DataFrame({"minutes": minutes, "km": km, "slope": slope})

    def roads(self, roads: MajorRoads) -> pd.DataFrame:
        """Minutes and kilometres of major roads: km / road_speed x 60 x (1 + s S); columns `minutes`, `km`."""
        a, b = roads.points[roads.tail], roads.points[roads.head]
        slope, steepness = self._slope(a, b, geodesic_km(a.lonlat, b.lonlat))
        minutes = roads.km / self.rules.road_speed * 60 * (1 + steepness * slope)
        return pd.DataFrame({"minutes": minutes, "km": roads.km})

    def inside(self, xy: Floats, areas: Ints, weights: Floats) -> pd.DataFrame:
        """Minutes and kilometres of a trip that stays in a place, on local roads; columns `minutes`, `km`.

        Parameters
        ----------
        xy, areas, weights
            All places, as `BuiltUp.within` takes them.
        """
        straight, centre, town = self.built_up.within(xy, areas, weights)
        km = straight * self.rules.circuity
        minutes = km / self.rules.local_speed * 60 * self._delay(centre, town)
        return pd.DataFrame({"minutes": minutes, "km": km})

    def _slope(self, a: Points, b: Points, straight: Floats) -> tuple[Floats, Floats]:
        slope, fine = self.relief.of_lines(a, b, straight)
        return slope, np.where(fine, self.rules.steepness, self.rules.coarse_steepness)

    def _delay(self, centre: Floats, town: Floats) -> Floats:
        return 1 + self.rules.centre_delay * centre + self.rules.town_delay * town
