"""Sentences that are stored: what a message keeps, how it is written to files, and how a reader is told it."""

import copy
import json
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.i18n import LANGUAGES, using
from geodata.i18n.message import (
    Enumeration,
    Message,
    Number,
    from_json,
    pack,
    plural,
    tell,
    tell_all,
    tell_each,
    to_json,
    unpack,
)

TEXTS = ("pharmacy", "No data for {indicators}.", "{unit}: {classes}", "{name}, {date}", "Published as {flags}")
PLACES = ("indicators", "unit", "classes", "name", "date", "flags")
words = st.text(max_size=8)
numbers = (
    st.integers(-(10**9), 10**9)
    | st.floats(-1e9, 1e9)
    | st.builds(Number, st.floats(-1e6, 1e6), st.integers(0, 3), st.booleans())
)


def messages(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    of_one = st.builds(lambda text, kept: Message(text, **kept), st.sampled_from(TEXTS), filled(values))
    of_many = st.builds(lambda count: plural("{count} area", "{count} areas", count), st.integers(0, 10**6))
    return of_one | of_many


def filled(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(PLACES, values))


def compound(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(values, min_size=1, max_size=3)
    return messages(values) | parts | parts.map(lambda each: Enumeration(tuple(each)))


sentences = messages(st.recursive(words | numbers, compound, max_leaves=6))


def parts(message: Message) -> tuple[str, str, dict[str, Any]]:
    return message.text, message.many, message.values


@given(sentences)
def test_a_message_is_the_same_after_it_was_stored(message: Message) -> None:
    again = unpack(pack(message))
    if message.values:
        assert isinstance(again, Message)
        assert parts(again) == parts(message)
        assert pack(again) == pack(message)
    loaded = json.loads(json.dumps(to_json({"notes": [message]})), object_hook=from_json)["notes"][0]
    for language in LANGUAGES:
        with using(language):
            assert tell(again) == tell(message) == tell(loaded)


@given(sentences)
def test_a_message_is_the_same_in_a_copy_and_in_another_process(message: Message) -> None:
    for again in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert again == message and parts(again) == parts(message)


@given(st.text())
def test_any_other_text_is_given_back_as_it_is(text: str) -> None:
    assert unpack(text) == text and pack(text) == text


@pytest.mark.parametrize("text", ['{"message": ', '{"message": 3', '{"message": "a", "other": 1}', "{}", ""])
def test_what_only_looks_like_a_message_stays_text(text: str) -> None:
    assert unpack(text) == text


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        ("077014", "077014", "077014"),
        ("1.5", "1.5", "1.5"),
        (1234, "1,234", "1.234"),
        (np.int64(1234), "1,234", "1.234"),
        (1.25, "1.25", "1,25"),
        (60.0, "60", "60"),
        (Number(1234.56, 1, signed=True), "+1,234.6", "+1.234,6"),
        (["a", 1000], "a, 1,000", "a, 1.000"),
        (Enumeration(("a", "b", "c")), "a, b and c", "a, b und c"),
        (Message("pharmacy"), "pharmacy", "Apotheke"),
        ("pharmacy", "pharmacy", "pharmacy"),
    ],
)
def test_each_kind_of_value_is_written_as_the_reader_writes_it(value: Any, english: str, german: str) -> None:
    message = Message("Published as {flags}", flags=value)
    assert message == f"Published as {english}"
    with using("de"):
        assert tell(unpack(pack(message))) == f"Veröffentlicht als {german}"


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [(0, "0 areas", "0 zone"), (1, "1 area", "1 zone"), (2, "2 areas", "2 zones"), (1000, "1,000 areas", None)],
)
def test_the_count_decides_the_form_by_the_rule_of_the_language(count: int, english: str, french: str | None) -> None:
    """English says "0 areas" and French "0 zone": the form is chosen when a sentence is told, not when it is stored."""
    message = unpack(pack(plural("{count} area", "{count} areas", count)))
    assert message == english
    if french:
        with using("fr"):
            assert tell(message) == french


def test_a_count_is_a_whole_number() -> None:
    with pytest.raises(TypeError, match="whole number"):
        plural("{count} area", "{count} areas", 1.5)  # type: ignore[arg-type]


def test_only_values_that_the_text_has_places_for_are_kept() -> None:
    assert Message("Published as {flags}", flags="e", other=3).values == {"flags": "e"}


def test_a_value_that_cannot_be_stored_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be a value"):
        Message("Published as {flags}", flags=None)


def test_braces_of_a_value_are_no_places() -> None:
    assert Message("Published as {flags}", flags="{x}") == "Published as {x}"


def test_a_sentence_made_in_another_language_is_still_english_inside() -> None:
    with using("de"):
        message = Message("Published as {flags}", flags=1.5)
    assert message == "Published as 1.5"


def test_a_column_and_a_document_are_told() -> None:
    message = Message("Published as {flags}", flags=[Message("provisional"), Message("estimated")])
    column = pd.Series([pack(message), "pharmacy", None], dtype="str")
    with using("de"):
        told = tell(message)
        assert tell_each(column).tolist()[:2] == [told, "Apotheke"]
        assert tell_each(column).isna().tolist() == [False, False, True]
        assert tell_each(column[2:]).dtype == column.dtype
        # A document may hold the planner's words, so only messages are told.
        assert tell_all({"a": [message], "b": ("pharmacy", 1)}) == {"a": [told], "b": ("pharmacy", 1)}
    assert told.startswith("Veröffentlicht als ") and "Published" not in told
