"""Widgets of several pages."""
