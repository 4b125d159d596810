"""Recipes are data that people write: each slip is said in one sentence that names the file."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata import catalogue, recipes, store
from geodata.configfile import read_mapping
from geodata.errors import InputError


@pytest.fixture
def recipe(tmp_path: Path) -> Callable[..., Path]:
    """Write Italy's recipe with changes; a change to None takes the key out."""

    def write(**changes: Any) -> Path:
        content = read_mapping(recipes.FOLDER / "italy.yaml") | changes
        content = {key: value for key, value in content.items() if value is not None}
        (tmp_path / "italy.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return tmp_path

    return write


def refusal(folder: Path, territory: str = "italy") -> str:
    with pytest.raises(InputError) as caught:
        recipes.load(territory, folder=folder, sources=frozenset(catalogue.load()))
    said = str(caught.value)
    assert said.endswith((".", "?")) and "\n" not in said
    return said


@pytest.mark.parametrize("territory", recipes.known())
def test_every_recipe_of_the_project_can_be_read_with_sources_of_the_catalogue(territory: str):
    recipe = recipes.load(territory, sources=frozenset(catalogue.load()))
    assert recipe.id == territory
    assert set(recipe.sources()) <= catalogue.load().keys()


def test_sources_are_in_the_order_of_the_recipe_each_once(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"] | {"places": ["airports", "geonames-places"]}
    loaded = recipes.load("italy", folder=recipe(layers=layers))
    assert loaded.sources("services", "places") == ("italy-services", "airports", "ports", "geonames-places")
    assert len(loaded.sources()) == len(set(loaded.sources()))


def test_unknown_territory(recipe: Callable[..., Path]):
    assert "no territory 'itali'; did you mean italy?" in refusal(recipe(), "itali")
    assert "no territory '../italy'" in refusal(recipe(), "../italy")


def test_recipe_that_lacks_a_key(recipe: Callable[..., Path]):
    assert refusal(recipe(index=None)) == "italy.yaml, line 1, index: is missing; add it."


def test_optional_are_sources_of_published_figures_and_never_all(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"] | {"published": ["eu-gdp", "eu-ageing"]}
    assert recipes.load("italy", folder=recipe(layers=layers, optional=["eu-gdp"])).optional == ("eu-gdp",)
    said = "only a source of the layer published is optional"
    assert f"optional > 1: is 'airports'; {said}" in refusal(recipe(layers=layers, optional=["airports"]))
    assert "optional > 1: is 1, expected a text" in refusal(recipe(layers=layers, optional=[1]))
    assert "optional: has all sources of published" in refusal(recipe(layers=layers, optional=["eu-gdp", "eu-ageing"]))


def test_territory_without_travel_times_is_made_of_published_figures(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    assert "layers: lacks published, which a territory without travel is made of" in refusal(recipe(travel=None))
    assert "layers > degurba: is of no use without travel" in refusal(
        recipe(travel=None, layers=layers | {"published": ["ports"]})
    )
    kept = {name: ids for name, ids in layers.items() if name not in recipes.FOR_TRAVEL} | {"published": ["ports"]}
    assert recipes.load("italy", folder=recipe(travel=None, layers=kept)).travel == {}


def test_access_is_measured_from_places_only(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    centres = {name: ids for name, ids in layers.items() if name != "degurba"} | {"published": ["ports"]}
    said = "access: is of no use where areas are known by their centres alone; take it out"
    assert said in refusal(recipe(layers=centres, access={"measure": "2sfca"}))


def test_travel_times_need_places(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    del layers["places"]
    assert "travel: needs a layer places" in refusal(recipe(layers=layers))


def test_recipe_with_an_unknown_key(recipe: Callable[..., Path]):
    said = refusal(recipe(colour="red"))
    assert said.startswith("italy.yaml, line 2, colour: is not a key that is known here")


def test_recipe_with_another_id_than_its_file(recipe: Callable[..., Path]):
    assert "id: is 'italia'; make it 'italy', as the file" in refusal(recipe(id="italia"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ports": ["ports"]}, "layers > ports: is not a key that is known here"),
        ({"services": None}, "layers: lacks services; add what is lacking"),
    ],
    ids=["unknown", "missing"],
)
def test_recipe_with_other_layers(recipe: Callable[..., Path], changes: dict[str, Any], told: str):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"] | changes
    folder = recipe(layers={key: value for key, value in layers.items() if value is not None})
    assert told in refusal(folder)


def test_layer_that_may_be_left_out(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    del layers["population"]
    loaded = recipes.load("italy", folder=recipe(layers=layers))
    assert loaded.sources("population") == ()
    assert "italy-population" not in loaded.sources()


def test_cells_come_with_their_class_or_with_their_people(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    cells = layers.pop("degurba")
    assert "travel: needs one of the layers degurba and grid" in refusal(recipe(layers=layers))
    assert recipes.load("italy", folder=recipe(layers=layers | {"grid": cells})).layers["grid"] == tuple(cells)


def test_source_that_the_catalogue_does_not_have(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"] | {"services": ["italy-servces"]}
    said = refusal(recipe(layers=layers))
    assert "layers > services > 1: is 'italy-servces', which the catalogue does not have" in said
    assert "did you mean italy-services?" in said


@pytest.mark.parametrize("services", ["italy-services", [["italy-services"]], {"italy-services": 1}, 3, []])
def test_layer_whose_sources_are_no_list_of_names(recipe: Callable[..., Path], services: Any):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"] | {"services": services}
    assert re.search("layers > services(?: > 1)?: is .*, expected a (list|text)", refusal(recipe(layers=layers)))


@pytest.mark.parametrize(("key", "value"), [("layers", ["areas"]), ("region_levels", 3), ("travel", "straight")])
def test_key_of_the_wrong_kind(recipe: Callable[..., Path], key: str, value: Any):
    assert f", {key}: is {value!r}, expected " in refusal(recipe(**{key: value}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: italy\ntitle: [", "italy.yaml is not valid YAML at line 2"),
        ("- id\n- title\n", "italy.yaml holds list, expected keys with values"),
        ("", "italy.yaml holds NoneType, expected keys with values"),
    ],
)
def test_file_that_is_no_recipe_at_all(tmp_path: Path, text: str, said: str):
    (tmp_path / "italy.yaml").write_text(text, encoding="utf-8")
    assert said in refusal(tmp_path)


def test_line_and_key_of_a_slip_are_named(tmp_path: Path):
    text = (recipes.FOLDER / "slovenia.yaml").read_text(encoding="utf-8")
    (tmp_path / "slovenia.yaml").write_text(text.replace("slovenia-grid", "slovenia-gird"), encoding="utf-8")
    line = text[: text.index("slovenia-grid")].count("\n") + 1
    assert refusal(tmp_path, "slovenia").startswith(f"slovenia.yaml, line {line}, layers > grid > 1: ")


def test_recipes_of_the_user_stand_beside_those_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path))
    before = recipes.known()
    own = recipes.own_folder() / "mine.yaml"
    own.parent.mkdir()
    text = (recipes.FOLDER / "italy.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("id: italy", "id: mine"), encoding="utf-8")
    assert set(recipes.known()) == {*before, "mine"}
    assert recipes.load("mine").path == own
    assert recipes.load("italy").path.parent == recipes.FOLDER


def test_yaml_file_that_is_not_there_or_not_text(tmp_path: Path):
    with pytest.raises(InputError, match=r"none\.yaml was not found"):
        read_mapping(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"bytes\.yaml is not valid YAML"):
        read_mapping(tmp_path / "bytes.yaml")
