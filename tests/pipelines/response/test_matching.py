"""Projects matched to need, on drawn areas, against plain Python, and on Italy.

Five areas that are alike in all but the kilometres to a city: 0, 10, 20, 30 and 40.
"""

import itertools
import json
import re
import shlex
import shutil
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.files import digest
from geodata.schema import PRECISIONS, PROJECT_KINDS
from geodata.store import Territory
from pipelines.export import suggestions as files
from pipelines.response.matching import contexts, crosswalk, matches, suggestions
from pipelines.response.matching import territory as matching
from pipelines.response.matching.crosswalk import Sign
from pipelines.response.matching.matches import Candidates
from pipelines.response.matching.needs import theme_needs
from pipelines.response.matching.white_spots import white_spots
from pipelines.sources.bundled import snapshot

AREAS = pd.Index(["a", "b", "c", "d", "e"], name="area_id")
CROSSWALK = replace(
    crosswalk.load(),
    signs={
        "mobility": (Sign("minutes", 1, "far"), Sign("change", -1, "leaving"), Sign("absent", 1, "not in the table")),
        "housing": (),
    },
    lacking={"mobility": "timetables", "housing": "rents"},
)
TABLE = pd.DataFrame({"minutes": [10.0, 20, 30, 40, np.nan], "change": [1.0, 0, -1, -2, -3]}, index=AREAS)


def context(km: list[float]) -> pd.DataFrame:
    """Equal in all but the kilometres to a city of 50,000, and nothing known of ages."""
    same = {"place_population": 500.0, "degurba": 3.0, "population_density": 20.0, "km_5000": 5.0, "km_250000": 90.0}
    frame = pd.DataFrame({**same, "km_50000": km, "share_under_15": np.nan, "share_65_plus": np.nan})
    return frame[[each.indicator for each in contexts.CONTEXT]]


PLACES = context([0.0, 10, 20, 30, 40]).set_axis(AREAS)


