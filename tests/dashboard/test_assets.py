"""Files under content-hashed names, whole at any time."""

import hashlib
import os
import re
import threading
import time
from pathlib import Path

import pytest

from dashboard import assets
from geodata import files


@pytest.fixture(autouse=True)
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A served folder that is not there yet, as in a fresh clone."""
    folder = tmp_path / "static"
    monkeypatch.setattr(assets, "STATIC", folder)
    return folder


def served(address: str, static: Path) -> Path:
    assert address.startswith("../../app/static/")
    return static / address.removeprefix("../../app/static/")


def test_name_carries_the_hash_of_the_content(static: Path, tmp_path: Path) -> None:
    source = tmp_path / "source.geojson"
    source.write_bytes(b"one")
    addresses = assets.publish({"areas.geojson": source, "own.js": b"two"})
    assert re.fullmatch(r"\.\./\.\./app/static/areas-[0-9a-f]{8}\.geojson", addresses["areas.geojson"])
    assert served(addresses["areas.geojson"], static).read_bytes() == b"one"
    assert served(addresses["own.js"], static).read_bytes() == b"two"
    assert assets.publish({"areas.geojson": b"one"})["areas.geojson"] == addresses["areas.geojson"]
    assert assets.publish({"areas.geojson": b"other"})["areas.geojson"] != addresses["areas.geojson"]


def test_a_file_that_is_there_is_left_alone(static: Path) -> None:
    address = assets.publish({"areas.geojson": b"one"})["areas.geojson"]
    before = served(address, static).stat()
    assets.publish({"areas.geojson": b"one"})
    after = served(address, static).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_starting_at_once_leaves_one_whole_file_and_no_parts(static: Path) -> None:
    content = b"x" * 2_000_000
    barrier = threading.Barrier(8)

    def start() -> None:
        barrier.wait()
        assets.publish({"areas.geojson": content})

    starts = [threading.Thread(target=start) for _ in range(8)]
    for each in starts:
        each.start()
    for each in starts:
        each.join()
    [only] = list(static.iterdir())
    assert only.read_bytes() == content


def test_leaflet_comes_with_the_pictures_its_style_sheet_names(static: Path) -> None:
    script, style = assets.publish_leaflet()
    assert b"Leaflet 1." in served(script, static).read_bytes()[:200]
    sheet = served(style, static)
    pictures = re.findall(r"url\((?!#)([^)]+)\)", sheet.read_text())
    assert pictures
    assert all((sheet.parent / picture).exists() for picture in pictures)


DAYS = 24 * 3600


def aged(path: Path, days: float) -> Path:
    os.utime(path, (time.time() - days * DAYS,) * 2)
    return path


def test_old_shapes_go_unless_a_version_has_them_or_somebody_uses_them(static: Path) -> None:
    """Most are two days old: of a version, of none but asked for again, in use, a draft; and no shapes at all."""
    kinds = {"areas.geojson": b"built", "regions.geojson": b"again", "areas.pmtiles": b"used", "areas.js": b"script"}
    addresses = assets.publish(kinds)
    kept = [aged(served(address, static), 2) for address in addresses.values()]
    gone = assets.publish({"areas.geojson": b"gone", "basemap.geojson": b"gone"})
    lost = [aged(served(address, static), 2) for address in gone.values()]
    [young] = assets.publish({"areas.geojson": b"just published by another process"}).values()
    for age in (0.9, 2):
        draft = static / f"{files.DRAFT}{age}"
        draft.mkdir()
        (draft / "areas-00000000.geojson").write_bytes(b"half")
        (kept if age < 1 else lost).append(aged(draft, age))
    assets.publish({"regions.geojson": b"again"})
    assets.keep([addresses["areas.pmtiles"]])
    assets.sweep({hashlib.sha256(b"built").hexdigest()})
    assert sorted(static.iterdir()) == sorted([*kept, served(young, static)])
    assert not any(path.exists() for path in lost)


def test_sweeping_at_once_and_before_anything_is_published(static: Path) -> None:
    assets.sweep(set())
    assets.keep(["../../app/static/areas-00000000.geojson"])
    for number in range(50):
        [address] = assets.publish({"areas.geojson": str(number).encode()}).values()
        aged(served(address, static), 2)
    sweeps = [threading.Thread(target=assets.sweep, args=(set(),)) for _ in range(4)]
    for each in sweeps:
        each.start()
    for each in sweeps:
        each.join()
    assert list(static.iterdir()) == []
