"""The whole server: dashboard and API at one address, read by GDAL as QGIS and R read it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import requests

SERVER = Path(__file__).parents[2] / "dashboard" / "server.py"


@pytest.fixture
def address(serve: Callable[..., str], data_root: Path) -> str:
    return serve(SERVER, env={"RURAL_MAP_DATA": str(data_root), "PYTHONPATH": ""})


def test_dashboard_and_api_are_at_one_address(address: str) -> None:
    assert "<title>" in requests.get(address, timeout=60).text
    links = requests.get(f"{address}/api/", timeout=60).json()["links"]
    assert any(link["href"].startswith(f"{address}/api/collections") for link in links)


def test_gdal_reads_areas_in_pages_with_all_figures(address: str, italy: pd.DataFrame) -> None:
    read = pyogrio.read_dataframe(
        f"OAPIF:{address}/api", layer="italy-areas", where="nuts2 = 'ITF5'", PAGE_SIZE="50"
    ).set_index("area_id")
    expected = italy[italy["nuts2"] == "ITF5"]
    assert read.crs.to_epsg() == 4326 or "CRS84" in str(read.crs)
    assert sorted(read.index) == sorted(expected.index)
    for name in ("gap", "population", "minutes_hospital", "share_65_plus"):
        assert read.loc[expected.index, name].tolist() == pytest.approx(expected[name].tolist(), rel=1e-9), name
