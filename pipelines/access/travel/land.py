"""Land and sea: how much of a line is over water, and which points share a landmass."""

import geopandas as gpd
import numpy as np
import shapely

from geodata.errors import InputError
from pipelines.access.travel.model import Floats, Ints, in_degrees


class Land:
    """Polygons that tell how much of a line is over the sea, and which points share a landmass."""

    def __init__(self, polygons: gpd.GeoSeries) -> None:
        check_crs(polygons, "land")
        if not len(polygons):
            raise InputError("The land has no polygon, expected at least one; give the polygons of the areas.")
        areas = polygons.to_crs(3035).to_numpy()
        masses = shapely.get_parts(shapely.union_all(areas))
        # An enclave is another country's land, not sea.
        holes = shapely.polygons(np.concatenate([shapely.get_rings(mass)[1:] for mass in masses]))
        self._parts = np.concatenate([areas, holes])
        self._tree = shapely.STRtree(self._parts)
        self._masses = shapely.STRtree(masses)
        self._rank = shapely.area(masses).argsort().argsort()

    def sea_km(self, a: Floats, b: Floats) -> Floats:
        """Kilometres over the sea of the lines from `a` to `b`, both of shape (n, 2) in EPSG:3035."""
        lines = shapely.linestrings(np.stack([a, b], axis=1))
        line, part = self._tree.query(lines, predicate="intersects")
        dry = shapely.length(shapely.intersection(lines[line], self._parts[part]))
        wet = shapely.length(lines) - np.bincount(line, dry, minlength=len(lines))
        return np.asarray(np.maximum(wet, 0) / 1000, dtype=np.float64)

    def mass(self, xy: Floats, km: float) -> Ints:
        """Rank by area of the largest landmass within some km of each point (n, 2) in EPSG:3035, else of the nearest.

        Places beside the shore are often given to the nearest minute of arc: an islet close by does not claim them.
        """
        points = shapely.points(xy)
        rank = self._rank[self._masses.nearest(points)]
        point, mass = self._masses.query(points, predicate="dwithin", distance=km * 1000)
        np.maximum.at(rank, point, self._rank[mass])
        return np.asarray(rank, dtype=np.int64)


def check_crs(series: gpd.GeoSeries, what: str) -> None:
    """Refuse geometry in another CRS than EPSG:4326; `what` names it in the sentence."""
    if not in_degrees(series):
        given = series.crs.to_string() if series.crs else "no known system"
        raise InputError(f"{what.capitalize()}: the coordinates are in {given}, expected EPSG:4326; convert them.")
