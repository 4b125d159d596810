"""All files of a territory: fetched, kept whatever happens to the process, and built without asking anybody again.

The territory is Dol and its eastern neighbour Breg, each 0.1 degrees wide with one settlement and a cell of 300 people;
the hospital is in Dol. Its files are in the formats of Slovenia's publishers.
"""

import gzip
import io
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import yaml
from pyproj import Transformer

from geodata import archives, catalogue, files, recipes, store
from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.recipes import Recipe
from pipelines.build.run import build, is_stale
from pipelines.cli import main as command_line
from pipelines.fetch import cache as caches
from pipelines.fetch import territory as fetching
from pipelines.fetch.cache import Cache, files_folder
from pipelines.fetch.download import Patience
from tests.pipelines.killing import killed_at
from tests.pipelines.publisher import Answer, Publisher, publishing

PATIENCE = Patience(attempts=4, first=0.01, longest=2, silence=5)
KEPT = ("slovenia-municipalities", "slovenia-settlements", "slovenia-lau", "slovenia-grid", "slovenia-hospitals")
BUNDLED = ("si-projects", "si-consortia", "natural-earth")
Fetch = Callable[..., Path]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as running:
        yield running


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache, as the environment names it."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(caches.ENVIRONMENT, str(folder))
    return folder


