"""Municipalities of a country (Eurostat GISCO): outlines of the local administrative units (LAU) of Europe.

One file holds the municipalities of all countries, each by its official code, which is unique inside a country only:
`GISCO_ID` puts the country before it, as Eurostat writes it (EL, UK).
"""

from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from geodata.catalogue import Source
from geodata.countries import eurostat
from geodata.errors import InputError
from geodata.schema import CRS
from pipelines.sources.eurostat import lau_table
from pipelines.sources.formats import coverage
from pipelines.sources.formats.tables import require


def areas(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Municipalities of the source's country and region: `area_id` (LAU code), `name`, polygons that fit each other.

    The size of an area is not taken from `AREA_KM2` but measured, as it is for other territories.

    Parameters
    ----------
    source
        Its first file is the GeoJSON of the municipalities of Europe, its second the table that says their regions.
    folder
        Of the files.

    Raises
    ------
    InputError
        The file cannot be read or lacks a column, has no municipality of the country or region, or one has no outline.
    """
    path = folder / source.files[0]
    found = read(path, eurostat(source.country), columns=source.columns)
    if source.region:
        listed = lau_table.read(folder / source.files[1], source.country)
        found = found[found["area_id"].isin(listed["area_id"][listed["nuts3"].str.startswith(source.region)])]
    if found.empty:
        raise InputError(f"{path} has no municipality of {source.region or source.country}; use a file that holds it.")
    found = found.sort_values("area_id", ignore_index=True)
    return found.set_geometry(gpd.GeoSeries(coverage.mend(found.geometry.to_numpy()), crs=CRS))


def read(
    path: Path, country: str, *, columns: tuple[str, ...] = ("CNTR_CODE", "LAU_ID", "LAU_NAME")
) -> gpd.GeoDataFrame:
    """Read the municipalities of one country by Eurostat's code: `area_id`, `name`, valid polygons in EPSG:4326.

    A municipality in several features is put together.

    Raises
    ------
    InputError
        The file cannot be read or lacks a column, or a municipality has no code or no outline.
    """
    try:
        require(pyogrio.read_info(path)["fields"], columns, str(path))
        table = gpd.read_file(path, where=f"CNTR_CODE = '{country}'")
    except (RuntimeError, OSError) as error:
        raise InputError(f"{path} is no GeoJSON of municipalities; fetch it again.") from error
    code = table["LAU_ID"].astype("str")
    if code.isna().any() or table.geometry.isna().any():
        lacking = table["LAU_NAME"][code.isna() | table.geometry.isna()].iloc[0]
        raise InputError(f"{path} has no code or no outline of {lacking}; fetch it again.")
    table = table.to_crs(CRS).assign(area_id=code, name=table["LAU_NAME"].astype("str"))
    table = table.dissolve("area_id", as_index=False) if code.duplicated().any() else table
    shapes = shapely.make_valid(table.geometry.to_numpy(), method="structure", keep_collapsed=False)
    return gpd.GeoDataFrame(table[["area_id", "name"]], geometry=shapes, crs=CRS)
