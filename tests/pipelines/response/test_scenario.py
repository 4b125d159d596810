"""What if: a scenario applied gives what a full build with the changed sources gives; see `strait` for the drawing."""

import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geodata.errors import InputError
from geodata.schema import by_id
from geodata.store import Territory
from pipelines.access.travel.matrix import Matrix
from pipelines.access.travel.model import Straight
from pipelines.areas import ranking
from pipelines.build.inputs import Inputs
from pipelines.cli import main as command_line
from pipelines.export import read_manifest
from pipelines.priority.analysis import INDICES
from pipelines.response.scenario import reading, whatif
from pipelines.response.scenario.applying import Outcome, apply
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import (
    AddProject,
    AddService,
    Change,
    ChangeCapacity,
    ChangeTravel,
    CloseProject,
    CloseService,
    MoveProject,
    MoveService,
    Scenario,
)
from pipelines.response.scenario.effects import Effects, asked_after, effects
from pipelines.userdata import storage
from pipelines.userdata.reading import Imported
from tests.pipelines import strait

BRIDGE = ChangeTravel("town-05", "town-06", 5.0)


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    return strait.build(tmp_path_factory.mktemp("land"), strait.given())


@pytest.fixture(scope="module")
def before(land: Territory) -> Baseline:
    return whatif.baseline(land)


def scenario(before: Baseline, *changes: Change) -> Scenario:
    return Scenario("Trial", before.id, before.version, changes)


def applied(before: Baseline, *changes: Change) -> Outcome:
    return apply(before, scenario(before, *changes))


def told(before: Baseline, outcome: Outcome, land: Territory) -> Effects:
    asked = ranking.ask(land, k=3, draws=50)
    return effects(before, outcome, asked, asked_after(outcome, asked))


def town(area: str) -> Point:
    lat, lon = strait.middle(area)
    return Point(lon, lat)


def service(
    key: str, category: str, area: str, *, level: str | None = None, capacity: float = np.nan
) -> Callable[[Inputs], Inputs]:
    def add(sources: Inputs) -> Inputs:
        row = sources.services.iloc[:1].assign(service_id=key, category=category, name=key, level=level)
        row = row.assign(capacity=capacity).set_geometry([town(area)], crs=strait.CRS)
        types = {name: kind for name, kind in sources.services.dtypes.items() if name != "geometry"}
        return strait.with_services(sources, gpd.GeoDataFrame(pd.concat([sources.services, row.astype(types)])))

    return add


def moved(key: str, area: str) -> Callable[[Inputs], Inputs]:
    def move(sources: Inputs) -> Inputs:
        rows = sources.services.copy()
        rows.loc[key, "geometry"] = town(area)
        return strait.with_services(sources, rows)

    return move


def project(key: str, **values: object) -> Callable[[Inputs], Inputs]:
    def change(sources: Inputs) -> Inputs:
        rows = sources.projects.copy()
        for name, value in values.items():
            rows.loc[key, name] = value
        return replace(sources, projects=rows)

    return change


def new_project(sources: Inputs) -> Inputs:
    row = sources.projects.loc[["si-1"]].assign(project_id="si-5", name="Bus", kind="competence centre")
    rows = gpd.GeoDataFrame(pd.concat([sources.projects, row.set_geometry([town("05")], crs=strait.CRS)]))
    return replace(sources, projects=by_id(rows, "project_id"))


def without(key: str) -> Callable[[Inputs], Inputs]:
    return lambda sources: strait.with_services(sources, sources.services.drop(key))


def more_judges(sources: Inputs) -> Inputs:
    capacity = sources.services["capacity"].mask(sources.services.index == "court-4", 30.0)
    return strait.with_services(sources, sources.services.assign(capacity=capacity))


