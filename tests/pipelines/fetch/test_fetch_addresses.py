"""Every source from its own address in the catalogue: all publishers together on one loopback address.

The address `https://a.example/b.csv` is answered by `http://127.0.0.1:PORT/a.example/b.csv`; what an address gives is
made up, in the format that the publisher has there.
"""

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pandas as pd
import pytest

from geodata import catalogue, recipes, store
from geodata.catalogue import Source
from geodata.errors import InputError
from pipelines.build.run import build
from pipelines.cli import main as command_line
from pipelines.fetch import cache as caches
from pipelines.fetch import territory as fetching
from pipelines.sources import registry as catalogued
from pipelines.sources.eurostat import census_grid, lau_europe, lau_nuts
from pipelines.sources.national.slovenia import zzzs
from pipelines.sources.projects import kohesio
from tests.pipelines.country import zipped
from tests.pipelines.publisher import Publisher, publishing
from tests.pipelines.sources import test_lau_europe as europe
from tests.pipelines.sources import test_liechtenstein as liechtenstein

TERRITORIES = ("eu", "eu-lau", "slovenia", "liechtenstein")
Sources = dict[str, Source]


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv(caches.ENVIRONMENT, str(tmp_path / "cache"))
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path / "data"))
    with publishing() as running:
        yield running


