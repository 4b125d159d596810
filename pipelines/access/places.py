"""Places: where the people of an area are."""

import geopandas as gpd
import pandas as pd

from geodata import grid
from geodata.geometry import area_of
from geodata.i18n.message import Message

AGES = ("people_under_15", "people_65_plus")
# People of a town, a large town and a city: context of projects and areas is the distance to each.
TOWN_SIZES = (5_000, 50_000, 250_000)


def spread(gazetteer: pd.DataFrame, areas: gpd.GeoDataFrame, population: pd.Series | None) -> gpd.GeoDataFrame:
    """Spread the people of each area over its places.

    Each place of the gazetteer takes a share of its area's people in proportion to its own population there; where
    no place of an area has one, the places share alike. An area without a place gets one at its representative
    point, which always lies inside the polygon.

    Parameters
    ----------
    gazetteer
        `place_id`, `name`, `area_id` (null: by location, up to 1.5 km outside an area), `lat`, `lon`, `population`
        (NaN: unknown), `elevation` in m; and, where it counts them, `people_under_15` and `people_65_plus`.
    areas
        Polygons in EPSG:4326 with `area_id`, `name`.
    population
        People of each area, index `area_id`; NaN when unknown. None: there is no table of areas, and the people of
        an area are those of its places.

    Returns
    -------
    GeoDataFrame
        Points in EPSG:4326: `place_id`, `area_id`, `name`, `weight` (shares of an area add up to 1), `population`
        (weight x people of the area), `own_population` (as in the gazetteer), `elevation`; `people_under_15` and
        `people_65_plus` as in the gazetteer, where the people of an area are those of its places, else NaN.
    """
    located = gpd.GeoDataFrame(
        gazetteer, geometry=gpd.points_from_xy(gazetteer["lon"], gazetteer["lat"]), crs=areas.crs
    )
    known = _with_area(located, areas)
    missing = areas[~areas["area_id"].isin(known["area_id"])]
    points = gpd.GeoDataFrame(
        {
            "place_id": "area-" + missing["area_id"],
            "area_id": missing["area_id"],
            "name": missing["name"],
            "population": float("nan"),
            "elevation": float("nan"),
        },
        geometry=missing.representative_point(),
        crs=areas.crs,
    )
    places = pd.concat([known, points], ignore_index=True) if len(points) else known.reset_index(drop=True)
    own = places["population"]
    # A place without a figure in an area where others have one takes no share: its people are counted in those.
    basis = own.fillna(0.0)
    total = basis.groupby(places["area_id"]).transform("sum")
    count = places.groupby("area_id")["place_id"].transform("count")
    weight = (basis / total.where(total > 0)).fillna(1 / count)
    people = total.where(total > 0) if population is None else places["area_id"].map(population)
    ages = {name: places[name] if name in places and population is None else float("nan") for name in AGES}
    return gpd.GeoDataFrame(
        {
            "place_id": places["place_id"],
            "area_id": places["area_id"],
            "name": places["name"],
            "weight": weight,
            "population": weight * people,
            "own_population": own.astype(float),
            "elevation": places["elevation"].astype(float),
        }
        | ages,
        geometry=places.geometry,
        crs=areas.crs,
    )


def outside(gazetteer: pd.DataFrame, settled: pd.DataFrame) -> list[Message]:
    """Say which places of the gazetteer lie in no area, and so are left out with their people."""
    lost = gazetteer[~gazetteer["place_id"].isin(settled["place_id"])].sort_values("place_id")
    if lost.empty:
        return []
    people, first = lost["population"].sum(), ", ".join(lost["name"].head(3))
    return [
        Message(
            "{number} places with {people} people lie in no area and are left out, such as {first}.",
            number=len(lost),
            people=people,
            first=first,
        )
    ]


def main_places(places: pd.DataFrame) -> pd.DataFrame:
    """Return the place of each area where most of its people are, one row an area, by `area_id`."""
    ordered = places.sort_values(["area_id", "weight", "place_id"], ascending=[True, False, True])
    return ordered.drop_duplicates("area_id")


def people_of_areas(places: pd.DataFrame, areas: pd.Index) -> pd.DataFrame:
    """People of each area as the sum over its places, column `population`; NaN where no place has a figure."""
    people = places.groupby("area_id")["population"].sum(min_count=1).reindex(areas)
    return people.to_frame("population")


def _with_area(gazetteer: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each place its area: the code it carries when that is one, else the polygon it lies in or is near to."""
    coded = gazetteer["area_id"].isin(areas["area_id"])
    area_id = gazetteer["area_id"].where(coded, area_of(gazetteer[~coded], areas, reach_m=grid.NEAR_M))
    return gazetteer.assign(area_id=area_id)[area_id.notna()]
