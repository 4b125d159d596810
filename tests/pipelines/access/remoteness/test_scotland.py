"""The Scottish 8-fold classification, at and around its thresholds."""

import numpy as np
import pandas as pd
import pytest

from geodata.errors import InputError
from pipelines.access.remoteness import scotland


@pytest.mark.parametrize(
    ("settlement", "minutes", "expected"),
    [
        (125_000, 0, 1),
        (124_999, 0, 2),
        (10_000, 0, 2),
        (9_999, 30, 3),
        (9_999, 30.1, 4),
        (3_000, 60, 4),
        (3_000, 60.1, 5),
        (2_999, 30, 6),
        (0, 30.1, 7),
        (0, 60, 7),
        (0, np.inf, 8),
    ],
)
def test_size_decides_first_and_minutes_next(settlement: int, minutes: float, expected: int) -> None:
    assert scotland.eightfold(pd.Series([settlement]), pd.Series([minutes])).tolist() == [expected]


def test_unknown_is_missing_unless_it_does_not_matter() -> None:
    # A city needs no minutes; a village does; an unknown settlement is unknown however near it is.
    found = scotland.eightfold(pd.Series([200_000, 500, np.nan]), pd.Series([np.nan, np.nan, 5.0]))
    assert found[0] == 1
    assert found[1:].isna().all()


def test_an_area_is_of_the_class_where_most_of_its_people_live() -> None:
    # m: 60 of 100 people very remote. n: half and half, the less remote class. The place without a class is left out.
    classes = pd.Series([8, 6, 7, 6, pd.NA], dtype="Int64")
    area = pd.Series(["m", "m", "n", "n", "o"])
    found = scotland.of_areas(classes, pd.Series([60, 40, 5, 5, 9]), area)
    assert found["class"].to_dict() == {"m": 8, "n": 6}
    assert found.loc["m", [6, 8]].tolist() == [0.4, 0.6]
    assert found[list(scotland.LABELS)].sum(axis=1).tolist() == [1.0, 1.0]


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match="not of the same places"):
        scotland.eightfold(pd.Series([1, 2]), pd.Series([1.0]))
    with pytest.raises(InputError, match="0 or more"):
        scotland.eightfold(pd.Series([-1]), pd.Series([1.0]))
