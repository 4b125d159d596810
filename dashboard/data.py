"""The territory looked at and the analysis of it, read and computed once for all sessions."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard import assets
from dashboard.assets import MapFiles
from geodata import store
from geodata.geometry import area_of
from geodata.i18n import say
from geodata.i18n.message import tell
from geodata.indicators import Indicator
from pipelines.access.travel import storage as travel_storage
from pipelines.access.travel.model import TravelModel
from pipelines.areas import ranking
from pipelines.areas.own import Joined, Own, saved
from pipelines.build.regions import with_countries
from pipelines.priority import configuration
from pipelines.priority.analysis import Analysis, presets
from pipelines.priority.composite import dictionary
from pipelines.priority.configuration import Configuration
from pipelines.response.scenario import reading, whatif
from pipelines.response.scenario.applying import rehearse
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import Scenario
from pipelines.userdata import storage

OWN_POINTS = "own:"


def own_points(name: str) -> str:
    """Name of the group of points of an own layer."""
    return OWN_POINTS + name


@dataclass(frozen=True)
class Loaded:
    """One version of a territory in memory under one weighting. Shared by all sessions: never changed.

    `key` tells it from all others, `content` from those of other figures alone, whatever the weighting; `presets` are
    the weightings that it has the indicators for; `own` are the planner's own layers beside it, `areas_of` the area of
    each row of a group of points, by the name of the group: the projects and the own layers.
    """

    key: str
    content: str
    territory: store.Territory
    analysis: Analysis
    presets: dict[str, Configuration]
    regions: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    nearest: pd.DataFrame
    projects_near: pd.DataFrame
    consortia: pd.DataFrame
    quality: pd.DataFrame
    places: gpd.GeoDataFrame
    place_minutes: pd.DataFrame
    inequality: pd.DataFrame
    codebook: pd.DataFrame
    categories: tuple[str, ...]
    files: MapFiles
    own: tuple[Own, ...] = ()
    areas_of: Mapping[str, pd.Series] = field(default_factory=dict)
    own_entries: Mapping[str, Indicator] = field(default_factory=dict)

    @property
    def entries(self) -> dict[str, Indicator]:
        """The dictionary of the territory in the language in use."""
        titles = dictionary()
        own = {
            name: replace(
                entry,
                title=tell(entry.title),
                unit=tell(entry.unit),
                formula=tell(entry.formula),
                missing=tell(entry.missing),
            )
            for name, entry in self.own_entries.items()
        }
        return {name: titles[name] for name in self.codebook.index if name in titles} | own

    @property
    def title(self) -> str:
        """Name of the territory in the language in use."""
        return tell(self.manifest["title"])

    @property
    def travel_note(self) -> str:
        """What the travel model of the territory says of itself, in the language in use."""
        return travel_storage.told(self.manifest["travel"])

    @property
    def points(self) -> tuple[str, ...]:
        """Groups of points that the map can show."""
        places = ("places",) if len(self.place_minutes) else ()
        own = (own_points(each.name) for each in self.own if each.kind != "indicator")
        return (*self.categories, "projects", *places, *own)

    @cached_property
    def listed(self) -> pd.DataFrame:
        """Projects of the territory and of the planner's own layers, with `source_id` as the manifest has it."""
        own = [
            pd.DataFrame(each.layer).assign(source_id=each.source_id) for each in self.own if each.kind == "projects"
        ]
        return pd.concat([pd.DataFrame(self.projects), *own], ignore_index=True)

    @cached_property
    def project_filters(self) -> frozenset[str]:
        """What the projects can be filtered by, as the address names it."""
        themes = {theme for text in set(self.listed["themes"].dropna()) for theme in text.split(";")}
        values_of = {"theme": themes} | {
            part: set(self.listed[column].dropna())
            for part, column in (("country", "country"), ("kind", "kind"), ("source", "source_id"))
        }
        return frozenset(f"{part}={value}" for part, values in values_of.items() for value in values if value)

    @cached_property
    def candidates(self) -> frozenset[str]:
        """Codes of what may be proposed as a site: places and services."""
        return frozenset(self.places["place_id"]) | frozenset(self.services["service_id"])

    @property
    def large(self) -> bool:
        """Whether the map draws the areas from vector tiles."""
        return self.files.tiled

    @property
    def table(self) -> pd.DataFrame:
        """All areas, with need, resources and gap of the weighting."""
        return self.analysis.table

    @property
    def manifest(self) -> dict[str, Any]:
        """What the build says of itself."""
        return self.territory.manifest


def titles() -> dict[str, str]:
    """Name of each territory that is built, in the language in use, by its id."""
    return {name: tell(store.open_territory(name).manifest["title"]) for name in store.built()}


