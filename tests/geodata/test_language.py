"""Words, numbers and sentences in the language in use."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata import i18n as language
from geodata.i18n import date, number, of_locale, percent, places, say, says, separators, using
from geodata.indicators import category, dictionary

CATALOGUE = """\
msgid ""
msgstr ""
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "pharmacy"
msgstr "Apotheke"

msgid "Minutes to {place}, from {start}"
msgstr "Von {start} nach {place} in Minuten"

msgid "{count} area is missing"
msgid_plural "{count} areas are missing"
msgstr[0] "{count} Gebiet fehlt"
msgstr[1] "{count} Gebiete fehlen"

msgid "Never"
msgstr ""

msgid "{first} {second}"
msgstr "{second} {first}"

#, fuzzy
msgid "guessed"
msgstr "geraten"
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak German from a catalogue of five messages."""
    (tmp_path / "de.po").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    language._catalogue.cache_clear()
    with using("de"):
        yield
    language._catalogue.cache_clear()


@pytest.mark.usefixtures("german")
def test_a_message_is_told_and_its_places_filled_in_any_order() -> None:
    assert say("pharmacy") == "Apotheke"
    assert say("Minutes to {place}, from {start}", place="Rom", start="Bari") == "Von Bari nach Rom in Minuten"


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("message", ["not in the catalogue", "Never", "guessed", ""])
def test_what_has_no_translation_stays_english(message: str) -> None:
    assert say(message) == message


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 Gebiete fehlen"), (1, "1 Gebiet fehlt"), (1234, "1.234 Gebiete fehlen")]
)
def test_the_number_decides_the_form(count: int, told: str) -> None:
    assert says("{count} area is missing", "{count} areas are missing", count) == told


def test_english_is_left_alone() -> None:
    assert says("{count} area", "{count} areas", 1) == "1 area"
    assert says("{count} area", "{count} areas", 12345) == "12,345 areas"


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("en", ("12,345.6", "-3.0", "+3", "25%", "1 March 2026")),
        ("de", ("12.345,6", "-3,0", "+3", "25\u202f%", "1. März 2026")),
        ("fr", ("12\u202f345,6", "-3,0", "+3", "25\u202f%", "1 mars 2026")),
        ("it", ("12.345,6", "-3,0", "+3", "25\u202f%", "1 marzo 2026")),
        ("es", ("12.345,6", "-3,0", "+3", "25\u202f%", "1 de marzo de 2026")),
    ],
)
def test_numbers_and_dates(spoken: str, written: tuple[str, ...]) -> None:
    with using(spoken):
        day = date(datetime.date(2026, 3, 1))
        assert (number(12345.6, 1), number(-3, 1), number(3, signed=True), percent(25), day) == written


def test_separators_never_read_alike() -> None:
    for spoken in language.LANGUAGES:
        with using(spoken):
            decimal, group = separators()
            assert decimal != group


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [("de-AT", "de"), ("fr_CA", "fr"), ("IT", "it"), ("es-419", "es"), ("pt-PT", "en"), (None, "en")],
)
def test_language_of_a_locale(locale: str | None, spoken: str) -> None:
    assert of_locale(locale) == spoken


def test_an_unknown_language_is_english_and_using_ends() -> None:
    with using("de"):
        with using("xx"):
            assert language.current() == "en"
        assert language.current() == "de"
    assert language.current() == "en"


def test_places() -> None:
    assert places("{name} has {count} areas, {name}") == {"name", "count"}
    assert places("100 %") == set()


def test_the_dictionary_is_read_in_the_language_in_use() -> None:
    english = dictionary(("pharmacy",))
    with using("de"):
        german, name = dictionary(("pharmacy",)), category("pharmacy").title
        assert german["share_65_plus"].format(31.24) == "31,2\u202f%"
        assert german["population"].format(None) == "keine Daten"
    assert name == "Apotheke"
    assert name in german["minutes_pharmacy"].title
    assert german["minutes_pharmacy"].measure == english["minutes_pharmacy"].measure == "min"
    assert german["minutes_pharmacy"].dimension == english["minutes_pharmacy"].dimension == "Access"
    assert category("pharmacy").title == "pharmacy"
