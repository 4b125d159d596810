"""The graph of major roads that terrain joins its places to."""

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from geodata.errors import InputError
from pipelines.access.travel.land import Land, check_crs
from pipelines.access.travel.model import Floats, Ints
from pipelines.access.travel.points import Points, components, coordinates

# A place joins the roads at this many of the nearest points.
JOINS = 3


class MajorRoads:
    """Points where major roads meet or end, and the kilometres between them; every road is driven both ways.

    Parameters
    ----------
    lines
        One row a road between two points: lines in EPSG:4326, of which the ends count, and `km` along the road.
    shortest
        Kilometres: a piece of the graph, without a way to the rest, that has no more roads than this leads nowhere and
        is left out.

    Raises
    ------
    InputError
        The lines are in another CRS, something is no line, or kilometres are missing or below 0.
    """

    def __init__(self, lines: gpd.GeoDataFrame, *, shortest: float) -> None:
        check_crs(lines.geometry, "major roads")
        if not (lines.geom_type == "LineString").all():
            raise InputError("Major roads hold something that is no line; correct or drop those rows.")
        km = lines["km"].to_numpy(dtype=np.float64)
        if not (km >= 0).all():
            raise InputError(f"Kilometres of {(~(km >= 0)).sum():,} major roads are missing or below 0; correct them.")
        shapes = lines.geometry.to_numpy()
        ends = shapely.get_coordinates([shapely.get_point(shapes, 0), shapely.get_point(shapes, -1)])
        nodes, at = np.unique(ends, axis=0, return_inverse=True)
        tail, head = at.reshape(2, -1)
        piece = components(tail, head, len(nodes))
        kept = np.bincount(piece[tail], km)[piece[tail]] > shortest if len(km) else np.empty(0, dtype=np.bool_)
        used = np.unique(np.concatenate([tail[kept], head[kept]]))
        position = np.zeros(len(nodes), dtype=np.int64)
        position[used] = np.arange(len(used))
        self.tail, self.head, self.km = position[tail[kept]], position[head[kept]], km[kept]
        series = gpd.GeoSeries(shapely.points(nodes[used]), crs=lines.crs)
        lonlat, xy = coordinates(series, "major roads") if len(used) else (np.empty((0, 2)), np.empty((0, 2)))
        self.points = Points(lonlat, xy, np.full(len(used), np.nan))

    def joins(self, xy: Floats, land: Land, *, km: float, sea_km: float) -> tuple[Ints, Ints, Floats]:
        """Find the points where others join the roads: the nearest `JOINS` within some km, over land.

        Parameters
        ----------
        xy
            Points in EPSG:3035, shape (n, 2).
        land
            A line that leaves it for more than `sea_km` joins nothing.
        km
            The longest line.

        Returns
        -------
        tuple
            Positions of the points, of the points of the roads, and kilometres over the sea.
        """
        count = min(JOINS, len(self.points.xy))
        if not count:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
        metres, near = cKDTree(self.points.xy).query(xy, k=np.arange(1, count + 1), distance_upper_bound=km * 1000)
        rows = np.repeat(np.arange(len(xy)), count).reshape(near.shape)
        close = np.isfinite(metres)
        tail, head = rows[close], near[close]
        sea = land.sea_km(xy[tail], self.points.xy[head])
        dry = sea <= sea_km
        return tail[dry], head[dry], sea[dry]
