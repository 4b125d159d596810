"""All files of a territory: from the cache, from a folder, or from their publishers, laid out for the build."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from geodata import archives, files
from geodata.catalogue import Download, Source
from geodata.errors import InputError
from geodata.recipes import Recipe
from pipelines.fetch.cache import ENVIRONMENT, Cache, Entry, files_folder
from pipelines.fetch.download import Downloader, Patience, Report, Request

LIMIT_MB = 5000
MEGABYTE = 10**6
PATIENCE = Patience()


@dataclass(frozen=True)
class Wanted:
    """A file that a recipe needs: its name in the folder, its source, and its address if the catalogue has one."""

    name: str
    source: Source
    download: Download | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names under which it may stand in a folder, that of its download last."""
        return tuple(dict.fromkeys((self.name, self.download.laid_out if self.download else self.name)))


def wanted(recipe: Recipe, sources: dict[str, Source]) -> list[Wanted]:
    """List the publishers' files that a recipe needs, each once; any of its sources may know the address."""
    files: dict[str, Wanted] = {}
    for source in (sources[name] for name in recipe.sources()):
        addresses = {download.file: download for download in source.downloads}
        for name in source.files:
            if name not in files or (files[name].download is None and name in addresses):
                files[name] = Wanted(name, source, addresses.get(name))
    return list(files.values())


def fetch(
    recipe: Recipe,
    sources: dict[str, Source],
    *,
    root: Path | None = None,
    mirror: Path | None = None,
    offline: bool = False,
    refresh: bool = False,
    limit_mb: int = LIMIT_MB,
    patience: Patience = PATIENCE,
    report: Report = lambda *_: None,
) -> Path:
    """Bring all that a recipe needs of the publishers' files together in one folder.

    What is in the cache is not downloaded again. On any error or interruption the cache keeps what has arrived, and
    the next call goes on from there.

    Parameters
    ----------
    recipe
        Of the territory.
    sources
        The catalogue.
    root
        Folder of the cache; None for the usual one.
    mirror
        Folder with the files by their names in the catalogue; they are taken from there, and nothing is downloaded.
        What it has is kept even when it lacks others, so that files got by hand need to be given once only.
    offline
        Download nothing: all has to be in the cache.
    refresh
        Ask the publishers whether they have something newer than the cache.
    limit_mb
        Largest size of all downloads of one source, in megabytes.
    patience
        How long to wait for a publisher.
    report
        Called with what is being done, the bytes so far, and the bytes in all when they are known.

    Returns
    -------
    pathlib.Path
        The folder of the files, by their names in the catalogue.

    Raises
    ------
    InputError
        A file cannot be had: what is wrong with its address, or where to get what has none; the latter does not matter
        for an optional source.
    """
    cache = Cache(root)
    local = offline or mirror is not None
    try:
        with cache.locked(), Downloader(cache, patience=patience, report=report) as downloader:
            files = wanted(recipe, sources)
            # What cannot be had is said before anything is downloaded, and all at once.
            absent = [
                file
                for file in files
                if (local or file.download is None)
                and not _take_local(cache, file, mirror)
                and file.source.id not in recipe.optional
            ]
            if absent:
                raise InputError(_not_here(absent, mirror))
            left = {file.source.id: limit_mb * MEGABYTE for file in files}
            for file in files:
                if not local and file.download is not None:
                    entry = _download(
                        downloader, cache, file, file.download, limit=left[file.source.id], refresh=refresh
                    )
                    left[file.source.id] -= entry.size
                    _show(cache, file, file.download, entry.sha256)
    except OSError as error:
        raise InputError(
            f"The cache {cache.root} cannot be written to ({error.strerror or error}); make room there, or name "
            f"another folder with {ENVIRONMENT}."
        ) from error
    return files_folder(cache.root)


def _download(
    downloader: Downloader, cache: Cache, file: Wanted, download: Download, *, limit: int, refresh: bool
) -> Entry:
    known = _known(cache, download)
    if known is not None and (download.sha256 or not refresh):
        return known
    return downloader.get(Request(file.source.id, download.url, limit, download.sha256), known=known)


def _known(cache: Cache, download: Download) -> Entry | None:
    """What the address gave before, unless the catalogue has come to speak of another version."""
    entry = cache.entry(download.url)
    return entry if entry and download.sha256 in ("", entry.sha256) else None


def _take_local(cache: Cache, file: Wanted, mirror: Path | None) -> bool:
    """Lay out a file from the mirror or the cache, or leave the one that lies there already; False where none is."""
    for name in file.names:
        if mirror is not None and (mirror / name).is_file():
            with cache.scratch() as folder:
                copy = Path(shutil.copyfile(mirror / name, Path(folder) / "copy"))
                sha256 = files.file_digest(copy)
                cache.add(copy, sha256)
            cache.show(sha256, name)
            return True
    if file.download is not None and (known := _known(cache, file.download)):
        _show(cache, file, file.download, known.sha256)
        return True
    return any((files_folder(cache.root) / name).is_file() for name in file.names)


def _show(cache: Cache, file: Wanted, download: Download, sha256: str) -> None:
    """Lay out what an address gave, or the member of it that is the file."""
    if download.member:
        with cache.scratch() as folder:
            content = Path(folder) / "member"
            try:
                archives.copy_member(cache.path(sha256), download.member, content)
            except InputError as error:
                # Not kept, so that the next fetch asks the publisher again.
                cache.forget(download.url)
                raise InputError(f"Source {file.source.id}, {download.url}: {error}") from error
            sha256 = files.file_digest(content)
            cache.add(content, sha256)
    cache.show(sha256, download.laid_out)


def _not_here(absent: list[Wanted], mirror: Path | None) -> str:
    """Say where to get the files that have no address, else what to do about the others."""
    by_hand = dict.fromkeys(file.source.by_hand for file in absent if file.download is None)
    if by_hand:
        return " ".join(by_hand)
    first, others = absent[0], len(absent) - 1
    more = f" and {others} more {'file' if others == 1 else 'files'}" if others else ""
    them, verb = ("them", "are") if others else ("it", "is")
    if mirror is not None:
        return (
            f"{mirror / first.name} of source {first.source.id}{more} {verb} missing; put {them} there, or fetch "
            "without --mirror."
        )
    return f"{first.name} of source {first.source.id}{more} {verb} not in the cache; fetch without --offline."
