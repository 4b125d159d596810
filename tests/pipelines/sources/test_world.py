"""Readers of the worldwide sources, on inputs of a few rows in the publishers' own formats."""

import io
import json
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import InputError
from pipelines.sources.world import airports, degurba, elevation, geonames, natural_earth, ports


def place(place_id, name, *, code="PPL", country="IT", admin3="063049", population="900", dem="17", feature="P"):
    cells = [place_id, name, name, "", "40.85", "14.25", feature, code, country, "", "04", "NA", admin3, "",
             population, "", dem, "Europe/Rome", "2020-01-01"]  # fmt: skip
    return "\t".join(cells) + "\n"


def test_geonames_has_no_header_and_quotes_are_text():
    table = place("20", 'Rione "Sanità') + place("10", "Napoli", code="PPLA") + place("30", "Nice", country="FR")
    table += place("40", "Vesuvio", feature="T")
    places = geonames.read(table.encode(), country="IT")
    assert places["place_id"].to_list() == ["10", "20"]
    assert places["name"].to_list() == ["Napoli", 'Rione "Sanità']
    assert places["rank"].to_list() == ["PPLA", "PPL"]
    assert places["area_id"].to_list() == ["063049", "063049"]


def test_geonames_zero_population_and_9999_elevation_are_missing():
    places = geonames.read(place("1", "A", population="0", dem="-9999", admin3="").encode(), country="IT")
    assert places.loc[0, ["area_id", "population", "elevation"]].isna().all()


def test_geonames_with_a_column_too_few_is_refused():
    with pytest.raises(InputError, match="18 columns instead of 19"):
        geonames.read(place("1", "A").replace("\tEurope/Rome", "").encode(), country="IT")


def test_place_without_a_current_area_takes_the_one_around_or_beside_it():
    # One area of 0.1 degrees. A lies inside, B 1 km off its eastern shore, C far out, D already has its area.
    areas = gpd.GeoDataFrame({"area_id": ["000001"]}, geometry=[shapely.box(12, 42, 12.1, 42.1)], crs="EPSG:4326")
    places = pd.DataFrame(
        {"area_id": [None, "041033", None, "000001"], "lon": [12.05, 12.112, 13, 13], "lat": [42.05] * 4}
    )
    found = geonames.located(places, areas)["area_id"]
    assert found.iloc[[0, 1, 3]].to_list() == ["000001"] * 3
    assert pd.isna(found.iloc[2])


def test_airports_are_those_of_the_country_with_a_code():
    table = (
        '"icao","iata","name","city","subd","country","elevation","lat","lon","tz","lid"\n'
        '"LIRN","NAP","Capodichino, Naples","Naples","","IT",294,40.886,14.2908,"Europe/Rome",""\n'
        '"LIXX","","Field","","","IT",1,41,12,"Europe/Rome",""\n'
        '"LFMN","NCE","Nice","","","FR",1,43.6,7.2,"Europe/Paris",""\n'
    )
    found = airports.read(table.encode(), country="IT")
    assert found.to_dict("records") == [{"id": "NAP", "name": "Capodichino, Naples", "lat": 40.886, "lon": 14.2908}]
    with pytest.raises(InputError, match="no column 'iata'"):
        airports.read(table.replace("iata", "code").encode(), country="IT")


def port(code, lon, lat, country="Italy"):
    properties = {"cty": country, "name": code.title(), "port": code, "t": None}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}


def test_ports_far_from_the_coast_are_left_out():
    # Land is a square of one degree. Shore stands on its edge, Canal 8 km inland, Inland and Astray some 40 km off.
    features = [port("SHORE", 12, 42.5), port("CANAL", 12.1, 42.5), port("INLAND", 12.5, 42.5)]
    features += [port("ASTRAY", 11.5, 42.5), port("NICE", 12, 42.5, country="France")]
    found = ports.read(json.dumps({"type": "FeatureCollection", "features": features}).encode(), country="Italy")
    assert found["id"].to_list() == ["ASTRAY", "CANAL", "INLAND", "SHORE"]
    assert ports.at_coast(found, shapely.box(12, 42, 13, 43))["id"].to_list() == ["CANAL", "SHORE"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>", "not a GeoJSON"),
        (b'{"features": [{"properties": {}}]}', "not a GeoJSON"),
        (b'{"features": [{"properties": {"cty": "Italy"}, "geometry": {"coordinates": [1, 2]}}]}', "no column 'port'"),
    ],
)
def test_file_that_holds_no_ports_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        ports.read(content, country="Italy")


