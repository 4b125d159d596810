"""What a scenario changes, one small value a change, and the scenario that holds them in order."""

from dataclasses import dataclass
from typing import ClassVar

from geodata.schema import PROJECT_KINDS

# Where something is: the id of a place of the territory, or latitude and longitude in degrees (EPSG:4326).
Spot = str | tuple[float, float]


@dataclass(frozen=True)
class AddService:
    """A new service; `capacity` is needed where the capacity of all others of its category is known."""

    id: str
    category: str
    name: str
    at: Spot
    level: str | None = None
    capacity: float | None = None
    does: ClassVar[str] = "add service"


@dataclass(frozen=True)
class MoveService:
    """A service that is elsewhere from now on."""

    id: str
    at: Spot
    does: ClassVar[str] = "move service"


@dataclass(frozen=True)
class CloseService:
    """A service that is no more."""

    id: str
    does: ClassVar[str] = "close service"


@dataclass(frozen=True)
class ChangeCapacity:
    """A service with another capacity, above 0, in the unit of the others."""

    id: str
    capacity: float
    does: ClassVar[str] = "change capacity"


@dataclass(frozen=True)
class AddProject:
    """A new SI project, or an organisation that supports such; `themes` separated by semicolons."""

    id: str
    name: str
    at: Spot
    themes: str
    kind: str = PROJECT_KINDS[0]
    does: ClassVar[str] = "add project"


@dataclass(frozen=True)
class MoveProject:
    """A project that is elsewhere from now on; its place is then known to the town."""

    id: str
    at: Spot
    does: ClassVar[str] = "move project"


@dataclass(frozen=True)
class CloseProject:
    """A project that is no more."""

    id: str
    does: ClassVar[str] = "close project"


@dataclass(frozen=True)
class ChangeTravel:
    """Minutes of the direct way between two spots, both ways, whether there was one (a bridge, a ferry) or not."""

    start: Spot
    end: Spot
    minutes: float
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

    name: str
    territory: str
    version: str
    changes: tuple[Change, ...] = ()
