"""The build of Italy as a whole: what it writes, that it can be repeated, and that its indices are what they say."""

import os
import subprocess
import sys
from bisect import bisect_left, bisect_right
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata import catalogue, files, indicators, recipes, store
from geodata.configfile import read_mapping
from geodata.i18n.message import tell
from geodata.schema import LAYERS, OF_TRAVEL_MODELS
from geodata.store import Territory
from pipelines.access.remoteness import degurba
from pipelines.access.remoteness.definitions import DEFINITIONS
from pipelines.access.settings import METHODS
from pipelines.build import inputs
from pipelines.build import run as building
from pipelines.build.run import build, fingerprint, is_stale
from pipelines.sources.bundled import snapshot
from tests.sentences import untold

PROJECT = Path(building.__file__).parents[2]
ITALY = recipes.load("italy")
SUPPLY = [indicator for indicator, _ in METHODS.values()]


@pytest.fixture(scope="module")
def values(territory: Territory) -> pd.DataFrame:
    return territory.layer("indicators").set_index("area_id")


def digests(territory: Territory) -> dict[str, str]:
    paths = (path for path in territory.folder.rglob("*") if path.is_file())
    return {path.relative_to(territory.folder).as_posix(): files.file_digest(path) for path in paths}


def test_every_layer_and_display_file_is_written(territory: Territory):
    layers = LAYERS.keys() - OF_TRAVEL_MODELS | {"ferry_ports", "urban_centres", "major_roads", "settled_cells"}
    display = {f"display/{name}.geojson" for name in ("areas", "regions", "basemap")}
    assert territory.manifest["outputs"].keys() == {f"{name}.parquet" for name in layers} | display | {"elevation.tif"}
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
    assert (values.dtypes == "float64").all()


def test_codebook_is_the_dictionary_but_for_what_could_not_be_computed(territory: Territory):
    """Italy has no population grid, which two definitions need, no capacities, which supply needs, and no published
    figures; its recipe asks for no transport performance; minutes to the city are measured, and what lies inside an
    area is counted, in other territories. Its places do not tell 5 minutes apart."""
    categories = tuple(sorted(territory.layer("services")["category"].unique()))
    entries = indicators.dictionary(categories)
    uncomputed = {"urban_rural_type", "remote_region", "projects_in_area", "transport_performance", "minutes_to_city"}
    uncomputed |= {f"{name}_per_100_000" for name in categories}
    uncomputed |= {
        f"{method}{kind}_{name}" for method in SUPPLY for kind in ("", "_decay", "_counted") for name in categories
    }
    uncomputed |= {name for name, entry in entries.items() if entry.layers == ("published",)}
    uncomputed |= {name for name in entries if name.endswith("beyond_hospital_5")}
    assert territory.codebook.index.tolist() == [name for name in entries if name not in uncomputed]


def test_manifest_says_what_could_not_be_computed_and_why(territory: Territory):
    inputs_of = dict.fromkeys(("urban_rural", "regional"), "population grid of 1 km")
    inputs_of |= {"inner_areas": "official inner-area classes"}
    assert territory.manifest["lacking"] == [
        f"{DEFINITIONS[name].title}: not available; it lacks {given}." for name, given in inputs_of.items()
    ]
    (said,) = (note for note in territory.manifest["notes"] if "supply" in note)
    for category in territory.layer("services")["category"].unique():
        assert indicators.category(category).title in said
    assert "capacity" in said and "unknown" in said


def test_its_sentences_can_be_told_in_every_language(territory: Territory):
    assert untold(territory) == []


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
    # Of when the places are that the minutes lead over.
    assert manifest["travel"]["date"] == "2023"
    for name, sha256 in manifest["inputs"].items():
        assert files.file_digest(snapshot.DEFAULT / name) == sha256
    assert {source["id"] for source in manifest["sources"]} == set(ITALY.sources())
    text = (territory.folder / store.MANIFEST).read_text(encoding="utf-8")
    assert str(territory.folder.parent) not in text and str(PROJECT) not in text


