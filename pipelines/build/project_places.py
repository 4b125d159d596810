"""Where projects are whose register names a town or a region instead of a point."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata import schema
from geodata.i18n.message import Message
from geodata.vocabulary import plain

LEVELS = ("nuts3", "nuts2", "nuts1")


def place(
    registers: Iterable[gpd.GeoDataFrame], areas: gpd.GeoDataFrame, membership: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, list[Message]]:
    """Put several lists of projects into one layer, every row at a point.

    A row without a point lies inside the one area of its country, and of its region where that is known, that
    has the name of its town, with the precision that it says; else at a point inside its region, with precision
    `region`. One whose town and region are both unknown to the territory is left out.

    Parameters
    ----------
    registers
        Rows of the layer `projects`, each with `source_id`; without point also `nuts`, code of a region or null.
    areas
        EPSG:4326, with `area_id`, `name`, `country` (ISO 3166-1 alpha-2).
    membership
        `area_id` with the codes of its regions.

    Returns
    -------
    tuple
        The layer, and a sentence for each source of which rows are left out.
    """
    rows = pd.concat([each.assign(nuts=each.get("nuts")) for each in registers], ignore_index=True)
    layer = gpd.GeoDataFrame(rows, geometry="geometry", crs=schema.CRS)
    lacking = layer.geometry.isna() | layer.geometry.is_empty
    notes = []
    if lacking.any():
        spots = areas.merge(membership, on="area_id", how="left")
        spots = spots.set_geometry(spots.geometry.representative_point())
        known = _Spots(spots)
        columns = (layer.loc[lacking, name] for name in ("country", "place", "nuts", "precision"))
        found = [_find(known, *row) for row in zip(*columns, strict=True)]
        points = gpd.GeoSeries([point for point, _ in found], index=layer.index[lacking], crs=schema.CRS)
        layer.loc[lacking, "geometry"] = points
        layer.loc[lacking, "precision"] = [precision for _, precision in found]
        lost = layer.geometry.isna()
        for source, count in layer.loc[lost, "source_id"].value_counts(sort=False).items():
            notes.append(
                Message(
                    "{number} projects of {source} name neither a town nor a region of the territory.",
                    number=count,
                    source=source,
                )
            )
        layer = layer[~lost]
    return schema.complete("projects", layer.reset_index(drop=True)), notes


class _Spots:
    """Points of areas by country and name, and of regions by code."""

    def __init__(self, spots: gpd.GeoDataFrame) -> None:
        self.towns: dict[tuple[str, str], list[int]] = {}
        for position, key in enumerate(zip(spots["country"], spots["name"].map(plain), strict=True)):
            self.towns.setdefault(key, []).append(position)
        self.codes = spots[list(LEVELS)].to_numpy()
        self.points = spots.geometry.to_numpy()
        self.regions = {
            code: self._middle(positions)
            for level in LEVELS
            for code, positions in spots.reset_index(drop=True).groupby(level).indices.items()
        }

    def _middle(self, positions: np.ndarray) -> BaseGeometry:
        """Of the points of a region, the one nearest to their mean."""
        points = gpd.GeoSeries(self.points[positions])
        gap = np.hypot(points.x - points.x.mean(), points.y - points.y.mean())
        return points.iloc[int(gap.argmin())]

    def town(self, country: str, name: str, region: str) -> BaseGeometry | None:
        """Point of the only area of a name; None when there is none, or more than one."""
        positions = self.towns.get((country, plain(name)), [])
        if region in self.regions:
            positions = [each for each in positions if region in self.codes[each]]
        return self.points[positions[0]] if len(positions) == 1 else None


def _find(spots: _Spots, country: str, town: object, nuts: object, precision: str) -> tuple[BaseGeometry | None, str]:
    """Point of a town with the precision that is stated, else of a region; None where both are unknown."""
    region = nuts if isinstance(nuts, str) else ""
    point = spots.town(country, town, region) if isinstance(town, str) else None
    if point is not None:
        return point, precision
    known = next((region[:length] for length in (5, 4, 3) if region[:length] in spots.regions), "")
    return spots.regions.get(known), "region"