def path_of(url: str) -> str:
    """Path under which the loopback publisher stands in for an address."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def redirected(publisher: Publisher, sources: Sources) -> Sources:
    """The same sources with the loopback publisher before each address."""
    return {
        name: replace(
            source,
            downloads=tuple(replace(each, url=f"{publisher.url}/{path_of(each.url)}") for each in source.downloads),
        )
        for name, source in sources.items()
    }


def used(territory: str) -> Sources:
    """Sources of a territory that are not bundled, with their addresses."""
    recipe = recipes.load(territory)
    listed = catalogued.of_recipe(recipe)
    return {name: listed[name] for name in recipe.sources() if not listed[name].bundled}


# The catalogue


@pytest.mark.parametrize("name", [source.id for source in catalogue.load().values() if not source.bundled])
def test_every_file_has_an_address_or_a_sentence_that_names_it(name: str):
    source = catalogue.load()[name]
    for file in set(source.files) - {each.file for each in source.downloads}:
        assert file in source.by_hand and "`fetch --mirror FOLDER`" in source.by_hand
    assert source.by_hand == "" or (source.by_hand.endswith(".") and source.by_hand.count(". ") == 0)
    assert all(each.url.startswith("https://") for each in source.downloads)


@pytest.mark.parametrize(
    ("country", "name"), [("PT", "portugal"), ("GB", "united-kingdom"), ("IE", "ireland-and-northern-ireland")]
)
def test_the_extract_of_a_country_is_called_as_geofabrik_calls_it(country: str, name: str):
    recipe = replace(recipes.load("slovenia"), country=country)
    (download,) = catalogued.of_recipe(recipe)["osm-country"].downloads
    assert download.url == f"https://download.geofabrik.de/europe/{name}-latest.osm.pbf"
    assert download.file == f"osm/{country}.osm.pbf"


def test_the_list_tells_one_address_of_each_host_and_what_is_got_by_hand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["pipelines", "sources"])
    with pytest.raises(SystemExit):
        command_line.main()
    lines = capsys.readouterr().out.splitlines()
    start = next(line.rindex(" from ") for line in lines if line.startswith(" id "))
    told = "".join(line[start:] for line in lines).replace(" ", "")
    assert "https://keep.eu/(byhand)" in told
    assert "nuts3.geojsonand34morethere" in told and "EDJNet/lau_centres" not in told
    assert told.count("AccessibilityGridMaps") == told.count("morethereothersbyhand") == 3


# From the addresses to the folder


@pytest.mark.parametrize("territory", TERRITORIES)
def test_a_territory_is_fetched_from_its_addresses(publisher: Publisher, territory: str, tmp_path: Path):
    """What has no address is asked for first, given once by hand, and kept; all the rest is then downloaded."""
    recipe, sources = recipes.load(territory), used(territory)
    wanted = {}
    for source in sources.values():
        for each in source.downloads:
            content = f"from {each.url}".encode()
            packed = zipped(each.member, content) if each.member else content
            publisher.publish(path_of(each.url), packed)
            wanted[each.laid_out] = content
    lost: dict[str, Source] = {}
    for source in sources.values():
        for name in set(source.files) - {each.file for each in source.downloads}:
            lost.setdefault(name, source)
    listed = catalogue.load() | redirected(publisher, sources)
    if lost:
        with pytest.raises(InputError) as said:
            fetching.fetch(recipe, listed)
        sentences = dict.fromkeys(source.by_hand for source in lost.values() if source.id not in recipe.optional)
        assert str(said.value) == " ".join(sentences)
        for name in lost:
            (tmp_path / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "mine" / name).write_bytes(name.encode())
        with pytest.raises(InputError, match=r"missing; put them there, or fetch without --mirror"):
            fetching.fetch(recipe, listed, mirror=tmp_path / "mine")
        shutil.rmtree(tmp_path / "mine")
    assert not publisher.asked
    folder = fetching.fetch(recipe, listed)
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert there == wanted | {name: name.encode() for name in lost}
    assert len(publisher.asked) == len({each.url for source in sources.values() for each in source.downloads})
    # Each source then finds all its files.
    for source in sources.values():
        assert all((folder / name).is_file() for name in catalogue.as_laid_out(source, folder).files)


@pytest.mark.parametrize("name", ["osm-country", "kohesio", "fts", "cordis"])
def test_what_a_recipe_may_add_is_fetched_too(publisher: Publisher, name: str):
    recipe = replace(recipes.load("slovenia"), layers={"projects": (name,)})
    source = catalogued.of_recipe(recipe)[name]
    for each in source.downloads:
        publisher.publish(path_of(each.url), each.url.encode())
    folder = fetching.fetch(recipe, redirected(publisher, {name: source}))
    assert {each.laid_out: each.url.encode() for each in source.downloads} == {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# From the addresses to a built territory


def grid_of_europe(cells: dict[tuple[int, int], int]) -> bytes:
    rows = [f"{people},{liechtenstein.cell(*corner)},LI" for corner, people in cells.items()]
    # A cell on the border has a row for each country.
    rows += [f"70,{liechtenstein.cell(20)},CH", "900,1kmN2600E4300,AT"]
    return "\n".join(["TOT_P,GRD_ID,CNTR_CODE", *rows]).encode()


def test_liechtenstein_is_built_from_its_addresses(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    liechtenstein.extract(tmp_path / "li.osm.pbf", codes=("7001", "7002"))
    given = {"pbf": (tmp_path / "li.osm.pbf").read_bytes(), "csv": grid_of_europe(liechtenstein.CELLS)}
    for level, codes in (("nuts3", ["LI000", "AT341"]), ("nuts2", ["LI00"])):
        rows = [{"properties": {"NUTS_ID": code, "NAME_LATN": "Liechtenstein"}} for code in codes]
        given[level] = json.dumps({"features": rows}).encode()
    for source in used("liechtenstein").values():
        for each in source.downloads:
            content = given.get(Path(each.file).stem) or given[each.file.rpartition(".")[2]]
            publisher.publish(path_of(each.url), zipped(each.member, content) if each.member else content)
    listed = redirected(publisher, catalogue.load())
    monkeypatch.setattr(catalogue, "load", lambda: listed)
    fetching.fetch(recipes.load("liechtenstein"), listed)
    build(recipes.load("liechtenstein"))
    values = store.open_territory("liechtenstein").layer("indicators").set_index("area_id")
    # As from the files of the country: Dorf has the cells at km 0 and 4, Tal those at 15 and, just outside, 20.
    assert values["population"].to_dict() == {"7001": 1500.0, "7002": 320.0}


# Formats of the addresses


def workbook(listed: pd.DataFrame) -> bytes:
    """Eurostat's workbook: a sheet for each country, headings of several lines, and sheets that are about the table."""
    book = openpyxl.Workbook()
    book.active.title = "Overview"
    book.active.append(["EU-28 and EFTA"])
    headings = {
        "code_2016": "NUTS 3\nCODE",
        "lau_code": "LAU CODE",
        "lau_name_national": "LAU NAME NATIONAL",
        "lau_name_latin": "LAU NAME LATIN",
        "changed": "CHANGE (Y/N)",
        "population": "POPULATION",
        "total_area_m2": "TOTAL AREA (m2)",
        "degurba": "DEGURBA",
        "degurba_change": "DEGURBA change compared to last year",
        "coastal_area": "COASTAL AREA (yes/no)",
    }
    numbers = ("population", "total_area_m2", "degurba")
    for country, rows in listed.groupby("country"):
        sheet = book.create_sheet(str(country))
        sheet.append(list(headings.values()))
        for row in rows.to_dict("records"):
            cells = [row.get(name, "") for name in headings]
            sheet.append(
                [
                    float(cell) if name in numbers and cell else "n.a." if name == "population" else cell or None
                    for name, cell in zip(headings, cells, strict=True)
                ]
            )
        sheet.append([None] * len(headings))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_the_workbook_of_municipalities_gives_what_the_table_of_europe_gives(tmp_path: Path):
    source = used("eu-lau")["europe-lau"]
    folder = europe.publish(tmp_path / "csv")
    table = pd.read_csv(io.StringIO(europe.LISTED), dtype=str, keep_default_na=False)
    other = shutil.copytree(folder, tmp_path / "xlsx")
    (other / source.files[0]).unlink()
    (other / source.downloads[0].instead).write_bytes(workbook(table))
    again = catalogue.as_laid_out(source, other)
    assert again.files[0].endswith(".xlsx") and catalogue.as_laid_out(source, folder) == source
    for layer in ("areas", "membership", "places", "published"):
        read: Callable[[Source, Path], pd.DataFrame] = getattr(lau_europe, layer)
        pd.testing.assert_frame_equal(read(again, other), read(source, folder))
    assert lau_europe.notes(again, other) == lau_europe.notes(source, folder)


