"""A recipe names its travel model: it becomes that model with those numbers, or one sentence says what is wrong."""

import geopandas as gpd
import pytest
from shapely import box

from geodata import recipes
from geodata.errors import InputError
from pipelines.access.travel.factory import from_recipe
from pipelines.access.travel.model import TravelModel

BANDS = [[30, 5], [50, 25], [75, None]]
# A village and a town 20 km east of it on a mainland; on the island, over 30 km of sea, a village.
NORTH = 3_210_000
SPOTS = gpd.GeoSeries.from_xy([4_321_000, 4_341_000, 4_381_000], [NORTH] * 3, crs=3035).to_crs(4326)
PLACES = gpd.GeoDataFrame(
    {"area_id": ["A", "B", "C"], "weight": [1.0, 1.0, 1.0], "elevation": [0.0, 0.0, 0.0]}, geometry=SPOTS
)
LAND = gpd.GeoSeries(
    [
        box(4_311_000, NORTH - 10_000, 4_346_000, NORTH + 10_000),
        box(4_376_000, NORTH - 10_000, 4_390_000, NORTH + 10_000),
    ],
    crs=3035,
).to_crs(4326)
NO_PORTS = gpd.GeoSeries([], crs=4326)


def model(parameters: dict[str, object], *, ports: gpd.GeoSeries = NO_PORTS) -> TravelModel:
    return from_recipe(parameters, places=PLACES, land=LAND, ports=ports)


def test_straight_knows_no_sea():
    """20 km straight are 28 by road: 5 at 30 km/h, 20 at 50, 3 at 75, in 10 + 24 + 2.4 minutes."""
    made = model({"model": "straight", "circuity": 1.4, "speeds": BANDS})
    assert made.nearest(SPOTS[:1], SPOTS[1:2]).minutes[0, 0] == pytest.approx(36.4, rel=1e-3)
    assert made.nearest(SPOTS[2:], SPOTS[:1]).minutes[0, 0] < 100


def test_terrain_takes_places_land_and_its_numbers_from_the_recipe():
    """20 km straight at 60 km/h and circuity 1.5 are 30 minutes; the island without a port is out of reach."""
    made = model({"model": "terrain", "circuity": 1.5, "local_speed": 60, "start": 0})
    found = made.nearest(SPOTS, SPOTS[1:2]).minutes[:, 0]
    assert found == pytest.approx([30, 0, float("inf")], rel=1e-3)
    assert made.describe()["circuity"] == 1.5


def test_terrain_takes_the_ferries_of_the_territory():
    """Ports at the town and at the village of the island: 40 km at 20 km/h and 30 minutes to board."""
    ports = SPOTS[1:].reset_index(drop=True)
    made = model({"model": "terrain", "ferry_speed": 20, "boarding": 30, "start": 0}, ports=ports)
    assert made.nearest(SPOTS[2:], SPOTS[1:2]).minutes[0, 0] == pytest.approx(150, rel=1e-2)


@pytest.mark.parametrize("territory", ["italy", "slovenia"])
def test_recipe_names_a_model_that_can_be_made(territory: str):
    parameters = recipes.load(territory).travel
    told = model(parameters).describe()
    assert told["model"] == parameters["model"]
    numbers = {name: value for name, value in parameters.items() if name not in ("model", "speeds")}
    assert numbers.items() <= told.items()


def test_italy_goes_over_terrain_and_says_that_it_is_an_estimate(territory):
    told = territory.manifest["travel"]
    assert told["model"] == recipes.load("italy").travel["model"] == "terrain"
    assert told["estimate"] is True and "estimate" in told["title"].lower()


@pytest.mark.parametrize(
    "parameters",
    [
        {"model": "straight", "speeds": [[30, None]]},
        {"model": "straight", "circuity": 1.4},
        {"model": "straight", "circuity": "far", "speeds": BANDS},
        {"model": "straight", "circuity": 1.4, "speeds": [30, 50]},
        {"model": "straight", "circuity": 1.4, "speeds": [["fast", None]]},
        {"model": "straight", "circuity": 1.4, "speeds": None},
        {"model": "straight", "circuity": 1.4, "speeds": BANDS, "boarding": 30},
        {"model": "terrain", "speeds": BANDS},
        {"model": "terrain", "local_speed": "fast"},
        {"model": "terrain", "local_speed": None},
    ],
)
def test_options_that_the_model_cannot_use_are_named(parameters: dict[str, object]):
    with pytest.raises(InputError, match=rf"^The travel model {parameters['model']} cannot use .*; correct the recipe"):
        model(parameters)


def test_what_the_model_says_of_a_number_out_of_its_range_is_kept():
    with pytest.raises(InputError, match=r"^Circuity is 0\.5, expected at least 1"):
        model({"model": "straight", "circuity": 0.5, "speeds": BANDS})
    with pytest.raises(InputError, match=r"^local_speed is -1, expected a number above 0"):
        model({"model": "terrain", "local_speed": -1})


def test_unknown_model_is_answered_with_those_there_are():
    with pytest.raises(InputError, match=r"no travel model 'teleport'; known: .*straight.*terrain"):
        model({"model": "teleport"})
    with pytest.raises(InputError, match=r"no travel model 'terain'; did you mean terrain\?"):
        model({"model": "terain"})
    with pytest.raises(InputError, match="no travel model None"):
        model({"circuity": 1.4})
