"""Services of all sources together: one sentence with the number and the first of what cannot be used."""

from contextlib import nullcontext
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.errors import InputError
from pipelines.build import checks as checked


def services(**changes: list[Any]) -> gpd.GeoDataFrame:
    columns: dict[str, list[Any]] = {
        "service_id": ["a", "b", "c", "d", "e"],
        "name": ["Alba", "Brod", "Cres", "Duna", "Este"],
        "category": ["school"] * 5,
        "capacity": [20.0, float("nan"), 1, 2, 3],
    }
    return gpd.GeoDataFrame(columns | changes, geometry=gpd.points_from_xy(range(5), range(5)), crs=4326)


def test_unknown_capacity_is_right() -> None:
    checked.services(services())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"capacity": [0.0, -1, float("inf"), float("nan"), -2]},
            "4 of 5 services have a capacity that is not above 0, first: a (0.0), b (-1.0), c (inf); leave it empty "
            "where it is unknown, and leave out services that serve nobody.",
        ),
        (
            {"category": ["school", "", None, "school", " "]},
            "3 of 5 services have no category, first: b (Brod), c (Cres), e (Este); name the category of each, as "
            "geodata/services.yaml has them.",
        ),
        (
            {"service_id": ["a", "a", "b", "b", "b"]},
            "2 ids of services occur more than once, first: a, b; give each its own.",
        ),
    ],
)
def test_services_that_cannot_be_used(changes: dict[str, list[Any]], said: str) -> None:
    with pytest.raises(InputError) as caught:
        checked.services(services(**changes))
    assert str(caught.value) == said


def test_services_of_another_country_are_said_and_a_few_beyond_the_border_are_not() -> None:
    portugal = gpd.GeoSeries([shapely.box(-9, 37, -6, 42)], crs=4326)

    def at(*lon: float) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, [40.0] * len(lon)), crs=4326)

    assert checked.far(at(-5.5, 21), portugal, source="stops") == []
    assert checked.far(at(), portugal, source="stops") == []
    assert checked.far(at(20, 21), portugal, source="stops") == [
        "All 2 services of source stops lie more than 1 degree beyond the territory."
    ]


@pytest.mark.parametrize(("exchanged", "refused"), [(4, False), (5, True)])
def test_most_points_exchanged_are_refused_and_half_of_them_are_not(exchanged: int, refused: bool) -> None:
    """Eight points, none in Portugal: some would be with longitude and latitude exchanged, the others are far away."""
    portugal = gpd.GeoSeries([shapely.box(-9, 37, -6, 42)], crs=4326)
    ids = pd.Series([f"s{number}" for number in range(8)])
    lon, lat = [40.0] * exchanged + [20.0] * (8 - exchanged), [-8.0] * exchanged + [50.0] * (8 - exchanged)
    with nullcontext() if not refused else pytest.raises(InputError, match="longitude and latitude exchanged"):
        checked.points(ids, lon, lat, what="stops", outlines=portugal)


@pytest.mark.parametrize(("lon", "far"), [(-5.01, False), (-4.99, True)])
def test_services_up_to_a_degree_beyond_the_border_are_not_said(lon: float, far: bool) -> None:
    portugal = gpd.GeoSeries([shapely.box(-9, 37, -6, 42)], crs=4326)
    stops = gpd.GeoDataFrame(geometry=gpd.points_from_xy([lon], [40.0]), crs=4326)
    assert bool(checked.far(stops, portugal, source="stops")) == far