def test_the_workbook_of_municipalities_gives_the_regions_of_a_country(tmp_path: Path):
    source = used("slovenia")["slovenia-lau"]
    rows = [{"code_2016": "SI031", "lau_code": code, "lau_name_national": code, "country": "SI"} for code in "12"]
    folder = europe.publish(tmp_path / "files")
    (folder / source.files[0]).unlink()
    (folder / source.downloads[0].instead).write_bytes(workbook(pd.DataFrame(rows)))
    found = lau_nuts.membership(catalogue.as_laid_out(source, folder), folder)
    assert found[["area_id", "nuts3"]].to_numpy().tolist() == [["001", "SI031"], ["002", "SI031"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "is no workbook with a sheet for each country"),
        (zipped("a", b""), "is no workbook with a sheet for each country"),
        (workbook(pd.DataFrame({"country": []})), "is no workbook with a sheet for each country"),
    ],
)
def test_a_workbook_of_municipalities_that_is_none(tmp_path: Path, content: bytes, said: str):
    source = used("eu-lau")["europe-lau"]
    folder = europe.publish(tmp_path / "files")
    (folder / source.files[0]).unlink()
    (folder / source.downloads[0].instead).write_bytes(content)
    with pytest.raises(InputError, match=said):
        lau_europe.areas(catalogue.as_laid_out(source, folder), folder)


def test_the_grid_of_europe_is_cut_to_the_country(tmp_path: Path):
    source = used("liechtenstein")["liechtenstein-grid"]
    path = tmp_path / source.downloads[0].instead
    path.parent.mkdir()
    path.write_bytes(grid_of_europe(liechtenstein.CELLS))
    one = catalogue.as_laid_out(source, tmp_path)
    assert census_grid.grid(one, tmp_path)["population"].sum() == sum(liechtenstein.CELLS.values())
    with pytest.raises(InputError, match="has no cell of SI; use the grid of that country or of Europe"):
        census_grid.grid(replace(one, country="SI"), tmp_path)


def test_doctors_are_added_up_as_the_table_of_institutions_has_them(tmp_path: Path):
    """What a doctor told the collectors goes before the register: Cene takes nobody, though the register says so."""
    source = used("slovenia")["slovenia-primary-care"]
    (tmp_path / "slovenia").mkdir()
    sites = "id_inst,name,lat,lon\n1,Dom Dol,46.05,14.05\n2,Dom Breg,46.05,14.15\n"
    (tmp_path / source.files[0]).write_text(sites)
    (tmp_path / source.downloads[1].instead).write_text(
        "doctor,type,id_inst,accepts,availability,load,accepts_override\n"
        "Ana,gp,1,n,1.0,1700,\nBine,gp,1,y,0.5,900,\nCene,gp,2,y,0.25,80,n\nDana,den,,y,1.0,80,\nEma,,1,y,1.0,80,\n"
    )
    (tmp_path / source.files[1]).write_text("id_inst,type,fte,accepting\n1,gp,1.5,1\n2,gp,0.25,0\n")
    of_doctors = replace(source, files=(source.files[0], source.downloads[1].instead))
    found = zzzs.services(of_doctors, tmp_path)
    pd.testing.assert_frame_equal(found, zzzs.services(source, tmp_path))
    assert found["capacity"].tolist() == [1.5, 0.25]
    assert found["level"].tolist() == [zzzs.TAKES, zzzs.FULL]
    (tmp_path / source.downloads[1].instead).write_text("doctor,type,id_inst,accepts,availability\n")
    with pytest.raises(InputError, match="no column 'accepts_override'"):
        zzzs.services(of_doctors, tmp_path)


def test_kohesio_is_read_as_workbook_and_as_csv():
    source = catalogued.of_recipe(recipes.load("slovenia"))["kohesio"]
    rows = [
        ["Operation_Unique_Identifier", "Operation_Name_English", "NUTS3_Code", "Project_EU_Budget"],
        ["https://linkedopendata.eu/entity/Q1", "Day care for the elderly", "SI041", 1200.5],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    text = "\n".join(",".join(map(str, row)) for row in rows).encode()
    one = kohesio.parse(source, {source.downloads[0].instead: content.getvalue()}).projects
    pd.testing.assert_frame_equal(one, kohesio.parse(source, {source.files[0]: text}).projects)
    assert one.loc[0, "eu_budget"] == 1200.5
