"""The messages of the product, gathered from its code and data, and the catalogues that translate them.

`python -m geodata.i18n.catalogues` brings `*.po` up to date: new messages come without translation, those no longer
used go. Code names a message with `say`, `says` or `mark`; data are the fields below.
"""

import ast
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from geodata.configfile import read_mapping
from geodata.i18n import CATALOGUES, DEFAULT, LANGUAGES

ROOT = Path(__file__).parents[2]
PACKAGES = ("dashboard", "geodata", "pipelines")
KEYWORDS = {"say": 1, "says": 2, "mark": 1}
ENTRY_FIELDS = ("title", "unit", "dimension", "classes", "formula", "missing")
# One and many; the further form of some for millions is the one for many.
TWO_FORMS = "nplurals=2; plural=(n != 1);"
PLURALS = {"de": TWO_FORMS, "fr": "nplurals=2; plural=(n > 1);", "it": TWO_FORMS, "es": TWO_FORMS}

Found = tuple[str | tuple[str, str], str]


def gather() -> Catalog:
    """Gather every message with the files that it is in, sorted by its English text."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for message, where in sorted({*_code(), *_data()}, key=lambda found: (str(found[0]), found[1])):
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


def _code() -> Iterator[Found]:
    """Messages that code names: the first argument of `say` and `mark`, the first two of `says`."""
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                texts = [each for each in node.args[: KEYWORDS[node.func.id]] if isinstance(each, ast.Constant)]
                given = [str(text.value) for text in texts]
                if len(given) == KEYWORDS[node.func.id]:
                    yield given[0] if len(given) == 1 else (given[0], given[1]), _where(path)


def _data() -> Iterator[Found]:
    """Messages of the data files: dictionary, services, weightings, territories and lists of the snapshot."""
    folder = ROOT / "geodata"
    for entry in read_mapping(folder / "indicators.yaml").values():
        for field in ENTRY_FIELDS:
            for message in _listed(entry.get(field, [])):
                yield message, "geodata/indicators.yaml"
    for entry in read_mapping(folder / "services.yaml").values():
        yield from ((entry[field], "geodata/services.yaml") for field in ("title", "plural"))
    for path in (folder / "indices").glob("*.yaml"):
        weighting = read_mapping(path)
        for message in (weighting["title"], *weighting.get("need", {}), *weighting.get("resources", {})):
            yield message, _where(path)
    for path in (folder / "territories").glob("*.yaml"):
        yield read_mapping(path)["title"], _where(path)
    for name, column in (
        ("services_completeness.csv", "note"),
        ("projects.csv", "themes"),
        ("projects.csv", "confidence"),
    ):
        with (folder / "snapshot" / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for message in row[column].split(";") if column == "themes" else [row[column]]:
                    yield message, f"geodata/snapshot/{name}"
    with (folder / "snapshot" / "services.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["confidence"], "geodata/snapshot/services.csv"


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


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
