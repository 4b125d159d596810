"""The place of every row: by coordinates or geometry, area code, place name or address, in this order."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import vocabulary as words
from pipelines.userdata.coordinates import UNKNOWN, Extent, Located, from_columns, from_points, split_pairs
from pipelines.userdata.gazetteer import Gazetteer, place_in
from pipelines.userdata.rows import Rows, because, to_decide

MOST = 0.8  # share of shortened codes that must be known


@dataclass(frozen=True)
class Placed:
    """Where the rows are.

    Attributes
    ----------
    points
        In EPSG:4326, null where a row has no place.
    precision
        `town` for coordinates and settlements, `municipality` for whole areas, empty without a place.
    reasons
        Why a row has no place; empty where it has one.
    ambiguous
        Names to decide about, as `to_decide` lists them.
    reading
        How coordinates were read, in words.
    matched
        Names that were found, as `Imported.matched`.
    """

    points: gpd.GeoSeries
    precision: "pd.Series[str]"
    reasons: "pd.Series[str]"
    ambiguous: pd.DataFrame
    reading: str
    matched: pd.DataFrame


def place(
    rows: Rows,
    geometry: gpd.GeoSeries | None,
    gazetteer: Gazetteer,
    *,
    decisions: Mapping[str, str],
    abroad: bool,
    crs: str | None,
) -> Placed:
    """Find the place of every row.

    Coordinates that lie elsewhere are an error of the row and are not mended by its place name.

    Parameters
    ----------
    rows
        The rows by role.
    geometry
        Points of the file, if it has any.
    gazetteer
        The territory's places, where its rows are expected.
    decisions
        Key of the place that is meant, by name, where a person decided.
    abroad
        Whether coordinates elsewhere in Europe are fine.
    crs
        CRS of the coordinates, when known.
    """
    located = _coordinates(rows, geometry, gazetteer.extent, abroad=abroad, crs=crs)
    lacking = located.reasons.str.startswith(UNKNOWN)
    reasons = located.reasons.where(~lacking, "")
    codes = area_codes(rows.text("area_id").where(lacking, ""), gazetteer.area_ids)
    keys = ("area:" + codes).where(codes != "", "")
    names = _names(rows).where(lacking & (keys == ""), "")
    foreign = _foreign(rows, gazetteer.country) & (names != "")
    matches = gazetteer.match(names.where(~foreign, ""), decisions=decisions)
    state = names.map(matches["state"]).astype("str").where(~foreign, "foreign").fillna("")
    keys = keys.where(state != "found", names.map(matches["key"]))
    reasons = because(
        reasons, state == "foreign", "{!r} is abroad, where places are not known; give coordinates", names
    )
    reasons = because(reasons, state == "unknown", "no place is named {!r}", names)
    unsure = state == "ambiguous"
    reasons = because(
        reasons, unsure, "{!r} may be {}; decide, or give coordinates", names, names.map(matches["choice"])
    )
    nothing = lacking & (keys == "") & (names == "")
    reasons = because(reasons, nothing, "{} and no place name or known area code", located.reasons)
    has_key = keys != ""
    points = located.points.copy()
    points[has_key] = gazetteer.points(keys[has_key])
    precision = pd.Series(np.where(reasons == "", "town", ""), index=rows.index, dtype="str")
    precision = precision.where(~keys.str.startswith("area:"), "municipality")
    ambiguous = to_decide("place", names[unsure], matches["offers"])
    return Placed(points, precision, reasons, ambiguous, located.reading, matched(names, matches))


def matched(names: "pd.Series[str]", matches: pd.DataFrame) -> pd.DataFrame:
    """Names that were found, the least alike first, as `Imported.matched`; `matches` is of `Gazetteer.match`."""
    found = matches.loc[matches["state"] == "found", ["name", "area_id", "score"]].rename_axis("text")
    rows = names.value_counts().reindex(found.index).astype("int64")
    return found.assign(rows=rows).reset_index().sort_values(["score", "text"], ignore_index=True)


def area_codes(texts: "pd.Series[str]", known: list[str]) -> "pd.Series[str]":
    """Area ids that codes stand for, empty where there is none.

    A code may be followed by a name or begin with the letters of a country. Leading zeros that a spreadsheet program
    took off are put back when most codes are known with them: else the codes are those of another territory.

    Examples
    --------
    >>> known = ["001001", "001002", "001003"]
    >>> area_codes(pd.Series(["1001", "IT_001002", "001003 Ala di Stura"]), known).tolist()
    ['001001', '001002', '001003']
    >>> area_codes(pd.Series(["1001", "51001", "52001"]), known).tolist()
    ['', '', '']
    """
    ids = set(known)
    widths = {len(code) for code in ids}
    width = widths.pop() if len(widths) == 1 else 0

    def as_written(text: str) -> str:
        return next((option for option in (text, text.split(" ")[0], _bare(text)) if option in ids), "")

    def padded(text: str) -> str:
        bare = _bare(text)
        return bare.zfill(width) if bare.isdigit() and not bare.startswith("0") else ""

    codes = {text: as_written(text) for text in texts.unique() if text}
    restored = {text: padded(text) for text, code in codes.items() if not code and padded(text)}
    if sum(code in ids for code in restored.values()) >= MOST * len(restored):
        codes |= {text: code for text, code in restored.items() if code in ids}
    return texts.map(codes | {"": ""}).astype("str")


def _bare(text: str) -> str:
    """Code without letters of a country before it and a name or decimals after it."""
    first = text.split(" ")[0].removesuffix(".0")
    return first[2:].lstrip("_-") if first[:2].isalpha() else first


def _coordinates(
    rows: Rows, geometry: gpd.GeoSeries | None, extent: Extent, *, abroad: bool, crs: str | None
) -> Located:
    if rows.has("lat", "lon"):
        return from_columns(rows.text("lat"), rows.text("lon"), extent, abroad=abroad, crs=crs)
    if rows.has("coordinates"):
        return from_columns(*split_pairs(rows.text("coordinates")), extent, abroad=abroad, crs=crs)
    if geometry is not None:
        return from_points(geometry, extent, abroad=abroad, crs=crs)
    nowhere = gpd.GeoSeries([None] * len(rows.index), index=rows.index, crs="EPSG:4326")
    return Located(nowhere, pd.Series("no coordinates", index=rows.index, dtype="str"), "")


def _names(rows: Rows) -> "pd.Series[str]":
    """Place name of each row: its own column, else what its address says."""
    names, addresses = rows.text("place"), rows.text("address")
    said = addresses.map({address: place_in(address) for address in addresses.unique()}).astype("str")
    return names.where(names != "", said)


def _foreign(rows: Rows, country: str) -> "pd.Series[bool]":
    """Rows whose country is known and not the territory's."""
    stated = rows.text("country")
    codes = stated.map(words.country)
    return ~codes.isin(["", country]) & (country != "")
