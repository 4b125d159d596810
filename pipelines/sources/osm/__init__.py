"""OpenStreetMap extracts: areas, roads and services."""
