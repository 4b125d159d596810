"""Thresholds by which own rows are read and placed, each tested on both sides."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from geodata.errors import InputError
from pipelines.userdata import coordinates
from pipelines.userdata.coordinates import Extent, extent_of
from pipelines.userdata.gazetteer import Gazetteer
from pipelines.userdata.placing import area_codes


def texts(values: list[float | str]) -> "pd.Series[str]":
    return pd.Series([str(value) for value in values], dtype="str")


@pytest.mark.parametrize(("lat", "inside"), [(45.79, True), (45.81, False)])
def test_a_row_may_lie_half_a_degree_beyond_the_places(lat: float, inside: bool) -> None:
    """Two places at 45.3 degrees north; the third row lies north of them."""
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy([9.1, 9.3], [45.3, 45.3]), crs=4326)
    extent = extent_of(places, places, country="IT")
    located = coordinates.from_columns(texts([45.3, 45.3, lat]), texts([9.1, 9.3, 9.2]), extent)
    assert located.points.notna().tolist() == [True, True, inside]


@pytest.mark.parametrize(("km", "swapped"), [(14.9, True), (15.1, False)])
def test_a_row_within_15_km_of_a_place_speaks_for_a_reading(km: float, swapped: bool) -> None:
    """As given the row lies far from the only place; with latitude and longitude exchanged it lies so many km north."""
    extent = Extent((44.0, 44.0, 46.0, 46.0), "", np.array([[45.0, 45.4]]))
    located = coordinates.from_columns(texts([45.0]), texts([45.4 + km / 111]), extent)
    assert ("swapped" in located.reading) == swapped


@pytest.mark.parametrize(("elsewhere", "clear"), [(4, False), (6, True)])
def test_a_grid_must_fit_five_hundredths_of_the_rows_more_than_the_next(elsewhere: int, clear: bool) -> None:
    """In UTM 32 all of 100 rows lie at places; read in UTM 33 all but some do, too."""
    places = np.array([[9.0, 45.0], [15.0, 45.0], [9.0, 44.0]])
    extent = Extent((6.0, 40.0, 18.0, 47.0), "IT", places)
    latitudes = np.repeat([45.0, 44.0], [100 - elsewhere, elsewhere])
    x, y = Transformer.from_crs(4326, 25832, always_xy=True).transform(np.full(100, 9.0), latitudes)
    rows = texts([f"{one:.1f}" for one in y]), texts([f"{one:.1f}" for one in x])
    if clear:
        assert coordinates.from_columns(*rows, extent).reading == "EPSG:25832"
    else:
        with pytest.raises(InputError, match="EPSG:25832 and EPSG:25833 alike"):
            coordinates.from_columns(*rows, extent)


@pytest.mark.parametrize(
    ("rival", "state"),
    [("abcdxfghijklmnxpqrst", "found"), ("abcdefghijklmnopqrstxxxx", "ambiguous")],
)
def test_the_best_spelling_must_be_five_points_better_than_the_next(rival: str, state: str) -> None:
    """The best differs in one of twenty letters (95 of 100); the rival in two (90), or by four more (91)."""
    areas = gpd.GeoDataFrame(
        {"area_id": ["1", "2"], "name": ["abcdefghixklmnopqrst", rival], "area_km2": [1.0, 1.0]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs=4326,
    )
    places = gpd.GeoDataFrame({"place_id": [], "name": [], "area_id": [], "population": []}, geometry=[], crs=4326)
    matches = Gazetteer(areas, places, country="IT").match(texts(["abcdefghijklmnopqrst"]))
    assert matches["state"].tolist() == [state] and matches["score"].tolist() == [95.0]


@pytest.mark.parametrize(("strangers", "restored"), [(1, True), (2, False)])
def test_leading_zeros_are_restored_when_four_fifths_of_the_codes_are_known(strangers: int, restored: bool) -> None:
    """Four codes of the territory without their zeros, with one of five or two of six that it does not have."""
    known = [f"00100{number}" for number in range(1, 5)]
    codes = area_codes(texts([*("1001", "1002", "1003", "1004"), *("51001", "52001")[:strangers]]), known)
    assert (codes[:4] == (known if restored else "")).all()
