"""Where the planner is on a map: a click on an area, and the position of a saved view."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Click:
    """A click on an area: its area_id, and where it was in degrees (EPSG:4326)."""

    area: str
    lat: float
    lon: float
