"""Names without control characters: letters that were read as such come back, the others become a space."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geodata.characters import legible, with_controls


def test_each_letter_of_windows_1252_comes_back():
    """0x80 to 0x9f: 27 letters and signs, and five that Windows-1252 has not."""
    letters = [chr(code) for code in range(0x80, 0xA0)]
    found = legible(pd.Series([f"a{letter}b" for letter in letters]))
    assert (found == "a b").sum() == 5
    assert found[0x8A - 0x80] == "aŠb" and found[0x9E - 0x80] == "ažb"
    assert not with_controls(found).any()


def test_null_stays_null_and_legible_names_stay_as_they_are():
    given_names = pd.Series(["Val  d'Aosta ", None, "a\nb"], index=["x", "y", "z"], dtype="str")
    found = legible(given_names)
    assert found["x"] == "Val  d'Aosta " and pd.isna(found["y"]) and found["z"] == "a b"
    assert with_controls(given_names).tolist() == [False, False, True]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_no_name_keeps_a_control_character_and_a_second_reading_changes_nothing(names):
    once = legible(pd.Series(names, dtype="str"))
    assert not with_controls(once).any()
    assert legible(once).equals(once)
