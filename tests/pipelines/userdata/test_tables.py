"""Own tables, read: any format with its quirks gives the same text; what is unsafe or broken is one clear sentence."""

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import numerals, schema, tabular
from geodata import tables as text_tables
from geodata import vocabulary as words
from geodata.configfile import read_mapping
from geodata.errors import InputError
from pipelines.userdata import columns, tables

POINTS = gpd.GeoDataFrame(
    {"name": ["Čaj", "Osp'edale"], "code": ["0012", "0103"], "beds": pd.array([12, None], dtype="Int64")},
    geometry=gpd.points_from_xy([9.1, 9.3], [45.3, 45.25]),
    crs="EPSG:4326",
)


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def shapefile(folder: Path, *, without: str = "", **options: str) -> bytes:
    POINTS.to_file(folder / "services.shp", **options)
    return zipped({path.name: path.read_bytes() for path in folder.glob("services.*") if path.suffix != without})


def geopackage(folder: Path) -> bytes:
    POINTS.to_file(folder / "services.gpkg", layer="services")
    return (folder / "services.gpkg").read_bytes()


# Delimited text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_and_encoding_are_found(delimiter: str, encoding: str) -> None:
    text = delimiter.join(["Città", "codice"]) + "\n" + delimiter.join(["Agliè", "001001"]) + "\n"
    table = tables.read(text.encode(encoding), "list.csv")
    assert table.rows.to_dict("list") == {"Città": ["Agliè"], "codice": ["001001"]}
    assert table.guesses["encoding"] == encoding


cells = st.one_of(
    st.text("abcèü' -", min_size=1, max_size=8).map(lambda text: f"T{text}".strip()),
    st.floats(-999, 999).map(lambda value: f"{value:.2f}".replace(".", ",")),
    st.just("Verein, e.V.; (Land)"),
    st.just(""),
)


