"""From a view of Italy to a list: which areas, what stands beside them, and how it is written."""

import errno
import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import InputError
from geodata.files import write_whole
from pipelines.areas import ranking
from pipelines.areas.ranking import View, ask, top
from pipelines.areas.selection import Selection
from pipelines.areas.shortlist import make
from pipelines.export import package, read_manifest
from pipelines.priority import composite, configuration, robustness


def view(by: str = "gap", **filters: object) -> View:
    return View(selection=Selection(**filters), by=by)  # type: ignore[arg-type]


def test_top_is_the_highest_gap_of_the_region(territory, italy):
    region = italy[italy["nuts2"] == "ITF5"]
    expected = sorted(region.index[region["gap"].notna()], key=lambda area: (-region.loc[area, "gap"], area))
    assert top(territory, view(region="ITF5"), count=20) == expected[:20]
    assert top(territory, view(region="ITF5"), count=10_000) == expected


def test_top_by_an_indicator_that_is_better_when_higher_is_the_lowest(territory, italy):
    found = top(territory, view(by="resources"), count=5)
    assert italy.loc[found, "resources"].tolist() == sorted(italy["resources"].dropna())[:5]


def test_the_surest_come_first_and_of_equally_sure_ones_the_highest_gap(territory, italy):
    asked = ask(territory)
    found = top(territory, view(by=ranking.FIRMEST, region="ITF5"), count=40, asked=asked)
    sure = asked.robustness.frame.loc[found, "probability"]
    assert list(zip(-sure, -italy.loc[found, "gap"], strict=True)) == sorted(
        zip(-sure, -italy.loc[found, "gap"], strict=True)
    )
    everyone = italy.index[(italy["nuts2"] == "ITF5") & italy["gap"].notna()].difference(found)
    assert asked.robustness.frame.loc[everyone, "probability"].max() <= sure.iloc[-1]


def test_top_says_when_nothing_passes_or_a_name_is_unknown(territory):
    with pytest.raises(InputError, match="No area passes the filters"):
        top(territory, view(region="ITF5", people_min=10_000_000), count=5)
    with pytest.raises(InputError, match="no region 'ITX'"):
        top(territory, view(region="ITX"), count=5)
    with pytest.raises(InputError, match=r"no indicator 'gpa' in this territory; did you mean gap\?"):
        top(territory, view(by="gpa"), count=5)


def test_list_keeps_the_order_given_and_has_every_indicator_of_the_area(territory, italy):
    chosen = ["058091", "001001", "111107"]
    areas = make(territory, chosen, view=View()).areas
    assert areas["area_id"].tolist() == chosen
    assert areas["order"].tolist() == [1, 2, 3]
    assert areas["name"].tolist() == italy.loc[chosen, "name"].tolist()
    for indicator in territory.codebook.index:
        assert areas[indicator].tolist() == pytest.approx(italy.loc[chosen, indicator].tolist(), nan_ok=True)
    shapes = territory.layer("areas").set_index("area_id").geometry
    assert all(shape.equals(shapes[area]) for area, shape in zip(chosen, areas.geometry, strict=True))


def test_area_without_figures_stays_without_figures(territory, italy):
    unscored = italy.index[italy["population"].isna()][0]
    row = make(territory, [unscored], view=View()).areas.iloc[0]
    assert row[["population", "need", "gap"]].isna().all()
    assert pd.notna(row["minutes_hospital"])


def test_notes_stand_beside_their_area_only(territory):
    areas = make(territory, ["058091", "001001"], view=View(), notes={"001001": "ask the mayor"}).areas
    assert areas["note"].isna().tolist() == [True, False]
    assert areas["note"].iloc[1] == "ask the mayor"
    assert "note" not in make(territory, ["058091"], view=View()).areas


HEALTH = configuration.load("health").weighted({("need", "Aged 80 and over"): 3.0})


def test_list_says_how_sure_each_place_is_and_why(territory, italy):
    asked = ask(territory, weighting=HEALTH, k=20, draws=100, seed=7)
    chosen = ["058091", *top(territory, View(), count=2, asked=asked), "081025"]
    areas = make(territory, chosen, view=View(), asked=asked).areas.set_index("area_id")
    expected = robustness.simulate(italy, HEALTH, k=20, draws=100, seed=7, regions=italy["nuts2"]).frame.loc[chosen]
    for column in ("rank", "rank_low", "rank_high", "probability"):
        pd.testing.assert_series_equal(areas[column], expected[column], check_names=False)
    assert areas["rank"].iloc[1:3].tolist() == [1, 2]
    assert areas["tier"].fillna("none").tolist() == ["not on the list", *expected["tier"].iloc[1:3], "none"]
    assert areas["gap"].tolist() == pytest.approx(
        composite.score(italy, HEALTH, regions=italy["nuts2"]).frame.loc[chosen, "gap"].tolist(), nan_ok=True
    )
    assert areas["reason"].iloc[0].startswith(f"Gap {areas['gap'].iloc[0]:.1f}, place {areas['rank'].iloc[0]:,} of ")
    assert areas["reason"].iloc[3].startswith("Not scorable: No data for ")


