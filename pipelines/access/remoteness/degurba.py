"""Degree of urbanisation: the 1 km class at a point, and the class of an area from the cells its people live in."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from geodata import grid
from geodata.i18n import mark
from geodata.i18n.message import Message, Number
from pipelines.access.remoteness import degurba_grid, typology

CLASS = "degurba_class"
NEAR_KM = 1.5
URBAN_CENTRE = 30
WATER = 10
RURAL = (10, 11, 12, 13)
# Classes of level 1 in the codes of level 2, whose tens they are.
CODES = {degurba_grid.CENTRE: URBAN_CENTRE, degurba_grid.CLUSTER: 20, degurba_grid.RURAL: 10}
# Least and most people per km2 of a cell of each class of level 2, as its definition has them (Eurostat 2021): 11 below
# 50, 12 from 50, urban and clustered cells from 300, 23 and 30 from 1,500; 13, 21 and 22 have below 5,000, since denser
# cells with as many people are of a dense town. What 23 and 30 hold at the most is not defined: the densest there are.
PEOPLE = {
    10: (1e-9, 1e-9),
    11: (1.0, 50.0),
    12: (50.0, 300.0),
    13: (300.0, 5_000.0),
    21: (300.0, 5_000.0),
    22: (300.0, 5_000.0),
    23: (1_500.0, 10_000.0),
    30: (1_500.0, 20_000.0),
}
# Halvings of the range in which a point is looked for: to a billionth.
STEPS = 30
LABELS = {"1": mark("city"), "2": mark("town or suburb"), "3": mark("rural area")}


@dataclass(frozen=True)
class Agreement:
    """How often a class that is derived here equals the one that Eurostat published for 2019.

    Attributes
    ----------
    share
        Of the areas in %, as tests/reference measures it.
    areas
        How many were compared.
    country
        Where.
    """

    share: float
    areas: int
    country: str

    @property
    def message(self) -> Message:
        """How often the two are equal, as a sentence."""
        return Message(
            "Derived here, not Eurostat's own: equal to the class published for 2019 in {share} % of {areas} "
            "municipalities of {country}",
            share=Number(self.share, 1),
            areas=self.areas,
            country=Message(self.country),
        )


# From cells of which only the class is known, and from the people in the cells.
FROM_CLASSES = Agreement(90.4, 7_884, mark("Italy"))
FROM_PEOPLE = Agreement(99.5, 212, mark("Slovenia"))


def published(values: pd.DataFrame) -> pd.Series:
    """Class of each area ("1", "2" or "3") as its publisher says it, from the indicator `degurba_class`.

    Missing for all where no source gives it.
    """
    if CLASS not in values:
        return pd.Series(index=values.index, dtype="str")
    known = values[CLASS]
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
    classes = cells["degurba"]
    own = _of_own_cell(points, cells, classes)
    without = own.isna().to_numpy()
    if without.any() and len(cells):
        distance, nearest = cKDTree(cells[["x_km", "y_km"]].to_numpy() + 0.5).query(_km(points)[without])
        stand_in = classes.to_numpy()[nearest]
        own[without] = np.where(distance <= NEAR_KM, stand_in, np.nan)
    return own.astype("Int64")


def settlement_population(places: gpd.GeoDataFrame, cells: pd.DataFrame | None) -> pd.Series:
    """People of the settlement that each place is in.

    A cell of 1 km is no settlement, nor is a suburb that a gazetteer lists by itself: where the people of cells are
    known, a place has the people of all densely settled cells that touch its own (`degurba_grid.settlements`), unless
    the gazetteer gives it more.

    Parameters
    ----------
    places
        Points with `own_population`; NaN when unknown.
    cells
        `x_km`, `y_km`, `population` by cell; None without a population grid: the gazetteer alone knows.

    Returns
    -------
    Series
        Index as `places`; NaN when unknown.
    """
    own: pd.Series = places["own_population"]
    if cells is None:
        return own
    around = _of_own_cell(places.geometry, cells, degurba_grid.settlements(cells)).fillna(0.0)
    return pd.Series(np.fmax(own, around), index=places.index)


def _of_own_cell(points: gpd.GeoSeries, cells: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Value of the cell that each point lies in, missing where there is none."""
    corners = pd.MultiIndex.from_arrays(list(np.floor(_km(points)).astype(int).T))
    by_corner = values.set_axis(pd.MultiIndex.from_frame(cells[["x_km", "y_km"]]))
    return pd.Series(by_corner.reindex(corners).to_numpy(), index=points.index)


