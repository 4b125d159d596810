"""What if, on a built territory: the baseline read from its layers, the results of scenarios, and their package."""

from dataclasses import dataclass

from geodata.errors import InputError
from geodata.i18n import say
from geodata.i18n.message import tell
from geodata.schema import by_id
from geodata.store import Territory
from pipelines.access import settings
from pipelines.access.places import main_places
from pipelines.access.travel import storage as travelmodel
from pipelines.access.travel.model import TravelModel
from pipelines.priority.analysis import Analysis
from pipelines.response.scenario.applying import Outcome, apply
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import Scenario
from pipelines.response.scenario.effects import Effects, asked_after, effects


@dataclass(frozen=True, eq=False)
class Result:
    """A scenario, the territory as it would be, who needs most in it, and what that means."""

    scenario: Scenario
    outcome: Outcome
    asked: Analysis
    effects: Effects


def has_places(territory: Territory) -> bool:
    """Whether minutes were measured from the places where people live, and not from one centre an area."""
    return "urban_centres.parquet" in territory.manifest["outputs"]


def baseline(territory: Territory, *, travel: TravelModel | None = None) -> Baseline:
    """Read what a scenario starts from.

    Parameters
    ----------
    territory
        The built territory.
    travel
        Its travel model, when it is at hand.

    Raises
    ------
    InputError
        The territory has no travel model, was built before it was kept, or knows only the centres of its areas.
    """
    travel, manifest = travel or travelmodel.of(territory), territory.manifest
    if not has_places(territory):
        raise InputError(
            say(
                "{territory} knows its areas by their centres alone, so what a change means for the people "
                "cannot be measured; choose another territory.",
                territory=tell(manifest["title"]),
            )
        )
    places = by_id(territory.layer("places"), "place_id")
    return Baseline(
        id=territory.id,
        version=territory.version,
        title=str(manifest["title"]),
        country=str(manifest["country"]),
        areas=territory.layer("areas"),
        places=places,
        main=main_places(places),
        services=territory.layer("services"),
        projects=territory.layer("projects"),
        consortia=territory.layer("consortia"),
        values=territory.layer("indicators").set_index("area_id"),
        place_minutes=territory.layer("place_minutes"),
        inequality=territory.layer("inequality"),
        urban_centres=territory.layer("urban_centres").geometry,
        travel=travel,
        project_minutes=float(manifest["parameters"]["project_minutes"]),
        measured=settings.from_recipe(manifest["parameters"].get("access", {})),
    )


def result(before: Baseline, scenario: Scenario, asked: Analysis) -> Result:
    """Apply a scenario and ask the same question of the territory as it would be.

    Raises
    ------
    InputError
        As `applying.apply`.
    """
    outcome = apply(before, scenario)
    after = asked_after(outcome, asked)
    return Result(scenario, outcome, after, effects(before, outcome, asked, after))
