"""Where the people of a territory live: its places, the 1 km cells around them, and the people of its areas."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.i18n.message import Message
from geodata.schema import by_id
from pipelines.access import places
from pipelines.access.remoteness import degurba
from pipelines.build import population


@dataclass(frozen=True)
class Settlement:
    """People and places.

    Attributes
    ----------
    people
        People indicators, index area_id, sorted; without a column where no layer of the recipe counts people.
    places
        The layer `places`, with its ids as index.
    main
        The place of each area where most of its people are.
    cells
        1 km cells with `degurba`.
    grid
        The cells, where their class was found from the people in them; None where it was given.
    classes
        Degree of urbanisation by area_id, derived from the cells; empty where there are none.
    agreement
        How often such classes equal published ones; None where there are no cells.
    notes
        What was left out, one sentence each.
    """

    people: pd.DataFrame
    places: gpd.GeoDataFrame
    main: gpd.GeoDataFrame
    cells: pd.DataFrame
    grid: pd.DataFrame | None
    classes: pd.Series
    agreement: degurba.Agreement | None
    notes: list[Message]


def settle(
    areas: gpd.GeoDataFrame,
    points: pd.DataFrame | None,
    residents: pd.DataFrame | None,
    *,
    degurba_cells: pd.DataFrame | None,
    people_cells: pd.DataFrame | None,
) -> Settlement:
    """Spread the people of the areas over places, and class places and areas by the cells they lie in.

    Parameters
    ----------
    areas, points, residents
        Areas, places and population, as `Inputs` has them; None where the recipe has no such layer.
    degurba_cells, people_cells
        1 km cells with their class, or with their people, from whom the class is found.
    """
    ids = pd.Index(areas["area_id"].sort_values(), name="area_id")
    people = population.people(residents, ids) if residents is not None else None
    cells = degurba_cells if people_cells is None else degurba.from_grid(people_cells)
    if points is not None and cells is None:
        return _at_centres(areas, points, ids)
    if points is None or cells is None:
        nowhere = schema.empty("places")
        people = pd.DataFrame(index=ids) if people is None else people
        return Settlement(people, nowhere, nowhere, pd.DataFrame(), None, pd.Series(dtype=str), None, [])
    layer = places.spread(points, areas, None if people is None else people["population"])
    layer = by_id(layer, "place_id")
    layer["degurba"] = degurba.at_points(layer.geometry, cells)
    layer["settlement_population"] = degurba.settlement_population(layer, None if people_cells is None else cells)
    people = places.people_of_areas(layer, ids) if people is None else people
    return Settlement(
        people=people,
        places=layer,
        main=places.main_places(layer),
        cells=cells,
        grid=None if people_cells is None else cells,
        classes=degurba.of_areas(cells, areas, people["population"])
        if people_cells is None
        else degurba.of_areas_on_grid(cells, areas),
        agreement=degurba.FROM_CLASSES if people_cells is None else degurba.FROM_PEOPLE,
        notes=places.outside(points, layer),
    )


def _at_centres(areas: gpd.GeoDataFrame, points: pd.DataFrame, ids: pd.Index) -> Settlement:
    """Take the people of an area to be at its one place, where no cells say more; an area without a place has none."""
    located = areas[areas.geometry.notna()]
    layer = by_id(places.spread(points, located, None), "place_id")
    layer["degurba"] = pd.array([pd.NA] * len(layer), dtype="Int64")
    layer["settlement_population"] = layer["own_population"]
    return Settlement(
        people=pd.DataFrame(index=ids),
        places=layer,
        main=places.main_places(layer),
        cells=pd.DataFrame(),
        grid=None,
        classes=pd.Series(dtype=str),
        agreement=None,
        notes=places.outside(points, layer),
    )
