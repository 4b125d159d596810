"""Definitions side by side: who calls an area remote, who cannot say, and what is lacking."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import InputError
from pipelines.access.remoteness.agreement import compare
from pipelines.access.remoteness.definitions import DEFINITIONS, Lacking, lacking

DOCS = Path(__file__).parents[4] / "docs"


def test_counts_and_disagreement() -> None:
    # a: both say remote. b: one of two. c: one says no, the other cannot say. d: nobody can say.
    calls = {
        "inner_areas": pd.Series({"a": True, "b": True, "c": False}),
        "scotland": pd.Series({"a": True, "b": False, "c": pd.NA}, dtype="boolean"),
    }
    found = compare(calls, pd.Index(["a", "b", "c", "d"]))
    assert found[["available", "remote", "disagree"]].to_numpy().tolist() == [
        [2, 2, False],
        [2, 1, True],
        [1, 0, False],
        [0, 0, False],
    ]
    assert Lacking("ARIA+", ("road distance to service centres",)).message == (
        "ARIA+: not available; it lacks road distance to service centres."
    )


def test_without_any_definition_nobody_says_anything() -> None:
    found = compare({}, pd.Index(["a"]))
    assert found.loc["a", ["available", "remote"]].tolist() == [0, 0]


def test_only_yes_no_and_missing_are_answers() -> None:
    with pytest.raises(InputError, match="aria says 'remote', expected true"):
        compare({"aria": pd.Series({"a": "remote"})}, pd.Index(["a"]))
    with pytest.raises(InputError, match="aria speaks of a twice"):
        compare({"aria": pd.Series([True, True], index=["a", "a"])}, pd.Index(["a"]))


def test_each_definition_says_what_it_lacks() -> None:
    assert set(lacking(set())) == set(DEFINITIONS)
    grid = DEFINITIONS["degurba"].needs[0]
    found = lacking({grid, "hospitals", "minutes to hospitals"})
    assert "hospital_minutes" not in found
    assert found["inner_areas"].inputs == ("official inner-area classes",)
    assert found["degurba"].inputs == ("outlines of areas",)
    with pytest.raises(InputError, match="No definition needs 'poels'"):
        lacking({"poels"})


@pytest.mark.parametrize("name", DEFINITIONS)
def test_each_definition_has_a_page_with_formula_source_and_limits(name: str) -> None:
    page = (DOCS / DEFINITIONS[name].page).read_text(encoding="utf-8")
    for heading in ("What it means", "Formula", "Source", "Limits", "What is different here"):
        assert f"## {heading}" in page
