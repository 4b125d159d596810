"""Travel by road: places reach the network over a leg of their own and follow the quickest way along it."""

from copy import copy
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.spatial import cKDTree

from geodata.errors import InputError
from geodata.i18n.message import Message
from pipelines.access.travel.model import Floats, Ints, Nearest, counted, geodesic_km, in_degrees
from pipelines.access.travel.network import Legs, Network

COLUMNS = ("road_id", "start", "end", "km", "forward", "backward", "geometry")


def network(roads: gpd.GeoDataFrame, *, spacing: float = 200, smallest: int = 50) -> Network:
    """Make the network of a table of roads.

    Nodes stand where roads meet, and along them, so that a place reaches a long road near itself and not at its end.

    Parameters
    ----------
    roads
        One row a stretch between two meetings, LineString: `road_id`, `start`, `end` (ids of the meetings), `km`,
        `forward`, `backward` (minutes from start to end and back; infinite where closed).
    spacing
        Metres between nodes along a road at most.
    smallest
        Parts of fewer nodes are dropped, as in Eurostat's accessibility grids; within a part every node can reach
        every other and back.

    Returns
    -------
    Network
        Directed; minutes and km of a stretch are shared equally among its steps.

    Raises
    ------
    InputError
        A column is missing, ids occur twice, minutes or km are negative or missing, or no part is large enough.
    """
    lacking = [column for column in COLUMNS if column not in roads]
    if lacking:
        raise InputError(f"The roads lack {', '.join(lacking)}; expected the columns {', '.join(COLUMNS)}.")
    twice = roads["road_id"][roads["road_id"].duplicated()]
    if len(twice):
        named = ", ".join(twice.astype(str).head(3))
        raise InputError(f"{len(twice):,} road ids occur more than once (first: {named}); give each stretch its own.")
    km, lines = roads["km"].to_numpy(dtype=np.float64), roads.geometry.to_crs("EPSG:3035").to_numpy()
    steps = np.maximum(np.ceil(np.nan_to_num(km) * 1000 / spacing), 1).astype(np.int64)

    # Meetings first, then the nodes along each stretch.
    ends = roads[["start", "end"]].to_numpy()
    _, first, meeting = np.unique(ends, return_index=True, return_inverse=True)
    meeting = meeting.reshape(ends.shape)
    along = np.repeat(np.arange(len(roads)), steps - 1)
    number = np.arange(len(along)) - np.repeat(np.cumsum(steps - 1) - (steps - 1), steps - 1) + 1
    points = np.concatenate(
        [
            shapely.get_point(np.column_stack([lines, lines]).ravel(), np.tile([0, -1], len(lines)))[first],
            shapely.line_interpolate_point(lines[along], number / steps[along], normalized=True),
        ]
    )
    x, y = shapely.get_coordinates(points).T
    lon, lat = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True).transform(x, y)

    # One step from each stretch's start and one from each node along it.
    node = len(first) + np.arange(len(along))
    last = np.append(along[1:] != along[:-1], True)[: len(along)]
    tail = np.concatenate([meeting[:, 0], node])
    head = np.concatenate([meeting[:, 1], np.where(last, meeting[along, 1], node + 1)])
    head[np.flatnonzero(steps > 1)] = node[number == 1]
    of = np.concatenate([np.arange(len(roads)), along])
    share, sides = km / steps, [roads[side].to_numpy(dtype=np.float64) / steps for side in ("forward", "backward")]
    made = Network(
        np.asarray(lon),
        np.asarray(lat),
        np.concatenate([tail, head]),
        np.concatenate([head, tail]),
        np.concatenate([side[of] for side in sides]),
        np.tile(share[of], 2),
    ).without_small_parts(smallest)
    if not made.nodes:
        raise InputError(
            f"No part of the road network has {smallest} nodes that reach each other ({len(lon):,} nodes in all); "
            "give a larger extract."
        )
    return made


