"""The shortlist as files: CSV, XLSX, GeoJSON, GeoPackage, and one zip of all with a manifest."""

from geodata.files import read_manifest
from pipelines.areas.shortlist import Shortlist
from pipelines.export.bundle import package
from pipelines.export.spatial import geojson, geopackage
from pipelines.export.spreadsheets import csv, xlsx

__all__ = ["Shortlist", "csv", "geojson", "geopackage", "package", "read_manifest", "xlsx"]
