"""Access to one category of service, on a line where minutes are degrees of longitude between two points.

    lon     0     5    7    10    14    20          90
            a1    s1   c1   a2    s2    b1          d1

Area A: a1 with 75 people, a2 with 25. B: b1 with 200. C: c1, its people unknown. D: d1 with 50, who reach no service,
for nothing farther than 60 is reached. Services: s1 with capacity 2, s2 with 3. Thresholds: 4 and 6 minutes.

            to s1   to s2   nearest   within 6
    a1        5      14        5         1
    a2        5       4        4         2
    b1       15       6        6         1        exactly on the threshold
    c1        2       7        2         1
    d1        -       -        -         0
"""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.indicators import Category, dictionary
from geodata.indicators import category as known_category
from pipelines.access.services import ServiceAccess, access, thresholds
from pipelines.access.settings import METHODS, WEIGHED, Settings, from_recipe
from pipelines.access.travel.model import Ints, Nearest, counted

CLINIC = Category(id="clinic", title="clinic", plural="Clinics", symbol="cross", colour="#000000", thresholds=(4, 6))
REACH = 60
MISSING = float("nan")


class Line:
    """Minutes are degrees of longitude; nothing farther than `REACH` is reached."""

    def describe(self) -> dict[str, Any]:
        return {}

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        index, minutes = np.full((len(origins), k), -1), np.full((len(origins), k), np.inf)
        pairs = self.within(origins, destinations, minutes=REACH)
        for origin, found in pairs.groupby("origin"):
            count = min(k, len(found))
            index[origin, :count], minutes[origin, :count] = found["destination"][:k], found["minutes"][:k]
        return Nearest(index=index, minutes=minutes, km=minutes)

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        rows = [
            (row, col, abs(origin.x - end.x))
            for row, origin in enumerate(origins)
            for col, end in enumerate(destinations)
        ]
        pairs = pd.DataFrame([row for row in rows if row[2] <= minutes], columns=["origin", "destination", "minutes"])
        return pairs.sort_values(["origin", "minutes", "destination"]).assign(km=pairs["minutes"])

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        return counted(self.within(origins, destinations, minutes=minutes), len(origins))


def points(longitudes: list[float]) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy(longitudes, [0.0] * len(longitudes), crs="EPSG:4326")


# The index is no count from 0, as that of the places that are left after others were dropped.
PLACES = gpd.GeoDataFrame(
    {
        "area_id": ["A", "A", "B", "C", "D"],
        "weight": [0.75, 0.25, 1.0, 1.0, 1.0],
        "population": [75.0, 25.0, 200.0, MISSING, 50.0],
    },
    geometry=points([0, 10, 20, 7, 90]),
).set_index(pd.Index([11, 12, 21, 31, 41]))
AREAS = pd.DataFrame(
    {"population": [100.0, 200.0, MISSING, 50.0], "people_65_plus": [40.0, 50.0, MISSING, 10.0]}, index=list("ABCD")
)


def services(*rows: tuple[float, float]) -> gpd.GeoDataFrame:
    """Services as (longitude, capacity)."""
    lon, capacity = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"capacity": list(capacity)}, geometry=points(list(lon))).set_index(
        pd.Index(range(100, 100 + len(rows)))
    )


TWO = services((5, 2), (14, 3))


def measured(
    offered: gpd.GeoDataFrame = TWO,
    *,
    areas: pd.DataFrame = AREAS,
    category: Category = CLINIC,
    settings: Settings | None = None,
) -> ServiceAccess:
    return access(PLACES, offered, Line(), category=category, areas=areas, settings=settings)


def by_area(name: str, **given: Any) -> dict[str, float]:
    return measured(**given).areas[name].to_dict()


def about(**values: float) -> Any:
    return pytest.approx(values, nan_ok=True)


