"""What a view may name: layers and lists that are no data, and what the territory shown has."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.priority.configuration import Configuration

# Layers that are not indicators.
BIVARIATE, TIER = "need_x_resources", "tier"
DEGURBA = ("1", "2", "3")
# Lists that can be compared beside those of the weightings: the one of the view, the shortlist, and an uploaded file.
CURRENT, SHORTLIST, FILE = "current", "shortlist", "file"
# Classes of the region alone.
LOCAL = "local"
# Implausible changes between two years are listed too.
IMPLAUSIBLE = "implausible"
# Projects of all countries.
ALL = "all"
# Subjects of the page Response besides an area.
PROJECT, SPOTS = "project", "white-spots"


@dataclass(frozen=True)
class Options:
    """What a view may name: territories, and what the one shown has.

    The weighting of the territory itself has its name and the empty one; `groups` are of figures, `filters` of the page
    Projects, `candidates` for sites.
    """

    territories: tuple[str, ...]
    layers: frozenset[str]
    regions: frozenset[str]
    points: frozenset[str]
    services: frozenset[str]
    areas: frozenset[str]
    candidates: frozenset[str]
    projects: frozenset[str]
    groups: frozenset[str]
    filters: frozenset[str]
    weightings: Mapping[str, Configuration]
