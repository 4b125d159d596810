"""Files: checksums, atomic writes, sealed zip packages, and spreadsheet cells that are safe to open."""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from geodata.errors import InputError

# How the folders begin that hold files until they are whole.
DRAFT = ".new-"


def digest(content: bytes) -> str:
    """Return the sha256 of some bytes, as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """Return the sha256 of a file, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a free name beside a path; what the block writes there takes the path's place at the end, in one step.

    On any error or interruption the old file stays and the new one is removed. Only a killed process leaves its
    folder of drafts, which `remove_drafts` removes. The file has the permissions that the process gives to any file.

    Raises
    ------
    OSError
        The folder of the path does not exist or cannot be written to, or the disk is full.
    """
    with tempfile.TemporaryDirectory(prefix=DRAFT, dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        yield fresh
        settle(fresh, path)


def settle(fresh: Path, path: Path) -> None:
    """Put a complete file in the place of another on the same disk, in one step, after its bytes are on the disk.

    Without the wait a power cut could leave the new name with no content.
    """
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(path)


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; see `replacing`."""
    with replacing(path) as fresh:
        fresh.write_bytes(content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that a person named, whole or not at all.

    Raises
    ------
    InputError
        The folder does not exist or cannot be written to.
    """
    try:
        write_atomic(path, content)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); choose another file with -o.") from None


def remove_drafts(folder: Path, *, older: float = 0) -> None:
    """Remove the drafts that killed processes left in a folder and below it; what cannot be removed stays.

    Parameters
    ----------
    folder
        Where no other process is writing, or see `older`.
    older
        Seconds since a draft was begun; younger ones may be those of a process at work.
    """
    now = time.time()
    for draft in list(folder.rglob(f"{DRAFT}*")):
        with suppress(OSError):
            if now - draft.stat().st_mtime >= older:
                shutil.rmtree(draft)


MANIFEST = "manifest.json"


def read_manifest(source: bytes | Path) -> dict[str, Any]:
    """Read the manifest of a package and check every file of the package against it.

    Parameters
    ----------
    source
        The zip as bytes, or its path.

    Raises
    ------
    InputError
        It is not a shortlist package, or a file in it is missing, damaged or changed.
    """
    try:
        with ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            changed = [
                name for name, facts in manifest["files"].items() if digest(archive.read(name)) != facts["sha256"]
            ]
    except (OSError, BadZipFile, AttributeError, KeyError, TypeError, ValueError) as error:
        name = "The file" if isinstance(source, bytes) else source
        raise InputError(f"{name} is not a complete shortlist package ({error}); export the list again.") from error
    if changed:
        raise InputError(f"{changed[0]} in the package differs from its manifest; export the list again.")
    return manifest


def sealed(files: dict[str, bytes], manifest: dict[str, Any]) -> bytes:
    """Zip files and their manifest, to which it adds `files`, sha256 and size of each.

    With the earliest date that a zip can hold and Unix permissions, the same bytes on every machine.
    """
    known = {name: {"sha256": digest(content), "bytes": len(content)} for name, content in files.items()}
    text = json.dumps(manifest | {"files": known}, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in (files | {MANIFEST: text.encode()}).items():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            # The fastest level: most of the size is geometry, which higher levels hardly make smaller.
            archive.writestr(entry, content, compresslevel=1)
    return buffer.getvalue()


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet program would run as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
