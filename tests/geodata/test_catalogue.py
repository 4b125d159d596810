import pytest
import yaml

from geodata import catalogue
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
    "reader": "bundled-services",
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


def test_entry_is_read_as_written(load):
    source = load()["ports"]
    assert (source.id, source.year, source.columns) == ("ports", 2024, ("id",))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"licence": None}, " > licence: is missing; add it"),
        ({"license": "MIT"}, r" > license: is not a key that is known here; did you mean licence\?"),
        ({"id": "port"}, " > id: is not a key"),
        ({"year": "2024"}, " > year: is '2024', expected a whole number"),
        ({"limits": ""}, " > limits: is '', expected a text"),
        ({"columns": []}, r" > columns: is \[\], expected a list"),
        ({"completeness": "full"}, "completeness: is 'full'; known: census, illustrative, partial, register"),
        ({"sha256": "abc"}, "comes from a package, .* sha256 in hexadecimal"),
        ({"archive": None}, "give its archive"),
        ({"package": "ftp:ports"}, "package: is 'ftp:ports'; write `facts`, `publisher`, `pypi:name` or `npm:name`"),
        ({"package": "facts"}, "remove its archive"),
        ({"files": ["a.csv"], "downloads": [{"file": "b.csv", "url": "https://a.org"}]}, "downloads > 1 > file: is 'b"),
        ({"files": ["a.csv"], "downloads": [{"file": "a.csv", "url": "a.org"}]}, "downloads > 1 > url: is 'a.org'"),
        ({"files": ["a.csv"], "downloads": [{"file": "a.csv"}]}, "downloads > 1 > url: is missing"),
    ],
)
def test_wrong_entry_is_explained(load, changes, message):
    with pytest.raises(InputError, match=r"^catalogue\.yaml, line \d+, ports.*" + message):
        load(**changes)


@pytest.mark.parametrize("text", ["- ports\n", "ports: 1\n", "ports: [\n", ""])
def test_file_that_is_no_mapping_is_refused(tmp_path, text):
    path = tmp_path / "catalogue.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        catalogue.load.__wrapped__(path)
