"""A built territory as a scenario starts from it."""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from pipelines.access.remoteness import neighbours
from pipelines.access.settings import Settings
from pipelines.access.travel.land import Land
from pipelines.access.travel.model import TravelModel


@dataclass(frozen=True, eq=False)
class Baseline:
    """What is there before anything is changed. It is only read, so undoing a change is to look at it again.

    Attributes
    ----------
    id, version, title, country
        Of the territory.
    areas
        The layer `areas`.
    places
        The layer `places`, with its ids as index.
    main
        The main place of each area, rows of `places`.
    services, projects, consortia
        The layers of these names.
    values
        The indicators, index area_id.
    place_minutes, inequality
        The layers of these names.
    urban_centres
        Points in EPSG:4326.
    travel
        The travel model.
    project_minutes
        Up to how many minutes a project is near.
    measured
        How supply and transport performance are.
    """

    id: str
    version: str
    title: str
    country: str
    areas: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    main: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    consortia: pd.DataFrame
    values: pd.DataFrame
    place_minutes: pd.DataFrame
    inequality: pd.DataFrame
    urban_centres: gpd.GeoSeries
    travel: TravelModel
    project_minutes: float
    measured: Settings

    @property
    def categories(self) -> list[str]:
        """Categories of service that the territory has, sorted."""
        return sorted(self.services["category"].unique())

    @cached_property
    def touching(self) -> pd.DataFrame:
        """Areas that touch, as `neighbours.contiguous` gives."""
        return neighbours.contiguous(self.areas.set_index("area_id").geometry)

    @cached_property
    def land(self) -> Land:
        """The land of the territory."""
        return Land(self.areas.sort_values("area_id").geometry)

    def access(self, category: str) -> pd.DataFrame:
        """Of each place, as `ServiceAccess.places`: minutes `nearest` and `mean_3`, infinite out of reach; `within`."""
        return self._access[category]

    @cached_property
    def _access(self) -> dict[str, pd.DataFrame]:
        return {
            str(category): rows.set_index("place_id")[["nearest", "mean_3", "within"]]
            .reindex(self.places.index)
            .fillna(float("inf"))
            for category, rows in self.place_minutes.groupby("category")
        }
