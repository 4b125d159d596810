"""Widgets of the page My data."""
