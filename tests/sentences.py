"""The sentences that a built territory stores, and whether each can be told in every language."""

from collections.abc import Iterator
from typing import Any

from geodata.i18n import LANGUAGES, messages
from geodata.i18n.message import Enumeration, Message, unpack
from geodata.indicators import TEXTS
from geodata.store import Territory

# Columns of layers that hold sentences.
COLUMNS = {"codebook": (*TEXTS, "agreement"), "quality": ("reason",)}


def stored(territory: Territory) -> Iterator[str]:
    """Every sentence of a territory, as a message or as the text that it is."""
    manifest = territory.manifest
    yield from (manifest["title"], manifest["travel"]["title"], manifest["travel"]["note"])
    yield from (*manifest["notes"], *manifest["lacking"])
    for layer, columns in COLUMNS.items():
        rows = territory.layer(layer)
        yield from (unpack(text) for column in columns for text in rows[column].dropna().unique())


def texts(value: Any) -> Iterator[str]:
    """Texts of a message and of the messages inside it; a value that is no message is somebody's word or a number."""
    if isinstance(value, Message):
        yield value.text
        values: Any = value.values.values()
    else:
        values = value.parts if isinstance(value, Enumeration) else value if isinstance(value, list) else ()
    for each in values:
        yield from texts(each)


def untold(territory: Territory, *, sources: frozenset[str] = frozenset()) -> list[str]:
    """Texts that are finished English or are not translated somewhere, apart from those of the publishers."""
    known = {language: messages(language) for language in LANGUAGES if language != "en"}
    singular = {
        language: {one if isinstance(one, str) else one[0]: told for one, told in table.items()}
        for language, table in known.items()
    }
    every = {text for sentence in stored(territory) for text in texts(Message(sentence))} - sources
    return sorted(text for text in every if not all(_told(table.get(text)) for table in singular.values()))


def _told(translation: Any) -> bool:
    return all(translation) if isinstance(translation, tuple) else bool(translation)
