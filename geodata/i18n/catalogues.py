"""The catalogues of messages: gathered from code and data by Babel, and brought up to date for each language.

`python -m geodata.i18n.catalogues` brings `*.po` up to date: new messages come without translation, those no longer
used go. Code names a message with one of `KEYWORDS`; `METHODS` says which texts of the data files are messages.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from geodata.i18n import CATALOGUES, DEFAULT, LANGUAGES

ROOT = Path(__file__).parents[2]
PACKAGES = ("dashboard", "geodata", "pipelines")
# Which arguments of a call are messages: the first, or one and many.
KEYWORDS = {"say": None, "mark": None, "Message": None, "says": (1, 2), "plural": (1, 2)}
# Columns of tables whose texts are messages.
TABLES = {
    "snapshot/services_completeness.csv": {"columns": "note"},
    "snapshot/projects.csv": {"columns": "themes confidence"},
    "snapshot/services.csv": {"columns": "confidence"},
}
# How the files of a package are read; the first pattern that fits decides.
METHODS = [
    ("**.py", "geodata.i18n.extractors:code"),
    ("indicators.yaml", "geodata.i18n.extractors:indicators"),
    ("services.yaml", "geodata.i18n.extractors:services"),
    ("indices/*.yaml", "geodata.i18n.extractors:weighting"),
    ("territories/*.yaml", "geodata.i18n.extractors:territory"),
    *((name, "geodata.i18n.extractors:table") for name in TABLES),
]
# One and many; the further form of some for millions is the one for many.
TWO_FORMS = "nplurals=2; plural=(n != 1);"
PLURALS = {"de": TWO_FORMS, "fr": "nplurals=2; plural=(n > 1);", "it": TWO_FORMS, "es": TWO_FORMS}


def gather() -> Catalog:
    """Gather every message with the files that it is in, sorted by its English text."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for message, where in sorted(set(_extracted()), key=lambda each: (str(each[0]), each[1])):
        catalogue.add(message, locations=[(where, None)])  # type: ignore[list-item]
    return catalogue


def updated(language: str, found: Catalog) -> str:
    """Write the catalogue of a language with all messages found and the translations that it has for them."""
    known, fresh = _known(language), _empty(language)
    for message in _messages(found):
        told = known.get(message.id)
        added = fresh.add(message.id, told.string if told is not None else None, locations=message.locations)
        # A percent sign is no place to be filled.
        added.flags.discard("python-format")
    content = io.BytesIO()
    write_po(content, fresh, width=110, omit_header=True)
    return _header(language) + content.getvalue().decode()


def missing(language: str, found: Catalog) -> list[str]:
    """List the messages that a catalogue does not translate, in English."""
    known = _known(language)
    return [_text(message) for message in _messages(found) if not _translated(known.get(message.id))]


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _text(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _translated(message: Message | None) -> bool:
    if message is None:
        return False
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _known(language: str) -> Catalog:
    path = CATALOGUES / f"{language}.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language) if path.is_file() else _empty(language)


def _empty(language: str) -> Catalog:
    return read_po(io.BytesIO(_header(language).encode()), locale=language)


def _header(language: str) -> str:
    # Without dates: the same messages are the same file.
    return (
        f'# {LANGUAGES[language]}\nmsgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
        f'"Plural-Forms: {PLURALS[language]}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )


def _extracted() -> Iterator[tuple[str | tuple[str, ...], str]]:
    """Messages with the file that each is in."""
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, METHODS, TABLES, keywords=KEYWORDS)
        for name, _, message, _, _ in found:
            yield message, f"{package}/{Path(name).as_posix()}"


def main() -> None:
    """Bring the catalogues up to date and say what they lack."""
    found = gather()
    CATALOGUES.mkdir(exist_ok=True)
    for language in LANGUAGES:
        if language != DEFAULT:
            content = updated(language, found)
            (CATALOGUES / f"{language}.po").write_text(content, encoding="utf-8")
            print(f"{LANGUAGES[language]}: {len(missing(language, found))} of {len(_messages(found))} not translated")


if __name__ == "__main__":
    main()
