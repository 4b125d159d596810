"""The territory looked at, read once for all sessions."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard import assets
from dashboard.components.map import MapFiles
from geodata import store
from geodata.indicators import Indicator, dictionary
from pipelines import areas


@dataclass(frozen=True)
class Loaded:
    """One version of a territory in memory. Shared by all sessions: never changed."""

    territory: store.Territory
    table: pd.DataFrame
    regions: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    nearest: pd.DataFrame
    projects_near: pd.DataFrame
    consortia: pd.DataFrame
    quality: pd.DataFrame
    codebook: pd.DataFrame
    entries: dict[str, Indicator]
    categories: tuple[str, ...]
    files: MapFiles

    @property
    def manifest(self) -> dict[str, Any]:
        """What the build says of itself."""
        return self.territory.manifest


def load(territory: str) -> Loaded:
    """Read the version in force of a territory, from memory when it was read before."""
    return _read(territory, store.open_territory(territory).version)


@st.cache_resource(max_entries=4, show_spinner="Reading the territory")
def _read(territory: str, version: str) -> Loaded:
    built = store.Territory(store.data_root() / territory / version)
    services = built.layer("services")
    categories = tuple(sorted(services["category"].unique()))
    return Loaded(
        territory=built,
        table=areas.table(built),
        regions=built.layer("regions"),
        services=services,
        projects=built.layer("projects"),
        nearest=built.layer("nearest"),
        projects_near=built.layer("projects_near"),
        consortia=built.layer("consortia"),
        quality=built.layer("quality"),
        codebook=built.codebook,
        entries=dictionary(categories),
        categories=categories,
        files=_files(built),
    )


def _files(built: store.Territory) -> MapFiles:
    """Publish the display geometry of a territory."""
    names = ("areas", "regions", "basemap")
    addresses = assets.publish({f"{name}.geojson": built.file(f"display/{name}.geojson") for name in names})
    return MapFiles(*(addresses[f"{name}.geojson"] for name in names))
