"""Configuration files: YAML read by plain rules, checked by a pydantic type, whose errors name file, line and key.

Only what a person needs to write a configuration is read: texts, numbers, true and false, lists and keys. A plain value
is a number or true or false by the rules of YAML 1.2, so that the country NO, the day 2024-05-01 and the code 007
stay text. Aliases, anchors, tags, keys that are there twice, nesting deeper than `DEEPEST` and numbers beyond
`LARGEST` are refused, since they are slips or attempts to exhaust the reader.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from geodata.errors import InputError
from geodata.i18n import say
from geodata.names import suggest

Keys = tuple[str, ...]
T = TypeVar("T")

DEEPEST = 20
LARGEST = 1e15
# What a dumper of YAML 1.1 writes without quotation marks as a text must be none of these, and is not.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Longest value that an error repeats.
_SHOWN = 80
_PROBLEM = "problem"


@dataclass(frozen=True)
class Document:
    """A file whose top level is a mapping.

    Attributes
    ----------
    path
        The file.
    content
        Its keys and values.
    lines
        Line by path of keys; an entry of a list is named by its position, from 1, as text.
    """

    path: Path
    content: dict[str, Any]
    lines: dict[Keys, int] = field(repr=False)

    def fail(self, keys: Keys, message: str) -> NoReturn:
        """Raise an InputError that names the line of the deepest key that is in the file."""
        line = next((self.lines[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in self.lines), 1)
        raise InputError(_located(f"{self.path.name}, line {line}", keys, message))


def read(path: Path, content: bytes | None = None, *, aliases: bool = False) -> Document:
    """Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path
        The file, or with `content` its name.
    content
        What stands for the file; None to read it.
    aliases
        Whether the file may name a value (&name) and repeat it (*name): for files that come with the product.

    Raises
    ------
    InputError
        The file is not there, is not valid YAML, its top level is no mapping, or it holds what is refused; the line
        is named.
    """
    try:
        text = (path.read_bytes() if content is None else content).decode()
    except FileNotFoundError:
        raise InputError(f"{path.name} was not found in {path.parent}; restore the file.") from None
    except UnicodeDecodeError:
        raise InputError(
            say("{file} is not valid YAML, as it is not text in UTF-8; save it as such.", file=path.name)
        ) from None
    try:
        return _Builder(path, text, aliases=aliases).document()
    except yaml.YAMLError as error:
        mark: yaml.Mark | None = getattr(error, "problem_mark", None)
        # What is missing at the end is missing in the last line.
        where = f"line {min(mark.line + 1, len(text.splitlines()))}" if mark else "somewhere"
        raise InputError(
            say("{file} is not valid YAML at {where}; correct that line.", file=path.name, where=where)
        ) from error


def read_mapping(path: Path, content: bytes | None = None) -> dict[str, Any]:
    """Keys and values of a YAML file; as `read`."""
    return read(path, content).content


def load(kind: type[T], path: Path, content: bytes | None = None, *, aliases: bool = False, context: Any = None) -> T:
    """Read a file and check it.

    Parameters
    ----------
    kind
        A `Section`, or any type that pydantic knows.
    path, content, aliases
        As `read`.
    context
        For the validators of the type.

    Raises
    ------
    InputError
        As `read`, or a key is missing, unknown or holds what it may not; file, line and key are named.
    """
    document = read(path, content, aliases=aliases)
    return check(kind, document.content, fail=document.fail, context=context)


def check(kind: type[T], content: Any, *, fail: Callable[[Keys, str], NoReturn], context: Any = None) -> T:
    """Check values that are read already; `fail` is given the path of keys and the message of the first slip."""
    try:
        checked: T = TypeAdapter(kind).validate_python(content, context=context)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        fail(_keys(first, content), _message(first))
    return checked


def part_of(title: str) -> Callable[[Keys, str], NoReturn]:
    """Make what `check` calls for values that come from no file: a title stands instead of file and line."""

    def fail(keys: Keys, message: str) -> NoReturn:
        raise InputError(_located(title, keys, message))

    return fail


def problem(message: str, *keys: str, shown: bool = False) -> PydanticCustomError:
    """Make an error for a validator to raise.

    Parameters
    ----------
    message
        What is wrong and what to do, without a full stop.
    keys
        Where below the value that is checked.
    shown
        Whether the message begins with the value.
    """
    return PydanticCustomError(_PROBLEM, "{message}", {"message": message, "keys": keys, "shown": shown})


class Section(BaseModel):
    """Keys of a file; others than the fields are refused, with the nearest of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        names = [each.alias or name for name, each in cls.model_fields.items()]
        return known_keys(value, names)


