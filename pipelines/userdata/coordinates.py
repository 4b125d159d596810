"""Where rows are: degrees in any notation, swapped or projected coordinates, told by the territory they belong to."""

import re
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer
from pyproj.exceptions import ProjError
from scipy.spatial import cKDTree

from geodata.errors import InputError
from geodata.i18n import say
from geodata.numerals import number

EUROPE = (-32.0, 27.0, 45.0, 72.0)  # west, south, east, north, degrees
MARGIN = 0.5  # degrees around a territory within which its rows may lie
NEAR_KM = 15.0  # a row of a territory has one of its places within this distance
SAMPLE = 500
# How the reasons of rows begin that have no coordinates, or none that can be read, rather than wrong ones.
UNKNOWN = "no coordinates"
CLEAR = 0.05  # by which share of rows one reading must be better than the next
# Grids in use by country (EPSG registry): the national ones, then UTM on ETRS89. 3857 and 3035 are tried everywhere.
COMMON_GRIDS = (3035, 3857)
GRIDS = {
    "AT": (31287, 31254, 31255, 31256, 25832, 25833),
    "BE": (31370, 3812, 25831),
    "BG": (7801, 25834, 25835),
    "CH": (2056, 21781),
    "CY": (6312, 32636),
    "CZ": (5514, 25833),
    "DE": (25832, 25833, 31466, 31467, 31468, 31469),
    "DK": (25832, 25833),
    "EE": (3301,),
    "ES": (25830, 25829, 25831, 4083),
    "FI": (3067,),
    "FR": (2154, 27572),
    "GB": (27700,),
    "GR": (2100,),
    "HR": (3765,),
    "HU": (23700,),
    "IE": (2157, 29902),
    "IT": (25832, 25833, 3003, 3004, 6875),
    "LI": (2056, 21781),
    "LT": (3346,),
    "LU": (2169,),
    "LV": (3059,),
    "MT": (25833,),
    "NL": (28992,),
    "NO": (25833, 25832),
    "PL": (2180,),
    "PT": (3763, 25829),
    "RO": (3844,),
    "SE": (3006,),
    "SI": (3794, 3912),
    "SK": (5514,),
}
_PART = r"[+\-−]?\d+(?:[.,]\d+)?"
_POINT = re.compile(rf"\s*(?:SRID=\d+;)?POINT\s*Z?\s*\(\s*({_PART})\s+({_PART})(?:\s+{_PART})?\s*\)\s*", re.IGNORECASE)
_PAIR = re.compile(
    rf"\s*(?:geo:)?[(\[]?\s*({_PART})°?(?:\s*[;|/]\s*|\s*,\s+|\s+|,)({_PART})°?\s*[)\]]?\s*", re.IGNORECASE
)
_ANGLE = re.compile(
    r"\s*([NSEWO])?\s*([+\-−]?\d{1,3}(?:[.,]\d+)?)(?:(?:\s*[°º˚:]\s*|\s+)(\d{1,2}(?:[.,]\d+)?)"
    r"(?:(?:\s*['’′:]\s*|\s+)(\d{1,2}(?:[.,]\d+)?))?)?\s*[°º˚'’′\"”″\s]*([NSEWO])?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Extent:
    """Where the rows of a territory are expected.

    Attributes
    ----------
    bounds
        West, south, east, north in degrees, margin included.
    country
        ISO 3166-1 alpha-2 code, empty when there are several.
    places
        Longitude and latitude of its places, shape (n, 2).
    near_km
        How far from one of them a row still speaks for a reading of the coordinates.
    """

    bounds: tuple[float, float, float, float]
    country: str
    places: np.ndarray
    near_km: float = NEAR_KM


@dataclass(frozen=True)
class Located:
    """Points of rows in EPSG:4326 (null: none), why a row has none, and how the numbers were read."""

    points: gpd.GeoSeries
    reasons: "pd.Series[str]"
    reading: str


def extent_of(places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, country: str) -> Extent:
    """Take the extent of a territory from its places, points in EPSG:4326.

    Without places a point in each area stands for them, and near is as far as a typical area is wide.
    """
    if len(places):
        around, points, near = places.total_bounds, places.geometry, NEAR_KM
    else:
        around, points = areas.total_bounds, areas.geometry.representative_point()
        near = max(NEAR_KM, float(np.sqrt(areas["area_km2"].median())))
    west, south, east, north = around
    bounds = (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
    return Extent(bounds, country, points.get_coordinates().to_numpy(), near)


def is_pair(text: str) -> bool:
    """Whether a text holds two coordinates.

    Examples
    --------
    >>> is_pair("45.07, 7.68"), is_pair("POINT (7.68 45.07)"), is_pair("45,07; 7,68"), is_pair("Via Roma 12")
    (True, True, True, False)
    """
    found = _POINT.fullmatch(text) or _PAIR.fullmatch(text) or _dms_pair(text)
    return bool(found) and ("." in text or len(re.findall(r"\d", text)) > 4)


def pair(text: str) -> tuple[float, float] | None:
    """Read latitude and longitude in degrees; None where a text is something else.

    Examples
    --------
    >>> pair("40.42, 16.2"), pair("POINT (16.2 40.42)"), pair("40,42 16,2"), pair("Stigliano"), pair("91.0, 16")
    ((40.42, 16.2), (40.42, 16.2), (40.42, 16.2), None, None)
    """
    if not is_pair(text):
        return None
    lat, lon = (angle(half.iloc[0]) for half in split_pairs(pd.Series([text])))
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def split_pairs(texts: "pd.Series[str]") -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """Split combined coordinates into first and second, as latitude and longitude are usually written.

    Well-known text says longitude first and is turned round.
    """

    def halves(text: str) -> tuple[str, str]:
        if point := _POINT.fullmatch(text):
            return point[2], point[1]
        if dms := _dms_pair(text):
            return dms
        pair = _PAIR.fullmatch(text)
        return (pair[1], pair[2]) if pair else ("", text)

    parts = [halves(text) for text in texts]
    first = pd.Series([one for one, _ in parts], index=texts.index, dtype="str")
    return first, pd.Series([two for _, two in parts], index=texts.index, dtype="str")


def _dms_pair(text: str) -> tuple[str, str] | None:
    """Two angles such as 45°04'13"N 7°41'12"E."""
    found = re.fullmatch(r"\s*(\d.*?[NS])[\s,;/]*(\d.*?[EWO])\s*", text, re.IGNORECASE)
    return (found[1], found[2]) if found else None


def angle(text: str) -> float:
    r"""Decimal degrees, or a plain number, of a text; NaN when it is neither. South and west are negative.

    O is west (Ovest, Ouest, Oeste), as in Italian, French and Spanish.

    Examples
    --------
    >>> angle("45,5"), round(angle("7°41'12\"E"), 4), angle("9 30 0 W"), angle("N 46.05"), angle("here")
    (45.5, 7.6867, -9.5, 46.05, nan)
    """
    found = _ANGLE.fullmatch(text)
    if found is None or not (found[1] or found[3] or found[5] or "°" in text):
        # A single mark in a coordinate is its decimal mark.
        return number(text, "," if "," in text else ".")
    degrees, minutes, seconds = (
        float((part or "0").replace(",", ".").replace("−", "-")) for part in found.group(2, 3, 4)
    )
    side = (found[1] or found[5] or "").upper()
    if minutes >= 60 or seconds >= 60:
        return float("nan")
    size = abs(degrees) + minutes / 60 + seconds / 3600
    return -size if side in {"S", "W", "O"} or degrees < 0 or found[2].startswith("-") else size


def from_columns(
    lat: "pd.Series[str]", lon: "pd.Series[str]", extent: Extent, *, abroad: bool = False, crs: str | None = None
) -> Located:
    """Read two columns of coordinates as points.

    Parameters
    ----------
    lat, lon
        Latitude (or y, northing) and longitude (or x, easting) as text, empty where unknown; they may be swapped.
    extent
        Where the rows are expected; the reading that puts most rows near its places is taken.
    abroad
        Whether rows elsewhere in Europe are fine, as projects are.
    crs
        The CRS, when it is known; else degrees and the grids of the country are tried, as given and swapped.

    Raises
    ------
    InputError
        Two grids fit alike, or the CRS is unknown to PROJ.
    """
    uniques = pd.unique(pd.concat([lat, lon]))
    values = dict(zip(uniques, map(angle, uniques), strict=True))
    y, x = lat.map(values).to_numpy(float), lon.map(values).to_numpy(float)
    empty = (lat == "").to_numpy() | (lon == "").to_numpy()
    chosen, swapped = _choose(x, y, extent, crs=crs, abroad=abroad)
    first, second = (y, x) if swapped else (x, y)
    reasons = pd.Series("", index=lat.index, dtype="str")
    unread = ~empty & ~(np.isfinite(x) & np.isfinite(y))
    texts = zip(lat[unread], lon[unread], strict=True)
    reasons[unread] = np.array([f"{UNKNOWN} in {a!r}, {b!r}" for a, b in texts], dtype=object)
    reasons[empty] = UNKNOWN
    return _check(first, second, chosen, reasons, extent, abroad=abroad, swapped=swapped)


def from_points(points: gpd.GeoSeries, extent: Extent, *, abroad: bool = False, crs: str | None = None) -> Located:
    """Bring the points of a file to EPSG:4326, their CRS guessed when the file does not say it.

    Raises
    ------
    InputError
        Two grids fit alike, or the CRS is unknown to PROJ.
    """
    x, y = points.x.to_numpy(float), points.y.to_numpy(float)
    given = crs or (points.crs.to_string() if points.crs is not None else None)
    chosen, swapped = _choose(x, y, extent, crs=given, abroad=abroad)
    reasons = pd.Series("", index=points.index, dtype="str")
    reasons[~(np.isfinite(x) & np.isfinite(y))] = f"{UNKNOWN} in the geometry"
    first, second = (y, x) if swapped else (x, y)
    return _check(first, second, chosen, reasons, extent, abroad=abroad, swapped=swapped)


def _choose(x: np.ndarray, y: np.ndarray, extent: Extent, *, crs: str | None, abroad: bool) -> tuple[str, bool]:
    """CRS and whether the two are swapped: the reading that puts most of a sample of rows near places."""
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    sample = known[:: max(1, len(known) // SAMPLE)][:SAMPLE]
    if not len(sample):
        return "EPSG:4326", False
    x, y = x[sample], y[sample]
    degrees = np.mean((np.abs(x) <= 180) & (np.abs(y) <= 180)) > 0.5
    grids = GRIDS.get(extent.country, ()) + COMMON_GRIDS
    candidates = [crs] if crs else ["EPSG:4326"] if degrees else [f"EPSG:{code}" for code in grids]
    scores = [
        (_fit(*(_degrees(*pair, candidate)), extent, abroad=abroad), candidate, swapped)
        for candidate in candidates
        for swapped, pair in ((False, (x, y)), (True, (y, x)))
    ]
    # Sorted is stable: of equal readings the first, that is the common one and as given, wins.
    (best, chosen, swapped), *others = sorted(scores, key=lambda one: -one[0])
    rivals = [one for one in others if one[1] != chosen and best - one[0] < CLEAR and not _same(x, y, chosen, one[1])]
    if best > 0 and rivals:
        raise InputError(
            say(
                "The coordinates fit {one} and {other} alike; say which it is, on the command line with --crs {one} "
                "or --crs {other}.",
                one=chosen,
                other=rivals[0][1],
            )
        )
    return chosen, swapped


def _same(x: np.ndarray, y: np.ndarray, one: str, other: str) -> bool:
    """Whether two grids mean the same points, give or take 300 m: old and new datum of the same grid."""
    (lon_a, lat_a), (lon_b, lat_b) = _degrees(x, y, one), _degrees(x, y, other)
    return bool(np.nanmedian(np.hypot(lon_a - lon_b, lat_a - lat_b)) < 0.003)


def _degrees(x: np.ndarray, y: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray]:
    if crs in {"EPSG:4326", "OGC:CRS84"}:
        return x, y
    lon, lat = _transformer(crs).transform(x, y)
    return np.asarray(lon, float), np.asarray(lat, float)


@cache
def _transformer(crs: str) -> Transformer:
    try:
        return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise InputError(say("The CRS {crs} is not known; give one such as EPSG:3035.", crs=repr(crs))) from error


def _fit(lon: np.ndarray, lat: np.ndarray, extent: Extent, *, abroad: bool) -> float:
    """Share of rows near a place, plus a little for those inside the bounds, or in Europe where they may be abroad."""
    inside = _within(lon, lat, extent.bounds)
    share = 0.01 * float(inside.mean())
    if inside.any():
        # Degrees of longitude shrink towards the pole; good enough for a distance of some kilometres.
        scale = np.array([np.cos(np.radians(np.median(extent.places[:, 1]))), 1.0]) * 111.0
        gap, _ = cKDTree(extent.places * scale).query(np.column_stack([lon, lat])[inside] * scale)
        share += float((gap <= extent.near_km).sum()) / len(lon)
    return share + (0.5 * float(_within(lon, lat, EUROPE).mean()) if abroad else 0.0)


def _within(lon: np.ndarray, lat: np.ndarray, bounds: tuple[float, float, float, float]) -> np.ndarray:
    west, south, east, north = bounds
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _check(
    x: np.ndarray,
    y: np.ndarray,
    crs: str,
    reasons: "pd.Series[str]",
    extent: Extent,
    *,
    abroad: bool,
    swapped: bool,
) -> Located:
    """Give each row its point, or the reason why its numbers cannot be one."""
    lon, lat = _degrees(x, y, crs)
    bounds, where = (EUROPE, "Europe") if abroad else (extent.bounds, "the territory")
    open_rows = (reasons == "").to_numpy()
    zero = open_rows & (np.abs(x) < 1e-9) & (np.abs(y) < 1e-9)
    outside = open_rows & ~zero & ~_within(lon, lat, bounds)
    turned = outside & _within(lat, lon, bounds)
    reasons[zero] = f"{UNKNOWN} (0, 0 stands for unknown)"
    there = zip(lat[outside], lon[outside], strict=True)
    reasons[outside] = np.array([f"{a:.5g}, {b:.5g} lies outside {where}" for a, b in there], dtype=object)
    reasons[turned] = reasons[turned] + "; latitude and longitude seem swapped in this row"
    good = open_rows & ~zero & ~outside
    points = gpd.GeoSeries(
        gpd.points_from_xy(np.where(good, lon, np.nan), np.where(good, lat, np.nan)),
        index=reasons.index,
        crs="EPSG:4326",
    ).where(pd.Series(good, index=reasons.index))
    reading = crs + (", latitude and longitude swapped" if swapped else "")
    return Located(points, reasons, reading)
