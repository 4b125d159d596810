"""Every definition of remoteness that a territory's data allow, side by side, and how far they agree."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import grid
from geodata.errors import InputError
from geodata.geometry import area_of
from geodata.i18n import mark
from geodata.i18n.message import Message
from geodata.indicators import MINUTES_URBAN_CENTRE
from pipelines.access.remoteness import agreement, aria, inner_areas, neighbours, regional, scotland, typology
from pipelines.access.remoteness.definitions import DEFINITIONS, GRID, Lacking
from pipelines.access.travel.model import TravelModel

SMALLEST_CENTRE, LARGEST_CENTRE = min(aria.CATEGORIES.values()), max(aria.CATEGORIES.values())
# The rule of the inner areas asks for stations of three classes and two kinds of school as well. No territory here has
# them all, and many hospitals have a level that was not read, so that a pole is told by its hospital alone.
POLES = (
    inner_areas.Requirement(
        mark("hospital with emergency department DEA I or II, or of a level that was not read"),
        "hospital",
        ("DEA I", "DEA II", "unknown"),
    ),
)
# The official class of an area, where a source publishes it.
OFFICIAL = "inner_area_official"
# The indicator that holds the class by a definition, where it has one.
CLASS_OF = {
    "regional": "remote_region",
    "inner_areas": OFFICIAL,
    "hospital_minutes": "hospital_minutes_class",
    "aria": "aria_class",
    "scotland": "scotland_class",
}
# The numbers of the classes that a definition calls remote.
CALLS = {
    "regional": (2.0,),
    "inner_areas": tuple(1.0 + list(inner_areas.LABELS).index(name) for name in inner_areas.INNER),
    "aria": tuple(1.0 + list(aria.CLASSES).index(name) for name in aria.REMOTE),
    "scotland": tuple(float(number) for number in scotland.REMOTE),
}
# People of the settlement that a place is in, see `degurba.settlement_population`.
SETTLEMENT = "settlement_population"
# The first of these indicators that a territory has is compared with the neighbours'.
COMPARED = ("minutes_hospital", "minutes_any_hospital", "minutes_general_practice", MINUTES_URBAN_CENTRE)


@dataclass
class Remoteness:
    """What the definitions say of the areas of a territory.

    Attributes
    ----------
    values
        Indicators, one column each, index the area ids; classes are numbered from 1, the least remote first.
    lacking
        The definitions that could not be computed, and what they lack.
    """

    values: pd.DataFrame
    lacking: list[Lacking] = field(default_factory=list)


@dataclass(frozen=True)
class _Given:
    areas: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    seats: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    travel: TravelModel
    values: pd.DataFrame
    # Urban-rural type of each NUTS 3 region; None without a population grid.
    region_types: pd.Series | None
    # Finds the areas that touch, as `neighbours.contiguous`.
    touching: Callable[[], pd.DataFrame]


@dataclass(frozen=True)
class _Said:
    """Indicators of one definition, and whether it calls an area remote (None: it has no say in that)."""

    values: dict[str, pd.Series]
    remote: pd.Series | None = None


def remoteness(
    areas: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    seats: gpd.GeoDataFrame,
    services: gpd.GeoDataFrame,
    travel: TravelModel,
    *,
    values: pd.DataFrame,
    cells: pd.DataFrame | None,
) -> Remoteness:
    """Compute every definition of remoteness, and their agreement.

    Parameters
    ----------
    areas
        The layer `areas`.
    places
        The layer `places`.
    seats
        Main place of each area, one row of the layer `places` each.
    services
        The layer `services`.
    travel
        The travel model.
    values
        Indicators computed before, index the area ids; minutes to services are compared with the neighbours', and the
        official class of inner areas, where it is published, is a definition.
    cells
        1 km cells with `population`, `centre`, `kind` (see `degurba.from_grid`); None when the territory has no
        population grid.

    Returns
    -------
    Remoteness
        `degurba_class`, `urban_rural_type`, `remote_region`, `hospital_minutes_class`, `aria_score`, `aria_class`,
        `scotland_class`, `times_neighbours`, `remote_count` (definitions that call the area remote) and
        `remote_agreement`; a definition that lacks its inputs has no column and is listed.
    """
    coded = areas.set_index("area_id", drop=False)
    given = _Given(
        areas=coded,
        places=places,
        seats=seats,
        services=services,
        travel=travel,
        values=values,
        region_types=None if cells is None else _region_types(coded, cells),
        touching=lambda: neighbours.contiguous(coded.geometry),
    )
    found: dict[str, pd.Series] = {}
    calls: dict[str, pd.Series] = {}
    lacking: list[Lacking] = []
    for name, define in _definitions().items():
        said = define(given)
        if isinstance(said, Lacking):
            lacking.append(said)
            continue
        found |= said.values
        if said.remote is not None:
            calls[name] = said.remote
    return Remoteness(_told(found, calls, values.index), lacking)


def again(
    areas: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    seats: gpd.GeoDataFrame,
    services: gpd.GeoDataFrame,
    travel: TravelModel,
    *,
    values: pd.DataFrame,
    changed: Collection[str],
    touching: pd.DataFrame,
) -> pd.DataFrame:
    """Compute some definitions of a built territory again, after services or travel times have changed.

    Parameters
    ----------
    areas, places, seats, services, travel
        As for `remoteness`.
    values
        The indicators of the territory, minutes to services as they are now, the definitions as they were.
    changed
        Definitions to compute again, keys of `DEFINITIONS`; what they say of no area, they now lack.
    touching
        Areas that touch, as `neighbours.contiguous` gives.

    Returns
    -------
    DataFrame
        The indicators of these definitions and the agreement of all, index as `values`.
    """
    coded = areas.set_index("area_id", drop=False)
    types = dict(enumerate(typology.TYPES, start=1))
    given = _Given(
        areas=coded,
        places=places,
        seats=seats,
        services=services,
        travel=travel,
        values=values,
        region_types=values.groupby(coded["nuts3"].reindex(values.index))["urban_rural_type"].first().map(types)
        if "urban_rural_type" in values
        else None,
        touching=lambda: touching,
    )
    found: dict[str, pd.Series] = {}
    calls: dict[str, pd.Series] = {}
    for name, define in _definitions().items():
        # What is worse than its neighbours is told by the ratio before it is rounded to a finite one.
        if name in changed or name == "neighbours":
            said = define(given)
            if isinstance(said, _Said):
                found |= said.values
                if said.remote is not None:
                    calls[name] = said.remote
            elif CLASS_OF.get(name) in values:
                found[CLASS_OF[name]] = pd.Series(np.nan, index=values.index)
        elif name in CALLS and CLASS_OF[name] in values:
            calls[name] = _called(name, values[CLASS_OF[name]])
    return _told(found, calls, values.index)


def _called(name: str, classes: pd.Series) -> pd.Series:
    """Whether a definition calls each area remote by the number of its class; missing where it has none."""
    return classes.isin(CALLS[name]).astype("boolean").mask(classes.isna())


def _told(found: dict[str, pd.Series], calls: dict[str, pd.Series], index: pd.Index) -> pd.DataFrame:
    """What definitions say, and how far they agree."""
    agreed = agreement.compare(calls, index)
    count = agreed["remote"].where(agreed["available"] > 0).astype(float)
    verdict = 1.0 + agreed["disagree"] + 2.0 * ((agreed["remote"] == agreed["available"]) & (agreed["remote"] > 0))
    known = verdict.astype(float).where(agreed["available"] > 0)
    columns = found | {"remote_count": count, "remote_agreement": known}
    return pd.DataFrame({name: x.reindex(index).astype(float) for name, x in columns.items()})


def _definitions() -> dict[str, Callable[[_Given], _Said | Lacking]]:
    """What computes each definition, in the order of their columns."""
    return {
        "degurba": _degurba,
        "urban_rural": _urban_rural,
        "regional": _regional,
        "inner_areas": _inner_areas,
        "hospital_minutes": _hospital_minutes,
        "aria": _aria,
        "scotland": _scotland,
        "neighbours": _neighbours,
    }


def _region_types(areas: gpd.GeoDataFrame, cells: pd.DataFrame) -> pd.Series:
    """Urban-rural type of each NUTS 3 region; areas by their ids."""
    regions = areas.dissolve("nuts3", aggfunc={"area_km2": "sum"})
    owner = grid.owners(cells, areas.geometry).map(areas["nuts3"])
    touching = neighbours.contiguous(regions.geometry)
    return typology.region_types(cells, owner, area_km2=regions["area_km2"], neighbours=touching)["type"]


def _degurba(given: _Given) -> _Said:
    return _Said({"degurba_class": given.areas["degurba"].astype(float)})


def _urban_rural(given: _Given) -> _Said | Lacking:
    """Urban-rural type of the NUTS 3 region."""
    if given.region_types is None:
        return Lacking(DEFINITIONS["urban_rural"].title, (GRID,))
    numbers = {name: float(number) for number, name in enumerate(typology.TYPES, start=1)}
    return _Said({"urban_rural_type": given.areas["nuts3"].map(given.region_types.map(numbers))})


def _regional(given: _Given) -> _Said | Lacking:
    """Whether the NUTS 3 region is remote."""
    if given.region_types is None:
        return Lacking(DEFINITIONS["regional"].title, (GRID,))
    cities = given.places[SETTLEMENT] >= regional.CITY_PEOPLE
    if not cities.any():
        wanted = Message("cities of {people} people", people=regional.CITY_PEOPLE)
        return Lacking(DEFINITIONS["regional"].title, (wanted,))
    minutes = _minutes(given, cities)
    if np.isinf(minutes).all():
        return _no_way("regional")
    people = given.places["population"].fillna(0.0)
    region = given.places["area_id"].map(given.areas["nuts3"])
    said = regional.remote_regions(minutes, people, region, given.region_types)
    remote = given.areas["nuts3"].map(said["remote"]).astype("boolean")
    return _Said({"remote_region": 1 + remote.astype("Float64")}, remote)


def _inner_areas(given: _Given) -> _Said | Lacking:
    """Official class of inner areas, which has a vote of its own; its column is that of the publisher."""
    if OFFICIAL not in given.values or given.values[OFFICIAL].isna().all():
        return Lacking(DEFINITIONS["inner_areas"].title, DEFINITIONS["inner_areas"].needs)
    return _Said({}, _called("inner_areas", given.values[OFFICIAL]))


def _hospital_minutes(given: _Given) -> _Said | Lacking:
    """Minutes from the seat to the nearest municipality with a hospital, cut as those of the inner areas are.

    The official classes ask for schools and a station at a pole too. Hospitals alone find about half of the inner
    areas, so that this has no vote.
    """
    located = given.services.assign(area_id=area_of(given.services, given.areas)).dropna(subset="area_id")
    try:
        having = inner_areas.poles(located, rule=POLES)
    except InputError:
        return Lacking(DEFINITIONS["hospital_minutes"].title, (POLES[0].title,))
    seats = given.seats
    poles = seats.index[seats["area_id"].isin(having)]
    minutes = inner_areas.minutes_to_poles(given.travel, seats.geometry, poles)
    if len(poles) < len(seats) and np.isinf(minutes.drop(poles)).all():
        return _no_way("hospital_minutes")
    classes = inner_areas.classes(minutes, poles).set_axis(seats["area_id"])
    # Without intermunicipal poles (B), which the law names and no rule finds.
    numbers = {name: float(number) for number, name in enumerate("ACDEF", start=1)}
    return _Said({CLASS_OF["hospital_minutes"]: classes.map(numbers)})


def _aria(given: _Given) -> _Said | Lacking:
    """Score and class of ARIA+, mean over the people of an area."""
    people = given.places[SETTLEMENT]
    if not (people >= LARGEST_CENTRE).any():
        wanted = Message("a service centre of {people} people", people=LARGEST_CENTRE)
        return Lacking(DEFINITIONS["aria"].title, (wanted,))
    centres = given.places[people >= SMALLEST_CENTRE]
    km = aria.distances(given.travel, given.places.geometry, centres.geometry, centres[SETTLEMENT])
    if not np.isfinite(km).any().all():
        return _no_way("aria")
    score = aria.of_areas(aria.aria(km)["score"], given.places["weight"], given.places["area_id"])
    classes = aria.classes(score)
    numbers = {name: float(number) for number, name in enumerate(aria.CLASSES, start=1)}
    numbered = classes.map(numbers)
    return _Said({"aria_score": score, "aria_class": numbered}, _called("aria", numbered))


def _scotland(given: _Given) -> _Said | Lacking:
    """Scottish class in which most people of an area live; a place without a figure is smaller than 3,000 people."""
    towns = given.places[SETTLEMENT] >= scotland.OTHER_URBAN
    if not towns.any():
        wanted = Message("settlements of {people} people", people=scotland.OTHER_URBAN)
        return Lacking(DEFINITIONS["scotland"].title, (wanted,))
    minutes = _minutes(given, towns)
    if np.isinf(minutes).all():
        return _no_way("scotland")
    classes = scotland.eightfold(given.places[SETTLEMENT].fillna(0.0), minutes)
    found = scotland.of_areas(classes, given.places["weight"], given.places["area_id"])["class"]
    numbered = found.astype(float)
    return _Said({"scotland_class": numbered}, _called("scotland", numbered))


def _neighbours(given: _Given) -> _Said | Lacking:
    """Minutes of an area / mean minutes of the areas it touches."""
    compared = next((name for name in COMPARED if name in given.values), None)
    if compared is None:
        return Lacking(DEFINITIONS["neighbours"].title, (mark("minutes to a service"),))
    said = neighbours.worse_than_neighbours(given.values[compared], given.touching(), floor=neighbours.FLOOR)
    return _Said({"times_neighbours": said["ratio"].where(said["ratio"] < float("inf"))}, said["worse"])


def _no_way(definition: str) -> Lacking:
    """The travel model knows no way to what the definition measures from, as a user's table may: nobody is remote."""
    return Lacking(DEFINITIONS[definition].title, DEFINITIONS[definition].needs[-1:])


def _minutes(given: _Given, wanted: pd.Series) -> pd.Series:
    """Minutes from each place to the nearest of the places wanted."""
    found = given.travel.nearest(given.places.geometry, given.places.geometry[wanted]).minutes[:, 0]
    return pd.Series(found, index=given.places.index)
