"""The library face: the page for notebooks runs as it stands, and what it answers is what the pipelines say."""

import doctest
import importlib
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import pipelines as rural
from geodata import store
from pipelines.areas import ranking as pipeline
from pipelines.areas.selection import Selection
from pipelines.build import run
from pipelines.export import read_manifest
from pipelines.priority import configuration, sensitivity

PAGE = Path(__file__).parents[3] / "docs" / "notebook.md"
EXAMPLES = ("pipelines", "pipelines.export.library.ranking", "pipelines.export.library.territories")


@pytest.fixture
def held(data_root: Path) -> "rural.Territory":
    """Italy as a user of the library holds it."""
    return rural.territory("italy", data=data_root, build=False)


@pytest.mark.usefixtures("data_root")
def test_every_block_of_the_notebook_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, PAGE.name, "exec"), names)
    assert len(blocks) == 8
    assert len(gpd.read_file(tmp_path / "basilicata.gpkg")) == 20
    assert {path.name for path in tmp_path.iterdir()} >= {"shortlist.zip", "shortlist.xlsx", "whatif.zip"}


@pytest.mark.usefixtures("data_root")
@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_of_the_face_run(module: str):
    """They open Italy, so pytest's own collection of examples, which knows no built territory, leaves them to this."""
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted and not result.failed


def test_importing_the_library_loads_nothing_heavy():
    code = "import sys, pipelines; print(*{'numpy', 'pandas', 'geopandas', 'rich', 'streamlit'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PAGE.parents[1])
    assert done.stdout.strip() == ""
    assert {"territory", "Territory", "Ranking", "InputError"} <= set(dir(rural))
    with pytest.raises(AttributeError, match="no attribute 'teritory'"):
        rural.teritory  # noqa: B018


def test_a_missing_territory_is_built_and_one_that_is_there_is_not(built_root: Path, tmp_path: Path, monkeypatch):
    built = []

    def build(recipe, *, root, **_):
        built.append(recipe.id)
        with store.new_version(recipe.id, root=root) as (_, manifest):
            manifest["title"] = "Made now"

    monkeypatch.setattr(run, "build", build)
    assert rural.territory("italy", data=tmp_path).title == "Made now"
    assert rural.territory("italy", data=tmp_path).title == "Made now"
    assert rural.territory("italy", data=built_root).title == "Italy"
    assert built == ["italy"]
    with pytest.raises(rural.InputError, match="'slovenia' has not been built"):
        rural.territory("slovenia", data=tmp_path, build=False)
    with pytest.raises(rural.InputError, match=r"no territory 'itly'; did you mean italy\?"):
        rural.territory("itly", data=tmp_path)


def test_areas_are_those_of_the_pipelines_with_both_ranks(held, territory, italy):
    ranking = held.rank("health", draws=50)
    asked = pipeline.ask(territory, weighting=configuration.load("health"), draws=50)
    areas = ranking.areas(region="ITF5", top=7)
    view = pipeline.View(selection=Selection(region="ITF5"))
    assert isinstance(areas, gpd.GeoDataFrame) and areas.crs.to_string() == "EPSG:4326"
    assert areas.index.name == "area_id"
    assert areas.index.tolist() == pipeline.top(territory, view, count=7, asked=asked)
    assert areas["rank"].tolist() == asked.ranks[areas.index].tolist()
    inside = asked.scores.frame["gap"][italy["nuts2"] == "ITF5"]
    assert areas["rank_in_selection"].tolist() == [int((inside > gap).sum()) + 1 for gap in areas["gap"]]
    pd.testing.assert_series_equal(areas["probability"], asked.robustness.frame.loc[areas.index, "probability"])
    assert set(territory.codebook.index) <= set(areas)
    shapes = territory.layer("areas").set_index("area_id").geometry
    assert areas.geometry.iloc[0].equals(shapes[areas.index[0]])


def test_filters_order_and_their_slips(held):
    ranking = held.rank(draws=20)
    rural_areas = ranking.areas(degurba=["3"], people_min=500, people_max=900)
    assert set(rural_areas["degurba"]) == {"rural area"} and rural_areas["population"].between(500, 900).all()
    assert rural_areas["rank_in_selection"].max() <= len(rural_areas) < rural_areas["rank"].max()
    assert ranking.areas(by="resources", top=3)["resources"].is_monotonic_increasing
    assert ranking.areas(by="probability", top=30)["probability"].is_monotonic_decreasing
    with pytest.raises(rural.InputError, match="no region 'ITX'"):
        ranking.areas(region="ITX")
    with pytest.raises(rural.InputError, match="no index configuration 'helth'; did you mean health"):
        held.rank("helth")
    with pytest.raises(rural.InputError, match="no language 'tlh'"):
        held.rank(language="tlh")
    with pytest.raises(rural.InputError, match="no area '05809'"):
        ranking.why("05809")


