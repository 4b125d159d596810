"""Geometry that several rooms need: which area a point lies in."""

import geopandas as gpd
import pandas as pd


def area_of(points: gpd.GeoDataFrame | gpd.GeoSeries, areas: gpd.GeoDataFrame) -> "pd.Series[str]":
    """Area that each point lies in, on a border the one with the lowest id; empty text outside of all."""
    row, found = areas.sindex.query(points.geometry.to_numpy(), predicate="intersects")
    pairs = pd.DataFrame({"row": row, "area_id": areas["area_id"].to_numpy()[found]}).sort_values(["row", "area_id"])
    first = pairs.drop_duplicates("row").set_index("row")["area_id"]
    return pd.Series(first.reindex(range(len(points)), fill_value="").to_numpy(), index=points.index, dtype="str")
