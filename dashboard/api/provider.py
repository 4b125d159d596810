"""A layer of a built territory as pygeoapi asks for it."""

import json
from functools import lru_cache, partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype
from pygeoapi.provider.base import BaseProvider, ProviderInvalidQueryError, ProviderItemNotFoundError
from pygeofilter.backends.geopandas.evaluate import to_filter
from shapely.geometry import box

from geodata import store
from pipelines.export.features import Collection, collections

GEOMETRY = "geometry"


@lru_cache(maxsize=8)
def _offered(territory: str, version: str) -> dict[str, Collection]:
    return collections(store.Territory(store.data_root() / territory / version))


@lru_cache(maxsize=12)
def _rows(territory: str, version: str, collection: str) -> gpd.GeoDataFrame:
    return _offered(territory, version)[collection].read()


class TerritoryProvider(BaseProvider):  # type: ignore[misc]
    """Features of one collection; `data` of the definition is its territory, version and id.

    Read only. A page of rows is made into GeoJSON when it is asked for; the layer itself stays in memory.
    """

    def __init__(self, definition: dict[str, Any]) -> None:
        super().__init__(definition)
        territory, version, collection = definition["data"].split("/")
        self._titles = _offered(territory, version)[collection].fields
        self._read = partial(_rows, territory, version, collection)
        self._fields: dict[str, dict[str, str]] = self.get_fields()

    def get_fields(self) -> dict[str, dict[str, str]]:
        """Type of each column, with title, unit and formula where the codebook has them."""
        rows = self._read()
        dtypes = {str(rows.index.name): rows.index.dtype} | rows.drop(columns=GEOMETRY).dtypes.to_dict()
        return {name: {"type": _type(kind)} | self._titles.get(name, {"title": name}) for name, kind in dtypes.items()}

    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        bbox: list[float] | None = None,
        properties: list[tuple[str, str]] | None = None,
        sortby: list[dict[str, str]] | None = None,
        select_properties: list[str] | None = None,
        skip_geometry: bool = False,
        filterq: Any = None,
        **_: Any,
    ) -> dict[str, Any]:
        """Features that pass every condition, a page of them.

        Raises
        ------
        ProviderInvalidQueryError
            A condition does not fit a column, such as a text compared with a number.
        """
        rows = self._read()
        if bbox:
            rows = rows.iloc[rows.sindex.query(box(*bbox), predicate="intersects", sort=True)]
        for name, value in properties or []:
            rows = rows[_equal(_column(rows, name), value)]
        if filterq is not None:
            rows = rows[_filter(rows, filterq)]
        if sortby:
            rows = rows.sort_values(
                [each["property"] for each in sortby],
                ascending=[each["order"] != "-" for each in sortby],
                kind="stable",
            )
        count = len(rows)
        page = rows.iloc[0:0] if resulttype == "hits" else rows.iloc[offset : offset + limit]
        return {
            "type": "FeatureCollection",
            "numberMatched": count,
            "numberReturned": len(page),
            "features": _features(page, select_properties or [], skip_geometry),
        }

    def get(self, identifier: str, **_: Any) -> dict[str, Any]:
        """One feature by its id.

        Raises
        ------
        ProviderItemNotFoundError
            The collection has no such feature.
        """
        rows = self._read()
        if identifier not in rows.index:
            raise ProviderItemNotFoundError(user_msg=f"There is no feature {identifier}.")
        return _features(rows.loc[[identifier]], [], False)[0]


def _type(kind: Any) -> str:
    if is_bool_dtype(kind):
        return "boolean"
    return "integer" if is_integer_dtype(kind) else "number" if is_float_dtype(kind) else "string"


def _column(rows: gpd.GeoDataFrame, name: str) -> pd.Series:
    column: pd.Series = rows.index.to_series() if name == rows.index.name else rows[name]
    return column


def _equal(column: pd.Series, value: str) -> pd.Series:
    if _type(column.dtype) == "string":
        return column == value
    try:
        return column == float(value)
    except ValueError:
        raise ProviderInvalidQueryError(user_msg=f"{column.name} is a number, but {value!r} was given.") from None


def _filter(rows: gpd.GeoDataFrame, condition: Any) -> pd.Series:
    plain = rows.reset_index()
    try:
        mask = to_filter(plain, condition, {name: name for name in plain.columns}, {})
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ProviderInvalidQueryError(user_msg=f"The filter cannot be applied here ({error}).") from None
    return pd.Series(np.asarray(mask, dtype=bool), index=rows.index)


def _features(rows: gpd.GeoDataFrame, columns: list[str], skip_geometry: bool) -> list[dict[str, Any]]:
    """Make rows into GeoJSON features; what is missing is null."""
    plain = rows.drop(columns=GEOMETRY).reset_index()
    plain = plain[columns] if columns else plain
    records = json.loads(plain.to_json(orient="records", double_precision=10))
    # A row without a known position has no shape.
    shapes = [None if skip_geometry or shape is None else shape.__geo_interface__ for shape in rows.geometry]
    return [
        {"type": "Feature", "id": str(key), "geometry": shape, "properties": record}
        for key, shape, record in zip(rows.index, shapes, records, strict=True)
    ]
