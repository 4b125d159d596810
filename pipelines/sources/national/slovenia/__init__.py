"""Slovenian publishers: GURS, ZZZS."""