def test_number_that_is_missing_has_its_reason_and_no_other_has(territory: Territory, values: pd.DataFrame):
    quality = territory.layer("quality")
    missing = {(area, column) for area, column in values.stack(future_stack=True).loc[lambda s: s.isna()].index}
    lacking = quality[~quality["kind"].isin(["partial", "flagged"])]
    assert set(zip(lacking["area_id"], lacking["indicator"], strict=True)) == missing
    assert (quality["reason"].str.len() > 10).all()
    assert missing, "the snapshot has areas without population"


def test_areas_whose_minutes_are_less_sure_say_so_and_have_them(territory: Territory, values: pd.DataFrame):
    """Capri and Lampedusa are islands without an urban centre; in Milan the land is flat, in Cagliari there is one."""
    flagged = territory.layer("quality").query("kind == 'flagged'").set_index("area_id")
    assert set(flagged["indicator"]) == {"minutes_urban_centre"}
    assert values.loc[flagged.index, "minutes_urban_centre"].notna().all()
    assert flagged["reason"][["063014", "084020"]].str.contains("no urban centre on this island").all()
    assert not flagged.index.isin(["015146", "092009"]).any()
    assert flagged["reason"].nunique() == 3


def test_minutes_within_a_place_are_more_in_rome_than_in_a_village(territory: Territory):
    minutes = territory.layer("place_minutes").query("category == 'hospital'").set_index("place_id")["nearest"]
    places = territory.layer("places").set_index("place_id")
    rome = places.index[places["name"] == "Rome"][0]
    at_home = minutes[minutes < 3]
    assert 3 < minutes[rome] < 15
    assert len(at_home) > 100 and at_home.min() > 0.3


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


def beyond_by_hand(territory: Territory, category: str, minutes: int) -> dict[str, tuple[float, float]]:
    """People farther than some minutes or out of reach, and all people, by area: one place at a time."""
    near = territory.layer("place_minutes")
    nearest = dict(near.loc[near["category"] == category, ["place_id", "nearest"]].itertuples(index=False))
    people: dict[str, tuple[float, float]] = {}
    for place in territory.layer("places").itertuples():
        if place.population > 0:
            far, everyone = people.get(place.area_id, (0.0, 0.0))
            within = nearest[place.place_id] <= minutes
            people[place.area_id] = (far + (0.0 if within else place.population), everyone + place.population)
    return people


def test_every_place_has_its_minutes_to_every_category(territory: Territory):
    near, places = territory.layer("place_minutes"), territory.layer("places")
    categories = set(territory.layer("services")["category"])
    assert near.groupby("category")["place_id"].apply(set).to_dict() == {
        category: {*places["place_id"]} for category in categories
    }
    both = near.dropna()
    assert (both["nearest"] <= both["mean_3"] + 1e-9).all()
    hospital = near[near["category"] == "hospital"]["nearest"]
    assert 5 < hospital.median() < 30


def test_minutes_of_an_area_are_the_mean_of_its_places(territory: Territory, values: pd.DataFrame):
    """Rome has many places; all of an area's minutes are between those of its nearest and its farthest place."""
    near = territory.layer("place_minutes").merge(territory.layer("places"), on="place_id")
    rome = near[(near["category"] == "hospital") & (near["area_id"] == "058091")]
    assert len(rome) > 3
    assert values.loc["058091", "minutes_hospital"] == pytest.approx((rome["nearest"] * rome["weight"]).sum())


@pytest.mark.parametrize(("category", "minutes"), [("hospital", 20), ("hospital", 45), ("court", 60)])
def test_people_beyond_a_threshold_are_those_of_the_places_beyond_it(
    territory: Territory, values: pd.DataFrame, category: str, minutes: int
):
    expected = {area: far for area, (far, _) in beyond_by_hand(territory, category, minutes).items()}
    found = values[f"people_beyond_{category}_{minutes}"].dropna()
    assert found.to_dict() == pytest.approx(expected)
    assert 0 < found.sum() < values["population"].sum()


