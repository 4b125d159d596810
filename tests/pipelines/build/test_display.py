"""Display geometry: borders that neighbours share must stay the same corners, or the map shows slivers and gaps."""

import json
from collections import Counter
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pipelines.build.display import DECIMALS, TOLERANCE, areas_geojson, regions_geojson, with_towns

Corner = tuple[float, float]


def edges(geometries: list[dict[str, Any]]) -> Counter[frozenset[Corner]]:
    """Count how often each edge between two corners is used, whatever its direction."""
    return Counter(
        frozenset((tuple(a), tuple(b)))
        for geometry in geometries
        for polygon in geometry["coordinates"]
        for ring in polygon
        for a, b in pairwise(ring)
    )


def features(content: bytes) -> dict[str, dict[str, Any]]:
    return {feature["id"]: feature for feature in json.loads(content)["features"]}


@pytest.fixture(scope="module")
def drawn(territory) -> dict[str, dict[str, Any]]:
    """The areas of Italy as the map gets them."""
    return features(territory.file("display/areas.geojson").read_bytes())


def wavy(x: float) -> list[Corner]:
    """A border from south to north with a tooth of 100 m every 200 m, finer than the tolerance."""
    return [(x + 0.001 * (step % 2), 45 + step * 0.002) for step in range(51)]


def strips(*, names: tuple[str, ...] = ("Alba", "Borgo", "Cima")) -> gpd.GeoDataFrame:
    """Three strips side by side whose borders are wavy lines; the one in the middle has an enclave, the fourth area.

    7.0    7.1    7.2    7.3
     | Alba | Borgo| Cima |
    """
    lines = [wavy(x) for x in (7.0, 7.1, 7.2, 7.3)]
    shapes = [shapely.Polygon([*left, *reversed(right)]) for left, right in pairwise(lines)]
    enclave = shapely.Polygon([(7.14, 45.04), (7.16, 45.04), (7.16, 45.06), (7.14, 45.06)])
    return gpd.GeoDataFrame(
        {"area_id": ["003", "001", "002", "004"], "name": [*names, "Isola <b>"]},
        geometry=[shapes[0], shapes[1].difference(enclave), shapes[2], enclave],
        crs="EPSG:4326",
    )


def test_areas_come_in_the_order_of_their_codes_with_their_names():
    found = features(areas_geojson(strips()))
    assert list(found) == ["001", "002", "003", "004"]
    assert {code: feature["properties"] for code, feature in found.items()} == {
        "001": {"name": "Borgo"},
        "002": {"name": "Cima"},
        "003": {"name": "Alba"},
        "004": {"name": "Isola <b>"},
    }


def test_borders_are_lighter_and_still_shared():
    """Every edge lies on one border: of two neighbours, or the outside. So no edge is used more than twice, the
    edges used once are those of the outline of all, and the areas still add up."""
    far = gpd.GeoDataFrame(
        {"area_id": ["005"], "name": ["Far"]}, geometry=[shapely.box(17, 45, 18, 46)], crs="EPSG:4326"
    )
    drawn_large = features(areas_geojson(pd.concat([strips(), far])))
    found = [feature["geometry"] for code, feature in drawn_large.items() if code != "005"]
    used = edges(found)
    assert sum(used.values()) < 100 < shapely.get_num_coordinates(strips().geometry.to_numpy()).sum()
    assert set(used.values()) == {1, 2}
    outline = shapely.union_all([shapely.from_geojson(json.dumps(geometry)) for geometry in found])
    assert outline.geom_type == "Polygon" and not outline.interiors
    once = shapely.MultiLineString([list(edge) for edge, times in used.items() if times == 1])
    assert once.length == pytest.approx(outline.length)
    parts = shapely.from_geojson([json.dumps(geometry) for geometry in found])
    assert shapely.area(parts).sum() == pytest.approx(outline.area)


def test_a_small_territory_keeps_what_a_large_one_loses():
    """By itself the country of 30 km fills the screen: its teeth of 100 m stay."""
    found = [feature["geometry"] for feature in features(areas_geojson(strips())).values()]
    assert sum(edges(found).values()) > 300


def test_order_of_rows_does_not_matter():
    assert areas_geojson(strips()) == areas_geojson(strips().iloc[::-1])


