"""The next site in the built Italy: the answer agrees with the territory's own figures, and its files repeat it."""

import json
import shlex
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from geodata.errors import InputError
from geodata.files import digest
from geodata.store import Territory
from pipelines.access.travel import storage as travelmodel
from pipelines.access.travel.model import TravelModel
from pipelines.areas import ranking
from pipelines.cli.main import app
from pipelines.export.sites import COLUMNS, package
from pipelines.priority import configuration
from pipelines.response import siting as sites
from pipelines.response.siting import Answer, Question

BASILICATA = Question("hospital", region="ITF5", sites=3, demand="people_65_plus", solver="exact")


@pytest.fixture(scope="module")
def model(territory: Territory) -> TravelModel:
    return travelmodel.of(territory)


@pytest.fixture(scope="module")
def found(territory: Territory, italy: pd.DataFrame, model: TravelModel) -> Answer:
    return sites.answer(territory, BASILICATA, model=model, table=italy)


def test_cover_now_is_that_of_the_indicators(found: Answer, italy: pd.DataFrame):
    """People aged 65 and over within 45 minutes of a hospital, as the build counted those beyond."""
    mine = italy[italy["nuts2"] == "ITF5"]
    before, after = found.covered
    assert found.people == pytest.approx(mine["people_65_plus"].sum())
    assert before == pytest.approx((mine["people_65_plus"] - mine["people_65_plus_beyond_hospital_45"]).sum())
    assert after - before == pytest.approx(found.plan.value)
    assert found.plan.optimal


def test_places_areas_sites_and_curve_add_up(found: Answer):
    proposed = found.sites[found.sites["status"] == "proposed"]
    assert proposed["order"].tolist() == [1, 2, 3] and proposed["gained"].is_monotonic_decreasing
    assert proposed["gained"].sum() == pytest.approx(found.plan.value)
    assert found.areas["gained"].sum() == pytest.approx(found.plan.value)
    assert found.areas["gained"].is_monotonic_decreasing
    demand = found.demand
    assert (demand["minutes_after"] <= demand["minutes_before"]).all()
    near = demand["minutes_after"] <= 45
    assert demand.loc[near, "covered_after"].tolist() == demand.loc[near, "people"].tolist()
    assert (demand.loc[~near, "covered_after"] == 0).all()
    assert found.curve["sites"].tolist() == list(range(9)) and found.curve["covered"].is_monotonic_increasing
    at = found.curve.set_index("sites")["covered"]
    assert (at[0], at[3]) == pytest.approx(found.covered)


def test_the_package_has_every_file_described_and_repeats_itself(found: Answer, territory: Territory):
    command = sites.command_of(BASILICATA, "italy", "sites.zip")
    content = package(found, territory, command=command)
    assert content == package(found, territory, command=command)
    with ZipFile(BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    assert {name: digest(files[name]) for name in manifest["files"]} == {
        name: facts["sha256"] for name, facts in manifest["files"].items()
    }
    assert manifest["said"] == "proven optimal" and manifest["gap"] == 0
    assert manifest["question"]["region"] == "ITF5" and manifest["travel"]["model"] == "terrain"
    assert manifest["command"] == (
        "python -m pipelines site italy --service hospital --sites 3 --region ITF5 --demand people_65_plus "
        "--solver exact -o sites.zip"
    )
    described = set(COLUMNS["column"])
    for name in ("sites", "demand", "areas", "curve", "alternatives", "uncoverable"):
        table = pd.read_csv(StringIO(files[f"{name}.csv"].decode("utf-8-sig")), dtype=str)
        assert set(table) <= described
    assert json.loads(files["sites.geojson"])["features"][0]["properties"]["status"] == "proposed"


def test_sites_left_out_are_not_proposed_and_regions_get_their_minimum(
    found: Answer, territory: Territory, italy: pd.DataFrame, model: TravelModel
):
    first = found.sites.iloc[0]
    asked = Question(
        "hospital",
        region="ITF5",
        sites=2,
        existing=False,
        excluded=(first["area_id"],),
        minimum=(("ITF51", 1), ("ITF52", 1)),
        alternatives=0,
    )
    other = sites.answer(territory, asked, model=model, table=italy)
    assert first["area_id"] not in set(other.sites["area_id"])
    assert sorted(other.sites["area_id"].str[:3]) == ["076", "077"], "one in each province"
    assert other.demand["minutes_before"].isna().all(), "planned without those that exist"


def test_a_list_of_ones_own_gives_the_candidates(territory: Territory, italy: pd.DataFrame, model: TravelModel):
    content = b"name;municipality;cost\nClinic A;Stigliano;2\nClinic B;Sant'Arcangelo;5\nClinic C;Nowhere at all;1\n"
    own = sites.from_file(territory, content, "clinics.csv", service="hospital")
    assert own.layer["name"].tolist() == ["Clinic A", "Clinic B"] and own.layer["cost"].tolist() == [2, 5]
    assert "1 row of clinics.csv cannot be placed and is left out." in own.notes
    asked = Question("hospital", region="ITF5", sites=0, budget=4, solver="exact", alternatives=0)
    answer = sites.answer(territory, asked, own=own, model=model, table=italy)
    assert answer.sites.loc[answer.sites["status"] == "proposed", "name"].tolist() == ["Clinic A"]
    assert answer.notes[: len(own.notes)] == own.notes
    assert answer.facts["question"]["candidates"] == "clinics.csv"
    assert answer.facts["list"] == {"file": "clinics.csv", "sha256": digest(content)}
    grouped = content.replace(b";2", b";1,500").replace(b";5", b";900")
    thousands = sites.from_file(territory, grouped, "clinics.csv", service="hospital")
    assert thousands.layer["cost"].tolist() == [1500, 900], "read as capacities are"
    with pytest.raises(InputError, match=r"The cost of candidate Clinic A in clinics\.csv is not a number"):
        sites.from_file(territory, content.replace(b";2", b";two"), "clinics.csv", service="hospital")
    with pytest.raises(InputError, match=r"No row of lost\.csv can be placed"):
        sites.from_file(territory, content[:23] + b"X;Nowhere at all;1\n", "lost.csv", service="hospital")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"service": "hospitl"}, "did you mean hospital?"),
        ({"candidates": "schol"}, "has no service 'schol'"),
        ({"candidates": "hospital"}, "The candidates are the service itself"),
        ({"demand": "childs"}, "There is no demand 'childs'"),
        ({"limit": -5.0}, "The limit is -5 minutes"),
        ({"sites": -1}, "The number of sites is -1"),
        ({"sites": 900}, "900 sites are asked for, and there are 154 candidates"),
        ({"region": "ITX"}, "There is no region 'ITX'"),
        ({"people_min": 10**9}, "There are no candidates for a site"),
        ({"excluded": ("xyz",)}, "no candidate or area 'xyz' to leave out"),
        ({"minimum": (("ITF5", 1), ("ITF51", 1))}, "overlap"),
        (
            {"method": "lscp", "candidates": "university", "limit": 20.0, "demand": "population"},
            "places have no candidate",
        ),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(
    territory: Territory, italy: pd.DataFrame, model: TravelModel, changes: dict[str, object], said: str
):
    asked = Question(**{"service": "hospital", "region": "ITF5", **changes})
    with pytest.raises(InputError, match=said) as caught:
        sites.answer(territory, asked, model=model, table=italy)
    assert "\n" not in str(caught.value)


