"""Degree of urbanisation: the 1 km class at a point, and the class of an area from where its people live."""

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata import grid
from geodata.i18n import mark
from pipelines.access.remoteness import degurba_grid, typology

NEAR_KM = 1.5
URBAN_CENTRE = 30
RURAL = (10, 11, 12, 13)
# Classes of level 1 in the codes of level 2, whose tens they are.
CODES = {degurba_grid.CENTRE: URBAN_CENTRE, degurba_grid.CLUSTER: 20, degurba_grid.RURAL: 10}
LABELS = {"1": mark("city"), "2": mark("town or suburb"), "3": mark("rural area")}


def published(values: pd.DataFrame) -> pd.Series:
    """Class of each area ("1", "2" or "3") as its publisher says it, from the indicator `degurba_class`."""
    known = values["degurba_class"]
    return known.astype("Int64").astype("str").where(known.notna())


def from_grid(people: pd.DataFrame) -> pd.DataFrame:
    """Find the class of 1 km cells from their people.

    Parameters
    ----------
    people
        Columns `x_km`, `y_km` (lower-left corner of the cell in EPSG:3035, km) and `population`.

    Returns
    -------
    DataFrame
        The same with `degurba` (30 urban centre, 20 urban cluster, 10 rural, not divided further) and the columns of
        `degurba_grid.classify`.
    """
    classes = degurba_grid.classify(people)
    return people.join(classes).assign(degurba=classes["kind"].map(CODES).astype("int64"))


def at_points(points: gpd.GeoSeries, cells: pd.DataFrame) -> pd.Series:
    """Level 2 class of the 1 km cell that each point lies in, or of the nearest one where its own has none.

    The class of a cell is that of its centre, which lies in the sea for some cells of the coast; the nearest
    classified cell stands in for them when its centre is within 1.5 km of the point.

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
    km = points.to_crs("EPSG:3035").get_coordinates().to_numpy() / 1000
    corners = pd.MultiIndex.from_arrays(np.floor(km).astype(int).T)
    classes = cells.set_index(["x_km", "y_km"])["degurba"]
    own = pd.Series(classes.reindex(corners).to_numpy(), index=points.index)
    without = own.isna().to_numpy()
    if without.any() and len(cells):
        distance, nearest = cKDTree(cells[["x_km", "y_km"]].to_numpy() + 0.5).query(km[without])
        stand_in = classes.to_numpy()[nearest]
        own[without] = np.where(distance <= NEAR_KM, stand_in, np.nan)
    return own.astype("Int64")


def urban_centres(cells: pd.DataFrame) -> gpd.GeoSeries:
    """Centres of the 1 km cells that belong to an urban centre, points in EPSG:4326, index the ids of the cells."""
    return grid.centres(cells[cells["degurba"] == URBAN_CENTRE]).to_crs("EPSG:4326")


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
    weight = _share(known, areas)
    centre = _share(known[known["degurba"] == URBAN_CENTRE], areas) / weight
    rural = _share(known[known["degurba"].isin(RURAL)], areas) / weight
    classes = typology.lau_class(pd.DataFrame({degurba_grid.CENTRE: centre, degurba_grid.RURAL: rural}))
    return classes.where(weight >= typology.HALF)


def of_areas_on_grid(cells: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
    """Class of each area by the share of its people in each kind of cell, from the people in the cells themselves.

    Parameters
    ----------
    cells
        As `from_grid` gives.
    areas
        Polygons with `area_id`.

    Returns
    -------
    Series
        "1", "2" or "3" by area id; areas without people in the grid are left out.
    """
    owner = grid.owners(cells, areas.set_index("area_id").geometry)
    return typology.lau_class(typology.shares(cells, owner))


def _share(places: pd.DataFrame, areas: pd.Index) -> pd.Series:
    return places.groupby("area_id")["weight"].sum().reindex(areas).fillna(0.0)
