"""Where the planner is on a map: a click on an area, and the position of a saved view."""

from dataclasses import dataclass

# Where the session keeps the position of a saved view: the `position` as zoom/latitude/longitude, empty to fit, and the
# `request`, which differs each time so that the map goes there once.
POSITION = "map-position"


@dataclass(frozen=True)
class Click:
    """A click on an area: its area_id, and where it was in degrees (EPSG:4326)."""

    area: str
    lat: float
    lon: float