def topology():
    """Two unit squares side by side, A (west) and B (east), on a grid of tenths from (10, 40).

    Arc 0 is their common border, from south to north; arc 1 goes round A from the border's north end to its south end,
    arc 2 round B from its south end to its north end. A = border then arc 1; B = arc 2 then the border backwards (~0).
    """
    return {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [10, 40]},
        "arcs": [
            [[10, 0], [0, 10]],
            [[10, 10], [-10, 0], [0, -10], [10, 0]],
            [[10, 0], [10, 0], [0, 10], [-10, 0]],
            [[5, 5], [0, 0], [0, 0]],
        ],
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]]},
                    {"type": "MultiPolygon", "arcs": [[[2, -1]]]},
                ],
            },
            "land": {
                "type": "GeometryCollection",
                # the third arc is a ring that the grid collapsed to a point: an island too small to keep
                "geometries": [{"type": "MultiPolygon", "arcs": [[[1, 2]], [[3]]]}],
            },
        },
    }


def test_topojson_gives_land_and_shared_borders():
    frame = natural_earth.read(json.dumps(topology()).encode(), bounds=(0, 30, 20, 50))
    assert frame["kind"].to_list() == ["land", "border"]
    assert frame.geometry.iloc[0].equals(shapely.box(10, 40, 12, 41))
    assert frame.geometry.iloc[1].equals(shapely.LineString([(11, 40), (11, 41)]))


def test_topojson_is_clipped_to_the_bounds():
    frame = natural_earth.read(json.dumps(topology()).encode(), bounds=(11.5, 40.5, 20, 50))
    assert frame["kind"].to_list() == ["land"]
    assert frame.geometry.iloc[0].equals(shapely.box(11.5, 40.5, 12, 41))


@pytest.mark.parametrize("first", [178, -179])
def test_land_across_180_degrees_does_not_reach_around_the_globe(first):
    """A square from 178 to 181 east, begun at its west or, as -179, at its east corner."""
    corners = [(178, 40), (-179, 40), (-179, 41), (178, 41)]
    start = [lon for lon, _ in corners].index(first)
    ring = [*corners[start:], *corners[:start], corners[start]]
    steps = [ring[0], *((x - a, y - b) for (a, b), (x, y) in pairwise(ring))]
    atlas = {"transform": {"scale": [1.0, 1.0], "translate": [0.0, 0.0]}, "arcs": [steps]}
    atlas["objects"] = {"land": {"type": "Polygon", "arcs": [[0]]}, "countries": {"type": "Polygon", "arcs": [[0]]}}
    (land,) = natural_earth.read(json.dumps(atlas).encode(), bounds=(-360, 30, 360, 50)).geometry
    assert land.area == pytest.approx(3)
    assert not natural_earth.read(json.dumps(atlas).encode(), bounds=(-100, 30, 100, 50)).size


def test_light_basemap_drops_what_is_too_small():
    frame = gpd.GeoDataFrame(
        {"kind": ["land", "land"]}, geometry=[shapely.box(10, 40, 12, 41), shapely.box(0, 0, 1e-5, 1e-5)], crs=4326
    )
    assert len(natural_earth.light(frame, tolerance=0.01, grid=0.001)) == 1


@pytest.mark.parametrize("content", [b"{}", b"[", b'{"transform": 1, "arcs": [], "objects": {}}'])
def test_file_that_is_no_topojson_is_refused(content):
    with pytest.raises(InputError, match="not a TopoJSON"):
        natural_earth.read(content, bounds=(0, 0, 1, 1))


