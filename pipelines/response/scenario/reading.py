"""A scenario as a small file that people can read, write and pass on."""

from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Annotated, Any, NoReturn

import yaml
from pydantic import BeforeValidator

from geodata import configfile
from geodata.configfile import Document, Keys, Section, Text, check_name, known_keys, problem
from pipelines.response.scenario.changes import KINDS, Change, Scenario

HEAD = "# A what-if: changes to a built territory, applied in their order. `python -m pipelines scenario` reads it.\n"
TOP = ("name", "territory", "version", "changes")
# Words of the file that are not those of the code.
WORDS = {"start": "from", "end": "to"}
LONGEST = 500


def _entries(value: Any) -> Any:
    """Check the list of changes; an addition without an id is called by its place in the list."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > LONGEST:
        raise problem(f"expected a list of at most {LONGEST} changes, each begun with a dash")
    for position, entry in enumerate(value, start=1):
        at = str(position)
        known_keys(entry, None, at)
        if "do" not in entry:
            raise problem(f"is missing; say what to do, one of: {', '.join(KINDS)}", at, "do")
        check_name(entry["do"], KINDS, at, "do")
    return [
        {"id": f"added-{position}"} | entry if entry["do"].startswith("add") else entry
        for position, entry in enumerate(value, start=1)
    ]


class _File(Section):
    name: Text
    territory: Text
    version: Text
    changes: Annotated[tuple[dict[str, Any], ...], BeforeValidator(_entries)] = ()


def read(path: Path, content: bytes | None = None) -> Scenario:
    """Read a scenario, every key checked.

    Parameters
    ----------
    path
        The file, or with `content` its name.
    content
        What is in it; None to read it from the path.

    Raises
    ------
    InputError
        The file cannot be read, or a key is missing, unknown or holds what it may not; line and key are named.
    """
    document = configfile.read(path, content)
    file = configfile.check(_File, document.content, fail=document.fail)
    return Scenario(
        name=file.name,
        territory=file.territory,
        version=file.version,
        changes=tuple(_change(document, str(position), entry) for position, entry in enumerate(file.changes, start=1)),
    )


def write(scenario: Scenario) -> bytes:
    """Write a scenario as the file that `read` reads; the same scenario gives the same bytes."""
    entries = []
    for change in scenario.changes:
        filled = {WORDS.get(key, key): value for key, value in asdict(change).items() if value is not None}
        spots = {key: list(value) if isinstance(value, tuple) else value for key, value in filled.items()}
        entries.append({"do": change.does} | spots)
    content = {key: getattr(scenario, key) for key in TOP[:3]} | {"changes": entries}
    return (HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)).encode()


def _change(document: Document, position: str, entry: dict[str, Any]) -> Change:
    """Read one change by the fields of its kind."""
    kind = KINDS[entry["do"]]
    words = {WORDS.get(field.name, field.name): field for field in fields(kind)}

    def keys(values: Any) -> Any:
        known_keys(values, words)
        for word, field in words.items():
            if field.default is MISSING and word not in values:
                raise problem(f"is missing; {kind.does} needs it", word)
        return values

    def fail(keys: Keys, message: str) -> NoReturn:
        document.fail(("changes", position, *keys), message)

    checked: Any = Annotated[kind, BeforeValidator(keys)]
    change: Change = configfile.check(checked, {word: entry[word] for word in entry if word != "do"}, fail=fail)
    return change
