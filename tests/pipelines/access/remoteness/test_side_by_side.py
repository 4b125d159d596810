"""All definitions of remoteness on one road: eight areas in a row, each with one place, named by its kilometres.

    km           0        25       40      50      60      80      100     120
    people    300,000   12,000   5,000    500    4,000    500    3,500    200
    NUTS 3       R1       R1       R2      R2      R2      R3      R3      R3
    cell       centre  cluster  cluster  rural   rural   rural   rural   rural

A kilometre takes a minute. The only hospital with an emergency department is at km 0.
"""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from geodata.indicators import dictionary
from pipelines.access.remoteness import aria, degurba, inner_areas, scotland, typology
from pipelines.access.remoteness.definitions import DEFINITIONS
from pipelines.access.remoteness.side_by_side import Remoteness, remoteness
from pipelines.access.travel.model import Ints, Nearest

# The middle of EPSG:3035, where its kilometres are those of the ground.
EAST, NORTH = 4_321_000, 3_210_000
KM = [0, 25, 40, 50, 60, 80, 100, 120]
IDS = [f"{km:03}" for km in KM]
PEOPLE = [300_000.0, 12_000.0, 5_000.0, 500.0, 4_000.0, 500.0, 3_500.0, 200.0]
BORDERS = [-20, *((a + b) / 2 for a, b in pairwise(KM)), 140]
DICTIONARY = dictionary(())


class Road:
    """Minutes and kilometres are kilometres from west to east."""

    def describe(self) -> dict[str, Any]:
        return {}

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        start, end = (points.to_crs(3035).x.to_numpy() / 1000 for points in (origins, destinations))
        far = np.abs(start[:, None] - end[None, :]).round(6)
        index = np.argsort(far, axis=1, kind="stable")[:, :k]
        km = np.take_along_axis(far, index, axis=1) if len(end) else np.full((len(start), k), np.inf)
        return Nearest(index=index, minutes=km, km=km)

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        raise NotImplementedError

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        raise NotImplementedError


def points(km: list[float]) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy([EAST + 1000 * x for x in km], [NORTH] * len(km), crs=3035).to_crs(4326)


