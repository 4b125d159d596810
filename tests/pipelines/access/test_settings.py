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

from geodata import recipes
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
        ({"suply": "2sfca"}, r"suply: is not a key that is known here; did you mean supply\?"),
        ({"supply": "4sfca"}, "supply: is '4sfca'; did you mean 3sfca"),
        ({"supply": "raam", "decay": {"gaussian": 15}}, "decay: is of no use to raam"),
        ({"supply": "balanced"}, "balanced, which prescribes no decay; give one"),
        ({"counts": "yes"}, "counts: is 'yes', expected true or false"),
        ({"decay": {"cubic": 2}}, "decay: is 'cubic'; known: "),
        ({"decay": "gaussian"}, "decay: is 'gaussian', expected .* with its parameter"),
        ({"decay": {"gaussian": "far"}}, "decay > gaussian: is 'far', expected a number or zones"),
        ({"decay": {"gaussian": -1}}, "expected above 0"),
        ({"decay": {"stepped": {}}}, "expected weights of 0 or more"),
        ({"minutes": 0, "supply": "2sfca"}, "minutes: is 0, expected a number above 0"),
        ({"minutes": 45}, "give a decay with the minutes"),
        ({"performance": {"minutes": 30}}, "performance > km: is missing; add it"),
        ({"performance": {"minutes": 30, "km": "x"}}, "performance > km: is 'x', expected a number"),
    ],
)
def test_what_cannot_be_asked_is_said(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        from_recipe(parameters)
    assert str(caught.value).startswith("The section access, ") and str(caught.value).endswith((".", "?"))


def test_a_slip_in_a_recipe_is_named_by_file_and_line(tmp_path: Path) -> None:
    text = (recipes.FOLDER / "italy.yaml").read_text(encoding="utf-8") + "access:\n  counts: 3\n"
    recipe = recipes.read(tmp_path / "italy.yaml", text.encode())
    (tmp_path / "italy.yaml").write_text(text, encoding="utf-8")
    line = len(text.splitlines())
    with pytest.raises(InputError, match=rf"^italy\.yaml, line {line}, access > counts: is 3, expected true or false"):
        from_recipe(recipe.access, fail=recipe.fail_in("access"))


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