def test_access_poverty_is_the_share_of_people_with_no_service_within_the_limit(territory: Territory):
    people = beyond_by_hand(territory, "hospital", 45)
    region_of = territory.layer("areas").set_index("area_id")
    uneven = territory.layer("inequality").set_index(["category", "region_id"]).loc["hospital"]
    groups: dict[str, list[tuple[float, float]]] = {"italy": [*people.values()]}
    for level in ("nuts2", "nuts3"):
        for area, region in region_of[level].dropna().items():
            groups.setdefault(region, []).extend([people[area]] if area in people else [])
    assert uneven.index.size == len(groups)
    for region, members in groups.items():
        far, everyone = (sum(column) for column in zip(*members, strict=True))
        assert uneven.loc[region, "people"] == pytest.approx(everyone)
        assert uneven.loc[region, "fgt0"] == pytest.approx(far / everyone)
    assert 0 < uneven.loc["italy", "fgt0"] < 0.05


def test_inequality_is_that_of_one_country_and_its_regions(territory: Territory):
    uneven = territory.layer("inequality")
    known = uneven[["palma", "gini", "theil"]].notna()
    assert (known["gini"] == (uneven["mean"] > 0)).all()
    assert (uneven["palma"].dropna() >= 1 - 1e-9).all()
    assert uneven["fgt0"].max() == 1 and uneven["fgt0"].min() == 0
    # A dozen large stations are spread more unevenly than hundreds of hospitals.
    gini = uneven[uneven["region_id"] == "italy"].set_index("category")["gini"]
    assert gini["rail_station"] > gini["hospital"]


# Island, and an area of the coast it is sailed to from.
ISLANDS = {
    "Capri": ("063014", "063080"),  # Sorrento
    "Lampedusa e Linosa": ("084020", "084028"),  # Porto Empedocle
    "Ponza": ("059018", "059025"),  # San Felice Circeo
    "La Maddalena": ("090035", "090054"),  # Palau
}


@pytest.mark.parametrize("name", ISLANDS)
def test_island_with_a_ferry_is_in_reach_and_farther_than_the_coast_across(
    territory: Territory, values: pd.DataFrame, name: str
):
    island, coast = ISLANDS[name]
    assert territory.layer("areas").set_index("area_id").loc[island, "name"] == name
    for destination in ("urban_centre", "city_50k", "university"):
        minutes = values[f"minutes_{destination}"]
        assert minutes[coast] < minutes[island] < 24 * 60


def test_every_area_of_italy_is_in_reach_of_every_category(territory: Territory, values: pd.DataFrame):
    """No inhabited island is without a ferry port, and only for a train nobody takes a ferry."""
    for category in set(territory.layer("services")["category"]) - {"rail_station"}:
        assert values[f"minutes_{category}"].notna().all()


def test_minutes_to_a_station_by_ferry_are_missing_with_the_reason(territory: Territory, values: pd.DataFrame):
    """Sardinia has no main station; Sicily's is in Palermo, so that there is no second and third."""
    areas = territory.layer("areas").set_index("area_id")["nuts2"]
    sardinia, sicily = areas.index[areas == "ITG2"], areas.index[areas == "ITG1"]
    assert values.loc[sardinia, "minutes_rail_station"].isna().all()
    assert (values.loc[sardinia, "share_beyond_rail_station_60"] == 100).all()
    assert values.loc[sicily, "minutes_rail_station"].notna().mean() > 0.95
    assert values.loc[sicily, "minutes_3_rail_station"].isna().all()
    assert values.loc[areas.index[areas.str[:3] == "ITC"], "minutes_rail_station"].notna().mean() > 0.99
    lost = values.index[values["minutes_rail_station"].isna()]
    said = territory.layer("quality").query("indicator == 'minutes_rail_station' and kind == 'missing'")
    assert sorted(said["area_id"]) == sorted(lost)
    assert set(said["reason"].map(tell)) == {
        "No main rail station (Platinum class) can be reached over land; ways by ferry are not counted"
    }
    near = territory.layer("nearest").query("category == 'rail_station'")
    assert not set(near["area_id"]) & set(lost)


