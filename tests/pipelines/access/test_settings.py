"""What a recipe can ask of supply and transport performance, on a line of places and in a territory of three.

minutes from   site 0 (4 doctors)   site 1 (1 doctor)
place 0 (100)         5                    25
place 1 (300)        15                     5
place 2  (50)        45                    28
"""

import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from geodata.errors import InputError
from pipelines.access import catchments, decay
from pipelines.access.raam import raam
from pipelines.access.reach import performance_by_area
from pipelines.access.settings import DECAYS, METHODS, from_recipe
from pipelines.access.travel.model import Straight

PAIRS = pd.DataFrame(
    {"origin": [0, 0, 1, 1, 2, 2], "destination": [0, 1, 0, 1, 0, 1], "minutes": [5.0, 25, 15, 5, 45, 28]}
)
PEOPLE, DOCTORS = pd.Series([100.0, 300, 50]), pd.Series([4.0, 1])
NEAR = PAIRS[PAIRS["minutes"] <= 30]


@pytest.mark.parametrize(
    ("parameters", "indicator", "expected"),
    [
        ({}, "supply", 1000 * catchments.enhanced_two_step(PAIRS, PEOPLE, DOCTORS)),
        ({"supply": "2sfca"}, "supply_2sfca", 1000 * catchments.two_step(PAIRS, PEOPLE, DOCTORS)),
        (
            {"supply": "2sfca", "minutes": 20},
            "supply_2sfca",
            1000 * catchments.two_step(PAIRS, PEOPLE, DOCTORS, minutes=20),
        ),
        ({"supply": "3sfca"}, "supply_3sfca", 1000 * catchments.three_step(PAIRS, PEOPLE, DOCTORS)),
        ({"supply": "raam", "minutes": 30}, "care_cost", raam(NEAR, PEOPLE, DOCTORS, tau=30)),
        (
            {"decay": {"gaussian": 15}},
            "supply_decay",
            1000 * catchments.enhanced_two_step(NEAR, PEOPLE, DOCTORS, decay=decay.gaussian(15)),
        ),
        (
            {"supply": "3sfca", "decay": "log-logistic", "minutes": 45},
            "supply_3sfca_decay",
            1000 * catchments.three_step(PAIRS, PEOPLE, DOCTORS, decay=decay.log_logistic()),
        ),
        (
            {"supply": "balanced", "decay": {"linear": 40}, "minutes": 30},
            "supply_balanced",
            1000 * catchments.balanced(NEAR, PEOPLE, DOCTORS, decay=decay.linear(40)),
        ),
    ],
)
def test_a_recipe_chooses_the_measure_and_its_indicator(
    parameters: dict[str, Any], indicator: str, expected: pd.Series
) -> None:
    settings = from_recipe(parameters)
    assert settings.indicator == indicator
    assert settings.supply(PAIRS, PEOPLE, DOCTORS).to_list() == pytest.approx(expected.to_list(), rel=1e-12)


def test_without_a_choice_it_is_e2sfca_by_hand() -> None:
    """Site 0 is asked by 100 + 0.68 x 300 = 304, site 1 by 0.22 x 100 + 300 + 0.22 x 50 = 333."""
    found = from_recipe({}).supply(PAIRS, PEOPLE, DOCTORS)
    first, second = 4 / 304, 1 / 333
    by_hand = [first + 0.22 * second, 0.68 * first + second, 0.22 * second]
    assert found.to_list() == pytest.approx([1000 * each for each in by_hand])


def test_weights_that_reach_without_end_stop_at_the_limit() -> None:
    """exp(-0.1 t) within 20 minutes: place 2 has nothing; the gaussian of an hour would give it some."""
    found = from_recipe({"decay": {"exponential": 0.1}, "minutes": 20}).supply(PAIRS, PEOPLE, DOCTORS)
    asked = 100 * math.exp(-0.5) + 300 * math.exp(-1.5)
    assert found[0] == pytest.approx(1000 * math.exp(-0.5) * 4 / asked)
    assert found[2] == 0


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"suply": "2sfca"}, "unknown key 'suply'"),
        ({"supply": "4sfca"}, "no measure of supply '4sfca'"),
        ({"supply": "raam", "decay": {"gaussian": 15}}, "raam takes no decay"),
        ({"supply": "balanced"}, "balanced prescribes no decay; give one"),
        ({"counts": "yes"}, "counts of the section access is 'yes', expected true or false"),
        ({"decay": {"cubic": 2}}, "no decay 'cubic'"),
        ({"decay": "gaussian"}, "with its parameter"),
        ({"decay": {"gaussian": "far"}}, "expected a number or zones"),
        ({"decay": {"gaussian": -1}}, "expected above 0"),
        ({"decay": {"stepped": {}}}, "expected weights of 0 or more"),
        ({"minutes": 0, "supply": "2sfca"}, "expected a number above 0"),
        ({"minutes": 45}, "give a decay with the minutes"),
        ({"performance": {"minutes": 30}}, "expected the keys minutes and km"),
        ({"performance": {"minutes": 30, "km": "x"}}, "expected a number above 0"),
    ],
)
def test_what_cannot_be_asked_is_said(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        from_recipe(parameters)
    assert str(caught.value).endswith(".")


def test_every_measure_and_decay_is_in_the_documents() -> None:
    text = (Path(__file__).parents[3] / "docs" / "access-measures.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in (*METHODS, *DECAYS, "log-logistic"))


def test_transport_performance_of_areas_by_hand() -> None:
    """Places on the equator at 0, 1/4 and 1/2 degree (27.8 km apart) with 100, 300 and 50 people, roads at 60 km/h.

    Within 30 minutes the first reaches 400 and the last 350, the middle one all 450; within 40 km live as many, and
    within 60 km 450 for all: 400 / 450, 450 / 450, 350 / 450. Area a holds the first two, by 1 to 3.
    """
    places = gpd.GeoDataFrame(
        {"area_id": ["a", "a", "b"], "weight": [0.25, 0.75, 1.0], "population": PEOPLE},
        geometry=gpd.points_from_xy([0, 0.25, 0.5], [0, 0, 0]),
        crs=4326,
    )
    road = Straight(circuity=1, speeds=[(60, None)])
    areas = pd.Index(["b", "a"])
    near = performance_by_area(places, road, areas, minutes=30, km=40)
    assert near.to_dict() == pytest.approx({"a": 100, "b": 100})
    wide = performance_by_area(places, road, areas, minutes=30, km=60)
    assert wide.to_dict() == pytest.approx({"a": 0.25 * 100 * 400 / 450 + 75, "b": 100 * 350 / 450})