def projects(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(columns["themes"])
    given = {
        "kind": ["project"] * count,
        "precision": ["town"] * count,
        "confidence": ["seen in source"] * count,
        "end_year": pd.array([None] * count, dtype="Int64"),
    } | columns
    ids = [f"p{number}" for number in range(count)]
    return gpd.GeoDataFrame(
        {"project_id": ids} | given, geometry=gpd.points_from_xy([10] * count, [45] * count)
    ).set_axis(ids)


def candidates(listed: gpd.GeoDataFrame, km: list[float]) -> Candidates:
    states = matches.status(listed, 2026)
    known = context(km).set_axis(listed.index)
    vague = ~listed["precision"].isin(("town", "municipality"))
    known[vague] = np.nan
    reasons = pd.Series("only the region", index=listed.index)[vague]
    return Candidates(listed, known, reasons, matches.evidence(listed, states, CROSSWALK), states)


def test_need_is_the_mean_percentile_in_the_direction_of_need():
    """Minutes rank a < b < c < d of four (0, 33, 67, 100), change a < ... < e of five (0, 25, 50, 75, 100)."""
    needs = theme_needs(TABLE, CROSSWALK)
    expected = [0, (100 / 3 + 25) / 2, (200 / 3 + 50) / 2, (100 + 75) / 2, 100]
    np.testing.assert_allclose(needs.values["mobility"], expected)
    assert needs.of("e", "mobility") == {"change": 100}, "computed from what exists"
    assert [sign.indicator for sign in needs.used["mobility"]] == ["minutes", "change"]


def test_theme_without_an_indicator_cannot_be_judged():
    needs = theme_needs(TABLE, CROSSWALK)
    assert needs.values["housing"].isna().all()
    assert needs.of("a", "housing") == {} and needs.lacking["housing"] == "rents"


def test_score_against_plain_python():
    """km_50000 is a third of the group Remoteness; three groups are known, so it weighs (1/4 x 1/3) / (3/4) = 1/9.

    The 5th and 95th percentile of 0, 10, 20, 30, 40 are 2 and 38: the scale is 36 km.
    """
    listed = projects(
        themes=["mobility", "mobility;housing", "mobility"],
        kind=["project", "support organisation", "project"],
        precision=["town", "municipality", "town"],
        confidence=["seen in source", "seen in source", "planner's own"],
        end_year=pd.array([2030, None, 2020], dtype="Int64"),
    )
    found = matches.for_area("d", theme_needs(TABLE, CROSSWALK), PLACES, candidates(listed, [30.0, 12, 20]))
    need = (100 + 75) / 200
    alike = {"p0": 1.0, "p1": 1 - 18 / 36 / 9, "p2": 1 - 10 / 36 / 9}
    known = {"p0": 1.0, "p1": 0.7 * 0.9 * 1.0 * 0.95, "p2": 1.0 * 0.8 * 0.8 * 1.0}
    for name, row in found.iterrows():
        assert row["need"] == pytest.approx(need)
        assert row["similarity"] == pytest.approx(alike[str(name)])
        assert row["evidence"] == pytest.approx(known[str(name)])
        assert row["score"] == pytest.approx(need * alike[str(name)] * known[str(name)])
        assert row["judged"] == ("mobility",), "housing is not judged, so it never counts"
    assert found.index.tolist() == ["p0", "p2", "p1"]


def test_what_cannot_be_judged_is_listed_last_with_its_reason():
    listed = projects(themes=["housing", "mobility", "mobility"], precision=["town", "region", "town"])
    found = matches.for_area("d", theme_needs(TABLE, CROSSWALK), PLACES, candidates(listed, [30.0, 30, 30]))
    assert found.index.tolist() == ["p2", "p0", "p1"]
    assert found["score"].isna().tolist() == [False, True, True]
    assert found["unranked"].tolist() == ["", matches.UNJUDGED, "only the region"]


def test_project_goes_where_it_is_needed_and_at_home():
    """Of two areas with the same kilometres the needier comes first; the score is that of `for_area`."""
    needs, all_projects = theme_needs(TABLE, CROSSWALK), candidates(projects(themes=["mobility"]), [30.0])
    found = matches.for_project("p0", needs, PLACES, all_projects)
    assert found["score"].is_monotonic_decreasing and found.index[0] == "e"
    for area_id in AREAS:
        there = matches.for_area(area_id, needs, PLACES, all_projects).loc["p0", "score"]
        assert found["score"][area_id] == pytest.approx(there)


def test_unknown_ids_are_said():
    needs, all_projects = theme_needs(TABLE, CROSSWALK), candidates(projects(themes=["mobility"]), [30.0])
    with pytest.raises(InputError, match="no area 'z'"):
        matches.for_area("z", needs, PLACES, all_projects)
    with pytest.raises(InputError, match="no project 'p9'"):
        matches.for_project("p9", needs, PLACES, all_projects)


@given(
    end=st.sampled_from([None, 2020, 2030]),
    kind=st.sampled_from(PROJECT_KINDS),
    precision=st.sampled_from(PRECISIONS),
    confidence=st.sampled_from([*crosswalk.SEEN, "own"]),
    km=st.floats(0, 1000),
    area=st.sampled_from(list(AREAS)),
)
def test_parts_are_shares_and_multiply_to_the_score(end, kind, precision, confidence, km, area) -> None:
    listed = projects(
        themes=["mobility"],
        kind=[kind],
        precision=[precision],
        confidence=[confidence],
        end_year=pd.array([end], "Int64"),
    )
    row = matches.for_area(area, theme_needs(TABLE, CROSSWALK), PLACES, candidates(listed, [km])).iloc[0]
    parts = row[list(matches.PARTS)].dropna()
    assert parts.between(0, 1).all()
    if len(parts) < 3:
        assert np.isnan(row["score"]) and row["unranked"]
    else:
        assert 0 <= row["score"] <= 1 and row["score"] == pytest.approx(parts.prod())


def test_better_evidence_never_lowers_the_score():
    ladders = {
        "kind": ["support organisation", "project"],
        "precision": ["region", "municipality", "town"],
        "confidence": ["own", crosswalk.SEEN[1], crosswalk.SEEN[0]],
    }
    ends = pd.array([2020, None, 2030], dtype="Int64")
    for what, steps in ladders.items():
        listed = projects(themes=["mobility"] * len(steps), **{what: steps})
        assert matches.evidence(listed, matches.status(listed, 2026), CROSSWALK).is_monotonic_increasing, what
    listed = projects(themes=["mobility"] * 3, end_year=ends)
    assert matches.status(listed, 2026).tolist() == ["ended", "no end known", "running"]
    assert matches.evidence(listed, matches.status(listed, 2026), CROSSWALK).is_monotonic_increasing


def test_white_spot_needs_much_and_knows_nothing_near_or_alike():
    """a needs little; b has a project within reach; c is the home of one; d is like c; e is like nobody."""
    need = pd.Series([10.0, 80, 80, 80, 80, np.nan], index=[*AREAS, "f"])
    places = pd.concat([PLACES, PLACES.loc[["e"]].set_axis(["f"])])
    places["degurba"] = [3.0, 3, 3, 3, 1, 1]
    found = white_spots(need, pd.Index(["b"]), pd.Index(["c"]), places)
    states = ["need not high", "known within reach", "known within reach", "known in areas like it", "white spot"]
    assert found[AREAS].tolist() == states
    assert found.isna()["f"], "a need that cannot be judged is no white spot"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda file: file["themes"]["mobility"]["indicators"].update(minutes_moon={"need": "high", "why": "x"}),
            "moon",
        ),
        (lambda file: file["themes"].pop("housing"), r"themes: lacks 'housing'"),
        (lambda file: file["themes"].update(magic={"lacking": "x"}), "themes > magic: is not a key"),
        (lambda file: file["themes"]["housing"].update(lacking=""), "housing > lacking: expected a few words"),
        (
            lambda file: file["evidence"]["kind"]["project"].update(part=1.2),
            r"part: is 1.2, expected a number from 0 to 1",
        ),
        (lambda file: file.pop("evidence"), "evidence: is missing"),
    ],
)
def test_wrong_crosswalk_is_said_with_line_and_key(change, message, tmp_path: Path) -> None:
    content = yaml.safe_load(crosswalk.FILE.read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError, match=rf"own\.yaml, line \d+, .*{message}"):
        crosswalk.load(path)


