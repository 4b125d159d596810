"""The bundled snapshot and the project's own tables."""
