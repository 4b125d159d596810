"""Widgets of the page Sites."""
