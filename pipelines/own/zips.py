"""Zip archives from strangers: opened only when their members are few, small and inside."""

import io
import zipfile
from pathlib import PurePosixPath

from geodata.errors import InputError

MEMBERS = 2_000
UNPACKED = 400 * 2**20  # bytes
# Tables shrink to a tenth, seldom to a thirtieth; what shrinks more is made to fill a memory. Small ones do no harm.
RATIO = 100
HARMLESS = 20 * 2**20  # bytes


def open_zip(content: bytes, what: str) -> zipfile.ZipFile:
    """Open an archive without unpacking it.

    The sizes that an archive declares bound what is read: a member that is longer fails its checksum.

    Raises
    ------
    InputError
        It is damaged or encrypted, a member has a path outside the archive, or it unpacks to too much, in all or
        for its size.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise InputError(f"{what} is a damaged archive; save or zip it again.") from None
    members = archive.infolist()
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise InputError(f"{what} holds the unsafe path {member.filename!r}; zip the files again without folders.")
        if member.flag_bits & 1:
            raise InputError(f"{what} is protected by a password; save it without one.")
    unpacked = sum(member.file_size for member in members)
    if len(members) > MEMBERS or unpacked > UNPACKED:
        raise InputError(
            f"{what} unpacks to {len(members):,} files and {unpacked / 2**20:,.0f} MB, allowed are {MEMBERS:,} files "
            f"and {UNPACKED / 2**20:,.0f} MB; give a smaller part of it."
        )
    if unpacked > max(HARMLESS, RATIO * len(content)):
        raise InputError(
            f"{what} has {len(content):,} bytes and unpacks to {unpacked:,}, as no honest table does; save the table "
            "again in a file of its own."
        )
    return archive


def read_member(archive: zipfile.ZipFile, name: str, what: str) -> bytes:
    """Content of one member; `InputError` when it is damaged or longer than the archive says."""
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{what} holds {name}, which cannot be read; zip it again.") from error
