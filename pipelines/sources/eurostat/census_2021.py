"""The 1 km population grid of the census of 2021 with ages (Eurostat), as cells, places and figures of areas.

One file holds all countries, as Parquet, GeoPackage or CSV. A cell counts where its centre lies, be it abroad: cells up
to 20 km outside the country stay in the grid, so that a town across the border is one, and belong to no area. A number
below 0 is Eurostat's code for one that is not published.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pyogrio

from geodata import grid as cells
from geodata.catalogue import Source
from geodata.countries import eurostat
from geodata.errors import InputError
from geodata.geometry import area_of
from geodata.i18n import mark
from geodata.i18n.message import Message
from pipelines.sources.eurostat import gisco_lau
from pipelines.sources.formats.figures import figures
from pipelines.sources.formats.parsing import once
from pipelines.sources.formats.tables import read_csv, require
from pipelines.sources.world import geonames

AGES = {"Y_LT15": "people_under_15", "Y_GE65": "people_65_plus"}
PARTLY = mark("Some cells of the area have no published ages; the figure is that of the others")
NOT_PUBLISHED = mark("No cell of the area has published ages")
# Around the country, in km: as far as a town across the border reaches.
MARGIN_KM = 20


def grid(source: Source, folder: Path) -> pd.DataFrame:
    """Cells with people: `x_km`, `y_km` (lower-left corner, EPSG:3035), `population`, `area_id` (null: in no area).

    Parameters
    ----------
    source
        Its files are the grid, GISCO's municipalities, the workbook that says their regions, and GeoNames places.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read or lacks a column, a cell is not understood or occurs twice, or no area has people.
    """
    return _lived(source, folder)[["x_km", "y_km", "population", "area_id"]]


def places(source: Source, folder: Path) -> pd.DataFrame:
    """Populated cells as places: `place_id`, `name`, `area_id`, `lat`, `lon`, `population`, `elevation` (not known).

    A place stands at the centre of its cell and is named after the populated place of GeoNames nearest to it. Its
    `people_under_15` and `people_65_plus` are those of the cell; one whose ages are not published takes the shares of
    the other cells of its area.
    """
    inside = _lived(source, folder).dropna(subset=["area_id"]).reset_index(drop=True)
    shares = _shares(inside)
    centres = gpd.GeoDataFrame(
        {
            "place_id": cells.ids(inside).to_numpy(),
            "population": inside["population"].to_numpy(),
            "area_id": inside["area_id"].to_numpy(),
        }
        | {
            group: inside[column].fillna(inside["population"] * inside["area_id"].map(shares[column])).to_numpy()
            for column, group in AGES.items()
        },
        geometry=cells.centres(inside).to_numpy(),
        crs=cells.CRS,
    )
    known = geonames.read((folder / source.files[3]).read_bytes(), country=source.country)
    if known.empty:
        raise InputError(f"{folder / source.files[3]} has no populated place of {source.country}; fetch it again.")
    settlements = gpd.GeoDataFrame(
        known[["name"]], geometry=gpd.points_from_xy(known["lon"], known["lat"]), crs="EPSG:4326"
    ).to_crs(cells.CRS)
    named = centres.sjoin_nearest(settlements)
    # As far from two settlements, the first name decides.
    named = named.sort_values(["place_id", "name"]).drop_duplicates("place_id", ignore_index=True)
    at = named.geometry.to_crs("EPSG:4326")
    return pd.DataFrame(named[["place_id", "name", "area_id", "population", *AGES.values()]]).assign(
        lat=at.y, lon=at.x, elevation=float("nan")
    )


def published(source: Source, folder: Path) -> pd.DataFrame:
    """People aged 65 and over, and shares of them and of those under 15, by area, as `figures.figures`.

    Cells whose ages are not published take the shares of the other cells of their area, which is said.
    """
    inside = _lived(source, folder).dropna(subset=["area_id"])
    tables = []
    total, shares = inside.groupby("area_id")["population"].sum(), _shares(inside)
    for column, share in zip(AGES, ("share_under_15", "share_65_plus"), strict=True):
        told = inside[inside[column].notna()]
        people = told.groupby("area_id")["population"].sum().reindex(total.index)
        values = 100 * shares[column]
        reasons = pd.Series(PARTLY, index=total.index, dtype=str).where(people < total)
        reasons = reasons.mask(values.isna(), NOT_PUBLISHED)
        tables.append(figures(values, indicator=share, year=source.year, reasons=reasons))
        if share == "share_65_plus":
            tables.append(figures(values * total / 100, indicator="people_65_plus", year=source.year, reasons=reasons))
    return pd.concat(tables, ignore_index=True)


def _shares(inside: pd.DataFrame) -> pd.DataFrame:
    """Share of each age among the people of an area, by the cells whose ages are published, `AGES` as columns."""
    shares = {}
    for column in AGES:
        told = inside[inside[column].notna()].groupby("area_id")
        people = told["population"].sum()
        shares[column] = told[column].sum() / people.where(people > 0)
    return pd.DataFrame(shares, index=sorted(inside["area_id"].unique()))


def notes(source: Source, folder: Path) -> list[Message]:
    """How many cells have no published number of people or of ages."""
    lived = _lived(source, folder)
    inside = lived.dropna(subset=["area_id"])
    silent = int(inside[list(AGES)].isna().any(axis=1).sum())
    found = []
    if unknown := int(lived.attrs["unknown"]):
        found.append(
            Message("{number} cells of the grid have no published number of people and are left out.", number=unknown)
        )
    if silent:
        found.append(
            Message("{number} of {all} cells with people have no published ages.", number=silent, all=len(inside))
        )
    return found


@once
def _lived(source: Source, folder: Path) -> pd.DataFrame:
    """Cells with people in and around the country, with `area_id` and ages."""
    path = folder / source.files[0]
    municipalities = gisco_lau.areas(_of_areas(source), folder)
    table = _table(path, source.columns)
    found = cells.corners(table["GRD_ID"]).join(table.drop(columns="GRD_ID"))
    west, south, east, north = municipalities.to_crs(cells.CRS).total_bounds / 1000
    around = found["x_km"].between(west - MARGIN_KM, east + MARGIN_KM)
    found = found[around & found["y_km"].between(south - MARGIN_KM, north + MARGIN_KM)].reset_index(drop=True)
    if found.duplicated(["x_km", "y_km"]).any():
        raise InputError(
            f"{path} has a cell twice, such as {cells.ids(found)[found.duplicated(['x_km', 'y_km'])].iloc[0]}."
        )
    numbers = found[["T", *AGES]].apply(pd.to_numeric, errors="coerce").astype(float)
    numbers = numbers.where((numbers >= 0) & np.isfinite(numbers))
    unknown = int(numbers["T"].isna().sum())
    found = found[["x_km", "y_km"]].join(numbers.rename(columns={"T": "population"}))
    found = found[found["population"] > 0].reset_index(drop=True)
    found["area_id"] = _owners(found, municipalities, folder / source.files[1], source.country)
    if found["area_id"].isna().all():
        raise InputError(f"{path} has no cell with people in {source.region or source.country}; use a grid that has.")
    found.attrs["unknown"] = unknown
    return found


def _of_areas(source: Source) -> Source:
    """The same entry as the reader of municipalities takes it: outlines first, then the workbook."""
    return replace(source, files=source.files[1:3], columns=("CNTR_CODE", "LAU_ID", "LAU_NAME"))


def _owners(found: pd.DataFrame, wanted: gpd.GeoDataFrame, path: Path, country: str) -> pd.Series:
    """Area of each cell: that which its centre lies in, or is near to while it lies in no other municipality."""
    near = cells.area_of(found, wanted.set_index("area_id").geometry)
    centres = cells.centres(found).set_axis(found.index)
    edge = near.notna() & area_of(centres, wanted.to_crs(cells.CRS)).isna()
    if edge.any():
        box = tuple(wanted.total_bounds + np.array([-0.1, -0.1, 0.1, 0.1]))
        others = gpd.read_file(path, bbox=box).to_crs(cells.CRS)
        others = others.assign(area_id=others["LAU_ID"].astype("str"))
        others = others[~((others["CNTR_CODE"] == eurostat(country)) & others["area_id"].isin(wanted["area_id"]))]
        near = near.mask(area_of(centres[edge], others).notna().reindex(near.index, fill_value=False))
    return near


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Columns of the grid, whatever its format."""
    wanted = list(columns)
    found: Any
    try:
        if path.suffix == ".parquet":
            require(parquet.read_schema(path).names, wanted, str(path))
            found = parquet.read_table(path, columns=wanted).to_pandas()
        elif path.suffix == ".gpkg":
            require(pyogrio.read_info(path)["fields"], wanted, str(path))
            found = pyogrio.read_dataframe(path, columns=wanted, read_geometry=False)
        else:
            found = read_csv(path.read_bytes(), wanted, str(path), usecols=lambda name: name in wanted)
    except (pa.ArrowInvalid, RuntimeError, OSError) as error:
        raise InputError(f"{path} is no grid as Parquet, GeoPackage or CSV; fetch it again.") from error
    return pd.DataFrame(found[wanted])
