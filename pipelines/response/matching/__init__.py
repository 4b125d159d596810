"""Projects that fit an area, areas that fit a project, and white spots."""
