"""A territory on disk is the version before or the new one, whole; whatever is damaged is said with its mend."""

import contextlib
import json
from pathlib import Path

import pandas as pd
import pytest

from geodata import store
from geodata.errors import InputError
from geodata.files import digest

QUALITY = pd.DataFrame(
    {
        "area_id": ["002", "001"],
        "indicator": ["population", "population"],
        "kind": ["missing", "missing"],
        "reason": ["No row", "No row"],
    }
)


def write(root: Path, *, title: str = "first", territory: str = "island") -> str:
    """Put a version of a small territory in force: one layer, one other file."""
    with store.new_version(territory, root=root) as (draft, manifest):
        draft.write_layer("quality", QUALITY)
        draft.write_bytes("display/areas.geojson", title.encode())
        manifest["title"] = title
    return store.open_territory(territory, root=root).version


def folders(root: Path) -> set[str]:
    """Everything in the folder of the territory but the pointer."""
    return {path.name for path in (root / "island").iterdir()} - {store.POINTER}


def damage(root: Path, sentence: str) -> str:
    """Open the territory, read and verify all of it; return what is said to be wrong, which must name the mend."""
    with pytest.raises(InputError) as caught:
        island = store.open_territory("island", root=root)
        island.layer("quality")
        island.verify()
    said = str(caught.value)
    assert sentence in said
    assert "python -m pipelines build island" in said and "\n" not in said
    return said


def test_what_is_written_is_read_back_in_the_order_of_the_key(tmp_path: Path):
    write(tmp_path)
    island = store.open_territory("island", root=tmp_path)
    assert island.id == "island"
    assert island.manifest["title"] == "first"
    assert island.layer("quality")["area_id"].tolist() == ["001", "002"]
    assert island.file("display/areas.geojson").read_bytes() == b"first"
    island.verify()


def test_manifest_lists_every_file_with_its_digest_and_size(tmp_path: Path):
    write(tmp_path)
    island = store.open_territory("island", root=tmp_path)
    files = {path.relative_to(island.folder).as_posix(): path for path in island.folder.rglob("*") if path.is_file()}
    assert files.keys() - {store.MANIFEST} == island.manifest["outputs"].keys()
    for name, facts in island.manifest["outputs"].items():
        assert facts["bytes"] == files[name].stat().st_size
        assert facts["sha256"] == digest(files[name].read_bytes())


def test_same_content_has_the_same_id_and_other_content_another(tmp_path: Path):
    first, again, other = (write(tmp_path / name, title=title) for name, title in (("a", "x"), ("b", "x"), ("c", "y")))
    assert first == again
    assert first != other


def test_contract_is_checked_before_anything_is_in_force(tmp_path: Path):
    with (
        pytest.raises(InputError, match="column reason is missing"),
        store.new_version("island", root=tmp_path) as (draft, _),
    ):
        draft.write_layer("quality", QUALITY.drop(columns="reason"))
    assert store.built(tmp_path) == []


@pytest.mark.parametrize("problem", [RuntimeError, InputError, KeyboardInterrupt, SystemExit])
def test_interrupted_version_leaves_the_one_in_force_and_no_draft(tmp_path: Path, problem: type[BaseException]):
    version = write(tmp_path)
    with pytest.raises(problem), store.new_version("island", root=tmp_path) as (draft, manifest):
        draft.write_layer("quality", QUALITY)
        manifest["title"] = "second"
        assert store.open_territory("island", root=tmp_path).manifest["title"] == "first"
        raise problem("in the middle")
    assert folders(tmp_path) == {version}
    store.open_territory("island", root=tmp_path).verify()


