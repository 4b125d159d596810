"""Widgets of the page Scenarios."""
