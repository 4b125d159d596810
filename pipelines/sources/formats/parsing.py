"""Files that give several layers, and notes on them, parsed once."""

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import TypeVar

from geodata.catalogue import Source
from geodata.files import file_digest
from geodata.i18n import current

T = TypeVar("T")


def once(parse: Callable[[Source, Path], T]) -> Callable[[Source, Path], T]:
    """Keep what the files of a source were last parsed into, until one of them changes; it must not be changed itself.

    Notes may be part of it, so each language has its own.
    """

    @lru_cache(maxsize=1)
    def kept(source: Source, folder: Path, *_state: str) -> T:
        return parse(source, folder)

    @wraps(parse)
    def parsed(source: Source, folder: Path) -> T:
        files = [folder / name for name in source.files]
        return kept(source, folder, current(), *(file_digest(path) for path in files if path.is_file()))

    return parsed
