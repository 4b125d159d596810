"""Own tables, from file to territory: any form gives the same layer, bad rows say why, layers are kept."""

import csv
import io
import json
import sys
from functools import cache
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata import files, schema, store
from geodata.errors import InputError
from geodata.store import Territory
from pipelines import userdata as own
from pipelines.cli import main as command_line
from pipelines.userdata import storage
from pipelines.userdata.gazetteer import Gazetteer
from pipelines.userdata.reading import Imported
from tests.pipelines import own_territory

SERVICES = """name;category;lat;lon;beds;address
Casa;Farmacia;45,30;9,10;12;
Due;scuola;45,31;9,12;;
Tre;Zauberei;45,30;9,10;3;
Quattro;pharmacy;;;ca. 30;"Via Roma 1, 24010 Dossena (BG)"
Cinque;ospedale;48,2;16,4;1;
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    own_territory.build(folder)
    return folder


@pytest.fixture(scope="module")
def valley(root: Path) -> Territory:
    return store.open_territory("valley", root=root)


@cache
def names(valley: Territory) -> Gazetteer:
    return own.place_names(valley)


def run(text: str | bytes, kind: str, valley: Territory, **options: object) -> Imported:
    content = text.encode() if isinstance(text, str) else text
    reading = own.read_own(content, "list.csv")
    mapping = reading.mapping(kind) | options.pop("mapping", {})  # type: ignore[operator]
    return own.apply(reading, mapping, kind, valley, names=names(valley), **options)  # type: ignore[arg-type]


# Services


def test_services_become_the_layer_and_the_rest_says_why(valley: Territory) -> None:
    """Casa and Due have coordinates, Quattro only an address, which names Dossena; Tre and Cinque cannot be used."""
    done = run(SERVICES, "services", valley, name="own-list")
    layer = schema.check("services", done.layer)
    assert layer["service_id"].tolist() == ["own-list-2", "own-list-3", "own-list-5"]
    assert layer["category"].tolist() == ["pharmacy", "school", "pharmacy"]
    assert layer["capacity"].fillna(-1).tolist() == [12.0, -1.0, -1.0], "unknown is missing, never 0"
    assert layer.geometry.x.tolist() == [9.10, 9.12, 9.75]
    assert done.rejected[["row", "name", "reason"]].values.tolist() == [
        [4, "Tre", "'Zauberei' is no known category of service"],
        [6, "Cinque", "48.2, 16.4 lies outside the territory"],
    ]
    assert any("'ca. 30'" in note for note in done.notes)
    assert done.provenance["provenance"] == "own data" and done.provenance["used"] == 3


def test_decisions_settle_places_and_categories(valley: Territory) -> None:
    text = "name,category,comune\nA,Zauberei,Castro\nB,school,Castro\n"
    done = run(text, "services", valley)
    assert done.ambiguous[["role", "text", "rows"]].values.tolist() == [
        ["place", "Castro", 2],
        ["category", "Zauberei", 1],
    ]
    assert "'Castro' may be Castro (001003) or Castro (001004); decide" in done.rejected["reason"][1]
    settled = run(text, "services", valley, decisions={"Castro": "area:001004", "Zauberei": "library"})
    assert settled.rejected.empty and settled.ambiguous.empty
    assert settled.layer["category"].tolist() == ["library", "school"]
    assert settled.layer.geometry.x.tolist() == [9.7, 9.7]
    assert settled.layer["confidence"].tolist() == ["own data, placed by area"] * 2


def test_a_constant_stands_for_a_column(valley: Territory) -> None:
    done = run("name,lat,lon\nA,45.3,9.1\n", "services", valley, mapping={"category": "=Apotheke"})
    assert done.layer["category"].tolist() == ["pharmacy"]


def test_a_place_name_does_not_mend_coordinates_that_lie_elsewhere(valley: Territory) -> None:
    done = run("name,category,lat,lon,comune\nA,school,48.2,16.4,Alba\nB,school,,,Alba\n", "services", valley)
    assert done.rejected["name"].tolist() == ["A"]
    assert done.layer["name"].tolist() == ["B"]


def test_scripts_are_no_links_and_formulas_are_neutralised(valley: Territory) -> None:
    text = "name,category,lat,lon,url\nA,school,45.3,9.1,javascript:alert(1)\n=cmd(),school,0,0,https://a.example\n"
    done = run(text, "services", valley)
    assert done.layer["source_url"].isna().all()
    assert list(csv.reader(io.StringIO(done.rejected_csv().decode("utf-8-sig"))))[1][1] == "'=cmd()"


def test_rejected_rows_can_be_mended_and_imported(valley: Territory) -> None:
    rejected = run(SERVICES, "services", valley).rejected_csv()
    mended = (
        rejected.decode("utf-8-sig").replace("Zauberei", "library").replace('"48,2"', '"45,3"').replace('"16,4"', "9.1")
    )
    again = run(mended.encode("utf-8-sig"), "services", valley)
    assert again.rejected.empty
    assert again.layer["category"].tolist() == ["library", "any_hospital"]


@pytest.mark.parametrize(
    ("kind", "mapping", "message"),
    [
        ("shops", {}, "cannot be 'shops'"),
        ("services", {}, "hold the category"),
        ("services", {"category": "kind"}, "no column 'kind'"),
        ("services", {"value": "name"}, "no role 'value'"),
        ("indicator", {}, "hold the value"),
        ("indicator", {"value": "beds"}, "area codes or names"),
    ],
)
def test_slips_in_the_mapping_are_one_sentence(
    kind: str, mapping: dict[str, str], message: str, valley: Territory
) -> None:
    reading = own.read_own(b"name,beds\nA,1\n", "x.csv")
    with pytest.raises(InputError, match=message):
        own.apply(reading, mapping, kind, valley)


# Projects


def test_projects_of_mixed_quality(valley: Territory) -> None:
    text = (
        "Projekt,Träger,Themen,Land,Ort,lat,lon,Beginn,Website\n"
        "A,Verein,Gesundheit; Imkerei,Österreich,Wien,48.2,16.4,1.5.2019,www.a.example\n"
        "B,,Verkehr,,Bozen,,,2020,\n"
        "C,,,Österreich,Wien,,,,\n"
        "D,,,,,45.3,9.1,,\n"
        ",,,,Alba,,,,\n"
    )
    done = run(text, "projects", valley)
    layer = schema.check("projects", done.layer).set_index("name")
    assert layer.index.tolist() == ["A", "B", "D", "unnamed"]
    assert layer["country"].tolist() == ["AT", "IT", "IT", "IT"]
    assert layer["themes"].tolist() == ["health & care;imkerei", "mobility", "", ""]
    assert layer["precision"].tolist() == ["town", "municipality", "town", "municipality"]
    assert layer["start_year"].fillna(0).tolist() == [2019, 2020, 0, 0]
    assert layer["source_url"].tolist() == ["https://www.a.example", "", "", ""]
    assert done.rejected["reason"].tolist() == ["'Wien' is abroad, where places are not known; give coordinates"]


# Indicators


def test_an_indicator_by_codes_that_lost_their_zeros(valley: Territory) -> None:
    text = "ISTAT;Quota\n1001;1,5\n1002;:\n1003;2,5\n9999;3,5\n1004;7\n1004;8\n1003;2,5\n"
    done = run(text.replace("9999", "x9999"), "indicator", valley, name="share")
    assert done.layer.to_dict() == {"001001": 1.5, "001003": 2.5}
    assert done.layer.index.name == "area_id" and done.layer.name == "share"
    assert done.rejected["reason"].tolist() == [
        "':' is no number",
        "no area has the code 'x9999'",
        "area 001004 is there more than once with different values",
        "area 001004 is there more than once with different values",
    ]
    assert done.notes == ("2 of 4 areas have a value.",)


def test_an_indicator_by_names(valley: Territory) -> None:
    done = run("Comune,valore\nAlba,1\nBozen,2\nCastro,3\nRoma,4\n", "indicator", valley)
    assert done.layer.to_dict() == {"001001": 1.0, "001002": 2.0}
    assert done.ambiguous["text"].tolist() == ["Castro"]
    assert "no area is named 'Roma'" in done.rejected["reason"].tolist()


# Any form of the same table gives the same layer

HEADERS = {
    "name": ["name", "Nome", "Bezeichnung", "Naziv"],
    "category": ["category", "Tipologia", "Kategorie", "vrsta"],
    "lat": ["lat", "Latitudine", "Breitengrad", "Širina"],
    "lon": ["lon", "Longitudine", "Längengrad", "Dolžina"],
    "capacity": ["beds", "Posti letto", "Betten", "Zmogljivost"],
    "area_id": ["lau_id", "Codice ISTAT", "Gemeindecode", "šifra občine"],
}
rows = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text("abcèéü '", min_size=1, max_size=8).map(lambda text: f"S{text.strip()}"),
            "category": st.sampled_from(["Farmacia", "scuola", "library", "Apotheke"]),
            "lat": st.floats(45.2, 45.4).map(lambda value: f"{value:.5f}"),
            "lon": st.floats(9.0, 9.8).map(lambda value: f"{value:.5f}"),
            "capacity": st.integers(1, 99_999).map(lambda value: f"{value / 100:.2f}"),
            "area_id": st.sampled_from(list(own_territory.NAMES)),
        }
    ),
    min_size=2,
    max_size=12,
)


def write(
    table: list[dict[str, str]], order: list[str], language: int, delimiter: str, mark: str, encoding: str
) -> bytes:
    """Write the rows as a spreadsheet program of some country would."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow([HEADERS[role][language] for role in order])
    for row in table:
        writer.writerow(
            [row[role].replace(".", mark) if role in {"lat", "lon", "capacity"} else row[role] for role in order]
        )
    return buffer.getvalue().encode(encoding, errors="replace")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=rows,
    order=st.permutations(list(HEADERS)),
    language=st.integers(0, 2),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    mark=st.sampled_from([".", ","]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_any_form_of_a_table_gives_the_same_layer(
    table: list[dict[str, str]],
    order: list[str],
    language: int,
    delimiter: str,
    mark: str,
    encoding: str,
    valley: Territory,
) -> None:
    done = run(write(table, order, language, delimiter, mark, encoding), "services", valley)
    assert done.rejected.empty
    layer = done.layer
    assert layer["name"].tolist() == [row["name"].strip() for row in table]
    assert layer.geometry.y.round(5).tolist() == [float(row["lat"]) for row in table]
    assert layer.geometry.x.round(5).tolist() == [float(row["lon"]) for row in table]
    assert layer["capacity"].tolist() == [float(row["capacity"]) for row in table]
    kinds = {"Farmacia": "pharmacy", "scuola": "school", "library": "library", "Apotheke": "pharmacy"}
    assert layer["category"].tolist() == [kinds[row["category"]] for row in table]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(st.sampled_from(list(own_territory.NAMES)), st.integers(-9_999, 9_999), min_size=1),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    mark=st.sampled_from([".", ","]),
    turned=st.booleans(),
)
def test_leading_zeros_of_codes_survive(
    values: dict[str, int], delimiter: str, mark: str, turned: bool, valley: Territory
) -> None:
    cells = [[code, f"{value / 100:.2f}".replace(".", mark)] for code, value in values.items()]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(
        row[::-1] if turned else row for row in [["LAU code", "value"], *cells]
    )
    done = run(buffer.getvalue(), "indicator", valley)
    assert done.layer.to_dict() == {code: value / 100 for code, value in values.items()}