def test_crosswalk_has_the_themes_of_the_list():
    themes = set(snapshot.read_layer("projects")["themes"].str.split(";").explode())
    assert themes == set(crosswalk.THEMES) == set(crosswalk.load().signs)


def test_every_listed_project_has_a_context_or_a_reason():
    """A point known to its region only has no distance; Ostana lies in the mountains of Piemonte, Turin is a city."""
    listed, known = snapshot.read_layer("projects").set_index("id"), snapshot.read_layer("project_contexts")
    known = known.set_index("project_id")
    assert set(known.index) == set(listed.index) and len(known) == 246
    vague = listed["precision"].reindex(known.index) == "region"
    figures = known[["degurba_code", "km_5000", "km_50000", "km_250000"]]
    assert figures[vague].isna().all(axis=None) and known["unknown"][vague].notna().all()
    assert figures[~vague].notna().all(axis=None) and known["unknown"][~vague].isna().all()
    assert (known["km_5000"] <= known["km_50000"])[~vague].all() and (known["km_50000"] <= known["km_250000"])[
        ~vague
    ].all()
    turin = known.loc["it-seed-italian-social-innovation-competence-centre"]
    assert (turin["degurba_code"], turin["km_250000"]) == (30, 0)
    ostana = known.loc["it-smart-village-ostana"]
    assert ostana["degurba_code"] in (11, 12, 13) and ostana["km_250000"] > 50


def test_contexts_are_a_layer_of_the_territory_with_a_checksum(territory: Territory):
    layer = territory.layer("project_contexts")
    assert set(layer["project_id"]) == set(territory.layer("projects")["project_id"])
    assert re.fullmatch("[0-9a-f]{64}", territory.manifest["outputs"]["project_contexts.parquet"]["sha256"])
    assert "project_contexts.csv" in territory.manifest["inputs"]
    assert "si-project-contexts" in {source["id"] for source in territory.manifest["sources"]}


def test_a_territory_built_before_contexts_were_a_layer_is_to_be_built_again(territory: Territory, tmp_path: Path):
    shutil.copytree(territory.folder, tmp_path / territory.id / territory.version)
    older = Territory(tmp_path / territory.id / territory.version)
    del older.manifest["outputs"]["project_contexts.parquet"]
    with pytest.raises(InputError, match=r"italy has no project_contexts\.parquet, .*build it again with `python -m"):
        _ = matching.of(older).candidates


@pytest.fixture(scope="module")
def matched(territory: Territory) -> matching.Matching:
    return matching.of(territory)


def test_italy_says_what_cannot_be_judged(matched: matching.Matching):
    unjudged = {theme for theme, used in matched.needs.used.items() if not used}
    assert unjudged == {
        "local services & retail",
        "housing",
        "food & farming",
        "energy & environment",
        "capacity building",
    }
    with pytest.raises(InputError, match="need for housing cannot be judged in Italy: the data lack empty homes"):
        matched.white_spots("housing", 60)
    with pytest.raises(InputError, match="within 90 minutes were asked for"):
        matched.white_spots("mobility", 90)


def test_white_spots_of_italy_grow_when_the_limit_falls(matched: matching.Matching):
    spots = [int((matched.white_spots("culture & community", limit) == "white spot").sum()) for limit in (60, 30, 15)]
    assert spots == sorted(spots) and spots[0] > 0
    near = matched.territory.layer("projects_near")
    theme = matched.projects.index[
        matched.projects["themes"].str.contains("culture") & (matched.projects["kind"] == "project")
    ]
    reached = set(near["area_id"][near["project_id"].isin(theme)])
    states = matched.white_spots("culture & community", 60)
    assert not reached & set(states.index[states == "white spot"])


