"""A grid of numbers in degrees, such as elevation: cut, read between its cells, and kept as GeoTIFF."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

from geodata.errors import InputError

Floats = npt.NDArray[np.float64]
# Tags of TIFF and GeoTIFF (OGC 19-008r4): size of a cell, position of the upper left corner, coordinate system.
PREDICTOR, CELL_SIZE, CORNER, KEYS = 317, 33550, 33922, 34735
# Geographic coordinates, the values of areas and not of points, EPSG:4326.
EPSG_4326 = (1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)


@dataclass(frozen=True)
class Raster:
    """Whole numbers from 0 to 65,535 on cells of equal degrees, EPSG:4326.

    Attributes
    ----------
    values
        Shape (rows, columns); the first row is the northernmost, the first column the westernmost.
    west, north
        Degrees of the outer corner of the first cell.
    step
        Degrees of a cell, both ways.
    """

    values: npt.NDArray[np.uint16]
    west: float
    north: float
    step: float

    def cut(self, bounds: tuple[float, float, float, float]) -> "Raster":
        """Keep the cells that touch a rectangle: west, south, east, north in degrees.

        Raises
        ------
        InputError
            The rectangle and the raster have nothing in common.
        """
        west, south, east, north = bounds
        rows, columns = self.values.shape
        # A thousandth of a cell of tolerance, since thirds of a degree are no whole floating-point numbers.
        first = np.floor(np.array([self.north - north, west - self.west]) / self.step + 1e-3).astype(int)
        last = np.ceil(np.array([self.north - south, east - self.west]) / self.step - 1e-3).astype(int)
        (top, left), (bottom, right) = np.maximum(first, 0), np.minimum(last, [rows, columns])
        if top >= bottom or left >= right:
            raise InputError(f"The raster has no cells within {bounds}; give a rectangle that it covers.")
        return Raster(
            self.values[top:bottom, left:right],
            self.west + float(left) * self.step,
            self.north - float(top) * self.step,
            self.step,
        )

    def at(self, lonlat: Floats) -> Floats:
        """Read values at points by bilinear interpolation between the middles of the cells.

        Parameters
        ----------
        lonlat
            Degrees, shape (n, 2).

        Returns
        -------
        ndarray
            Shape (n,); NaN outside the raster.
        """
        rows, columns = self.values.shape
        y = (self.north - lonlat[:, 1]) / self.step - 0.5
        x = (lonlat[:, 0] - self.west) / self.step - 0.5
        outside = (y < -0.5) | (x < -0.5) | (y > rows - 0.5) | (x > columns - 0.5)
        # Half a cell from the rim the value is that of the rim.
        y, x = np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)
        top, left = y.astype(int), x.astype(int)
        bottom, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
        down, across = y - top, x - left
        upper = self.values[top, left] * (1 - across) + self.values[top, right] * across
        lower = self.values[bottom, left] * (1 - across) + self.values[bottom, right] * across
        return np.where(outside, np.nan, upper * (1 - down) + lower * down)

    def to_bytes(self) -> bytes:
        """Write a GeoTIFF, deflated."""
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[PREDICTOR] = 2
        for tag, kind, numbers in (
            (CELL_SIZE, 12, (self.step, self.step, 0.0)),
            (CORNER, 12, (0.0, 0.0, 0.0, self.west, self.north, 0.0)),
            (KEYS, 3, EPSG_4326),
        ):
            tags.tagtype[tag] = kind
            tags[tag] = numbers
        content = io.BytesIO()
        image = Image.fromarray(np.ascontiguousarray(self.values))
        image.save(content, "TIFF", compression="tiff_adobe_deflate", tiffinfo=tags)
        return content.getvalue()


def read(content: bytes, what: str) -> Raster:
    """Read a GeoTIFF as `Raster.to_bytes` writes it; `what` names it in the sentence.

    Raises
    ------
    InputError
        The content is no GeoTIFF of one band of 16 bits in degrees.
    """
    try:
        with warnings.catch_warnings():
            # A file that is cut short is only warned about.
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(content))
            tags = image.tag_v2  # type: ignore[attr-defined]
            step, corner = tags[CELL_SIZE], tags[CORNER]
            values = np.asarray(image)
    except (OSError, KeyError, AttributeError, SyntaxError, UserWarning) as error:
        raise InputError(f"{what} is no GeoTIFF that can be read; give one in EPSG:4326.") from error
    if values.dtype != np.uint16 or values.ndim != 2 or tuple(tags.get(KEYS, ())) != EPSG_4326:
        raise InputError(f"{what} is a GeoTIFF of another kind; expected one band of 16 bits in EPSG:4326.")
    return Raster(values, float(corner[3]), float(corner[4]), float(step[0]))
