"""Pieces of the screen that several pages use."""
