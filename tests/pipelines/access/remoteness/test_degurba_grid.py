"""Urban centres, urban clusters and rural cells, on maps drawn in thousands of people a cell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.access.remoteness import degurba_grid
from pipelines.access.remoteness.degurba_grid import CENTRE, CLASSES, CLUSTER, RURAL

LETTERS = {CENTRE: "C", CLUSTER: "u", RURAL: "."}


def cells(drawing: str) -> pd.DataFrame:
    """Read a map: one line a row of cells from north to south, one number a cell in thousands; - is not in the grid."""
    rows = [line.split() for line in drawing.strip().splitlines()]
    found = [
        (4000 + x, 3000 - y, 1000 * float(value))
        for y, row in enumerate(rows)
        for x, value in enumerate(row)
        if value != "-"
    ]
    return pd.DataFrame(found, columns=["x_km", "y_km", "population"])


def drawn(table: pd.DataFrame) -> list[str]:
    """Draw the classes of a map: C centre, u cluster, . rural, blank where there is no cell."""
    kind = degurba_grid.classify(table)["kind"].astype(str).map(LETTERS)
    shape = (table["y_km"].max() - table["y_km"].min() + 1, table["x_km"].max() - table["x_km"].min() + 1)
    page = np.full(shape, " ")
    page[table["y_km"].max() - table["y_km"], table["x_km"] - table["x_km"].min()] = kind
    return ["".join(row) for row in page]


def test_a_city_a_town_and_a_village() -> None:
    # 51,000 people in three cells; 5,000 in two cells that touch by a corner; 4,900 in one cell.
    table = cells("""
        20  20  0  0  3  0  0
        11  0   0  0  0  2  0
        0   0   0  0  0  0  0
        0   0   0  4.9 0 0  0
    """)
    assert drawn(table) == ["CC..u..", "C....u.", ".......", "......."]


def test_a_centre_touches_by_sides_and_a_cluster_by_corners() -> None:
    # 60,000 people in two cells that touch by a corner only: no centre, one cluster.
    found = degurba_grid.classify(cells("30 0\n 0 30"))
    assert found["centre"].tolist() == [0, 0, 0, 0]
    assert found["cluster"].tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("people", "kind"), [((50, 0), CENTRE), ((49.999, 0), CLUSTER), ((1.5, 48.5), CENTRE), ((1.499, 48.6), CLUSTER)]
)
def test_thresholds_are_met_when_equal(people: tuple[float, float], kind: str) -> None:
    found = degurba_grid.classify(cells(f"{people[0]} {people[1]}"))
    assert found["kind"].iloc[0] == kind


def test_five_of_eight_neighbours_are_enough_and_four_are_not() -> None:
    # The middle has the three cells north of it, the western one and, in the first map, the south-western one.
    assert drawn(cells("20 20 20\n 20 0 0\n 20 0 0")) == ["CCC", "CC.", "C.."]
    assert drawn(cells("20 20 20\n 20 0 0\n 0 0 0")) == ["CCC", "C..", "..."]


def test_a_cell_that_joined_helps_the_next() -> None:
    # The middle has seven neighbours and joins; the bay east of it has four, and with the middle five.
    assert drawn(cells("9 9 9\n 9 0 0\n 9 9 9")) == ["CCC", "CCC", "CCC"]


def test_empty_cells_are_gaps_too_whether_listed_or_not() -> None:
    # A lake of two cells that the grid does not list. Each has six neighbours in the centre, so both join unseen. The
    # cell of 200 people south of them has three neighbours in the centre without the lake, and five with it.
    with_lake = "9 9 9 9\n 9 - - 9\n 9 0.2 9 9"
    assert drawn(cells(with_lake)) == ["CCCC", "C  C", "CCCC"]
    assert drawn(cells(with_lake.replace("-", "0"))) == ["CCCC", "CCCC", "CCCC"]


def test_people_of_filled_gaps_count_for_the_size_of_a_centre() -> None:
    # 8 x 6,200 = 49,600 people round a gap of 400: with the gap 50,000, after filling; without it none.
    ring = "6.2 6.2 6.2\n6.2 {} 6.2\n6.2 6.2 6.2"
    assert drawn(cells(ring.format("0.4"))) == ["CCC", "CCC", "CCC"]
    assert drawn(cells(ring.format("0.3"))) == ["uuu", "uuu", "uuu"]


def test_neighbouring_groups_do_not_fill_a_gap_together() -> None:
    # Two columns of 30,000 a cell, with an empty column between them: each empty cell has three of each group at most.
    table = cells("30 0 30\n30 0 30\n30 0 30")
    assert drawn(table) == ["C.C"] * 3
    assert degurba_grid.classify(table)["centre"].nunique() == 3


def test_numbers_rise_from_south_to_north_and_do_not_depend_on_the_order_of_rows() -> None:
    table = cells("60 0 0\n0 0 0\n0 0 70")
    found = degurba_grid.classify(table)
    assert found["centre"].tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 1]
    shuffled = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(degurba_grid.classify(shuffled).loc[table.index], found)


def test_an_empty_grid_and_bad_ones() -> None:
    table = cells("1 1")
    assert degurba_grid.classify(table.head(0)).empty
    with pytest.raises(InputError, match="has no column population"):
        degurba_grid.classify(table.drop(columns="population"))
    with pytest.raises(InputError, match="1 cells occur twice"):
        degurba_grid.classify(table.assign(x_km=4000))
    with pytest.raises(InputError, match="1 cells have no number of people"):
        degurba_grid.classify(table.assign(population=[1.0, np.nan]))


def test_cells_that_touch_are_one_settlement_of_any_size() -> None:
    # A town of 4,100 people in three cells that touch, a village of 300; a cell of 299 is in none.
    table = cells("""
        2    1.5  0    0.299
        0    0    0.6  0
        0.3  0    0    0
    """)
    assert degurba_grid.settlements(table).tolist() == [4100, 4100, 0, 0, 0, 0, 4100, 0, 300, 0, 0, 0]
    assert degurba_grid.settlements(table.head(0)).empty


def flood(table: pd.DataFrame) -> list[str]:
    """Classify in plain Python, one cell at a time."""
    people = {(x, y): p for x, y, p in table.itertuples(index=False)}
    sides = [(0, 1), (1, 0), (0, -1), (-1, 0)]
    around = [*sides, (1, 1), (1, -1), (-1, 1), (-1, -1)]

    def groups(least: float, steps: list[tuple[int, int]]) -> list[set[tuple[int, int]]]:
        left, found = {cell for cell, p in people.items() if p >= least}, []
        while left:
            group, edge = set(), [left.pop()]
            while edge:
                x, y = edge.pop()
                group.add((x, y))
                near = {(x + dx, y + dy) for dx, dy in steps} & left
                left -= near
                edge += near
            found.append(group)
        return found

    def grow(group: set[tuple[int, int]]) -> set[tuple[int, int]]:
        edge = {(x + dx, y + dy) for x, y in group for dx, dy in around} - group
        joins = {(x, y) for x, y in edge if sum((x + dx, y + dy) in group for dx, dy in around) >= 5}
        return grow(group | joins) if joins else group

    def large(found: list[set[tuple[int, int]]], least: float) -> set[tuple[int, int]]:
        return {cell for group in found if sum(people.get(c, 0) for c in group) >= least for cell in group}

    centre = large([grow(group) for group in groups(1500, sides)], 50_000)
    cluster = large(groups(300, around), 5_000)
    return [CENTRE if cell in centre else CLUSTER if cell in cluster else RURAL for cell in people]


SIZES = st.sampled_from([0.0, 100.0, 299.0, 300.0, 1499.0, 1500.0, 4000.0, 9000.0])
MAPS = st.lists(SIZES, min_size=49, max_size=49).map(
    lambda people: pd.DataFrame({"x_km": np.tile(range(7), 7), "y_km": np.repeat(range(7), 7), "population": people})
)


@settings(max_examples=60, deadline=None)
@given(MAPS)
def test_equal_to_plain_python(table: pd.DataFrame) -> None:
    assert degurba_grid.classify(table)["kind"].tolist() == flood(table)


@settings(max_examples=60, deadline=None)
@given(MAPS)
def test_settlements_equal_to_plain_python(table: pd.DataFrame) -> None:
    left = {(x, y): p for x, y, p in table.itertuples(index=False) if p >= 300}
    expected = dict.fromkeys(zip(table["x_km"], table["y_km"], strict=True), 0.0)
    while left:
        group, edge = {}, dict([left.popitem()])
        while edge:
            (x, y), people = edge.popitem()
            group[x, y] = people
            edge |= {near: left.pop(near) for near in list(left) if max(abs(near[0] - x), abs(near[1] - y)) == 1}
        expected |= dict.fromkeys(group, sum(group.values()))
    assert degurba_grid.settlements(table).tolist() == list(expected.values())


@settings(max_examples=60, deadline=None)
@given(MAPS, st.integers(0, 48), SIZES)
def test_more_people_in_a_cell_never_lower_a_class(table: pd.DataFrame, cell: int, more: float) -> None:
    rank = {name: -position for position, name in enumerate(CLASSES)}
    grown = table.copy()
    grown.loc[cell, "population"] += more
    before = degurba_grid.classify(table)["kind"].astype(str).map(rank)
    after = degurba_grid.classify(grown)["kind"].astype(str).map(rank)
    assert (after >= before).all()


def test_every_cell_of_a_country_of_300_000_is_classified() -> None:
    rng = np.random.default_rng(0)
    at = rng.choice(1200 * 1300, 300_000, replace=False)
    people = rng.lognormal(3.8, 1.7, len(at))
    table = pd.DataFrame({"x_km": 4000 + at % 1200, "y_km": 1500 + at // 1200, "population": people})
    assert len(degurba_grid.classify(table)) == 300_000