def features(*rows: dict[str, Any], shapes: Iterable[Any] = ()) -> bytes:
    geometries = [shapely.geometry.mapping(shape) for shape in shapes] or [None] * len(rows)
    listed = [
        {"type": "Feature", "properties": properties, "geometry": geometry}
        for properties, geometry in zip(rows, geometries, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": listed}).encode()


def publishers_files() -> dict[str, bytes]:
    """What the publishers have, by the names of the catalogue."""
    settlements, cells = [], "GRD_ID,TOT_P\n"
    for name, lon in (("Dol", 14.05), ("Breg", 14.15)):
        facts = {"title": name, "town": name, "municipality": name, "population": 900, "postNumber": None}
        settlements.append(facts | {"latitude": 46.05, "longitude": lon})
        east, north = Transformer.from_crs(4326, 3035, always_xy=True).transform(lon, 46.05)
        cells += f"1kmN{north // 1000:.0f}E{east // 1000:.0f},300\n"
    hospital = {"id": "SI_1", "hospital_name": "Bolnišnica", "cc": "SI", "facility_type": "General", "emergency": ""}
    return {
        "slovenia/municipalities.geojson": features(
            *({"OB_ID": 1, "OB_UIME": "Dol"}, {"OB_ID": 2, "OB_UIME": "Breg"}),
            shapes=(shapely.box(14, 46, 14.1, 46.1), shapely.box(14.1, 46, 14.2, 46.1)),
        ),
        "slovenia/settlements_post_offices.json": json.dumps(settlements).encode(),
        "europe/nuts_lau_2019.csv.gz": gzip.compress(b"country,lau_code,code_2016\nSI,1,SI031\nSI,2,SI031\n", mtime=0),
        "europe/nuts3.geojson": features({"NUTS_ID": "SI031", "NAME_LATN": "Pomurska"}),
        "europe/nuts2.geojson": features({"NUTS_ID": "SI03", "NAME_LATN": "Vzhodna Slovenija"}),
        "slovenia/SI_GEOSTAT_grid_POP_1K_2011.csv": cells.encode(),
        "slovenia/healthcare_SI.geojson": features(hospital | {"geo_qual": "1", "lat": "46.05", "lon": "14.05"}),
    }


FILES = publishers_files()
ENTRIES = yaml.safe_load(catalogue.CATALOGUE.read_text(encoding="utf-8"))


@pytest.fixture
def sources(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    """The catalogue of the territory: each file has its address; the hospitals are in a zip archive."""
    urls = {name: {"file": name, "url": publisher.publish(name, content)} for name, content in FILES.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("SI/healthcare.geojson", FILES["slovenia/healthcare_SI.geojson"])
    urls["slovenia/healthcare_SI.geojson"] |= {
        **{"url": publisher.publish("healthcare.zip", packed.getvalue()), "member": "SI/healthcare.geojson"},
    }
    written = {name: ENTRIES[name] for name in BUNDLED}
    for name in KEPT:
        written[name] = ENTRIES[name] | {"downloads": [urls[file] for file in ENTRIES[name]["files"]]}
    path = tmp_path / "catalogue.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    loaded = catalogue.load(path)
    monkeypatch.setattr(catalogue, "load", lambda: loaded)
    return loaded


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    layers = dict(zip(("areas", "places", "regions", "grid", "services"), ([name] for name in KEPT), strict=True))
    layers |= dict(zip(("projects", "consortia", "basemap"), ([name] for name in BUNDLED), strict=True))
    index = tmp_path / "index.yaml"
    index.write_text(
        "title: Hospitals\n"
        "need: {People: {population: {sign: +1}}}\n"
        "resources: {Care: {minutes_any_hospital: {sign: -1}}}\n"
    )
    content = recipes.load("slovenia").path.read_text(encoding="utf-8")
    changes = {"id": "dol", "title": "Dol", "layers": layers, "index": str(index)}
    written = yaml.safe_load(content) | changes
    (tmp_path / "dol.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    return recipes.load("dol", folder=tmp_path)


@pytest.fixture
def fetch(recipe: Recipe, sources: dict[str, Source]) -> Fetch:
    def call(**options: Any) -> Path:
        return fetching.fetch(recipe, sources, **{"patience": PATIENCE} | options)

    return call


def laid_out(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(fetch: Fetch, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        fetch(**options)
    said = str(caught.value)
    assert said.endswith(".") and "\n" not in said
    return said


# From the publisher to a built territory


def test_a_territory_is_fetched_and_then_built_without_asking_anybody(
    publisher: Publisher, fetch: Fetch, recipe: Recipe, tmp_path: Path
):
    assert is_stale(recipe, root=tmp_path / "data")
    folder = fetch()
    assert folder == files_folder()
    assert laid_out(folder) == FILES
    asked = len(publisher.asked)
    build(recipe, root=tmp_path / "data")
    assert len(publisher.asked) == asked
    built = store.open_territory("dol", root=tmp_path / "data")
    values = built.layer("indicators").set_index("area_id")
    assert values["population"].to_dict() == {"001": 900, "002": 900}
    assert values["minutes_any_hospital"]["001"] == 0 < values["minutes_any_hospital"]["002"]
    assert not is_stale(recipe, root=tmp_path / "data")


def test_a_column_that_the_publisher_renamed_is_named_and_what_was_built_stays(
    publisher: Publisher, fetch: Fetch, recipe: Recipe, tmp_path: Path
):
    fetch()
    version = build(recipe, root=tmp_path / "data")
    name = "slovenia/SI_GEOSTAT_grid_POP_1K_2011.csv"
    publisher.publish(name, FILES[name].replace(b"GRD_ID", b"CELL_CODE"))
    fetch(refresh=True)
    with pytest.raises(InputError, match=r"SI_GEOSTAT_grid_POP_1K_2011\.csv has no column 'GRD_ID'; use the version"):
        build(recipe, root=tmp_path / "data")
    assert store.open_territory("dol", root=tmp_path / "data").version == version


def test_a_build_before_a_fetch_says_what_to_do(recipe: Recipe, sources: dict[str, Source], tmp_path: Path):
    assert "slovenia-municipalities" in sources
    with pytest.raises(InputError, match="or fetch them with `python -m pipelines fetch TERRITORY`"):
        build(recipe, root=tmp_path / "data")


# Politeness


def test_every_file_is_asked_for_once_over_one_connection(publisher: Publisher, fetch: Fetch):
    """The settlements name the file of the municipalities too."""
    fetch()
    assert len(publisher.asked) == len(FILES)
    assert publisher.most_connections == 1
    fetch()
    assert len(publisher.asked) == len(FILES)


def test_refresh_asks_for_what_is_newer(publisher: Publisher, fetch: Fetch):
    fetch()
    name = "europe/nuts3.geojson"
    newer = features({"NUTS_ID": "SI031", "NAME_LATN": "Pomurje"})
    publisher.publish(name, newer)
    assert laid_out(fetch())[name] == FILES[name]
    assert laid_out(fetch(refresh=True)) == FILES | {name: newer}


def test_two_at_a_time_do_not_write_to_one_cache(fetch: Fetch, root: Path):
    with Cache(root).locked():
        assert refusal(fetch) == f"Another fetch is writing to {root}; wait until it is done."
    fetch()


def test_the_limit_is_that_of_all_files_of_a_source(publisher: Publisher, fetch: Fetch):
    """The two files of the regions have 0.6 MB each."""
    for name in ("europe/nuts3.geojson", "europe/nuts2.geojson"):
        publisher.publish(name, b" " * 600_000)
    said = refusal(fetch, limit_mb=1)
    assert said.startswith(f"Source slovenia-lau: {publisher.url}/europe/nuts2.geojson has 600,000 bytes or more")


# Without the publisher


def test_a_mirror_stands_in_for_the_publisher(publisher: Publisher, fetch: Fetch, tmp_path: Path):
    mirror = tmp_path / "mirror"
    for name, content in FILES.items():
        (mirror / name).parent.mkdir(parents=True, exist_ok=True)
        (mirror / name).write_bytes(content)
    assert laid_out(fetch(mirror=mirror)) == FILES
    assert laid_out(fetch(offline=True)) == FILES
    assert laid_out(mirror) == FILES
    assert not publisher.asked


def test_a_mirror_may_hold_only_what_is_not_in_the_cache(publisher: Publisher, fetch: Fetch, tmp_path: Path):
    (tmp_path / "mirror").mkdir()
    said = refusal(fetch, mirror=tmp_path / "mirror")
    assert (
        "municipalities.geojson of source slovenia-municipalities and 6 more files are missing; put them there" in said
    )
    fetch()
    asked = len(publisher.asked)
    assert laid_out(fetch(mirror=tmp_path / "mirror")) == FILES
    assert len(publisher.asked) == asked


def test_offline_is_what_was_fetched_before(publisher: Publisher, fetch: Fetch, root: Path):
    said = refusal(fetch, offline=True)
    assert "slovenia/municipalities.geojson of source slovenia-municipalities and 6 more files are not in the" in said
    fetch()
    asked = len(publisher.asked)
    shutil.rmtree(files_folder(root))
    assert laid_out(fetch(offline=True)) == FILES
    assert len(publisher.asked) == asked


def test_a_file_without_address_is_said_before_anything_is_downloaded(publisher: Publisher, recipe: Recipe):
    listed = catalogue.load()
    with pytest.raises(InputError) as said:
        fetching.fetch(recipe, listed)
    assert str(said.value) == listed["slovenia-settlements"].by_hand
    assert not publisher.asked


# Damage


def test_damaged_content_is_fetched_again(fetch: Fetch, root: Path):
    fetch()
    path = max(root.glob("objects/*/*"))
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    assert laid_out(fetch()) == FILES


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"url": 1}'])
def test_a_damaged_note_is_as_none(fetch: Fetch, root: Path, damage: bytes):
    fetch()
    for path in root.glob("index/*"):
        path.write_bytes(damage)
    assert laid_out(fetch()) == FILES


def test_an_archive_without_its_member_is_not_kept(publisher: Publisher, fetch: Fetch):
    whole = publisher.files["healthcare.zip"]
    publisher.publish("healthcare.zip", whole, Answer(body=whole[:-30]))
    said = refusal(fetch)
    assert said.startswith(f"Source slovenia-hospitals, {publisher.url}/healthcare.zip: ")
    assert "has no readable member SI/healthcare.geojson" in said
    assert laid_out(fetch()) == FILES


def test_a_cache_that_cannot_be_written_to(recipe: Recipe, sources: dict[str, Source], tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot be written to \(Not a directory\); make room there, or name another"):
        fetching.fetch(recipe, sources, root=tmp_path / "file" / "cache")


def check_readable(root: Path, publisher: Publisher) -> None:
    """Whatever is under its final name is whole."""
    for path in root.glob("objects/*/*"):
        assert files.file_digest(path) == path.name
    for name, content in laid_out(files_folder(root)).items():
        assert ".new-" in name or content == FILES[name]
    for path in FILES:
        entry = Cache(root).entry(f"{publisher.url}/{path}")
        assert entry is None or Cache(root).path(entry.sha256).read_bytes() == publisher.files[path]


def test_a_fetch_killed_at_any_step_leaves_a_cache_that_can_be_read(publisher: Publisher, fetch: Fetch, root: Path):
    """Processes are killed at the first step, the last one and ten between, on what the one before left or on none."""
    code, count = killed_at(0, fetch)
    assert (code, laid_out(files_folder(root))) == (0, FILES)
    shutil.rmtree(root)
    chosen = random.Random(5)
    ends = []
    for last in [1, *chosen.sample(range(2, count), 10), count]:
        if chosen.random() < 0.5:
            shutil.rmtree(root, ignore_errors=True)
        ends.append(killed_at(last, fetch)[0])
        check_readable(root, publisher)
    assert set(ends) <= {0, -signal.SIGKILL}
    assert ends.count(-signal.SIGKILL) > 6
    assert laid_out(fetch()) == FILES
    assert not list(root.rglob(".new-*"))


def test_a_fetch_killed_in_the_middle_of_a_file_resumes(publisher: Publisher, fetch: Fetch, root: Path):
    """The grid has 2 MB; each process kills itself when two more chunks of it have arrived."""
    name = "slovenia/SI_GEOSTAT_grid_POP_1K_2011.csv"
    large = b"".join(b"%07d\n" % number for number in range(250_000))
    publisher.publish(name, large)
    fork = multiprocessing.get_context("fork")

    def fetch_two_chunks() -> None:
        chunks = 0

        def kill(_source: str, _size: int, total: int | None) -> None:
            nonlocal chunks
            chunks += total == len(large)
            if chunks == 2:
                os.kill(os.getpid(), signal.SIGKILL)

        fetch(report=kill)

    for _ in range(5):
        process = fork.Process(target=fetch_two_chunks)
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        check_readable(root, publisher)
    assert laid_out(fetch()) == FILES | {name: large}
    begun = [int(headers["Range"][6:-1]) for path, headers in publisher.asked if path == name and "Range" in headers]
    assert len(begun) == 5 and begun[0] > 0 and (np.diff(begun) > 0).all()


# Archives


def test_an_archive_that_unpacks_to_far_more_than_it_weighs_is_refused(tmp_path: Path):
    zeros = bytes(archives.HARMLESS + 1)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("table.csv", "a\n")
        packed.writestr("zeros", zeros)
    with tarfile.open(tmp_path / "bomb.tgz", "w:gz") as packed_tar:
        for name, content in (("zeros", zeros), ("table.csv", b"a\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed_tar.addfile(entry, io.BytesIO(content))
    for name in ("bomb.zip", "bomb.tgz"):
        with pytest.raises(
            InputError, match=r"bytes and unpacks to .* or more, as no honest data do; save or fetch it again"
        ):
            archives.copy_member(tmp_path / name, "table.csv", tmp_path / "table.csv")
    with pytest.raises(InputError, match="as no honest data do"):
        archives.unpack(tmp_path / "bomb.zip", tmp_path / "in")
    assert not (tmp_path / "in").exists()


def test_a_link_in_an_archive_leads_nowhere(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with tarfile.open(tmp_path / "link.tgz", "w:gz") as packed:
        entry = tarfile.TarInfo("table.csv")
        entry.type, entry.linkname = tarfile.SYMTYPE, str(secret)
        packed.addfile(entry)
    with pytest.raises(InputError, match=r"has no readable member table\.csv"):
        archives.member(tmp_path / "link.tgz", "table.csv")


# Catalogue


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"downloads": ["https://example.org"]}, "downloads > 1: is 'https://example.org', expected keys with values"),
        ({"downloads": [{"file": "a.csv"}]}, "downloads > 1 > url: is missing; add it"),
        ({"downloads": [{"file": "a.csv", "url": "https://example.org", "size": "1"}]}, "1 > size: is not a key"),
        ({"downloads": [{"file": "b.csv", "url": "https://example.org"}]}, "'b.csv', which is none of its files"),
        ({"downloads": [{"file": "a.csv", "url": "ftp://example.org"}]}, "starts with https:// or http://"),
        ({"downloads": [{"file": "a.csv", "url": "https:///a"}]}, "starts with https:// or http://"),
        ({"downloads": [{"file": "a.csv", "url": "https://example.org", "sha256": "A"}]}, "64 hexadecimal digits"),
        ({"downloads": [{"file": "b*", "url": "https://example.org"}]}, "'b*', which is none of its files"),
        (
            {"downloads": [{"file": "a.csv", "url": "https://example.org", "instead": "../a.xlsx"}]},
            "'../a.xlsx', which leads out of the folder",
        ),
        ({"files": ["../a.csv"]}, "'../a.csv', which leads out of the folder"),
        ({"files": ["/a.csv"]}, "'/a.csv', which leads out of the folder"),
    ],
)
def test_downloads_of_the_catalogue_are_checked(tmp_path: Path, changes: dict[str, Any], said: str):
    path = tmp_path / "catalogue.yaml"
    entry = ENTRIES["gtfs"] | {"files": ["a.csv"]} | changes
    path.write_text(yaml.safe_dump({"lau": entry}))
    with pytest.raises(InputError, match=r"^catalogue\.yaml, line \d+, lau") as caught:
        catalogue.load(path)
    assert said in str(caught.value)


def test_a_file_comes_from_an_address_or_by_hand(tmp_path: Path):
    path = tmp_path / "catalogue.yaml"
    entry = ENTRIES["gtfs"] | {"files": ["a.csv", "b.csv"], "downloads": [{"file": "a*", "url": "https://example.org"}]}
    path.write_text(yaml.safe_dump({"lau": entry}))
    assert [each.file for each in catalogue.load(path)["lau"].downloads] == ["a.csv"]
    del entry["by_hand"]
    (tmp_path / "other.yaml").write_text(yaml.safe_dump({"lau": entry}))
    with pytest.raises(InputError, match=r"does not say where 'b\.csv' comes from"):
        catalogue.load(tmp_path / "other.yaml")


# Command line


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["pipelines", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    return int(ended.value.code or 0)


@pytest.fixture
def known(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """The recipe, as the command line finds it."""
    monkeypatch.setattr(recipes, "load", lambda _, **__: recipe)
    return recipe


@pytest.mark.usefixtures("sources", "known")
def test_the_command_fetches_and_says_where(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert run(monkeypatch, "fetch", "dol") == 0
    assert f"All files of Dol are in {files_folder()}" in capsys.readouterr().err.replace("\n", "")
    assert laid_out(files_folder()) == FILES


@pytest.mark.usefixtures("sources", "known")
def test_a_slip_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert run(monkeypatch, "fetch", "dol", "--offline") == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Error: ")]
    assert line.endswith("are not in the cache; fetch without --offline.")


@pytest.mark.usefixtures("sources", "known")
def test_an_interruption_says_what_is_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching, "fetch", interrupted)
    assert run(monkeypatch, "fetch", "dol") == 130
    assert "what has arrived is kept" in capsys.readouterr().err


def test_sources_are_listed_each_with_where_it_comes_from(
    publisher: Publisher,
    sources: dict[str, Source],
    known: Recipe,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    assert run(monkeypatch, "sources") == 0
    everything = capsys.readouterr().out
    assert [name for name in sources if f" {name} " in everything] == list(sources)
    (line,) = [line for line in everything.splitlines() if line.startswith(" natural-earth ")]
    assert " 2018 " in line and "public domain" in line and "bundled" in line
    assert publisher.url in everything
    assert run(monkeypatch, "sources", known.id) == 0
    ours = capsys.readouterr().out
    assert set(recipes.load("dol").sources()) == {name for name in sources if f" {name} " in ours}
