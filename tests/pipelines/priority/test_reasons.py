"""Why an area is where it is: contributions that add up, near misses that hold, sentences made of facts."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.priority import analysis
from pipelines.priority.analysis import Analysis
from pipelines.priority.composite import score
from pipelines.priority.configuration import Configuration, Dimension, Steps, Term, load
from pipelines.priority.contributions import contributions
from pipelines.priority.nearmiss import NearMiss, near_miss
from pipelines.priority.ranking import order, rank
from pipelines.priority.reasons import evidence, percentiles, reasons, sentence

NAN = float("nan")
# Need is the share of old people and the minutes to a hospital, resources the projects near; five evenly spaced areas.
FIVE = pd.DataFrame(
    {
        "share_65_plus": [30.0, 28, 26, 24, 22],
        "minutes_hospital": [10.0, 50, 40, 30, 20],
        "projects_within_60": [0.0, 1, 2, 3, 4],
    },
    index=pd.Index(["Alba", "Brod", "Cres", "Duna", "Este"], name="area_id"),
)
AGED = Configuration(
    name="aged",
    title="Aged",
    need=(Dimension("Age", (Term("share_65_plus", 1),)), Dimension("Far", (Term("minutes_hospital", 1),))),
    resources=(Dimension("Projects", (Term("projects_within_60", 1),)),),
)


def test_contributions_by_hand() -> None:
    found = contributions(score(FIVE, AGED), of="need", reference="zero")
    # Alba is the oldest (100) and the nearest to a hospital (0): each counts one half.
    assert found.parts.loc["Alba"].to_list() == [50, 0]
    assert found.parts.loc["Brod"].to_list() == [37.5, 50]
    assert found.start.to_list() == [0] * 5
    found = contributions(score(FIVE, AGED))
    # The typical area has need 50 and resources 50: gap 25. Alba has need 50, of which its age gives 25 more and its
    # hospital 25 less than typical; the unmet share is 1 there and 0.5 in the typical area, 0.75 in the mean.
    # Its lack of projects adds (1 - 0.5) x (50 + 50) / 2 = 25: gap 50.
    assert found.start.to_list() == [25] * 5
    assert found.parts.loc["Alba"].to_list() == pytest.approx([25 * 0.75, -25 * 0.75, 25])


POWERS = st.sampled_from([1.0, 0.0, -1.0, 0.5, 2.0])


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    within=POWERS,
    across=POWERS,
    of=st.sampled_from(["need", "resources", "gap"]),
    reference=st.sampled_from(["typical", "zero"]),
)
def test_contributions_sum_to_the_score(seed: int, within: float, across: float, of: str, reference: str) -> None:
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(rng.integers(0, 5, (12, 5)).astype(float), columns=list("abcde"))
    values = values.mask(rng.random(values.shape) < 0.1)
    wide = Configuration(
        name="wide",
        title="Wide",
        need=(Dimension("One", (Term("a", 1), Term("b", -1, weight=3))), Dimension("Two", (Term("c", 1),), weight=2)),
        resources=(Dimension("Three", (Term("d", 1), Term("a", -1))), Dimension("Four", (Term("e", 1),))),
        steps=Steps(availability=0.6, within=within, across=across),
    )
    scores = score(values, wide)
    found = contributions(scores, of=of, reference=reference)
    total = found.start + found.parts.sum(axis=1, skipna=False)
    assert total.to_list() == pytest.approx(scores.frame[of].to_list(), nan_ok=True, abs=1e-6)
    # What is as in the reference area, or missing, adds nothing; what is above it never lowers need.
    if of == "need" and reference == "typical":
        scorable = scores.normalised[scores.frame["gap"].notna()]
        above = scores.normalised[found.parts.columns].ge(scorable[found.parts.columns].mean()).to_numpy()
        assert (found.parts.to_numpy()[above & found.parts.notna().to_numpy()] >= -1e-9).all()


def test_percentiles_in_territory_and_region() -> None:
    regions = pd.Series({"Alba": "N", "Brod": "N", "Cres": "N", "Duna": "S"})
    whole, part = percentiles(FIVE), percentiles(FIVE, regions=regions)
    assert whole["minutes_hospital"].to_list() == [0, 100, 75, 50, 25]
    # Duna is alone in its region, Este is in none.
    assert part["minutes_hospital"].to_list() == pytest.approx([0, 100, 50, 50, NAN], nan_ok=True)


def test_a_near_miss_by_hand() -> None:
    scores = score(FIVE, AGED)
    # Gaps: Alba 50, Brod 87.5 x 0.75 = 65.6, Cres 62.5 x 0.5 = 31.3, Duna 37.5 x 0.25 = 9.4, Este 0.
    miss = near_miss(FIVE, scores, "Cres", k=2)
    assert miss is not None
    assert not miss.on_list
    assert (miss.line, miss.distance) == pytest.approx((50, -18.75))
    # With Alba's 0 projects Cres would have 62.5 x 0.875, ahead of Alba's 50 x 0.875; no step shorter than two does it.
    assert miss.change is not None
    assert (miss.change.indicator, miss.change.now, miss.change.then, miss.change.shift) == (
        "projects_within_60",
        2,
        0,
        50,
    )
    kept = near_miss(FIVE, scores, "Alba", k=2)
    assert kept is not None
    assert kept.on_list
    assert (kept.line, kept.distance) == pytest.approx((31.25, 18.75))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 8))
def test_a_named_change_takes_the_area_across(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(rng.integers(0, 30, (9, 3)).astype(float), columns=FIVE.columns, index=list("abcdefghi"))
    scores = score(values, AGED)
    area = str(rng.choice(values.index))
    near = near_miss(values, scores, area, k=k)
    places = rank(scores.frame)
    if near is None:
        assert places.max() <= k
        return
    assert near.on_list == (places[area] <= k)
    assert (near.distance >= 0) if near.on_list else (near.distance < 0)
    if near.change is not None:
        changed = values.copy()
        changed.loc[area, near.change.indicator] = near.change.then
        assert (rank(score(changed, AGED).frame)[area] <= k) != near.on_list


def test_all_on_the_list_or_not_scorable_is_no_near_miss() -> None:
    assert near_miss(FIVE, score(FIVE, AGED), "Alba", k=5) is None
    holed = FIVE.replace({50.0: NAN})
    assert near_miss(holed, score(holed, AGED), "Brod", k=2) is None
    with pytest.raises(InputError, match="no area 'Nowhere'"):
        near_miss(FIVE, score(FIVE, AGED), "Nowhere", k=2)


def test_a_sentence_a_planner_can_read_out() -> None:
    scores = score(FIVE, AGED)
    told = evidence(scores, contributions(scores))
    near = near_miss(FIVE, scores, "Cres", k=2)
    assert sentence(told, "Alba") == (
        "Gap 50.0, place 2 of 5. "
        "Raised most by: Known SI projects within 60 minutes none, median 2 projects, the lowest of all areas; "
        "Share aged 65 and over 30.0%, median 26.0%, the highest of all areas. "
        "Lowered most by: Minutes to the nearest hospital with emergency department 10 min, 0.3 times the median, "
        "the lowest of all areas."
    )
    assert sentence(told, "Cres", near=near) == (
        "Gap 31.2, place 3 of 5. "
        "Raised most by: Minutes to the nearest hospital with emergency department 40 min, 1.3 times the median, "
        "more than in 75 % of the other areas. "
        "Off the list by 18.8 points; "
        "Known SI projects within 60 minutes of none instead of 2 projects would put it on."
    )


def test_a_sentence_says_what_is_missing_or_imputed() -> None:
    holed = FIVE.assign(minutes_hospital=[10, NAN, 100, 20, 20])
    scores = score(holed, AGED)
    text = sentence(evidence(scores, contributions(scores)), "Brod")
    assert text == "Not scorable: No data for Minutes to the nearest hospital with emergency department."
    # The median, 20, is far below the mean of the territory: it lowers the gap.
    lenient = replace(AGED, steps=Steps(availability=0.5, impute="territory", normalise="min-max"))
    scores = score(holed, lenient)
    told = evidence(scores, contributions(scores))
    assert reasons(told, "Brod")["imputed"].to_dict() == {
        "share_65_plus": False,
        "projects_within_60": False,
        "minutes_hospital": True,
    }
    assert sentence(told, "Brod").endswith(
        "Lowered most by: Minutes to the nearest hospital with emergency department 20 min (imputed), median 20 min, "
        "in the middle of all areas."
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_facts_are_counts_among_the_other_areas(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(rng.integers(0, 6, (9, 3)).astype(float), columns=FIVE.columns, index=list("abcdefghi"))
    values = values.mask(rng.random(values.shape) < 0.1)
    scores = score(values, replace(AGED, steps=Steps(availability=0.5)))
    taken = contributions(scores)
    told = evidence(scores, taken)
    for area in values.index:
        found = reasons(told, area)
        for indicator in values:
            known, value = values[indicator].dropna().tolist(), values.loc[area, indicator]
            others = max(len(known) - 1, 1)
            fact = found.loc[indicator]
            assert [fact["value"], fact["median"]] == pytest.approx([value, np.median(known)], nan_ok=True)
            assert fact["lower"] == pytest.approx(100 * sum(each < value for each in known) / others)
            assert fact["higher"] == pytest.approx(100 * sum(each > value for each in known) / others)
            points = taken.parts.xs(indicator, axis=1, level="indicator").loc[area].iloc[0]
            assert fact["points"] == pytest.approx(points, nan_ok=True)
        if area not in scores.not_scorable.index:
            assert found["points"].is_monotonic_decreasing


def test_a_list_tells_every_distance_and_the_change_near_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 areas, 20 on the list, the first without data; a change is looked for in the 12 nearest to the line."""
    rng = np.random.default_rng(3)
    names = [f"{number:03d}" for number in range(60)]
    built = pd.DataFrame(rng.random((60, 3)) * 50, columns=FIVE.columns, index=pd.Index(names, name="area_id"))
    built.loc["000"] = NAN
    asked = Analysis(built=built.assign(nuts2="N"), configuration=AGED, k=20, draws=10)
    single = {name: asked.sentence(name) for name in names}
    tried = []

    def counted(*given: Any, **named: Any) -> NearMiss | None:
        tried.append(given[2])
        return near_miss(*given, **named)

    monkeypatch.setattr(analysis, "near_miss", counted)
    monkeypatch.setattr(analysis, "SEARCHED", 12)
    listed = asked.columns(names[::-1])
    first = order(asked.scores.frame)
    close = first[20 - 6 : 20 + 6]
    assert sorted(tried) == sorted(close)
    assert listed.index.tolist() == names[::-1]
    for name in first:
        told = single[name] if name in close else re.sub(r"( the list by [\d.]+ points); .*$", r"\1.", single[name])
        assert listed["reason"][name] == told
        assert re.search(r"O(?:n|ff) the list by \d", told)
    assert "list by" not in listed["reason"]["000"]
    # A list that is shorter than that tells the change of all of its areas.
    short = replace(asked, k=5)
    sentences = short.columns(order(short.scores.frame)[:5])["reason"]
    assert sentences.to_dict() == {name: short.sentence(name) for name in sentences.index}


def test_boundary_of_the_list_on_all_of_italy(italy: pd.DataFrame) -> None:
    balanced = load("balanced")
    found = score(italy[list(dict.fromkeys(term.indicator for _, _, term in balanced.terms()))], balanced)
    listed = order(found.frame)
    assert len(listed) + len(found.not_scorable) == len(italy)
    assert set(listed).isdisjoint(found.not_scorable.index)
    gaps = found.frame["gap"]
    assert gaps[listed[:100]].min() >= gaps[listed[100:]].max()
    # The neediest hundredth of the areas is not where most people live.
    assert italy.loc[listed[:79], "population"].sum() < 0.2 * italy["population"].sum()