def test_every_format_gives_the_same_layer(valley: Territory, tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": ["A", "B"], "category": ["school", "bank"], "code": ["001001", "001002"]})
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([9.1, 9.3], [45.3, 45.25]), crs=4326)
    points.to_crs(3035).to_file(tmp_path / "x.gpkg")
    points.to_file(tmp_path / "x.geojson")
    book = openpyxl.Workbook()
    for row in [["name", "category", "latitude", "longitude"], ["A", "school", 45.3, 9.1], ["B", "bank", 45.25, 9.3]]:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    (tmp_path / "x.csv").write_text("name,category,coordinates\nA,school,POINT (9.1 45.3)\nB,bank,POINT (9.3 45.25)\n")
    for name in ("x.gpkg", "x.geojson", "x.xlsx", "x.csv"):
        reading = own.read_own((tmp_path / name).read_bytes(), name)
        layer = own.apply(reading, reading.mapping("services"), "services", valley).layer
        assert layer[["name", "category"]].values.tolist() == [["A", "school"], ["B", "bank"]], name
        assert layer.geometry.x.round(6).tolist() == [9.1, 9.3], name
        assert layer.geometry.y.round(6).tolist() == [45.3, 45.25], name


# On disk


def test_an_own_layer_is_kept_listed_replaced_and_removed(root: Path, valley: Territory) -> None:
    first = run("name,category,lat,lon\nA,school,45.3,9.1\n", "services", valley, name="own-schools")
    storage.save(first, "own-schools", territory="valley", root=root)
    (saved,) = storage.listed("valley", root=root)
    assert (saved.name, saved.kind, saved.provenance["provenance"]) == ("own-schools", "services", "own data")
    second = run(
        "name,category,lat,lon\nB,school,45.3,9.1\nC,school,45.3,9.2\n", "services", valley, name="own-schools"
    )
    storage.save(second, "own-schools", territory="valley", root=root)
    loaded = storage.load("own-schools", territory="valley", root=root)
    pd.testing.assert_frame_equal(loaded, second.layer, check_dtype=False)
    files = sorted(path.name for path in (root / "valley" / storage.FOLDER / "own-schools").iterdir())
    assert len(files) == 2 and files[1] == storage.FACTS, "the rows of before are gone"
    storage.remove("own-schools", territory="valley", root=root)
    assert storage.listed("valley", root=root) == []
    with pytest.raises(InputError, match="no own layer"):
        storage.load("own-schools", territory="valley", root=root)


