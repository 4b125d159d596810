"""Recipes are data that people write: each slip is said in one sentence that names the file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata import catalogue, recipes
from geodata.errors import InputError
from geodata.yamlfile import read_mapping


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
    assert said.endswith((".", "?.")) and "\n" not in said
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
    assert "Recipe italy.yaml lacks index" in refusal(recipe(index=None))


def test_territory_without_travel_times_is_made_of_published_figures(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    assert "no travel model, so it must name the layer published" in refusal(recipe(travel=None))
    assert "may not name degurba" in refusal(recipe(travel=None, layers=layers | {"published": ["ports"]}))
    kept = {name: ids for name, ids in layers.items() if name not in recipes.FOR_TRAVEL} | {"published": ["ports"]}
    assert recipes.load("italy", folder=recipe(travel=None, layers=kept)).travel == {}


def test_travel_times_need_places(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    del layers["places"]
    assert "has a travel model but no layer places" in refusal(recipe(layers=layers))


def test_recipe_with_an_unknown_key(recipe: Callable[..., Path]):
    assert "Recipe italy.yaml has the unknown key colour" in refusal(recipe(colour="red"))


def test_recipe_with_another_id_than_its_file(recipe: Callable[..., Path]):
    assert "has the id 'italia'; make it 'italy'" in refusal(recipe(id="italia"))


@pytest.mark.parametrize("changes", [{"ports": ["ports"]}, {"services": None}], ids=["unknown", "missing"])
def test_recipe_with_other_layers(recipe: Callable[..., Path], changes: dict[str, Any]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"] | changes
    folder = recipe(layers={key: value for key, value in layers.items() if value is not None})
    said = refusal(folder)
    assert "must name the layers" in said and f"check {next(iter(changes))}" in said


def test_layer_that_may_be_left_out(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    del layers["population"]
    loaded = recipes.load("italy", folder=recipe(layers=layers))
    assert loaded.sources("population") == ()
    assert "italy-population" not in loaded.sources()


def test_cells_come_with_their_class_or_with_their_people(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"]
    cells = layers.pop("degurba")
    assert "names neither of the layers degurba and grid" in refusal(recipe(layers=layers))
    assert recipes.load("italy", folder=recipe(layers=layers | {"grid": cells})).layers["grid"] == tuple(cells)


def test_source_that_the_catalogue_does_not_have(recipe: Callable[..., Path]):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"] | {"services": ["italy-servces"]}
    said = refusal(recipe(layers=layers))
    assert "takes layer services from 'italy-servces'" in said and "did you mean italy-services?" in said


@pytest.mark.parametrize("services", ["italy-services", [["italy-services"]], {"italy-services": 1}, 3, []])
def test_layer_whose_sources_are_no_list_of_names(recipe: Callable[..., Path], services: Any):
    layers = read_mapping(recipes.FOLDER / "italy.yaml")["layers"] | {"services": services}
    assert "layer services" in refusal(recipe(layers=layers))


@pytest.mark.parametrize(("key", "value"), [("layers", ["areas"]), ("region_levels", 3), ("travel", "straight")])
def test_key_of_the_wrong_kind(recipe: Callable[..., Path], key: str, value: Any):
    assert f"{key} " in refusal(recipe(**{key: value}))


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


def test_yaml_file_that_is_not_there_or_not_text(tmp_path: Path):
    with pytest.raises(InputError, match=r"none\.yaml was not found"):
        read_mapping(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"bytes\.yaml is not valid YAML"):
        read_mapping(tmp_path / "bytes.yaml")
