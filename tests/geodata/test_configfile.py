"""Configuration files: what is read, what is refused, and that every error names file, line and key."""

import datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from geodata import configfile
from geodata.configfile import DEEPEST, AboveZero, Flag, Section, Share, Text, Texts, Whole, one_of
from geodata.errors import InputError

FILE = Path("some.yaml")


class Part(Section):
    name: Text
    size: AboveZero = 1.0


class Example(Section):
    title: Text
    share: Share = 0.5
    count: Whole = 1
    open: Flag = False
    colour: Annotated[str, one_of(("red", "green"))] = "red"
    words: Texts = ("a",)
    parts: dict[str, Part] = Field(default_factory=dict)
    rows: tuple[Part, ...] = ()


def values(text: str) -> dict[str, Any]:
    return configfile.read_mapping(FILE, text.encode())


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        configfile.load(Example, FILE, text.encode())
    said = str(caught.value)
    assert "\n" not in said and said.endswith((".", "?"))
    return said


def test_words_days_times_and_codes_stay_text():
    """YAML 1.1 would read the country NO as false, 2024-05-01 as a day, 1:30 as 90, 007 as 7 and 0x10 as 16."""
    text = "{country: NO, day: 2024-05-01, time: 1:30, code: 007, hex: 0x10, long: 1_000, answer: yes}"
    read = {"country": "NO", "day": "2024-05-01", "time": "1:30", "code": "007", "hex": "0x10", "long": "1_000"}
    assert values(text) == read | {"answer": "yes"}


def test_numbers_and_truth():
    assert values("{a: +1, b: -2.5, c: 1.0e+3, d: true, e: ~, f: .5, g: 0}") == {
        **{"a": 1, "b": -2.5, "c": 1000.0, "d": True, "e": None, "f": 0.5, "g": 0}
    }


# Line separators other than a line feed do not survive the dumper.
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
SCALARS = st.one_of(
    st.text(LETTERS, max_size=12),
    st.integers(-(10**15), 10**15),
    st.floats(-1e15, 1e15, allow_nan=False),
    st.booleans(),
    st.none(),
    st.dates().map(datetime.date.isoformat),
)


@given(
    st.dictionaries(
        st.text(LETTERS, min_size=1, max_size=5), st.one_of(SCALARS, st.lists(SCALARS, max_size=3)), min_size=1
    )
)
def test_what_a_dumper_writes_is_read_as_it_was(content: dict[str, Any]):
    assert values(yaml.safe_dump(content, allow_unicode=True)) == content


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: a\ntitle: b\n", "line 2, title: is there twice; keep one."),
        ("title: a\nparts:\n  x: {name: a, name: b}\n", "line 3, parts > x > name: is there twice; keep one."),
        ("title: &x a\n", "line 1, title: names a value by &x; take the name out."),
        ("title: a\nwords: [a, *x]\n", "line 2, words > 2: repeats a value by *x; write the value out."),
        ("title: !!python/name:os.system a\n", "line 1, title: has the tag tag:yaml.org,2002:python/name:os.system;"),
        ("title: !!str 3\n", "line 1, title: has the tag tag:yaml.org,2002:str; take it out."),
        ("title: a\ncount: 1000000000000001\n", "line 2, count: is a number beyond 1e+15; put a code in quotation"),
        ("title: a\ncount: " + "9" * 5000 + "\n", "line 2, count: is a number beyond 1e+15"),
        ("title: a\nshare: .inf\n", "line 2, share: is inf, expected a number up to 1e+15."),
        ("title: a\nshare: .nan\n", "line 2, share: is nan, expected a number up to 1e+15."),
        ("title: a\n? [b]\n: c\n", "line 2: has a key that is no plain text; write a word."),
        ("title: a\n---\ntitle: b\n", "line 2: begins a second document; keep one to a file."),
        (
            "words: " + "[" * 100_000 + "\n",
            f"line 1, words: is nested more than {DEEPEST} levels deep; make it flatter.",
        ),
    ],
)
def test_what_is_refused_before_anything_is_made_of_it(text: str, said: str):
    assert refusal(text).startswith(f"some.yaml, {said}")


def test_a_billion_laughs_are_refused_at_the_first():
    text = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(InputError, match=r"^some\.yaml, line 1, a: names a value by &a"):
        values(text)


def test_the_deepest_nesting_and_the_largest_number_are_read():
    deep = "[" * (DEEPEST - 1) + "1" + "]" * (DEEPEST - 1)
    assert values(f"a: {deep}\nb: 1000000000000000\nc: -1.0e+15\n")["b"] == 10**15
    with pytest.raises(InputError, match=f"a: is nested more than {DEEPEST} levels deep"):
        values(f"a: [{deep}]")


def test_files_of_the_product_may_repeat_a_value():
    text = b"a: &x [1, 2]\nb: *x\n"
    assert configfile.read(FILE, text, aliases=True).content == {"a": [1, 2], "b": [1, 2]}
    with pytest.raises(InputError, match=r"line 1, a > 1: repeats a value by \*x"):
        configfile.read(FILE, b"a: &x [*x]\n", aliases=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("count: 1\n", "line 1, title: is missing; add it."),
        ("title: a\ncolor: red\n", "line 2, color: is not a key that is known here; did you mean colour?"),
        ("title: 2024\n", "line 1, title: is 2024, expected a text on one line, in quotation marks where it looks"),
        ("title: |\n  a\n  b\n", "line 1, title: is 'a\\nb\\n', expected a text on one line"),
        ("title: a\nshare: 1.01\n", "line 2, share: is 1.01, expected a number from 0 to 1."),
        ("title: a\nshare: true\n", "line 2, share: is True, expected a number from 0 to 1."),
        ("title: a\ncount: 1.5\n", "line 2, count: is 1.5, expected a whole number."),
        ("title: a\nopen: yes\n", "line 2, open: is 'yes', expected true or false."),
        ("title: a\ncolour: gren\n", "line 2, colour: is 'gren'; did you mean green?"),
        ("title: a\nwords: b\n", "line 2, words: is 'b', expected a list in square brackets."),
        ("title: a\nwords: []\n", "line 2, words: is [], expected a list in square brackets that is not empty."),
        ("title: a\nwords:\n- b\n- 3\n", "line 4, words > 2: is 3, expected a text"),
        ("title: a\nparts: 3\n", "line 2, parts: is 3, expected keys with values."),
        ("title: a\nparts:\n  x:\n", "line 3, parts > x: is None, expected keys with values."),
        ("title: a\nparts:\n  x: {name: b, size: 0}\n", "line 3, parts > x > size: is 0, expected a number above 0."),
        ("title: a\nrows:\n- name: a\n- size: 2\n", "line 4, rows > 2 > name: is missing; add it."),
        ("title: a\nwords: [" + "b" * 500 + ", {c: 1}]\n", "line 2, words > 2: is {'c': 1}, expected a text"),
        ("title: [" + ", ".join("b" * 99) + "]\n", "line 1, title: is ['b', 'b', "),
    ],
)
def test_every_error_names_file_line_and_key(text: str, said: str):
    told = refusal(text)
    assert told.startswith(f"some.yaml, {said}") and len(told) < 250


def test_values_that_come_from_no_file_are_named_by_a_title():
    with pytest.raises(InputError, match=r"^The section access, size: is -1, expected a number above 0\.$"):
        configfile.check(Part, {"name": "a", "size": -1}, fail=configfile.part_of("The section access"))