OUTLINES = gpd.GeoSeries(
    [box(EAST + 1000 * a, NORTH - 30_000, EAST + 1000 * b, NORTH + 30_000) for a, b in pairwise(BORDERS)], crs=3035
)
AREAS = gpd.GeoDataFrame(
    {
        "area_id": IDS,
        "nuts3": ["R1", "R1", "R2", "R2", "R2", "R3", "R3", "R3"],
        "degurba": ["1", "2", "2", "3", "3", "3", "3", None],
        "area_km2": OUTLINES.area / 1e6,
    },
    geometry=OUTLINES.to_crs(4326),
)
PLACES = gpd.GeoDataFrame(
    {"area_id": IDS, "weight": 1.0, "population": PEOPLE, "settlement_population": PEOPLE}, geometry=points(KM)
)
SEATS = PLACES
SERVICES = gpd.GeoDataFrame(
    {"category": ["hospital", "hospital", "court"], "level": ["DEA I", "PS", None]}, geometry=points([0, 60, 120])
)
CELLS = pd.DataFrame(
    {
        "x_km": [EAST // 1000 + km for km in KM],
        "y_km": NORTH // 1000,
        "population": PEOPLE,
        "centre": [1, 0, 0, 0, 0, 0, 0, 0],
        "kind": ["urban centre", "urban cluster", "urban cluster", *["rural"] * 5],
    }
)
# The neighbours of 080, with 20 minutes each, make 30 minutes exactly 1.5 times as many. Officially 000 is a pole, 040
# and what lies beyond are inner areas (D, E, E, F, F), and of 120 there is no class.
VALUES = pd.DataFrame(
    {
        "minutes_hospital": [20.0, 20, 20, 20, 20, 30, 20, 20],
        "inner_area_official": [1.0, 3, 4, 5, 5, 6, 6, np.nan],
    },
    index=pd.Index(IDS, name="area_id"),
)


def said(**given: Any) -> Remoteness:
    layers = {"areas": AREAS, "places": PLACES, "seats": SEATS, "services": SERVICES, "travel": Road()}
    options = {"values": VALUES, "cells": CELLS}
    return remoteness(**layers | options | given)


ALL = said()


def words(name: str, found: Remoteness = ALL) -> list[str]:
    """What the product says of each area, from west to east."""
    return [DICTIONARY[name].format(value) for value in found.values[name]]


def test_every_column_is_an_indicator_and_nothing_is_lacking():
    assert ALL.lacking == []
    assert {name for name, entry in DICTIONARY.items() if entry.dimension == "Remoteness"} == {
        *ALL.values,
        # As its publisher has it.
        "inner_area_official",
        "minutes_urban_centre",
        "minutes_city_50k",
        "minutes_town_5k",
        "minutes_town_10k",
        # Those of a territory known by its centres only.
        "minutes_to_city",
        "coastal_area",
    }
    assert ALL.values.index.equals(VALUES.index)
    assert (ALL.values.dtypes == "float64").all()


def test_degree_of_urbanisation_is_that_of_the_areas():
    assert words("degurba_class") == [
        "city", "town or suburb", "town or suburb", "rural area", "rural area", "rural area", "rural area", "no data",
    ]  # fmt: skip


def test_urban_rural_type_by_the_people_of_the_region_in_rural_cells():
    """R1: none. R2: 4,500 of 9,500, between 20 and 50 %. R3: all."""
    assert words("urban_rural_type") == [
        *["predominantly urban"] * 2, *["intermediate"] * 3, *["predominantly rural"] * 3,
    ]  # fmt: skip


def test_region_is_remote_when_most_people_live_beyond_45_minutes_from_the_city():
    """R2: 4,500 of 9,500 do, not most. R3: all."""
    assert words("remote_region") == [*["not remote"] * 5, *["remote"] * 3]


def test_minutes_to_the_only_hospital_by_the_cuts_of_the_inner_areas():
    """Cuts at 27.7, 40.9 and 66.9 minutes. The hospital at km 60 has no emergency department of a level that counts."""
    assert words("hospital_minutes_class") == [
        "hospital in the area", "up to 27.7 min", "over 27.7 up to 40.9 min", *["over 40.9 up to 66.9 min"] * 2,
        *["over 66.9 min"] * 3,
    ]  # fmt: skip


def test_aria_score_by_hand():
    """Only the city has 18,000 people or more (A, B, C); 5,000 (D) are at 0, 25 and 40, 1,000 (E) also at 60 and 100.

    Means: A to C 475 / 8 = 59.375 km; D (10 + 20 + 40 + 60 + 80) / 8 = 26.25; E (10 + 20 + 20) / 8 = 6.25.
    """
    to_d, to_e = [0, 0, 0, 10, 20, 40, 60, 80], [0, 0, 0, 10, 0, 20, 0, 20]
    expected = [
        3 * min(a / 59.375, 3) + min(d / 26.25, 3) + min(e / 6.25, 3) for a, d, e in zip(KM, to_d, to_e, strict=True)
    ]
    assert ALL.values["aria_score"].tolist() == pytest.approx(expected)
    assert expected == pytest.approx([0, 1.26, 2.02, 4.51, 3.79, 8.57, 7.34, 12.06], abs=0.01)
    assert words("aria_class") == [
        "major cities", "inner regional", "inner regional", "outer regional", "outer regional",
        "remote", "remote", "very remote",
    ]  # fmt: skip


def test_scottish_classes_by_size_and_drive_to_a_town():
    """Towns of 10,000 are at 0 and 25: 040, 060, 100 are 15, 35, 75 minutes away, and 050, 080, 120 are 25, 55, 95."""
    assert words("scotland_class") == [
        "large urban area", "other urban area", "accessible small town", "accessible rural area",
        "remote small town", "remote rural area", "very remote small town", "very remote rural area",
    ]  # fmt: skip


def test_times_the_neighbours():
    """060 and 100 lie beside the 30 minutes of 080: 20 / 25."""
    assert ALL.values["times_neighbours"].tolist() == pytest.approx([1, 1, 1, 1, 0.8, 1.5, 0.8, 1])


def test_definitions_that_call_an_area_remote_are_counted_and_their_agreement_is_told():
    """Five have a say: remote region, official inner area, ARIA+, Scottish, and neighbours, from 1.5 times on.

    040 and 050 are inner areas only; 060 is a remote small town too; 080 is remote by all five; 100 and 120 are not
    worse than their neighbours, and 120 has no official class.
    """
    assert ALL.values["remote_count"].tolist() == [0, 0, 1, 1, 2, 5, 4, 3]
    no, mixed, yes = "all say not remote", "they disagree", "all say remote"
    assert words("remote_agreement") == [no, no, mixed, mixed, mixed, yes, mixed, mixed]


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("degurba_class", [degurba.LABELS[code] for code in "123"]),
        ("urban_rural_type", typology.TYPES),
        ("inner_area_official", list(inner_areas.LABELS.values())),
        ("aria_class", list(aria.CLASSES)),
        ("scotland_class", [scotland.LABELS[number] for number in range(1, 9)]),
    ],
)
def test_dictionary_names_the_classes_of_each_definition_in_their_order(name: str, classes: list[str]):
    assert list(DICTIONARY[name].classes) == classes


