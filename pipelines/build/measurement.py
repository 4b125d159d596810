"""What a build finds out about the areas of a territory, by travel times or by what lies inside them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geodata import schema
from geodata.i18n import mark
from geodata.i18n.message import Message

# Says what a build is doing, a few words before each step.
Report = Callable[[str], None]
UNLISTED = mark("The source lists nothing of this kind in the whole country")
# Layers that travel times give.
OF_TRAVEL = ("nearest", "place_minutes", "inequality", "projects_near")


@dataclass(frozen=True)
class Measurement:
    """Indicators and layers of a territory.

    Attributes
    ----------
    values
        Indicators, one column each, index area_id.
    travel
        The travel model as it describes itself.
    layers
        The layers `OF_TRAVEL`; without rows unless given.
    files
        Other files of the territory, by name.
    quality
        What is to be said of single figures, as the layer `quality`.
    lacking
        Definitions of remoteness that could not be computed, and what they lack.
    notes
        What was left out or decided, one sentence each.
    """

    values: pd.DataFrame
    travel: dict[str, Any]
    layers: dict[str, pd.DataFrame] = field(default_factory=lambda: {name: schema.empty(name) for name in OF_TRAVEL})
    files: dict[str, bytes] = field(default_factory=dict)
    quality: pd.DataFrame = field(default_factory=lambda: schema.empty("quality"))
    lacking: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)


def missing(areas: pd.Index, indicator: str, reason: str) -> pd.DataFrame:
    """Say why an indicator of areas is missing: rows of the layer `quality`."""
    return pd.DataFrame({"area_id": areas, "indicator": indicator, "kind": "missing", "reason": reason}, dtype="str")
