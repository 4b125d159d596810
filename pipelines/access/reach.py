"""From travel minutes at places to figures of an area."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.indicators import CITY_PEOPLE, MINUTES_CITY, TOWNS
from pipelines.access import catchments
from pipelines.access.travel.model import Straight, TravelModel


def minutes_by_area(
    places: gpd.GeoDataFrame, destinations: gpd.GeoSeries, travel: TravelModel, areas: pd.Index
) -> pd.Series:
    """Minutes to the nearest destination, mean over the places of an area weighted by people.

    Parameters
    ----------
    places
        Points in EPSG:4326 with `area_id` and `weight` (shares of the people of the area, adding up to 1).
    destinations
        Points in EPSG:4326.
    travel
        The travel model.
    areas
        Ids of the areas wanted.

    Returns
    -------
    Series
        Minutes, index as `areas`; NaN where a place that people live in reaches no destination.
    """
    minutes = pd.Series(travel.nearest(places.geometry, destinations).minutes[:, 0], index=places.index)
    return over_people(minutes, places).reindex(areas)


def minutes_to_towns(places: gpd.GeoDataFrame, travel: TravelModel, areas: pd.Index) -> dict[str, pd.Series]:
    """Minutes from each area to the nearest settlement of so many people, by indicator; see `indicators.TOWNS`.

    Parameters
    ----------
    places
        As for `minutes_by_area`, with `settlement_population`.
    travel, areas
        As for `minutes_by_area`.
    """
    return {
        name: minutes_by_area(places, places[places["settlement_population"] >= people].geometry, travel, areas)
        for name, people in (TOWNS | {MINUTES_CITY: CITY_PEOPLE}).items()
    }


def performance_by_area(
    places: gpd.GeoDataFrame, travel: TravelModel, areas: pd.Index, *, minutes: float, km: float
) -> pd.Series:
    """Transport performance, mean over the places of an area weighted by people.

    Parameters
    ----------
    places
        Points in EPSG:4326 with `area_id`, `weight` (shares of the people of the area, adding up to 1) and
        `population` (NaN: nobody counted).
    travel
        The travel model.
    areas
        Ids of the areas wanted.
    minutes, km
        The limits by the travel model, and in a straight line.

    Returns
    -------
    Series
        People reached for each 100 nearby, index as `areas`; NaN where a place that people live in has nobody nearby,
        or is not joined with places by the travel model.
    """
    points, people = places.geometry, places["population"].fillna(0.0)
    # A straight line at 60 km/h takes as many minutes as it has kilometres.
    line = Straight(circuity=1, speeds=[(60, None)])
    pairs, nearby = travel.within(points, points, minutes=minutes), line.within(points, points, minutes=km)
    score = catchments.transport_performance(pairs, nearby, people, minutes=minutes, km=np.inf)
    # A table of travel times to services alone says nothing of ways between places, not even to the place itself.
    joined = np.isin(np.arange(len(places)), pairs.loc[pairs["origin"] == pairs["destination"], "origin"])
    return over_people(score.where(joined).fillna(np.inf), places).reindex(areas)


def resolution(places: gpd.GeoDataFrame, travel: TravelModel) -> float:
    """Minutes that are told apart: from a place to the nearest other one, the median over people.

    People are known at places, and most services no better than at one. Whether a trip takes more than fewer minutes
    than these is not seen: it stays within the place, or it does not.

    Parameters
    ----------
    places
        Points in EPSG:4326 with `population` (NaN: nobody counted).
    travel
        The travel model.

    Returns
    -------
    float
        0 where there is nothing to tell: nobody is counted, or the model joins no places.
    """
    found = travel.nearest(places.geometry, places.geometry, k=2)
    other = found.index != np.arange(len(places))[:, None]
    minutes = np.where(other & (found.index >= 0), found.minutes, np.inf).min(axis=1)
    people = places["population"].fillna(0.0).to_numpy().astype(float)
    order = np.argsort(minutes, kind="stable")
    half = np.searchsorted(np.cumsum(people[order]), people.sum() / 2)
    median = float(minutes[order][half]) if people.sum() > 0 else np.inf
    return median if np.isfinite(median) else 0.0


def over_people(values: pd.Series, places: pd.DataFrame) -> pd.Series:
    """Mean of a figure of places over the people of each area.

    Parameters
    ----------
    values
        By place; infinite: out of reach.
    places
        `area_id` and `weight` (shares of the people of the area, adding up to 1), index as `values`.

    Returns
    -------
    Series
        By area; missing where people live at a place that is out of reach.
    """
    inhabited = places["weight"] > 0
    weighted = (values * places["weight"]).where(inhabited, 0.0)
    total = weighted.groupby(places["area_id"]).sum()
    return total.where(np.isfinite(total))


def nearest_services(
    main_places: gpd.GeoDataFrame, services: gpd.GeoDataFrame, travel: Mapping[str, TravelModel], *, k: int = 3
) -> pd.DataFrame:
    """Find the k nearest services of each category from each area's main place.

    Parameters
    ----------
    main_places
        One point an area, EPSG:4326, with `area_id`.
    services
        Points in EPSG:4326 with `service_id`, `category`.
    travel
        The travel model of each category.
    k
        How many of each category.

    Returns
    -------
    DataFrame
        `area_id`, `category`, `order` (1 = nearest), `service_id`, `minutes`, `km`.
    """
    area_ids = main_places["area_id"].to_numpy()
    tables = []
    # By id, so that of services at one address the same are listed whatever the order of the rows.
    for category, rows in services.sort_values("service_id").groupby("category"):
        found = travel[str(category)].nearest(main_places.geometry, rows.geometry, k=k)
        area, order = np.nonzero(found.index >= 0)
        tables.append(
            pd.DataFrame(
                {
                    "area_id": area_ids[area],
                    "category": category,
                    "order": order + 1,
                    "service_id": rows["service_id"].to_numpy()[found.index[area, order]],
                    "minutes": found.minutes[area, order],
                    "km": found.km[area, order],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