def test_classes_of_all_definitions_rise_with_remoteness_on_the_road_away_from_the_city():
    """Were a numbering turned round, the far end would have the lowest number."""
    for name, entry in DICTIONARY.items():
        if entry.classes and entry.direction == "worse" and name in ALL.values:
            known = ALL.values[name].dropna()
            assert known.iloc[0] == 1 and known.iloc[-1] == len(entry.classes), name


def lacking(**given: Any) -> tuple[list[str], set[str]]:
    """What is said to be lacking, and the columns that are absent for it."""
    found = said(**given)
    return [definition.message for definition in found.lacking], {*ALL.values} - {*found.values}


def title(name: str) -> str:
    return DEFINITIONS[name].title


def test_without_an_official_class_hospitals_have_no_vote_in_its_stead():
    """Hospitals alone do not make the official classes, whatever their minutes are."""
    told, absent = lacking(values=VALUES[["minutes_hospital"]])
    assert told == [f"{title('inner_areas')}: not available; it lacks official inner-area classes."]
    assert absent == set()
    found = said(values=VALUES[["minutes_hospital"]])
    assert found.values["hospital_minutes_class"].equals(ALL.values["hospital_minutes_class"])
    assert found.values["remote_count"].tolist() == [0, 0, 0, 0, 1, 4, 3, 3]


@pytest.mark.parametrize(("minutes", "remote"), [(20.0, 0), (20.1, 1)])
def test_whoever_has_a_hospital_within_20_minutes_is_not_worse_than_the_neighbours(minutes: float, remote: int):
    """080 has many times the minutes of its neighbours, who have the hospital at their door."""
    close = VALUES.assign(minutes_hospital=[1.0, 1, 1, 1, 1, minutes, 1, 1], inner_area_official=np.nan)
    found, flat = (
        said(values=values, places=PLACES.assign(settlement_population=np.nan), cells=None)
        for values in (close, close.assign(minutes_hospital=1.0))
    )
    assert found.values.loc["080", "times_neighbours"] == minutes
    assert (found.values["remote_count"] - flat.values["remote_count"])["080"] == remote


def test_without_a_population_grid_two_definitions_say_that_they_lack_it():
    told, absent = lacking(cells=None)
    assert told == [
        f"{title('urban_rural')}: not available; it lacks population grid of 1 km.",
        f"{title('regional')}: not available; it lacks population grid of 1 km.",
    ]
    assert absent == {"urban_rural_type", "remote_region"}


def test_without_a_city_regions_are_typed_but_not_called_remote():
    """A city of the neighbouring country may be near; that none is in the data says nothing."""
    smaller = PLACES.assign(settlement_population=PLACES["settlement_population"].clip(upper=49_999))
    told, absent = lacking(places=smaller)
    assert f"{title('regional')}: not available; it lacks cities of 50,000 people." in told
    assert "remote_region" in absent and "urban_rural_type" not in absent


@pytest.mark.parametrize("kept", [SERVICES["level"] != "DEA I", SERVICES["category"] == "court", [False] * 3])
def test_without_a_hospital_that_makes_a_pole(kept: Any):
    told, absent = lacking(services=SERVICES[kept])
    assert told == [
        f"{title('hospital_minutes')}: not available; it lacks hospital with emergency department DEA I or II, or of a "
        "level that was not read."
    ]
    assert absent == {"hospital_minutes_class"}


def test_hospital_outside_all_areas_makes_no_pole():
    outside = SERVICES.set_geometry(points([300, 60, 120]))
    assert lacking(services=outside)[1] == {"hospital_minutes_class"}


def test_without_a_large_service_centre():
    told, absent = lacking(
        places=PLACES.assign(settlement_population=PLACES["settlement_population"].clip(upper=249_999))
    )
    assert told == [f"{title('aria')}: not available; it lacks a service centre of 250,000 people."]
    assert absent == {"aria_score", "aria_class"}


def test_without_towns_and_without_any_figure_of_a_settlement():
    for people in (PLACES["settlement_population"].clip(upper=9_999), np.nan):
        told, absent = lacking(places=PLACES.assign(settlement_population=people))
        assert f"{title('scotland')}: not available; it lacks settlements of 10,000 people." in told
        assert absent == {"remote_region", "aria_score", "aria_class", "scotland_class"}


