"""The language a person reads in: messages from plain catalogues, numbers and dates as she writes them.

A message is its English text; `*.po` hold the others, in the format that translators' tools open. A message
that a catalogue lacks stays English. `{name}` in a message is filled after translation, so word order is free.

>>> with using("de"):
...     number(12345.6, 1), number(-3, 1, signed=True)
('12.345,6', '-3,0')
"""

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import c2py
from pathlib import Path
from string import Formatter
from typing import Any

from babel import Locale, dates, lists, numbers
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent
DEFAULT = "en"
LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "it": "Italiano", "es": "Español"}

NARROW = "\N{NARROW NO-BREAK SPACE}"

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


def of_locale(locale: str | None) -> str:
    """Language of a locale such as de-AT; English where we do not speak it.

    Examples
    --------
    >>> of_locale("de-AT"), of_locale("pt-PT"), of_locale(None)
    ('de', 'en', 'en')
    """
    found = (locale or "").replace("_", "-").partition("-")[0].lower()
    return found if found in LANGUAGES else DEFAULT


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


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """Write a number with the separators of the language in use, on request with its sign."""
    written = f"{value:+,.{decimals}f}" if signed else f"{value:,.{decimals}f}"
    decimal, group = separators()
    return written.translate({ord("."): decimal, ord(","): group})


def percent(value: float, decimals: int = 0) -> str:
    """Write a number of percent, as the language in use does."""
    return f"{number(value, decimals)}{'' if current() == DEFAULT else NARROW}%"


def date(day: datetime.date) -> str:
    """Write a day as the language in use does."""
    return str(dates.format_date(day, format="long", locale=_locale(current())))


def enumerated(parts: Iterable[str]) -> str:
    """Write parts one after the other, with "and" before the last."""
    return str(lists.format_list(list(parts), locale=_locale(current())))


def separators() -> tuple[str, str]:
    """Decimal and group separator of the language in use."""
    return _separators(current())


def messages(language: str) -> dict[Any, Any]:
    """Return every message of a catalogue with its translation; with forms on both sides where a number decides."""
    catalogue = _catalogue(language)
    return {} if catalogue is None else {each.id: each.string for each in catalogue if each.id}


def places(message: str) -> frozenset[str]:
    """Names of the places that a message has to be filled.

    Examples
    --------
    >>> sorted(places("{name} has {count} areas"))
    ['count', 'name']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)


def _told(message: str) -> str:
    catalogue = _catalogue(current())
    found = catalogue.get(message) if catalogue and message else None
    usable = found is not None and isinstance(found.string, str) and found.string and not found.fuzzy
    return str(found.string) if found is not None and usable else message


@cache
def _locale(language: str) -> Locale:
    # British English: day before month, as in the Union's own papers.
    return Locale.parse("en_GB" if language == DEFAULT else language)


@cache
def _separators(language: str) -> tuple[str, str]:
    locale = _locale(language)
    return numbers.get_decimal_symbol(locale), numbers.get_group_symbol(locale)


@cache
def _catalogue(language: str) -> Catalog | None:
    path = CATALOGUES / f"{language}.po"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)
