"""Class of municipalities and urban-rural type of regions, on cells counted by hand."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.access.remoteness import typology
from pipelines.access.remoteness.degurba_grid import CENTRE, CLASSES, CLUSTER, RURAL

NOBODY = pd.DataFrame({"area": [], "neighbour": []}, dtype=str)


def cells(*rows: tuple[str, str, float, int]) -> pd.DataFrame:
    """Rows of region, kind, people, number of the centre."""
    return pd.DataFrame(rows, columns=["region", "kind", "population", "centre"])


def touching(*pairs: str) -> pd.DataFrame:
    both = [tuple(pair) for pair in pairs] + [tuple(reversed(pair)) for pair in pairs]
    return pd.DataFrame(sorted(both), columns=["area", "neighbour"])


def types(table: pd.DataFrame, area_km2: dict[str, float], neighbours: pd.DataFrame = NOBODY) -> pd.DataFrame:
    return typology.region_types(table, table["region"], area_km2=pd.Series(area_km2), neighbours=neighbours)


@pytest.mark.parametrize(
    ("centre", "cluster", "rural", "expected"),
    [(50, 0, 50, "1"), (49, 2, 49, "2"), (49, 1, 50, "3"), (0, 100, 0, "2"), (0, 0, 100, "3"), (100, 0, 0, "1")],
)
def test_municipality_by_half_of_its_people(centre: int, cluster: int, rural: int, expected: str) -> None:
    table = cells(("m", CENTRE, centre, 1), ("m", CLUSTER, cluster, 0), ("m", RURAL, rural, 0))
    assert typology.lau_class(typology.shares(table, table["region"])).to_dict() == {"m": expected}


def test_exactly_half_survives_rounding() -> None:
    # 0.1 + 0.2 of 0.6 people: half, which floating point makes a hair more or less.
    table = cells(("m", CENTRE, 0.1, 1), ("m", CENTRE, 0.2, 1), ("m", RURAL, 0.3, 0))
    assert typology.lau_class(typology.shares(table, table["region"]))["m"] == "1"


def test_areas_without_people_and_cells_without_an_area_are_left_out() -> None:
    table = cells(("m", RURAL, 5, 0), ("empty", RURAL, 0, 0), ("m", CENTRE, 900, 1))
    area = table["region"].where(table["kind"] == RURAL)
    assert typology.shares(table, area).to_dict("index") == {"m": {CENTRE: 0.0, CLUSTER: 0.0, RURAL: 1.0}}


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(CLASSES), st.integers(0, 9999)), min_size=1))
def test_shares_add_up_to_one(rows: list[tuple[str, str, int]]) -> None:
    table = cells(*[(*row, 0) for row in rows])
    found = typology.shares(table, table["region"])
    assert found.sum(axis=1).tolist() == pytest.approx([1.0] * len(found))
    assert set(found.index) == set(table.loc[table["population"] > 0, "region"])


@pytest.mark.parametrize(
    ("rural", "expected"),
    [
        (51, "predominantly rural"),
        (50, "intermediate"),
        (20, "intermediate"),
        (19, "predominantly urban"),
    ],
)
def test_region_by_the_share_in_rural_cells(rural: int, expected: str) -> None:
    found = types(cells(("r", RURAL, rural, 0), ("r", CLUSTER, 100 - rural, 0)), {"r": 900})
    assert found.loc["r", "type"] == expected
    assert found.loc["r", "rural"] == rural / 100


@pytest.mark.parametrize(
    ("city", "village", "expected"),
    [
        (200_001, 400_000, "intermediate"),  # a third of the people
        (200_000, 400_000, "predominantly rural"),  # not more than 200,000
        (200_001, 600_003, "intermediate"),  # exactly a quarter
        (200_001, 600_100, "predominantly rural"),  # less than a quarter
        (500_001, 400_000, "predominantly urban"),  # 44 % rural
        (500_000, 400_000, "intermediate"),
        (600_000, 900_000, "intermediate"),  # one step up, not two
    ],
)
def test_a_city_lifts_its_region_one_step(city: int, village: int, expected: str) -> None:
    found = types(cells(("r", CENTRE, city, 1), ("r", RURAL, village, 0)), {"r": 900})
    assert found.loc["r", "type"] == expected


def test_a_city_across_a_border_counts_whole_in_size_and_by_its_part_in_share() -> None:
    # The city of 210,000 has 150,000 people in w and 60,000 in e; w has 350,000 people, e 260,000 (23 % in the city).
    table = cells(
        ("w", CENTRE, 150_000, 7), ("w", RURAL, 200_000, 0), ("e", CENTRE, 60_000, 7), ("e", RURAL, 200_000, 0)
    )
    found = types(table, {"w": 900, "e": 900})
    assert found["city"].tolist() == [210_000, 210_000]
    assert found["type"].to_dict() == {"w": "intermediate", "e": "predominantly rural"}


def test_a_small_region_takes_its_smallest_neighbour_and_both_the_type_of_the_group() -> None:
    # s, 100 km2 and all urban, lies between b (1,000 km2) and c (2,000 km2): with b 40 % of the people are rural.
    table = cells(("s", CLUSTER, 60, 0), ("b", RURAL, 40, 0), ("c", RURAL, 10, 0))
    found = types(table, {"s": 100, "b": 1000, "c": 2000}, touching("sb", "sc", "bc"))
    assert found["group"].to_dict() == {"s": "b", "b": "b", "c": "c"}
    assert found["type"].to_dict() == {"s": "intermediate", "b": "intermediate", "c": "predominantly rural"}


def test_small_regions_are_combined_until_the_group_is_large_enough() -> None:
    # A chain of p, q and r of 200 km2 and t of 5,000: p and q make 400, with r 600, which is enough.
    found = typology.combine(pd.Series({"p": 200.0, "q": 200.0, "r": 200.0, "t": 5000.0}), touching("pq", "qr", "rt"))
    assert found.to_dict() == {"p": "p", "q": "p", "r": "p", "t": "t"}


def test_an_island_stays_alone_and_500_km2_are_enough() -> None:
    found = typology.combine(pd.Series({"island": 60.0, "x": 500.0, "y": 900.0}), touching("xy"))
    assert found.to_dict() == {"island": "island", "x": "x", "y": "y"}


def test_a_region_without_people_is_missing_and_one_without_km2_is_refused() -> None:
    table = cells(("r", RURAL, 10, 0))
    assert pd.isna(types(table, {"r": 900, "desert": 900}).loc["desert", "type"])
    with pytest.raises(InputError, match="area of 1 regions is not known, such as r"):
        types(table, {"other": 900})
