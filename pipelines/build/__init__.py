"""From a recipe to a territory on disk; `run` is the whole build from top to bottom."""
