"""Where the people of a territory live: its places, the 1 km cells around them, and the people of its areas."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.schema import by_id
from pipelines.access import places
from pipelines.access.remoteness import degurba
from pipelines.build import population
from pipelines.build.inputs import Inputs


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
        Degree of urbanisation by area_id; empty where there are no cells.
    notes
        What was left out, one sentence each.
    """

    people: pd.DataFrame
    places: gpd.GeoDataFrame
    main: gpd.GeoDataFrame
    cells: pd.DataFrame
    grid: pd.DataFrame | None
    classes: pd.Series
    notes: list[str]


def settle(given: Inputs) -> Settlement:
    """Spread the people of the areas over places, and class places and areas by the cells they lie in."""
    ids = pd.Index(given.areas["area_id"].sort_values(), name="area_id")
    people = population.people(given.population, ids) if given.population is not None else None
    cells = given.degurba if given.grid is None else degurba.from_grid(given.grid)
    if given.places is not None and cells is None:
        return _centred(given, ids)
    if given.places is None or cells is None:
        nowhere = schema.empty("places")
        people = pd.DataFrame(index=ids) if people is None else people
        return Settlement(people, nowhere, nowhere, pd.DataFrame(), None, pd.Series(dtype=str), [])
    settled = places.spread(given.places, given.areas, None if people is None else people["population"])
    settled = by_id(settled, "place_id")
    settled["degurba"] = degurba.at_points(settled.geometry, cells)
    return Settlement(
        people=places.people_of_areas(settled, ids) if people is None else people,
        places=settled,
        main=places.main_places(settled),
        cells=cells,
        grid=None if given.grid is None else cells,
        classes=degurba.of_areas(settled, ids) if given.grid is None else degurba.of_areas_on_grid(cells, given.areas),
        notes=places.outside(given.places, settled),
    )


def _centred(given: Inputs, ids: pd.Index) -> Settlement:
    """Take the people of an area to be at its one place, where no cells say more; an area without a place has none."""
    assert given.places is not None
    placed = given.areas[given.areas.geometry.notna()]
    settled = by_id(places.spread(given.places, placed, None), "place_id")
    settled["degurba"] = pd.array([pd.NA] * len(settled), dtype="Int64")
    return Settlement(
        people=pd.DataFrame(index=ids),
        places=settled,
        main=places.main_places(settled),
        cells=pd.DataFrame(),
        grid=None,
        classes=pd.Series(dtype=str),
        notes=places.outside(given.places, settled),
    )