def test_minutes_are_a_mean_over_the_people_and_missing_where_people_reach_none():
    """In A three quarters need 5 minutes and a quarter 4: 4.75."""
    assert by_area("minutes_clinic") == about(A=4.75, B=6, C=2, D=MISSING)


def test_three_nearest_are_missing_where_there_are_two():
    assert measured().areas["minutes_3_clinic"].isna().all()
    assert np.isinf(measured().places["mean_3"]).all()


def test_mean_of_the_three_nearest():
    """A third service at 20: a1 needs (5 + 14 + 20) / 3 = 13, a2 (5 + 4 + 10) / 3, b1 (15 + 6 + 0) / 3 = 7."""
    third = services((5, 2), (14, 3), (20, 1))
    assert by_area("minutes_3_clinic", offered=third) == about(
        A=0.75 * 13 + 0.25 * 19 / 3, B=7, C=(2 + 7 + 13) / 3, D=MISSING
    )


def test_share_beyond_counts_whoever_reaches_none_and_not_who_is_exactly_at_the_threshold():
    """Beyond 4: a1 with 5 is, a2 with exactly 4 is not. Beyond 6: nobody but D, for b1 is at exactly 6."""
    assert by_area("share_beyond_clinic_4") == about(A=75, B=100, C=0, D=100)
    assert by_area("share_beyond_clinic_6") == about(A=0, B=0, C=0, D=100)


@pytest.mark.parametrize(("resolution", "kept"), [(0, [4, 6]), (4, [4, 6]), (4.1, [6]), (6.1, [])])
def test_nobody_is_counted_beyond_a_threshold_that_places_do_not_tell_apart(resolution: float, kept: list[int]):
    found = access(PLACES, TWO, Line(), category=CLINIC, areas=AREAS, resolution=resolution).areas
    for kind in ("share_beyond", "people_beyond"):
        assert [each for each in (4, 6) if f"{kind}_clinic_{each}" in found] == kept
    # Services within the highest threshold are counted all the same.
    assert "within_clinic" in found
    # Who reads the table looks at what it has; where it has none at all, at all of them.
    assert thresholds(CLINIC, found.columns) == (kept or [4, 6])


def test_people_beyond_are_the_share_of_the_people_and_missing_where_those_are_unknown():
    assert by_area("people_beyond_clinic_4") == about(A=75, B=200, C=MISSING, D=50)
    assert by_area("people_beyond_clinic_6") == about(A=0, B=0, C=MISSING, D=50)
    assert by_area("people_65_plus_beyond_clinic_4") == about(A=30, B=50, C=MISSING, D=10)


def test_the_old_are_beyond_where_they_live_when_the_places_say_it():
    """Of the 50 old people of A 20 live at a1, which is beyond; of C nobody knows."""
    counted = PLACES.assign(people_65_plus=[20.0, 30.0, 45.0, MISSING, 10.0])
    found = access(counted, TWO, Line(), category=CLINIC, areas=AREAS[["population"]]).areas
    assert found["people_65_plus_beyond_clinic_4"].to_dict() == about(A=20, B=45, C=MISSING, D=10)
    assert found["people_65_plus_beyond_clinic_6"].to_dict() == about(A=0, B=0, C=MISSING, D=10)


def test_where_ages_are_not_known_nothing_is_said_of_the_old():
    found = measured(areas=AREAS[["population"]]).areas
    assert "people_beyond_clinic_4" in found
    assert not [name for name in found if "65" in name]


def test_services_within_the_highest_threshold_are_counted_and_none_is_a_true_0():
    """A: 0.75 x 1 + 0.25 x 2."""
    assert by_area("within_clinic") == about(A=1.25, B=1, C=1, D=0)


