"""What every reader checks about a table: that it opens, and that its columns are there."""

import io
import json
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely
from pyarrow import feather

from geodata.errors import InputError
from geodata.schema import CRS


def require(columns: Iterable[str], needed: Iterable[str], what: str) -> None:
    """Raise `InputError` naming the first of the `needed` columns that `what` lacks."""
    missing = [column for column in needed if column not in set(columns)]
    if missing:
        raise InputError(
            f"{what} has no column {missing[0]!r}; use the version named in the catalogue or mend the file."
        )


def read_feather(content: bytes, needed: Iterable[str], what: str) -> pd.DataFrame:
    """Read the `needed` columns of an Arrow feather file; `InputError` if it is broken or lacks one."""
    needed = list(needed)
    try:
        table = feather.read_table(io.BytesIO(content))
    except pa.ArrowInvalid as error:
        raise InputError(f"{what} is not a readable feather file; fetch it again.") from error
    require(table.column_names, needed, what)
    frame: pd.DataFrame = table.select(needed).to_pandas()
    return frame


def read_csv(content: bytes, needed: Iterable[str], what: str, **options: Any) -> pd.DataFrame:
    """Read a table as text, empty cells as empty text, white space in headers made single; check its columns."""
    try:
        frame: pd.DataFrame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, **options)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise InputError(f"{what} is not a readable table; fetch it again.") from error
    frame.columns = [" ".join(str(column).split()) for column in frame.columns]
    require(frame.columns, needed, what)
    return frame


def read_features(content: bytes, what: str, *, of: str) -> pd.DataFrame:
    """Read GeoJSON `of` some things: a row a feature, its properties and its `geometry`, empty where it has none."""
    try:
        features = json.loads(content)["features"]
        rows = [feature["properties"] | {"geometry": dict(feature.get("geometry") or {})} for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{what} is no GeoJSON of {of}; fetch it again.") from error
    return pd.DataFrame(rows, columns=None if rows else ["geometry"])


def outlines(features: pd.DataFrame, key: str, what: str) -> gpd.GeoSeries:
    """Make the geometry of features as `read_features` gives them, index as theirs; `InputError` where one has none."""
    lacking = ~features["geometry"].map(bool)
    if lacking.any():
        raise InputError(
            f"{what} has {lacking.sum():,} features without an outline, such as {features.loc[lacking, key].iloc[0]}; "
            "fetch it again."
        )
    return gpd.GeoSeries([shapely.geometry.shape(each) for each in features["geometry"]], features.index, crs=CRS)


def coordinates(column: "pd.Series[str]", what: str) -> "pd.Series[float]":
    """Read coordinates that are text; `InputError` with their number and the first where some are no numbers."""
    found = pd.to_numeric(column, errors="coerce").astype(float)
    if found.isna().any():
        first = ", ".join(map(repr, column[found.isna()].head(3)))
        raise InputError(
            f"{found.isna().sum():,} of {len(column):,} values of {column.name} in {what} are no numbers, first: "
            f"{first}; write degrees with a decimal point."
        )
    return found


def area_id(codes: "pd.Series[int]") -> "pd.Series[str]":
    """Municipality codes as six digits of text, leading zeros restored."""
    return codes.map("{:06d}".format)