def _km(points: gpd.GeoSeries) -> npt.NDArray[np.float64]:
    """Coordinates in EPSG:3035, km, shape (n, 2)."""
    return np.asarray(points.to_crs(grid.CRS).get_coordinates().to_numpy() / 1000)


def urban_centres(cells: pd.DataFrame) -> gpd.GeoSeries:
    """Centres of the 1 km cells that belong to an urban centre, points in EPSG:4326, index the ids of the cells."""
    return grid.centres(cells[cells["degurba"] == URBAN_CENTRE]).to_crs("EPSG:4326")


def of_areas(cells: pd.DataFrame, areas: gpd.GeoDataFrame, people: pd.Series) -> pd.Series:
    """Class of each area from the classes of its 1 km cells, whose people are not known.

    The rule of Eurostat, Applying the Degree of Urbanisation (2021): 1 city when at least half of the people live in
    urban centres; else 3 rural area when at least half live in rural cells; else 2 town or suburb. The people of the
    area are spread over its cells as `people_by_class` does. An area with fewer people than its cells hold at the
    least is no city: cells of an urban centre would be too thinly settled to be any.

    Parameters
    ----------
    cells
        `x_km`, `y_km` (lower-left corner, EPSG:3035), `degurba` (level 2 class).
    areas
        Polygons with `area_id`.
    people
        People of each area, index the area ids; NaN when unknown.

    Returns
    -------
    Series
        "1", "2" or "3", index as `people`; missing where an area has no cell with a class, or water only.
    """
    outlines = areas.set_index("area_id").geometry
    owner = grid.owners(cells, outlines)
    # An area too small for the centre of a cell has the class of the cell that it lies in.
    small = at_points(outlines[~outlines.index.isin(owner)].representative_point(), cells).dropna()
    area = np.concatenate([owner.to_numpy(), small.index])
    km2 = pd.crosstab(area, np.concatenate([cells["degurba"], small])).astype(float)
    km2 = km2.reindex(index=people.index, columns=list(PEOPLE), fill_value=0.0)
    spread = people_by_class(km2, people)
    total = spread.sum(axis=1)
    thin = people < km2 @ pd.Series({name: low for name, (low, _) in PEOPLE.items()})
    centre = (spread[URBAN_CENTRE] / total).mask(thin, 0.0)
    shares = pd.DataFrame({degurba_grid.CENTRE: centre, degurba_grid.RURAL: spread[list(RURAL)].sum(axis=1) / total})
    return typology.lau_class(shares).where(km2.drop(columns=WATER).sum(axis=1) > 0)


def people_by_class(km2: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """People of each area by the class of the cells that they live in.

    A cell of class c holds low(c) to high(c) people per km2, see `PEOPLE`. All cells of an area stand at the same
    point t of their ranges, low(c)^(1 - t) high(c)^t, the one at which they hold the people of the area.

    Parameters
    ----------
    km2
        Cells of each area by class: index the area ids, columns level 2 classes.
    people
        People of each area, index as `km2`; NaN when unknown, then t is a half.

    Returns
    -------
    DataFrame
        As `km2`. Rows add up to the people of the area, if its cells can hold as many: t stays between 0 and 1.
    """
    low, high = (np.log([PEOPLE[int(str(name))][end] for name in km2.columns]) for end in (0, 1))
    land, wanted = km2.to_numpy(dtype=float), people.to_numpy(dtype=float)

    def held(t: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(land * np.exp(low + (high - low) * t[:, None]))

    least, most = np.zeros(len(km2)), np.ones(len(km2))
    for _ in range(STEPS):
        middle = (least + most) / 2
        more = held(middle).sum(axis=1) < wanted
        least, most = np.where(more, middle, least), np.where(more, most, middle)
    t = np.where(np.isnan(wanted), 0.5, (least + most) / 2)
    return pd.DataFrame(held(t), index=km2.index, columns=km2.columns)


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