def test_the_command_line_writes_what_the_dashboard_gives(
    found: Answer, territory: Territory, data_root: Path, tmp_path: Path
):
    out = tmp_path / "sites.zip"
    command = sites.command_of(BASILICATA, "italy", out.name)
    arguments = command.removeprefix("python -m pipelines ").removesuffix(out.name).split()
    result = CliRunner().invoke(app, [*arguments, str(out), "--data", str(data_root)])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == package(found, territory, command=command)


def test_a_list_with_capacities_repeats_itself_on_the_command_line(data_root: Path, tmp_path: Path):
    """Existing services have no limit, which is said; a name with a space is quoted; what is listed is in the files."""
    listed, out = tmp_path / "my clinics.csv", tmp_path / "sites.zip"
    listed.write_bytes(b"name;municipality;capacity\nClinic A;Stigliano;900\nClinic B;Sant'Arcangelo;100\n")
    asked = ["site", "italy", "--service", "hospital", "--region", "ITF5", "--solver", "exact", "--alternatives", "0"]
    run = CliRunner().invoke(app, [*asked, "--candidates", str(listed), "-o", str(out), "--data", str(data_root)])
    assert run.exit_code == 0, run.output
    with ZipFile(out) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["list"] == {"file": listed.name, "sha256": digest(listed.read_bytes())}
    assert "Services that exist are taken to have no limit of capacity." in manifest["notes"]
    assert manifest["value_is"] == "people served within the limit, those whom existing sites serve counted"
    assert manifest["value"] == pytest.approx(manifest["covered_after"])
    words = shlex.split(manifest["command"])
    assert words[words.index("--candidates") + 1] == listed.name


def test_need_is_that_of_the_weighting_asked_for(data_root: Path, territory: Territory, tmp_path: Path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(configuration.dump(configuration.load("health").weighted({("need", "Aged 80 and over"): 3.0})))
    options = ["--service", "hospital", "--region", "ITF5", "--alternatives", "0"]
    totals = {}
    for weighting in ("", "health", str(mine)):
        out = tmp_path / "sites.zip"
        more = ["--demand", "need", *(["--config", weighting] if weighting else []), "-o", str(out)]
        run = CliRunner().invoke(app, ["site", "italy", *options, *more, "--data", str(data_root)])
        assert run.exit_code == 0, run.output
        with ZipFile(out) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            assert ("configuration.yaml" in archive.namelist()) == (weighting == str(mine))
        totals[weighting] = manifest["demand"]["total"]
        words = shlex.split(manifest["command"])
        given = {"": None, "health": "health", str(mine): "configuration.yaml"}[weighting]
        assert (words[words.index("--config") + 1] if "--config" in words else None) == given
        assert any(note.startswith("The need is that of the weighting") for note in manifest["notes"])
    assert len(set(totals.values())) == 3
    table = ranking.ask(territory, weighting=configuration.load("health")).table
    there = table[table["nuts2"] == "ITF5"]
    assert totals["health"] == pytest.approx((there["population"] * there["need"] / 100).sum(), rel=1e-6)
    out = ["-o", str(tmp_path / "x.zip"), "--data", str(data_root)]
    run = CliRunner().invoke(app, ["site", "italy", *options, "--config", "health", *out])
    assert isinstance(run.exception, InputError) and "leave it out" in str(run.exception)


def test_services_planned_anew_may_stand_where_they_are(territory: Territory, italy: pd.DataFrame, model: TravelModel):
    asked = Question("hospital", region="ITF5", candidates="hospital", existing=False, alternatives=0)
    answer = sites.answer(territory, asked, model=model, table=italy)
    assert answer.sites["status"].tolist() == ["proposed"] and answer.plan.value > 0


def test_points_of_the_answer_are_in_degrees(found: Answer):
    for points in (found.sites, found.demand, found.alternatives):
        assert isinstance(points, gpd.GeoDataFrame) and points.crs.to_epsg() == 4326
