"""What the table of pairs, the people and the capacities must be, and what is said when they are not."""

import numpy as np
import pandas as pd
import pytest

from geodata.errors import InputError
from pipelines.access import pairs as tables

VILLAGES = pd.Series([100, 300, 50], index=["Aldea", "Borgo", "Cerro"])
CLINICS = pd.Series([2.0, 3.0], index=["x", "y"])


def table(*rows: tuple[int, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["origin", "destination", "minutes"])


def lay_out(pairs: pd.DataFrame, villages: pd.Series = VILLAGES, clinics: pd.Series = CLINICS):
    return tables.cost_matrix(pairs, villages.index, clinics.index)


def test_a_pair_at_the_door_is_in_reach() -> None:
    matrix = lay_out(table((1, 1, 0.0), (0, 0, 5.0)))
    assert matrix.shape == (3, 2)
    assert matrix.nnz == 2


def test_origins_absent_from_the_pairs_are_listed() -> None:
    assert list(tables.unreached(table((1, 0, 4.0)), VILLAGES)) == ["Aldea", "Cerro"]
    assert list(tables.unreached(table((0, 0, 1.0), (1, 0, 4.0), (2, 1, 9.0)), VILLAGES)) == []


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        (table((0, 2, 5.0), (0, 0, 5.0)), "1 pairs name an unknown destination, first: 2; there are 2"),
        (table((-1, 0, 5.0)), "1 pairs name an unknown origin, first: -1"),
        (table((3, 0, 5.0), (-1, 0, 5.0)), "2 pairs name an unknown origin, first: 3, -1; there are 3"),
        (table((0, 0, -1.0), (1, 0, 5.0)), "minutes of 1 pairs are negative, infinite or missing, first: -1.0"),
        (table((0, 0, np.nan), (1, 0, 5.0)), "minutes of 1 pairs are negative, infinite or missing, first: nan"),
        (table((0, 0, np.inf), (1, 0, 5.0)), "leave pairs that are out of reach out of the table"),
        (table((1, 0, 5.0), (0, 0, 2.0), (1, 0, 6.0)), "1 pairs occur more than once, first: Borgo to x"),
        (table((0, 0, 5.0)).drop(columns="minutes"), "lacks minutes"),
        (table((0, 0, 5.0)).assign(origin="Aldea"), "column origin is str, expected positions"),
        (table((0, 0, 5.0)).assign(destination=0.0), "column destination is float64, expected positions"),
    ],
)
def test_bad_pairs_are_refused_in_one_sentence(pairs: pd.DataFrame, sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        lay_out(pairs)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("villages", "clinics", "sentence"),
    [
        (VILLAGES.rename({"Cerro": "Aldea"}), CLINICS, "1 origin ids occur more than once, first: Aldea"),
        (VILLAGES, CLINICS.rename({"y": "x"}), "1 destination ids occur more than once, first: x"),
    ],
)
def test_duplicated_ids_are_refused(villages: pd.Series, clinics: pd.Series, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        lay_out(table((0, 0, 5.0)), villages, clinics)


@pytest.mark.parametrize("people", [-1.0, np.nan, np.inf])
def test_people_must_be_known(people: float) -> None:
    with pytest.raises(InputError, match=r"1 of 3 origins have .* first: Borgo \("):
        tables.people_at(VILLAGES.astype(float).replace(300, people))


@pytest.mark.parametrize("capacity", [0.0, -2.0, np.inf])
def test_capacities_must_be_above_zero(capacity: float) -> None:
    with pytest.raises(InputError, match=r"1 of 2 destinations have a capacity that is not above 0.* first: y \("):
        tables.capacity_at(CLINICS.replace(3.0, capacity), counts=False)


@pytest.mark.parametrize(
    "clinics", [pd.Series([2.0, np.nan], index=["x", "y"]), pd.Series([2, None], index=["x", "y"], dtype="Int64")]
)
def test_unknown_capacity_is_unknown_and_counting_is_asked_for(clinics: pd.Series) -> None:
    with pytest.raises(InputError, match=r"1 of 2 destinations have an unknown capacity.*counts=True"):
        tables.capacity_at(clinics, counts=False)
    assert tables.capacity_at(clinics, counts=True).tolist() == [1, 1]


def test_no_pairs_at_all_is_a_matrix_without_reach() -> None:
    nothing = table().astype({"origin": int, "destination": int, "minutes": float})
    assert lay_out(nothing).nnz == 0
    assert list(tables.unreached(nothing, VILLAGES)) == list(VILLAGES.index)
