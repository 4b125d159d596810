"""A scenario as a small file that people can read, write and pass on."""

from collections.abc import Callable
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

import yaml

from geodata import indicators
from geodata.configfile import CheckedFile, Keys
from geodata.schema import PROJECT_KINDS
from pipelines.response.scenario.changes import KINDS, Change, Scenario, Spot

HEAD = "# A what-if: changes to a built territory, applied in their order. `python -m pipelines scenario` reads it.\n"
TOP = ("name", "territory", "version", "changes")
# Words of the file that are not those of the code.
WORDS = {"start": "from", "end": "to"}
LONGEST = 500
Read = Callable[[CheckedFile, Keys, Any], Any]


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
    file = CheckedFile(path, content)
    given = file.mapping((), file.content, known=TOP)
    for key in TOP[:3]:
        if key not in given:
            file.fail((key,), "is missing; a scenario says its name, its territory and the version it was made for")
    changes = given.get("changes") or []
    if not isinstance(changes, list) or len(changes) > LONGEST:
        file.fail(("changes",), f"expected a list of at most {LONGEST} changes, each begun with a dash")
    return Scenario(
        **{key: file.text((key,), given[key]) for key in TOP[:3]},
        changes=tuple(_change(file, ("changes", str(at)), entry) for at, entry in enumerate(changes, start=1)),
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


def _change(file: CheckedFile, keys: Keys, entry: Any) -> Change:
    """Read one change by the fields of its kind."""
    given = file.mapping(keys, entry)
    if "do" not in given:
        file.fail((*keys, "do"), f"is missing; say what to do, one of: {', '.join(KINDS)}")
    kind = KINDS[file.one_of((*keys, "do"), given["do"], KINDS)]
    known = {WORDS.get(field.name, field.name): field for field in fields(kind)}
    file.mapping(keys, given, known=["do", *known])
    made: dict[str, Any] = {}
    for word, field in known.items():
        # An addition without an id is called by its place in the list.
        if word == "id" and word not in given and kind.does.startswith("add"):
            made["id"] = f"added-{keys[-1]}"
        elif word in given:
            made[field.name] = READERS[word](file, (*keys, word), given[word])
        elif field.default is MISSING:
            file.fail((*keys, word), f"is missing; {kind.does} needs it")
    return kind(**made)


def _spot(file: CheckedFile, keys: Keys, value: Any) -> Spot:
    if not isinstance(value, list):
        return file.text(keys, value)
    if len(value) != 2:
        file.fail(keys, f"is {value!r}, expected the id of a place, or [latitude, longitude]")
    lat, lon = value
    return file.number(keys, lat, low=-90, high=90), file.number(keys, lon, low=-180, high=180)


def _above_zero(file: CheckedFile, keys: Keys, value: Any) -> float:
    number = file.number(keys, value)
    if number <= 0:
        file.fail(keys, f"is {value!r}, expected a number above 0")
    return number


READERS: dict[str, Read] = {
    "id": CheckedFile.text,
    "category": lambda file, keys, value: file.one_of(keys, value, indicators.categories()),
    "name": CheckedFile.text,
    "at": _spot,
    "level": CheckedFile.text,
    "capacity": _above_zero,
    "themes": CheckedFile.text,
    "kind": lambda file, keys, value: file.one_of(keys, value, PROJECT_KINDS),
    "from": _spot,
    "to": _spot,
    "minutes": _above_zero,
}
