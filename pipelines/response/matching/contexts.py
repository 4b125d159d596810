"""Where projects work and where areas are, in the same figures, so that the two can be compared.

Context is what a project cannot choose: the size of its place, how urban it is, how far cities are; and, where the home
of a project lies in a built territory, density and age of that area. Distances are straight lines in kilometres, for
areas from their main place to the places of the territory, so that a city across the border does not count.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.i18n import mark
from pipelines.access.partners import LOCATED
from pipelines.access.places import TOWN_SIZES
from pipelines.access.travel.model import LINE
from pipelines.priority.peers import Feature

CONTEXT = (
    Feature("place_population", "Size", "ratio"),
    Feature("degurba", "Settlement", "class"),
    Feature("population_density", "Settlement", "ratio"),
    Feature("km_5000", "Remoteness"),
    Feature("km_50000", "Remoteness"),
    Feature("km_250000", "Remoteness"),
    Feature("share_under_15", "Age"),
    Feature("share_65_plus", "Age"),
)
OF_AREAS = ("population_density", "share_under_15", "share_65_plus")
UNCOMPILED = mark("No context was compiled for this project, and its home is not in this territory")


def of_areas(table: pd.DataFrame, main_places: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> pd.DataFrame:
    """Context of every area.

    Parameters
    ----------
    table
        All areas, index `area_id`, with those of `OF_AREAS` that the territory has.
    main_places
        One point an area, EPSG:4326, with `area_id`, `own_population` and `degurba` (level 2).
    places
        All places, with `own_population`; empty for a territory without.

    Returns
    -------
    DataFrame
        Columns of `CONTEXT`, index as `table`; NaN where not known, of all for an area without a place.
    """
    found = pd.DataFrame({name: table.get(name, pd.Series(np.nan, index=table.index)) for name in OF_AREAS})
    main = main_places.set_index("area_id")
    spots = pd.DataFrame(
        {
            "place_population": main["own_population"].astype(float),
            "degurba": level_1(main["degurba"]),
        }
    )
    for size in TOWN_SIZES:
        large = places[places["own_population"] >= size]
        km = LINE.nearest(main.geometry, large.geometry).km[:, 0] if len(main) else np.empty(0)
        spots[f"km_{size}"] = np.where(np.isinf(km), np.nan, km)
    return found.join(spots)[[each.indicator for each in CONTEXT]].astype(float)


def of_projects(
    projects: gpd.GeoDataFrame, compiled: pd.DataFrame, homes: pd.Series, areas: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series]:
    """Context of every project.

    Parameters
    ----------
    projects
        Layer `projects`.
    compiled
        Layer `project_contexts`.
    homes
        Area that each project lies in, by `project_id`; missing outside of the territory.
    areas
        As `of_areas` gives.

    Returns
    -------
    tuple
        Columns of `CONTEXT`, index `project_id`; and the reason for each project whose context is not known. One that
        the layer does not know takes the context of its home.
    """
    ids = pd.Index(projects["project_id"])
    known = compiled.set_index("project_id")
    located = projects.set_index("project_id")["precision"].isin(LOCATED)
    context = pd.DataFrame(
        {
            "place_population": known["place_population"],
            "degurba": level_1(known["degurba_code"]),
        }
        | {f"km_{size}": known[f"km_{size}"] for size in TOWN_SIZES}
    ).reindex(ids)
    at_home = areas.reindex(homes.reindex(ids)).set_axis(ids)
    compiled_here = ids.isin(known.index[known["unknown"].isna()])
    whole = at_home.copy()
    whole.loc[compiled_here, context.columns] = context[compiled_here].astype(float)
    whole[~located.to_numpy()] = np.nan
    said = known["unknown"].reindex(ids)
    reasons = said.where(said.notna(), UNCOMPILED)[whole.isna().all(axis=1)]
    return whole[[each.indicator for each in CONTEXT]].astype(float), reasons


def level_1(codes: pd.Series) -> pd.Series:
    """Degree of urbanisation of level 1 (1 city, 2 town or suburb, 3 rural) from the codes of level 2.

    Examples
    --------
    >>> level_1(pd.Series([30, 23, 11])).tolist()
    [1.0, 2.0, 3.0]
    """
    return 4 - codes.astype(float) // 10
