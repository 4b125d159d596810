"""The changes of a scenario carried out on the layers, each checked against what is there by then."""

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point

from geodata.errors import InputError
from geodata.i18n import say
from geodata.i18n.message import tell
from geodata.names import suggest
from pipelines.access.partners import LOCATED
from pipelines.access.travel.model import Rerouted, geodesic_km
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
            say(
                "The scenario {name} is for the territory {other}, not for {territory}; open that territory.",
                name=repr(scenario.name),
                other=scenario.territory,
                territory=before.id,
            )
        )
    if scenario.version != before.version:
        raise InputError(
            say(
                "The scenario {name} was made for version {version} of {territory}, and the one built is "
                "{built}; build that version, or write the new one into the file and read the results anew.",
                name=repr(scenario.name),
                version=scenario.version,
                territory=tell(before.title),
                built=before.version,
            )
        )
    edited = Edited(before.services, before.projects)
    for number, change in enumerate(scenario.changes, start=1):
        try:
            edited = _carry_out(before, edited, change)
        except InputError as error:
            raise InputError(
                say(
                    "Change {number} of {name}, {does}: {error}",
                    number=number,
                    name=repr(scenario.name),
                    does=change.does,
                    error=error,
                )
            ) from None
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
                say(
                    "{territory} has no services of the category {category} to compare a new one with; {hint}.",
                    territory=tell(before.title),
                    category=repr(change.category),
                    hint=suggest(change.category, before.categories),
                )
            )
        others = services.loc[services["category"] == change.category, "capacity"]
        if change.capacity is None and others.notna().all():
            raise InputError(
                say(
                    "The capacity of every other {category} is known, and without that of {id} no supply could "
                    "be computed; give its capacity.",
                    category=change.category,
                    id=change.id,
                )
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
                say(
                    "{id} is the last {category} of {territory}, and without any there are no minutes to "
                    "compare; keep or add another.",
                    id=change.id,
                    category=category,
                    territory=tell(before.title),
                )
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
                say(
                    "There is no place {spot} in {territory} ({hint}); give the id of a place, or [latitude, "
                    "longitude].",
                    spot=repr(spot),
                    territory=tell(before.title),
                    hint=suggest(spot, before.places.index),
                )
            )
        return Point(before.places.geometry[spot])
    lat, lon = spot
    if nearest(before, spot)[1] > FAR_KM:
        raise InputError(
            say(
                "The point {lat}, {lon} (latitude, longitude) lies far outside {territory}; give one "
                "inside, latitude first.",
                lat=f"{lat:g}",
                lon=f"{lon:g}",
                territory=tell(before.title),
            )
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
            say(
                "The travel model of {territory} ({model}) has no ways between places, so no travel time of "
                "one can be changed.",
                territory=tell(before.title),
                model=tell(before.travel.describe()["title"]),
            )
        )
    start, end = point(before, change.start), point(before, change.end)
    if start.equals(end):
        raise InputError(say("The way begins and ends at the same point; give two."))
    return replace(now, ways=(*now.ways, (start, end, change.minutes)))


def _project(before: Baseline, change: AddProject) -> dict[str, object]:
    known = sorted({theme for themes in before.projects["themes"] for theme in str(themes).split(";")})
    for theme in change.themes.split(";"):
        if theme.strip() not in known:
            raise InputError(
                say("There is no theme {theme}; {hint}.", theme=repr(theme.strip()), hint=suggest(theme.strip(), known))
            )
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
        raise InputError(
            say("There is a {what} {given} already; give the new one another id.", what=say(what), given=repr(given))
        )


def _row(given: str, known: pd.Series, what: str) -> pd.Series:
    here = known == given
    if not here.any():
        raise InputError(
            say(
                "There is no {what} {given} by then; {hint}.",
                what=say(what),
                given=repr(given),
                hint=suggest(given, known),
            )
        )
    return here


def _append(frame: gpd.GeoDataFrame, row: dict[str, object], at: Point) -> gpd.GeoDataFrame:
    one = gpd.GeoDataFrame([row], geometry=[at], crs=frame.crs).reindex(columns=frame.columns)
    types = {name: kind for name, kind in frame.dtypes.items() if name != "geometry"}
    return gpd.GeoDataFrame(pd.concat([frame, one.astype(types)], ignore_index=True), crs=frame.crs)


def _put(frame: gpd.GeoDataFrame, here: pd.Series, at: Point) -> gpd.GeoDataFrame:
    moved = frame.copy()
    moved.loc[here, "geometry"] = at
    return moved
