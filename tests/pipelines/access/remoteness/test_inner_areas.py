"""Inner areas: poles by rule, minutes to them, and the classes by the published cuts."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from geodata.errors import InputError
from pipelines.access.remoteness import inner_areas
from pipelines.access.remoteness.inner_areas import CUTS_2014, SNAI
from pipelines.access.travel.model import Straight

SCHOOLS = [("upper_secondary_school", "scientifico"), ("upper_secondary_school", "vocational")]


def services(**areas: list[tuple[str, str]]) -> pd.DataFrame:
    rows = [(area, category, level) for area, offered in areas.items() for category, level in offered]
    return pd.DataFrame(rows, columns=["area_id", "category", "level"])


def test_cuts_of_2020_and_2014() -> None:
    minutes = pd.Series([0, 27.7, 27.8, 40.9, 41.0, 66.9, 67.0, np.inf, np.nan])
    assert inner_areas.classes(minutes, [])[:8].tolist() == list("CCDDEEFF")
    assert pd.isna(inner_areas.classes(minutes, [])[8])
    # 27.7 minutes were intermediate in 2014, 41 peripheral, 67 too.
    assert inner_areas.classes(minutes, [], cuts=CUTS_2014)[:8].tolist() == list("CDDEEEEF")


def test_poles_are_poles_whatever_their_minutes() -> None:
    minutes = pd.Series({"p": np.nan, "i": 80.0, "x": 5.0})
    assert inner_areas.classes(minutes, ["p"], intermunicipal=["i"]).to_dict() == {"p": "A", "i": "B", "x": "C"}
    assert {"A", "B", "C", *inner_areas.INNER} == set(inner_areas.LABELS)


def test_a_pole_offers_every_service() -> None:
    table = services(
        full=[*SCHOOLS, ("hospital", "DEA II"), ("rail_station", "Silver")],
        no_technical_school=[SCHOOLS[0], ("hospital", "DEA I"), ("rail_station", "Gold")],
        small_hospital=[*SCHOOLS, ("hospital", "PS"), ("rail_station", "Gold")],
        small_station=[*SCHOOLS, ("hospital", "DEA I"), ("rail_station", "Bronze")],
    )
    assert inner_areas.poles(table).tolist() == ["full"]
    assert inner_areas.lacking(table) == [
        "upper_secondary_school: classico",
        "upper_secondary_school: technical",
        "rail_station: Platinum",
    ]


def test_what_the_data_lack_is_said_and_can_be_left_out() -> None:
    table = services(a=[("hospital", "DEA I"), ("rail_station", "Platinum")], b=[("hospital", "DEA II")])
    with pytest.raises(InputError, match="Poles need a liceo classico or scientifico, and the services hold none"):
        inner_areas.poles(table)
    assert inner_areas.poles(table, rule=[SNAI[2]]).tolist() == ["a", "b"]
    assert inner_areas.poles(table, rule=SNAI[2:]).tolist() == ["a"]


def test_minutes_come_from_the_travel_model() -> None:
    # On the equator a hundredth of a degree is 1,113.2 m; at 60 km/h a kilometre a minute. c goes to b, not to a.
    seats = gpd.GeoSeries([Point(0, 0), Point(0.5, 0), Point(0.3, 0)], index=["a", "b", "c"], crs="EPSG:4326")
    travel = Straight(circuity=1, speeds=[(60, None)])
    found = inner_areas.minutes_to_poles(travel, seats, ["a", "b"])
    assert found.to_dict() == pytest.approx({"a": 0, "b": 0, "c": 20 * 1.11319}, abs=1e-3)
    assert inner_areas.classes(found, ["a", "b"])["c"] == "C"
    with pytest.raises(InputError, match="no pole to go to"):
        inner_areas.minutes_to_poles(travel, seats, [])
    with pytest.raises(InputError, match="1 poles are not among the areas, such as z"):
        inner_areas.minutes_to_poles(travel, seats, ["a", "z"])


def test_bad_minutes_and_cuts_are_refused() -> None:
    with pytest.raises(InputError, match="1 areas have negative minutes, such as x"):
        inner_areas.classes(pd.Series({"x": -1.0}), [])
    with pytest.raises(InputError, match="expected rising minutes"):
        inner_areas.classes(pd.Series({"x": 1.0}), [], cuts=inner_areas.Cuts(40, 20, 75))


@given(st.lists(st.floats(0, 200), min_size=2))
def test_farther_is_never_a_better_class(minutes: list[float]) -> None:
    ordered = inner_areas.classes(pd.Series(sorted(minutes)), [])
    assert ordered.is_monotonic_increasing
