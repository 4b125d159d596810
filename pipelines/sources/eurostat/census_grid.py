"""The 1 km population grid of the censuses of 2011 and 2021 (Eurostat GEOSTAT), and its populated cells as places."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import grid as cells
from geodata.catalogue import Source
from geodata.countries import countries
from geodata.errors import InputError
from pipelines.sources.formats.tables import read_csv
from pipelines.sources.osm import extract as osm

COUNTRY = "CNTR_CODE"


def grid(source: Source, folder: Path) -> pd.DataFrame:
    """Cells with people: `x_km`, `y_km` (lower-left corner, EPSG:3035), `population`.

    Parameters
    ----------
    source
        Its first file is a CSV with `GRD_ID` and the people, `TOT_P` in 2011 and `T` in 2021. Where cells have a
        country, `CNTR_CODE`, those of the source's are read, if it has one.
    folder
        Of the file.

    Raises
    ------
    InputError
        The file cannot be read, has no cell of the country, or a cell is not understood, occurs twice, or has no number
        of people.
    """
    path = folder / source.files[0]
    table = read_csv(path.read_bytes(), source.columns, str(path))
    if source.country and COUNTRY in table:
        table = table[table[COUNTRY].isin(countries(source.country))].reset_index(drop=True)
        if table.empty:
            raise InputError(f"{path} has no cell of {source.country}; use the grid of that country or of Europe.")
    people = next((name for name in ("TOT_P", "T") if name in table), "TOT_P")
    found: pd.DataFrame = cells.cells(table, people_column=people)
    return found


def places(source: Source, folder: Path) -> pd.DataFrame:
    """Populated cells as places: `place_id`, `name`, `area_id` (null: by location), `lat`, `lon`, `population`.

    A place stands at the centre of its cell and is named after the settlement nearest to it. A column `elevation` is
    there too, not known.

    Parameters
    ----------
    source
        Its first file is the grid, its second an OpenStreetMap extract with the settlements.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read, the grid has no people, or the extract no settlements.
    """
    lived = grid(source, folder).query("population > 0")
    if lived.empty:
        raise InputError(f"{folder / source.files[0]} has no cell with people; take places from another source.")
    centres = gpd.GeoDataFrame(
        {"place_id": cells.ids(lived).to_numpy(), "population": lived["population"].to_numpy()},
        geometry=cells.centres(lived).to_numpy(),
        crs=cells.CRS,
    )
    settlements = osm.read_places(folder / source.files[1]).to_crs(cells.CRS)
    named = centres.sjoin_nearest(settlements[["name", "geometry"]])
    # As far from two settlements, the first name decides.
    named = named.sort_values(["place_id", "name"]).drop_duplicates("place_id", ignore_index=True)
    at = named.geometry.to_crs("EPSG:4326")
    return pd.DataFrame(
        {
            "place_id": named["place_id"],
            "name": named["name"],
            "area_id": pd.Series(None, index=named.index, dtype="str"),
            "lat": at.y,
            "lon": at.x,
            "population": named["population"],
            "elevation": float("nan"),
        }
    )
