"""How sure a rank is, on lists where the answer can be worked out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.priority import replicates
from pipelines.priority.analysis import Analysis
from pipelines.priority.composite import score
from pipelines.priority.configuration import Configuration, Dimension, Noise, Steps, Term, Uncertainty, load
from pipelines.priority.ranking import rank, shares_of_places
from pipelines.priority.robustness import probabilities, simulate, tiers, within_regions
from pipelines.priority.sensitivity import leave_one_out, sobol

NAN = float("nan")
# Two dimensions against each other. Top is best in both, Low is worst in both; of A and B each leads in one.
#        x    y
# Top  100  100
# A     80   20
# B     20   80
# Low    0    0
FOUR = pd.DataFrame({"x": [100.0, 80, 20, 0], "y": [100.0, 20, 80, 0]}, index=["Top", "A", "B", "Low"])
FIXED = {"low": 0.0, "high": 100.0}
WEIGHTS = Uncertainty(spread=0.5, goalposts=0.0, leave_out=False, gap=())
TWO = Configuration(
    name="two",
    title="Two",
    need=(Dimension("X", (Term("x", 1, **FIXED),)), Dimension("Y", (Term("y", 1, **FIXED),))),
    uncertainty=WEIGHTS,
)


def test_what_no_weight_can_change_is_firm_and_what_a_coin_decides_is_not() -> None:
    found = simulate(FOUR, TWO, k=2, draws=2000).frame
    assert found.loc["Top", ["probability", "tier", "rank_low", "rank_high"]].to_list() == [1, "firm", 1, 1]
    assert found.loc["Low", ["probability", "rank_low", "rank_high"]].to_list() == [0, 4, 4]
    assert found.isna()["tier"]["Low"]
    # A and B swap whenever one weight passes the other: even odds, within four standard errors.
    assert found["probability"]["A"] == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2000))
    assert found.loc["A", ["rank", "rank_low", "rank_high"]].to_list() == [2, 2, 3]
    assert found["probability"].sum() == pytest.approx(2)


def test_a_closer_race_is_decided_by_the_share_of_weights_that_favour_it() -> None:
    # Against B (20, 80), C (70, 40) leads while 50 u > 40 v, u and v uniform from 0.5 to 1.5. v > 1.25 u is a triangle
    # with corners (0.5, 0.625), (0.5, 1.5), (1.2, 1.5): 0.875 x 0.7 / 2 = 0.30625 of the square.
    values = FOUR.rename(index={"A": "C"})
    values.loc["C"] = [70, 40]
    found = simulate(values, TWO, k=2, draws=4000).frame["probability"]
    assert found["C"] == pytest.approx(1 - 0.30625, abs=4 * np.sqrt(0.3 * 0.7 / 4000))


def test_dirichlet_weights_have_the_given_mean_and_stay_closer_the_higher_the_concentration() -> None:
    # With weights 2 to 1, A leads B while the weight of x is above a half.
    heavier = TWO.weighted({("need", "X"): 2})
    chances = []
    for concentration in (5.0, 500.0):
        choices = replace(TWO.uncertainty, concentration=concentration)
        found = simulate(FOUR, replace(heavier, uncertainty=choices), k=2, draws=2000).frame
        chances.append(found["probability"]["A"])
    # Beta(10/3, 5/3) is above a half with probability 0.788.
    assert chances[0] == pytest.approx(0.788, abs=0.04)
    assert chances[1] == 1


def test_equal_areas_share_a_place() -> None:
    values = pd.concat([FOUR, FOUR.rename(index={"Top": "Twin"}).loc[["Twin"]]])
    found = simulate(values, TWO, k=1, draws=50).frame
    assert found.loc[["Top", "Twin"], "probability"].to_list() == [0.5, 0.5]
    assert found.loc[["Top", "Twin"], "rank_high"].to_list() == [1, 1]


def test_noise_moves_areas_as_far_as_their_error_reaches() -> None:
    # Errors of 10 % of x: A, tied with B, is ahead of it in half of the replicates; Top, 20 ahead, is out of reach.
    noisy = replace(TWO, uncertainty=replace(TWO.uncertainty, spread=0.0, noise=(Noise("x", relative=0.1),)))
    found = simulate(FOUR, noisy, k=2, draws=2000).frame
    assert found["probability"]["A"] == pytest.approx(0.5, abs=0.05)
    assert found["probability"]["Top"] == 1
    # A leads by 4 points of x with errors of 8 for A and 2.4 for B: P(e > -4), sd sqrt(8^2 + 2.4^2) = 8.35, is 0.684.
    values = FOUR.copy()
    values.loc["B"] = [24, 72]
    found = simulate(values, noisy, k=2, draws=4000).frame
    assert found["probability"]["A"] == pytest.approx(0.684, abs=0.03)


def test_areas_that_cannot_be_scored_have_no_rank_and_no_chance() -> None:
    values = pd.concat([FOUR, pd.DataFrame({"x": [NAN], "y": [5.0]}, index=["Gone"])])
    found = simulate(values, TWO, k=2, draws=50).frame
    assert found.index.to_list() == values.index.to_list()
    assert found.loc["Gone"].isna().all()
    assert found["probability"].sum() == pytest.approx(2)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), k=st.integers(1, 40))
def test_chances_sum_to_the_places_and_intervals_hold_the_median(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(rng.integers(0, 4, (30, 4)).astype(float), columns=list("abcd"))
    values = values.mask(rng.random(values.shape) < 0.05)
    choices = Uncertainty(
        normalise=("percentile", "min-max", "z"),
        outliers=("none", "treat"),
        impute=("none", "territory"),
        across=(1.0, 0.0, -1.0),
        noise=(Noise("b", absolute=1),),
    )
    wide = Configuration(
        name="wide",
        title="Wide",
        need=(Dimension("One", (Term("a", 1), Term("b", -1))), Dimension("Two", (Term("c", 1),))),
        resources=(Dimension("Three", (Term("d", 1),)),),
        steps=Steps(availability=0.5),
        uncertainty=choices,
    )
    result = simulate(values, wide, k=k, draws=60, seed=seed)
    known = result.frame.dropna(subset=["rank"])
    assert result.frame["probability"].sum() == pytest.approx(min(k, len(known)))
    assert (known["rank_low"] <= known["rank_median"]).all()
    assert (known["rank_median"] <= known["rank_high"]).all()
    assert known["rank"].to_list() == rank(score(values, wide).frame).dropna().to_list()
    pd.testing.assert_frame_equal(simulate(values, wide, k=k, draws=60, seed=seed).frame, result.frame)
    with pytest.MonkeyPatch.context() as patch:
        # As in a large territory, of which few replicates are computed together.
        patch.setattr(replicates, "CELLS", 100)
        alone = probabilities(values, wide, k=k, draws=60, seed=seed)
    pd.testing.assert_series_equal(alone, result.frame["probability"])


def test_a_replicate_may_ask_the_neighbours() -> None:
    # One y is missing. By x alone C is second of four; next to A, which has the highest y of all, it is first.
    values = pd.DataFrame({"x": [1.0, 2, 3, 4], "y": [9.0, 1, NAN, 0]}, index=list("ABCD"))
    pairs = pd.DataFrame({"area": ["A", "C"], "neighbour": ["C", "A"]})
    open_to = replace(WEIGHTS, spread=0.0, impute=("neighbours",))
    asked = replace(TWO, steps=Steps(availability=0.5), uncertainty=open_to)
    found = simulate(values, asked, k=1, draws=5, neighbours=pairs).frame
    by_neighbours = replace(asked, steps=Steps(availability=0.5, impute="neighbours"))
    expected = rank(score(values, by_neighbours, neighbours=pairs).frame)
    assert found["rank_median"].to_list() == expected.to_list()
    assert found["rank"].to_list() != expected.to_list()
    with pytest.raises(InputError, match="needs the areas that touch"):
        simulate(values, asked, k=1, draws=5)
    both = replace(asked, uncertainty=replace(open_to, impute=("none", "neighbours")))
    assert sobol(values, both, draws=50, neighbours=pairs).index.to_list() == ["impute"]


def test_another_seed_is_another_sample_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    first = simulate(FOUR, TWO, k=2, draws=120, seed=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(100, 120), (120, 120)]
    assert not simulate(FOUR, TWO, k=2, draws=120, seed=2).frame.equals(first.frame)


def test_tied_areas_share_what_is_left() -> None:
    assert shares_of_places(np.array([9.0, 5, 5, 5, 1]), 2).tolist() == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])
    assert shares_of_places(np.array([1.0, 9, 9, 4, 9]), 2).tolist() == pytest.approx([0, 2 / 3, 2 / 3, 0, 2 / 3])
    assert shares_of_places(np.array([3.0, 1, 2]), 3).tolist() == [1, 1, 1]


def test_tiers_start_at_their_bounds() -> None:
    assert tiers(pd.Series([1, 0.9, 0.89, 0.5, 0.49, 0.1, 0.09, 0])).to_list() == [
        *["firm"] * 2,
        *["likely"] * 2,
        *["borderline"] * 2,
        *[None] * 2,
    ]


@pytest.mark.parametrize(
    ("values", "k", "draws", "message"),
    [
        (FOUR, 0, 10, "list has 0 places"),
        (FOUR, 1, 0, "there are 0 replicates"),
        (FOUR * NAN, 1, 10, "No area has the data that the index needs"),
    ],
)
def test_questions_without_an_answer_are_refused(values: pd.DataFrame, k: int, draws: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        simulate(values, TWO, k=k, draws=draws)


def test_every_combination_of_choices_is_drawn_equally_often_and_errors_fill_their_range() -> None:
    choices = replace(WEIGHTS, across=(1.0, 0.0), gap=("geometric", "arithmetic"), leave_out=True, minutes=Noise("", 1))
    minutes = FOUR.rename(columns={"x": "minutes_x"})
    terms = (Dimension("X", (Term("minutes_x", 1, **FIXED),)), Dimension("Y", (Term("y", 1, **FIXED),)))
    model = replicates.Model(minutes, replace(TWO, need=terms, uncertainty=choices))
    sample = model.sample(240, np.random.default_rng(1))
    assert len(model.variants) == 3
    cells = np.column_stack([sample.left_out, sample.across, sample.gap])
    assert np.unique(cells, axis=0, return_counts=True)[1].tolist() == [240 // 12] * 12
    # The errors of each area are the quantiles of a normal distribution, each once.
    key = ("need", "X", "minutes_x")
    errors = model._errors(key, sample.noise, 240, 0, np.ones(4, dtype=np.bool_))
    assert np.allclose(np.sort(errors, axis=0), np.sort(errors[:, :1], axis=0))
    assert errors.std(axis=0) == pytest.approx(1, abs=0.02)
    assert np.abs(np.corrcoef(errors, rowvar=False) - np.eye(4)).max() < 0.9


def test_moved_goalposts_and_missing_services_move_scores() -> None:
    # y of 50 between 0 and 100 +- 25 % is a need of 40 to 67, so B passes A at 55 in no replicate, as both move alike.
    values = pd.DataFrame({"minutes_x": [55.0, 50], "y": [1.0, 2]}, index=["A", "B"])
    one = replace(TWO, need=(Dimension("X", (Term("minutes_x", 1, **FIXED),)),))
    moved = replace(one, uncertainty=replace(WEIGHTS, goalposts=0.25, minutes=Noise("")))
    assert simulate(values, moved, k=1, draws=40).frame["probability"].to_list() == [1, 0]
    # In one of two drawings a service that the list lacks brings A to 20 minutes.
    unlisted = {"minutes_x": pd.DataFrame({0: [55.0, 50], 1: [20.0, 50]}, index=["A", "B"])}
    found = simulate(values, moved, k=1, draws=40, unlisted=unlisted).frame["probability"]
    assert found.to_list() == [0.5, 0.5]
    closed = replace(moved, uncertainty=replace(moved.uncertainty, missing_services=False))
    assert simulate(values, closed, k=1, draws=40, unlisted=unlisted).frame["probability"].to_list() == [1, 0]


def test_each_region_has_a_list_of_its_own() -> None:
    values = pd.concat([FOUR, FOUR.add_prefix("S", axis=0) / 2])
    values = pd.concat([values, FOUR[:1].rename(index={"Top": "Alone"}), FOUR[:1].rename(index={"Top": "Nowhere"})])
    regions = pd.Series(["N"] * 4 + ["S"] * 4 + ["E", None], index=values.index)
    found = within_regions(
        values, TWO, parts={"nuts2": regions}, length=lambda areas: areas // 2, draws=500, regions=regions
    )["nuts2"]
    assert found["probability"].groupby(regions).sum().to_dict() == pytest.approx({"E": 0, "N": 2, "S": 2})
    assert found.loc[["Top", "STop"], "tier"].to_list() == ["firm", "firm"]
    assert found.loc[["A", "SA"], "probability"].to_list() == pytest.approx([0.5, 0.5], abs=0.1)
    assert found.loc[["Top", "SLow"], "first"].to_list() == [2, 2]
    assert found.loc[["Alone", "Nowhere"]].isna().all(axis=None)


def test_tiers_of_italy_hardly_answer_to_the_seed(italy: pd.DataFrame) -> None:
    tier = [
        simulate(italy, load("balanced"), k=100, draws=10_000, seed=seed, regions=italy["nuts2"]).frame["tier"]
        for seed in (1, 2)
    ]
    listed = tier[0].notna() | tier[1].notna()
    assert (tier[0].fillna("") != tier[1].fillna("")).sum() <= 0.02 * listed.sum()


def test_an_analysis_tells_groups_named_ways_and_the_people_in_the_first_tenth(italy: pd.DataFrame) -> None:
    asked = Analysis(italy, load("balanced"), draws=100)
    sizes = asked.groups.value_counts()
    assert sorted(sizes.index) == list(range(1, 11))
    assert sizes.max() - sizes.min() <= 0.05 * sizes.max()
    gaps = asked.scores.frame["gap"]
    assert gaps[asked.groups == 1].min() >= gaps[asked.groups == 2].max()
    people = asked.people_in_first_group()
    first = italy[(asked.groups == 1).fillna(False).astype(bool)]
    assert people["people"].sum() == first["people_65_plus"].sum()
    assert people["areas"].sum() == len(first)
    sure = asked.sure(asked.ranks.sort_values().index[:3])
    assert sure["named_ways"].between(1, 5).all()
    assert sure["tier_nuts2"].to_list() == ["firm"] * 3
    assert (sure["probability_errors"] > 0.9).all()


# ---- sensitivity

# A, a little ahead of B, changes places with it under some weights: y is 0 or 1 / 2.
AHEAD = FOUR.assign(y=[100.0, 30, 80, 0])


def test_one_open_choice_explains_all_and_a_closed_one_is_not_listed() -> None:
    found = sobol(AHEAD, TWO, draws=400)
    assert found.index.to_list() == ["weights"]
    assert found.loc["weights"].to_list() == pytest.approx([1, 1], abs=0.15)


def test_a_choice_that_moves_nothing_explains_nothing() -> None:
    # Normalisation is open but every indicator has its own fixed scale.
    choices = replace(TWO.uncertainty, normalise=("percentile", "min-max"))
    found = sobol(AHEAD, replace(TWO, uncertainty=choices), draws=400)
    assert found["total"]["normalise"] == 0
    assert found["total"]["weights"] == pytest.approx(1, abs=0.15)
    # With nothing that moves at all there is no variance to share out.
    still = replace(TWO, uncertainty=replace(choices, spread=0.0))
    assert sobol(AHEAD, still, draws=10).isna().all(axis=None)


def test_the_one_choice_that_turns_the_order_has_all_the_variance() -> None:
    # All areas are equal in the arithmetic mean of x and 100 - x, and part in the harmonic. Their values are evenly
    # spaced, so percentiles and shares of the range are the same: the mean has all the variance.
    x = np.linspace(0, 100, 11)
    values = pd.DataFrame({"x": x, "y": 100 - x})
    choices = replace(WEIGHTS, spread=0.0, normalise=("percentile", "min-max"), across=(1.0, -1.0))
    free = replace(TWO, need=tuple(Dimension(name, (Term(name, 1),)) for name in ("x", "y")), uncertainty=choices)
    found = sobol(values, free, draws=300)
    assert found["total"].to_dict() == pytest.approx({"normalise": 0, "across": 1}, abs=0.15)
    assert found["first"].to_dict() == pytest.approx({"normalise": 0, "across": 1}, abs=0.15)


def test_leaving_one_out() -> None:
    # Without x, y alone ranks Top, B, A, Low: A and B, tied at 2, take places 3 and 2; the top 2 lose A.
    found = leave_one_out(FOUR, TWO, k=1)
    row = found.loc[("need", "X", "x")]
    assert row[["mean_change", "largest_change", "kept"]].to_list() == [0.25, 1, 1]
    # The last indicator of need cannot be left out.
    alone = replace(TWO, need=TWO.need[:1])
    assert leave_one_out(FOUR, alone, k=1).empty
