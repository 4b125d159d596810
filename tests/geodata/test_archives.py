"""What an archive may unpack to: each limit holds to its end, for publishers and for strangers."""

import io
import zipfile
from pathlib import Path

import pytest

from geodata import archives
from geodata.archives import HARMLESS, PUBLISHED, UPLOADED, Limits
from geodata.errors import InputError

KINDS = pytest.mark.parametrize("limits", [PUBLISHED, UPLOADED])


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_the_limits_are_those_that_are_documented() -> None:
    assert HARMLESS == 20 * 1024**2
    assert Limits(members=2_000, unpacked=400 * 1024**2, ratio=100) == UPLOADED
    assert Limits(members=100_000, unpacked=20 * 1024**3, ratio=200) == PUBLISHED


@KINDS
def test_number_of_members(limits: Limits) -> None:
    archives.check("x", packed=1, unpacked=1, members=limits.members, limits=limits)
    with pytest.raises(InputError, match="allowed are"):
        archives.check("x", packed=1, unpacked=1, members=limits.members + 1, limits=limits)


@KINDS
def test_bytes_in_all(limits: Limits) -> None:
    archives.check("x", packed=limits.unpacked, unpacked=limits.unpacked, members=1, limits=limits)
    with pytest.raises(InputError, match="allowed are"):
        archives.check("x", packed=limits.unpacked, unpacked=limits.unpacked + 1, members=1, limits=limits)


@KINDS
def test_bytes_for_each_byte_of_the_archive(limits: Limits) -> None:
    packed = HARMLESS // limits.ratio + 1_000
    archives.check("x", packed=packed, unpacked=packed * limits.ratio, members=1, limits=limits)
    with pytest.raises(InputError, match="as no honest data do"):
        archives.check("x", packed=packed, unpacked=packed * limits.ratio + 1, members=1, limits=limits)


@KINDS
def test_a_small_archive_may_shrink_as_it_likes(limits: Limits) -> None:
    archives.check("x", packed=1, unpacked=HARMLESS, members=1, limits=limits)
    with pytest.raises(InputError, match="as no honest data do"):
        archives.check("x", packed=1, unpacked=HARMLESS + 1, members=1, limits=limits)


def test_the_same_archive_is_fine_from_a_publisher_and_refused_from_a_stranger(tmp_path: Path) -> None:
    """25 MB in an archive of a 150th of that: between the two ratios."""
    unpacked = 25 * 2**20
    padding = unpacked // 150
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(unpacked - padding))
        archive.writestr(zipfile.ZipInfo("stored"), bytes(padding), compress_type=zipfile.ZIP_STORED)
    assert 100 < unpacked / path.stat().st_size < 200
    assert len(archives.member(path, "stored")) == padding
    with pytest.raises(InputError, match="as no honest data do"):
        archives.open_zip(path.read_bytes(), "data.zip")


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "..\\x", "C:\\x", "C:/x"])
def test_a_path_outside_is_refused_whoever_made_it(tmp_path: Path, name: str) -> None:
    content = zipped({name: b""})
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(InputError, match="unsafe path"):
        archives.open_zip(content, "x.zip")
    with pytest.raises(InputError, match="unsafe path"):
        archives.unpack(tmp_path / "x.zip", tmp_path / "in")
    assert not (tmp_path / "in").exists()
