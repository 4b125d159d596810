"""The language a person reads in: messages from plain catalogues, numbers and dates as she writes them.

A message is its English text; `languages/*.po` hold the others, in the format that translators' tools open. A message
that a catalogue lacks stays English. `{name}` in a message is filled after translation, so word order is free.

>>> with using("de"):
...     number(12345.6, 1)
'12.345,6'
>>> say("{count} areas", count=number(7901))
'7,901 areas'
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Any

from babel import Locale, dates, numbers
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent / "languages"
DEFAULT = "en"
LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "it": "Italiano", "es": "Español"}

_current: ContextVar[str] = ContextVar("language", default=DEFAULT)


def current() -> str:
    """Language in use here, a key of `LANGUAGES`."""
    return _current.get()


def use(language: str) -> None:
    """Speak a language from here on in this thread; one that is not known is English."""
    _current.set(language if language in LANGUAGES else DEFAULT)


@contextmanager
def using(language: str) -> Iterator[None]:
    """Speak a language for a while."""
    token = _current.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def say(message: str, **values: Any) -> str:
    """Write a message in the language in use, its `{name}` places filled with the values."""
    told = _told(message)
    return told.format(**values) if values else told


def says(one: str, many: str, count: float, **values: Any) -> str:
    """Write a message that depends on a number; `{count}` in it is that number, written by `number`."""
    catalogue = _catalogue(current())
    found = catalogue.get(one) if catalogue else None
    if catalogue and found is not None and isinstance(found.string, tuple) and all(found.string):
        told = found.string[c2py(catalogue.plural_expr)(int(count))]
    else:
        told = one if count == 1 else many
    return told.format(count=number(count), **values)


def mark(message: str) -> str:
    """Name a message that is written elsewhere, with `say`, so that the catalogues know it."""
    return message


def number(value: float, decimals: int = 0) -> str:
    """Write a number with the separators of the language in use."""
    places = "." + "0" * decimals if decimals else ""
    return str(numbers.format_decimal(value, format=f"#,##0{places}", locale=_locale(current())))


def date(day: datetime.date) -> str:
    """Write a day as the language in use does."""
    return str(dates.format_date(day, format="long", locale=_locale(current())))


def _told(message: str) -> str:
    catalogue = _catalogue(current())
    found = catalogue.get(message) if catalogue else None
    return str(found.string) if found is not None and found.string and not found.fuzzy else message


@cache
def _locale(language: str) -> Locale:
    # British English: day before month, as in the Union's own papers.
    return Locale.parse("en_GB" if language == DEFAULT else language)


@cache
def _catalogue(language: str) -> Catalog | None:
    path = CATALOGUES / f"{language}.po"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)