def known_keys(value: Any, names: Iterable[str] | None, *keys: str) -> Any:
    """Check, in a validator, that a value, below the checked one by `keys`, has keys, and with `names` no others."""
    if not isinstance(value, dict):
        raise problem(f"is {_shown(value)}, expected keys with values", *keys)
    if names is not None:
        known = list(names)
        for key in value:
            if key not in known:
                raise problem(f"is not a key that is known here; {suggest(str(key), known)}", *keys, str(key))
    return value


def section_of(kind: type, *, without: Iterable[str] = ()) -> BeforeValidator:
    """Make the check of `Section` for a dataclass; fields named in `without` are no keys of a file."""
    assert is_dataclass(kind)
    names = [each.name for each in fields(kind) if each.name not in set(without)]
    return BeforeValidator(lambda value: known_keys(value, names))


def complete(names: Iterable[str]) -> BeforeValidator:
    """Make a check that a mapping has all of these keys and no other."""
    wanted = tuple(names)

    def check_keys(value: Any) -> Any:
        known_keys(value, wanted)
        if absent := [name for name in wanted if name not in value]:
            raise problem(f"lacks {absent[0]!r}; add it")
        return value

    return BeforeValidator(check_keys)


def one_of(names: Iterable[str] | Callable[[], Iterable[str]]) -> BeforeValidator:
    """Make a check that a value is one of some names, which a function may give."""
    return BeforeValidator(lambda value: check_name(value, names() if callable(names) else names))


def check_name(value: Any, names: Iterable[str], *keys: str) -> Any:
    """Check, in a validator, that a value, below the checked one by `keys`, is one of some names; return it."""
    known = list(names)
    if not isinstance(value, str) or value not in known:
        raise problem(f"is {_shown(value)}; {suggest(str(value), known)}", *keys)
    return value


def number(low: float | None = None, high: float | None = None) -> BeforeValidator:
    """Make a check that a value is a number within bounds, both included."""
    return BeforeValidator(lambda value: check_number(value, low, high))


def check_number(value: Any, low: float | None = None, high: float | None = None) -> Any:
    """Check, in a validator, that a value is a number within bounds, both included; return it."""
    bounds = f" of {low:g} or more" if low is not None and high is None else ""
    bounds = f" from {low:g} to {high:g}" if low is not None and high is not None else bounds
    least, most = -math.inf if low is None else low, math.inf if high is None else high
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise problem(f"is {_shown(value)}, expected a number{bounds}")
    return value


def check_text(value: Any) -> Any:
    """Check, in a validator, that a value is a text on one line; return it without blanks around it."""
    if not isinstance(value, str) or len(value.strip().splitlines()) != 1:
        raise problem("expected a text on one line, in quotation marks where it looks like a number", shown=True)
    return value.strip()


def _some_keys(value: Any) -> Any:
    return known_keys(value, None)


Text = Annotated[str, BeforeValidator(check_text)]
Number = Annotated[float, number()]
Share = Annotated[float, number(0, 1)]
AboveZero = Annotated[float, Strict(), Field(gt=0)]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
# Keys with values, which are for others to check.
Mapped = Annotated[dict[str, Any], BeforeValidator(_some_keys)]

_SENTENCES = {
    "missing": "is missing; add it",
    "bool_type": "is {value}, expected true or false",
    "int_type": "is {value}, expected a whole number",
    "int_from_float": "is {value}, expected a whole number",
    "float_type": "is {value}, expected a number",
    "greater_than": "is {value}, expected a number above {gt:g}",
    "string_type": "is {value}, expected a text",
    "tuple_type": "is {value}, expected a list in square brackets",
    "list_type": "is {value}, expected a list in square brackets",
    "too_short": "is {value}, expected a list in square brackets that is not empty",
    "too_long": "has {actual_length} entries, expected {max_length} or fewer",
    "dict_type": "is {value}, expected keys with values",
    "none_required": "is {value}, expected nothing",
}


