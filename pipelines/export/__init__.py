"""The shortlist as files: CSV, XLSX, GeoJSON, GeoPackage, and one zip of all with a manifest."""

from pipelines.export.bundle import package, read_manifest
from pipelines.export.shortlist import Shortlist
from pipelines.export.spatial import geojson, geopackage
from pipelines.export.spreadsheets import csv, xlsx

__all__ = ["Shortlist", "csv", "geojson", "geopackage", "package", "read_manifest", "xlsx"]
