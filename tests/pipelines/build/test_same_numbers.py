"""The tool that shows that moved code gives the same numbers sees every kind of difference."""

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from benchmarks.same_numbers import differences
from geodata.store import Territory


def test_one_value_one_shape_and_one_file_are_seen(territory: Territory, tmp_path: Path):
    other = tmp_path / "other"
    shutil.copytree(territory.folder, other)
    assert differences(territory.folder, other) == []
    values = pd.read_parquet(other / "indicators.parquet")
    values.loc[3, "population"] += 1e-9 * values.loc[3, "population"]
    values.to_parquet(other / "indicators.parquet")
    assert differences(territory.folder, other) == ["indicators: 1 values of population differ"]
    areas = gpd.read_parquet(other / "areas.parquet")
    areas.loc[5, "geometry"] = shapely.box(0, 0, 1, 1)
    areas.head(-1).to_parquet(other / "regions.parquet")
    areas.to_parquet(other / "areas.parquet")
    (other / "codebook.parquet").unlink()
    found = differences(territory.folder, other)
    assert "codebook.parquet is in one of the two only" in found
    assert "areas: 1 values of geometry differ" in found
    assert any(line.startswith("regions: columns") for line in found)
