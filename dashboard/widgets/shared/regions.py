"""Regions of a territory: the levels that a planner chooses from, and where an area lies, in words."""

import pandas as pd
import streamlit as st
from babel import Locale

from dashboard.data import Loaded
from geodata.countries import iso
from geodata.i18n import current, say


def levels(loaded: Loaded) -> list[str]:
    """Return the two narrowest levels of region, the wider one first; where there is one level, that one."""
    return list(loaded.manifest["region_levels"][-2:])


def country(code: str) -> str:
    """Name of a country in the language in use, by its NUTS code."""
    return str(Locale.parse(current()).territories.get(iso(code), code))


def title(level: str) -> str:
    """Name of a level in a heading.

    Examples
    --------
    >>> title("nuts3")
    'NUTS 3 region'
    """
    return say("NUTS {level} region", level=level[-1])


def names(loaded: Loaded, level: str) -> pd.Series:
    """Region of each area by name, index as the table of areas; empty where none is known."""
    return loaded.table[level].map(loaded.regions.set_index("region_id")["name"]).fillna("").astype(str)


def where(loaded: Loaded) -> dict[str, str]:
    """Regions of each area by name, the narrower first and each once, by area_id. Shared by all: never changed."""
    return _where(loaded, loaded.territory.id, loaded.territory.version)


@st.cache_resource(max_entries=4, show_spinner=False)
def _where(_loaded: Loaded, territory: str, version: str) -> dict[str, str]:  # noqa: ARG001 - the cache key
    columns = [names(_loaded, level) for level in reversed(levels(_loaded))]
    rows = zip(*columns, strict=True)
    texts = (", ".join(filter(None, dict.fromkeys(row))) for row in rows)
    return dict(zip(map(str, _loaded.table.index), texts, strict=True))
