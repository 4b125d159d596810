"""Widgets of the page Area."""
