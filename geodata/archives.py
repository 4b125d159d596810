"""Archives: members read without unpacking, and one rule for those that unpack to more than is honest."""

import gzip
import io
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from geodata.errors import InputError
from geodata.i18n import number, say


@dataclass(frozen=True)
class Limits:
    """What an archive may unpack to, all of these included.

    Attributes
    ----------
    members
        Number of its files.
    unpacked
        Bytes in all.
    ratio
        Bytes for each byte of the archive, where they are more than `HARMLESS`.
    """

    members: int
    unpacked: int
    ratio: int


# Below so many bytes the ratio does not matter.
HARMLESS = 20 * 2**20
# Of the catalogue's publishers. Tables shrink to a tenth, grids of equal cells to a hundredth.
PUBLISHED = Limits(members=100_000, unpacked=20 * 2**30, ratio=200)
# From strangers. Tables shrink to a tenth, seldom to a thirtieth; what shrinks more is made to fill a memory.
UPLOADED = Limits(members=2_000, unpacked=400 * 2**20, ratio=100)
# What the standard library raises about an archive that is damaged, encrypted or lacks a member.
UNREADABLE = (
    *(KeyError, StopIteration, RuntimeError, EOFError),
    *(zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error),
)


def check(what: str, *, packed: int, unpacked: int, members: int, limits: Limits) -> None:
    """Refuse an archive of `packed` bytes whose `members` unpack to too much, in all or for its size.

    Raises
    ------
    InputError
        It is beyond one of the limits.
    """
    if members > limits.members or unpacked > limits.unpacked:
        raise InputError(
            say(
                "{what} unpacks to {files} files and {size} MB, allowed are {most_files} files and {most} "
                "MB; give a smaller part of it.",
                what=what,
                files=number(members),
                size=number(unpacked / 2**20),
                most_files=number(limits.members),
                most=number(limits.unpacked / 2**20),
            )
        )
    if unpacked > max(HARMLESS, limits.ratio * packed):
        raise InputError(
            say(
                "{what} has {size} bytes and unpacks to {unpacked} or more, as no honest data do; save or fetch it "
                "again.",
                what=what,
                size=number(packed),
                unpacked=number(unpacked),
            )
        )


def open_zip(archive: bytes | Path, what: str, *, limits: Limits = UPLOADED) -> zipfile.ZipFile:
    """Open a zip archive without unpacking it.

    The sizes that an archive declares bound what is read: a member that is longer fails its checksum.

    Raises
    ------
    InputError
        It is damaged or encrypted, a member has a path outside the archive, or it unpacks to too much.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(archive) if isinstance(archive, bytes) else archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise InputError(say("{what} is a damaged archive; save or zip it again.", what=what)) from None
    members = opened.infolist()
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
            opened.close()
            raise InputError(
                say(
                    "{what} holds the unsafe path {path}; zip the files again without folders.",
                    what=what,
                    path=repr(member.filename),
                )
            )
        if member.flag_bits & 1:
            opened.close()
            raise InputError(say("{what} is protected by a password; save it without one.", what=what))
    packed = len(archive) if isinstance(archive, bytes) else archive.stat().st_size
    try:
        unpacked = sum(member.file_size for member in members)
        check(what, packed=packed, unpacked=unpacked, members=len(members), limits=limits)
    except InputError:
        opened.close()
        raise
    return opened


def read_member(archive: zipfile.ZipFile, name: str, what: str) -> bytes:
    """Content of one member; `InputError` when it is damaged or longer than the archive says."""
    try:
        return archive.read(name)
    except (*UNREADABLE, NotImplementedError, OSError, ValueError) as error:
        raise InputError(
            say("{what} holds {name}, which cannot be read; zip it again.", what=what, name=name)
        ) from error


def member(archive: Path, name: str) -> bytes:
    """Read the member `name` of a publisher's zip (.whl) or gzipped tar archive.

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
    """Unpack a publisher's zip archive into `folder`; refused as in `open_zip`."""
    with open_zip(archive, str(archive), limits=PUBLISHED) as opened:
        opened.extractall(folder)


@contextmanager
def _opened(archive: Path, name: str) -> Iterator[IO[bytes]]:
    try:
        if zipfile.is_zipfile(archive):
            with open_zip(archive, str(archive), limits=PUBLISHED) as opened, opened.open(name) as content:
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
        archive = Path(self.name)
        check(str(archive), packed=archive.stat().st_size, unpacked=self.tell(), members=1, limits=PUBLISHED)
        return content