def test_a_weighting_by_name_by_path_and_as_a_value_is_the_same(held, tmp_path: Path):
    path = tmp_path / "health.yaml"
    path.write_text(configuration.dump(configuration.load("health")), encoding="utf-8")
    gaps = [held.rank(each).analysis.scores.frame["gap"] for each in ("health", path, configuration.load("health"))]
    pd.testing.assert_series_equal(gaps[0], gaps[1])
    pd.testing.assert_series_equal(gaps[0], gaps[2])


def test_more_replicates_than_fit_the_memory_are_refused(held):
    most = pipeline.MOST_RANKS // 7901
    assert held.rank(draws=most).analysis.draws == most
    with pytest.raises(rural.InputError, match=f"{most + 1:,} replicates of 7,901 areas .* at most {most:,}"):
        held.rank(draws=most + 1)


def test_why_is_the_sentence_of_the_list_and_in_the_language_asked_for(held):
    ranking = held.rank(draws=20, k=40)
    area_id = ranking.areas(top=1).index[0]
    listed = ranking.shortlist(areas=[area_id])
    assert str(ranking.why(area_id)) == listed.areas["reason"].iloc[0]
    assert not ranking.why(area_id).facts.empty
    assert "Gap" not in held.rank(draws=20, language="de").why(area_id).sentence.split()[0]


def test_leaving_out_and_sensitivity_are_those_of_the_method(held, italy):
    ranking = held.rank("health", draws=20)
    found = ranking.leave_one_out()
    expected = sensitivity.leave_one_out(
        italy, configuration.load("health"), k=ranking.analysis.k, regions=italy["nuts2"]
    )
    pd.testing.assert_frame_equal(found, expected)
    assert ranking.sensitivity(draws=8).columns.tolist() == ["first", "total"]


def test_a_list_is_saved_as_what_its_name_says(held, tmp_path: Path):
    listed = held.rank(draws=20).shortlist(3, region="ITF5", by="need")
    for ending in listed.ENDINGS:
        assert listed.save(tmp_path / f"list{ending}").stat().st_size > 100
    manifest = read_manifest(listed.save(str(tmp_path / "mine.zip")))
    assert manifest["command"] == (
        "python -m pipelines rank italy --region ITF5 --by need --top 3 "
        "--config balanced --k 100 --draws 20 --seed 1 -o mine.zip"
    )
    with pytest.raises(rural.InputError, match=r"list\.doc ends in none of \.zip, \.pdf"):
        listed.save(tmp_path / "list.doc")


def test_access_has_the_figures_of_one_service(held, italy):
    found = held.access("hospital")
    assert found["minutes_hospital"].equals(italy["minutes_hospital"])
    assert "minutes_university" not in found and found.crs.to_string() == "EPSG:4326"
    with pytest.raises(rural.InputError, match="no service category 'hopital'"):
        held.access("hopital")
    with pytest.raises(rural.InputError, match="Italy has no figures on 'pharmacy'"):
        held.access("pharmacy")


def test_summary_adds_up_the_areas(held, italy):
    found = held.summary()
    assert found.loc["population", "value"] == italy["population"].sum()
    far = italy["people_beyond_hospital_45"].sum()
    assert found.loc["people_beyond_hospital_45", "value"] == far
    assert found.loc["people_beyond_hospital_45", "share"] == pytest.approx(100 * far / italy["population"].sum())


def test_what_is_asked_wrongly_of_sites_and_scenarios_is_said(held):
    with pytest.raises(rural.InputError, match="leave it out, or ask for the demand need"):
        held.site("hospital", weighting="health")
    with pytest.raises(rural.InputError, match=r"There is no file absent\.csv"):
        held.site("hospital", candidates="absent.csv")
    with pytest.raises(rural.InputError, match="No scenario is named"):
        held.scenario()


def test_objects_show_themselves_with_texts_escaped(held):
    ranking = held.rank(draws=20)
    listed = ranking.shortlist(3, notes={})
    area_id = listed.areas.index[0]
    for shown in (held, ranking, listed, ranking.why(area_id), held.match(area_id, top=2)):
        assert shown._repr_html_().startswith("<h4>")
    assert listed.areas["name"].iloc[0] in listed._repr_html_()
    noted = ranking.shortlist(areas=[area_id], notes={area_id: "<script>"})
    assert "<script>" not in noted._repr_html_()
