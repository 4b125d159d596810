"""Sentences that are stored: a message with its values, readable as English and told in any language.

A `Message` is its English sentence, and remembers the text and the values that it is made of. Files keep these, never
the sentence: a manifest as an object, a column of texts as the same in JSON. A message without values is its own text.

>>> note = Message("{number} areas have no code: {areas}.", number=1200, areas=["01", "02"])
>>> note
'1,200 areas have no code: 01, 02.'
>>> pack(note)
'{"message": "{number} areas have no code: {areas}.", "values": {"areas": ["01", "02"], "number": 1200}}'
>>> unpack(pack(note)) == note
True
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Union

import pandas as pd

from geodata.i18n import DEFAULT, current, enumerated, number, places, say, says, using

Value = Union[str, int, float, "Message", "Number", "Enumeration", list["Value"]]
KEYS = frozenset({"message", "many", "values"})
COUNT = "count"
# How a packed message begins; no word of a planner or publisher does.
OPENING = '{"message": '


@dataclass(frozen=True)
class Number:
    """A number written with some decimals, on request with its sign."""

    value: float
    decimals: int = 0
    signed: bool = False

    def told(self) -> str:
        """Write it as the language in use does."""
        return number(self.value, self.decimals, signed=self.signed)


@dataclass(frozen=True)
class Enumeration:
    """Parts with "and" before the last."""

    parts: tuple[Value, ...]

    def told(self) -> str:
        """Write it as the language in use does."""
        return enumerated(map(_filled, self.parts))


class Message(str):
    """A sentence in English that keeps its text and values; a message without values is what it is given.

    Parameters
    ----------
    text
        The English text, a message of the catalogues, with a `{name}` for each value.
    many
        The text for many, of a message that the whole number `count` decides.
    values
        By name, those of the places in the text. A string is written as it is, a whole number with separators, another
        number as short as it can be, a list with commas, a message in the language of the reader.

    Examples
    --------
    >>> Message("{title}, own weights", title=Message("Health"))
    'Health, own weights'
    """

    text: str
    many: str
    values: dict[str, Value]

    def __new__(cls, text: str, /, *, many: str = "", **values: Any) -> "Message":
        """Write the sentence in English and keep what it is made of."""
        if isinstance(text, Message) and not values:
            return text
        # A text without values may be anybody's, with braces that are no places.
        named = {*places(text), *places(many)} if values else frozenset()
        kept = {name: _value(value) for name, value in values.items() if name in named}
        with using(DEFAULT):
            message = super().__new__(cls, _told(text, many, kept))
        message.text, message.many, message.values = text, many, kept
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Make it again from its parts, in a copy or another process."""
        return (self.text,), {"many": self.many, **self.values}


def plural(one: str, many: str, count: int, **values: Any) -> Message:
    """Make a message that a number decides; `{count}` in it is that number.

    Examples
    --------
    >>> plural("{count} area", "{count} areas", 2)
    '2 areas'
    """
    return Message(one, many=many, count=count, **values)


def tell(text: str) -> str:
    """Write a sentence in the language in use: a message, a packed one, or a text that the catalogues may know."""
    message = unpack(text)
    if current() == DEFAULT:
        return message
    return _told(message.text, message.many, message.values) if isinstance(message, Message) else say(message)


def tell_each(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Write the sentences of a column in the language in use, each different one once."""
    told = texts.map({text: str(tell(text)) for text in texts.dropna().unique()})
    # A column without any text stays one of texts.
    return told.astype(texts.dtype)


def tell_all(document: Any) -> Any:
    """Write every message of a document of lists and mappings in the language in use; other texts stay as they are."""
    if isinstance(document, Message):
        return str(tell(document))
    return _mapped(document, tell_all)


def pack(text: str) -> str:
    """Write a message for a column of texts: as JSON, or as its text where it has no values."""
    form = to_json(text)
    return form if isinstance(form, str) else json.dumps(form, ensure_ascii=False)


def unpack(text: str) -> str:
    """Read what `pack` wrote; any other text is given back as it is."""
    if isinstance(text, Message) or not text.startswith(OPENING):
        return text
    try:
        message: str = json.loads(text, object_hook=from_json)
    except ValueError:
        return text
    return message if isinstance(message, Message) else text


def to_json(document: Any) -> Any:
    """Write the messages of a document as objects, those without values as their text."""
    if isinstance(document, Message):
        if not document.values:
            return document.text
        return (
            {"message": document.text}
            | ({"many": document.many} if document.many else {})
            | {"values": {name: _stored(value) for name, value in sorted(document.values.items())}}
        )
    return _mapped(document, to_json)


def from_json(form: dict[str, Any]) -> Any:
    """Make a message, number or enumeration of its object; another object stays one. A hook of `json.loads`."""
    if "message" in form and form.keys() <= KEYS:
        return Message(form["message"], many=form.get("many", ""), **form.get("values", {}))
    if form.keys() == {"number", "decimals", "signed"}:
        return Number(form["number"], form["decimals"], form["signed"])
    if form.keys() == {"enumeration"}:
        return Enumeration(tuple(form["enumeration"]))
    return form


def _mapped(document: Any, write: Callable[[Any], Any]) -> Any:
    if isinstance(document, Mapping):
        return {key: write(value) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return type(document)(map(write, document))
    return document


def _told(text: str, many: str, values: Mapping[str, Value]) -> str:
    written = {name: _filled(value) for name, value in values.items() if not many or name != COUNT}
    if not many:
        return say(text, **written)
    count = values[COUNT]
    if not isinstance(count, int):
        raise TypeError(f"The count of {text!r} is {count!r}, expected a whole number.")
    return says(text, many, count, **written)


def _filled(value: Value) -> str:
    """Write a value in the language in use."""
    if isinstance(value, Message):
        return _told(value.text, value.many, value.values)
    if isinstance(value, str):
        return value
    if isinstance(value, Number | Enumeration):
        return value.told()
    if isinstance(value, list):
        return ", ".join(map(_filled, value))
    if isinstance(value, int):
        return number(value)
    return number(value, len(f"{value:g}".partition(".")[2]))


def _value(value: Any) -> Value:
    """Make a value of the types that can be stored."""
    if isinstance(value, str | Number | Enumeration):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, Iterable):
        return [_value(part) for part in value]
    raise TypeError(f"{value!r} cannot be a value of a message; give text, a number, a message or a list.")


def _stored(value: Value) -> Any:
    if isinstance(value, Number):
        return {"number": value.value, "decimals": value.decimals, "signed": value.signed}
    if isinstance(value, Enumeration):
        return {"enumeration": [_stored(part) for part in value.parts]}
    if isinstance(value, list):
        return [_stored(part) for part in value]
    # Inside a message a bare text is written as it is, so a message without values is an object here.
    if isinstance(value, Message) and not value.values:
        return {"message": value.text}
    return to_json(value)
