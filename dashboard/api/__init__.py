"""The read-only API beside the dashboard: OGC API - Features, so that QGIS, R and others connect by address."""
