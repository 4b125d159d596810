import importlib

import pytest
import yaml

from geodata import catalogue, recipes
from geodata.errors import InputError

ENTRY = {
    "title": "Ports",
    "publisher": "Harbour office",
    "address": "https://example.org",
    "package": "npm:ports",
    "archive": "ports-1.tgz",
    "sha256": "0" * 64,
    "version": "1",
    "year": 2024,
    "licence": "MIT",
    "licence_address": "https://example.org/mit",
    "attribution": "Ports, MIT.",
    "format": "CSV",
    "reader": "pipelines.sources.world.ports",
    "columns": ["id"],
    "completeness": "register",
    "limits": "Few ports.",
}


@pytest.fixture
def load(tmp_path):
    def write(**changes):
        entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
        path = tmp_path / "catalogue.yaml"
        path.write_text(yaml.safe_dump({"ports": entry}), encoding="utf-8")
        return catalogue.load.__wrapped__(path)

    return write


def test_catalogue_names_every_source_once():
    """A second entry with the same id would silently take the place of the first."""
    lines = catalogue.CATALOGUE.read_text(encoding="utf-8").splitlines()
    ids = [line.rstrip(":") for line in lines if line and not line.startswith((" ", "#"))]
    assert ids == list(catalogue.load())
    assert len(ids) == len(set(ids)) > 0


def test_every_reader_exists():
    for source in catalogue.load().values():
        functions = {"read"} if source.bundled else recipes.NEEDED | recipes.OPTIONAL
        reader = importlib.import_module(source.reader)
        assert any(callable(getattr(reader, name, None)) for name in functions), source.id


def test_entry_is_read_as_written(load):
    source = load()["ports"]
    assert (source.id, source.year, source.columns) == ("ports", 2024, ("id",))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"licence": None}, "has no field 'licence'"),
        ({"license": "MIT"}, "unknown field 'license'"),
        ({"year": "2024"}, "year '2024'; give a non-empty int"),
        ({"limits": ""}, "limits ''"),
        ({"columns": []}, "columns"),
        ({"completeness": "full"}, "use one of census, register, partial, illustrative"),
        ({"sha256": "abc"}, "sha256 in hexadecimal"),
        ({"archive": None}, "give its archive"),
        ({"package": "ftp:ports"}, "write `facts`, `pypi:name` or `npm:name`"),
        ({"package": "facts"}, "remove its archive"),
    ],
)
def test_wrong_entry_is_explained(load, changes, message):
    with pytest.raises(InputError, match=message):
        load(**changes)


@pytest.mark.parametrize("text", ["- ports\n", "ports: 1\n", "ports: [\n", ""])
def test_file_that_is_no_mapping_is_refused(tmp_path, text):
    path = tmp_path / "catalogue.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        catalogue.load.__wrapped__(path)
