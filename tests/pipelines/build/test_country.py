"""A country in three commands: `init`, `fetch` from publishers on the loopback address, `build`; and its readers."""

import io
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
import yaml

from geodata import catalogue, recipes, store
from geodata.catalogue import Source
from geodata.errors import InputError
from pipelines.build import starter as starting
from pipelines.build.run import build
from pipelines.cli import main as command_line
from pipelines.fetch import cache as caches
from pipelines.fetch import territory as fetching
from pipelines.response.siting import demand
from pipelines.response.siting.question import Question
from pipelines.sources import registry as catalogued
from pipelines.sources.eurostat import census_2021, education, gisco_lau, lau_table
from tests.pipelines import country
from tests.pipelines.killing import killed_at
from tests.pipelines.publisher import Publisher, publishing

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of built territories and own recipes."""
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path / "data"))
    monkeypatch.setenv(caches.ENVIRONMENT, str(tmp_path / "cache"))
    return tmp_path / "data"


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher of the invented country, and the catalogue with its address before the path of each publisher."""
    with publishing() as running:
        for path, content in country.published().items():
            running.publish(path, content)
        entries = yaml.safe_load(catalogue.CATALOGUE.read_text(encoding="utf-8"))
        for entry in entries.values():
            if entry.get("country") == catalogue.COUNTRY:
                for download in entry.get("downloads", ()):
                    known = [path for path in running.files if _filled(download["url"], entry).endswith(path)]
                    if known:
                        download["url"] = f"{running.url}/{known[0]}"
        path = tmp_path / "catalogue.yaml"
        path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
        loaded = catalogue.load(path)
        monkeypatch.setattr(catalogue, "load", lambda: loaded)
        yield running


