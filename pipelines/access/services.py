"""Access of areas to one category of service: minutes, people beyond thresholds, services within reach, supply."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata.indicators import Category, minutes_to
from pipelines.access import measures
from pipelines.access.reach import over_people
from pipelines.access.settings import Settings
from pipelines.access.travel.model import TravelModel, counted

NEAREST = 3
OLD = "people_65_plus"


@dataclass(frozen=True)
class ServiceAccess:
    """What a category of service means for a territory.

    Attributes
    ----------
    areas
        Indicators, one column each, index the area ids.
    places
        Of each place, index as the places: minutes `nearest` and `mean_3` (infinite: out of reach), and services
        `within` the highest threshold.
    """

    areas: pd.DataFrame
    places: pd.DataFrame


def access(
    places: gpd.GeoDataFrame,
    services: gpd.GeoDataFrame,
    travel: TravelModel,
    *,
    category: Category,
    areas: pd.DataFrame,
    settings: Settings | None = None,
    resolution: float = 0.0,
) -> ServiceAccess:
    """Measure the access of every area to the services of one category.

    Parameters
    ----------
    places
        Points in EPSG:4326 with `area_id`, `weight` (shares of the people of the area) and `population`; where ages are
        counted by place also `people_65_plus`.
    services
        The services of the category, points in EPSG:4326 with `capacity` (NaN: unknown).
    travel
        The travel model.
    category
        Its thresholds, and its id, which the names of the indicators end with.
    areas
        Index the area ids; `population` and, where ages are known, `people_65_plus`.
    settings
        How supply is measured; None for E2SFCA.
    resolution
        Minutes that are told apart, as `reach.resolution`: nobody is counted beyond a threshold that is below.

    Returns
    -------
    ServiceAccess
        `minutes_X` and `minutes_3_X` (means over the people of an area; missing where people live who reach none);
        for each threshold `share_beyond_X_T` (%), `people_beyond_X_T` and `people_65_plus_beyond_X_T` (people out of
        reach are beyond every threshold; where the places do not say it, people aged 65 and over are taken to live
        where all people do);
        `within_X` (services within the highest threshold, mean over the people of an area); `supply_X` (E2SFCA,
        capacity per 1,000 people), or the indicator of another measure, when every capacity is known or the settings
        let services count 1 instead.
    """
    name, settings = category.id, settings or Settings()
    found = travel.nearest(places.geometry, services.geometry, k=NEAREST).minutes
    nearest = pd.Series(found[:, 0], index=places.index)
    mean = pd.Series(found.mean(axis=1), index=places.index)
    indicators = {
        minutes_to(name): over_people(nearest, places),
        f"minutes_{NEAREST}_{name}": over_people(mean, places),
    }
    for minutes in (each for each in category.thresholds if each >= resolution):
        beyond = measures.people_beyond(nearest, places["weight"], places["area_id"], threshold=minutes)["share"]
        indicators[f"share_beyond_{name}_{minutes}"] = beyond
        indicators[f"people_beyond_{name}_{minutes}"] = beyond / 100 * areas["population"]
        if OLD in places and places[OLD].notna().any():
            # Those near are 0 of a known number, and unknown where that is.
            far = places[OLD].where(nearest > minutes, 0 * places[OLD])
            indicators[f"{OLD}_beyond_{name}_{minutes}"] = far.groupby(places["area_id"]).sum(min_count=1)
        elif OLD in areas:
            indicators[f"{OLD}_beyond_{name}_{minutes}"] = beyond / 100 * areas[OLD]
    limit = max(category.thresholds)
    supply = services["capacity"].reset_index(drop=True)
    known = bool((supply > 0).all())
    if known or settings.counts:
        demand = places["population"].fillna(0.0).reset_index(drop=True)
        pairs = travel.within(places.geometry, services.geometry, minutes=max(limit, settings.minutes))
        score = settings.supply(pairs, demand, supply, counts=not known).to_numpy()
        measure = settings.indicator if known else settings.counted
        indicators[f"{measure}_{name}"] = over_people(pd.Series(score, index=places.index), places)
        count = counted(pairs[pairs["minutes"] <= limit], len(places))
    else:
        # Without the pairs there is less to look for.
        count = travel.count_within(places.geometry, services.geometry, minutes=limit)
    within = pd.Series(count.astype(float), index=places.index)
    indicators[f"within_{name}"] = over_people(within, places)
    return ServiceAccess(
        areas=pd.DataFrame(indicators).reindex(areas.index),
        places=pd.DataFrame({"nearest": nearest, "mean_3": mean, "within": within}),
    )


def thresholds(category: Category, columns: pd.Index) -> list[int]:
    """Thresholds of a category beyond which a table of areas counts people; all of them where it counts none.

    Parameters
    ----------
    category
        The category.
    columns
        Indicators of the table.
    """
    counted_beyond = [each for each in category.thresholds if f"share_beyond_{category.id}_{each}" in columns]
    return counted_beyond or list(category.thresholds)