def test_supply_is_shared_by_all_who_reach_it_and_0_where_nothing_is_in_reach():
    """E2SFCA: up to 10 minutes a person counts 1, up to 20 minutes 0.68. C, whose people are unknown, takes nothing.

    s1: 2 for 75 + 25 + 0.68 x 200 = 236 people; s2: 3 for 0.68 x 75 + 25 + 200 = 276.
    """
    first, second = 2 / 236, 3 / 276
    a1, a2, b1, c1 = first + 0.68 * second, first + second, 0.68 * first + second, first + second
    assert by_area("supply_clinic") == about(A=1000 * (0.75 * a1 + 0.25 * a2), B=1000 * b1, C=1000 * c1, D=0)


def test_supply_reaches_30_minutes_whatever_the_thresholds_are():
    """With one threshold of 50 minutes, more services are within it, and they share out as before."""
    far = replace(CLINIC, thresholds=(50,))
    near = by_area("supply_clinic")
    assert by_area("supply_clinic", category=far) == pytest.approx(near)
    assert by_area("within_clinic", category=far) == about(A=2, B=2, C=2, D=0)


@pytest.mark.parametrize("capacity", [MISSING, 0.0])
def test_supply_is_not_computed_when_a_capacity_is_unknown(capacity: float):
    found = measured(services((5, 2), (14, capacity))).areas
    assert "supply_clinic" not in found
    assert found["within_clinic"].to_dict() == by_area("within_clinic")


def test_asked_for_counts_a_service_counts_1_only_where_a_capacity_is_unknown():
    asked = from_recipe({"counts": True})
    found = by_area("supply_counted_clinic", offered=services((5, 2), (14, MISSING)), settings=asked)
    assert found == pytest.approx(by_area("supply_clinic", offered=services((5, 1), (14, 1))))
    with_capacities = measured(settings=asked).areas
    assert "supply_counted_clinic" not in with_capacities
    assert with_capacities["supply_clinic"].to_dict() == by_area("supply_clinic")
    costs = from_recipe({"supply": "raam", "counts": True})
    alike = by_area("care_cost_counted_clinic", offered=services((5, 2), (14, MISSING)), settings=costs)
    assert alike == pytest.approx(
        by_area("care_cost_clinic", offered=services((5, 1), (14, 1)), settings=costs), nan_ok=True
    )


def test_places_keep_their_own_minutes_out_of_reach_infinite():
    found = measured().places
    assert found.index.equals(PLACES.index)
    assert found["nearest"].tolist() == [5, 4, 6, 2, np.inf]
    assert found["within"].tolist() == [1, 2, 1, 1, 0]


def test_areas_come_as_asked_for_and_one_without_a_place_is_missing():
    asked = AREAS.reindex(["D", "E", "A"])
    found = measured(areas=asked).areas
    assert found.index.tolist() == ["D", "E", "A"]
    assert found.loc["E"].isna().all()
    assert found.loc["A", "minutes_clinic"] == 4.75


def test_place_without_people_says_nothing_of_its_area_even_out_of_reach():
    empty = PLACES.assign(
        area_id=["A", "A", "B", "C", "A"], weight=[0.75, 0.25, 1, 1, 0], population=[75, 25, 200, 9, 0]
    )
    found = access(empty, TWO, Line(), category=CLINIC, areas=AREAS).areas
    assert found.loc["A", ["minutes_clinic", "share_beyond_clinic_6", "within_clinic"]].tolist() == [4.75, 0, 1.25]


def test_names_are_those_of_the_dictionary():
    """Those that are computed at places, of every entry about a service; of supply one measure at a time."""
    hospital = known_category("hospital")
    choices = [{"supply": method} for method in METHODS if method != "balanced"]
    choices += [{"supply": method, "decay": "log-logistic"} for method in WEIGHED]
    found = {name for choice in choices for name in measured(category=hospital, settings=from_recipe(choice)).areas}
    for method in ("e2sfca", "raam"):
        counted = from_recipe({"supply": method, "counts": True})
        found |= set(measured(services((5, MISSING)), category=hospital, settings=counted).areas)
    assert found == {
        name for name, entry in dictionary(("hospital",)).items() if entry.service and "places" in entry.layers
    }
