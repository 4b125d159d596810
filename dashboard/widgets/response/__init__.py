"""Widgets of the page Response."""
