"""A raster of a few cells: cut, read between its cells, written and read back."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geodata import raster
from geodata.errors import InputError
from geodata.raster import Raster

# Two rows, three columns of one degree, from 10 E and 50 N.
SMALL = Raster(np.array([[0, 10, 20], [100, 110, 120]], dtype=np.uint16), 10.0, 50.0, 1.0)


def at(lon: float, lat: float) -> float:
    return float(SMALL.at(np.array([[lon, lat]]))[0])


def test_the_middle_of_a_cell_has_its_value_and_between_two_it_is_between() -> None:
    assert at(10.5, 49.5) == 0 and at(12.5, 48.5) == 120
    assert at(11, 49.5) == 5
    # Half way between four middles: the mean of 0, 10, 100, 110.
    assert at(11, 49) == 55


def test_at_the_rim_it_is_the_value_of_the_rim_and_outside_nothing() -> None:
    assert at(10, 50) == 0 and at(13, 48) == 120
    assert np.isnan([at(9.99, 49), at(13.01, 49), at(11, 50.01), at(11, 47.99)]).all()


@given(st.floats(10, 13), st.floats(48, 50))
def test_between_the_cells_nothing_is_higher_or_lower_than_the_cells(lon: float, lat: float) -> None:
    assert 0 <= at(lon, lat) <= 120


def test_a_rectangle_keeps_the_cells_that_it_touches() -> None:
    part = SMALL.cut((11.2, 48.5, 11.8, 49.5))
    assert part.values.tolist() == [[10], [110]]
    assert (part.west, part.north) == (11, 50)
    assert SMALL.cut((11, 49, 12, 50)).values.tolist() == [[10]]
    assert SMALL.cut((0, 0, 90, 90)).values.tolist() == SMALL.values.tolist()
    with pytest.raises(InputError, match="no cells within"):
        SMALL.cut((14, 48, 15, 49))


def test_what_is_cut_has_the_values_it_had() -> None:
    spot = np.array([[11.5, 48.6]])
    assert SMALL.cut((11, 48, 13, 49)).at(spot) == SMALL.values[1, 1]


def test_a_geotiff_is_read_back_and_has_the_same_bytes_each_time() -> None:
    content = SMALL.to_bytes()
    assert content == SMALL.to_bytes()
    back = raster.read(content, "It")
    assert back.values.tolist() == SMALL.values.tolist()
    assert (back.west, back.north, back.step) == (SMALL.west, SMALL.north, SMALL.step)


def test_what_is_no_such_geotiff_is_refused() -> None:
    plain = io.BytesIO()
    Image.fromarray(SMALL.values).save(plain, "TIFF")
    for content in (b"", b"II*\x00", SMALL.to_bytes()[:100], plain.getvalue()):
        with pytest.raises(InputError, match=r"^The grid is no GeoTIFF that can be read"):
            raster.read(content, "The grid")
    bytes_only = Raster(SMALL.values.astype(np.uint8), 10.0, 50.0, 1.0)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"^The grid is a GeoTIFF of another kind"):
        raster.read(bytes_only.to_bytes(), "The grid")
