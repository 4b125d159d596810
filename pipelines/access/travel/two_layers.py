"""The network that terrain searches: places and the ways between them, and over it the graph of major roads."""

from copy import copy

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geodata.raster import Raster
from pipelines.access.travel.built_up import BuiltUp
from pipelines.access.travel.land import Land, check_crs
from pipelines.access.travel.legs import Ground, Rules
from pipelines.access.travel.major_roads import MajorRoads
from pipelines.access.travel.model import Floats, Ints, geodesic_km
from pipelines.access.travel.points import Points, components, coordinates, neighbours, with_elevation
from pipelines.access.travel.relief import Relief
from pipelines.access.travel.remembered import Key, key_of, remembered

Flags = npt.NDArray[np.bool_]

# A point joins the network at this many places; one nearer to a place than this is that place.
DOORS, SAME_PLACE_M = 3, 1.0
WAY = ["tail", "head", "minutes", "km"]


class TwoLayers:
    """Nodes and the ways between them, and how points that are no places reach them.

    Parameters
    ----------
    nodes, land, ferries, roads, links, elevation, cells
        As `Terrain` takes them.
    rules
        The parameters.

    Attributes
    ----------
    places
        The first nodes.
    land, ground
        Where the sea is, and the minutes of a stretch.
    inside
        Minutes and km of a trip within each place.
    ways
        `tail`, `head` (nodes), `minutes`, `km`; both directions.
    lonlat
        Degrees of all nodes: places, points of roads, ends of links, ports.
    around
        Of each place `slope`, `road` and `landmass`, as `Terrain.surroundings` tells.
    """

    def __init__(
        self,
        nodes: gpd.GeoDataFrame,
        land: gpd.GeoSeries,
        *,
        ferries: gpd.GeoSeries | None,
        roads: gpd.GeoDataFrame | None,
        links: gpd.GeoDataFrame | None,
        elevation: Raster | None,
        cells: pd.DataFrame | None,
        rules: Rules,
    ) -> None:
        self.rules = rules
        self.places = with_elevation(nodes)
        self.land = Land(land)
        self._tree = cKDTree(self.places.xy)
        self._known: dict[Key, tuple[pd.DataFrame, Points]] = {}

        xy, count = self.places.xy, len(nodes)
        tail, head = neighbours(xy)
        sea = self.land.sea_km(xy[tail], xy[head])
        dry = sea <= rules.sea_km
        relief = Relief(self.places, tail[dry], head[dry], elevation)
        self.ground = Ground(relief, BuiltUp(cells), rules)
        weights = nodes["weight"].to_numpy(dtype=np.float64)
        self.inside = self.ground.inside(xy, pd.factorize(nodes["area_id"])[0], weights)
        group = components(tail[dry], head[dry], count)
        used = dry | ((group[tail] != group[head]) & self._round(xy[tail], xy[head], sea))
        tail, head, sea = tail[used], head[used], sea[used]
        group = components(tail, head, count)

        self.lonlat = self.places.lonlat
        self.ways = pd.DataFrame(columns=WAY).astype({"tail": int, "head": int, "minutes": float, "km": float})
        legs = self.ground.legs(self.places[tail], self.places[head], sea)
        self._add(tail, head, legs)
        self._roads = None if roads is None else MajorRoads(roads, shortest=rules.join_km)
        joined = self._add_roads(self._roads) if self._roads is not None else np.empty(0, dtype=np.int64)
        if links is not None and len(links):
            self._add_links(links)
        if ferries is not None and len(ferries):
            self._add_ferries(ferries, group)
        slope = pd.Series(np.tile(legs["slope"], 2)).groupby(np.concatenate([tail, head])).mean()
        self.around = pd.DataFrame(
            {
                "slope": slope.reindex(range(count), fill_value=0.0),
                "road": np.isin(np.arange(count), joined),
                "landmass": group,
            }
        )

    def place_of(self, xy: Floats) -> tuple[Ints, Flags]:
        """The nearest place of each point in EPSG:3035, shape (n, 2), and whether the point is that place."""
        metres, place = self._tree.query(xy)
        return np.asarray(place, dtype=np.int64), np.asarray(metres <= SAME_PLACE_M)

    def with_ways(self, starts: gpd.GeoSeries, ends: gpd.GeoSeries, minutes: Floats) -> "TwoLayers":
        """Make a network with other direct ways, as `Terrain.with_ways`."""
        doors, points = zip(*(self.doors(each, "ends of a way") for each in (starts, ends)), strict=True)
        lonlat, xy = [each.lonlat for each in points], [each.xy for each in points]
        count = len(starts)
        node = len(self.lonlat) + np.arange(2 * count).reshape(2, count)
        at = [self.place_of(each) for each in xy]
        both = np.stack([place for place, _ in at])[:, at[0][1] & at[1][1]]
        replaced = pd.MultiIndex.from_arrays(list(np.hstack([both, both[::-1]])))
        changed = copy(self)
        changed.ways = self.ways[~pd.MultiIndex.from_frame(self.ways[["tail", "head"]]).isin(replaced)]
        changed.lonlat = np.vstack([self.lonlat, *lonlat])
        changed._add(node[0], node[1], pd.DataFrame({"minutes": minutes, "km": geodesic_km(*lonlat)}))
        for each, ends_at in zip(doors, node, strict=True):
            changed._add(ends_at[each["tail"]], each["head"].to_numpy(), each[["minutes", "km"]])
        return changed

    def _add(self, tail: Ints, head: Ints, ways: pd.DataFrame) -> None:
        """Add ways between nodes, in both directions; `ways` has their minutes and km."""
        there = pd.DataFrame({"tail": tail, "head": head, "minutes": ways["minutes"].array, "km": ways["km"].array})
        back = there.rename(columns={"tail": "head", "head": "tail"})
        self.ways = pd.concat([self.ways, there, back], ignore_index=True)

    def _add_roads(self, roads: MajorRoads) -> Ints:
        """Add the points of the major roads, the roads, and the ways from places to them; the places that have some."""
        first = len(self.lonlat)
        self.lonlat = np.vstack([self.lonlat, roads.points.lonlat])
        self._add(first + roads.tail, first + roads.head, self.ground.roads(roads))
        tail, head, joins = self._joins(self.places, roads)
        self._add(tail, first + head, joins)
        return tail

    def _joins(self, points: Points, roads: MajorRoads) -> tuple[Ints, Ints, pd.DataFrame]:
        """Ways from points to the nearest points of the roads, with the minutes to join them."""
        tail, head, sea = roads.joins(points.xy, self.land, km=self.rules.join_km, sea_km=self.rules.sea_km)
        legs = self.ground.legs(points[tail], roads.points[head], sea)
        return tail, head, legs.assign(minutes=legs["minutes"] + self.rules.join)

    def _add_links(self, links: gpd.GeoDataFrame) -> None:
        """Add bridges and tunnels, driven as major roads are; their ends are joined as places are, and to places."""
        check_crs(links.geometry, "links")
        lines = links.geometry.to_numpy()
        for end in (0, -1):
            series = gpd.GeoSeries(shapely.get_point(lines, end), crs=links.crs)
            doors, points = self.doors(series, "ends of links")
            node = len(self.lonlat) + np.arange(len(links))
            self.lonlat = np.vstack([self.lonlat, points.lonlat])
            self._add(node[doors["tail"]], doors["head"].to_numpy(), doors)
            if self._roads is not None:
                tail, head, joins = self._joins(points, self._roads)
                self._add(node[tail], len(self.places.xy) + head, joins)
        km = links["km"].to_numpy(dtype=np.float64)
        ways = pd.DataFrame({"minutes": km / self.rules.road_speed * 60, "km": km})
        self._add(node - len(links), node, ways)

    def _add_ferries(self, ports: gpd.GeoSeries, group: Ints) -> None:
        """Add ports, and crossings from each port of an island to the nearest port of every larger one, by places.

        `group` is the landmass of each place, as a number.
        """
        doors, points = self.doors(ports, "ports")
        first, lonlat = len(self.lonlat), points.lonlat
        self.lonlat = np.vstack([self.lonlat, lonlat])
        self._add(first + doors["tail"].to_numpy(), doors["head"].to_numpy(), doors)
        quays = doors.drop_duplicates("tail")
        quay, island = quays["tail"].to_numpy(), group[quays["head"]]
        size = np.bincount(group)[island]
        a, b = np.nonzero(size[:, None] < size)
        ferries = pd.DataFrame(
            {"tail": quay[a], "head": quay[b], "km": geodesic_km(lonlat[quay[a]], lonlat[quay[b]]), "island": island[b]}
        )
        ferries = ferries.sort_values(["tail", "island", "km", "head"]).drop_duplicates(["tail", "island"])
        minutes = self.rules.boarding + ferries["km"] / self.rules.ferry_speed * 60
        self._add(
            first + ferries["tail"].to_numpy(), first + ferries["head"].to_numpy(), ferries.assign(minutes=minutes)
        )

    def _round(self, a: Floats, b: Floats, sea: Floats) -> Flags:
        """Whether the ends of each line that crosses the sea are on one landmass, so that there is a way round."""
        limit = self.rules.sea_km
        wet = np.flatnonzero(sea > limit)
        found = np.zeros(len(a), dtype=np.bool_)
        found[wet] = self.land.mass(a[wet], limit) == self.land.mass(b[wet], limit)
        return found

    def doors(self, series: gpd.GeoSeries, what: str) -> tuple[pd.DataFrame, Points]:
        """Legs from points to the places around them (heads), and the points; none where only sea is between."""
        check_crs(series, what)
        return self.doors_of(key_of(series), series, what)

    def doors_of(self, key: Key, series: gpd.GeoSeries, what: str) -> tuple[pd.DataFrame, Points]:
        """As `doors`, of points that were checked and have a key."""
        return remembered(self._known, key, lambda: self._doors_at(*coordinates(series, what)))

    def _doors_at(self, lonlat: Floats, xy: Floats) -> tuple[pd.DataFrame, Points]:
        doors = min(DOORS, len(self.places.xy))
        metres, near = self._tree.query(xy, k=np.arange(1, doors + 1))
        points = Points(lonlat, xy, self.places.elevation[near[:, 0]])
        rows = np.repeat(np.arange(len(xy)), doors).reshape(near.shape)
        at_place = metres[:, :1] <= SAME_PLACE_M
        kept = ~at_place | (np.arange(doors) == 0)
        tail, head = rows[kept], near[kept]
        sea = self.land.sea_km(xy[tail], self.places.xy[head])
        dry = sea <= self.rules.sea_km
        stranded = np.bincount(tail, dry, minlength=len(xy)) == 0
        used = dry | (stranded[tail] & self._round(xy[tail], self.places.xy[head], sea))
        tail, head = tail[used], head[used]
        legs = self.ground.legs(points[tail], self.places[head], sea[used])
        legs[at_place[tail, 0]] = 0.0
        return legs.assign(tail=tail, head=head), points