def test_project_of_italy_is_not_sent_home(matched: matching.Matching):
    home = matched.homes["it-smart-village-ostana"]
    assert matched.table["name"][home] == "Ostana"
    found = matched.for_project("it-smart-village-ostana", count=8000)
    assert home not in found.index and found["score"].dropna().is_monotonic_decreasing
    assert found["why"].iloc[0].startswith(f"In {found['name'].iloc[0]} the need for culture & community")


def test_support_is_of_the_country_first_and_nearest_first(matched: matching.Matching):
    found = matched.support("077027")
    assert len(found) == matching.ORGANISATIONS
    at_home = found["country"] == "IT"
    assert at_home.is_monotonic_decreasing and found["km"][at_home].is_monotonic_increasing
    assert found["kind"].eq("support organisation").all()


def test_package_holds_what_it_says_and_is_the_same_twice(matched: matching.Matching):
    found = suggestions.for_areas(matched, ["077027", "076026"], top=5)
    first, again = files.package(found), files.package(suggestions.for_areas(matched, ["077027", "076026"], top=5))
    assert first == again
    with zipfile.ZipFile(BytesIO(first)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert set(manifest["files"]) == set(archive.namelist()) - {"manifest.json"}
        table = pd.read_csv(BytesIO(archive.read("matches.csv")), dtype={"area_id": str})
        sources = pd.read_csv(BytesIO(archive.read("sources.csv")))
    assert manifest["command"] == "python -m pipelines match italy --area 077027,076026 --top 5 -o suggestions.zip"
    assert table.groupby("area_id")["order"].apply(list).to_dict() == {
        "077027": [1, 2, 3, 4, 5],
        "076026": [1, 2, 3, 4, 5],
    }
    assert {"si-projects", "si-project-contexts", "geonames-places"} <= set(sources["source_id"])
    assert manifest["crosswalk"] == {"file": "matching.yaml", "sha256": digest(crosswalk.FILE.read_bytes())}


def test_a_crosswalk_of_ones_own_is_named_with_its_checksum(territory: Territory, tmp_path: Path):
    path = tmp_path / "our needs.yaml"
    path.write_bytes(crosswalk.FILE.read_bytes() + b"# ours\n")
    found = suggestions.for_theme(matching.of(territory, crosswalk_file=path), "mobility", 30)
    with zipfile.ZipFile(BytesIO(files.package(found))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["crosswalk"] == {"file": path.name, "sha256": digest(path.read_bytes())}
    words = shlex.split(manifest["command"])
    assert words[words.index("--crosswalk") + 1] == path.name


def test_every_exported_column_is_described(matched: matching.Matching):
    answers = [
        suggestions.for_areas(matched, ["077027"]),
        suggestions.for_project(matched, "it-smart-village-ostana"),
        suggestions.for_theme(matched, "mobility", 30),
    ]
    columns = set(itertools.chain.from_iterable(table for each in answers for table in each.tables.values()))
    assert columns | {"attribution"} == set(files.COLUMNS["column"])


@pytest.mark.parametrize(
    ("ids", "message"), [([], "No area was given"), (["077027", "077027"], "given twice"), (["99"], "no area '99'")]
)
def test_bad_lists_of_areas(matched: matching.Matching, ids: list[str], message: str):
    with pytest.raises(InputError, match=message):
        suggestions.for_areas(matched, ids)


def test_file_of_another_format_is_refused(matched: matching.Matching):
    with pytest.raises(InputError, match=r"\.csv, \.xlsx, \.zip"):
        files.file(suggestions.for_theme(matched, "mobility", 60), "spots.pdf")


@pytest.mark.parametrize(("need", "state"), [(75.0, "white spot"), (74.9, "need not high")])
def test_a_need_of_75_is_high(need: float, state: str):
    found = white_spots(pd.Series(need, index=AREAS), pd.Index([]), pd.Index([]), PLACES)
    assert (found == state).all()


@pytest.mark.parametrize(("alike", "state"), [(0.905, "known in areas like it"), (0.895, "white spot")])
def test_areas_alike_by_nine_tenths_are_peers(alike: float, state: str):
    """The distance of e to the next city is changed until it is so much like a, the home of the project."""
    near, far = 0.0, 1.0
    for _ in range(50):
        share, places = (near + far) / 2, PLACES.copy()
        places.loc["e"] = places.loc["a"]
        places.loc["e", "km_50000"] += share * 40
        reached = matches.similarity(places.loc["a"], places.loc[["e"]], places)["e"]
        near, far = (share, far) if reached > alike else (near, share)
    assert reached == pytest.approx(alike, abs=0.002)
    found = white_spots(pd.Series(80.0, index=AREAS), pd.Index([]), pd.Index(["a"]), places)
    assert found["e"] == state
