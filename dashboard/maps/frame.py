"""What a map of the territory shows of the world, and whose shapes it is drawn with."""

from typing import Any

from dashboard.data import Loaded
from dashboard.maps.picture import Bounds
from dashboard.view.state import ViewState
from geodata.i18n import say


def attribution(manifest: dict[str, Any]) -> str:
    """Name the sources of the shapes; those of the figures are on the page Data and methods."""
    # A recipe begins with the areas and ends with the base map, and the manifest has its sources in that order.
    shapes = [manifest["sources"][0], manifest["sources"][-1]]
    return " ".join(source["attribution"] for source in shapes) + " " + say("Sources of the figures: Data and methods.")


def focus(view: ViewState, loaded: Loaded) -> Bounds | None:
    """Return what the map should fit to: the region chosen, else the whole territory when one was left."""
    regions = loaded.regions.set_index("region_id")
    if regions.empty:
        return None
    units = regions.loc[[view.region]] if view.region else regions
    west, south, east, north = units.total_bounds
    return (south, west, north, east)
