"""A scenario applied to a built territory: what changes is measured again, by the same functions as in the build."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import indicators
from geodata.errors import InputError
from geodata.i18n import say
from geodata.i18n.message import tell
from geodata.indicators import MINUTES_URBAN_CENTRE, PROJECTS_WITHIN
from pipelines.access import layers as access_layers
from pipelines.access import partners, reach
from pipelines.access import services as service_access
from pipelines.access.remoteness import side_by_side
from pipelines.access.remoteness.definitions import DEFINITIONS
from pipelines.access.travel.landbound import by_category
from pipelines.access.travel.matrix import Matrix
from pipelines.access.travel.model import Rerouted, TravelModel
from pipelines.access.travel.terrain import Terrain
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import AddService, ChangeTravel, MoveService, Scenario
from pipelines.response.scenario.editing import Edited, edit

OF_TRAVEL = ("regional", "hospital_minutes", "aria", "scotland")


@dataclass(frozen=True, eq=False)
class Outcome:
    """A territory as it would be.

    Attributes
    ----------
    scenario
        What was changed.
    values
        The indicators that were computed again, index as the values of the baseline; need, resources and gap are for
        an `Analysis` to say.
    places
        By category of service computed again: minutes `nearest` and `mean_3`, services `within`, by place.
    inequality
        Rows of the layer `inequality` that are others than before, of these categories.
    services, projects
        The layers as they would be.
    """

    scenario: Scenario
    values: pd.DataFrame
    services: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    places: dict[str, pd.DataFrame]
    inequality: pd.DataFrame

    def onto(self, table: pd.DataFrame) -> pd.DataFrame:
        """Put the indicators of the scenario in place of those of a table of areas, index area_id."""
        return table.assign(**{str(name): column.reindex(table.index) for name, column in self.values.items()})


def apply(before: Baseline, scenario: Scenario) -> Outcome:
    """Measure again what a scenario changes, and nothing else.

    Parameters
    ----------
    before
        The territory; it is not changed.
    scenario
        For this territory and version.

    Returns
    -------
    Outcome
        Access of the categories that change, remoteness where it rests on them, projects near; all categories and
        everything else that rests on minutes where a travel time changes.

    Raises
    ------
    InputError
        As `editing.edit`, or a service is added or moved where minutes come from a table that does not know the way.
    """
    now = edit(before, scenario)
    travel = _travel(before, scenario, now)
    rerouted = bool(now.ways)
    categories = before.categories if rerouted else sorted(now.categories)
    values = before.values
    of_category = by_category(categories, travel, lambda: before.land)
    found = {
        name: service_access.access(
            before.places,
            now.services[now.services["category"] == name],
            of_category[name],
            category=indicators.category(name),
            areas=values,
            settings=before.measured,
        )
        for name in categories
    }
    columns: dict[str, pd.Series] = {}
    for each in found.values():
        columns |= {str(name): column for name, column in each.areas.items()}
    if rerouted:
        columns |= _minutes_to_centres(before, travel)
        if before.measured.performance is not None:
            minutes, km = before.measured.performance
            columns["transport_performance"] = reach.performance_by_area(
                before.places, travel, values.index, minutes=minutes, km=km
            )
    if rerouted or now.moved:
        near = partners.projects_near(before.main, now.projects, travel, minutes=before.project_minutes)
        columns[PROJECTS_WITHIN] = partners.count_projects(near, now.projects, values.index)
        columns["competence_centre"] = pd.Series(
            partners.supported(now.projects, before.consortia, before.country), index=values.index
        )
    columns |= _remoteness(before, now, travel, columns)
    of_places = {name: each.places for name, each in found.items()}
    uneven = access_layers.inequality(
        before.places,
        before.areas,
        of_places,
        territory=before.id,
        older=values.get("share_65_plus"),
        changed={name: each["within"] != before.access(name)["within"] for name, each in of_places.items()},
    )
    known = {name: column for name, column in columns.items() if name in values}
    return Outcome(
        scenario=scenario,
        values=pd.DataFrame(known, index=values.index),
        services=now.services,
        projects=now.projects,
        places=of_places,
        inequality=uneven,
    )


def rehearse(before: Baseline) -> None:
    """Measure once all that a changed way would, so that the first change need not wait for what is remembered."""
    before.touching  # noqa: B018 - found here once
    # The one model that remembers how points reach it.
    if isinstance(before.travel, Terrain) and len(before.places) > 1:
        way = ChangeTravel(str(before.places.index[0]), str(before.places.index[1]), 1.0)
        apply(before, Scenario("", before.id, before.version, (way,)))


def _travel(before: Baseline, scenario: Scenario, now: Edited) -> TravelModel:
    """The travel model with the changed ways."""
    placed = [change for change in scenario.changes if isinstance(change, AddService | MoveService)]
    if isinstance(before.travel, Matrix) and placed:
        raise InputError(
            say(
                "The minutes of {territory} come from a table that knows no way to new points, so {id} "
                "cannot be put there; close services or change capacities only.",
                territory=tell(before.title),
                id=placed[0].id,
            )
        )
    if not now.ways:
        return before.travel
    starts, ends = (gpd.GeoSeries([way[side] for way in now.ways], crs=before.places.crs) for side in (0, 1))
    # Refused where it is none, before any way is taken up.
    assert isinstance(before.travel, Rerouted)
    return before.travel.with_ways(starts, ends, np.array([way[2] for way in now.ways]))


def _minutes_to_centres(before: Baseline, travel: TravelModel) -> dict[str, pd.Series]:
    ids = before.values.index
    centres = reach.minutes_by_area(before.places, before.urban_centres, travel, ids)
    return {MINUTES_URBAN_CENTRE: centres} | reach.minutes_to_towns(before.places, travel, ids)


def _remoteness(
    before: Baseline, now: Edited, travel: TravelModel, columns: dict[str, pd.Series]
) -> dict[str, pd.Series]:
    """Definitions of remoteness that rest on what has changed, and how far all of them agree."""
    poles = {requirement.category for requirement in side_by_side.POLES}
    compared = next((name for name in side_by_side.COMPARED if name in before.values), None)
    changed = set(OF_TRAVEL) if now.ways else {"hospital_minutes"} if now.categories & poles else set()
    if compared in columns:
        changed.add("neighbours")
    if not changed:
        return {}
    assert changed <= DEFINITIONS.keys()
    again = side_by_side.again(
        before.areas,
        before.places,
        before.main,
        now.services,
        travel,
        values=before.values.assign(**columns),
        changed=changed,
        touching=before.touching,
    )
    return {str(name): column for name, column in again.items()}
