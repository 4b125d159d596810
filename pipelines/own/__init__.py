"""The planner's own tables: services, projects or an indicator, from the files that planners have."""

from pipelines.own.convert import apply, place_names
from pipelines.own.reading import Imported, Reading, read_own

__all__ = ["Imported", "Reading", "apply", "place_names", "read_own"]
