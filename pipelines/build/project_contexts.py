"""Contexts of the listed projects: the degree of urbanisation where they are, their place, and cities near them."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.schema import CRS
from pipelines.access.partners import LOCATED
from pipelines.access.places import TOWN_SIZES
from pipelines.access.travel.model import LINE
from pipelines.sources.world.degurba import Lookup

# A point stands for its town; a place farther away is another one.
NEAR_KM = 5.0
# Parts of a place, and places that nobody lives in any more, are no places to go to.
NO_PLACES = ("PPLX", "PPLH", "PPLQ", "PPLW", "PPLCH")
UNKNOWN = {
    "region": "Its location is known only to a region",
    "seat": "Only the seat of its organisation is known, which may be far from where it works",
}


def read(projects: pd.DataFrame, places: pd.DataFrame, lookup: Lookup) -> pd.DataFrame:
    """Describe where each project is.

    Parameters
    ----------
    projects
        `id`, `precision`, `lat`, `lon` (degrees), as text or numbers.
    places
        As `geonames.read` gives, of all countries.
    lookup
        (lon, lat) in degrees -> DEGURBA level 2 class, or None without data.

    Returns
    -------
    DataFrame
        One row a project, by `project_id`: `degurba_code` (class of the 1 km cell); id, name and population of its
        place, the nearest of `places` within 5 km, and `place_km` to it; straight-line `km_5000`, `km_50000`,
        `km_250000` to the nearest place of so many people; `unknown` says why a project has none of these.
    """
    located = projects["precision"].isin(LOCATED).to_numpy()
    known = projects[located]
    lon, lat = (known[name].astype(float).to_numpy() for name in ("lon", "lat"))
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=CRS)
    proper = places[~places["rank"].isin(NO_PLACES)].reset_index(drop=True)
    found = pd.DataFrame({"degurba_code": [lookup(*point) for point in zip(lon.tolist(), lat.tolist(), strict=True)]})

    near = LINE.nearest(points, _points(proper))
    km = near.km[:, 0]
    own = proper.iloc[near.index[:, 0]].reset_index(drop=True)
    named = own.loc[km <= NEAR_KM, ["place_id", "name", "population"]].reindex(own.index)
    found[["place_id", "place_name", "place_population"]] = named
    found["place_km"] = np.where(km <= NEAR_KM, km.round(1), np.nan)
    for size in TOWN_SIZES:
        large = proper[proper["population"] >= size]
        found[f"km_{size}"] = LINE.nearest(points, _points(large)).km[:, 0].round(1)
    whole = found.set_axis(known["id"], axis=0).reindex(projects["id"])
    whole["unknown"] = projects["precision"].map(UNKNOWN).to_numpy()
    for column in ("degurba_code", "place_population"):
        whole[column] = whole[column].astype("Int64")
    return whole.rename_axis("project_id").reset_index().sort_values("project_id", ignore_index=True)


def _points(places: pd.DataFrame) -> gpd.GeoSeries:
    return gpd.GeoSeries(gpd.points_from_xy(places["lon"], places["lat"]), crs=CRS)
