"""Why an area is where it is: contributions that add up, near misses that hold, sentences made of facts."""

import math
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
from pipelines.priority.reasons import evidence, nearness, percentiles, reasons, sentence

NAN = float("nan")
# Need is the share of old people and the minutes to a hospital, resources how many those are; five evenly spaced areas.
FIVE = pd.DataFrame(
    {
        "share_65_plus": [30.0, 28, 26, 24, 22],
        "minutes_hospital": [10.0, 50, 40, 30, 20],
        "people_65_plus": [0.0, 1, 2, 3, 4],
    },
    index=pd.Index(["Alba", "Brod", "Cres", "Duna", "Este"], name="area_id"),
)
AGED = Configuration(
    name="aged",
    title="Aged",
    need=(Dimension("Age", (Term("share_65_plus", 1),)), Dimension("Far", (Term("minutes_hospital", 1),))),
    resources=(Dimension("Elders", (Term("people_65_plus", 1),)),),
)


def test_contributions_by_hand() -> None:
    found = contributions(score(FIVE, AGED), of="need", reference="zero")
    # Alba is the oldest (100) and the nearest to a hospital (0): each counts one half.
    assert found.parts.loc["Alba"].to_list() == [50, 0]
    assert found.parts.loc["Brod"].to_list() == [37.5, 50]
    assert found.start.to_list() == [0] * 5
    found = contributions(score(FIVE, AGED))
    # The typical area has need 50 and resources 50: gap sqrt(50 x 50). Alba has need 50, of which its age gives 25 more
    # and its hospital 25 less than typical. A point of need is worth (10 + sqrt(50)) / 2, the mean root of what is
    # unmet, / (2 sqrt(50)); its lack of elders adds (10 - sqrt(50)) x sqrt(50).
    assert found.start.to_list() == pytest.approx([50] * 5)
    root = math.sqrt(50)
    aged = 25 * (10 + root) / 2 / (2 * root)
    assert found.parts.loc["Alba"].to_list() == pytest.approx([aged, -aged, (10 - root) * root])
    mean = contributions(score(FIVE, replace(AGED, steps=Steps(gap="arithmetic"))))
    assert mean.parts.loc["Alba"].to_list() == pytest.approx([12.5, -12.5, 25])


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
    # Need x what resources leave open: Alba 50 x 100, Brod 87.5 x 75, Cres 62.5 x 50, Duna 37.5 x 25, Este 25 x 0.
    miss = near_miss(FIVE, scores, "Cres", k=2)
    assert miss is not None
    assert not miss.on_list
    assert (miss.line, miss.distance) == pytest.approx((math.sqrt(5000), math.sqrt(3125) - math.sqrt(5000)))
    # With Alba's 0 elders Cres would have 62.5 x 87.5, ahead of Alba's 50 x 87.5; no step shorter than two does it.
    assert miss.change is not None
    assert (miss.change.indicator, miss.change.now, miss.change.then, miss.change.shift) == (
        "people_65_plus",
        2,
        0,
        50,
    )
    assert miss.exact
    kept = near_miss(FIVE, scores, "Alba", k=2)
    assert kept is not None
    assert kept.on_list
    assert (kept.line, kept.distance) == pytest.approx((math.sqrt(3125), math.sqrt(5000) - math.sqrt(3125)))
    # Steps that may turn the order leave open whether a smaller change would do, and the sentence says so.
    treated = score(FIVE, replace(AGED, steps=Steps(outliers="treat")))
    about = near_miss(FIVE, treated, "Cres", k=2)
    assert about is not None
    assert not about.exact
    assert "of about none instead of 2 people would put it on" in nearness(about)


SIXTY = replace(
    AGED,
    need=(Dimension("Age", (Term("share_65_plus", 1, low=15, high=40, shrink="population"),)),),
    resources=(
        Dimension("Near", (Term("minutes_hospital", -1, low=5, high=60),)),
        Dimension("Means", (Term("gdp_per_head", 1),)),
    ),
)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_smaller_change_of_a_single_indicator_would_do(seed: int) -> None:
    """60 areas in three regions, small and large; every value that another area has is tried in every one."""
    rng = np.random.default_rng(seed)
    areas = pd.Index([f"{number:02d}" for number in range(60)], name="area_id")
    values = pd.DataFrame(
        {
            "share_65_plus": rng.normal(25, 5, 60).round(1),
            "minutes_hospital": rng.gamma(3, 8, 60).round(),
            "gdp_per_head": rng.normal(25_000, 5_000, 60).round(-3),
            "population": rng.lognormal(7, 1.5, 60).round(),
        },
        index=areas,
    )
    regions, k = pd.Series(np.arange(60) // 20, index=areas).map(str), 12
    scores = score(values, SIXTY, regions=regions)
    listed = rank(scores.frame) <= k
    compared = rng.choice(areas, 12, replace=False)
    for area in compared:
        near = near_miss(values, scores, str(area), k=k, regions=regions)
        assert near is not None
        assert near.exact
        smallest = math.inf
        for indicator in ("share_65_plus", "minutes_hospital", "gdp_per_head"):
            places = percentiles(values)[indicator]
            for donor in values[indicator].drop_duplicates().index:
                shift = abs(places[donor] - places[area])
                if 0 < shift < smallest:
                    changed = values.copy()
                    changed.loc[area, indicator] = values[indicator][donor]
                    after = rank(score(changed, SIXTY, regions=regions).frame)[area] <= k
                    smallest = shift if after != listed[area] else smallest
        assert (math.inf if near.change is None else near.change.shift) == pytest.approx(smallest)


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
        "Gap 70.7, place 2 of 5. "
        "Raised most by: People aged 65 and over none, median 2 people, the lowest of all areas; "
        "Share aged 65 and over 30.0%, median 26.0%, the highest of all areas. "
        "Lowered most by: Minutes to the nearest hospital with emergency department 10 min, 0.3 times the median, "
        "the lowest of all areas."
    )
    assert sentence(told, "Cres", near=near) == (
        "Gap 55.9, place 3 of 5. "
        "Raised most by: Minutes to the nearest hospital with emergency department 40 min, 1.3 times the median, "
        "more than in 75 % of the other areas. "
        "Off the list by 14.8 points; "
        "People aged 65 and over of none instead of 2 people would put it on."
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
        "people_65_plus": False,
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
    found = score(italy, load("balanced"), regions=italy["nuts2"])
    listed = order(found.frame)
    assert len(listed) + len(found.not_scorable) == len(italy)
    assert set(listed).isdisjoint(found.not_scorable.index)
    gaps = found.frame["gap"]
    assert gaps[listed[:100]].min() >= gaps[listed[100:]].max()
    # The neediest hundredth of the areas is not where most people live.
    assert italy.loc[listed[:79], "population"].sum() < 0.2 * italy["population"].sum()
