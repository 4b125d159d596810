"""Words of several languages in one plain form, and lists of them that tell headers, countries and services."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from geodata import configfile
from geodata.configfile import Texts

# Letters that have no accent to take off.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_FOLDER = Path(__file__).parent


def plain(text: str) -> str:
    """Small letters without accents, everything else than letters and digits made one space.

    Examples
    --------
    >>> plain("  Località (Bolzano/Bozen)"), plain("addr:city"), plain("Großkirchheim")
    ('localita bolzano bozen', 'addr city', 'grosskirchheim')
    """
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def plain_header(text: str) -> str:
    """Plain form of the name of a column, where a capital inside a word begins another.

    Examples
    --------
    >>> plain_header("PostiLetto"), plain_header("LAU_ID")
    ('posti letto', 'lau id')
    """
    return plain(_HUMP.sub(" ", text))


@cache
def _listed(subject: str) -> dict[str, tuple[str, ...]]:
    """Words by what they stand for, as the table of a subject has them."""
    return configfile.load(dict[str, Texts], _FOLDER / f"{subject}.yaml")


@cache
def headers() -> dict[str, tuple[str, ...]]:
    """Words of headers by role, in the order in which roles are tried."""
    return {role: tuple(map(plain, words)) for role, words in _listed("words").items()}


@cache
def _countries() -> dict[str, str]:
    listed = _listed("countries")
    return {plain(word): code for code, words in listed.items() for word in (*words, code)}


# Cells of uploaded tables are asked about too, so that only the last ones are remembered.
@lru_cache(maxsize=4096)
def country(text: str) -> str:
    """ISO 3166-1 alpha-2 code of a country of Europe named in any of several languages; empty when unknown.

    Examples
    --------
    >>> country("Österreich"), country("EL"), country("Slovénie"), country("Atlantis")
    ('AT', 'GR', 'SI', '')
    """
    return _countries().get(plain(text), "")


@cache
def _labels(subject: str) -> dict[str, str]:
    listed = _listed(subject)
    return {plain(word): label for label, words in listed.items() for word in (*words, label)}


def label(subject: str, text: str) -> str:
    """Id of a category of service (`services`) or theme (`themes`) named in any of several languages; else empty.

    Examples
    --------
    >>> label("services", "Farmacia"), label("themes", "Gesundheit"), label("services", "Zauberei")
    ('pharmacy', 'health & care', '')
    """
    return _labels(subject).get(plain(text), "")


def labels(subject: str) -> list[str]:
    """Ids that `label` knows."""
    return sorted(set(_labels(subject).values()))


def found(subject: str, text: str) -> dict[str, str]:
    """Ids whose words stand in a text as whole words, each with the first of them, in the order of the text.

    Words with `=` before them in the table do not count here.

    Examples
    --------
    >>> found("themes", "Busse für ältere Menschen: Verkehr und Pflege auf dem Land")
    {'mobility': 'verkehr', 'health & care': 'pflege'}
    >>> found("themes", "Education of bus drivers, buses and careers")
    {'education & childcare': 'education', 'mobility': 'bus'}
    """
    matches: dict[str, str] = {}
    for match in _inside(subject).finditer(plain(text)):
        matches.setdefault(_labels(subject)[match[0]], match[0])
    return matches


@cache
def _inside(subject: str) -> re.Pattern[str]:
    """Any of the words of a table that count inside a text; of several that begin alike the longest."""
    listed = _listed(subject)
    inside = {plain(word) for label, known in listed.items() for word in (*known, label) if not word.startswith("=")}
    words = "|".join(map(re.escape, sorted(inside, key=lambda word: (-len(word), word))))
    return re.compile(rf"(?<!\S)(?:{words})(?!\S)")
