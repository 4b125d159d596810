"""Decay forms against values worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.access import decay


def at(form: decay.Decay, *minutes: float) -> list[float]:
    return form(np.array(minutes, dtype=float)).tolist()


def test_the_limit_itself_is_within() -> None:
    assert at(decay.binary(30), 0, 30, 30.001) == [1, 1, 0]


def test_zones_are_closed_on_the_right_as_published() -> None:
    assert at(decay.E2SFCA, 0, 10, 10.001, 20, 30, 30.001) == [1, 1, 0.68, 0.68, 0.22, 0]
    assert at(decay.THREE_STEP, 10, 20, 30, 31, 60, 61) == [0.962, 0.704, 0.377, 0.042, 0.042, 0]


def test_the_order_in_which_zones_are_given_does_not_matter() -> None:
    assert at(decay.stepped({30: 0.2, 10: 1}), 5, 15) == [1, 0.2]


def test_linear_reaches_zero_at_the_limit() -> None:
    assert at(decay.linear(40), 0, 10, 40, 50) == [1, 0.75, 0, 0]


def test_exponential_and_gaussian() -> None:
    assert at(decay.exponential(0.1), 0, 10) == pytest.approx([1, 1 / math.e])
    assert at(decay.gaussian(20), 0, 20) == pytest.approx([1, math.exp(-0.5)])


def test_log_logistic_is_the_published_curve_and_one_at_the_door() -> None:
    expected = [1 / (1 + math.exp(-6.899 + 2.326 * math.log(t))) for t in (1, 15, 90)]
    assert at(decay.log_logistic(), 0, 1, 15, 90) == pytest.approx([1, *expected])
    assert at(decay.log_logistic(), 19.41) == pytest.approx([0.5], abs=1e-3)


FORMS = [
    decay.binary(30),
    decay.linear(30),
    decay.exponential(0.05),
    decay.gaussian(15),
    decay.log_logistic(),
    decay.E2SFCA,
    decay.THREE_STEP,
]


@pytest.mark.parametrize("form", FORMS)
@given(near=st.floats(0, 300), farther=st.floats(0, 300))
def test_pull_never_grows_with_travel(form: decay.Decay, near: float, farther: float) -> None:
    close, far = at(form, near, near + farther)
    assert 0 <= far <= close <= 1


@pytest.mark.parametrize("make", [decay.binary, decay.linear, decay.exponential, decay.gaussian])
@pytest.mark.parametrize("value", [0, -5, math.nan])
def test_parameters_must_be_above_zero(make, value: float) -> None:
    with pytest.raises(InputError, match="expected above 0"):
        make(value)


@pytest.mark.parametrize("zones", [{}, {0: 1}, {10: -0.5}])
def test_zones_must_make_sense(zones: dict[float, float]) -> None:
    with pytest.raises(InputError, match="Zones are"):
        decay.stepped(zones)