def test_neighbours_are_looked_for_only_when_the_weighting_asks(territory):
    def refuse() -> pd.DataFrame:
        raise AssertionError("nobody asked for neighbours")

    asked = ask(territory)
    assert replace(asked, touching=refuse).scores.frame["gap"].notna().any()
    lenient = replace(HEALTH, steps=replace(HEALTH.steps, availability=0.5, impute="neighbours"))
    scores = replace(asked, configuration=lenient).scores
    shapes = territory.layer("areas").set_index("area_id").geometry
    key = ("need", "Aged 65 and over", "share_65_plus")
    area = scores.imputed.index[scores.imputed[key]][0]
    around = shapes.index[shapes.intersects(shapes[area])].drop(area)
    assert scores.values[key][area] == pytest.approx(scores.values.loc[around, key].mean())


def test_package_holds_every_step_of_the_index_and_the_weighting(territory, tmp_path: Path):
    asked = ask(territory, weighting=HEALTH, k=20, draws=20, seed=7)
    content = package(make(territory, ["058091", "001001"], view=View(), asked=asked))
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        audit = pd.read_csv(files.open("audit.csv"), encoding="utf-8-sig", dtype={"area_id": str}, index_col="area_id")
        sheet = pd.read_excel(files.open("shortlist.xlsx"), sheet_name="Audit", dtype={"area_id": str})
        (tmp_path / "configuration.yaml").write_bytes(files.read("configuration.yaml"))
    assert audit.index.tolist() == sheet["area_id"].tolist() == ["058091", "001001"]
    own = configuration.load(str(tmp_path / "configuration.yaml"))
    assert (own.need, own.resources, own.steps) == (HEALTH.need, HEALTH.resources, HEALTH.steps)
    for index in ("need", "resources"):
        steps = audit.filter(like=f"{index}|")
        parts = [
            steps[name.replace("|weight", "|normalised")] * steps[name] for name in steps if name.endswith("|weight")
        ]
        assert sum(parts).tolist() == pytest.approx(audit[index].tolist(), abs=1e-4)
    points = audit.filter(like="|points").sum(axis=1)
    assert (audit["gap of the typical area"] + points).tolist() == pytest.approx(audit["gap"].tolist(), abs=1e-4)
    assert audit["gap"].tolist() == pytest.approx(sheet["gap"].tolist())
    facts = read_manifest(content)["priority"]
    assert (facts["k"], facts["draws"], facts["seed"], facts["by"]) == (20, 20, 7, "gap")
    assert facts["configuration"] == (tmp_path / "configuration.yaml").read_text(encoding="utf-8")


def test_manifest_says_what_the_list_was_taken_from_and_how_to_repeat_it(territory):
    made = make(territory, ["058091", "001001"], view=view(by="need", region="ITI4", degurba=("1",)))
    assert made.manifest["territory_version"] == territory.version
    assert made.manifest["view"]["by"] == "need"
    assert made.manifest["view"]["selection"]["region"] == "ITI4"
    assert made.manifest["command"] == (
        "python -m pipelines export italy --areas 058091,001001 --config balanced --k 100 --draws 1000 --seed 1 "
        "-o shortlist.zip"
    )
    assert make(territory, ["058091"], view=View(), command="as before").manifest["command"] == "as before"
    written = read_manifest(package(made))
    assert written["areas"] == ["058091", "001001"]
    assert {source["source_id"] for source in written["sources"]} == {s["id"] for s in territory.manifest["sources"]}


def test_area_that_is_unknown_twice_there_or_none_at_all(territory):
    with pytest.raises(InputError, match=r"no area '05809' in Italy; did you mean 058091\?|no area '05809' in Italy"):
        make(territory, ["001001", "05809"], view=View())
    with pytest.raises(InputError, match="Area 001001 is on the shortlist twice"):
        make(territory, ["001001", "001001"], view=View())
    with pytest.raises(InputError, match="The shortlist is empty"):
        make(territory, [], view=View())


def test_file_is_written_whole_and_readable_by_others(tmp_path: Path):
    path = tmp_path / "list.zip"
    path.write_bytes(b"before")
    write_whole(path, b"after")
    assert path.read_bytes() == b"after"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_interrupted_file_leaves_the_one_before_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
):
    path = tmp_path / "list.zip"
    path.write_bytes(b"before")

    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises((KeyboardInterrupt, InputError)):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("where", ["absent/list.zip", "file/list.zip", "folder", "x" * 300])
def test_file_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path, where: str):
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "folder").mkdir()
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(InputError, match=r"cannot be written \(.+\); choose another file with -o\."):
        write_whole(tmp_path / where, b"after")
    assert sorted(os.listdir(tmp_path)) == before
