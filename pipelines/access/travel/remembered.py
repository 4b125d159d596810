"""What was made for some points and may be asked for again."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

import geopandas as gpd
import shapely

# What tells sets of points apart: how many they are, and their coordinates.
Key = tuple[int, bytes]
K = TypeVar("K")
V = TypeVar("V")

# Sets of points whose ways to the places around them are remembered: a what-if asks from the same ones again.
REMEMBERED = 128


def key_of(series: gpd.GeoSeries) -> Key:
    """Tell a set of points from others."""
    # With their number, since what is no point has no coordinates.
    return len(series), hashlib.sha256(shapely.get_coordinates(series.array).tobytes()).digest()


def remembered(kept: dict[K, V], key: K, make: Callable[[], V], most: int = REMEMBERED) -> V:
    """Look up what was made before, or make it; only the last few are kept."""
    # Sessions share a model, so that another may have taken what was there a moment ago.
    found = kept.pop(key, None)
    if found is None:
        found = make()
    # The last asked about is last, and the first in line makes room.
    kept[key] = found
    if len(kept) > most:
        kept.pop(next(iter(kept)), None)
    return found
