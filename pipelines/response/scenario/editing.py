"""The changes of a scenario carried out on the layers, each checked against what is there by then."""

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point

from geodata.errors import InputError
from geodata.names import suggest
from pipelines.access.travel import Rerouted, geodesic_km
from pipelines.response.partners import LOCATED
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import (
    AddProject,
    AddService,
    Change,
    ChangeCapacity,
    ChangeTravel,
    CloseProject,
    CloseService,
    MoveProject,
    MoveService,
    Scenario,
    Spot,
)

SOURCE = "scenario"
# A point that is farther than this from every place of a territory is not in it.
FAR_KM = 50.0


@dataclass(frozen=True)
class Edited:
    """Layers after some changes.

    Attributes
    ----------
    services, projects
        The layers, in the order of their keys.
    ways
        Points of the changed ways, columns `start`, `end`, and `minutes`.
    categories
        Categories of service in which something is added, moved, closed or given another capacity.
    moved
        Whether projects are.
    """

    services: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    ways: tuple[tuple[Point, Point, float], ...] = ()
    categories: frozenset[str] = field(default_factory=frozenset)
    moved: bool = False


def edit(before: Baseline, scenario: Scenario) -> Edited:
    """Carry out the changes of a scenario in their order.

    Raises
    ------
    InputError
        The scenario is for another territory or version, or a change names what is not there, is in the territory's
        way of counting impossible, or would leave no service of a category; the change is named by its number.
    """
    if scenario.territory != before.id:
        raise InputError(
            f"The scenario {scenario.name!r} is for the territory {scenario.territory}, not for {before.id}; open that "
            "territory."
        )
    if scenario.version != before.version:
        raise InputError(
            f"The scenario {scenario.name!r} was made for version {scenario.version} of {before.title}, and the one "
            f"built is {before.version}; build that version, or write the new one into the file and read the results "
            "anew."
        )
    edited = Edited(before.services, before.projects)
    for number, change in enumerate(scenario.changes, start=1):
        try:
            edited = _carry_out(before, edited, change)
        except InputError as error:
            raise InputError(f"Change {number} of {scenario.name!r}, {change.does}: {error}") from None
    return replace(
        edited,
        services=edited.services.sort_values("service_id", ignore_index=True),
        projects=edited.projects.sort_values("project_id", ignore_index=True),
    )


def _carry_out(before: Baseline, now: Edited, change: Change) -> Edited:
    services, projects = now.services, now.projects
    if isinstance(change, ChangeTravel):
        return _travel(before, now, change)
    if isinstance(change, AddProject):
        _fresh(change.id, projects["project_id"], "project")
        projects = _append(projects, _project(before, change), point(before, change.at))
        return replace(now, projects=projects, moved=True)
    if isinstance(change, MoveProject | CloseProject):
        here = _row(change.id, projects["project_id"], "project")
        if isinstance(change, CloseProject):
            return replace(now, projects=projects[~here], moved=True)
        projects = projects.assign(precision=projects["precision"].mask(here, LOCATED[0]))
        return replace(now, projects=_put(projects, here, point(before, change.at)), moved=True)
    if isinstance(change, AddService):
        _fresh(change.id, services["service_id"], "service")
        if change.category not in before.categories:
            raise InputError(
                f"{before.title} has no services of the category {change.category!r} to compare a new one with; "
                f"{suggest(change.category, before.categories)}."
            )
        others = services.loc[services["category"] == change.category, "capacity"]
        if change.capacity is None and others.notna().all():
            raise InputError(
                f"The capacity of every other {change.category} is known, and without that of {change.id} no supply "
                "could be computed; give its capacity."
            )
        row: dict[str, object] = {
            "service_id": change.id,
            "category": change.category,
            "name": change.name,
            "level": change.level,
            "capacity": change.capacity,
            "source_id": SOURCE,
        }
        services = _append(services, row, point(before, change.at))
        return replace(now, services=services, categories=now.categories | {change.category})
    here = _row(change.id, services["service_id"], "service")
    category = str(services.loc[here, "category"].iloc[0])
    if isinstance(change, MoveService):
        services = _put(services, here, point(before, change.at))
    elif isinstance(change, ChangeCapacity):
        services = services.assign(capacity=services["capacity"].mask(here, change.capacity))
    elif isinstance(change, CloseService):
        services = services[~here]
        if not (services["category"] == category).any():
            raise InputError(
                f"{change.id} is the last {category} of {before.title}, and without any there are no minutes to "
                "compare; keep or add another."
            )
    return replace(now, services=services, categories=now.categories | {category})