class NoWay(Road):
    """Knows no way to anywhere, as a table of travel times that leads to services only."""

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:  # noqa: ARG002
        nothing = np.full((len(origins), k), np.inf)
        return Nearest(index=np.full((len(origins), k), -1), minutes=nothing, km=nothing)


def test_a_travel_model_without_ways_makes_nobody_remote():
    told, absent = lacking(travel=NoWay())
    assert [sentence.partition("it lacks ")[2] for sentence in told] == [
        "minutes to cities of 50,000.",
        "minutes to hospitals.",
        "road distance to service centres.",
        "minutes to settlements of 10,000.",
    ]
    assert absent == {"remote_region", "hospital_minutes_class", "aria_score", "aria_class", "scotland_class"}


def test_without_minutes_there_are_no_neighbours_to_compare_with():
    told, absent = lacking(values=VALUES.drop(columns="minutes_hospital"))
    assert told == [f"{title('neighbours')}: not available; it lacks minutes to a service."]
    assert absent == {"times_neighbours"}


def test_hospitals_are_compared_before_other_services():
    """Minutes to an urban centre would call 000 worse than its neighbour."""
    centres = [60.0, 20, 20, 20, 20, 20, 20, 20]
    both = said(values=VALUES.assign(minutes_urban_centre=centres))
    assert both.values["times_neighbours"].equals(ALL.values["times_neighbours"])
    alone = said(values=pd.DataFrame({"minutes_urban_centre": centres}, index=VALUES.index))
    assert alone.values.loc["000", "times_neighbours"] == 3


def test_where_no_definition_can_say_anything_count_and_agreement_are_missing():
    found = said(
        cells=None,
        services=SERVICES.head(0),
        places=PLACES.assign(settlement_population=np.nan),
        values=VALUES[[]],
    )
    assert {definition.title for definition in found.lacking} == {title(name) for name in DEFINITIONS} - {
        title("degurba")
    }
    assert list(found.values) == ["degurba_class", "remote_count", "remote_agreement"]
    assert found.values[["remote_count", "remote_agreement"]].isna().all(axis=None)


def test_what_is_lacking_does_not_count_as_a_definition_that_disagrees():
    """Without minutes to hospitals 100 and 120 are remote by all that can say; 120 has no official class."""
    found = said(values=VALUES.drop(columns="minutes_hospital"))
    assert found.values.loc["080":, "remote_count"].tolist() == [4, 4, 3]
    assert words("remote_agreement", found)[5:] == ["all say remote"] * 3


def test_area_whose_own_minutes_are_missing_is_judged_by_the_others():
    """100 has no minutes to a hospital, so the neighbours say nothing of it, and the other four call it remote."""
    unknown = VALUES["minutes_hospital"].mask(VALUES.index == "100")
    found = said(values=VALUES.assign(minutes_hospital=unknown))
    assert np.isnan(found.values.loc["100", "times_neighbours"])
    assert found.values.loc["100", "remote_count"] == 4
    assert DICTIONARY["remote_agreement"].format(found.values.loc["100", "remote_agreement"]) == "all say remote"


def test_area_without_a_region_is_judged_by_the_others():
    found = said(areas=AREAS.assign(nuts3=AREAS["nuts3"].mask(AREAS["area_id"] == "080")))
    assert found.values.loc["080", ["urban_rural_type", "remote_region"]].isna().all()
    assert found.values.loc["080", "remote_count"] == 4


def test_people_of_an_area_with_two_places_decide():
    """Of the people of 060 a fifth live beside the city: 0.8 x 3.79, and still a remote small town."""
    city = PLACES[PLACES["area_id"] == "000"].assign(area_id="060", weight=0.2, settlement_population=np.nan)
    weight = PLACES["weight"].mask(PLACES["area_id"] == "060", 0.8)
    places = pd.concat([PLACES.assign(weight=weight), city], ignore_index=True)
    found = said(places=places)
    one = said(places=pd.concat([PLACES, city.assign(area_id="000", weight=0.0)], ignore_index=True))
    assert found.values.loc["060", "aria_score"] == pytest.approx(0.8 * one.values.loc["060", "aria_score"])
    assert found.values.loc["060", "scotland_class"] == 4


def test_order_of_rows_does_not_matter():
    shuffled = {
        name: layer.sample(frac=1, random_state=3)
        for name, layer in (("areas", AREAS), ("places", PLACES), ("seats", SEATS), ("services", SERVICES))
    }
    pd.testing.assert_frame_equal(said(**shuffled).values, ALL.values)
