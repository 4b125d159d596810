"""The cache of downloads on disk: content by its sha256, what each address gave, and a folder of files by name.

    cache/objects/3f/3f2a91...    content, read only, under its sha256
    cache/index/9b01c4....json    what an address gave: sha256, size, ETag, Last-Modified, date; named by the address
    cache/partial/9b01c4...       a download that is not complete, and beside it (.json) which version it is part of
    cache/files/eu/lau.csv        the files by the names that the catalogue gives them, hard links where possible

Whatever is read is written under another name first and renamed, so that a process that is killed leaves a cache that
can be read.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from geodata import files, store
from geodata.errors import InputError

ENVIRONMENT = "RURAL_MAP_CACHE"


def default_root() -> Path:
    """Folder of the cache: the environment variable RURAL_MAP_CACHE, else `cache` in the folder of the territories."""
    given = os.environ.get(ENVIRONMENT)
    return Path(given) if given else store.data_root() / "cache"


def files_folder(root: Path | None = None) -> Path:
    """Folder of the fetched files, by the names that the catalogue gives them."""
    return (root or default_root()) / "files"


@dataclass(frozen=True)
class Version:
    """Which version of its file an address gave, as the publisher says; empty where it does not."""

    etag: str = ""
    last_modified: str = ""

    @property
    def resumable(self) -> str:
        """What `If-Range` can name so that two parts surely fit; a weak ETag cannot promise it."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True)
class Entry:
    """What an address gave, and when (ISO date)."""

    url: str
    sha256: str
    size: int
    version: Version
    fetched: str


class Partial:
    """A download on its way, which a later one goes on with when the publisher still has the same version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = path.with_suffix(".json")

    @cached_property
    def version(self) -> Version:
        """The version that the bytes so far are of."""
        try:
            return Version(**json.loads(self._note.read_bytes()))
        except (OSError, ValueError, TypeError):
            return Version()

    @property
    def size(self) -> int:
        """Number of bytes so far that a download can go on from; 0 when it cannot."""
        return self.path.stat().st_size if self.path.is_file() and self.version.resumable else 0

    def begin(self, version: Version) -> None:
        """Start over with a version. The bytes go first, so that they never stand beside another version's note."""
        self.drop()
        files.write_atomic(self._note, json.dumps(asdict(version)).encode())

    def drop(self) -> None:
        """Forget the bytes so far."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        self.__dict__.pop("version", None)


class Cache:
    """One folder of downloads."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or default_root()

    def entry(self, url: str) -> Entry | None:
        """What an address gave when it was last asked; None when it never was, or the content is lost or damaged."""
        try:
            facts = json.loads(self._index(url).read_bytes())
            found = Entry(**facts | {"version": Version(**facts["version"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None
        path = self.path(found.sha256)
        return found if path.is_file() and files.file_digest(path) == found.sha256 else None

    def partial(self, url: str) -> Partial:
        """Where a download from an address is written to."""
        path = self.root / "partial" / files.digest(url.encode())
        path.parent.mkdir(parents=True, exist_ok=True)
        return Partial(path)

    def add(self, path: Path, sha256: str) -> None:
        """Take a complete file, whose sha256 is known, out of its place into the cache."""
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(0o444)
        files.settle(path, target)

    def record(self, entry: Entry) -> None:
        """Note what an address gave; its content is in the cache already."""
        path = self._index(entry.url)
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_atomic(path, json.dumps(asdict(entry), indent=1).encode())

    def forget(self, url: str) -> None:
        """Forget what an address gave."""
        self._index(url).unlink(missing_ok=True)

    def scratch(self) -> "tempfile.TemporaryDirectory[str]":
        """Folder on the disk of the cache, for files that are yet to be added."""
        return tempfile.TemporaryDirectory(prefix=files.DRAFT, dir=self.root)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing to the cache, and clear away what a killed one left half-written.

        Raises
        ------
        InputError
            Another process writes to the cache.
        """
        import fcntl  # not on Windows, where the rest of this module is to work

        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            try:
                # The lock ends with the process, however that ends.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InputError(f"Another fetch is writing to {self.root}; wait until it is done.") from None
            files.remove_drafts(self.root)
            yield

    def show(self, sha256: str, name: str) -> Path:
        """Put some content of the cache into the folder of files under a name."""
        path = files_folder(self.root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.replacing(path) as fresh:
            try:
                os.link(self.path(sha256), fresh)
            except OSError:
                shutil.copyfile(self.path(sha256), fresh)
        return path

    def path(self, sha256: str) -> Path:
        """Where some content of the cache lies."""
        return self.root / "objects" / sha256[:2] / sha256

    def _index(self, url: str) -> Path:
        return self.root / "index" / f"{files.digest(url.encode())}.json"
