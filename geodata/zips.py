"""Zip archives from strangers: opened only when their members are few, small and inside."""

import io
import zipfile
from pathlib import PurePosixPath

from geodata.errors import InputError
from geodata.i18n import number, say

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
        raise InputError(say("{what} is a damaged archive; save or zip it again.", what=what)) from None
    members = archive.infolist()
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise InputError(
                say(
                    "{what} holds the unsafe path {path}; zip the files again without folders.",
                    what=what,
                    path=repr(member.filename),
                )
            )
        if member.flag_bits & 1:
            raise InputError(say("{what} is protected by a password; save it without one.", what=what))
    unpacked = sum(member.file_size for member in members)
    if len(members) > MEMBERS or unpacked > UNPACKED:
        raise InputError(
            say(
                "{what} unpacks to {files} files and {size} MB, allowed are {most_files} files and {most} "
                "MB; give a smaller part of it.",
                what=what,
                files=number(len(members)),
                size=number(unpacked / 2**20),
                most_files=number(MEMBERS),
                most=number(UNPACKED / 2**20),
            )
        )
    if unpacked > max(HARMLESS, RATIO * len(content)):
        raise InputError(
            say(
                "{what} has {size} bytes and unpacks to {unpacked}, as no honest table does; save the table "
                "again in a file of its own.",
                what=what,
                size=number(len(content)),
                unpacked=number(unpacked),
            )
        )
    return archive


def read_member(archive: zipfile.ZipFile, name: str, what: str) -> bytes:
    """Content of one member; `InputError` when it is damaged or longer than the archive says."""
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise InputError(
            say("{what} holds {name}, which cannot be read; zip it again.", what=what, name=name)
        ) from error
