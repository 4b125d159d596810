"""Vector tiles, read back with GDAL: every area is in the nearest tiles, and none is lost further out for its size.

The territory is a grid of small squares, 0.05 degrees wide, 60 in a row; codes count from the south-west.
"""

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from pipelines.build import display, tiles

ROW = 60


def grid(rows: int = ROW) -> gpd.GeoDataFrame:
    corners = [(7 + 0.05 * (at % ROW), 44 + 0.05 * (at // ROW)) for at in range(ROW * rows)]
    codes = [f"{at:05d}" for at in range(len(corners))]
    shapes = [shapely.box(x, y, x + 0.05, y + 0.05) for x, y in corners]
    return gpd.GeoDataFrame(
        {"area_id": codes, "name": [f"Borgo <{code}>" for code in codes]}, geometry=shapes, crs=4326
    )


def read(content: bytes, folder: Path, zoom: int) -> gpd.GeoDataFrame:
    """All features of a zoom level, each as often as tiles hold a part of it."""
    path = folder / "areas.pmtiles"
    path.write_bytes(content)
    return pyogrio.read_dataframe(path, layer="areas", ZOOM_LEVEL=zoom)


@pytest.fixture(scope="module")
def content() -> bytes:
    return tiles.areas_pmtiles(grid(), overview=True)


@pytest.mark.parametrize("zoom", [tiles.OVERVIEW, tiles.NEAREST])
def test_no_area_is_left_out(content: bytes, tmp_path: Path, zoom: int) -> None:
    found = read(content, tmp_path, zoom).drop_duplicates("position").sort_values("position")
    areas = grid()
    assert found["position"].tolist() == list(range(len(areas)))
    assert found["area_id"].tolist() == areas["area_id"].tolist()
    assert found["name"].tolist() == areas["name"].tolist()


def test_shapes_are_where_they_were(content: bytes, tmp_path: Path) -> None:
    parts = read(content, tmp_path, tiles.NEAREST).to_crs(4326).dissolve("position").geometry
    there = grid().geometry
    shared = shapely.area(shapely.intersection(parts.to_numpy(), there.to_numpy()))
    assert (shared / shapely.area(there.to_numpy()) > 0.98).all()


def test_a_territory_without_regions_has_tiles_from_the_first_zoom() -> None:
    few = tiles.areas_pmtiles(grid(rows=2), overview=False)
    assert few[100:102] == bytes([0, tiles.NEAREST])  # the header's least and greatest zoom
    assert tiles.areas_pmtiles(grid(rows=2), overview=True)[100] == tiles.OVERVIEW


def test_points_keep_their_positions_when_some_are_missing(tmp_path: Path) -> None:
    centres = grid(rows=2)
    centres["geometry"] = shapely.centroid(centres.geometry.to_numpy())
    centres.loc[[0, 5], "geometry"] = None
    assert tiles.are_points(centres) and not tiles.are_points(grid(rows=1))
    found = read(tiles.areas_pmtiles(centres, overview=False), tmp_path, 0)
    assert sorted(found["position"]) == sorted(set(range(len(centres))) - {0, 5})
    codes = dict(zip(found["position"], found["area_id"], strict=True))
    assert codes[7] == "00007"


def test_order_of_rows_does_not_matter() -> None:
    areas = grid(rows=3)
    assert tiles.areas_pmtiles(areas, overview=True) == tiles.areas_pmtiles(areas.iloc[::-1], overview=True)


def test_only_a_large_territory_comes_as_tiles() -> None:
    areas = grid(rows=1)
    regions = gpd.GeoDataFrame({"level": ["nuts2"]}, geometry=[shapely.box(7, 44, 10, 45)], crs=4326)
    assert display.areas_file(areas, regions)[0] == "areas.geojson"
    name, content = display.areas_file(areas, regions, large=ROW - 1)
    assert (name, content[:7], content[100]) == ("areas.pmtiles", b"PMTiles", 0)
    assert display.areas_file(areas, regions.assign(level="nuts3"), large=ROW - 1)[1][100] == tiles.OVERVIEW