def _keys(error: ErrorDetails, content: Any) -> Keys:
    """Path of keys to what is wrong: the location that pydantic gives, without the names of types in it."""
    keys: list[str] = []
    rest = content
    for position, part in enumerate(error["loc"], start=1):
        if isinstance(part, int) and isinstance(rest, list | tuple):
            keys.append(str(part + 1))
            rest = rest[part] if part < len(rest) else None
        elif isinstance(rest, Mapping) and part in rest:
            keys.append(str(part))
            rest = rest[part]
        elif error["type"] == "missing" and position == len(error["loc"]):
            keys.append(str(part))
    return (*keys, *(error.get("ctx", {}).get("keys", ()) if error["type"] == _PROBLEM else ()))


def _message(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == _PROBLEM:
        return (f"is {_shown(error['input'])}, " if context["shown"] else "") + str(context["message"])
    sentence = _SENTENCES.get(error["type"])
    if sentence is None:
        return f"is {_shown(error['input'])}, which does not fit: {error['msg']}"
    return sentence.format(value=_shown(error["input"]), **context)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _located(where: str, keys: Keys, message: str) -> str:
    at = f", {' > '.join(keys)}" if keys else ""
    return f"{where}{at}: {message}{'' if message.endswith('?') else '.'}"


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Builder:
    """Makes a document of the events of a parser, so that what is refused is never made."""

    def __init__(self, path: Path, text: str, *, aliases: bool) -> None:
        self.path, self.aliases = path, aliases
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self.lines: dict[Keys, int] = {}
        self.anchors: dict[str, Any] = {}

    def document(self) -> Document:
        content = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, (), "begins a second document; keep one to a file")
                content = self._value(next(self.events), ())
        if not isinstance(content, dict):
            raise InputError(
                say(
                    "{file} holds {kind}, expected keys with values; correct it.",
                    file=self.path.name,
                    kind=type(content).__name__,
                )
            )
        return Document(self.path, content, self.lines)

    def _value(self, event: Any, keys: Keys) -> Any:
        if isinstance(event, yaml.AliasEvent):
            if not self.aliases or event.anchor not in self.anchors:
                self._refuse(event, keys, f"repeats a value by *{event.anchor}; write the value out")
            return self.anchors[event.anchor]
        if event.anchor and not self.aliases:
            self._refuse(event, keys, f"names a value by &{event.anchor}; take the name out")
        if event.tag:
            self._refuse(event, keys, f"has the tag {event.tag}; take it out")
        if len(keys) > DEEPEST:
            self._refuse(event, keys[:1], f"is nested more than {DEEPEST} levels deep; make it flatter")
        value = self._made(event, keys)
        if event.anchor:
            self.anchors[event.anchor] = value
        return value

    def _made(self, event: Any, keys: Keys) -> Any:
        if isinstance(event, yaml.SequenceStartEvent):
            entries: list[Any] = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                within = (*keys, str(len(entries) + 1))
                self.lines[within] = _line(event)
                entries.append(self._value(event, within))
            return entries
        if isinstance(event, yaml.MappingStartEvent):
            pairs: dict[str, Any] = {}
            while not isinstance(event := next(self.events), yaml.MappingEndEvent):
                if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                    self._refuse(event, keys, "has a key that is no plain text; write a word")
                within = (*keys, event.value)
                self.lines[within] = _line(event)
                if event.value in pairs:
                    self._refuse(event, within, "is there twice; keep one")
                pairs[event.value] = self._value(next(self.events), within)
            return pairs
        return self._scalar(event, keys)

    def _scalar(self, event: Any, keys: Keys) -> Any:
        text = event.value
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            if len(text) > len(str(int(LARGEST))) + 1 or abs(int(text)) > LARGEST:
                self._refuse(event, keys, f"is a number beyond {LARGEST:.0e}; put a code in quotation marks")
            return int(text)
        if _DECIMAL.fullmatch(text):
            value = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
            if not abs(value) <= LARGEST:
                self._refuse(event, keys, f"is {value:g}, expected a number up to {LARGEST:.0e}")
            return value
        return text

    def _refuse(self, event: Any, keys: Keys, message: str) -> NoReturn:
        raise InputError(_located(f"{self.path.name}, line {_line(event)}", keys, message))


class CheckedFile:
    """A file and the checks that a reader of it needs; `Section` is the way for new ones."""

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        self._document = read(path, content)
        self.path, self.content, self.fail = path, self._document.content, self._document.fail

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
