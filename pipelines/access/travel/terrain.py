"""Travel minutes over major roads and neighbouring places, with relief and sea: an estimate."""

from copy import copy
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.i18n.message import Message
from geodata.raster import Raster
from pipelines.access.travel.built_up import BuiltUp
from pipelines.access.travel.land import check_crs
from pipelines.access.travel.legs import Rules
from pipelines.access.travel.model import Floats, Ints, Nearest
from pipelines.access.travel.network import Legs, Network
from pipelines.access.travel.points import Points, coordinates
from pipelines.access.travel.remembered import Key, key_of, remembered
from pipelines.access.travel.two_layers import SAME_PLACE_M, WAY, TwoLayers

# Networks with the points that ways begin at, which are large, of which fewer are remembered than of other things.
NETWORKS = 4


class Terrain:
    """Least-cost minutes over a network of two layers: neighbouring places, and major roads.

    Neighbours are the edges of the Delaunay triangulation of all places; a line that leaves the land for more than
    `sea_km` is no leg, and only where that cuts a place off from its own landmass the way round the bay is taken. A
    place is joined to the nearest points of the graph of major roads. Each port of an island is joined by ferry to the
    nearest port of every larger one. `legs.Ground` has the minutes of each stretch. A trip takes `start` minutes and
    the quickest way; between points at one place it takes the minutes within the place. See `docs/travel-terrain.md`.

    Parameters
    ----------
    nodes
        Places: points in EPSG:4326 with `area_id`, `weight` (share of the people of the area) and `elevation` (m; NaN:
        as at the nearest place that has one).
    land
        Polygons in EPSG:4326 that do not overlap; what they enclose is land too. Elsewhere is sea.
    ferries
        Ports, points in EPSG:4326; None for no ferry.
    roads
        Major roads, as `major_roads.MajorRoads` takes them; None for none.
    links
        Bridges and tunnels that `roads` lack: lines in EPSG:4326, of which the ends count, with `km`; None for none.
    elevation
        Metres above the sea; None where they are known at places only.
    cells
        1 km cells with their class, as `built_up.BuiltUp` takes them; None for none.
    options
        The parameters of `legs.Rules`.

    Attributes
    ----------
    roads, links, elevation
        As given.
    cells
        Of the cells those that are settled.

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
        roads: gpd.GeoDataFrame | None = None,
        links: gpd.GeoDataFrame | None = None,
        elevation: Raster | None = None,
        cells: pd.DataFrame | None = None,
        **options: float,
    ) -> None:
        self.roads, self.links, self.elevation, self.cells = roads, links, elevation, BuiltUp(cells).cells
        self._rules = Rules(**options)
        self._base = TwoLayers(
            nodes,
            land,
            ferries=ferries,
            roads=roads,
            links=links,
            elevation=elevation,
            cells=self.cells,
            rules=self._rules,
        )
        self._met: dict[tuple[Key, Key], pd.DataFrame] = {}
        self._ready: dict[Key, tuple[Points, pd.DataFrame, Network, Ints]] = {}

    def describe(self) -> dict[str, Any]:
        """Name, parameters and a sentence on what the minutes are."""
        rules = self._rules
        if rules.boarding:
            boarding = Message(" and {minutes} minutes to board", minutes=rules.boarding)
        else:
            boarding = Message(", no waiting counted")
        values: dict[str, Any] = {
            "local_speed": rules.local_speed,
            "start": rules.start,
            "ferry_speed": rules.ferry_speed,
            "boarding": boarding,
        }
        if self.roads is None:
            title = Message("Estimate: over neighbouring places, with relief and sea")
            note = Message(
                "Minutes are an estimate without a road map: the quickest way from place to neighbouring place at "
                "{local_speed} km/h on flat ground, longer and slower where the land is steep, slower in towns, and "
                "{start} minutes to set out. The sea is crossed only by ferry ({ferry_speed} km/h{boarding}); which "
                "ports are joined is assumed. Islands without a known port are out of reach.",
                **values,
            )
        else:
            title = Message("Estimate: over major roads and neighbouring places, with relief and sea")
            note = Message(
                "Minutes are an estimate: the quickest way over major roads at {road_speed} km/h and from place to "
                "neighbouring place at {local_speed} km/h on flat ground, longer and slower where the land is steep, "
                "slower in towns, and {start} minutes to set out. Other roads are not known. The sea is crossed only "
                "by ferry ({ferry_speed} km/h{boarding}); which ports are joined is assumed. Islands without a known "
                "port are out of reach.",
                road_speed=rules.road_speed,
                **values,
            )
        return {"model": "terrain", **asdict(rules), "estimate": True, "title": title, "note": note}

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

    def surroundings(self, points: gpd.GeoSeries) -> pd.DataFrame:
        """What the land is like around points: `slope`, `road`, `landmass`, index as `points`.

        Parameters
        ----------
        points
            In EPSG:4326; each is looked at from the place that is nearest.

        Returns
        -------
        DataFrame
            `slope`: mean of the slopes of the ways from the place to its neighbours, 0 without one; `road`: whether it
            is joined to a major road; `landmass`: number of the land that its neighbours lead over.
        """
        place, _ = self._base.place_of(coordinates(points, "points")[1])
        return self._base.around.iloc[place].set_axis(points.index)

    def with_ways(self, starts: gpd.GeoSeries, ends: gpd.GeoSeries, minutes: Floats) -> "Terrain":
        """Make a model in which direct ways take other minutes, both ways, or are there at all: a bridge, a ferry.

        Parameters
        ----------
        starts, ends
            Points in EPSG:4326, shape (n,). Of two places the way that the model has between them gives way; points
            that are no places are reached from the places around them.
        minutes
            Of each way, above 0; a trip takes `start` minutes besides.
        """
        changed = copy(self)
        changed._base, changed._ready = self._base.with_ways(starts, ends, minutes), {}
        return changed

    def _joined(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries) -> tuple[Network, Ints, Legs]:
        """The network with origins and destinations as nodes of it, the nodes of the origins, and the destinations."""
        check_crs(origins, "origins")
        check_crs(destinations, "destinations")
        here, there = key_of(origins), key_of(destinations)
        into, b = self._base.doors_of(there, destinations, "destinations")
        a, at, ready, start = remembered(self._ready, here, lambda: self._from(here, origins), NETWORKS)
        end = ready.nodes + np.arange(len(b.xy))
        inside = remembered(self._met, (here, there), lambda: self._inside(a, b))
        into = into.assign(tail=into["head"], head=end[into["tail"]])
        # Who sets out at a place takes the ways from there to destinations around it.
        near = at.merge(into[into["km"] > 0], on="tail")
        ways = pd.concat(
            [
                into,
                near.assign(tail=start[near["origin"]], minutes=near["minutes"] + self._rules.start),
                inside.assign(tail=start[inside["tail"]], head=end[inside["head"]]),
            ]
        )
        network = ready.extended(*b.lonlat.T, *(ways[name].to_numpy() for name in WAY))
        return network, start, Legs(end, np.zeros(len(end)), np.zeros(len(end)))

    def _from(self, key: Key, origins: gpd.GeoSeries) -> tuple[Points, pd.DataFrame, Network, Ints]:
        """Origins, which are at a place (`origin`, `tail`), the network with all of them, and their nodes.

        Each origin is a node of its own that trips begin at. One at a place has the ways of the place, since a trip
        within the place is another matter; one beside has those to the places around.
        """
        out, points = self._base.doors_of(key, origins, "origins")
        node = len(self._base.lonlat) + np.arange(len(points.xy))
        at = out.loc[out["km"] == 0, ["tail", "head"]].set_axis(["origin", "tail"], axis=1)
        placed = at.merge(self._base.ways, on="tail")
        beside = out[out["km"] > 0]
        ways = pd.concat(
            [
                self._base.ways,
                placed.assign(tail=node[placed["origin"]], minutes=placed["minutes"] + self._rules.start),
                beside.assign(tail=node[beside["tail"]], minutes=beside["minutes"] + self._rules.start),
            ]
        )
        lon, lat = np.vstack([self._base.lonlat, points.lonlat]).T
        return points, at, Network(lon, lat, *(ways[name].to_numpy() for name in WAY)), node

    def _inside(self, a: Points, b: Points) -> pd.DataFrame:
        """Trips between points of `a` and `b` at the same place: they do not lead through its middle."""
        home, target = (
            pd.DataFrame({"place": place, "row": np.arange(len(place)), "at": at})
            for place, at in (self._base.place_of(each.xy) for each in (a, b))
        )
        pairs = home.merge(target, on="place")
        tail, head = pairs["row_x"].to_numpy(), pairs["row_y"].to_numpy()
        sea = self._base.land.sea_km(a.xy[tail], b.xy[head])
        dry = sea <= self._rules.sea_km
        pairs, tail, head = pairs[dry], tail[dry], head[dry]
        legs = self._base.ground.legs(a[tail], b[head], sea[dry])
        legs["minutes"] += self._rules.start
        same = np.hypot(*(a.xy[tail] - b.xy[head]).T) <= SAME_PLACE_M
        legs[same] = 0.0
        within = (pairs["at_x"] & pairs["at_y"]).to_numpy()
        legs.loc[within, ["minutes", "km"]] = self._base.inside.to_numpy()[pairs["place"].to_numpy()[within]]
        return legs.assign(tail=tail, head=head)
