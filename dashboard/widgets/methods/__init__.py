"""Widgets of the page Data and methods."""
