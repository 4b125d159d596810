"""The planner's own tables: services, projects or an indicator, from the files that planners have."""

from pipelines.userdata.convert import apply, place_names
from pipelines.userdata.reading import Imported, Reading, read_own
from pipelines.userdata.rows import parse_mapping

__all__ = ["Imported", "Reading", "apply", "parse_mapping", "place_names", "read_own"]
