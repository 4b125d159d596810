"""Every layer as the build writes it meets its contract; each way to break one is said in one sentence."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import InputError
from geodata.schema import LAYERS, OF_TRAVEL_MODELS, check
from geodata.store import Territory

ITALIAN = [
    name for name in LAYERS if name in ("ferry_ports", "major_roads", "settled_cells") or name not in OF_TRAVEL_MODELS
]
SPATIAL = [name for name, layer in LAYERS.items() if layer.geometry]


def areas() -> gpd.GeoDataFrame:
    """Two squares side by side; only the first lies in a region that is known."""
    return gpd.GeoDataFrame(
        {
            "area_id": ["001001", "001002"],
            "name": ["Alba", "Borgo"],
            "nuts1": ["ITC", None],
            "nuts2": ["ITC1", None],
            "nuts3": ["ITC11", None],
            "degurba": ["3", None],
            "area_km2": [12.5, 7.0],
        },
        geometry=[shapely.box(7, 45, 7.1, 45.1), shapely.box(7.1, 45, 7.2, 45.1)],
        crs="EPSG:4326",
    )


def sentence(name: str, frame: pd.DataFrame) -> str:
    """What the reader of the error is told: exactly one sentence that begins with the name of the layer."""
    with pytest.raises(InputError) as caught:
        check(name, frame)
    text = str(caught.value)
    assert text.startswith(f"Layer {name} ")
    assert text.endswith(".") and "\n" not in text and len(text) < 250
    return text


@pytest.mark.parametrize("name", ITALIAN)
def test_every_layer_of_a_build_is_read_back_in_order_of_its_key(territory: Territory, name: str):
    frame = territory.layer(name)
    layer = LAYERS[name]
    assert len(frame) > 0
    assert territory.manifest["outputs"][f"{name}.parquet"]["rows"] == len(frame)
    assert not frame.duplicated(list(layer.key)).any()
    if not layer.ordered:
        keys = [tuple(row) for row in frame[list(layer.key)].itertuples(index=False)]
        assert keys == sorted(keys)
    if name in SPATIAL:
        assert frame.crs.to_epsg() == 4326
        assert set(frame.geom_type) <= set(layer.geometry or ())
    else:
        assert not isinstance(frame, gpd.GeoDataFrame)


def test_contract_lets_missing_regions_and_classes_through():
    assert check("areas", areas()).equals(areas())


def test_column_that_is_missing():
    assert "column name is missing" in sentence("areas", areas().drop(columns="name"))


@pytest.mark.parametrize("character", ["\x00", "\n", "\x7f", "\x8a"])
def test_name_with_a_control_character(character: str):
    frame = areas().assign(name=["Alba", f"Duino{character}Devin"])
    assert "column name has a value outside its rule (<Check without control characters>)" in sentence("areas", frame)


def test_every_layer_that_names_things_refuses_control_characters():
    named = [layer for layer in LAYERS.values() if "name" in layer.columns.columns]
    assert {layer.name for layer in named} >= {"areas", "regions", "places", "services", "projects", "ferry_ports"}
    assert all(layer.columns.columns["name"].checks for layer in named)


def test_column_that_is_not_expected():
    assert "column mayor is not expected" in sentence("areas", areas().assign(mayor="?"))


def test_indicators_may_have_any_column_but_need_the_code():
    check("indicators", pd.DataFrame({"area_id": ["001001"], "anything": [1.0]}))
    assert "column area_id is missing" in sentence("indicators", pd.DataFrame({"anything": [1.0]}))


@pytest.mark.parametrize(
    ("column", "values"),
    [("area_id", [1001, 1002]), ("name", [1.0, 2.0]), ("area_km2", ["12.5", "7"]), ("area_km2", [12, 7])],
)
def test_column_of_the_wrong_type(column: str, values: list[object]):
    assert f"column {column} has type" in sentence("areas", areas().assign(**{column: values}))


@pytest.mark.parametrize(("column", "values"), [("degurba", ["4", "3"]), ("area_km2", [-1.0, 7.0])])
def test_value_outside_its_rule(column: str, values: list[object]):
    assert f"column {column} has a value outside its rule" in sentence("areas", areas().assign(**{column: values}))


@pytest.mark.parametrize(("column", "values"), [("name", ["Alba", None]), ("area_id", ["001001", None])])
def test_missing_value_where_none_may_be(column: str, values: list[object]):
    assert f"column {column} has missing values" in sentence("areas", areas().assign(**{column: values}))


def test_key_that_occurs_twice():
    assert "a key occurs more than once" in sentence("areas", areas().assign(area_id="001001"))


def test_key_of_several_columns_may_repeat_each_of_them():
    row = {"area_id": "001001", "category": "court", "order": 1, "service_id": "a", "minutes": 1.0, "km": 1.0}
    check("nearest", pd.DataFrame([row, row | {"order": 2}]))
    assert "a key occurs more than once" in sentence("nearest", pd.DataFrame([row, row | {"service_id": "b"}]))


@pytest.mark.parametrize("crs", ["EPSG:3035", None])
def test_layer_in_another_reference_system(crs: str | None):
    frame = areas().to_crs(crs) if crs else areas().set_crs(None, allow_override=True)
    assert "expected EPSG:4326" in sentence("areas", frame)


def test_plain_table_where_geometry_is_expected():
    assert "has no geometry" in sentence("areas", pd.DataFrame(areas()))


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.Point(7, 45)], ids=["none", "empty", "point"])
def test_row_without_a_shape_of_the_right_kind_is_named(shape: shapely.Geometry | None):
    frame = areas()
    frame.loc[1, "geometry"] = shape
    said = sentence("areas", frame)
    assert "1 rows without a Polygon" in said and "001002" in said


def test_areas_that_are_points_may_lack_some_of_them_and_their_size():
    frame = areas().assign(area_km2=np.nan)
    check("areas", frame.set_geometry([shapely.Point(7, 45), None], crs=frame.crs))


@pytest.mark.parametrize("name", [name for name in SPATIAL if name in ITALIAN])
def test_wrong_geometry_is_refused_in_every_layer_of_a_build(territory: Territory, name: str):
    frame = territory.layer(name).head(3)
    line = shapely.LineString([(9, 45), (10, 46)])
    wrong = shapely.Point(9, 45) if LAYERS[name].geometry == ("LineString",) else line
    said = sentence(name, frame.set_geometry([wrong] * len(frame), crs=frame.crs))
    assert re.search(r"3 rows without a (Point|Polygon|LineString)", said)


@pytest.mark.parametrize("name", ITALIAN)
def test_every_column_of_every_layer_is_needed(territory: Territory, name: str):
    frame = territory.layer(name).head(3)
    for column in LAYERS[name].columns.columns:
        if column != "geometry":
            assert f"column {column} is missing" in sentence(name, frame.drop(columns=column))
