"""Health care sites with beds (Eurostat GISCO), as CSV of Europe or GeoJSON of one country.

Nearly all sites leave open whether they have an emergency department, so they are hospitals of any kind. Most leave
their beds open too; 0 beds, which a few well-known large hospitals have, says the same.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Source
from geodata.countries import countries, iso
from geodata.errors import InputError
from geodata.i18n.message import Message
from geodata.schema import CRS
from pipelines.sources.formats.parsing import once
from pipelines.sources.formats.tables import coordinates, read_csv, read_features, require

# Quality of the position; -1, not known, has no word.
QUALITY = {"1": "high", "2": "medium", "3": "low"}


def services(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Sites of the source's country, all where it has none: category `any_hospital`, `level` their kind.

    Parameters
    ----------
    source
        Its only file is a `.csv` or a `.geojson` as published.
    folder
        Of the file.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, has no site of the country, or a number of beds below 0.
    """
    table = _sites(source, folder)
    table = table[_located(table)]
    beds = pd.to_numeric(table["cap_beds"], errors="coerce").astype(float)
    if (beds < 0).any():
        raise InputError(f"{(beds < 0).sum()} sites of {source.id} have less than 0 beds; leave the number out.")
    own = "site_name" if "site_name" in table else "hospital_name"
    named = table[own].where(table[own] != table["hospital_name"], "")
    # Most ids begin with the country.
    service_id = table["cc"] + "_" + table["id"].str.replace(r"^[A-Z]{2}_", "", regex=True)
    # One hospital may have several sites under its id.
    site = service_id.groupby(service_id).cumcount()
    return gpd.GeoDataFrame(
        {
            "service_id": "hospital-" + service_id + site.map(lambda n: f"-{n + 1}" if n else ""),
            "category": "any_hospital",
            "name": table["hospital_name"] + named.map(lambda name: f", {name}" if name else ""),
            "level": table["facility_type"].replace("", None).astype("str"),
            "source_url": pd.Series(None, index=table.index, dtype="str"),
            "confidence": table["geo_qual"].map(QUALITY).astype("str"),
            "capacity": beds.where(beds > 0),
            "country": table["cc"].map(iso),
        },
        geometry=gpd.points_from_xy(*(coordinates(table[name], source.files[0]) for name in ("lon", "lat"))),
        crs=CRS,
    )


def notes(source: Source, folder: Path) -> list[Message]:
    """What the sites leave open, one sentence each."""
    table = _sites(source, folder)
    lost = ~_located(table)
    found = []
    if lost.any():
        found.append(
            Message(
                "{lost} of {all} hospitals have no position and are left out.",
                lost=lost.sum(),
                all=len(table),
            )
        )
    silent = (table["emergency"] == "").sum()
    if silent:
        found.append(
            Message(
                "{silent} of {all} hospitals do not say whether they have an emergency department.",
                silent=silent,
                all=len(table),
            )
        )
    return found


@once
def _sites(source: Source, folder: Path) -> pd.DataFrame:
    """Sites of the country as text, each once."""
    path = folder / source.files[0]
    if path.suffix == ".csv":
        table = read_csv(path.read_bytes(), source.columns, str(path), encoding="utf-8")
    else:
        table = (
            read_features(path.read_bytes(), str(path), of="health care sites")
            .drop(columns="geometry")
            .fillna("")
            .astype(str)
        )
        require(table.columns, source.columns, str(path))
    if source.country:
        table = table[table["cc"].isin(countries(source.country))].reset_index(drop=True)
    if table.empty:
        where = source.country or "any country"
        raise InputError(f"{path} has no site of {where}; use the file of that country or of Europe.")
    # The GeoJSON has no beds.
    table = table.assign(cap_beds=table.get("cap_beds", ""))
    return table.drop_duplicates(["id", "hospital_name", "lat", "lon"], ignore_index=True)


def _located(table: pd.DataFrame) -> pd.Series:
    return (table["lat"] != "") & (table["lon"] != "")