CASES: dict[str, tuple[tuple[Change, ...], list[Callable[[Inputs], Inputs]]]] = {
    "a hospital on the island": (
        (AddService("hospital-7", "hospital", "New", "town-07", level="DEA I"),),
        [service("hospital-7", "hospital", "07", level="DEA I")],
    ),
    "no hospital in 03, and a competence centre": (
        (
            CloseService("hospital-3"),
            AddProject("si-5", "Bus", "town-05", "mobility;education", kind="competence centre"),
        ),
        [without("hospital-3"), new_project],
    ),
    "a hospital moves, a project moves and another closes": (
        (MoveService("hospital-3", "town-05"), MoveProject("si-4", "town-04"), CloseProject("si-1")),
        [
            moved("hospital-3", "05"),
            project("si-4", geometry=town("04"), precision="town"),
            lambda given: replace(given, projects=given.projects.drop("si-1")),
        ],
    ),
    "a court with judges, and more judges": (
        (AddService("court-7", "court", "New", strait.middle("07"), capacity=8), ChangeCapacity("court-4", 30)),
        [service("court-7", "court", "07", capacity=8.0), more_judges],
    ),
    "three categories": (
        (MoveService("port-1", "town-06"), CloseService("court-1"), AddService("h", "hospital", "H", "town-05")),
        [moved("port-1", "06"), without("court-1"), service("h", "hospital", "05")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_scenario_applied_is_a_build_with_the_changed_sources(
    before: Baseline, land: Territory, tmp_path: Path, name: str
):
    """To the last bit: indicators, minutes at the places, inequality; then need, resources, gap, rank and tier."""
    changes, edits = CASES[name]
    sources = strait.given()
    for edit in edits:
        sources = edit(sources)
    built = strait.build(tmp_path, sources)
    outcome = applied(before, *changes)
    asked = ranking.ask(land, k=3, draws=50)
    expected = ranking.ask(built, k=3, draws=50)
    measured = [column for column in expected.built.columns if column not in INDICES]
    pd.testing.assert_frame_equal(outcome.onto(asked.built)[measured], expected.built[measured], check_exact=True)

    minutes = built.layer("place_minutes").set_index(["category", "place_id"])
    for category, found in outcome.places.items():
        written = minutes.loc[category].reindex(found.index).fillna(np.inf)
        pd.testing.assert_frame_equal(found, written, check_exact=True, check_names=False)
    keys = ["region_id", "category"]
    rows = outcome.inequality.set_index(keys).index
    pd.testing.assert_frame_equal(
        outcome.inequality.astype({"region_id": "str", "category": "str"}).set_index(keys).sort_index(),
        built.layer("inequality").set_index(keys).loc[rows].sort_index(),
        check_exact=True,
    )
    same = built.layer("inequality").set_index(keys).drop(rows)
    pd.testing.assert_frame_equal(before.inequality.set_index(keys).loc[same.index], same, check_exact=True)

    after = asked.of(outcome.onto(asked.built))
    pd.testing.assert_frame_equal(after.scores.frame, expected.scores.frame, check_exact=True)
    pd.testing.assert_series_equal(after.ranks, expected.ranks)
    pd.testing.assert_frame_equal(after.robustness.frame, expected.robustness.frame, check_exact=True)


def test_only_what_rests_on_the_change_is_measured_again(before: Baseline):
    court = applied(before, CloseService("court-1"))
    assert all("court" in column for column in court.values)
    assert list(court.places) == ["court"]
    assert set(applied(before, CloseProject("si-1")).values) == {"projects_within_60", "competence_centre"}
    hospital = set(applied(before, CloseService("hospital-3")).values)
    assert {"hospital_minutes_class", "times_neighbours", "remote_count", "minutes_hospital"} < hospital
    assert not any("court" in column or "aria" in column for column in hospital)


SETTING_OUT = 3.0


def all_minutes(before: Baseline) -> pd.DataFrame:
    """Minutes from every place to every place, without the bridge; each trip takes `SETTING_OUT` besides the way."""
    points = before.places.geometry
    pairs = before.travel.within(points, points, minutes=10_000)
    return (
        pairs.pivot(index="origin", columns="destination", values="minutes")
        .set_axis(points.index)
        .set_axis(points.index, axis=1)
    )


@pytest.mark.parametrize("bridge", [BRIDGE, ChangeTravel("town-02", "village-04", 1.0)])
def test_a_bridge_is_taken_where_it_is_quicker(before: Baseline, bridge: ChangeTravel):
    """minutes = min(without it, to one end + the bridge + from the other end), worked out from all pairs of places."""
    outcome = applied(before, bridge)
    far = all_minutes(before)
    way = far - SETTING_OUT
    for place in before.places.index:
        way.loc[place, place] = 0.0
    assert set(outcome.places) == set(before.categories)
    for category, found in outcome.places.items():
        homes = [f"town-{area}" for name, area, _, _ in strait.SERVICES.values() if name == category]
        for place in before.places.index:
            direct = min(far.loc[place, home] for home in homes)
            over = min(
                SETTING_OUT + way.loc[place, one] + bridge.minutes + way.loc[other, home]
                for home in homes
                for one, other in ((bridge.start, bridge.end), (bridge.end, bridge.start))
            )
            # The only station is on the mainland, and a bridge joins no landmasses for it.
            island = category == "rail_station" and place[-2:] in ("06", "07")
            expected = np.inf if island else min(direct, over)
            assert found.loc[place, "nearest"] == pytest.approx(expected, abs=1e-6)
    nearer = outcome.values["minutes_city_50k"] - before.values["minutes_city_50k"]
    assert (nearer <= 1e-9).all()
    assert nearer["04" if bridge is not BRIDGE else "07"] < -5


def test_the_way_there_was_gives_way_to_a_slower_one(before: Baseline):
    slower = applied(before, ChangeTravel("town-03", "town-04", 500.0)).places["university"]["nearest"]
    now = before.access("university")["nearest"]
    assert (slower >= now).all()
    assert slower["town-04"] > now["town-04"], "its own way is longer now, and others go round"


def test_a_way_of_another_point_starts_at_the_places_around_it(before: Baseline):
    lat, lon = strait.middle("06")
    near = applied(before, replace(BRIDGE, end=(lat + 0.01, lon))).places["university"]["nearest"]
    at = applied(before, BRIDGE).places["university"]["nearest"]
    assert at["town-06"] < near["town-06"] < at["town-06"] + 5


def test_undo_is_the_territory_as_it_is_to_the_last_bit(before: Baseline):
    values, places = before.values.copy(), before.place_minutes.copy()
    for changes, _ in CASES.values():
        applied(before, *changes)
    applied(before, BRIDGE)
    pd.testing.assert_frame_equal(before.values, values, check_exact=True)
    pd.testing.assert_frame_equal(before.place_minutes, places, check_exact=True)
    nothing = applied(before)
    assert nothing.values.empty and not nothing.places
    pd.testing.assert_frame_equal(nothing.onto(values), values, check_exact=True)


PLACES = st.sampled_from([f"{kind}-{area}" for kind in ("town", "village") for area in strait.IDS])
CATEGORIES = st.sampled_from(["hospital", "university", "port"])
KEYS = st.sampled_from(["hospital-1", "hospital-3", "court-1", "court-4", "court-6"])


@settings(max_examples=8)
@given(place=PLACES, category=CATEGORIES, key=KEYS)
def test_more_services_are_never_farther_and_fewer_never_nearer(before: Baseline, place: str, category: str, key: str):
    new = AddService("new", category, "New", place)
    more = applied(before, new).places[category]
    now = before.access(category)
    assert (more["nearest"] <= now["nearest"]).all() and (more["mean_3"] <= now["mean_3"]).all()
    assert (more["within"] >= now["within"]).all()
    closed = strait.SERVICES[key][0]
    fewer, now = applied(before, CloseService(key)).places[closed], before.access(closed)
    assert (fewer["nearest"] >= now["nearest"]).all() and (fewer["within"] <= now["within"]).all()
    back = applied(before, new, CloseService("new"))
    pd.testing.assert_frame_equal(back.values, before.values[back.values.columns], check_exact=True)


def test_the_old_who_lose_are_those_of_the_places_where_they_are_counted(before: Baseline, land: Territory):
    """All of them live in the villages: the town of 03 has none."""
    villages = before.places.index.str.startswith(strait.VILLAGE)
    counted = replace(before, places=before.places.assign(people_65_plus=np.where(villages, 7.0, 0.0)))
    outcome = applied(counted, CloseService("hospital-3"))
    people = told(counted, outcome, land).people.set_index("minutes")
    first, then = before.access("hospital")["nearest"], outcome.places["hospital"]["nearest"]
    for limit in (20, 45):
        pushed = int((villages & (first <= limit) & (then > limit)).sum())
        assert people.loc[limit, "people_65_plus_worse"] == 7 * pushed
    assert people["people_65_plus_worse"].max() > 0


def test_who_gains_who_loses_and_who_crosses_a_line(before: Baseline, land: Territory):
    """The hospital of 03 closes: minutes of town 03 go from less than 1 to 56 or so, past 20 and 45, and those of its
    village, 17, past both too; nobody gains. A fifth of all people are 65 or older."""
    outcome = applied(before, CloseService("hospital-3"))
    found = told(before, outcome, land)
    people = found.people.set_index("minutes")
    assert people["people_better"].eq(0).all()
    first, then = before.access("hospital")["nearest"], outcome.places["hospital"]["nearest"]
    living = before.places["population"]
    for limit in (20, 45):
        pushed = sum(living[place] for place in living.index if first[place] <= limit < then[place])
        assert people.loc[limit, "people_worse"] == pytest.approx(pushed)
        assert people.loc[limit, "people_65_plus_worse"] == pytest.approx(0.2 * pushed, rel=0.01)
    assert people.loc[20, "people_worse"] == pytest.approx(3400), "the town and the village of 03"
    assert 5 not in people.index, "places do not tell 5 minutes apart"
    moved = found.moved
    assert set(moved.index[moved["minutes_hospital_change"] > 0]) >= {"03", "04", "05"}
    assert (moved["minutes_hospital_change"] >= 0).all()
    for area in strait.IDS:
        row = found.areas.loc[area]
        assert row["rank_change"] == row["rank_before"] - row["rank_after"]
        assert row["gap_after"] - row["gap_before"] == pytest.approx(row["gap_change"])
    assert len(found.listed["on"]) == len(found.listed["off"])
    assert found.inequality["region_id"].iloc[0] == "italy"
    assert found.inequality["fgt0_after"].iloc[0] > found.inequality["fgt0_before"].iloc[0]


def test_nothing_changed_affects_nobody(before: Baseline, land: Territory):
    found = told(before, applied(before), land)
    assert found.moved.empty and found.people.empty and found.inequality.empty
    assert found.listed == {"on": [], "off": []}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (CloseService("hospital-9"), "there is no service 'hospital-9' by then; did you mean hospital-"),
        (MoveService("x", "town-01"), "there is no service 'x' by then"),
        (CloseService("port-1"), "is the last port of Italy"),
        (MoveProject("x", "town-01"), "there is no project 'x' by then"),
        (MoveService("court-1", "town-09"), "there is no place 'town-09' in Italy"),
        (MoveService("court-1", (9.0, 45.0)), "lies far outside Italy; give one inside, latitude first"),
        (MoveService("court-1", (44.56, 11.84)), "lies far outside Italy"),  # 64 km from the nearest place
        (AddService("court-1", "court", "C", "town-02", capacity=1), "there is a service 'court-1' already"),
        (AddService("c", "court", "C", "town-02"), "the capacity of every other court is known"),
        (AddService("c", "pharmacy", "C", "town-02"), "has no services of the category 'pharmacy'"),
        (AddProject("si-1", "P", "town-02", "mobility"), "there is a project 'si-1' already"),
        (AddProject("p", "P", "town-02", "mobilty"), "there is no theme 'mobilty'; did you mean mobility"),
        (ChangeTravel("town-01", "town-01", 5), "begins and ends at the same point"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_number_of_the_change(before: Baseline, change: Change, said: str):
    with pytest.raises(InputError) as error:
        applied(before, CloseService("court-6"), change)
    assert str(error.value).startswith(f"Change 2 of 'Trial', {change.does}: ")
    assert said.lower() in str(error.value).lower()


def test_straight_lines_have_no_way_that_could_change(before: Baseline):
    straight = replace(before, travel=Straight(circuity=1.3, speeds=[(60, None)]))
    with pytest.raises(InputError, match=r"Change 1 of 'Trial', change travel time: .* has no ways between places"):
        applied(straight, BRIDGE)
    assert list(applied(straight, CloseService("hospital-3")).places) == ["hospital"]


def test_a_table_of_travel_times_knows_no_way_to_new_points(before: Baseline):
    """Minutes from every place: 10 to hospital-1, 20 to hospital-3."""
    services = pd.Index(before.services["service_id"])
    times = pd.DataFrame(
        [
            (place, key, minutes)
            for place in before.places.index
            for key, minutes in (("hospital-1", 10), ("hospital-3", 20))
        ],
        columns=["origin", "destination", "minutes"],
    )
    travel = Matrix(times, places=before.places.index, services=services, name="r5py", date=None)
    table = replace(before, travel=travel)
    for change in (AddService("new", "hospital", "New", "town-05"), MoveService("hospital-3", "town-05")):
        with pytest.raises(InputError, match=f"a table that knows no way to new points, so {change.id} cannot be put"):
            applied(table, change)
    with pytest.raises(InputError, match="has no ways between places"):
        applied(table, BRIDGE)


def test_moving_what_was_closed_before_is_refused(before: Baseline):
    with pytest.raises(InputError, match="Change 2 of 'Trial', move service: There is no service 'court-1' by then"):
        applied(before, CloseService("court-1"), MoveService("court-1", "town-02"))


def test_another_territory_or_version_is_said(before: Baseline):
    trial = scenario(before)
    with pytest.raises(InputError, match="is for the territory slovenia, not for italy"):
        apply(before, replace(trial, territory="slovenia"))
    with pytest.raises(InputError, match="was made for version 0123 of Italy, and the one built is"):
        apply(before, replace(trial, version="0123"))


def test_the_command_line_writes_the_list_as_it_would_be_with_the_scenarios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    land = strait.build(tmp_path, strait.given())
    trials = {
        "island": (AddService("new", "hospital", "New", "town-07", level="DEA I"),),
        "bridge": (BRIDGE,),
    }
    for name, changes in trials.items():
        (tmp_path / f"{name}.yaml").write_bytes(reading.write(Scenario(name, land.id, land.version, changes)))
    fibre = pd.Series({"town-01": 12.5}, name="fibre", dtype=float).rename_axis("area_id")
    storage.save(
        Imported("indicator", fibre, pd.DataFrame(), pd.DataFrame(), ()), "fibre", territory=land.id, root=tmp_path
    )
    before = {path: path.read_bytes() for path in land.folder.rglob("*") if path.is_file()}
    arguments = ["scenario", "italy", *(str(tmp_path / f"{name}.yaml") for name in trials), "--data", str(tmp_path)]
    arguments += ["--k", "3", "--top", "2", "--draws", "50", "-o", str(tmp_path / "out.zip")]
    monkeypatch.setattr(sys, "argv", ["pipelines", *arguments])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert not ended.value.code
    assert "The gap falls by 0.1 points or more in" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in land.folder.rglob("*") if path.is_file()} == before

    manifest = read_manifest(tmp_path / "out.zip")
    assert [each["name"] for each in manifest["scenarios"]] == list(trials)
    assert manifest["notes"][0].startswith("All figures are those of the scenario 'island'")
    with zipfile.ZipFile(tmp_path / "out.zip") as package:
        assert reading.read(Path("x.yaml"), package.read("scenario_2.yaml")).changes == trials["bridge"]
        sides = pd.read_csv(package.open("scenarios.csv"), encoding="utf-8-sig")
        listed = pd.read_csv(package.open("shortlist.csv"), dtype={"area_id": str}, encoding="utf-8-sig")
    assert "own_fibre" in listed, "own layers that are kept with the territory are in the list as on the screen"
    beyond = sides[(sides["measure"] == "people_beyond") & (sides["category"] == "hospital")].set_index("minutes")
    assert beyond.loc[20, "now"] - beyond.loc[20, "island"] == pytest.approx(3400), "the town and the village of 07"
    assert beyond.loc[20, "bridge"] == beyond.loc[20, "now"]
    as_it_would_be = applied(whatif.baseline(land), *trials["island"]).values["minutes_hospital"]
    for _, row in listed.iterrows():
        assert row["minutes_hospital"] == pytest.approx(as_it_would_be[row["area_id"]], abs=0.01)


SPOTS = st.one_of(
    st.sampled_from(["town-01", "3166141"]),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
TEXTS = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1).map(str.strip).filter(bool)
ABOVE = st.floats(0.1, 1e6)
CHANGES = st.one_of(
    st.builds(AddService, TEXTS, st.just("court"), TEXTS, SPOTS, st.none() | TEXTS, st.none() | ABOVE),
    st.builds(MoveService, TEXTS, SPOTS),
    st.builds(CloseService, TEXTS),
    st.builds(ChangeCapacity, TEXTS, ABOVE),
    st.builds(AddProject, TEXTS, TEXTS, SPOTS, TEXTS),
    st.builds(MoveProject, TEXTS, SPOTS),
    st.builds(CloseProject, TEXTS),
    st.builds(ChangeTravel, SPOTS, SPOTS, ABOVE),
)


@given(name=TEXTS, changes=st.lists(CHANGES, max_size=4).map(tuple))
def test_what_is_written_is_read_again(name: str, changes: tuple[Change, ...]):
    written = Scenario(name, "italy", "0123456789ab", changes)
    assert reading.read(Path("trial.yaml"), reading.write(written)) == written


def test_a_file_reads_as_it_looks():
    text = """
name: A hospital and a bridge
territory: italy
version: 81c7a6cea85d
changes:
  - do: add service
    category: hospital
    name: Ospedale
    at: [40.4, 16.2]
  - {do: change travel time, from: "2522713", to: "2524170", minutes: 8}
"""
    found = reading.read(Path("trial.yaml"), text.encode())
    assert found.changes == (
        AddService("added-1", "hospital", "Ospedale", (40.4, 16.2)),
        ChangeTravel("2522713", "2524170", 8.0),
    )


HEAD = "name: T\nterritory: italy\nversion: v1\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: T\nterritory: italy\n", "trial.yaml, line 1, version: is missing"),
        (HEAD + "speed: 3\n", "trial.yaml, line 4, speed: is not a key that is known here"),
        (HEAD + "changes: 3\n", "line 4, changes: expected a list"),
        (HEAD + "changes:\n- id: x\n", "line 5, changes > 1 > do: is missing"),
        (HEAD + "changes:\n- do: shut service\n  id: x\n", "line 5, changes > 1 > do: is 'shut service'; did you mean"),
        (HEAD + "changes:\n- do: close service\n", "line 5, changes > 1 > id: is missing; close service needs it"),
        (HEAD + "changes:\n- do: close service\n  id: 12\n", "line 6, changes > 1 > id: is 12, expected a text"),
        (HEAD + "changes:\n- do: close service\n  id: a\n  id: b\n", "changes > 1 > id: is there twice"),
        (
            HEAD + "changes:\n- do: close service\n  id: a\n- do: change capacity\n  id: x\n  capacity: -4\n",
            "line 9, changes > 2 > capacity: is -4, expected a number above 0",
        ),
        (
            HEAD + "changes:\n- {do: change travel time, from: a, to: b, minutes: 0}\n",
            "changes > 1 > minutes: is 0, expected a number above 0",
        ),
        (HEAD + "changes:\n- {do: move service, id: a, at: [95, 9]}\n", "at: is 95, expected a number from -90 to 90"),
        (HEAD + "changes:\n- {do: move service, id: a, at: [9]}\n", "expected the id of a place, or"),
        (HEAD + "changes: [\n", "trial.yaml is not valid YAML at line"),
    ],
)
def test_a_file_that_cannot_be_used_names_line_and_key(text: str, said: str):
    with pytest.raises(InputError) as error:
        reading.read(Path("trial.yaml"), text.encode())
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_one_new_hospital_in_italy_is_worked_out_place_by_place(territory: Territory):
    """Nearest = min(as it was, the way to the new one alone); within = as it was + 1 where that takes 45 minutes."""
    before = whatif.baseline(territory)
    home = before.main.index[before.main["area_id"] == "077027"][0]
    found = applied(before, AddService("new", "hospital", "Stigliano", home)).places["hospital"]
    alone = before.travel.nearest(before.places.geometry, before.places.geometry.loc[[home]]).minutes[:, 0]
    now = before.access("hospital")
    assert found["nearest"].tolist() == np.minimum(now["nearest"], alone).tolist()
    assert found["within"].tolist() == (now["within"] + (alone <= 45)).tolist()
    assert (found["nearest"] < now["nearest"]).sum() > 10
