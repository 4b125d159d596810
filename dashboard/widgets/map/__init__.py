"""Widgets of the page Map."""
