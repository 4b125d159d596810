"""What if, on a built territory: the baseline read from its layers, and the files of an outcome."""

from geodata.store import Territory
from pipelines import travelmodel
from pipelines.access import settings
from pipelines.inputs import by_id
from pipelines.places import main_places
from pipelines.response.scenario.baseline import Baseline


def baseline(territory: Territory) -> Baseline:
    """Read what a scenario starts from.

    Raises
    ------
    InputError
        The territory has no travel model, or was built before it was kept.
    """
    travel, manifest = travelmodel.of(territory), territory.manifest
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
        city_people=float(manifest["parameters"]["city_population"]),
        measured=settings.from_recipe(manifest["parameters"].get("access", {})),
    )
