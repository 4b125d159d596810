"""Files that are whole or not there, through every place of the product that writes one in place of another."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from dashboard import assets
from geodata import files, store
from geodata.errors import InputError
from pipelines.build import starter
from pipelines.fetch.cache import Cache, Entry, Version
from pipelines.userdata import storage
from pipelines.userdata.reading import Imported

Write = Callable[[Path, bytes], None]


def whole(folder: Path, content: bytes) -> None:
    files.write_whole(folder / "list.zip", content)


def streamed(folder: Path, content: bytes) -> None:
    with files.replacing(folder / "list.zip") as fresh, fresh.open("wb") as file:
        for byte in content:
            file.write(bytes([byte]))


def noted(folder: Path, content: bytes) -> None:
    Cache(folder).record(Entry("https://example.org", "0" * 64, len(content), Version(), content.decode()))


def shown(folder: Path, content: bytes) -> None:
    cache = Cache(folder)
    path = cache.path(files.digest(content))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    cache.show(files.digest(content), "table.csv")


def in_force(folder: Path, content: bytes) -> None:
    with store.new_version("italy", root=folder) as (_, facts):
        facts["content"] = content.decode()


def served(_: Path, content: bytes) -> None:
    assets.publish({f"{content.decode()}.js": content})


def own(folder: Path, content: bytes) -> None:
    layer = pd.Series([1.0], index=pd.Index([content.decode()], name="area_id"))
    frame = pd.DataFrame()
    storage.save(Imported("indicator", layer, frame, frame, ()), "mine", territory="italy", root=folder)


def state(folder: Path) -> dict[str, bytes]:
    """What lies in a folder; content in a cache stands under its checksum and does no harm there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "objects" not in path.parts
    }


PROBLEMS = {
    "replace": OSError(errno.EACCES, "Permission denied"),
    "disk": OSError(errno.ENOSPC, "No space left on device"),
    "key": KeyboardInterrupt(),
}


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("write", [whole, streamed, noted, shown, in_force, served, own])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write, problem: str
) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path / "static")
    if write is own:
        in_force(tmp_path, b"built")
    write(tmp_path, b"before")
    before = state(tmp_path)

    def fail(*_: object) -> None:
        raise PROBLEMS[problem]

    with monkeypatch.context() as patched:
        patched.setattr(*(("os.fsync", fail) if problem == "disk" else (Path, "replace", fail)))  # type: ignore[arg-type]
        with pytest.raises((OSError, InputError, KeyboardInterrupt)):
            write(tmp_path, b"after")
    after = state(tmp_path)
    assert {name: after[name] for name in before} == before
    assert not list(tmp_path.rglob(f"{files.DRAFT}*"))
    # A version that is complete but not in force does no harm.
    assert after == before or write is in_force
    write(tmp_path, b"after")
    assert state(tmp_path) != before


def test_a_streamed_file_replaces_the_old_one_only_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "layer.csv"
    files.write_atomic(path, b"before")
    with files.replacing(path) as fresh:
        fresh.write_bytes(b"half")
        assert path.read_bytes() == b"before"
        fresh.write_bytes(b"after")
    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_file_has_the_permissions_of_any_file_of_the_process(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        files.write_atomic(tmp_path / "list.csv", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "list.csv").stat().st_mode & 0o777 == 0o666 & ~mask


def test_bytes_are_on_the_disk_before_the_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen = tmp_path / "list.csv", []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(path.exists()))
    files.write_atomic(path, b"after")
    assert seen == [False]


def test_drafts_go_at_the_age_that_is_said(tmp_path: Path) -> None:
    folders = [tmp_path / "a" / f"{files.DRAFT}{age}" for age in (50, 70)]
    for age, folder in zip((50, 70), folders, strict=True):
        folder.mkdir(parents=True)
        (folder / "half").write_bytes(b"half")
        os.utime(folder, (time.time() - age,) * 2)
    files.remove_drafts(tmp_path, older=60)
    assert [folder.exists() for folder in folders] == [True, False]
    files.remove_drafts(tmp_path)
    assert not folders[0].exists()
    files.remove_drafts(tmp_path / "absent")


def test_a_recipe_that_cannot_be_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.recipes.own_folder", lambda: tmp_path)
    path = starter.write("PT")
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise PROBLEMS["disk"]

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="cannot be written to"):
        starter.write("PT", replace=True)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