def cell_square(x_km, y_km, width_km, area_id):
    """An area of whole 1 km cells in EPSG:3035, brought to degrees."""
    box = shapely.box(x_km * 1e3, y_km * 1e3, (x_km + width_km) * 1e3, (y_km + width_km) * 1e3)
    return gpd.GeoDataFrame({"area_id": [area_id]}, geometry=[box], crs="EPSG:3035").to_crs("EPSG:4326")


@pytest.fixture
def three_areas():
    """West: 3 x 3 cells. East: 3 x 3 cells beside it. Tiny: a tenth of a cell wide, in a cell's corner, far off."""
    return pd.concat(
        [
            cell_square(4500, 2100, 3, "000001"),
            cell_square(4503, 2100, 3, "000002"),
            cell_square(4600, 2100, 0.1, "000003"),
        ],
        ignore_index=True,
    )


def test_cells_are_classed_at_their_centre(three_areas):
    seen = []

    def lookup(lon, lat):
        seen.append((lon, lat))
        return 11

    cells = degurba.read(lookup, three_areas)
    assert list(zip(cells["x_km"], cells["y_km"], strict=True)) == [
        (x, y) for x in range(4500, 4506) for y in range(2100, 2103)
    ]
    assert (cells["area_id"] == np.where(cells["x_km"] < 4503, "000001", "000002")).all()
    centre = gpd.GeoSeries([shapely.Point(seen[0])], crs="EPSG:4326").to_crs("EPSG:3035").iloc[0]
    assert (centre.x, centre.y) == pytest.approx((4_500_500, 2_100_500), abs=0.01)
    assert [str(cells[c].dtype) for c in ("x_km", "y_km", "degurba")] == ["int16", "int16", "uint8"]


def test_shares_count_cells_and_leave_out_those_without_data(three_areas):
    codes = iter([30] * 3 + [11] * 6 + [None] * 9)
    cells = degurba.read(lambda *_: next(codes), three_areas)
    assert len(cells) == 9
    shares = degurba.shares(cells, three_areas, lambda *_: None).set_index("area_id")
    assert shares.loc["000001", ["s30", "s11", "s13", "cells"]].to_list() == [0.333333, 0.666667, 0, 9]
    assert shares.loc["000002"].drop("cells").isna().all() and shares.loc["000002", "cells"] == 0


def test_area_smaller_than_a_cell_is_classed_by_a_point_inside_it(three_areas):
    cells = degurba.read(lambda *_: 11, three_areas)
    tiny = degurba.shares(cells, three_areas, lambda *_: 21).set_index("area_id").loc["000003"]
    assert (tiny["s21"], tiny["s11"], tiny["cells"]) == (1, 0, 0)


def heights(array: np.ndarray, name: str = "arr_0") -> bytes:
    content = io.BytesIO()
    np.savez_compressed(content, **{name: array})
    return content.getvalue()


def test_elevation_is_cut_to_a_rectangle_and_keeps_its_place():
    """The tile begins at 50 N and Greenwich with 120 cells a degree: 46.5 N, 10 E is row 420, column 1,200."""
    metres = np.zeros((6000, 10800), dtype=np.int16)
    metres[420, 1200] = 4000
    found = elevation.read(heights(metres), bounds=(10, 46, 10.5, 46.5))
    assert found.values.shape == (60, 60)
    assert (found.west, found.north) == (pytest.approx(10), pytest.approx(46.5))
    assert found.values[0, 0] == 4000 and found.values.sum() == 4000
    # A rectangle that the tile covers in part: nothing north of 50 N.
    assert elevation.read(heights(metres), bounds=(-5, 49, 1, 55)).values.shape == (120, 120)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK", "no NumPy archive"),
        (heights(np.zeros((2, 2), dtype=np.int16), name="other"), "no NumPy archive"),
        (heights(np.zeros((2, 2), dtype=np.int16)), r"has the shape \(2, 2\)"),
        (heights(np.array([None])), "no NumPy archive"),
    ],
)
def test_elevation_that_is_another_file_is_refused(content: bytes, said: str):
    with pytest.raises(InputError, match=said):
        elevation.read(content, bounds=(6, 35, 19, 47))
