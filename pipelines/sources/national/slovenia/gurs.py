"""Slovenia's municipalities (GURS) and its settlements with their people and post offices.

The settlements name their municipality, but by the map of some years ago: Gorje, Rečica ob Savinji and Ankaran are
still part of Bled, Mozirje and Koper there. So a settlement belongs to the municipality that it lies in. Where two
settlements are given one and the same point, that point is right for one of them at most, and the name decides.
"""

import json
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geodata import files
from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.geometry import area_of
from geodata.i18n import mark
from geodata.i18n.message import Message
from geodata.schema import CRS
from pipelines.sources.formats import coverage
from pipelines.sources.formats.tables import require

CODE_DIGITS = 3
MUNICIPALITY = ("OB_ID", "OB_UIME")
POINT = ["latitude", "longitude"]
PREFIX = r"^(?:mestna )?občina "


def areas(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Municipalities: `area_id` (LAU code, three digits), `name`, polygons that fit each other.

    Parameters
    ----------
    source
        Its last file is the GeoJSON of the municipalities, EPSG:4326.
    folder
        Of the files.

    Raises
    ------
    InputError
        The file cannot be read, lacks a property, or has a municipality twice or without a polygon.
    """
    path = folder / source.files[-1]
    found = _municipalities(path, files.file_digest(path))
    return found.set_geometry(gpd.GeoSeries(coverage.mend(found.geometry.to_numpy()), crs=CRS))


def places(source: Source, folder: Path) -> pd.DataFrame:
    """Settlements: `place_id`, `name`, `area_id`, `lat`, `lon`, `population`, `elevation` (not known).

    A figure that is repeated at one point is that of the settlement named first; the others are not known.

    Parameters
    ----------
    source
        Its first file is the JSON list of settlements, its last that of the municipalities.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read or lacks a field, or a settlement lies in no municipality and names none.
    """
    table = _settlements(source, folder)
    return pd.DataFrame(
        {
            "place_id": table["title"],
            "name": table["town"],
            "area_id": table["area_id"],
            "lat": table["latitude"].astype(float),
            "lon": table["longitude"].astype(float),
            "population": table["population"].astype(float).mask(_repeats(table)),
            "elevation": float("nan"),
        }
    ).sort_values("place_id", ignore_index=True)


def services(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Post offices, one for each postal number, at the point of its settlement; capacity is not known.

    Confidence is low where another settlement is given the same point, else medium.
    """
    table = _settlements(source, folder)
    offices = table[table["postNumber"].notna()].sort_values("postNumber")
    number = offices["postNumber"].astype(int).astype(str)
    return gpd.GeoDataFrame(
        {
            "service_id": "post-" + number,
            "category": "post_office",
            "name": number + " " + offices["town"],
            "level": pd.Series(None, index=offices.index, dtype="str"),
            "source_url": pd.Series(None, index=offices.index, dtype="str"),
            "confidence": _shared(table)[offices.index].map({True: "low", False: "medium"}).astype("str"),
            "capacity": float("nan"),
        },
        geometry=gpd.points_from_xy(offices["longitude"], offices["latitude"]),
        crs=CRS,
    )


def notes(source: Source, folder: Path) -> list[Message]:
    """Where the settlements contradict themselves or the map, one sentence each."""
    if len(source.files) == 1:
        return []
    table = _settlements(source, folder)
    found = []
    for message, rows in (
        (
            mark(
                "{number} settlements name another municipality than the one they lie in, where they are counted: "
                "{names}."
            ),
            table["elsewhere"],
        ),
        (
            mark(
                "{number} settlements share a point with a settlement of another municipality and are counted where "
                "they say: {names}."
            ),
            table["moved"],
        ),
        (
            mark(
                "{number} settlements repeat the point and the people of another, so their own people are not known: "
                "{names}."
            ),
            _repeats(table),
        ),
    ):
        if rows.any():
            found.append(Message(message, number=rows.sum(), names="; ".join(sorted(table.loc[rows, "title"]))))
    return found


def _settlements(source: Source, folder: Path) -> pd.DataFrame:
    """The list as published, with `area_id`; `elsewhere` and `moved` say where name and point disagree, and who won."""
    path = folder / source.files[0]
    try:
        table = pd.DataFrame(json.loads(path.read_bytes()))
    except ValueError as error:
        raise InputError(f"{path} is no list of settlements in JSON; fetch it again.") from error
    require(table.columns, source.columns, str(path))
    unknown = table[POINT].isna().any(axis=1)
    if unknown.any():
        raise InputError(f"{unknown.sum()} settlements of {path} have no point, such as {_first(table, unknown)}.")
    outlines = folder / source.files[-1]
    municipalities = _municipalities(outlines, files.file_digest(outlines))
    points = gpd.GeoSeries.from_xy(table["longitude"], table["latitude"], crs=CRS, index=table.index)
    located = area_of(points, municipalities)
    codes = pd.Series(municipalities["area_id"].to_numpy(), index=_plain(municipalities["name"]))
    named = _plain(table["municipality"]).map(codes)
    area_id = named.where(_shared(table) & named.notna(), located).fillna(named)
    if area_id.isna().any():
        raise InputError(
            f"{area_id.isna().sum()} settlements of {path} lie in no municipality, such as "
            f"{_first(table, area_id.isna())}; check that latitude and longitude are not exchanged."
        )
    differ = named.notna() & (named != located)
    return table.assign(area_id=area_id, elsewhere=differ & (area_id == located), moved=differ & (area_id == named))


def _plain(names: pd.Series) -> pd.Series:
    """Names as they can be compared: without `Občina` before them; dashes and capital letters are written both ways."""
    bare = names.str.casefold().str.replace(PREFIX, "", regex=True)
    return bare.str.replace(r"[\s–-]+", " ", regex=True).str.strip()


def _shared(table: pd.DataFrame) -> pd.Series:
    """Which settlements are given the point of another one."""
    return table.duplicated(POINT, keep=False)


def _repeats(table: pd.DataFrame) -> pd.Series:
    """Which settlements have both the point and the people of one before them."""
    return table.duplicated([*POINT, "population"]) & (table["population"] > 0)


def _first(table: pd.DataFrame, rows: pd.Series) -> str:
    return str(table.loc[rows, "title"].iloc[0])


@lru_cache(maxsize=1)
def _municipalities(path: Path, sha256: str) -> gpd.GeoDataFrame:  # noqa: ARG001 - the digest tells a changed file
    """Valid polygons by `area_id`; kept, since areas, settlements and post offices all need them."""
    try:
        table = gpd.read_file(path)
    except (RuntimeError, OSError) as error:
        raise InputError(f"{path} is no GeoJSON of municipalities; fetch it again.") from error
    require(table.columns, MUNICIPALITY, str(path))
    codes = table["OB_ID"].astype(str).str.zfill(CODE_DIGITS)
    if codes.duplicated().any():
        raise InputError(f"{path} has municipality {codes[codes.duplicated()].iloc[0]} twice; keep one of them.")
    if table.geometry.isna().any():
        raise InputError(f"{path} has no polygon of municipality {codes[table.geometry.isna()].iloc[0]}; add it.")
    polygons = shapely.make_valid(table.to_crs(CRS).geometry.to_numpy(), method="structure", keep_collapsed=False)
    found = gpd.GeoDataFrame({"area_id": codes, "name": table["OB_UIME"]}, geometry=polygons, crs=CRS)
    return found.sort_values("area_id", ignore_index=True)
