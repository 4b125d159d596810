"""What a scenario changes, one small value a change, and the scenario that holds them in order."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from geodata import indicators
from geodata.configfile import AboveZero, Text, check_number, check_text, one_of, problem
from geodata.schema import PROJECT_KINDS


def _spot(value: Any) -> Any:
    if not isinstance(value, list):
        return check_text(value)
    if len(value) != 2:
        raise problem("expected the id of a place, or [latitude, longitude]", shown=True)
    lat, lon = value
    return float(check_number(lat, -90, 90)), float(check_number(lon, -180, 180))


# Where something is: the id of a place of the territory, or latitude and longitude in degrees (EPSG:4326).
Spot = Annotated[str | tuple[float, float], BeforeValidator(_spot)]
Category = Annotated[str, one_of(indicators.categories)]
Kind = Annotated[str, one_of(PROJECT_KINDS)]


@dataclass(frozen=True)
class AddService:
    """A new service; `capacity` is needed where the capacity of all others of its category is known."""

    id: Text
    category: Category
    name: Text
    at: Spot
    level: Text | None = None
    capacity: AboveZero | None = None
    does: ClassVar[str] = "add service"


@dataclass(frozen=True)
class MoveService:
    """A service that is elsewhere from now on."""

    id: Text
    at: Spot
    does: ClassVar[str] = "move service"


@dataclass(frozen=True)
class CloseService:
    """A service that is no more."""

    id: Text
    does: ClassVar[str] = "close service"


@dataclass(frozen=True)
class ChangeCapacity:
    """A service with another capacity, above 0, in the unit of the others."""

    id: Text
    capacity: AboveZero
    does: ClassVar[str] = "change capacity"


@dataclass(frozen=True)
class AddProject:
    """A new SI project, or an organisation that supports such; `themes` separated by semicolons."""

    id: Text
    name: Text
    at: Spot
    themes: Text
    kind: Kind = PROJECT_KINDS[0]
    does: ClassVar[str] = "add project"


@dataclass(frozen=True)
class MoveProject:
    """A project that is elsewhere from now on; its place is then known to the town."""

    id: Text
    at: Spot
    does: ClassVar[str] = "move project"


@dataclass(frozen=True)
class CloseProject:
    """A project that is no more."""

    id: Text
    does: ClassVar[str] = "close project"


@dataclass(frozen=True)
class ChangeTravel:
    """Minutes of the direct way between two spots, both ways, whether there was one (a bridge, a ferry) or not."""

    start: Annotated[Spot, Field(alias="from")]
    end: Annotated[Spot, Field(alias="to")]
    minutes: AboveZero
    does: ClassVar[str] = "change travel time"


Change = (
    AddService | MoveService | CloseService | ChangeCapacity | AddProject | MoveProject | CloseProject | ChangeTravel
)
KINDS: dict[str, type[Change]] = {
    kind.does: kind
    for kind in (
        AddService,
        MoveService,
        CloseService,
        ChangeCapacity,
        AddProject,
        MoveProject,
        CloseProject,
        ChangeTravel,
    )
}


@dataclass(frozen=True)
class Scenario:
    """Changes to one version of a territory, applied in their order; none of them is the territory as it is."""

    name: Text
    territory: Text
    version: Text
    changes: tuple[Change, ...] = ()