def test_interruption_at_any_step_of_putting_in_force_leaves_a_whole_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Ctrl-C in each file operation after the block, of a new version and of one with the same content."""
    for title in ("first", "second"):
        for owner, name in (
            (store.shutil, "rmtree"),
            (Path, "rename"),
            (Path, "replace"),
            (Path, "write_text"),
            (Path, "write_bytes"),
        ):
            root = tmp_path / f"{title}-{name}"
            write(root)
            with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
                patch.setattr(owner, name, interrupt)
                write(root, title=title)
            island = store.open_territory("island", root=root)
            island.verify()
            assert island.manifest["title"] in ("first", title), (title, name)


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_version_before_is_kept_for_those_who_read_it_and_older_ones_go(tmp_path: Path):
    versions = [write(tmp_path, title=title) for title in ("first", "second", "third")]
    assert folders(tmp_path) == set(versions[1:])
    assert store.open_territory("island", root=tmp_path).version == versions[2]


def test_building_the_same_again_keeps_the_version_before(tmp_path: Path):
    first, second = write(tmp_path), write(tmp_path, title="second")
    assert write(tmp_path, title="second") == second
    assert folders(tmp_path) == {first, second}


def test_building_the_same_again_mends_a_damaged_version(tmp_path: Path):
    version = write(tmp_path)
    (tmp_path / "island" / version / "quality.parquet").write_bytes(b"")
    damage(tmp_path, "quality.parquet")
    assert write(tmp_path) == version
    store.open_territory("island", root=tmp_path).verify()


def test_territory_that_is_not_built_is_said_with_the_command_and_the_near_name(tmp_path: Path):
    write(tmp_path)
    with pytest.raises(InputError, match=r"'iland' has not been built.*did you mean island\?.*build iland"):
        store.open_territory("iland", root=tmp_path)
    with pytest.raises(InputError, match="known: none"):
        store.open_territory("island", root=tmp_path / "empty")


@pytest.mark.parametrize("name", ["../island", "island/..", "", "."])
def test_name_that_is_a_path_opens_nothing(tmp_path: Path, name: str):
    write(tmp_path)
    with pytest.raises(InputError, match="has not been built"):
        store.open_territory(name, root=tmp_path)


def test_every_truncation_of_a_layer_is_noticed(tmp_path: Path):
    path = tmp_path / "island" / write(tmp_path) / "quality.parquet"
    content = path.read_bytes()
    for length in (0, 1, 4, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        damage(tmp_path, "quality.parquet cannot be read")


def test_changed_byte_is_noticed_by_verify(tmp_path: Path):
    path = tmp_path / "island" / write(tmp_path) / "display" / "areas.geojson"
    path.write_bytes(b"firsT")
    damage(tmp_path, "display/areas.geojson differs from its manifest")


def test_layer_that_is_not_there(tmp_path: Path):
    (tmp_path / "island" / write(tmp_path) / "quality.parquet").unlink()
    damage(tmp_path, "quality.parquet is missing")


def test_layer_of_another_contract(tmp_path: Path):
    path = tmp_path / "island" / write(tmp_path) / "quality.parquet"
    QUALITY.drop(columns="kind").to_parquet(path)
    with pytest.raises(
        InputError,
        match=r"Layer quality breaks its contract: column kind is missing; .*run `python -m pipelines build island`",
    ):
        store.open_territory("island", root=tmp_path).layer("quality")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b'{"territory": "island"}', b"\xff\xfe"])
def test_damaged_manifest(tmp_path: Path, content: bytes):
    (tmp_path / "island" / write(tmp_path) / store.MANIFEST).write_bytes(content)
    damage(tmp_path, "manifest.json cannot be read")


@pytest.mark.parametrize("content", [b"", b"\n", b"0123456789ab\n", b"\xff\xfe"])
def test_damaged_pointer(tmp_path: Path, content: bytes):
    write(tmp_path)
    (tmp_path / "island" / store.POINTER).write_bytes(content)
    damage(tmp_path, "The built territory island is damaged")


def test_unknown_layer_and_file(tmp_path: Path):
    write(tmp_path)
    island = store.open_territory("island", root=tmp_path)
    with pytest.raises(InputError, match=r"no layer 'qualty'; did you mean quality\?"):
        island.layer("qualty")
    with pytest.raises(InputError, match=r"has no \.\./CURRENT, .*build it again"):
        island.file("../CURRENT")
    with pytest.raises(InputError, match=r"has no areas\.parquet, .*build it again"):
        island.layer("areas")


def test_folder_that_cannot_be_written_to(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(InputError, match=r"file.* cannot be written to.*choose another folder"):
        write(tmp_path / "file")


def test_data_root_is_the_environment_variable_else_the_folder_of_the_project(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(store.ENVIRONMENT, "/somewhere/else")
    assert store.data_root() == Path("/somewhere/else")
    monkeypatch.setenv(store.ENVIRONMENT, "")
    assert store.data_root() == Path(store.__file__).parents[1] / "data"


def test_manifest_is_text_that_people_can_compare(tmp_path: Path):
    text = (tmp_path / "island" / write(tmp_path, title="Città") / store.MANIFEST).read_text(encoding="utf-8")
    assert "Città" in text
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def test_data_folder_is_that_of_the_variable_of_the_checkout_or_of_the_user(tmp_path: Path, monkeypatch):
    monkeypatch.delenv(store.ENVIRONMENT, raising=False)
    assert store.in_checkout() and store.data_root() == Path(store.__file__).parents[1] / "data"
    monkeypatch.setattr(store, "CHECKOUT", tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    assert not store.in_checkout() and store.data_root().name == "rural-needs-map"
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path / "mine"))
    assert store.data_root() == tmp_path / "mine"
