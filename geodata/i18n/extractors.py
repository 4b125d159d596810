"""Babel extractors: calls in code, and the texts of the data files that people read.

Each is called by `babel.messages.extract` with the open file and yields (line, function, message, comments); line 0
stands for the whole file, since a text is found by its key and not by its place.
"""

import ast
import csv
import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

import yaml

ENTRY_FIELDS = ("title", "unit", "dimension", "classes", "formula", "missing")
SERVICE_FIELDS = ("title", "plural")
# Between the themes of a project.
SEPARATOR = ";"

Call = tuple[int, str, tuple[str | None, ...], list[str]]
Extracted = tuple[int, None, str, list[str]]
Keywords = Mapping[str, Any]
Tags = Collection[str]
Options = Mapping[str, Any]


def code(file: BinaryIO, keywords: Keywords, tags: Tags, options: Options) -> Iterator[Call]:  # noqa: ARG001
    """Calls of a module by their syntax tree, each with its arguments; one that is no plain text is None.

    The extractor for Python of Babel 2.19 reads tokens: it misses calls inside the brackets of another call and, before
    Python 3.12, those inside f-strings.
    """
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords and node.args:
            texts = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
            yield node.lineno, node.func.id, tuple(text if isinstance(text, str) else None for text in texts), []


def indicators(file: BinaryIO, keywords: Keywords, tags: Tags, options: Options) -> Iterator[Extracted]:  # noqa: ARG001
    """Texts of the indicator dictionary."""
    for entry in yaml.safe_load(file).values():
        for field in ENTRY_FIELDS:
            texts = entry.get(field, [])
            yield from map(_found, [texts] if isinstance(texts, str) else texts)


def services(file: BinaryIO, keywords: Keywords, tags: Tags, options: Options) -> Iterator[Extracted]:  # noqa: ARG001
    """Names of the categories of service."""
    for entry in yaml.safe_load(file).values():
        yield from (_found(entry[field]) for field in SERVICE_FIELDS)


def weighting(file: BinaryIO, keywords: Keywords, tags: Tags, options: Options) -> Iterator[Extracted]:  # noqa: ARG001
    """Title of a weighting, names of its dimensions and reasons for its goalposts."""
    content = yaml.safe_load(file)
    parts = content.get("need", {}) | content.get("resources", {})
    # Beside its indicators a dimension may have a weight.
    terms = [term for part in parts.values() for term in part.values() if isinstance(term, dict)]
    yield from map(_found, (content["title"], *parts, *(term["reason"] for term in terms)))


def territory(file: BinaryIO, keywords: Keywords, tags: Tags, options: Options) -> Iterator[Extracted]:  # noqa: ARG001
    """Title of a territory."""
    yield _found(yaml.safe_load(file)["title"])


def table(file: BinaryIO, keywords: Keywords, tags: Tags, options: Options) -> Iterator[Extracted]:  # noqa: ARG001
    """Columns of a table of the snapshot, those that the option `columns` names, separated by spaces."""
    for row in csv.DictReader(io.StringIO(file.read().decode("utf-8"), newline="")):
        for column in options["columns"].split():
            yield from map(_found, row[column].split(SEPARATOR) if column == "themes" else [row[column]])


def _found(text: str) -> Extracted:
    return 0, None, text, []
