"""What the index has to hold whatever its inputs are: on Italy as it is built, and on drawn data.

The first hundred areas must not hang on a choice that another author would make otherwise, nor on chance in small
places. The bounds are those of the method page, docs/composite-index.md.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.priority.analysis import presets
from pipelines.priority.composite import score
from pipelines.priority.configuration import Configuration, Dimension, Term, load
from pipelines.priority.ranking import order
from pipelines.priority.shrinkage import shrink
from pipelines.priority.weights import influence

FIRST = 100
BALANCED = load("balanced")


def listed(values: pd.DataFrame, configuration: Configuration = BALANCED) -> set[str]:
    """The first hundred areas."""
    return set(order(score(values, configuration, regions=values["nuts2"]).frame)[:FIRST])


def shared(italy: pd.DataFrame, configuration: Configuration) -> int:
    """How many of the first hundred another configuration has too."""
    return len(listed(italy) & listed(italy, configuration))


def moved(low: float, high: float) -> Configuration:
    """Goalposts moved by shares of themselves."""

    def term(each: Term) -> Term:
        assert each.low is not None
        assert each.high is not None
        return replace(each, low=each.low * (1 + low), high=each.high * (1 + high))

    return changed(term)


def changed(term: Callable[[Term], Term]) -> Configuration:
    """Every indicator of the configuration changed by a function."""
    parts = {
        index: tuple(replace(part, terms=tuple(term(each) for each in part.terms)) for part in dimensions)
        for index, dimensions in BALANCED.indices.items()
    }
    return replace(BALANCED, need=parts["need"], resources=parts["resources"])


def test_every_indicator_counts_in_the_direction_that_it_declares(italy: pd.DataFrame) -> None:
    offered = presets(italy)
    assert {"balanced", "ageing", "children", "health", "mobility"} <= offered.keys()
    for name, preset in offered.items():
        found = score(italy, preset, regions=italy["nuts2"])
        assert found.silent == {}, name
        # Turned to its sign, so above 0 in its own index; and more than a trace.
        assert (influence(found.normalised, found.frame) > 0.2).all(), name
        for key, column in found.normalised.items():
            with_gap = column.corr(found.frame["gap"])
            assert with_gap > 0 if key[0] == "need" else with_gap < 0, (name, key)


def test_percentiles_in_place_of_goalposts_leave_the_list(italy: pd.DataFrame) -> None:
    assert shared(italy, changed(lambda term: replace(term, normalise="percentile"))) >= 75


def test_an_arithmetic_gap_leaves_the_list(italy: pd.DataFrame) -> None:
    assert shared(italy, replace(BALANCED, steps=replace(BALANCED.steps, gap="arithmetic"))) >= 85


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.2), (-0.2, -0.2), (0.2, -0.2), (-0.2, 0.2)])
def test_other_goalposts_leave_the_list(italy: pd.DataFrame, low: float, high: float) -> None:
    assert shared(italy, moved(low, high)) >= 80


@pytest.mark.parametrize("key", [key for key, _, _ in BALANCED.terms() if key[0] == "resources"])
def test_the_list_does_without_any_one_service(italy: pd.DataFrame, key: tuple[str, str, str]) -> None:
    shorter = BALANCED.without(key)
    assert shorter is not None
    assert shared(italy, shorter) >= 75


def test_chance_in_small_places_leaves_the_list(italy: pd.DataFrame) -> None:
    """People aged 80 and over drawn again in every area, as many as chance would have it."""
    rng = np.random.default_rng(1)
    people, share = italy["population"].fillna(0).astype(int), italy["share_80_plus"].fillna(0) / 100
    first, kept = listed(italy), []
    for _ in range(10):
        drawn = 100 * rng.binomial(people, share) / people.where(people > 0)
        kept.append(len(first & listed(italy.assign(share_80_plus=drawn))))
    assert np.mean(kept) >= 75


def test_the_scales_are_used_from_end_to_end(italy: pd.DataFrame) -> None:
    frame = score(italy, BALANCED, regions=italy["nuts2"]).frame
    assert frame["resources"].max() == 100
    assert frame["resources"].min() < 10
    assert frame["need"].min() == 0
    assert frame["need"].max() == 100
    # Distance counts once: it is in resources alone, and need hardly knows of it.
    assert abs(frame["need"].corr(frame["resources"])) < 0.6


DRAWN = Configuration(
    name="drawn",
    title="Drawn",
    need=(Dimension("One", (Term("a", 1, low=2, high=8), Term("b", -1, low=1, high=9))),),
    resources=(Dimension("Two", (Term("c", 1, low=0, high=10),)), Dimension("Three", (Term("d", -1, low=3, high=7),))),
)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_signs_hold_on_drawn_data(seed: int) -> None:
    values = pd.DataFrame(np.random.default_rng(seed).uniform(0, 10, (300, 4)), columns=list("abcd"))
    found = score(values, DRAWN)
    assert (influence(found.normalised, found.frame) > 0.2).all()
    # Worse in one respect and equal in all others is never a lower gap.
    for name, worse in (("a", 1), ("b", -1), ("c", -1), ("d", 1)):
        after = score(values.assign(**{name: values[name] + worse}), DRAWN).frame["gap"]
        assert (after >= found.frame["gap"] - 1e-9).all()


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), column=st.sampled_from("abcd"), index=st.sampled_from(["need", "resources"]))
def test_a_constant_or_a_duplicate_moves_no_rank(seed: int, column: str, index: str) -> None:
    values = pd.DataFrame(np.random.default_rng(seed).uniform(0, 10, (50, 4)), columns=list("abcd"))
    values = values.assign(same=4.0, twin=values[column])
    own = {"a": "need", "b": "need", "c": "resources", "d": "resources"}[column]
    twin = next(term for key, _, term in DRAWN.terms() if key[2] == column)
    more = {"need": DRAWN.need, "resources": DRAWN.resources}
    more[own] = (*more[own], Dimension("Twin", (replace(twin, indicator="twin"),)))
    more[index] = (*more[index], Dimension("Same", (Term("same", 1, low=0, high=5),), weight=3))
    wider = replace(DRAWN, need=more["need"], resources=more["resources"])
    assert order(score(values, wider).frame) == order(score(values, DRAWN).frame)


# ---- shares of small places


def plain_shrink(shares: list[float], people: list[float]) -> list[float]:
    """Marshall (1991) in plain Python, one region."""
    total = sum(people)
    mean = sum(n * p for n, p in zip(people, shares, strict=True)) / total
    spread = sum(n * (p - mean) ** 2 for n, p in zip(people, shares, strict=True)) / total
    between = max(spread - mean * (1 - mean) / (total / len(people)), 0)
    chances = [mean * (1 - mean) / n for n in people]
    return [
        mean + (between / (between + chance) if between else 0) * (p - mean)
        for p, chance in zip(shares, chances, strict=True)
    ]


@settings(max_examples=50)
@given(
    areas=st.lists(
        st.tuples(st.floats(0.01, 0.3), st.integers(10, 100_000), st.sampled_from(["N", "S", None])),
        min_size=2,
        max_size=20,
    )
)
def test_shrinking_equals_plain_python_in_each_region(areas: list[tuple[float, int, str | None]]) -> None:
    share, people, region = (list(column) for column in zip(*areas, strict=True))
    found, error = shrink(100 * np.array(share), np.array(people, dtype=float), pd.Series(region, dtype=object))
    for name in ("N", "S", None):
        here = [place for place, each in enumerate(region) if each == name]
        if here:
            expected = plain_shrink([share[place] for place in here], [people[place] for place in here])
            assert found[here] == pytest.approx(100 * np.array(expected))
            mean = sum(people[place] * share[place] for place in here) / sum(people[place] for place in here)
            chance = 100 * np.sqrt(mean * (1 - mean) / np.array([people[place] for place in here]))
            assert (error[here] <= chance + 1e-9).all()


def test_a_large_place_keeps_its_share_and_a_small_one_hardly_does() -> None:
    # Both have 20 %; the mean of their region, of 100,250 people, is close to 10.
    share, people = np.array([20.0, 20, 5, 10, 10]), np.array([50_000, 50, 40_000, 10_000, 200.0])
    found, error = shrink(share, people)
    assert found[0] == pytest.approx(20, abs=0.1)
    assert 12 < found[1] < 19
    assert error[1] > 10 * error[0]
    # Where all shares differ by no more than chance, all are that of the region.
    level, _ = shrink(np.array([10.0, 11, 9]), np.array([100.0, 100, 100]))
    assert level == pytest.approx([10, 10, 10])
    missing, _ = shrink(np.array([10.0, np.nan, 9]), np.array([100.0, 100, 0]))
    assert np.isnan(missing).tolist() == [False, True, True]
