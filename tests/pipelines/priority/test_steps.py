"""The steps of a composite index one by one, on numbers small enough to work out."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipelines.priority import normalise
from pipelines.priority.aggregate import mean
from pipelines.priority.outliers import kurtosis, skewness, treatment
from pipelines.priority.screening import screen
from pipelines.priority.weights import pca

NAN = float("nan")
# Whole numbers, so that scaling and shifting them loses no digit and makes or breaks no tie.
VALUES = hnp.arrays(np.int64, st.integers(2, 40), elements=st.integers(-1000, 1000)).map(lambda x: x.astype(float))


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        # 10 < 20 = 20 < 50: ranks 1, 2.5, 2.5, 4.
        ("percentile", [0, 50, 50, NAN, 100]),
        ("rank", [25, 62.5, 62.5, NAN, 100]),
        ("min-max", [0, 25, 25, NAN, 100]),
        # Mean 25, standard deviation 15.
        ("z", [40, 50 - 10 / 3, 50 - 10 / 3, NAN, 50 + 50 / 3]),
        # The normal distribution has a fifth below -0.8416.
        ("normal", [41.584, 50, 50, NAN, 58.416]),
        ("exponential", [-23 * math.log(1 - share * (1 - math.exp(-100 / 23))) if share else NAN
                         for share in (0.25, 0.625, 0.625, None, 1)]),
    ],
)  # fmt: skip
def test_normalisation_by_hand(method: str, expected: list[float]) -> None:
    found = normalise.METHODS[method](np.array([10, 20, 20, NAN, 50.0]))
    assert found == pytest.approx(expected, abs=1e-3, nan_ok=True)


def test_scale_is_cut_at_its_references() -> None:
    found = normalise.scale(np.array([-5, 0, 30, 60, 90, NAN]), low=0, high=60)
    assert found == pytest.approx([0, 0, 50, 100, 100, NAN], nan_ok=True)


@pytest.mark.parametrize("method", ["percentile", "min-max", "z", "normal"])
@pytest.mark.parametrize("values", [[7.0, 7.0, 7.0], [7.0], [7.0, NAN, 7.0]])
def test_equal_values_are_all_in_the_middle(method: str, values: list[float]) -> None:
    expected = [NAN if math.isnan(value) else 50.0 for value in values]
    assert normalise.METHODS[method](np.array(values)) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("method", normalise.METHODS)
def test_nothing_known_stays_unknown(method: str) -> None:
    assert np.isnan(normalise.METHODS[method](np.full(3, NAN))).all()


@pytest.mark.parametrize("method", normalise.METHODS)
@given(x=VALUES, factor=st.sampled_from([0.25, 2, 1024]))
def test_normalisation_keeps_order_and_bounds_and_ignores_units(method: str, x: np.ndarray, factor: float) -> None:
    found = normalise.METHODS[method](x)
    assert found.min() >= 0
    assert found.max() <= 100
    order = np.argsort(x)
    assert (np.diff(found[order]) >= 0).all()
    assert (np.diff(found[order]) == 0)[np.diff(x[order]) == 0].all()
    assert normalise.METHODS[method](x * factor) == pytest.approx(found, abs=1e-9)


def test_one_far_value_is_cut_to_the_next() -> None:
    x = np.array([*range(1, 21), 1000.0])
    chosen = treatment(x)
    assert (chosen.kind, chosen.points, chosen.high) == ("winsorised", 1, 20)
    assert chosen.apply(x) == pytest.approx([*range(1, 21), 20])
    assert treatment(-x).apply(-x) == pytest.approx([-value for value in [*range(1, 21), 20]])


def test_a_long_tail_gets_a_logarithm_and_keeps_its_order() -> None:
    x = np.exp(np.linspace(0, 12, 200))
    for sign, kind in ((1, "log"), (-1, "mirrored log")):
        chosen = treatment(sign * x)
        assert chosen.kind == kind
        assert (np.diff(chosen.apply(sign * x)) * sign > 0).all()


@pytest.mark.parametrize("x", [[1, 2, 3, 4, 5, 6.0], [5, 5, 5, 5.0], [1, 1000.0], [NAN, NAN]])
def test_what_is_not_skewed_is_left_alone(x: list[float]) -> None:
    values = np.array(x)
    assert treatment(values).apply(values) == pytest.approx(values, nan_ok=True)


def test_skewness_and_kurtosis_are_those_of_spreadsheets() -> None:
    # SKEW and KURT of the example in their documentation: 3, 4, 5, 2, 3, 4, 5, 6, 4, 7.
    x = np.array([3, 4, 5, 2, 3, 4, 5, 6, 4, 7.0])
    assert skewness(x) == pytest.approx(0.359543, abs=1e-6)
    assert kurtosis(x) == pytest.approx(-0.151800, abs=1e-6)


def test_means_by_hand() -> None:
    a, b = np.array([20.0, 0.0]), np.array([80.0, 0.0])
    assert mean([a, b], [3, 1]) == pytest.approx([35, 0])
    # On the scale 1 to 100 these are 20.8 and 80.2.
    assert mean([a, b], [1, 1], power=0) == pytest.approx([(math.sqrt(20.8 * 80.2) - 1) / 0.99, 0])
    assert mean([a, b], [1, 1], power=-1) == pytest.approx([(2 / (1 / 20.8 + 1 / 80.2) - 1) / 0.99, 0])
    assert mean([a, b], [1, 1], power=2) == pytest.approx([math.sqrt((400 + 6400) / 2), 0])


@pytest.mark.parametrize("power", [1.0, 0.0, -1.0, 0.5])
def test_a_missing_part_is_left_out_and_not_counted_as_zero(power: float) -> None:
    found = mean([np.array([40.0, NAN, NAN, 40]), np.array([70.0, 70.0, NAN, NAN])], [1, 0], power=power)
    assert found == pytest.approx([40, NAN, NAN, 40], nan_ok=True)
    found = mean([np.array([40.0, NAN, NAN]), np.array([40.0, 70.0, NAN])], [1, 5], power=power)
    assert found == pytest.approx([40, 70, NAN], nan_ok=True)


@pytest.mark.parametrize(("low", "high"), [(-3, -1), (-1, 0), (0.5, 1), (1, 2)])
@given(
    scores=hnp.arrays(np.float64, (3, 5), elements=st.floats(0, 100)),
    weights=hnp.arrays(np.float64, 3, elements=st.floats(0.1, 10)),
)
def test_the_lower_the_power_the_less_a_high_score_makes_up(
    low: float, high: float, scores: np.ndarray, weights: np.ndarray
) -> None:
    below, above = (mean(list(scores), list(weights), power=power) for power in (low, high))
    assert (scores.min(axis=0) - 1e-6 <= below).all()
    assert (below <= above + 1e-6).all()
    assert (above <= scores.max(axis=0) + 1e-6).all()


def test_principal_component_shares_weight_among_those_that_move_together() -> None:
    # a = b, c is at right angles to both: the first component is a and b alone.
    x = np.array([[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1.0]])
    assert pca(x) == pytest.approx([0.5, 0.5, 0], abs=1e-9)
    # A constant does not load; nothing that varies together leaves equal weights.
    assert pca(np.column_stack([x[:, 0], x[:, 1], np.full(4, 3.0)])) == pytest.approx([0.5, 0.5, 0], abs=1e-9)
    assert pca(np.full((4, 2), 3.0)) == pytest.approx([0.5, 0.5])


def test_screening_says_what_is_odd() -> None:
    values = pd.DataFrame(
        {
            "fine": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10],
            "sparse": [1.0, 2, 3, 4, 5, 6] + [NAN] * 4,
            "zeros": [0.0] * 6 + [1, 2, 3, 4],
            "constant": [3.0] * 10,
            "yes or no": [0.0, 1] * 5,
            "far": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1000],
        }
    )
    flags = screen(values)["flags"]
    assert flags["fine"] == ""
    assert flags["sparse"] == "sparse"
    assert flags["zeros"] == "zeros"
    assert flags["constant"] == "constant"
    assert flags["yes or no"] == "tied"
    assert flags["far"] == "skewed"


def with_ones(count: int) -> np.ndarray:
    """1,000 values, some of which are 1 and the others 0: the fewer, the more skewed and peaked."""
    return np.repeat([0.0, 1.0], [1000 - count, count])


@pytest.mark.parametrize(("ones", "kind"), [(120, "none"), (119, "log")])
def test_kurtosis_above_three_and_a_half_is_treated(ones: int, kind: str) -> None:
    """Both are skewed (2.34 and 2.36); their kurtosis is 3.49 and 3.56, on either side of 3.5."""
    x = with_ones(ones)
    assert skewness(x) > 2 and abs(kurtosis(x) - 3.5) < 0.1
    assert treatment(x).kind == kind


@pytest.mark.parametrize(("power", "kind"), [(1.008, "none"), (1.013, "winsorised")])
def test_skewness_above_two_is_treated(power: float, kind: str) -> None:
    """Quantiles of the exponential distribution, a little less and a little more skewed than 2."""
    x = (-np.log1p(-(np.arange(2000) + 0.5) / 2000)) ** power
    assert kurtosis(x) > 3.5 and 0 < (skewness(x) - 2) * (-1 if kind == "none" else 1) < 0.02
    assert treatment(x).kind == kind


@pytest.mark.parametrize(("outliers", "kind"), [(5, "winsorised"), (6, "log")])
def test_at_most_five_areas_are_cut(outliers: int, kind: str) -> None:
    """So many areas stand far out, each farther than the one before; cutting all of them would mend the scale."""
    x = np.concatenate([np.linspace(0, 1, 200), 100.0 * np.arange(1, outliers + 1)])
    chosen = treatment(x)
    assert chosen.kind == kind
    assert chosen.points == (outliers if kind == "winsorised" else 0)