def load(territory: str, own: tuple[Own, ...] = ()) -> Loaded:
    """Read the version in force of a territory, from memory when it was read before; its weighting is its own.

    Beside it are the own layers that are kept with it, and those of a session, which come before kept ones of the same
    name.
    """
    with st.spinner(say("Reading the territory")):
        read = _read(territory, store.open_territory(territory).version)
        assets.keep([read.files.areas, read.files.regions, read.files.basemap])
    layers = {each.name: each for each in (*saved_layers(territory)[0], *own)}
    if not layers:
        return read
    key = hashlib.sha256("".join([read.key, *(each.key for each in layers.values())]).encode()).hexdigest()
    return _beside(read, key, tuple(layers.values()))


def saved_layers(territory: str) -> tuple[list[Own], list[str]]:
    """Own layers that are kept with a territory, and a sentence for each that cannot be read."""
    return _saved_layers(territory, storage.stamp(territory))


def analyse(loaded: Loaded, weighting: Configuration, k: int) -> Loaded:
    """Look at a territory under another weighting or with a list of another length."""
    content = f"{weighting.name}\n{configuration.dump(weighting)}\n{k}"
    return _analysed(loaded, f"{loaded.key}-{hashlib.sha256(content.encode()).hexdigest()}", weighting, k)


def what_if_baseline(loaded: Loaded) -> Baseline:
    """Read what scenarios of a territory start from, once for all sessions."""
    with st.spinner(say("Making the travel model ready")):
        travel = travel_model(loaded, loaded.territory.version)
        return _baseline(loaded.territory.id, loaded.territory.version, travel)


def what_if(loaded: Loaded, scenario: Scenario) -> whatif.Result:
    """Apply a scenario to the territory looked at, under its weighting; from memory when it was applied before."""
    key = f"{loaded.key}-{hashlib.sha256(reading.write(scenario)).hexdigest()}"
    before = what_if_baseline(loaded)
    with st.spinner(say("Measuring what changes")):
        return _what_if(before, loaded.analysis, scenario, key)


@st.cache_resource(max_entries=2, show_spinner=False)
def _baseline(territory: str, version: str, _travel: TravelModel) -> Baseline:
    before = whatif.baseline(store.Territory(store.data_root() / territory / version), travel=_travel)
    rehearse(before)
    return before


@st.cache_resource(max_entries=24, show_spinner=False)
def _what_if(_before: Baseline, _analysis: Analysis, _scenario: Scenario, key: str) -> whatif.Result:  # noqa: ARG001
    return whatif.result(_before, _scenario, _analysis)


@st.cache_resource(max_entries=2, show_spinner=False)
def travel_model(_loaded: Loaded, version: str) -> TravelModel:  # noqa: ARG001 - part of the cache key
    """Make the travel model of a territory, once for a version of it."""
    return travel_storage.of(_loaded.territory)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(territory: str, version: str) -> Loaded:
    built = store.Territory(store.data_root() / territory / version)
    services = built.layer("services")
    categories = tuple(sorted(services["category"].unique()))
    analysis, projects = ranking.ask(built), built.layer("projects")
    return Loaded(
        key=version,
        content=version,
        territory=built,
        analysis=analysis,
        presets=presets(analysis.built),
        regions=with_countries(built.layer("regions")),
        services=services,
        projects=projects,
        nearest=built.layer("nearest"),
        projects_near=built.layer("projects_near"),
        consortia=built.layer("consortia"),
        quality=built.layer("quality"),
        places=built.layer("places"),
        place_minutes=built.layer("place_minutes"),
        inequality=built.layer("inequality"),
        codebook=built.codebook,
        categories=categories,
        files=_files(built),
        areas_of={"projects": area_of(projects, built.layer("areas"))},
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _saved_layers(territory: str, stamp: str) -> tuple[list[Own], list[str]]:  # noqa: ARG001 - part of the cache key
    return saved(territory)


@st.cache_resource(max_entries=4, show_spinner=False)
def _beside(_read: Loaded, key: str, _layers: tuple[Own, ...]) -> Loaded:
    territory = Joined(_read.territory, _layers)
    return replace(
        _read,
        key=key,
        content=key,
        territory=territory,
        analysis=replace(_read.analysis, built=_read.analysis.built.join(territory.values)),
        quality=territory.layer("quality"),
        codebook=territory.codebook,
        own_entries=territory.entries,
        own=territory.own,
        areas_of={**_read.areas_of, **{own_points(name): areas for name, areas in territory.areas_of.items()}},
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _analysed(_loaded: Loaded, key: str, _weighting: Configuration, _k: int) -> Loaded:
    return replace(_loaded, key=key, analysis=replace(_loaded.analysis, configuration=_weighting, k=_k))


def _files(built: store.Territory) -> MapFiles:
    """Publish the display geometry of a territory, and sweep away what was published of versions that are gone."""
    areas = "areas.pmtiles" if "display/areas.pmtiles" in built.manifest["outputs"] else "areas.geojson"
    names = (areas, "regions.geojson", "basemap.geojson")
    addresses = assets.publish({name: built.file(f"display/{name}") for name in names})
    assets.sweep(store.digests())
    return MapFiles(*(addresses[name] for name in names))