def test_an_indicator_comes_back_as_it_was(root: Path, valley: Territory) -> None:
    done = run("LAU code,value\n001001,1.5\n001002,2\n", "indicator", valley, name="share")
    storage.save(done, "share", territory="valley", root=root)
    pd.testing.assert_series_equal(
        storage.load("share", territory="valley", root=root), done.layer, check_index_type=False
    )
    storage.remove("share", territory="valley", root=root)


def test_a_new_build_keeps_own_layers_and_versions_know_nothing_of_them(root: Path, valley: Territory) -> None:
    storage.save(run("LAU code,value\n001001,1\n", "indicator", valley), "kept", territory="valley", root=root)
    for note in ("one", "two", "three"):
        with store.new_version("valley", root=root) as (_, facts):
            facts["note"] = note
    assert [saved.name for saved in storage.listed("valley", root=root)] == ["kept"]
    storage.remove("kept", territory="valley", root=root)
    own_territory.build(root)


def test_a_save_that_fails_leaves_what_was_there(
    root: Path, valley: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes when the facts are about to be replaced: the rows of before are still in force."""
    storage.save(run("LAU code,value\n001001,1\n", "indicator", valley), "share", territory="valley", root=root)
    fresh = run("LAU code,value\n001001,2\n", "indicator", valley)

    whole = files.settle

    def stop(fresh: Path, path: Path) -> None:
        if path.name == storage.FACTS:
            raise KeyboardInterrupt
        whole(fresh, path)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(files, "settle", stop)
        storage.save(fresh, "share", territory="valley", root=root)
    assert storage.load("share", territory="valley", root=root).to_dict() == {"001001": 1.0}
    storage.remove("share", territory="valley", root=root)


def test_the_same_import_is_the_same_bytes(root: Path, valley: Territory) -> None:
    home = root / "valley" / storage.FOLDER / "twice"
    kept = []
    for _ in range(2):
        storage.save(run(SERVICES, "services", valley), "twice", territory="valley", root=root)
        kept.append({path.name: path.read_bytes() for path in home.iterdir()})
        storage.remove("twice", territory="valley", root=root)
    assert kept[0] == kept[1]
    assert json.loads(kept[0][storage.FACTS])["provenance"]["mapping"]["lat"] == "lat"


@pytest.mark.parametrize("name", ["", "../up", "A b", "x" * 41, ".own", "a/b"])
def test_names_that_are_no_names_are_refused(name: str, root: Path, valley: Territory) -> None:
    done = run("LAU code,value\n001001,1\n", "indicator", valley)
    with pytest.raises(InputError, match="cannot be called"):
        storage.save(done, name, territory="valley", root=root)


def test_nothing_to_save_is_one_sentence(root: Path, valley: Territory) -> None:
    done = run("LAU code,value\n9,1\n", "indicator", valley)
    with pytest.raises(InputError, match=r"No row of list\.csv can be used"):
        storage.save(done, "none", territory="valley", root=root)
    with pytest.raises(InputError, match="has not been built"):
        storage.save(done, "none", territory="hills", root=root)


# On the command line


def test_import_on_the_command_line(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Good rows are saved, the others written with their reason; a slip is one sentence and exit code 2."""
    file, rejected = tmp_path / "list.csv", tmp_path / "rejected.csv"
    file.write_text(SERVICES)

    def call(*arguments: object) -> tuple[int, str]:
        place = ["--territory", "valley", "--data", root]
        monkeypatch.setattr(sys, "argv", ["pipelines", "import", *map(str, [*arguments, *place])])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        return int(ended.value.code or 0), capsys.readouterr().err

    code, said = call(file, "--as", "services", "--name", "mine", "--save", "-o", rejected, "--map", "name==One")
    assert code == 0 and "3 rows are used, 2 rejected" in said and "delimiter: semicolon" in said
    assert storage.load("mine", territory="valley", root=root)["name"].unique().tolist() == ["One"]
    assert pd.read_csv(rejected)["row"].tolist() == [4, 6]
    storage.remove("mine", territory="valley", root=root)
    for arguments, message in [
        ((file, "--as", "shops"), "cannot be 'shops'"),
        ((file, "--as", "services", "--map", "lat"), "is not role=COLUMN"),
        ((tmp_path / "none.csv", "--as", "services"), "There is no file"),
    ]:
        code, said = call(*arguments)
        assert code == 2 and message in " ".join(said.split()) and "Traceback" not in said
