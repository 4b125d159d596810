"""The estimate of a rank correlation with minutes of which only the class is known, on minutes drawn at random."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from benchmarks.agreement import with_minutes


@pytest.mark.parametrize("r", [0.3, 0.8, 0.95])
def test_classes_tell_what_the_minutes_would_have_told(r: float) -> None:
    rng = np.random.default_rng(7)
    ours = rng.standard_normal(4000)
    minutes = r * ours + np.sqrt(1 - r * r) * rng.standard_normal(4000)
    classes = np.searchsorted([-0.2, 0.5, 1.6], minutes)
    known = spearmanr(ours, minutes)[0]
    # No scale of minutes is assumed: exp(ours) ranks like ours.
    assert with_minutes(np.exp(ours), classes) == pytest.approx(known, abs=0.015)
    # The plain correlation with the classes says too little.
    assert spearmanr(ours, classes)[0] < known - 0.015