@given(
    st.lists(st.tuples(st.just("Name"), cells, cells, cells), min_size=2, max_size=20),
    st.sampled_from([";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_the_delimiter_is_told_from_decimal_commas_and_quoted_texts(
    rows: list[tuple[str, ...]], delimiter: str, encoding: str
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([("a", "b", "c", "d"), *rows])
    table = tables.read(buffer.getvalue().encode(encoding), "x.csv")
    assert table.guesses["delimiter"] == {";": "semicolon", "\t": "tab", "|": "bar"}[delimiter]
    assert table.rows.to_numpy().tolist() == [list(row) for row in rows]


def test_a_slovenian_list_saved_by_windows_is_cp1250() -> None:
    text = "ime;občina\nLekarna Škofja Loka;Škofja Loka\nVrtec Črnuče;Ljubljana\n"
    table = tables.read(text.encode("cp1250"), "seznam.csv")
    assert table.rows["ime"].tolist() == ["Lekarna Škofja Loka", "Vrtec Črnuče"]


def test_decimal_commas_do_not_pass_for_delimiters() -> None:
    """Every row but the header has as many commas as semicolons."""
    table = tables.read(b"name;lat;lon\na;45,1;9,2\nb;45,2;9,3\n", "x.csv")
    assert list(table.rows.columns) == ["name", "lat", "lon"]


def test_the_header_is_found_below_lines_of_title() -> None:
    content = b"Elenco dei servizi 2024;;\n;;\nnome;lat;lon\nA;45,1;9,2\n;;\nB;45,2;9,3\n"
    table = tables.read(content, "x.csv")
    assert list(table.rows.columns) == ["nome", "lat", "lon"]
    assert table.guesses["header"] == "row 3"
    assert table.rows.index.tolist() == [4, 6], "rows are numbered as in the file, empty ones left out"


def test_a_table_without_header_keeps_its_first_row() -> None:
    table = tables.read(b"A,45.1,9.2\nB,45.2,9.3\n", "x.csv")
    assert table.rows["column 1"].tolist() == ["A", "B"]


def test_years_are_names_of_columns() -> None:
    assert list(tables.read(b"GEO,2020,2023\nAT,1.5,2.5\n", "x.csv").rows.columns) == ["GEO", "2020", "2023"]


def test_cells_beyond_the_header_and_repeated_names_are_kept() -> None:
    table = tables.read(b"a,a,\n1x,2x,\n3x,4x,,5x\n", "x.csv")
    assert table.rows.to_dict("list") == {"a": ["1x", "3x"], "a (2)": ["2x", "4x"], "column 4": ["", "5x"]}


def test_letters_lost_before_are_said() -> None:
    assert "1" in tables.read("name,x\nAlegr\ufffda,b\n".encode(), "x.csv").guesses["letters lost"]


# Workbooks


def test_the_sheet_with_most_cells_is_read_and_codes_stay_text() -> None:
    content = workbook({"Read me": [["Our list"]], "Elenco": [["codice", "posti"], ["001001", 12.0], ["001002", 3.5]]})
    table = tables.read(content, "x.xlsx")
    assert table.rows.to_dict("list") == {"codice": ["001001", "001002"], "posti": ["12", "3.5"]}
    assert table.guesses["sheet"] == "Elenco" and table.guesses["sheets left out"] == "Read me"
    assert tables.read(content, "x.xlsx", sheet="Elenco").rows.equals(table.rows)


def test_formulas_are_not_computed_and_errors_are_empty() -> None:
    """The formula was never computed by a spreadsheet program, so that no value was saved with it."""
    table = tables.read(workbook({"a": [["name", "value"], ["A", "=1+1"], ["B", "#N/A"], ["C", 4]]}), "x.xlsx")
    assert table.rows["value"].tolist() == ["", "", "4"]


def test_xml_entities_are_refused() -> None:
    good = workbook({"a": [["name", "value"], ["A", 1]]})
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    sheet = members["xl/worksheets/sheet1.xml"]
    head = sheet.find(b"<worksheet")
    members["xl/worksheets/sheet1.xml"] = sheet[:head] + bomb + sheet[head:]
    with pytest.raises(InputError, match="declares XML entities"):
        tables.read(zipped(members), "x.xlsx")


# Spatial files


def test_geojson_geopackage_and_shapefile_give_the_same_text(tmp_path: Path) -> None:
    contents = {
        "x.geojson": POINTS.to_json().encode(),
        "x.gpkg": geopackage(tmp_path),
        "x.zip": shapefile(tmp_path, encoding="utf-8"),
    }
    for filename, content in contents.items():
        table = tables.read(content, filename)
        assert table.rows["name"].tolist() == ["Čaj", "Osp'edale"], filename
        assert table.rows["code"].tolist() == ["0012", "0103"], filename
        assert table.rows["beds"].tolist() == ["12", ""], filename
        assert table.geometry is not None and table.geometry.x.tolist() == [9.1, 9.3], filename


def test_a_geopackage_with_write_ahead_logging_is_read(tmp_path: Path) -> None:
    """QGIS leaves a mark in the header that says so."""
    content = bytearray(geopackage(tmp_path))
    content[18:20] = b"\x02\x02"
    assert len(tables.read(bytes(content), "x.gpkg").rows) == 2


def test_a_shapefile_without_projection_has_no_crs(tmp_path: Path) -> None:
    table = tables.read(shapefile(tmp_path, without=".prj"), "x.zip")
    assert table.geometry is not None and table.geometry.crs is None
    assert table.guesses["CRS of the file"] == "not given"


def test_polygons_become_points_inside_and_a_broken_geometry_costs_its_row() -> None:
    square = {"type": "Polygon", "coordinates": [[[9, 45], [10, 45], [10, 46], [9, 45]]]}
    features = [
        {"type": "Feature", "properties": {"name": "a", "tags": ["x", "y"]}, "geometry": square},
        {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": ["east"]}},
    ]
    table = tables.read(json.dumps({"type": "FeatureCollection", "features": features}).encode(), "x.geojson")
    assert table.geometry is not None
    assert table.geometry.geom_type.iloc[0] == "Point" and table.geometry.iloc[1] is None
    assert table.rows["tags"].tolist() == ["x; y", ""]


# What is refused


def evil_geopackage(folder: Path, statement: str) -> bytes:
    geopackage(folder)
    connection = sqlite3.connect(folder / "services.gpkg")
    connection.execute(statement)
    connection.commit()
    connection.close()
    return (folder / "services.gpkg").read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"name,lat\n", "no rows below"),
        (b"\x00\x01\x02\x03" * 10, "is not text"),
        (b"<!DOCTYPE html><html>", "web page or XML"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 99, "old Excel file or protected"),
        (b"PK\x03\x04 no archive", "damaged archive"),
        (b"SQLite format 3\x00" + b"x" * 200, "no readable GeoPackage"),
        (b'{"type": "FeatureCollection"', "not valid JSON"),
        (b'{"type": "Topology"}', "no GeoJSON FeatureCollection"),
        (b"{" + b'"a":[' * 100_000, "not valid JSON"),
        (zipped({"notes.txt": b"x"}), "without a workbook or a Shapefile"),
        (zipped({"a.shp": b"x", "b.shp": b"x"}), "holds 2 Shapefiles"),
        (zipped({"a.shp": b"<OGRVRTDataSource/>", "a.dbf": b"x"}), "damaged"),
        (zipped({"../a.shp": b"x"}), "unsafe path"),
        (zipped({"/etc/a.shp": b"x"}), "unsafe path"),
        (zipped({"C:\\a.shp": b"x"}), "unsafe path"),
        (zipped({"xl/workbook.xml": b"<broken"}), "damaged workbook"),
        (("a," * (tabular.COLUMNS + 1) + "\n" + "1,2\n").encode(), "allowed are"),
    ],
)
def test_bad_files_are_one_sentence(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        tables.read(content, "upload.bin")
    assert "upload.bin" in str(caught.value) and "\n" not in str(caught.value)


def test_too_large_a_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="allowed are"):
        tables.read(b"name\nx\n" * 1000, "x.csv", largest=1000)


def test_too_many_rows_are_refused() -> None:
    """As many as are allowed, and as many again as may stand above a header."""
    most = 100 + tabular.FIRST_ROWS
    assert len(text_tables.read(b"name\n" + b"x\n" * (most - 1), "x.csv", most_rows=100)[0]) == most - 1
    with pytest.raises(InputError, match=f"{most + 1} rows"):
        text_tables.read(b"name\n" + b"x\n" * most, "x.csv", most_rows=100)


def test_a_workbook_that_shrinks_more_than_a_table_is_refused() -> None:
    """30 MB of blanks in 30 kB, named as a workbook."""
    bomb = zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 30 * 2**20})
    assert len(bomb) < 40_000
    with pytest.raises(InputError, match="as no honest data do"):
        tables.read(bomb, "x.xlsx")


