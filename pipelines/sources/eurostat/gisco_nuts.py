"""NUTS 3 regions of the Member States as areas: outlines, names, people, size and type (Eurostat GISCO).

The outlines are for maps of Europe: a region has some 16 corners, so its size is taken from the table and not from the
polygon. Islands and regions overseas are drawn in boxes at the edge of the map, enlarged or reduced; they are marked as
moved, since their drawn place says nothing about what is near. A region drawn in several boxes comes as several
features with the same figures, and is put together again.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geodata.catalogue import Source
from geodata.countries import LEVELS, MEMBERS, countries, iso
from geodata.errors import InputError
from geodata.i18n.message import Message
from geodata.schema import CRS
from pipelines.sources.formats.coverage import mend
from pipelines.sources.formats.figures import figures
from pipelines.sources.formats.tables import outlines, read_features, require

# Canary Islands, Azores, Madeira, and the French regions overseas.
MOVED = ("ES70", "PT20", "PT30", "FRY")
FIGURES = {"POP_2021": "population", "DENS_2021": "population_density", "URBN_TYPE": "urban_rural_type"}
YEAR = 2021


def areas(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Regions with `area_id`, `name`, `country` (ISO 3166-1), `area_km2` and `moved`; polygons in EPSG:4326.

    Parameters
    ----------
    source
        Its first file holds the regions of NUTS 3, its second those of NUTS 2, as GeoJSON.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read, lacks a column or the countries wanted, or a region has no size.
    """
    rows = _regions(source, folder, 0)
    size = pd.to_numeric(rows["AREA_2021"], errors="coerce")
    if not (size > 0).all():
        raise InputError(
            f"{(~(size > 0)).sum()} regions of {folder / source.files[0]} have no AREA_2021, such as "
            f"{rows['NUTS_ID'][~(size > 0)].iloc[0]}; fetch it again."
        )
    shapes = outlines(rows, "NUTS_ID", str(folder / source.files[0]))
    whole = shapes.groupby(rows["NUTS_ID"]).agg(lambda parts: shapely.make_valid(parts.union_all()))
    rows = rows.assign(size=size).drop_duplicates("NUTS_ID").set_index("NUTS_ID").sort_index()
    return gpd.GeoDataFrame(
        {
            "area_id": rows.index.astype("str"),
            "name": rows["NAME_LATN"].to_numpy(),
            "country": rows.index.map(iso),
            "area_km2": rows["size"].to_numpy(),
            "moved": rows.index.str.startswith(MOVED),
        },
        geometry=mend(whole.reindex(rows.index).to_numpy()),
        crs=CRS,
    )


def membership(source: Source, folder: Path) -> pd.DataFrame:
    """`area_id` with `nuts1`, `nuts2` and `nuts3`, the beginnings of its code."""
    codes = _regions(source, folder, 0)["NUTS_ID"].drop_duplicates().sort_values(ignore_index=True)
    return pd.DataFrame({"area_id": codes} | {level: codes.str[:end] for level, end in LEVELS.items()})


def regions(source: Source, folder: Path) -> pd.DataFrame:
    """`region_id`, `level`, `name`, `parent_id` of the NUTS 1 and 2 regions above the areas.

    NUTS 1 has no names in the files: its regions are called by their code and country.
    """
    rows = _regions(source, folder, 1).drop_duplicates("NUTS_ID")
    codes = rows["NUTS_ID"]
    nuts2 = pd.DataFrame(
        {"region_id": codes, "level": "nuts2", "name": rows["NAME_LATN"], "parent_id": codes.str[: LEVELS["nuts1"]]}
    )
    above = nuts2["parent_id"].drop_duplicates()
    names = above + " (" + above.str[:2].map(MEMBERS) + ")"
    nuts1 = pd.DataFrame({"region_id": above, "level": "nuts1", "name": names, "parent_id": None})
    return pd.concat([nuts1, nuts2]).sort_values("region_id", ignore_index=True).astype("str")


def published(source: Source, folder: Path) -> pd.DataFrame:
    """Population, density and urban-rural type of each region, as `figures.figures`."""
    rows = _regions(source, folder, 0).drop_duplicates("NUTS_ID").set_index("NUTS_ID")
    tables = []
    for column, indicator in FIGURES.items():
        values = pd.to_numeric(rows[column], errors="coerce")
        # 0 stands for a type or a number of people that is not known.
        tables.append(figures(values.where(values > 0), indicator=indicator, year=YEAR))
    return pd.concat(tables, ignore_index=True)


def notes(source: Source, folder: Path) -> list[Message]:
    """Which regions are drawn elsewhere than they are, and which in several pieces."""
    codes = _regions(source, folder, 0)["NUTS_ID"]
    moved = sorted(codes[codes.str.startswith(MOVED)].unique())
    found = []
    if moved:
        found.append(
            Message(
                "{number} areas are drawn in boxes beside the map, so that nothing is placed in them and no distance "
                "is measured from them: {areas}.",
                number=len(moved),
                areas=moved,
            )
        )
    pieces = sorted(codes[codes.duplicated()].unique())
    if pieces:
        found.append(
            Message(
                "{number} areas are drawn in several pieces, which are put together: {areas}.",
                number=len(pieces),
                areas=pieces,
            )
        )
    return found


def _regions(source: Source, folder: Path, position: int) -> pd.DataFrame:
    """Features of the countries wanted, in the order of the file, `geometry` as GeoJSON has it."""
    path = folder / source.files[position]
    table = read_features(path.read_bytes(), str(path), of="regions")
    require(table.columns, source.columns, str(path))
    rows = table[table["NUTS_ID"].str[:2].isin(countries(source.country))]
    if rows.empty:
        raise InputError(f"{path} has no region of {source.country}; use a file that holds it.")
    return rows.reset_index(drop=True)