def test_class_of_an_area_is_said_to_be_derived(territory: Territory):
    told = territory.codebook["agreement"].dropna()
    assert told.map(tell).to_dict() == {"degurba_class": degurba.FROM_CLASSES.message}
    assert "90.4 % of 7,884 municipalities of Italy" in tell(told["degurba_class"])


def test_weights_of_the_manifest_add_up_for_each_index(territory: Territory):
    table = pd.DataFrame(territory.manifest["weights"])
    assert table.groupby("index")["weight"].sum().to_dict() == pytest.approx({"need": 1, "resources": 1}, abs=1e-5)
    assert set(table["indicator"]) <= set(territory.codebook.index)


def campania(name: str, folder: Path = snapshot.DEFAULT) -> pd.DataFrame:
    """Rows of the snapshot about one region, which has islands, a large city, and a service of every category."""
    rows, areas = READ(name, folder), READ("nuts").query("nuts2 == 'ITF3'")
    if "area_id" in rows:
        return rows[rows["area_id"].isin(areas["area_id"])]
    if "region_id" in rows:
        return rows[rows["region_id"].isin(areas[["nuts1", "nuts2", "nuts3"]].stack())]
    if "lat" in rows and name != "projects":
        return rows[rows["lat"].between(39.9, 41.6) & rows["lon"].between(13.7, 15.9)]
    return rows


READ = snapshot.read_layer


def test_rows_of_the_sources_in_another_order_make_the_same_territory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    built = []
    for order, read in (("given", campania), ("other", lambda *args: campania(*args).sample(frac=1, random_state=7))):
        monkeypatch.setattr(snapshot, "read_layer", read)
        told: list[str] = []
        build(ITALY, root=tmp_path / order, report=told.append)
        assert len(set(told)) == len(told) == building.STEPS
        built.append(store.open_territory("italy", root=tmp_path / order))
    first, second = built
    before, after = (each.layer("indicators").set_index("area_id") for each in built)
    assert len(before) == 550
    assert after.index.equals(before.index) and after.columns.equals(before.columns)
    # Sums of floats may differ in the last digit with the order of their terms.
    assert np.allclose(after, before, rtol=1e-9, atol=1e-9, equal_nan=True)
    for name in ("areas", "regions", "services", "projects", "consortia", "quality", "codebook"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(second.layer(name).drop(columns="geometry", errors="ignore")),
            pd.DataFrame(first.layer(name).drop(columns="geometry", errors="ignore")),
        )
    for name in ("nearest", "place_minutes", "inequality"):
        pd.testing.assert_frame_equal(second.layer(name), first.layer(name), rtol=1e-9, atol=1e-9)


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
    text = ITALY.path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    assert not is_stale(recipes.load("italy", folder=tmp_path), root=fresh)
    circuity = f"circuity: {ITALY.travel['circuity']:g}"
    assert circuity in text
    path.write_text(text.replace(circuity, "circuity: 1.3"), encoding="utf-8")
    assert is_stale(recipes.load("italy", folder=tmp_path), root=fresh)


@pytest.mark.parametrize("name", ["display/areas.geojson", store.MANIFEST])
def test_damaged_territory_is_stale(fresh: Path, name: str):
    path = store.open_territory("italy", root=fresh).folder / name
    path.write_bytes(path.read_bytes() + b" ")
    assert is_stale(ITALY, root=fresh)
