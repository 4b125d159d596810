"""Every source of the catalogue has a reader that gives what recipes take from it."""

from dataclasses import fields, replace

import pytest

from geodata import catalogue, recipes
from geodata.errors import InputError
from pipelines.build import inputs
from pipelines.sources import registry
from pipelines.sources.reader import Reader

# Given with another layer, or of themselves.
WITH_OTHERS = {"membership", "completeness", "notes"}
SI_PROJECTS = "si-projects"


def test_a_reader_gives_the_layers_that_recipes_have():
    assert {each.name for each in fields(Reader)} == recipes.NEEDED | recipes.OPTIONAL | WITH_OTHERS


@pytest.mark.parametrize("source", catalogue.load())
def test_every_source_has_a_reader_of_some_layer(source: str):
    assert registry.reader(catalogue.load()[source]).layers() - WITH_OTHERS


def test_no_reader_is_idle():
    assert {source.reader for source in catalogue.load().values()} == registry.READERS.keys()


@pytest.mark.parametrize("territory", recipes.known(recipes.FOLDER))
def test_readers_give_what_recipes_take_from_them(territory: str):
    recipe = recipes.load(territory)
    sources = registry.of_recipe(recipe)
    for layer, ids in recipe.layers.items():
        for source in ids:
            assert layer in registry.reader(sources[source]).layers(), (layer, source)
    assert "membership" in registry.reader(sources[recipe.layers["regions"][0]]).layers()
    for source in recipe.layers["services"]:
        assert not sources[source].by_region or "completeness" in registry.reader(sources[source]).layers()


def test_a_reader_that_there_is_not_is_named_by_file_line_and_key():
    source = replace(catalogue.load()["kohesio"], reader="kohesoi")
    with pytest.raises(InputError, match=r"^catalogue\.yaml, line \d+, kohesio > reader: is 'kohesoi'; did you"):
        registry.reader(source)


def test_a_source_that_does_not_give_a_layer_is_named():
    recipe = recipes.load("italy")
    wrong = replace(recipe, layers=recipe.layers | {"places": (SI_PROJECTS,)})
    with pytest.raises(InputError, match=r"^Source si-projects gives no layer places; take the layer from another"):
        inputs.read(wrong, registry.of_recipe(wrong))


def test_a_layer_of_one_source_is_not_taken_from_two():
    recipe = recipes.load("italy")
    wrong = replace(recipe, layers=recipe.layers | {"areas": ("italy-boundaries", "italy-nuts")})
    with pytest.raises(InputError, match=r"^Recipe italy\.yaml takes areas from several sources; name one"):
        inputs.read(wrong, registry.of_recipe(wrong))
