"""Need, resources and gap: by hand, against plain Python, and by laws that hold for all data.

Four areas, three indicators: share of old people, minutes to a hospital (missing in Duna), projects near.

           old  minutes  projects
    Alba    10       60         0
    Brod    20       40         1
    Cres    30       20         2
    Duna    40        -         3
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.priority.composite import score
from pipelines.priority.configuration import Configuration, Dimension, Steps, Term, load
from pipelines.priority.weights import influence

NAN = float("nan")
FOUR = pd.DataFrame(
    {"old": [10.0, 20, 30, 40], "minutes": [60.0, 40, 20, NAN], "projects": [0.0, 1, 2, 3]},
    index=pd.Index(["Alba", "Brod", "Cres", "Duna"], name="area_id"),
)
SIMPLE = Configuration(
    name="simple",
    title="Simple",
    need=(Dimension("Age", (Term("old", 1),)), Dimension("Remoteness", (Term("minutes", 1),))),
    resources=(Dimension("Projects", (Term("projects", 1),)),),
)


def with_steps(**steps: object) -> Configuration:
    return replace(SIMPLE, steps=replace(Steps(), **steps))


def test_by_hand() -> None:
    found = score(FOUR, SIMPLE)
    # old: 0, 33.3, 66.7, 100 of four areas. minutes: 100, 50, 0 of the three with a value. Need is their mean.
    assert found.frame["need"].to_list() == pytest.approx([50, 125 / 3, 100 / 3, NAN], nan_ok=True)
    assert found.frame["resources"].to_list() == pytest.approx([0, 100 / 3, 200 / 3, 100])
    expected = [math.sqrt(50 * 100), math.sqrt(125 / 3 * 200 / 3), math.sqrt(100 / 3 * 100 / 3), NAN]
    assert found.frame["gap"].to_list() == pytest.approx(expected, nan_ok=True)
    mean = score(FOUR, with_steps(gap="arithmetic")).frame["gap"]
    assert mean.to_list() == pytest.approx([75, (125 / 3 + 200 / 3) / 2, 100 / 3, NAN], nan_ok=True)


def test_missing_is_not_scorable_and_says_why() -> None:
    found = score(FOUR, SIMPLE)
    assert found.not_scorable.to_dict() == {"Duna": "No data for minutes."}
    # With titles of the dictionary, and no more names than one can read.
    ageing = load("ageing")
    needed = dict.fromkeys(name for _, _, term in ageing.terms() for name in sorted(term.needs))
    values = pd.DataFrame({name: np.arange(1.0, 5) * i for i, name in enumerate(needed, 1)}, index=list("1234"))
    values["population"] = 1e6
    values.loc["1", "share_65_plus"] = NAN
    values.loc["2"] = NAN
    assert score(values, ageing).not_scorable.to_dict() == {
        "1": "No data for Share aged 65 and over.",
        "2": "No data for Share aged 65 and over, Share aged 80 and over, Minutes to the nearest hospital with "
        "emergency department and 2 more indicators.",
    }


def test_enough_is_enough_when_the_configuration_says_so() -> None:
    # Duna has half of need: its need is that of the dimension that it has.
    found = score(FOUR, with_steps(availability=0.5))
    assert found.frame.loc["Duna"].to_list() == pytest.approx([100, 100, 0])
    assert found.not_scorable.empty
    assert score(FOUR, with_steps(availability=0.51)).not_scorable.index.to_list() == ["Duna"]


def test_an_indicator_without_weight_is_not_missed() -> None:
    found = score(FOUR, SIMPLE.weighted({("need", "Remoteness"): 0}))
    assert found.not_scorable.empty
    assert found.frame["need"].to_list() == pytest.approx([0, 100 / 3, 200 / 3, 100])


def test_imputation_is_flagged_and_comes_from_the_region() -> None:
    regions = pd.Series({"Alba": "N", "Brod": "S", "Cres": "S", "Duna": "S"})
    found = score(FOUR, with_steps(availability=0.5, impute="region"), regions=regions)
    key = ("need", "Remoteness", "minutes")
    assert found.values[key].to_list() == [60, 40, 20, 30]
    assert found.imputed[key].to_list() == [False, False, False, True]
    found = score(FOUR, with_steps(availability=0.5, impute="territory"))
    assert found.values[key]["Duna"] == 40
    # A region without any value takes the median of the territory.
    found = score(FOUR, with_steps(availability=0.5, impute="region"), regions=regions.replace({"S": "N"}) + FOUR.index)
    assert found.values[key]["Duna"] == 40
    with pytest.raises(InputError, match="needs the region of each area"):
        score(FOUR, with_steps(availability=0.5, impute="region"))


# Alba | Brod | Cres | Duna: four areas in a row, each touches the next.
ROW = pd.DataFrame(
    [("Alba", "Brod"), ("Brod", "Alba"), ("Brod", "Cres"), ("Cres", "Brod"), ("Cres", "Duna"), ("Duna", "Cres")],
    columns=["area", "neighbour"],
)
BY_NEIGHBOURS = with_steps(availability=0.5, impute="neighbours")
MINUTES = ("need", "Remoteness", "minutes")


def test_neighbours_give_the_mean_of_what_they_know_themselves() -> None:
    # Brod lies between 60 and 20. Duna touches Cres alone; the 40 that Brod was given is not passed on to anyone.
    found = score(FOUR.assign(minutes=[60, NAN, 20, NAN]), BY_NEIGHBOURS, neighbours=ROW)
    assert found.values[MINUTES].to_list() == [60, 40, 20, 20]
    assert found.imputed[MINUTES].to_list() == [False, True, False, True]
    assert not found.imputed.drop(columns=[MINUTES]).any(axis=None)
    assert found.audit()["need|Remoteness|minutes|imputed"].to_list() == [False, True, False, True]
    # The mean, not the median: 10, 20 and 60 around Duna make 30.
    star = pd.DataFrame({"area": "Duna", "neighbour": ["Alba", "Brod", "Cres"]})
    found = score(FOUR.assign(minutes=[10, 20, 60, NAN]), BY_NEIGHBOURS, neighbours=star)
    assert found.values[MINUTES]["Duna"] == 30


def test_where_no_neighbour_knows_the_value_stays_missing() -> None:
    # Cres hears 40 from Brod; Duna touches only Cres, which knows nothing itself.
    values = FOUR.assign(minutes=[60, 40, NAN, NAN])
    found = score(values, BY_NEIGHBOURS, neighbours=ROW)
    assert found.values[MINUTES].to_list() == pytest.approx([60, 40, 40, NAN], nan_ok=True)
    assert found.imputed[MINUTES].to_list() == [False, False, True, False]
    # Duna has the half of need that is enough: its need is that of age alone, where it is the first of four.
    assert found.frame["need"]["Duna"] == 100
    strict = with_steps(availability=0.51, impute="neighbours")
    assert list(score(values, strict, neighbours=ROW).not_scorable.index) == ["Cres", "Duna"]
    # An island touches nobody, and a neighbour abroad has no row of values.
    for pairs in (ROW[:0], pd.DataFrame({"area": ["Duna"], "neighbour": ["Abroad"]})):
        assert not score(values, BY_NEIGHBOURS, neighbours=pairs).imputed.any(axis=None)


def test_neighbours_have_to_be_given() -> None:
    with pytest.raises(InputError) as refused:
        score(FOUR, BY_NEIGHBOURS)
    assert str(refused.value) == (
        "Imputation by neighbours needs the areas that touch; give them, or impute by territory."
    )


def test_denominators_divide_and_zero_gives_no_number() -> None:
    people = FOUR.assign(people=[10.0, 10, 10, 0])
    per = replace(SIMPLE, need=(Dimension("Age", (Term("old", 1, per="people"),)),))
    found = score(people, per)
    assert found.values["need", "Age", "old"].to_list() == pytest.approx([1, 2, 3, NAN], nan_ok=True)
    assert found.not_scorable.to_dict() == {"Duna": "No data for old."}


def test_without_resources_the_gap_is_the_need() -> None:
    frame = score(FOUR, replace(SIMPLE, resources=())).frame
    assert frame["gap"].equals(frame["need"].rename("gap"))
    assert frame["resources"].isna().all()


def test_a_constant_indicator_is_in_the_middle_and_between_goalposts_where_they_say() -> None:
    same = FOUR.assign(projects=1.0)
    assert set(score(same, SIMPLE).frame["resources"]) == {50}
    fixed = replace(SIMPLE, resources=(Dimension("P", (Term("projects", -1, low=0, high=4),)),))
    assert set(score(same, fixed).frame["resources"]) == {75}
    # Goalposts are reached, and nothing lies beyond them.
    wide = replace(SIMPLE, resources=(Dimension("P", (Term("projects", 1, low=1, high=2),)),))
    assert score(FOUR, wide).frame["resources"].to_list() == [0, 0, 100, 100]
    assert score(FOUR, wide).frame["gap"]["Cres"] == 0


def test_what_says_nothing_moves_no_rank() -> None:
    fixed = replace(
        SIMPLE,
        need=(
            Dimension("Age", (Term("old", 1, low=0, high=50),)),
            Dimension("Far", (Term("minutes", 1, low=0, high=90),)),
        ),
        resources=(Dimension("Projects", (Term("projects", 1, low=0, high=5),)),),
    )
    values = FOUR.assign(constant=7.0, twin=FOUR["old"], minutes=[60.0, 40, 20, 50])
    more = replace(
        fixed,
        need=(*fixed.need, Dimension("Same", (Term("constant", 1, low=0, high=10), Term("twin", 1, low=0, high=50)))),
    )
    found = score(values, more)
    pd.testing.assert_frame_equal(found.frame, score(values, fixed).frame, check_exact=True)
    assert found.silent == {("need", "Same", "constant"): "", ("need", "Same", "twin"): "old"}
    # The last of an index stays, whatever it says; a twin of the other index is no twin.
    same = score(values.assign(projects=1.0), more)
    assert [key[2] for key in same.silent] == ["constant", "twin"]
    other = replace(fixed, resources=(Dimension("Old", (Term("twin", -1, low=0, high=50),)),))
    assert score(values, other).silent == {}


def test_a_list_of_examples_enters_no_index() -> None:
    examples = replace(SIMPLE, resources=(Dimension("Projects", (Term("projects_within_60", 1),)),))
    with pytest.raises(InputError) as refused:
        score(FOUR.rename(columns={"projects": "projects_within_60"}), examples)
    assert str(refused.value) == (
        "projects_within_60 counts a list of examples, of which nobody knows what it lacks; show it beside the index, "
        "not in it."
    )


def test_outliers_are_treated_before_they_are_normalised() -> None:
    values = pd.DataFrame(
        {"old": [*range(1, 21), 1000.0], "minutes": np.arange(21.0), "projects": np.arange(21.0)},
        index=[f"{i:02}" for i in range(21)],
    )
    found = score(values, with_steps(outliers="treat", normalise="min-max"))
    assert found.treatments["need", "Age", "old"].points == 1
    assert found.normalised["need", "Age", "old"].to_list()[-3:] == pytest.approx([18 / 19 * 100, 100, 100])


def test_pca_weights_are_shown_as_effective_weights() -> None:
    # b is twice a, and c is at right angles to them, so c does not load on the first component.
    values = pd.DataFrame({"a": [0.0, 0, 1, 1], "b": [0.0, 0, 2, 2], "c": [0.0, 1, 0, 1]}, index=list("wxyz"))
    one = Configuration("one", "One", need=(Dimension("D", (Term("a", 1), Term("b", 1), Term("c", 1))),))
    assert score(values, one).weights.to_list() == pytest.approx([1 / 3] * 3)
    found = score(values, replace(one, steps=Steps(weights="pca")))
    assert found.weights.to_list() == pytest.approx([0.5, 0.5, 0], abs=1e-9)
    assert influence(found.normalised, found.frame).to_list() == pytest.approx([1, 1, 0], abs=1e-9)


def test_the_audit_table_repeats_the_score() -> None:
    audit = score(FOUR, SIMPLE).audit()
    assert list(audit.columns)[:4] == [f"need|Age|old|{step}" for step in ("value", "imputed", "normalised", "weight")]
    parts = ["need|Age|old", "need|Remoteness|minutes"]
    again = sum(audit[f"{part}|normalised"] * audit[f"{part}|weight"] for part in parts)
    assert again.to_list() == pytest.approx(audit["need"].to_list(), nan_ok=True)
    assert audit["need|Age"].equals(audit["need|Age|old|normalised"].rename("need|Age"))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            FOUR.rename(columns={"minutes": "minute"}),
            r"'minutes', which this territory does not have; did you mean min",
        ),
        (FOUR.replace({60.0: np.inf}), "Indicator minutes of area Alba is infinite"),
        (pd.concat([FOUR, FOUR]), "Area Alba is there more than once"),
    ],
)
def test_data_that_cannot_be_used_are_refused(values: pd.DataFrame, message: str) -> None:
    with pytest.raises(InputError, match=message):
        score(values, SIMPLE)


# ---- the whole chain again in plain Python, from the definitions


def plain_percentile(value: float, known: list[float]) -> float:
    lower, equal = sum(other < value for other in known), sum(other == value for other in known)
    return 100 * (lower + (equal + 1) / 2 - 1) / (len(known) - 1)


def plain_index(area: int, table: dict[str, list[float]], dimensions: list[dict[str, tuple[int, float]]]) -> float:
    scores = []
    for dimension in dimensions:
        total = 0.0
        for indicator, (sign, weight) in dimension.items():
            column = table[indicator]
            if math.isnan(column[area]):
                return NAN
            share = plain_percentile(column[area], [value for value in column if not math.isnan(value)])
            total += weight * (share if sign > 0 else 100 - share)
        scores.append(total / sum(weight for _, weight in dimension.values()))
    return sum(scores) / len(scores)


# Few different whole numbers: many ties.
TABLES = st.integers(2, 12).flatmap(
    lambda n: st.fixed_dictionaries(
        {name: st.lists(st.sampled_from([NAN, *range(9)]), min_size=n, max_size=n) for name in "abcde"}
    )
)
WIDE = Configuration(
    name="wide",
    title="Wide",
    need=(Dimension("One", (Term("a", 1), Term("b", -1, weight=3))), Dimension("Two", (Term("c", 1),))),
    resources=(Dimension("Three", (Term("d", 1), Term("a", -1))), Dimension("Four", (Term("e", -1),))),
)


def speaks(table: dict[str, list[float]]) -> bool:
    """Whether no indicator is the same everywhere, and none repeats another one."""
    differ = all(len({value for value in column if not math.isnan(value)}) != 1 for column in table.values())
    return differ and len({str([float(value) for value in column]) for column in table.values()}) == len(table)


@settings(max_examples=40)
@given(table=TABLES)
def test_the_chain_equals_plain_python(table: dict[str, list[float]]) -> None:
    assume(all(sum(not math.isnan(value) for value in column) > 1 for column in table.values()))
    assume(speaks(table))
    frame = score(pd.DataFrame(table, dtype=float), WIDE).frame
    for area in range(len(table["a"])):
        need = plain_index(area, table, [{"a": (1, 1), "b": (-1, 3)}, {"c": (1, 1)}])
        resources = plain_index(area, table, [{"d": (1, 1), "a": (-1, 1)}, {"e": (-1, 1)}])
        expected = [need, resources, math.sqrt(need * (100 - resources))]
        assert frame.loc[area].to_list() == pytest.approx(expected, nan_ok=True, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(table=TABLES, data=st.data())
def test_neighbours_equal_plain_python_in_whatever_order_they_come(
    table: dict[str, list[float]], data: st.DataObject
) -> None:
    # Thirds have no exact binary form: sums in another order would differ in the last digit.
    values = pd.DataFrame(table, dtype=float) / 3
    area = st.sampled_from(list(values.index))
    borders = data.draw(st.sets(st.tuples(area, area).filter(lambda pair: pair[0] < pair[1])))
    pairs = [(one, other) for a, b in borders for one, other in ((a, b), (b, a))]
    configuration = replace(WIDE, steps=Steps(availability=0.3, impute="neighbours"))
    found, again = (
        score(values, configuration, neighbours=pd.DataFrame(each, columns=["area", "neighbour"], dtype=int))
        for each in (pairs, data.draw(st.permutations(pairs)))
    )
    pd.testing.assert_frame_equal(found.values, again.values, check_exact=True)
    pd.testing.assert_frame_equal(found.frame, again.frame, check_exact=True)
    for key, column in found.values.items():
        own = values[key[2]]
        for one in values.index:
            around = [own[b] for a, b in pairs if a == one and not math.isnan(own[b])]
            expected = own[one] if not math.isnan(own[one]) or not around else sum(around) / len(around)
            assert column[one] == pytest.approx(expected, nan_ok=True)


STEPS = st.builds(
    Steps,
    availability=st.sampled_from([0.3, 1.0]),
    outliers=st.sampled_from(["none", "treat"]),
    normalise=st.sampled_from(["percentile", "rank", "min-max", "z", "normal", "exponential"]),
    gap=st.sampled_from(["geometric", "arithmetic"]),
    within=st.sampled_from([1.0, 0.0, -1.0]),
    across=st.sampled_from([1.0, 0.0, 2.0]),
)


@settings(max_examples=40)
@given(table=TABLES, steps=STEPS, factor=st.sampled_from([0.5, 4, 1024]))
def test_the_unit_of_an_indicator_changes_nothing(table: dict[str, list[float]], steps: Steps, factor: float) -> None:
    assume(speaks(table) and speaks(table | {"a": [value * factor for value in table["a"]]}))
    values, configuration = pd.DataFrame(table, dtype=float), replace(WIDE, steps=steps)
    changed = score(values.assign(a=values["a"] * factor), configuration).frame
    pd.testing.assert_frame_equal(changed, score(values, configuration).frame, atol=1e-9)


@settings(max_examples=40)
@given(table=TABLES, steps=STEPS)
def test_equal_areas_have_equal_scores_and_all_are_from_0_to_100(table: dict[str, list[float]], steps: Steps) -> None:
    values = pd.DataFrame(table, dtype=float)
    doubled = pd.concat([values, values], ignore_index=True)
    found = score(doubled, replace(WIDE, steps=steps))
    first, second = found.frame.iloc[: len(values)], found.frame.iloc[len(values) :]
    pd.testing.assert_frame_equal(first, second.reset_index(drop=True), check_exact=True)
    assert ((found.frame >= 0) & (found.frame <= 100) | found.frame.isna()).all(axis=None)
    # Scored, or listed with a reason: one or the other.
    assert list(found.frame.index[found.frame["gap"].isna()]) == list(found.not_scorable.index)


@settings(max_examples=40)
@given(table=TABLES, steps=STEPS, data=st.data())
def test_more_of_what_raises_need_never_worsens_the_place(
    table: dict[str, list[float]], steps: Steps, data: st.DataObject
) -> None:
    values = pd.DataFrame(table, dtype=float).fillna(0)
    # One value may turn the treatment of outliers from none to a logarithm, and it moves the z-scores of all areas.
    assume(steps.outliers == "none" and steps.normalise != "z")
    configuration = replace(WIDE, steps=steps)
    area = data.draw(st.sampled_from(list(values.index)))
    indicator, better = data.draw(st.sampled_from([("c", 1), ("b", -1), ("e", 1)]))
    changed = values.copy()
    changed.loc[area, indicator] += better * data.draw(st.integers(1, 5))
    assume(all(speaks({name: column.to_list() for name, column in each.items()}) for each in (values, changed)))
    before, after = (score(each, configuration).frame["gap"] for each in (values, changed))
    ahead_before, ahead_after = (
        set(before.index[before > before[area] + 1e-9]),
        set(after.index[after > after[area] + 1e-9]),
    )
    assert ahead_after <= ahead_before
