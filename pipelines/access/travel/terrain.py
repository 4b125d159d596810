"""Travel minutes over neighbouring places, with relief and sea: an estimate that needs no roads."""

from copy import copy
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from geodata.errors import InputError
from geodata.i18n.message import Message
from pipelines.access.travel.land import Land, check_crs
from pipelines.access.travel.model import Floats, Ints, Nearest, geodesic_km
from pipelines.access.travel.network import Legs, Network
from pipelines.access.travel.points import (
    Points,
    components,
    coordinates,
    mean_slope,
    neighbours,
    slope_of,
    with_elevation,
)
from pipelines.access.travel.remembered import Key, key_of, remembered

Flags = npt.NDArray[np.bool_]

# A point joins the network at this many places; one nearer to a place than this is that place.
DOORS, SAME_PLACE_M = 3, 1.0
# Relief along a line is read at this many points, ends included; even, so that none is equally near to both ends.
SAMPLES = 10
# Networks with the points that ways begin at, which are large, of which fewer are remembered than of other things.
NETWORKS = 4


class Terrain:
    """Least-cost minutes over a network of neighbouring places, with circuity, relief and sea.

    Neighbours are the edges of the Delaunay triangulation of all places, and, as a second and faster layer, of the
    towns alone. On a leg of d km straight, with S the larger of the slope between its ends and the mean relief along
    it (relief of a place: mean slope to its neighbours):

        km = d x circuity x (1 + steepness x S)         minutes = km / speed x 60 x (1 + steepness x S)

    A line that leaves the land for more than `sea_km` is no leg. Only where that cuts a place off from its own
    landmass, the way round the bay is taken: a half circle in place of the stretch over water. Each port of an
    island is joined by ferry to the nearest port of every larger one. See `docs/travel-terrain.md`.

    Parameters
    ----------
    nodes
        Places: points in EPSG:4326 with `elevation` (m; NaN: as at the nearest place that has one) and
        `own_population` (NaN: not a town).
    land
        Polygons in EPSG:4326 that do not overlap; what they enclose is land too. Elsewhere is sea.
    ferries
        Ports, points in EPSG:4326; None for no ferry.
    circuity
        Road distance / straight-line distance from a place to its neighbour on flat ground.
    steepness
        What slope adds to the length and takes from the speed. No road gets steeper than 1 / (circuity x steepness).
    speed, town_speed
        Km/h on flat ground between neighbouring places, and between neighbouring towns.
    town
        Inhabitants from which a place is a town.
    local_speed
        Km/h from a point to the places around it.
    sea_km
        Kilometres that a line may leave the land: a river mouth, a harbour, a simplified coast.
    ferry_speed, boarding
        Km/h from port to port, and minutes that each crossing takes besides.

    Raises
    ------
    InputError
        No places, no elevation at all, two places at one point, no polygons, a layer in another CRS, or a parameter
        out of its range.
    """

    def __init__(
        self,
        nodes: gpd.GeoDataFrame,
        land: gpd.GeoSeries,
        *,
        ferries: gpd.GeoSeries | None = None,
        circuity: float = 1.2,
        steepness: float = 5.0,
        speed: float = 60.0,
        town_speed: float = 80.0,
        town: float = 5000.0,
        local_speed: float = 30.0,
        sea_km: float = 1.0,
        ferry_speed: float = 20.0,
        boarding: float = 0.0,
    ) -> None:
        self.parameters = {
            "circuity": circuity,
            "steepness": steepness,
            "speed": speed,
            "town_speed": town_speed,
            "town": town,
            "local_speed": local_speed,
            "sea_km": sea_km,
            "ferry_speed": ferry_speed,
            "boarding": boarding,
        }
        lowest = {"circuity": 1, "steepness": 0, "sea_km": 0, "boarding": 0}
        for name, value in self.parameters.items():
            least = lowest.get(name, np.finfo(float).tiny)
            if not least <= value < np.inf:
                wanted = f"at least {lowest[name]}" if name in lowest else "above 0"
                raise InputError(f"{name} is {value}, expected a number {wanted}; correct the travel model.")
        self._places = with_elevation(nodes)
        self._tree = cKDTree(self._places.xy)
        self._land = Land(land)
        self._relief = np.zeros(len(nodes))
        self._known: dict[Key, tuple[pd.DataFrame, Points]] = {}
        self._met: dict[tuple[Key, Key], pd.DataFrame] = {}
        self._ready: dict[Key, tuple[Points, Network, Ints]] = {}
        self._ways, self._lonlat = self._network(nodes["own_population"].to_numpy(dtype=np.float64) >= town, ferries)

    def describe(self) -> dict[str, Any]:
        """Name, parameters and a sentence on what the minutes are."""
        values = self.parameters
        if values["boarding"]:
            boarding = Message(" and {minutes} minutes to board", minutes=values["boarding"])
        else:
            boarding = Message(", no waiting counted")
        return {
            "model": "terrain",
            **values,
            "estimate": True,
            "title": Message("Estimate: over neighbouring places, with relief and sea"),
            "note": Message(
                "Minutes are an estimate without a road map: the quickest way from place to neighbouring place, at "
                "{speed} km/h on flat ground and {town_speed} km/h between towns of {town} people or more, longer and "
                "slower where the land is steep. The sea is crossed only by ferry ({ferry_speed} km/h{boarding}); "
                "which ports are joined is assumed. Islands without a known port are out of reach.",
                speed=values["speed"],
                town_speed=values["town_speed"],
                town=values["town"],
                ferry_speed=values["ferry_speed"],
                boarding=boarding,
            ),
        }

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        """Find the k destinations with the fewest minutes from each origin."""
        network, start, ends = self._joined(origins, destinations)
        found = network.nearest(ends, k=k)
        index, minutes, km = found.index[start], found.minutes[start], found.km[start]
        # By position where minutes are equal, as in the other models.
        order = np.lexsort((np.where(index < 0, len(destinations), index), minutes), axis=1)
        return Nearest(
            index=np.take_along_axis(index, order, axis=1),
            minutes=np.take_along_axis(minutes, order, axis=1),
            km=np.take_along_axis(km, order, axis=1),
        )

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        """Find every pair within a limit, ordered by origin, minutes and destination."""
        network, start, ends = self._joined(origins, destinations)
        found = network.within(start, ends, minutes=minutes)
        position = np.full(network.nodes, -1)
        position[start] = np.arange(len(start))
        origin = position[found["node"]]
        destination = found["destination"].to_numpy(dtype=np.int64)
        length, km = found["minutes"].to_numpy(), found["km"].to_numpy()
        order = np.lexsort((destination, length, origin))
        pairs = {"origin": origin, "destination": destination, "minutes": length, "km": km}
        return pd.DataFrame({name: column[order] for name, column in pairs.items()})

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        """Count the destinations of each origin within a limit."""
        network, start, ends = self._joined(origins, destinations)
        return network.count_within(start, ends, minutes=minutes)

    def with_ways(self, starts: gpd.GeoSeries, ends: gpd.GeoSeries, minutes: Floats) -> "Terrain":
        """Make a model in which direct ways take other minutes, both ways, or are there at all: a bridge, a ferry.

        Parameters
        ----------
        starts, ends
            Points in EPSG:4326, shape (n,). Of two places the way that the model has between them gives way; points
            that are no places are reached from the places around them.
        minutes
            Of each way, above 0.
        """
        doors, points = zip(*(self._doors(each, "ends of a way") for each in (starts, ends)), strict=True)
        lonlat, xy = [each.lonlat for each in points], [each.xy for each in points]
        count = len(starts)
        node = len(self._lonlat) + np.arange(2 * count).reshape(2, count)
        direct = pd.DataFrame({"tail": node[0], "head": node[1]})
        direct = direct.assign(minutes=minutes, km=geodesic_km(*lonlat))
        fresh = [direct, *(each.assign(tail=at[each["tail"]]) for each, at in zip(doors, node, strict=True))]
        metres, place = self._tree.query(np.stack(xy))
        both = place[:, (metres <= SAME_PLACE_M).all(axis=0)]
        replaced = pd.MultiIndex.from_arrays(list(np.hstack([both, both[::-1]])))
        kept = self._ways[~pd.MultiIndex.from_frame(self._ways[["tail", "head"]]).isin(replaced)]
        back = [each.rename(columns={"tail": "head", "head": "tail"}) for each in fresh]
        changed = copy(self)
        changed._ways, changed._lonlat = pd.concat([kept, *fresh, *back]), np.vstack([self._lonlat, *lonlat])
        changed._ready = {}
        return changed

    def _network(self, towns: Flags, ports: gpd.GeoSeries | None) -> tuple[pd.DataFrame, Floats]:
        """Ways between the nodes, in both directions, and the nodes' degrees: places, then ports."""
        places, count, lonlat = self._places, len(self._places.xy), self._places.lonlat
        tail, head = neighbours(places.xy)
        sea = self._land.sea_km(places.xy[tail], places.xy[head])
        dry = sea <= self.parameters["sea_km"]
        self._relief = mean_slope(places, tail[dry], head[dry])
        group = components(tail[dry], head[dry], count)
        used = dry | ((group[tail] != group[head]) & self._round(places.xy[tail], places.xy[head], sea))
        layers = [self._legs(tail[used], head[used], places, places, sea[used], "speed")]

        town = np.flatnonzero(towns)
        a, b = (town[ends] for ends in neighbours(places.xy[town]))
        sea = self._land.sea_km(places.xy[a], places.xy[b])
        dry = sea <= self.parameters["sea_km"]
        layers.append(self._legs(a[dry], b[dry], places, places, sea[dry], "town_speed"))

        if ports is not None and len(ports):
            group = components(tail[used], head[used], count)
            doors, points = self._doors(ports, "ports")
            doors = doors.assign(tail=doors["tail"] + count)
            layers += [doors, self._ferries(doors, points, group)]
            lonlat = np.vstack([lonlat, points.lonlat])
        ways = pd.concat(layers)
        return pd.concat([ways, ways.rename(columns={"tail": "head", "head": "tail"})]), lonlat

    def _ferries(self, doors: pd.DataFrame, ports: Points, group: Ints) -> pd.DataFrame:
        """Crossings from each port of an island to the nearest port of every larger one, by number of places."""
        quays = doors.drop_duplicates("tail")
        quay, island = quays["tail"].to_numpy(), group[quays["head"]]
        lonlat, size = ports.lonlat[quay - len(group)], np.bincount(group)[island]
        a, b = np.nonzero(size[:, None] < size)
        ferries = pd.DataFrame(
            {"tail": quay[a], "head": quay[b], "km": geodesic_km(lonlat[a], lonlat[b]), "island": island[b]}
        )
        ferries = ferries.sort_values(["tail", "island", "km", "head"]).drop_duplicates(["tail", "island"])
        minutes = self.parameters["boarding"] + ferries["km"] / self.parameters["ferry_speed"] * 60
        return ferries.assign(minutes=minutes).drop(columns="island")

    def _round(self, a: Floats, b: Floats, sea: Floats) -> Flags:
        """Whether the ends of each line that crosses the sea are on one landmass, so that there is a way round."""
        limit = self.parameters["sea_km"]
        wet = np.flatnonzero(sea > limit)
        found = np.zeros(len(a), dtype=np.bool_)
        found[wet] = self._land.mass(a[wet], limit) == self._land.mass(b[wet], limit)
        return found

    def _legs(self, tail: Ints, head: Ints, a: Points, b: Points, sea: Floats, speed: str) -> pd.DataFrame:
        """Minutes and kilometres from points of `a` to points of `b`; over wide water the way round it."""
        start, end = a[tail], b[head]
        straight = geodesic_km(start.lonlat, end.lonlat)
        length = straight + np.where(sea > self.parameters["sea_km"], (np.pi / 2 - 1) * sea, 0)
        share = np.linspace(0, 1, SAMPLES)[:, None, None]
        _, at = self._tree.query(start.xy + share * (end.xy - start.xy))
        slope = np.maximum(slope_of(start, end, straight), self._relief[at].mean(axis=0))
        stretch = 1 + self.parameters["steepness"] * slope
        km = length * self.parameters["circuity"] * stretch
        minutes = km / self.parameters[speed] * 60 * stretch
        return pd.DataFrame({"tail": tail, "head": head, "minutes": minutes, "km": km})

    def _doors(self, series: gpd.GeoSeries, what: str) -> tuple[pd.DataFrame, Points]:
        """Legs from points to the places around them (heads), and the points; none where only sea is between."""
        check_crs(series, what)
        return self._doors_of(key_of(series), series, what)

    def _doors_of(self, key: Key, series: gpd.GeoSeries, what: str) -> tuple[pd.DataFrame, Points]:
        return remembered(self._known, key, lambda: self._doors_at(*coordinates(series, what)))

    def _doors_at(self, lonlat: Floats, xy: Floats) -> tuple[pd.DataFrame, Points]:
        doors = min(DOORS, len(self._places.xy))
        metres, near = self._tree.query(xy, k=np.arange(1, doors + 1))
        points = Points(lonlat, xy, self._places.elevation[near[:, 0]])
        rows = np.repeat(np.arange(len(xy)), doors).reshape(near.shape)
        kept = (metres[:, :1] > SAME_PLACE_M) | (np.arange(doors) == 0)
        tail, head = rows[kept], near[kept]
        sea = self._land.sea_km(xy[tail], self._places.xy[head])
        dry = sea <= self.parameters["sea_km"]
        stranded = np.bincount(tail, dry, minlength=len(xy)) == 0
        used = dry | (stranded[tail] & self._round(xy[tail], self._places.xy[head], sea))
        return self._legs(tail[used], head[used], points, self._places, sea[used], "local_speed"), points

    def _joined(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries) -> tuple[Network, Ints, Legs]:
        """The network with origins and destinations as nodes of it, the nodes of the origins, and the destinations."""
        check_crs(origins, "origins")
        check_crs(destinations, "destinations")
        here, there = key_of(origins), key_of(destinations)
        into, b = self._doors_of(there, destinations, "destinations")
        a, ready, start = remembered(self._ready, here, lambda: self._from(here, origins), NETWORKS)
        end = ready.nodes + np.arange(len(b.xy))
        straight = remembered(self._met, (here, there), lambda: self._inside(a, b))
        ways = pd.concat(
            [
                into.assign(tail=into["head"], head=end[into["tail"]]),
                straight.assign(tail=start[straight["tail"]], head=end[straight["head"]]),
            ]
        )
        network = ready.extended(*b.lonlat.T, *(ways[name].to_numpy() for name in ("tail", "head", "minutes", "km")))
        return network, start, Legs(end, np.zeros(len(end)), np.zeros(len(end)))

    def _from(self, key: Key, origins: gpd.GeoSeries) -> tuple[Points, Network, Ints]:
        """Origins, the network with each of them as a node of its own, and these nodes.

        The first at the very point of a place is that place; each other one is a new node that ways begin at.
        """
        out, points = self._doors_of(key, origins, "origins")
        at = out[out["km"] == 0].drop_duplicates("head")
        node = np.full(len(points.xy), -1)
        node[at["tail"]] = at["head"]
        fresh = np.flatnonzero(node < 0)
        node[fresh] = len(self._lonlat) + np.arange(len(fresh))
        doors = out[np.isin(out["tail"], fresh)]
        ways = pd.concat([self._ways, doors.assign(tail=node[doors["tail"]])])
        lon, lat = np.vstack([self._lonlat, points.lonlat[fresh]]).T
        return points, Network(lon, lat, *(ways[name].to_numpy() for name in ("tail", "head", "minutes", "km"))), node

    def _inside(self, a: Points, b: Points) -> pd.DataFrame:
        """Legs between points of `a` and `b` at the same place: there the way does not lead through its centre."""
        home, target = (pd.DataFrame({"place": self._tree.query(x.xy)[1], "row": np.arange(len(x.xy))}) for x in (a, b))
        pairs = home.merge(target, on="place")
        tail, head = pairs["row_x"].to_numpy(), pairs["row_y"].to_numpy()
        sea = self._land.sea_km(a.xy[tail], b.xy[head])
        dry = sea <= self.parameters["sea_km"]
        return self._legs(tail[dry], head[dry], a, b, sea[dry], "local_speed")