def point(before: Baseline, spot: Spot) -> Point:
    """Find where a spot is.

    Raises
    ------
    InputError
        There is no such place, or the point is far from all places of the territory.
    """
    if isinstance(spot, str):
        if spot not in before.places.index:
            raise InputError(
                f"There is no place {spot!r} in {before.title} ({suggest(spot, before.places.index)}); give the id of "
                "a place, or [latitude, longitude]."
            )
        return Point(before.places.geometry[spot])
    lat, lon = spot
    if nearest(before, spot)[1] > FAR_KM:
        raise InputError(
            f"The point {lat:g}, {lon:g} (latitude, longitude) lies far outside {before.title}; give one inside, "
            "latitude first."
        )
    return Point(lon, lat)


def nearest(before: Baseline, spot: tuple[float, float]) -> tuple[str, float]:
    """Find the place that is nearest to a point (latitude, longitude), and how far it is in a straight line, in km."""
    places = before.places.get_coordinates().to_numpy()
    km = geodesic_km(np.broadcast_to(spot[::-1], places.shape), places)
    first = int(np.nanargmin(km))
    return str(before.places.index[first]), float(km[first])


def _travel(before: Baseline, now: Edited, change: ChangeTravel) -> Edited:
    if not isinstance(before.travel, Rerouted):
        raise InputError(
            f"The travel model of {before.title} ({before.travel.describe()['title']}) has no ways between places, so "
            "no travel time of one can be changed."
        )
    start, end = point(before, change.start), point(before, change.end)
    if start.equals(end):
        raise InputError("The way begins and ends at the same point; give two.")
    return replace(now, ways=(*now.ways, (start, end, change.minutes)))


def _project(before: Baseline, change: AddProject) -> dict[str, object]:
    known = sorted({theme for themes in before.projects["themes"] for theme in str(themes).split(";")})
    for theme in change.themes.split(";"):
        if theme.strip() not in known:
            raise InputError(f"There is no theme {theme.strip()!r}; {suggest(theme.strip(), known)}.")
    return {
        "project_id": change.id,
        "name": change.name,
        "kind": change.kind,
        "themes": ";".join(theme.strip() for theme in change.themes.split(";")),
        "country": before.country,
        "precision": LOCATED[0],
        "source_id": SOURCE,
        "source_title": SOURCE,
        "source_url": SOURCE,
        "confidence": SOURCE,
    }


def _fresh(given: str, known: pd.Series, what: str) -> None:
    if (known == given).any():
        raise InputError(f"There is a {what} {given!r} already; give the new one another id.")


def _row(given: str, known: pd.Series, what: str) -> pd.Series:
    here = known == given
    if not here.any():
        raise InputError(f"There is no {what} {given!r} by then; {suggest(given, known)}.")
    return here


def _append(frame: gpd.GeoDataFrame, row: dict[str, object], at: Point) -> gpd.GeoDataFrame:
    one = gpd.GeoDataFrame([row], geometry=[at], crs=frame.crs).reindex(columns=frame.columns)
    types = {name: kind for name, kind in frame.dtypes.items() if name != "geometry"}
    return gpd.GeoDataFrame(pd.concat([frame, one.astype(types)], ignore_index=True), crs=frame.crs)


def _put(frame: gpd.GeoDataFrame, here: pd.Series, at: Point) -> gpd.GeoDataFrame:
    moved = frame.copy()
    moved.loc[here, "geometry"] = at
    return moved
