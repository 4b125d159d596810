"""A YAML file read key by key, whose errors name the file, the line and the key."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import yaml

from geodata.errors import InputError
from geodata.names import suggest
from geodata.yamlfile import read_mapping

Keys = tuple[str, ...]


class CheckedFile:
    """A file whose top level is a mapping, and the checks that a reader of it needs.

    Every check takes the path of keys to the value (of an entry in a list its position, from 1, as text), which it
    names with its line when it fails. `content`, if given, stands for what is at the path.

    Raises
    ------
    InputError
        The file is not there, is not valid YAML, or holds a key twice.
    """

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        self.path = path
        self.content = read_mapping(path, content)
        text = (path.read_bytes() if content is None else content).decode()
        self._root = yaml.compose(text, Loader=yaml.SafeLoader)
        self._refuse_repeats(self._root, ())

    def fail(self, keys: Keys, message: str) -> NoReturn:
        """Raise an InputError that names the line of the deepest key that is in the file; of the last, if repeated."""
        node, line = self._root, 1
        for wanted in keys:
            if isinstance(node, yaml.SequenceNode) and wanted.isdigit() and 0 < int(wanted) <= len(node.value):
                node = node.value[int(wanted) - 1]
                line = node.start_mark.line + 1
                continue
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            found = [(key, value) for key, value in pairs if key.value == wanted]
            if not found:
                break
            line, node = found[-1][0].start_mark.line + 1, found[-1][1]
        raise InputError(
            f"{self.path.name}, line {line}, {' > '.join(keys)}: {message}{'' if message.endswith('?') else '.'}"
        )

    def mapping(self, keys: Keys, value: Any, *, known: Iterable[str] | None = None) -> dict[str, Any]:
        """Return a mapping that is not empty and, with `known`, has no other keys."""
        if not isinstance(value, dict) or not value:
            self.fail(keys, "expected keys with values")
        for key in value:
            if known is not None and key not in (names := list(known)):
                self.fail((*keys, str(key)), f"is not a key that is known here; {suggest(str(key), names)}")
        return value

    def number(self, keys: Keys, value: Any, *, low: float | None = None, high: float | None = None) -> float:
        """Return a finite number within bounds, both included."""
        bounds = f" of {low:g} or more" if low is not None and high is None else ""
        bounds = f" from {low:g} to {high:g}" if low is not None and high is not None else bounds
        least, most = -1e300 if low is None else low, 1e300 if high is None else high
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.fail(keys, f"is {value!r}, expected a number{bounds}")
        return float(value)

    def one_of(self, keys: Keys, value: Any, allowed: Iterable[str]) -> str:
        """Return a text that is one of those allowed."""
        names = list(allowed)
        if value not in names:
            self.fail(keys, f"is {value!r}; {suggest(str(value), names)}")
        return str(value)

    def text(self, keys: Keys, value: Any) -> str:
        """Return a text that is not empty, of one line."""
        if not isinstance(value, str) or not value.strip() or len(value.splitlines()) != 1:
            self.fail(
                keys, f"is {value!r}, expected a text on one line, in quotation marks where it looks like a number"
            )
        return value.strip()

    def choices(self, keys: Keys, value: Any) -> list[Any]:
        """Return a list that is not empty."""
        if not isinstance(value, list) or not value:
            self.fail(keys, "expected a list of choices in square brackets")
        return value

    def _refuse_repeats(self, node: Any, keys: Keys) -> None:
        if isinstance(node, yaml.SequenceNode):
            for position, entry in enumerate(node.value, start=1):
                self._refuse_repeats(entry, (*keys, str(position)))
        if not isinstance(node, yaml.MappingNode):
            return
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                self.fail((*keys, key.value), "is there twice; keep one")
            seen.add(key.value)
            self._refuse_repeats(value, (*keys, key.value))