def test_area_smaller_than_the_rounding_is_still_drawn():
    """An islet of 2 m: rounded to 11 m its corners fall together, but it must not vanish from the map."""
    islet = gpd.GeoDataFrame(
        {"area_id": ["001"], "name": ["Scoglio"]}, geometry=[shapely.box(9, 40, 9.00002, 40.00002)], crs="EPSG:4326"
    )
    geometry = features(areas_geojson(islet))["001"]["geometry"]
    assert shapely.from_geojson(json.dumps(geometry)).area > 0


def test_every_area_of_italy_is_drawn_in_order(drawn, italy):
    assert list(drawn) == italy.index.tolist()
    assert [feature["properties"]["name"] for feature in drawn.values()] == italy["name"].tolist()
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in drawn.values()])
    assert (shapely.area(shapes) > 0).all()


def test_corners_of_italy_have_few_decimals_and_no_repetition(drawn):
    rings = [ring for feature in drawn.values() for polygon in feature["geometry"]["coordinates"] for ring in polygon]
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
    assert all(a != b for ring in rings for a, b in pairwise(ring))
    corners = np.concatenate([np.array(ring) for ring in rings])
    assert (corners == corners.round(DECIMALS)).all()


def test_borders_of_italy_are_used_by_both_neighbours(drawn, territory):
    """Edges used once are exactly the outline of the country: a gap, or a corner moved on one side only, would show
    as an edge inside that is used once."""
    used = edges([feature["geometry"] for feature in drawn.values()])
    assert set(used.values()) == {1, 2}
    simplified = shapely.coverage_simplify(territory.layer("areas").geometry.to_numpy(), TOLERANCE)
    outline = json.loads(shapely.to_geojson(shapely.coverage_union_all(simplified)))
    rounded = [
        [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring] for ring in polygon]
        for polygon in outline["coordinates"]
    ]
    expected = edges([{"coordinates": rounded}])
    # Rounding may close a narrow inlet: its two shores fall together and cancel, as do corners that fall together.
    open_edges = {edge for edge, times in expected.items() if times == 1 and len(edge) == 2}
    assert {edge for edge, times in used.items() if times == 1} == open_edges


def test_display_is_as_large_as_the_country(drawn, territory):
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in drawn.values()])
    exact = shapely.area(territory.layer("areas").geometry.to_numpy())
    assert shapely.area(shapes).sum() == pytest.approx(exact.sum(), rel=1e-3)


def test_regions_of_italy_are_outlined_at_the_levels_people_find_their_way_by(territory):
    found = features(territory.file("display/regions.geojson").read_bytes())
    regions = territory.layer("regions").set_index("region_id")
    wanted = regions[regions["level"].isin(["nuts2", "nuts3"])]
    assert set(found) == set(wanted.index)
    for code, feature in found.items():
        assert feature["properties"] == wanted.loc[code, ["level", "name"]].to_dict()
    for level in ("nuts2", "nuts3"):
        geometries = [f["geometry"] for f in found.values() if f["properties"]["level"] == level]
        assert set(edges(geometries).values()) == {1, 2}


def test_outlines_do_not_depend_on_the_order_of_regions(territory):
    regions = territory.layer("regions")
    assert features(regions_geojson(regions.iloc[::-1])) == features(regions_geojson(regions))


def test_main_towns_are_on_the_basemap_the_largest_first():
    """Of four places one has no people of its own, and one is a smaller part of Cima; the land stays as it is."""
    places = gpd.GeoDataFrame(
        {
            "place_id": ["a", "b", "c", "d"],
            "area_id": ["1", "2", "3", "3"],
            "name": ["Alba", "Borgo", "Cima", "Cima"],
            "own_population": [100.0, None, 300.0, 200.0],
        },
        geometry=[shapely.Point(x, 45.00004) for x in (7, 8, 9, 10)],
        crs="EPSG:4326",
    )
    land = {"type": "Feature", "properties": {"kind": "land"}, "geometry": None}
    basemap = json.dumps({"type": "FeatureCollection", "features": [land]}).encode()
    first, *towns = json.loads(with_towns(basemap, places))["features"]
    assert first == land
    assert [town["properties"] for town in towns] == [{"kind": "town", "name": name} for name in ("Cima", "Alba")]
    assert towns[0]["geometry"] == {"type": "Point", "coordinates": [9, 45]}
