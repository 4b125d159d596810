"""Eurostat and its GISCO: tables, boundaries, grids and service locations of Europe."""
