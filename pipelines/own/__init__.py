"""The planner's own tables: services, projects or an indicator, from the files that planners have."""

from pipelines.own.convert import apply, place_names
from pipelines.own.reading import Imported, Reading, read_own
from pipelines.own.rows import parse_mapping

__all__ = ["Imported", "Reading", "apply", "parse_mapping", "place_names", "read_own"]
