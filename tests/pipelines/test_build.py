"""The build of Italy as a whole: what it writes, that it can be repeated, and that its indices are what they say."""

import os
import subprocess
import sys
from bisect import bisect_left, bisect_right
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata import catalogue, indicators, recipes, store
from geodata.schema import LAYERS
from geodata.store import Territory
from geodata.yamlfile import read_mapping
from pipelines import build as building
from pipelines import inputs
from pipelines.build import build, fingerprint, is_stale
from pipelines.sources import snapshot

PROJECT = Path(building.__file__).parents[1]
ITALY = recipes.load("italy")


@pytest.fixture(scope="module")
def values(territory: Territory) -> pd.DataFrame:
    return territory.layer("indicators").set_index("area_id")


def digests(territory: Territory) -> dict[str, str]:
    files = (path for path in territory.folder.rglob("*") if path.is_file())
    return {path.relative_to(territory.folder).as_posix(): store.file_digest(path) for path in files}


def test_every_layer_and_display_file_is_written(territory: Territory):
    display = {f"display/{name}.geojson" for name in ("areas", "regions", "basemap")}
    assert territory.manifest["outputs"].keys() == {f"{name}.parquet" for name in LAYERS} | display
    territory.verify()


def test_build_again_by_the_command_line_gives_identical_bytes(territory: Territory, tmp_path: Path):
    """In another process, with other hashes of texts, in another folder."""
    run = subprocess.run(
        [sys.executable, "-m", "pipelines", "build", "italy", "--data", str(tmp_path)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    again = store.open_territory("italy", root=tmp_path)
    assert again.version == territory.version
    assert digests(again) == digests(territory)
    assert not is_stale(ITALY, root=tmp_path)
    assert sorted(path.name for path in (tmp_path / "italy").iterdir()) == sorted([store.POINTER, again.version])


def test_codebook_is_the_columns_of_the_indicators_in_order(territory: Territory, values: pd.DataFrame):
    assert territory.codebook.index.tolist() == values.columns.tolist()
    categories = tuple(sorted(territory.layer("services")["category"].unique()))
    assert territory.codebook.index.tolist() == list(indicators.dictionary(categories))
    assert (values.dtypes == "float64").all()


def test_every_indicator_has_years_and_sources_that_the_manifest_describes(territory: Territory):
    described = {source["id"]: source for source in territory.manifest["sources"]}
    for row in territory.codebook.itertuples():
        ids = row.sources.split(", ")
        assert ids and set(ids) <= described.keys(), row.indicator
        assert row.year == ", ".join(sorted({str(described[source]["year"]) for source in ids}))
        ranks = [catalogue.COMPLETENESS.index(described[source]["completeness"]) for source in ids]
        assert row.completeness == catalogue.COMPLETENESS[max(ranks)]
        assert all(described[source]["licence"] and described[source]["attribution"] for source in ids)


def test_minutes_to_a_service_name_the_sources_of_that_service_only(territory: Territory):
    sources = territory.codebook["sources"]
    assert "airports" in sources["minutes_airport"]
    assert "italy-services" not in sources["minutes_airport"] and "ports" not in sources["minutes_airport"].split(", ")
    assert "airports" not in sources["minutes_hospital"]


def test_manifest_says_how_to_repeat_the_build_and_what_went_in(territory: Territory):
    manifest = territory.manifest
    assert manifest["command"] == "python -m pipelines build italy"
    assert manifest["travel"]["estimate"] is True
    for name, sha256 in manifest["inputs"].items():
        assert store.file_digest(snapshot.DEFAULT / name) == sha256
    assert {source["id"] for source in manifest["sources"]} == set(ITALY.sources())
    text = (territory.folder / store.MANIFEST).read_text(encoding="utf-8")
    assert str(territory.folder.parent) not in text and str(PROJECT) not in text


def test_number_that_is_missing_has_its_reason_and_no_other_has(territory: Territory, values: pd.DataFrame):
    quality = territory.layer("quality")
    missing = {(area, column) for area, column in values.stack(future_stack=True).loc[lambda s: s.isna()].index}
    told = quality[quality["kind"] != "partial"]
    assert set(zip(told["area_id"], told["indicator"], strict=True)) == missing
    assert (quality["reason"].str.len() > 10).all()
    assert missing, "the snapshot has areas without population"


def test_areas_without_population_are_missing_not_zero_and_are_told(territory: Territory, values: pd.DataFrame):
    """The three that the issue names have a boundary and no figures."""
    unknown = ["081025", "099030", "099031"]
    assert values.index[values["population"].isna()].tolist() == unknown
    assert values.loc[unknown, ["share_65_plus", "population_density", "need", "gap"]].isna().all(axis=None)
    assert values.loc[unknown, "minutes_hospital"].notna().all()
    assert any("081025" in note for note in territory.manifest["notes"])


def test_people_of_the_build_are_those_of_the_snapshot(values: pd.DataFrame):
    residents = pd.read_parquet(snapshot.DEFAULT / "population.parquet")
    latest = residents[residents["year"] == 2023].set_index("area_id")
    rome = [int(latest.loc["058091", f"a{age}"]) for age in range(101)]
    assert values.loc["058091", "population"] == sum(rome)
    assert values.loc["058091", "people_65_plus"] == sum(rome[65:])
    assert values.loc["058091", "share_80_plus"] == pytest.approx(100 * sum(rome[80:]) / sum(rome))
    drawn = latest[latest.index.isin(values.index)]
    assert values["population"].sum() == drawn[[f"a{age}" for age in range(101)]].to_numpy().sum()
    assert 58e6 < values["population"].sum() < 60e6


def test_density_is_people_by_size(territory: Territory, values: pd.DataFrame):
    size = territory.layer("areas").set_index("area_id")["area_km2"]
    expected = [people / size[area] for area, people in values["population"].items()]
    assert values["population_density"].tolist() == pytest.approx(expected, nan_ok=True)


def percentiles(column: list[float]) -> list[float]:
    """100 x (rank - 1) / (n - 1); equal values share the mean of their ranks; missing stays missing."""
    known = sorted(value for value in column if value == value)
    mean_rank = {value: (bisect_left(known, value) + 1 + bisect_right(known, value)) / 2 for value in set(known)}
    return [100 * (mean_rank[value] - 1) / (len(known) - 1) if value == value else value for value in column]


def index_by_hand(values: pd.DataFrame, dimensions: dict[str, dict[str, dict[str, float]]]) -> list[float]:
    """Mean over dimensions of the mean over indicators, each as a percentile or on a fixed scale."""
    scores = []
    for entries in dimensions.values():
        columns = []
        for name, entry in entries.items():
            raw = values[name].tolist()
            if entry.get("normalise") == "scale":
                low, high = entry["low"], entry["high"]
                column = [min(max(100 * (value - low) / (high - low), 0), 100) for value in raw]
                columns.append(column if entry["sign"] > 0 else [100 - value for value in column])
            else:
                columns.append(percentiles([entry["sign"] * value for value in raw]))
        scores.append([sum(row) / len(row) for row in zip(*columns, strict=True)])
    return [sum(row) / len(row) for row in zip(*scores, strict=True)]


def test_need_resources_and_gap_equal_plain_python(values: pd.DataFrame):
    configuration = read_mapping(Path(indicators.__file__).parent / "indices" / f"{ITALY.index}.yaml")
    need = index_by_hand(values, configuration["need"])
    resources = index_by_hand(values, configuration["resources"])
    gap = [a * (1 - b / 100) for a, b in zip(need, resources, strict=True)]
    assert values["need"].tolist() == pytest.approx(need, nan_ok=True)
    assert values["resources"].tolist() == pytest.approx(resources, nan_ok=True)
    assert values["gap"].tolist() == pytest.approx(gap, nan_ok=True)
    scores = values[["need", "resources", "gap"]]
    assert ((scores >= 0) & (scores <= 100) | scores.isna()).all(axis=None)
    assert scores["gap"].nunique() > 7000


def test_weights_of_the_manifest_add_up_for_each_index(territory: Territory):
    table = pd.DataFrame(territory.manifest["weights"])
    assert table.groupby("index")["weight"].sum().to_dict() == pytest.approx({"need": 1, "resources": 1}, abs=1e-5)
    assert set(table["indicator"]) <= set(territory.codebook.index)


def test_rows_of_the_sources_in_another_order_make_the_same_territory(
    territory: Territory, values: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    read = snapshot.read_layer

    def shuffled(name: str, folder: Path = snapshot.DEFAULT) -> pd.DataFrame:
        return read(name, folder).sample(frac=1, random_state=7)

    monkeypatch.setattr(snapshot, "read_layer", shuffled)
    told: list[str] = []
    build(ITALY, root=tmp_path, report=told.append)
    assert len(set(told)) == len(told) == building.STEPS
    again = store.open_territory("italy", root=tmp_path)
    found = again.layer("indicators").set_index("area_id")
    assert found.index.equals(values.index) and found.columns.equals(values.columns)
    # Sums of floats may differ in the last digit with the order of their terms.
    assert np.allclose(found, values, rtol=1e-9, atol=1e-9, equal_nan=True)
    for name in ("areas", "regions", "services", "projects", "consortia", "quality", "codebook"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(again.layer(name).drop(columns="geometry", errors="ignore")),
            pd.DataFrame(territory.layer(name).drop(columns="geometry", errors="ignore")),
        )
    near, before = again.layer("nearest"), territory.layer("nearest")
    assert near[["area_id", "category", "order", "service_id"]].equals(
        before[["area_id", "category", "order", "service_id"]]
    )


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A territory with nothing in it but a file, that says it was built from what is here."""
    with store.new_version("italy", root=tmp_path) as (draft, manifest):
        draft.write_bytes("display/areas.geojson", b"{}")
        manifest["fingerprint"] = fingerprint(ITALY, inputs.digests(ITALY, catalogue.load()))
    return tmp_path


def test_territory_is_stale_when_it_is_not_built(fresh: Path, tmp_path: Path):
    assert not is_stale(ITALY, root=fresh)
    assert is_stale(ITALY, root=tmp_path / "elsewhere")


def test_territory_of_other_code_is_stale(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "code.py").write_text("other = True")
    monkeypatch.setattr(building, "ROOMS", (*building.ROOMS, tmp_path))
    assert is_stale(ITALY, root=fresh)


def test_territory_of_another_recipe_is_stale(fresh: Path, tmp_path: Path):
    path = tmp_path / "italy.yaml"
    path.write_text(ITALY.path.read_text(encoding="utf-8").replace("circuity: 1.4", "circuity: 1.3"), encoding="utf-8")
    assert is_stale(recipes.load("italy", folder=tmp_path), root=fresh)


@pytest.mark.parametrize("name", ["display/areas.geojson", store.MANIFEST])
def test_damaged_territory_is_stale(fresh: Path, name: str):
    path = store.open_territory("italy", root=fresh).folder / name
    path.write_bytes(path.read_bytes() + b" ")
    assert is_stale(ITALY, root=fresh)