@pytest.mark.parametrize(
    "statement",
    ["CREATE VIEW spy AS SELECT readfile('/etc/passwd')", "CREATE VIRTUAL TABLE spy USING fts5(x)"],
)
def test_views_and_virtual_tables_of_a_geopackage_are_refused(statement: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="view or virtual table"):
        tables.read(evil_geopackage(tmp_path, statement), "x.gpkg")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(content: bytes) -> None:
    try:
        table = tables.read(content, "x")
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert len(table.rows)


# Numbers


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1.234,5", "3"], [1234.5, 3.0]),
        (["1,234.5", "3"], [1234.5, 3.0]),
        (["45,123", "45,12"], [45.123, 45.12]),
        (["2.969", "17.910", "233"], [2969.0, 17910.0, 233.0]),
        (["2.969", "0.125"], [2.969, 0.125]),
        (["1 234 567", "1'000"], [1234567.0, 1000.0]),
        (["12 %", "−3"], [12.0, -3.0]),
        (["1.234.567", "2.345"], [1234567.0, 2345.0]),
        (["1e3"], [1000.0]),
    ],
)
def test_numbers_are_read_as_the_column_writes_them(texts: list[str], numbers: list[float]) -> None:
    assert numerals.numbers(pd.Series(texts)).tolist() == numbers


@pytest.mark.parametrize(
    "text", ["", "<5", ":", "n/a", "12 beds", "1.2.3", "1,2,3.4", "nan", "inf", "1..2", "--1", "٣"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert numerals.numbers(pd.Series([text])).isna().all()


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 2)), min_size=1), st.sampled_from(".,"))
def test_numbers_with_two_decimals_survive_any_mark(values: list[float], mark: str) -> None:
    group = "," if mark == "." else "."
    texts = [f"{value:,.2f}".translate(str.maketrans({",": group, ".": mark})) for value in values]
    assert numerals.numbers(pd.Series(texts)).tolist() == values


# Roles


@pytest.mark.parametrize(
    ("header", "cells", "role"),
    [
        ("Breitengrad", ["45.1", "45.2"], "lat"),
        ("geografska širina", ["45,1", "46,2"], "lat"),
        ("Longitudine", ["9.1", "9.2"], "lon"),
        ("POSTI LETTO", ["12", "40"], "capacity"),
        ("Bettenzahl (2024)", ["12", "40"], "capacity"),
        ("Code INSEE", ["01001", "2A004"], "area_id"),
        ("Cod. Comune ISTAT", ["001001", "001002"], "area_id"),
        ("Comune", ["Alba", "Livo"], "place"),
        ("Gemeindename", ["Alba", "Livo"], "place"),
        ("Občina", ["Bled", "Koper"], "place"),
        ("Drzava", ["Slovenija", "Italija"], "country"),
        ("addr:country", ["IT", "AT"], "country"),
        ("Tipologia di servizio", ["farmacia", "scuola"], "category"),
        ("Página web", ["https://a.example", "www.b.example"], "url"),
        ("Where on the web", ["https://a.example", "www.b.example"], "url"),
        ("Datum začetka", ["1.5.2019", "2020-01-01"], "start_year"),
        ("Coordonnées GPS", ["45.1, 9.2", "45.2, 9.3"], "coordinates"),
        ("Indirizzo completo", ["Via Roma 1, 12051 Alba", "Via Po 2"], "address"),
    ],
)
def test_a_column_is_known_in_any_language(header: str, cells: list[str], role: str) -> None:
    best = columns.guess(pd.DataFrame({header: cells}))[0]
    assert best.role == role
    assert best.score >= columns.ENOUGH and best.reasons


def test_cells_rule_a_role_out_whatever_the_header_says() -> None:
    guesses = columns.guess(pd.DataFrame({"latitude": ["see map", "on request"]}))
    assert "lat" not in {one.role for one in guesses}


def test_words_belong_to_known_categories() -> None:
    known = set(pd.Series(list(read_mapping(Path(schema.__file__).parent / "services.yaml"))))
    assert set(words.labels("services")) <= known
    assert set(words.headers()) == {role for roles in columns.ROLES.values() for role in roles} == set(columns.CONTENT)


def test_a_word_means_one_thing() -> None:
    for subject in ("services", "themes", "countries"):
        listed = read_mapping(Path(words.__file__).parent / f"{subject}.yaml")
        seen = [
            word for label, texts in listed.items() for word in {words.plain(str(text)) for text in (*texts, label)}
        ]
        assert len(seen) == len(set(seen)), {word for word in seen if seen.count(word) > 1}
