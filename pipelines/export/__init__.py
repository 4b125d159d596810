"""The shortlist as files: CSV, XLSX, GeoJSON, GeoPackage, and one zip of all with a manifest."""

from geodata.files import read_manifest
from pipelines.export.bundle import package
from pipelines.export.spatial import geojson, geopackage
from pipelines.export.spreadsheets import csv, xlsx
from pipelines.territory.shortlist import Shortlist

__all__ = ["Shortlist", "csv", "geojson", "geopackage", "package", "read_manifest", "xlsx"]