def _filled(url: str, entry: dict[str, Any]) -> str:
    return url.format(country="PT", eurostat="PT", geofabrik="portugal", version=entry["version"], year=entry["year"])


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["pipelines", *arguments])
    with pytest.raises(SystemExit) as left:
        command_line.main()
    return int(left.value.code or 0)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Lay out the files of the country, some of them changed; return their folder."""

    def lay_out(**changed: bytes) -> Path:
        for name, content in country.files().items():
            path = tmp_path / "mirror" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(changed.get(Path(name).stem, content))
        return tmp_path / "mirror"

    return lay_out


def source(name: str, region: str = "", **changes: Any) -> Source:
    filled = catalogue.for_country(catalogue.load()[name], country="PT", eurostat="PT", region=region)
    return replace(filled, **changes)


def test_a_country_in_three_commands(publisher: Publisher, monkeypatch: pytest.MonkeyPatch):
    assert run(monkeypatch, "init", "PT") == 0
    assert run(monkeypatch, "fetch", "pt") == 0
    assert run(monkeypatch, "build", "pt") == 0
    built = store.open_territory("pt")
    values = built.layer("indicators").set_index("area_id")
    areas = built.layer("areas").set_index("area_id")
    assert list(areas.index) == country.CODES
    assert values["population"].round(6).to_dict() == dict.fromkeys(country.CODES, 100.0) | {"0101": 98000.0}
    # A fifth and two fifths of the people, as the grid says.
    assert values["share_65_plus"].round(6).to_dict() == dict.fromkeys(country.CODES, 40.0) | {"0101": 20.0}
    assert values.loc["0105", "people_65_plus"] == pytest.approx(40)
    assert areas["degurba"].to_dict() == dict.fromkeys(country.CODES, "3") | {"0101": "1"}
    assert values["minutes_any_hospital"].idxmax() == "0112"
    places = built.layer("places").set_index("area_id")
    assert (
        places.groupby(level=0)["people_65_plus"].sum().round(6).to_dict()
        == values["people_65_plus"].round(6).to_dict()
    )
    far = values["people_beyond_any_hospital_20"] > 0
    assert far.any() and not far.all()
    old = values["people_65_plus_beyond_any_hospital_20"]
    assert old.round(6).to_dict() == far.map({True: 40.0, False: 0.0}).to_dict()
    served, notes = demand.at_places(built, values.join(areas[["name"]]), Question("school", demand="people_under_15"))
    assert served["people"].sum() == pytest.approx(9800 + 11 * 10) and demand.SHARED_OUT not in notes
    assert values[["need", "resources", "gap"]].notna().all(axis=None)
    assert set(built.layer("regions")["region_id"]) == {"PT1", "PT11", "PT111", "PT112", "PT2", "PT20", "PT200"}
    assert set(built.layer("services")["category"]) == {"any_hospital", "school", "kindergarten"}
    assert places.loc["0102", "name"] == "Aldeia 0102"
    cited = {one["id"]: one for one in built.manifest["sources"]}
    assert cited["gisco-healthcare"]["country"] == "PT"
    # Nothing was asked for twice.
    assert len(publisher.asked) == len({path for path, _ in publisher.asked}) == len(publisher.files)


def test_a_country_is_readable_whenever_its_fetch_or_build_is_killed(publisher: Publisher, data: Path):
    """Killed at random steps: first no version is in force or a whole one, then the old or the new one."""
    recipe, chosen = recipes.read(starting.write("PT")), random.Random(5)
    home = data / "pt"

    def fetch() -> None:
        fetching.fetch(recipe, catalogued.of_recipe(recipe), refresh=True)

    def rebuild() -> None:
        build(recipe)

    def in_force() -> set[str]:
        """The version in force, if there is one, and it is whole."""
        for territory in store.built():
            store.open_territory(territory).verify()
        return {store.open_territory(territory).version for territory in store.built()}

    code, asked = killed_at(0, fetch)
    assert code == 0
    for last in chosen.sample(range(1, asked), 3):
        shutil.rmtree(caches.default_root())
        assert killed_at(last, fetch)[0] == -signal.SIGKILL
    fetch()
    code, made = killed_at(0, rebuild, within=home)
    (first,) = in_force()
    assert code == 0
    shutil.rmtree(home)
    # A version is put in force in the last steps.
    points = (chosen.randrange(1, made - 5), *chosen.sample(range(made - 5, made + 1), 2))
    for last in sorted(points):
        assert killed_at(last, rebuild, within=home)[0] == -signal.SIGKILL
        assert in_force() <= {first}
    rebuild()
    assert in_force() == {first}
    # A hospital is published under another name.
    publisher.publish("healthcare/2023/csv/PT.csv", country.hospitals().replace(b"Hospital da Vila", b"Hospital Novo"))
    assert killed_at(chosen.randrange(1, 20), fetch)[0] == -signal.SIGKILL
    assert in_force() == {first}
    fetch()
    found = set()
    for last in sorted(points):
        assert killed_at(last, rebuild, within=home)[0] == -signal.SIGKILL
        found |= in_force()
    rebuild()
    (second,) = in_force()
    assert found <= {first, second} and second != first
    assert store.open_territory("pt").layer("services")["name"].str.contains("Novo").any()


@pytest.mark.usefixtures("publisher")
def test_a_region_is_cut_out_of_its_country(monkeypatch: pytest.MonkeyPatch):
    assert run(monkeypatch, "init", "pt1") == 0
    assert run(monkeypatch, "fetch", "pt1") == 0
    recipe = recipes.load("pt1")
    assert (recipe.country, recipe.region, recipe.title) == ("PT", "PT1", "Portugal, PT1")
    build(recipe)
    built = store.open_territory("pt1")
    assert set(built.layer("areas")["nuts1"]) == {"PT1"}
    assert len(built.layer("areas")) == len(built.layer("places").drop_duplicates("area_id")) == 9
    assert built.layer("indicators")["population"].sum() == pytest.approx(98000 + 8 * 100)


@pytest.mark.parametrize(
    ("code", "name", "iso"),
    [
        ("PT", "pt", "PT"),
        ("EL", "gr", "GR"),
        ("gr", "gr", "GR"),
        ("UK", "gb", "GB"),
        ("GB", "gb", "GB"),
        ("GR3", "el3", "GR"),
    ],
)
def test_countries_are_understood_by_either_code(code: str, name: str, iso: str):
    path = starting.write(code)
    assert path == recipes.own_folder() / f"{name}.yaml"
    recipe = recipes.load(name, sources=frozenset(catalogue.load()))
    assert recipe.country == iso
    own = {"GR": "EL", "GB": "UK"}.get(iso, iso)
    assert catalogued.of_recipe(recipe)["gisco-healthcare"].downloads[0].url.endswith(f"/{own}.csv")
    assert catalogued.of_recipe(recipe)["census-grid-2021"].downloads[-1].member == f"{iso}.txt"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("EU", "has a recipe already"),
        ("Portugal", "no code of a country"),
        ("XX", "no code of a country"),
        ("PT111", "a NUTS 3 region: take the first four"),
        ("../PT", "no code of a country"),
    ],
)
def test_what_is_no_country_or_region_is_refused(code: str, told: str, data: Path):
    with pytest.raises(InputError, match=told):
        starting.write(code)
    assert not data.exists()


def test_a_recipe_that_was_changed_is_not_written_over(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    path = starting.write("PT")
    path.write_text(path.read_text(encoding="utf-8").replace("title: Portugal", "title: Mine"), encoding="utf-8")
    assert run(monkeypatch, "init", "PT") == 2
    assert "edit it, or write it anew with --replace" in capsys.readouterr().err
    assert recipes.load("pt").title == "Mine"
    assert run(monkeypatch, "init", "PT", "--replace") == 0
    assert recipes.load("pt").title == "Portugal"


def test_every_territory_that_can_be_started_has_a_recipe_that_can_be_read():
    for code in starting.COUNTRIES:
        name, text = starting.recipe(code)
        recipes.read(Path(f"{name}.yaml"), text.encode(), sources=frozenset(catalogue.load()))


def test_cells_abroad_belong_to_nobody_but_stay_in_the_grid(write: Write):
    found = census_2021.grid(source("census-grid-2021"), write())
    abroad = found[found["area_id"].isna()]
    # The cell of 700 people has its centre in Spain, less than 1.5 km from the country; those of Germany are far away.
    assert abroad["population"].tolist() == [700.0]
    assert found["population"].sum() == 700 + 98000 + 11 * 100
    notes = census_2021.notes(source("census-grid-2021"), write())
    assert notes == ["1 cells of the grid have no published number of people and are left out."]


@pytest.mark.parametrize("suffix", ["csv", "gpkg"])
def test_the_grid_is_the_same_in_every_format(write: Write, suffix: str):
    folder, table = write(), country.grid()
    one = source("census-grid-2021")
    other = replace(one, files=(f"census/grid_2021.{suffix}", *one.files[1:]))
    if suffix == "csv":
        table.to_csv(folder / other.files[0], index=False)
    else:
        shapes = gpd.GeoSeries([shapely.Point(0, 0)] * len(table), crs=3035)
        gpd.GeoDataFrame(table, geometry=shapes).to_file(folder / other.files[0])
    pd.testing.assert_frame_equal(census_2021.grid(other, folder), census_2021.grid(one, folder))


def test_ages_that_are_not_published_are_said_and_never_zero(write: Write):
    table = country.grid()
    town = table["T"] == 2000
    table.loc[table.index[town][:7], ["Y_LT15", "Y_GE65"]] = -9999
    table.loc[table["GRD_ID"] == country.cell(-7.85, 40.05), "Y_GE65"] = -9999
    folder = write(grid_2021=country.as_parquet(table))
    told = census_2021.published(source("census-grid-2021"), folder).set_index(["indicator", "area_id"])
    assert told.loc[("share_65_plus", "0101"), "value"] == pytest.approx(20)
    assert told.loc[("share_65_plus", "0101"), "kind"] == "flagged"
    assert told.loc[("people_65_plus", "0101"), "value"] == pytest.approx(19600)
    assert pd.isna(told.loc[("share_65_plus", "0102"), "value"])
    assert told.loc[("share_65_plus", "0102"), "reason"] == census_2021.NOT_PUBLISHED
    assert told.loc[("share_under_15", "0102"), "value"] == pytest.approx(10)


def test_the_old_and_the_young_live_where_the_grid_counts_them(write: Write):
    """The cell of 0102 has 40 of 100 people aged 65 and over; one without ages takes the share of the others."""
    table = country.grid()
    in_town = table.index[table["T"] == 2000]
    table.loc[in_town[0], "Y_GE65"] = 2000
    table.loc[in_town[1], ["Y_LT15", "Y_GE65"]] = -9999
    folder = write(grid_2021=country.as_parquet(table))
    places = census_2021.places(source("census-grid-2021"), folder)
    assert places.loc[places["area_id"] == "0102", ["people_under_15", "people_65_plus"]].to_numpy().tolist() == [
        [10, 40]
    ]
    town = places[places["area_id"] == "0101"]
    others = 2000 * (2000 + 47 * 400) / (48 * 2000)
    assert sorted(town["people_65_plus"].unique()) == pytest.approx([400, others, 2000])
    told = census_2021.published(source("census-grid-2021"), folder).set_index(["indicator", "area_id"])
    assert town["people_65_plus"].sum() == pytest.approx(told.loc[("people_65_plus", "0101"), "value"])


def test_a_changed_grid_names_the_column(write: Write):
    folder = write(grid_2021=country.as_parquet(country.grid().rename(columns={"Y_GE65": "Y65"})))
    with pytest.raises(InputError, match="no column 'Y_GE65'"):
        census_2021.grid(source("census-grid-2021"), folder)
    for broken in (b"<html>", b""):
        with pytest.raises(InputError, match="no grid as Parquet"):
            census_2021.grid(source("census-grid-2021"), write(grid_2021=broken))


def test_municipalities_are_of_one_country_only(write: Write):
    found = gisco_lau.areas(source("gisco-lau"), write())
    assert found["area_id"].tolist() == country.CODES
    assert found.loc[0, "name"] == "Vila 0101"
    west = gisco_lau.areas(source("gisco-lau", region="PT2"), write())
    assert west["area_id"].tolist() == ["0104", "0108", "0112"]
    with pytest.raises(InputError, match="no municipality of FR"):
        gisco_lau.areas(replace(source("gisco-lau"), country="FR"), write())
    with pytest.raises(InputError, match="no GeoJSON of municipalities"):
        gisco_lau.areas(source("gisco-lau"), write(lau_2021=b"<html>moved</html>"))
    with pytest.raises(InputError, match="no column 'LAU_ID'"):
        gisco_lau.areas(source("gisco-lau"), write(lau_2021=country.outlines().replace(b"LAU_ID", b"LAU_CODE")))


def workbook(*rows: tuple[Any, ...], sheet: str = "PT") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in (("NUTS 3 CODE", "LAU CODE", "LAU NAME NATIONAL"), *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_codes_that_lost_their_zeros_have_them_back(write: Write):
    folder = write(lau_nuts_2021=workbook(("PT111", 101, "Vila"), ("PT111", "1102", "Outra"), ("", "", "")))
    assert lau_table.read(folder / "gisco/lau_nuts_2021.xlsx", "PT")["area_id"].tolist() == ["0101", "1102"]
    # Codes with letters are what they are.
    folder = write(lau_nuts_2021=workbook(("PT111", "A1", "Vila"), ("PT111", "1102", "Outra")))
    assert lau_table.read(folder / "gisco/lau_nuts_2021.xlsx", "PT")["area_id"].tolist() == ["A1", "1102"]


def test_greece_is_el_in_the_workbook(write: Write):
    folder = write(lau_nuts_2021=workbook(("EL301", "9186", "Αθηναίων"), sheet="EL"))
    assert lau_table.read(folder / "gisco/lau_nuts_2021.xlsx", "GR")["nuts3"].tolist() == ["EL301"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>", "no workbook with a sheet PT"),
        (workbook(("PT111", "0101", "Vila"), sheet="FR"), "no workbook with a sheet PT"),
        (workbook(("FR101", "0101", "Ville")), "no municipality of PT"),
        (workbook(("PT111", "0101", "Vila"), ("PT112", "0101", "Vila")), "municipality 0101 of PT twice"),
        (workbook(("PT999", "0101", "Vila")), "such as PT999; use files of the same NUTS version"),
    ],
    ids=["html", "no sheet", "other country", "twice", "other version"],
)
def test_workbooks_that_cannot_be_used(write: Write, content: bytes, told: str):
    with pytest.raises(InputError, match=told):
        lau_table.membership(source("gisco-lau-nuts"), write(lau_nuts_2021=content))


def test_schools_by_level(write: Write):
    found = education.services(source("gisco-education"), write()).set_index("service_id")
    assert found["category"].value_counts().to_dict() == {"school": 7, "kindergarten": 1}
    assert found.loc["education-PT_50", "capacity"] == 40
    # A capacity of 0 is not known; so is the level of a site that names none.
    assert pd.isna(found.loc["education-PT_51", "capacity"]) and pd.isna(found.loc["education-PT_51", "level"])
    assert not {"education-PT_52", "education-PT_53"} & set(found.index)
    assert education.notes(source("gisco-education"), write()) == [
        "1 of 10 education sites have no position and are left out.",
        "1 of 10 education sites name no level and count as schools.",
    ]


@pytest.mark.parametrize(
    ("text", "known"),
    [("1", {1}), ("ISCED 2011 1-2", {1, 2}), ("0;1", {0, 1}), ("2 – 3", {2, 3}), ("", set()), ("primary", set())],
)
def test_levels_as_they_are_written(text: str, known: set[int]):
    assert education.levels(text) == known
