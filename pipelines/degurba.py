"""Degree of urbanisation: the 1 km class at a point, and the class of an area from where its people live."""

import geopandas as gpd
import numpy as np
import pandas as pd

URBAN_CENTRE = 30
RURAL = (10, 11, 12, 13)
LABELS = {"1": "city", "2": "town or suburb", "3": "rural area"}


def at_points(points: gpd.GeoSeries, cells: pd.DataFrame) -> pd.Series:
    """Level 2 class of the 1 km cell that each point lies in.

    Parameters
    ----------
    points
        Points in any CRS.
    cells
        Columns `x_km`, `y_km` (lower-left corner of the cell in EPSG:3035, km) and `degurba`.

    Returns
    -------
    Series
        Int64, index as `points`; missing where no cell is classified.
    """
    metres = points.to_crs("EPSG:3035").get_coordinates()
    corner = pd.MultiIndex.from_arrays(
        [np.floor(metres["x"] / 1000).astype(int), np.floor(metres["y"] / 1000).astype(int)]
    )
    classes = cells.set_index(["x_km", "y_km"])["degurba"]
    return pd.Series(classes.reindex(corner).to_numpy(), index=points.index).astype("Int64")


def urban_centres(cells: pd.DataFrame) -> gpd.GeoSeries:
    """Centres of the 1 km cells that belong to an urban centre, as points in EPSG:4326."""
    centre = cells[cells["degurba"] == URBAN_CENTRE]
    points = gpd.points_from_xy(centre["x_km"] * 1000 + 500, centre["y_km"] * 1000 + 500, crs="EPSG:3035")
    return gpd.GeoSeries(points).to_crs("EPSG:4326")


def of_areas(places: pd.DataFrame, areas: pd.Index) -> pd.Series:
    """Class of each area by the share of its people in each kind of cell.

    The rule of Eurostat, Applying the Degree of Urbanisation (2021): 1 city when at least half of the people live
    in urban centres; else 3 rural area when at least half live in rural cells; else 2 town or suburb. People are
    taken at the places of the area, an approximation of the population grid that the manual asks for.

    Parameters
    ----------
    places
        Columns `area_id`, `weight` (share of the people of the area), `degurba` (level 2 class at the place).
    areas
        Ids of the areas wanted.

    Returns
    -------
    Series
        "1", "2" or "3", index as `areas`; missing where less than half of the people are at places with a class.
    """
    known = places[places["degurba"].notna()]
    weight = known.groupby("area_id")["weight"].sum().reindex(areas).fillna(0.0)
    centre = _share(known[known["degurba"] == URBAN_CENTRE], areas) / weight
    rural = _share(known[known["degurba"].isin(RURAL)], areas) / weight
    label = pd.Series("2", index=areas, dtype=str).mask(rural >= 0.5, "3").mask(centre >= 0.5, "1")
    return label.where(weight >= 0.5)


def _share(places: pd.DataFrame, areas: pd.Index) -> pd.Series:
    return places.groupby("area_id")["weight"].sum().reindex(areas).fillna(0.0)