class Roads:
    """Minutes by car along a road network, at free flow.

    A point reaches the nearest node of the network in a straight line: up to `reach` metres at `reach_speed` (as in
    Eurostat's accessibility grids), farther ones on foot all the way at `walk_speed`, and beyond `walk_limit`
    kilometres not at all. Both ends of a trip have their leg, even at the same node; points at the same node also go
    straight to each other, where that is quicker, so a place is 0 minutes from itself.

    Parameters
    ----------
    network
        The network.
    date
        Day of the data (ISO), None: unknown.
    reach
        Metres up to which the network is reached at `reach_speed`.
    reach_speed, walk_speed
        km/h.
    walk_limit
        Kilometres; two hours on foot by default.

    Raises
    ------
    InputError
        A speed is not above 0, or the limit for walking is shorter than the reach.
    """

    def __init__(
        self,
        network: Network,
        *,
        date: str | None,
        reach: float = 1500,
        reach_speed: float = 15,
        walk_speed: float = 5,
        walk_limit: float = 10,
    ) -> None:
        if min(reach_speed, walk_speed) <= 0:
            raise InputError(f"Speeds are {reach_speed:g} and {walk_speed:g}, expected km/h above 0.")
        if walk_limit * 1000 < reach:
            raise InputError(f"The walk ends at km {walk_limit:g}, before the reach of {reach:g} m; give a longer one.")
        self.network, self.date = network, date
        self.reach, self.reach_speed = reach, reach_speed
        self.walk_speed, self.walk_limit = walk_speed, walk_limit
        self._tree = cKDTree(_earth_centred(network.lon, network.lat))

    def describe(self) -> dict[str, Any]:
        """Name, parameters, date and a sentence on what the minutes are."""
        return {
            "model": "roads",
            "date": self.date,
            "nodes": self.network.nodes,
            "edges": len(self.network.edges),
            "reach_m": self.reach,
            "reach_kmh": self.reach_speed,
            "walk_kmh": self.walk_speed,
            "walk_limit_km": self.walk_limit,
            "estimate": False,
            "title": Message("By car, roads of {date}", date=self.date or Message("an unknown date")),
            "note": Message(
                "Minutes follow the quickest way along the roads at free flow, without traffic, turn restrictions "
                "and waiting for ferries; places reach the roads at {reach_speed} km/h up to {reach} m, on foot at "
                "{walk_speed} km/h up to km {walk_limit}, and farther ones not at all.",
                reach_speed=self.reach_speed,
                reach=self.reach,
                walk_speed=self.walk_speed,
                walk_limit=self.walk_limit,
            ),
        }

    def legs(self, points: gpd.GeoSeries) -> Legs:
        """How each point reaches the network (node -1: it does not).

        Raises
        ------
        InputError
            Points are not in EPSG:4326, have no coordinates, or longitude and latitude are exchanged.
        """
        lon, lat = self._coordinates(points)
        _, node = self._tree.query(_earth_centred(lon, lat))
        nodes = np.column_stack([self.network.lon[node], self.network.lat[node]])
        km = geodesic_km(np.column_stack([lon, lat]), nodes)
        reached = km <= self.walk_limit
        minutes = np.where(reached, self._off_road(km), np.inf)
        return Legs(np.where(reached, node, -1), minutes, np.where(reached, km, np.inf))

    def with_ways(self, starts: gpd.GeoSeries, ends: gpd.GeoSeries, minutes: Floats) -> "Roads":
        """Make a model in which direct ways take other minutes, both ways, or are there at all: a bridge, a ferry.

        Parameters
        ----------
        starts, ends
            Points in EPSG:4326, shape (n,); each stands at the nearest node of the network. A road that joins the two
            nodes directly gives way.
        minutes
            Of each way, above 0.

        Raises
        ------
        InputError
            A point is too far from the network, or both ends of a way stand at one node.
        """
        tail, head = self.legs(starts).node, self.legs(ends).node
        if (np.minimum(tail, head) < 0).any():
            raise InputError(
                f"An end of the way lies more than {self.walk_limit:g} km from the roads; choose a nearer point."
            )
        if (tail == head).any():
            raise InputError("Both ends of the way stand at the same node of the roads; choose points farther apart.")
        a, b, edges = starts.get_coordinates().to_numpy(), ends.get_coordinates().to_numpy(), self.network.edges
        km = geodesic_km(a, b)
        pairs = pd.MultiIndex.from_arrays([np.append(tail, head), np.append(head, tail)])
        edges = edges[~pd.MultiIndex.from_frame(edges[["tail", "head"]]).isin(pairs)]
        fresh = pd.DataFrame({"tail": tail, "head": head, "minutes": minutes, "km": km})
        edges = pd.concat([edges, fresh, fresh.rename(columns={"tail": "head", "head": "tail"})])
        parts = (edges[name].to_numpy() for name in ("tail", "head", "minutes", "km"))
        changed = copy(self)
        changed.network = Network(self.network.lon, self.network.lat, *parts)
        return changed

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        """Find the k destinations with the fewest minutes from each origin."""
        start, end = self._both(origins, destinations)
        reached = np.flatnonzero(end.node >= 0)
        found = self.network.nearest(end.take(reached), k=k)
        # An origin off the network has node -1, which takes the last row; its infinite leg undoes that.
        index = np.append(reached, -1)[found.index[start.node]]
        minutes, km = found.minutes[start.node] + start.minutes[:, None], found.km[start.node] + start.km[:, None]
        index[np.isinf(minutes)] = -1
        straight = self._straight(origins, destinations, start, end)
        some = straight["origin"].unique()
        if len(some):
            row, column = np.nonzero(index[some] >= 0)
            at = (some[row], column)
            by_road = {"origin": some[row], "destination": index[at], "minutes": minutes[at], "km": km[at]}
            best = _quickest(pd.DataFrame(by_road), straight)
            place = best.groupby("origin").cumcount()
            best, place = best[place < k], place[place < k]
            at_best = (best["origin"].to_numpy(), place.to_numpy())
            index[at_best], minutes[at_best], km[at_best] = best["destination"], best["minutes"], best["km"]
        return Nearest(index=index, minutes=minutes, km=km)

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        """Find every pair within a limit, ordered by origin, minutes and destination."""
        start, end = self._both(origins, destinations)
        reached, setting_out = np.flatnonzero(end.node >= 0), np.flatnonzero(start.node >= 0)
        found = self.network.within(start.node[setting_out], end.take(reached), minutes=minutes)
        by_road = found.merge(pd.DataFrame({"node": start.node[setting_out], "origin": setting_out}), on="node")
        by_road = pd.DataFrame(
            {
                "origin": by_road["origin"],
                "destination": reached[by_road["destination"]],
                "minutes": by_road["minutes"] + start.minutes[by_road["origin"]],
                "km": by_road["km"] + start.km[by_road["origin"]],
            }
        )
        pairs = _quickest(by_road, self._straight(origins, destinations, start, end))
        return pairs[pairs["minutes"] <= minutes].reset_index(drop=True)

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        """Count the destinations of each origin within a limit."""
        return counted(self.within(origins, destinations, minutes=minutes), len(origins))

    def _both(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries) -> tuple[Legs, Legs]:
        """Legs of both ends of the trips."""
        start, end = self.legs(origins), self.legs(destinations)
        lon, lat = self._coordinates(origins)
        if len(origins) and not ((start.node >= 0) | self._in_bounds(lon, lat)).any():
            raise InputError(
                f"All {len(origins):,} places lie outside the road network ({self._extent()}), first at {lon[0]:g}, "
                f"{lat[0]:g}; give the roads of their territory."
            )
        return start, end

    def _straight(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, start: Legs, end: Legs) -> pd.DataFrame:
        """Pairs of points at the same node, going straight to each other."""
        a = pd.DataFrame({"node": start.node, "origin": np.arange(len(origins))})
        b = pd.DataFrame({"node": end.node, "destination": np.arange(len(destinations))})
        pairs = a[a["node"] >= 0].merge(b, on="node")
        there = origins.get_coordinates().to_numpy()[pairs["origin"]]
        here = destinations.get_coordinates().to_numpy()[pairs["destination"]]
        km = geodesic_km(there, here)
        return pairs[["origin", "destination"]].assign(minutes=self._off_road(km), km=km)

    def _off_road(self, km: Floats) -> Floats:
        """Minutes of straight kilometres off the road."""
        return np.asarray(km / np.where(km * 1000 <= self.reach, self.reach_speed, self.walk_speed) * 60)

    def _coordinates(self, points: gpd.GeoSeries) -> tuple[Floats, Floats]:
        """Longitude and latitude of points, which must look like such."""
        if not in_degrees(points):
            raise InputError(f"Points are in {points.crs and points.crs.to_string()}, expected EPSG:4326.")
        empty = (points.isna() | points.is_empty).to_numpy()
        if empty.any():
            raise InputError(
                f"{empty.sum():,} of {len(points):,} points have no coordinates, first row {np.argmax(empty):,}; "
                "leave them out."
            )
        lon, lat = points.x.to_numpy(dtype=np.float64), points.y.to_numpy(dtype=np.float64)
        off_earth = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
        if off_earth.any():
            row = np.argmax(off_earth)
            raise InputError(
                f"{off_earth.sum():,} of {len(points):,} points are not in degrees, first {lon[row]:g}, {lat[row]:g}; "
                "convert them to EPSG:4326."
            )
        exchanged = ~self._in_bounds(lon, lat) & self._in_bounds(lat, lon)
        if exchanged.sum() * 2 > len(points):
            row = np.argmax(exchanged)
            raise InputError(
                f"{exchanged.sum():,} of {len(points):,} points lie outside the road network ({self._extent()}), and "
                f"inside it with longitude and latitude exchanged, first {lon[row]:g}, {lat[row]:g}; exchange them."
            )
        return lon, lat

    def _in_bounds(self, lon: Floats, lat: Floats) -> np.ndarray:
        """Whether points lie in the network's rectangle."""
        east, north = self.network.lon, self.network.lat
        return np.asarray((lon >= east.min()) & (lon <= east.max()) & (lat >= north.min()) & (lat <= north.max()))

    def _extent(self) -> str:
        lon, lat = self.network.lon, self.network.lat
        return f"longitude {lon.min():.2f} to {lon.max():.2f}, latitude {lat.min():.2f} to {lat.max():.2f}"


def _quickest(*tables: pd.DataFrame) -> pd.DataFrame:
    """The quickest of each pair, ordered by origin, minutes and destination."""
    pairs = pd.concat(tables, ignore_index=True)[["origin", "destination", "minutes", "km"]]
    pairs = pairs.sort_values(["origin", "minutes", "destination", "km"], ignore_index=True)
    return pairs.drop_duplicates(["origin", "destination"], ignore_index=True)


def _earth_centred(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred coordinates in metres, shape (n, 3): there, straight-line order is geodesic order."""
    to_xyz = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    return np.column_stack(to_xyz.transform(lon, lat, np.zeros(len(lon))))
