"""Own rows, placed: coordinates in any notation, order and grid; names in any spelling; codes without zeros."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geodata.errors import InputError
from geodata.store import Territory
from pipelines.userdata import coordinates, placing
from pipelines.userdata.coordinates import EUROPE, Extent
from pipelines.userdata.gazetteer import Gazetteer, variants
from tests.pipelines import own_territory

VALLEY = Extent((8.5, 44.7, 10.3, 45.9), "IT", np.array([[9.1, 45.3], [9.3, 45.3], [9.5, 45.3], [9.7, 45.3]]))


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    return own_territory.build(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def names(valley: Territory) -> Gazetteer:
    return Gazetteer(valley.layer("areas"), valley.layer("places"), country="IT")


def texts(values: list[str]) -> "pd.Series[str]":
    return pd.Series(values, dtype="str")


# Coordinates


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("45.3", 45.3),
        ("45,3", 45.3),
        ("45,123", 45.123),
        ("45.3°", 45.3),
        ("2460297.5", 2460297.5),
        ("45°18'0\"N", 45.3),
        ("45° 18′ 36″ N", 45.31),
        ("45 18 36", 45.31),
        ("N 45° 18.6'", 45.31),
        ("9°30'W", -9.5),
        ("9° 30' 0\" O", -9.5),
        ("-9 30 0", -9.5),
        ("−9.5", -9.5),
    ],
)
def test_angles_in_any_notation(text: str, degrees: float) -> None:
    assert coordinates.angle(text) == pytest.approx(degrees)


@pytest.mark.parametrize("text", ["", "unknown", "45°75'0\"N", "Via Roma 12"])
def test_what_is_no_angle_is_none(text: str) -> None:
    assert np.isnan(coordinates.angle(text))


@given(st.floats(0, 89.999), st.sampled_from("NS"))
def test_degrees_minutes_seconds_are_the_same_angle(value: float, side: str) -> None:
    hundredths = round(value * 360_000)
    minutes, seconds = divmod(hundredths, 6_000)
    written = f"{minutes // 60}°{minutes % 60:02d}'{seconds / 100:05.2f}\"{side}"
    assert coordinates.angle(written) == pytest.approx((1 if side == "N" else -1) * hundredths / 360_000)


@pytest.mark.parametrize(
    "pair",
    [
        *["45.3, 9.1", "45.3 9.1", "(45.3; 9.1)", "45,3; 9,1", "45,3 9,1", "45.3,9.1", "geo:45.3,9.1", "45.3°, 9.1°"],
        *["POINT (9.1 45.3)", "SRID=4326;POINT(9.1 45.3)", "45°18'0\"N 9°06'0\"E", "9.1, 45.3"],
    ],
)
def test_pairs_in_any_notation(pair: str) -> None:
    """The last has longitude first, which only the territory tells."""
    assert coordinates.is_pair(pair)
    located = coordinates.from_columns(*coordinates.split_pairs(texts([pair])), VALLEY)
    assert located.points.iloc[0].coords[0] == pytest.approx((9.1, 45.3))


spots = st.lists(st.tuples(st.floats(9.0, 9.8), st.floats(45.2, 45.4)), min_size=1, max_size=20)


@given(spots, st.booleans(), st.sampled_from(".,"))
def test_swapped_coordinates_are_told_by_the_territory(
    points: list[tuple[float, float]], swapped: bool, mark: str
) -> None:
    lon = texts([f"{x:.6f}".replace(".", mark) for x, _ in points])
    lat = texts([f"{y:.6f}".replace(".", mark) for _, y in points])
    given_lat, given_lon = (lon, lat) if swapped else (lat, lon)
    located = coordinates.from_columns(given_lat, given_lon, VALLEY)
    assert located.points.notna().all() and np.allclose(located.points.get_coordinates(), points, atol=1e-6)
    assert ("swapped" in located.reading) == swapped


@settings(max_examples=30, deadline=None)
@given(spots, st.sampled_from([3035, 3857, 25832, 3003]), st.booleans())
def test_the_grid_is_told_by_the_territory(points: list[tuple[float, float]], grid: int, swapped: bool) -> None:
    """Within 300 m: the national grid of 1940 and that of UTM differ in datum, not in what is meant."""
    x, y = Transformer.from_crs(4326, grid, always_xy=True).transform(*np.array(points).T)
    columns = texts([f"{one:.1f}" for one in y]), texts([f"{one:.1f}" for one in x])
    located = coordinates.from_columns(*(columns[::-1] if swapped else columns), VALLEY)
    assert located.points.notna().all() and np.allclose(located.points.get_coordinates(), points, atol=0.003)


def test_two_grids_that_fit_alike_are_asked_about() -> None:
    """UTM 32 and 33 have the same numbers; places lie where both readings of the point lie."""
    both = Extent((6.0, 40.0, 18.0, 47.0), "IT", np.array([[9.0, 45.0], [15.0, 45.0]]))
    x, y = Transformer.from_crs(4326, 25832, always_xy=True).transform(9.0, 45.0)
    with pytest.raises(InputError, match="EPSG:25832 and EPSG:25833 alike"):
        coordinates.from_columns(texts([f"{y:.1f}"]), texts([f"{x:.1f}"]), both)
    located = coordinates.from_columns(texts([f"{y:.1f}"]), texts([f"{x:.1f}"]), both, crs="EPSG:25833")
    assert located.points.iloc[0].x == pytest.approx(15.0, abs=1e-6)


def test_a_row_that_lies_elsewhere_says_where_and_whether_it_is_swapped() -> None:
    lat, lon = texts(["45.3", "9.1", "48.2", "0", "x", ""]), texts(["9.1", "45.3", "16.4", "0", "9.1", ""])
    located = coordinates.from_columns(lat, lon, VALLEY)
    assert located.reasons.tolist() == [
        "",
        "9.1, 45.3 lies outside the territory; latitude and longitude seem swapped in this row",
        "48.2, 16.4 lies outside the territory",
        "no coordinates (0, 0 stands for unknown)",
        "no coordinates in 'x', '9.1'",
        "no coordinates",
    ]
    assert located.points.notna().tolist() == [True] + [False] * 5


def test_projects_may_be_abroad_but_in_europe() -> None:
    located = coordinates.from_columns(texts(["60.2", "-33.9"]), texts(["24.9", "18.4"]), VALLEY, abroad=True)
    assert located.reasons.tolist() == ["", "-33.9, 18.4 lies outside Europe"]
    assert EUROPE[0] < located.points.iloc[0].x < EUROPE[2]


def test_points_of_a_file_are_brought_to_degrees() -> None:
    points = gpd.GeoSeries(gpd.points_from_xy([9.1], [45.3]), crs=4326)
    for given_points in (points, points.to_crs(3035), points.to_crs(25832).set_crs(None, allow_override=True)):
        located = coordinates.from_points(given_points, VALLEY)
        assert located.points.iloc[0].coords[0] == pytest.approx((9.1, 45.3), abs=1e-6)


def test_an_unknown_crs_is_one_sentence() -> None:
    with pytest.raises(InputError, match="'EPSG:1' is not known"):
        coordinates.from_columns(texts(["45.3"]), texts(["9.1"]), VALLEY, crs="EPSG:1")


# Place names


@pytest.mark.parametrize(
    ("name", "area", "score"),
    [
        ("Alba", "001001", 100),
        ("ALBA ", "001001", 100),
        ("Bozen", "001002", 100),
        ("Bolzano - Bozen", "001002", 100),
        ("Bozen/Bolzano", "001002", 100),
        ("Bolzano (BZ)", "001002", 100),
        ("Dossena", "001004", 100),
        ("Dosena", "001004", 92),
        ("Bolzanno", "001002", 93),
    ],
)
def test_names_find_their_place(names: Gazetteer, name: str, area: str, score: float) -> None:
    """Dosena lacks one of 13 letters of both spellings, 1 - 1/13 = 92 %; Bolzanno one of 15, 93 %."""
    found = names.match(texts([name])).loc[name]
    assert (found["state"], found["area_id"], int(found["score"])) == ("found", area, score)


def test_homonyms_are_offered_and_a_decision_settles_them(names: Gazetteer) -> None:
    found = names.match(texts(["Castro", "Castro"]))
    assert len(found) == 1
    assert found.loc["Castro", "state"] == "ambiguous"
    assert [key for key, _, _ in found.loc["Castro", "offers"]] == ["area:001003", "area:001004"]
    assert found.loc["Castro", "choice"] == "Castro (001003) or Castro (001004)"
    decided = names.match(texts(["Castro"]), decisions={"Castro": "area:001004"})
    assert decided.loc["Castro", ["state", "area_id"]].tolist() == ["found", "001004"]


def test_a_doubtful_spelling_is_offered_and_a_strange_one_unknown(names: Gazetteer) -> None:
    found = names.match(texts(["Lvio", "Atlantis", ""]))
    assert found["state"].tolist() == ["unknown", "unknown"]
    offered = names.match(texts(["Dossna x"])).loc["Dossna x"]
    assert offered["state"] == "ambiguous" and offered["choice"] == "Dossena in Castro (001004)"


@given(st.sampled_from(["Alba", "Bolzano", "Dossena", "Livo"]), st.sampled_from([str.upper, str.title, str.casefold]))
def test_letter_case_does_not_matter(name: str, write: Callable[[str], str]) -> None:
    assert variants(write(name)) == variants(name)


@given(st.integers(1, 999_999).map("{:06d}".format), st.sampled_from(["{}", "IT{}", "IT_{}", "{} Alba"]))
def test_codes_are_known_with_and_without_their_zeros(code: str, form: str) -> None:
    known = [code, "999999"]
    assert placing.area_codes(texts([form.format(code)]), known).tolist() == [code]
    assert placing.area_codes(texts([code.lstrip("0")]), known).tolist() == [code]
