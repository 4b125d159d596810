"""What goes over the wire for a map: a constant base script and a small, safe payload."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from dashboard import assets
from dashboard.maps import picture
from dashboard.maps.choropleth import payload
from dashboard.maps.picture import Paint, Points, encode
from geodata.errors import InputError

NASTY = '</script><img src=x onerror=alert(1)> "it\'s" {{ 7 * 7 }} {% raw %} {{{# & _map_div \u2028'

SCRIPT = """
from dashboard.assets import MapFiles
from dashboard.maps.choropleth import show
from dashboard.maps.picture import Paint
import streamlit as st
classes = st.text_input("classes", "01-")
title = st.text_input("title", "Need")
areas = st.text_input("areas", "../../app/static/areas-11111111.geojson")
files = MapFiles(areas, "../../app/static/regions-1.geojson", "../../app/static/basemap-1.geojson")
paint = Paint(title=title, classes=classes, palette=("#fff", "#000"), values=(1, 2, None))
show(files, paint, attribution="Drawn by hand", key="map")
"""


def decoded(paint: Paint, *points: Points) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(payload(paint, points, None))
    return content


def painted(**changes: Any) -> Paint:
    return Paint(
        **{"title": "Need", "classes": "0-1", "palette": ("#fff", "#000"), "values": (1.26, None, 2.0)} | changes
    )


def test_classes_are_one_base_36_character_each() -> None:
    assert encode([0, 9, 10, 35, None]) == "09az-"


def test_values_are_rounded_as_they_are_shown_and_nan_is_no_value() -> None:
    assert decoded(painted(values=(1.26, float("nan"), 2.0), decimals=1))["values"] == [1.3, None, 2.0]
    assert '"values":[1,null,2]' in payload(painted(), (), None)


def test_reasons_are_told_for_areas_without_data_only() -> None:
    reasons = ("never shown", "not counted", "")
    assert decoded(painted(reasons=reasons))["missing"] == {"not counted": [1]}


def test_dimmed_areas_are_one_character_each() -> None:
    assert decoded(painted(dimmed=(True, False, True)))["dimmed"] == "101"


def test_text_survives_and_neither_ends_a_script_nor_opens_a_template() -> None:
    points = Points("Hospitals", "#d01c8b", "cross", ((41.0, 11.0, NASTY),))
    text = payload(painted(title=NASTY, unit=NASTY), [points], None)
    content = json.loads(text)
    assert content["title"] == content["unit"] == content["points"][0]["rows"][0][2] == NASTY
    assert not re.search(r"[<>&'_\u2028]|\{[{%#]", text)


def test_a_country_of_areas_stays_small() -> None:
    """The 7,899 municipalities of Italy with a value, a class, a filter and a reason for every hundredth."""
    count = 7899
    paint = Paint(
        title="Need",
        classes=encode([None if position % 100 == 0 else position % 7 for position in range(count)]),
        palette=("#ffffff",) * 7,
        values=tuple(None if position % 100 == 0 else position * 0.01267 for position in range(count)),
        decimals=1,
        reasons=tuple("not counted" if position % 100 == 0 else "" for position in range(count)),
        dimmed=(True,) * count,
    )
    assert len(payload(paint, (), (35.0, 6.0, 47.0, 19.0))) < 60_000


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    st.cache_resource.clear()
    before = config.get_option("server.enableStaticServing")
    config.set_option("server.enableStaticServing", True)
    yield AppTest.from_string(SCRIPT).run()
    config.set_option("server.enableStaticServing", before)


def sent(app: AppTest) -> tuple[str, dict[str, Any]]:
    assert not app.exception
    [component] = app.get("component_instance")
    return component.proto.id, json.loads(component.proto.json_args)


def test_another_paint_keeps_the_base_map_and_its_identity(app: AppTest) -> None:
    identity, before = sent(app)
    app.text_input[0].input("1-0")
    app.text_input[1].input(NASTY).run()
    again, after = sent(app)
    assert again == identity
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"feature_group"}
    assert '"classes":"1-0"' in after["feature_group"]


def test_the_same_paint_sends_the_same_message(app: AppTest) -> None:
    assert sent(app) == sent(app.run())


def test_other_shapes_are_another_map(app: AppTest) -> None:
    """Two addresses that differ after an underscore only: st_folium alone would take them for one map."""
    app.text_input[2].input("../../app/static/areas_1.geojson").run()
    first, _ = sent(app)
    app.text_input[2].input("../../app/static/areas_2.geojson").run()
    second, _ = sent(app)
    assert first != second


def test_everything_comes_from_the_app(app: AppTest) -> None:
    _, arguments = sent(app)
    assert [Path(link).name.partition("-")[0] for link in arguments["js_links"]] == ["leaflet.js", "areas"]
    assert [Path(link).name for link in arguments["css_links"]] == ["leaflet.css"]
    assert not re.search(r"(https?:)?//\w", json.dumps(arguments))


def test_only_clicks_come_back(app: AppTest) -> None:
    _, arguments = sent(app)
    assert arguments["returned_objects"] == ["last_object_clicked_tooltip"]


def test_static_serving_switched_off_is_said(app: AppTest) -> None:
    config.set_option("server.enableStaticServing", False)
    app.run()
    assert "enableStaticServing" in app.error[0].value
    assert not app.get("component_instance")


def test_tiles_of_a_server_are_used_only_when_the_host_asks_and_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert picture.online() is None
    monkeypatch.setenv(picture.TILES, "https://tiles.example.org/{z}/{x}/{y}.png")
    with pytest.raises(InputError, match="RURAL_MAP_TILES_ATTRIBUTION"):
        picture.online()
    monkeypatch.setenv(picture.TILES_ATTRIBUTION, "© Example <b>")
    files = assets.MapFiles("a.geojson", "r.geojson", "b.geojson")
    assert picture.settings(files, "Shapes")["online"] == {
        "address": "https://tiles.example.org/{z}/{x}/{y}.png",
        "attribution": "© Example <b>",
    }
    monkeypatch.setenv(picture.TILES, "https://tiles.example.org/")
    with pytest.raises(InputError, match="it needs an address"):
        picture.online()
