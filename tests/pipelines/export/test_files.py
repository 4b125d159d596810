"""Every file of the shortlist is read back with the tool a colleague would use, and compared with what went in.

The fixture is three squares in a row, each 0.1 degrees wide: Sant'Àngelo, Žena with a hole, and Weiß in two parts.
Sant'Àngelo has every value, Žena lacks its minutes, Weiß its region, tier and probability; its note is a formula.
"""

import contextlib
import io
import json
import re
import sqlite3
import tempfile
import time
import zipfile
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from pipelines.export import Shortlist, csv, geojson, geopackage, package, read_manifest, xlsx

AREAS = ["001272", "000045", "110001"]
INJECTIONS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"]
GENERIC = {
    "decimals": 0,
    "direction": "neutral",
    "dimension": "People",
    "completeness": "census",
    "formula": "as given",
    "agreement": None,
}


def square(x: float, y: float = 45.0, size: float = 0.1) -> shapely.Polygon:
    return shapely.box(x, y, x + size, y + size)


@pytest.fixture
def areas() -> gpd.GeoDataFrame:
    frame = {
        "order": [1, 2, 3],
        "area_id": AREAS,
        "name": ["Sant'Àngelo", "Žena, sopra", "Weiß"],
        "nuts2_name": ["Valle d'Aosta", "Piemonte", None],
        "degurba": ["rural", "town", "rural"],
        "population": [1234.0, 2000.0, 0.0],
        "share_65_plus": [33.333333333, 20.0, -0.00000001],
        "minutes_hospital": [12.345678, np.nan, 0.5],
        "tier": ["firm", "likely", None],
        "probability": [1.0, 0.123456, np.nan],
        "note": ["ask the mayor; then decide", None, '=HYPERLINK("x")'],
    }
    geometry = [
        square(7.1234567),
        square(8.0).difference(square(8.02, 45.02, 0.02)),
        shapely.union_all([square(9.0), square(9.5)]),
    ]
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=4326)


@pytest.fixture
def shortlist(areas: gpd.GeoDataFrame) -> Shortlist:
    return make(areas)


def make(areas: gpd.GeoDataFrame, **changes: object) -> Shortlist:
    codebook = pd.DataFrame(
        [
            {"indicator": "share_65_plus", "title": "Share aged 65 and over", "unit": "%", **GENERIC, "decimals": 1},
            {"indicator": "population", "title": "Population", "unit": "people", **GENERIC},
            {"indicator": "minutes_hospital", "title": "Minutes to the nearest hospital", "unit": "min", **GENERIC},
            {"indicator": "gap", "title": "Not exported", "unit": "index 0-100", **GENERIC},
        ]
    ).assign(year="2023", sources="people", missing="No row for the area")
    sources = pd.DataFrame(
        {
            "source_id": ["people", "borders"],
            "title": ["Residents", "Municipalities"],
            "publisher": ["Statistics office", "Mapping agency"],
            "year": [2023, None],
            "version": ["1", "0.6.2"],
            "licence": ["CC BY 3.0", "CC BY 4.0"],
            "licence_url": ["https://example.org/3", "https://example.org/4"],
            "attribution": ["© Statistics office", "© Mapping agency."],
            "completeness": ["census", "register"],
            "limits": ["none", None],
        }
    )
    manifest = {"territory": "italy", "version": "abc", "travel": {"model": "straight"}, "command": "python -m x"}
    given = {"codebook": codebook, "sources": sources, "manifest": manifest, "title": "Aree interne — prova"}
    return Shortlist(areas=areas, **(given | changes))


def read_csv(content: bytes, **options: object) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"area_id": str}, **options)


def read_xlsx(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(book: openpyxl.Workbook, sheet: str) -> list[tuple]:
    return list(book[sheet].iter_rows(values_only=True))


def read_gpkg(content: bytes, layer: str) -> gpd.GeoDataFrame:
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(content)
        file.flush()
        return pyogrio.read_dataframe(file.name, layer=layer)


# Every value comes back, in every format


@pytest.mark.parametrize(("locale", "options"), [("en", {}), ("continental", {"sep": ";", "decimal": ","})])
def test_csv_comes_back_in_both_locales(shortlist: Shortlist, locale: str, options: dict) -> None:
    content = csv(shortlist, locale=locale)
    found = read_csv(content, **options)
    assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the byte order mark"
    assert found["area_id"].tolist() == AREAS
    assert found["name"].tolist() == ["Sant'Àngelo", "Žena, sopra", "Weiß"]
    assert found["population"].tolist() == [1234, 2000, 0]
    assert found["share_65_plus"].tolist() == [33.333, 20, 0]
    np.testing.assert_array_equal(found["minutes_hospital"], [12.35, np.nan, 0.5])
    np.testing.assert_array_equal(found["probability"], [1, 0.1235, np.nan])
    assert found["note"].tolist()[::2] == ["ask the mayor; then decide", '\'=HYPERLINK("x")']
    assert found["attribution"].unique().tolist() == ["© Statistics office (CC BY 3.0). © Mapping agency (CC BY 4.0)."]


def test_csv_is_written_as_a_planner_reads_it(areas: gpd.GeoDataFrame) -> None:
    content = csv(
        make(areas[["order", "area_id", "name", "minutes_hospital", "population", "share_65_plus", "geometry"]])
    )
    end = "© Statistics office (CC BY 3.0). © Mapping agency (CC BY 4.0)."
    assert content.decode("utf-8-sig").split("\r\n") == [
        "order,area_id,name,minutes_hospital,population,share_65_plus,attribution",
        f"1,001272,Sant'Àngelo,12.35,1234,33.333,{end}",
        f'2,000045,"Žena, sopra",,2000,20,{end}',
        f"3,110001,Weiß,0.5,0,0,{end}",
        "",
    ]


def test_xlsx_comes_back_with_types(shortlist: Shortlist) -> None:
    book = read_xlsx(xlsx(shortlist))
    assert book.sheetnames == ["Shortlist", "Codebook", "Sources", "About"]
    header, *cells = rows(book, "Shortlist")
    found = pd.DataFrame(cells, columns=header, dtype=object)
    assert found["area_id"].tolist() == AREAS
    assert found["order"].tolist() == [1, 2, 3]
    assert found["name"].tolist() == ["Sant'Àngelo", "Žena, sopra", "Weiß"]
    assert found["share_65_plus"].tolist() == [33.333, 20, 0]
    assert found["minutes_hospital"].tolist() == [12.35, None, 0.5]
    assert found["nuts2_name"].tolist() == ["Valle d'Aosta", "Piemonte", None]
    assert found["note"].tolist() == ["ask the mayor; then decide", None, '\'=HYPERLINK("x")']


def test_xlsx_is_ready_to_use(shortlist: Shortlist) -> None:
    sheet = read_xlsx(xlsx(shortlist))["Shortlist"]
    at = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{at['attribution']}4"
    assert sheet[f"{at['share_65_plus']}2"].number_format == "#,##0.0"
    assert sheet[f"{at['population']}2"].number_format == "#,##0"
    assert sheet[f"{at['area_id']}2"].number_format == "@", "a code stays text when somebody edits the cell"
    assert sheet[f"{at['share_65_plus']}1"].comment.text == "Share aged 65 and over (%)"


def test_xlsx_says_how_the_list_was_made(shortlist: Shortlist) -> None:
    book = read_xlsx(xlsx(shortlist))
    about = dict(rows(book, "About")[1:])
    assert about["Title"] == "Aree interne — prova"
    assert about["travel.model"] == "straight"
    assert about["command"] == "python -m x"
    header, *cells = rows(book, "Sources")
    assert [row[header.index("year")] for row in cells] == ["2023", None]


def test_the_longest_texts_reach_the_workbook(areas: gpd.GeoDataFrame) -> None:
    areas["note"] = "=" * 32_766
    book = read_xlsx(xlsx(make(areas, manifest={"ids": [f"{number:06d}" for number in range(8_000)]})))
    assert book["Shortlist"]["K2"].value == "'" + "=" * 32_766
    assert dict(rows(book, "About"))["ids"].endswith("(the whole is in manifest.json)")


def test_geojson_comes_back(shortlist: Shortlist, areas: gpd.GeoDataFrame) -> None:
    content = geojson(shortlist)
    collection = json.loads(content)
    found = gpd.read_file(io.BytesIO(content))
    assert [feature["id"] for feature in collection["features"]] == AREAS
    assert found["area_id"].tolist() == AREAS
    assert collection["features"][1]["properties"]["minutes_hospital"] is None
    assert collection["features"][2]["properties"]["note"] == '=HYPERLINK("x")', "GeoJSON runs no formulas"
    assert collection["features"][0]["properties"]["share_65_plus"] == 33.333
    half_a_unit = 0.5e-5 * 2**0.5  # of the fifth decimal, in both directions
    assert (shapely.hausdorff_distance(found.geometry.array, areas.geometry.array) <= half_a_unit * 1.001).all()


def test_geojson_follows_rfc_7946(shortlist: Shortlist) -> None:
    content = geojson(shortlist)
    assert "crs" not in json.loads(content), "the standard knows only WGS 84"
    assert b"7.12346" in content and not re.search(rb"\d\.\d{6,}", content), "5 decimals"
    for shape in gpd.read_file(io.BytesIO(content)).geometry.explode():
        assert shape.exterior.is_ccw
        assert not any(ring.is_ccw for ring in shape.interiors)


def rules(qml: str) -> list[tuple[str, str, list[str]]]:
    """Filter, first colour and kinds of symbol layers of each rule of a QGIS style."""
    renderer = ElementTree.fromstring(qml.partition("\n")[2]).find("renderer-v2")
    symbols = {symbol.get("name"): symbol for symbol in renderer.findall("symbols/symbol")}
    return [
        (
            rule.get("filter"),
            symbols[rule.get("symbol")].find("layer/Option/Option[@name='color']").get("value"),
            [layer.get("class") for layer in symbols[rule.get("symbol")].findall("layer")],
        )
        for rule in renderer.findall("rules/rule")
    ]


def labels(qml: str) -> list[str]:
    """Label of each rule of a QGIS style."""
    return [rule.get("label") for rule in ElementTree.fromstring(qml.partition("\n")[2]).iter("rule")]


def test_styles_of_the_geopackage_put_every_area_in_one_class(areas: gpd.GeoDataFrame) -> None:
    """QGIS' expressions are read by SQLite here: both understand quoted names, comparisons and IS NULL."""
    breaks = {"minutes_hospital": (0.5, 12.0), "population": (0.0,), "share_65_plus": ()}
    content = geopackage(make(areas, breaks=breaks))
    styles = read_gpkg(content, "layer_styles").set_index("description")
    assert styles["f_table_name"].eq("shortlist").all() and styles["f_geometry_column"].eq("geom").all()
    assert styles["useAsDefault"].tolist() == [True, False, False]
    assert styles["styleName"].str.len().max() <= 30 and styles["styleName"].is_unique
    found = rules(styles.loc["Minutes to the nearest hospital", "styleQML"])
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(content)
        file.flush()
        with contextlib.closing(sqlite3.connect(file.name)) as database:
            chosen = [
                [code for (code,) in database.execute(f"SELECT area_id FROM shortlist WHERE {where}")]
                for where, _, _ in found
            ]
    assert chosen == [["110001"], [], ["001272"], ["000045"]]
    assert labels(styles.loc["Minutes to the nearest hospital", "styleQML"])[-2:] == ["over 12 min", "no data"]
    assert labels(styles.loc["Share aged 65 and over", "styleQML"]) == ["all alike", "no data"]
    assert [kinds for _, _, kinds in found] == [["SimpleFill"]] * 3 + [["SimpleFill", "LinePatternFill"]]
    assert [colour for _, colour, _ in found][:3] == ["242,240,247,255", "158,154,200,255", "84,39,143,255"]
    assert len(rules(styles.loc["Share aged 65 and over", "styleQML"])) == 2


def test_geopackage_without_classes_has_no_styles(shortlist: Shortlist) -> None:
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(geopackage(shortlist))
        file.flush()
        assert "layer_styles" not in pyogrio.list_layers(file.name)[:, 0]


def test_geopackage_comes_back(shortlist: Shortlist, areas: gpd.GeoDataFrame) -> None:
    content = geopackage(shortlist)
    found = read_gpkg(content, "shortlist")
    assert found.crs.to_epsg() == 4326
    assert found["area_id"].tolist() == AREAS
    assert found["name"].tolist() == areas["name"].tolist()
    np.testing.assert_array_equal(found["minutes_hospital"], [12.35, np.nan, 0.5])
    assert found["nuts2_name"].isna().tolist() == [False, False, True]
    assert found["note"].iloc[2] == '=HYPERLINK("x")'
    assert (found.geom_type == "MultiPolygon").all()
    assert found.geometry.geom_equals(areas.geometry, align=False).all(), "full precision"
    assert read_gpkg(content, "sources")["publisher"].tolist() == ["Statistics office", "Mapping agency"]


# What every format must carry


def codebook_and_columns(kind: str, shortlist: Shortlist) -> tuple[list[str], list[str]]:
    """Read the first column of the codebook, and the names of the columns of the list, from one format."""
    if kind == "csv":
        archive = zipfile.ZipFile(io.BytesIO(package(shortlist)))
        return read_csv(archive.read("codebook.csv"))["column"].tolist(), list(read_csv(archive.read("shortlist.csv")))
    if kind == "xlsx":
        book = read_xlsx(xlsx(shortlist))
        return [row[0] for row in rows(book, "Codebook")[1:]], list(rows(book, "Shortlist")[0])
    if kind == "geojson":
        collection = json.loads(geojson(shortlist))
        return [row["column"] for row in collection["codebook"]], list(collection["features"][0]["properties"])
    content = geopackage(shortlist)
    columns = [name for name in read_gpkg(content, "shortlist") if name != "geometry"]
    return read_gpkg(content, "codebook")["column"].tolist(), columns


@pytest.mark.parametrize("kind", ["csv", "xlsx", "geojson", "geopackage"])
def test_codebook_rows_are_the_exported_columns(shortlist: Shortlist, areas: gpd.GeoDataFrame, kind: str) -> None:
    described, columns = codebook_and_columns(kind, shortlist)
    assert described == columns == [*areas.columns.drop("geometry"), "attribution"]


def test_codebook_says_unit_and_decimals(shortlist: Shortlist) -> None:
    found = read_gpkg(geopackage(shortlist), "codebook").set_index("column")
    assert found.loc["share_65_plus", "unit"] == "%"
    assert found.loc["share_65_plus", ["decimals", "decimals_in_file"]].tolist() == [1, 3]
    assert pd.isna(found.loc["name", "decimals_in_file"])
    assert (found["title"].str.len() > 0).all() and (found["missing"].str.len() > 0).all()


def test_same_list_same_bytes(areas: gpd.GeoDataFrame) -> None:
    writers = (csv, xlsx, geojson, geopackage, package)
    first = [write(make(areas)) for write in writers]
    time.sleep(2.1)  # the clock of a zip counts in steps of two seconds
    for write, before in zip(writers, first, strict=True):
        assert write(make(areas.copy())) == before, write.__name__


def test_every_format_carries_licence_and_attribution(shortlist: Shortlist) -> None:
    wanted = "© Statistics office (CC BY 3.0). © Mapping agency (CC BY 4.0)."
    assert wanted in csv(shortlist).decode()
    assert dict(rows(read_xlsx(xlsx(shortlist)), "About")[1:])["Attribution"] == wanted
    assert json.loads(geojson(shortlist))["attribution"] == wanted
    assert wanted in geopackage(shortlist).decode(errors="ignore")
    assert read_manifest(package(shortlist))["attribution"] == wanted


# Spreadsheet formulas


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_becomes_a_formula(areas: gpd.GeoDataFrame, text: str) -> None:
    columns = ["name", "tier", "note"]
    shortlist = make(areas.assign(**dict.fromkeys(columns, text)))
    found = read_csv(csv(shortlist, locale="continental"), sep=";", decimal=",")
    assert all(value.startswith("'") for name in columns for value in found[name])
    sheet = read_xlsx(xlsx(shortlist))["Shortlist"]
    at = [cell.column for cell in sheet[1] if cell.value in columns]
    cells = [sheet.cell(row, column) for row in (2, 3, 4) for column in at]
    assert [cell.data_type for cell in cells] == ["s"] * 9
    assert all(cell.value.startswith("'") for cell in cells)


def test_source_texts_do_not_become_formulas(areas: gpd.GeoDataFrame) -> None:
    sources = make(areas).sources.assign(limits="=1+1")
    shortlist = make(areas, sources=sources, title="=2+2")
    archive = zipfile.ZipFile(io.BytesIO(package(shortlist)))
    book = read_xlsx(archive.read("shortlist.xlsx"))
    assert read_csv(archive.read("sources.csv"))["limits"].tolist() == ["'=1+1"] * 2
    assert dict(rows(book, "About")[1:])["Title"] == "'=2+2"
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_negative_number_stays_a_number(areas: gpd.GeoDataFrame) -> None:
    areas["population"] = [-1.5, -2.0, np.nan]
    shortlist = make(areas)
    np.testing.assert_array_equal(read_csv(csv(shortlist))["population"], [-1.5, -2, np.nan])
    header, *cells = rows(read_xlsx(xlsx(shortlist)), "Shortlist")
    assert [row[header.index("population")] for row in cells] == [-1.5, -2, None]


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40))
def test_any_note_survives(text: str) -> None:
    frame = gpd.GeoDataFrame(
        {"order": [1], "area_id": ["000001"], "name": ["A"], "note": [text]}, geometry=[square(7)], crs=4326
    )
    shortlist = make(frame)
    sheet = text if text[0] not in "=+-@" else f"'{text}"
    assert pd.read_csv(io.BytesIO(csv(shortlist)), dtype=str, keep_default_na=False)["note"].tolist() == [sheet]
    assert json.loads(geojson(shortlist))["features"][0]["properties"]["note"] == text
    assert read_gpkg(geopackage(shortlist), "shortlist")["note"].tolist() == [text]


# The package


def test_package_holds_every_format_and_their_checksums(shortlist: Shortlist) -> None:
    content = package(shortlist, locale="continental")
    archive = zipfile.ZipFile(io.BytesIO(content))
    manifest = read_manifest(content)
    assert archive.namelist() == [
        "README.txt",
        "shortlist.csv",
        "codebook.csv",
        "sources.csv",
        "shortlist.xlsx",
        "shortlist.geojson",
        "shortlist.gpkg",
        "manifest.json",
    ]
    assert manifest["files"].keys() == set(archive.namelist()) - {"manifest.json"}
    assert manifest["areas"] == AREAS
    assert manifest["territory"] == "italy" and manifest["command"] == "python -m x"
    assert [source["licence"] for source in manifest["sources"]] == ["CC BY 3.0", "CC BY 4.0"]
    assert archive.read("shortlist.csv") == csv(shortlist, locale="continental")
    assert archive.read("shortlist.gpkg") == geopackage(shortlist)
    readme = archive.read("README.txt").decode()
    assert readme.startswith("Aree interne — prova: 3 areas")
    assert all(name in readme for name in archive.namelist()[1:])
    assert len(readme.splitlines()) == 10


def test_manifest_is_read_from_a_path(shortlist: Shortlist, tmp_path) -> None:
    path = tmp_path / "shortlist.zip"
    path.write_bytes(package(shortlist))
    assert read_manifest(path) == read_manifest(path.read_bytes())


def rezip(content: bytes, change) -> bytes:
    """Write the package again, each member as `change(name, bytes)` gives it, without those it gives None for."""
    old, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            if (member := change(name, old.read(name))) is not None:
                new.writestr(name, member)
    return buffer.getvalue()


def test_a_changed_package_is_told(shortlist: Shortlist) -> None:
    content = package(shortlist)
    changed = rezip(content, lambda name, member: member + b"x" if name == "shortlist.csv" else member)
    with pytest.raises(InputError, match=r"shortlist\.csv in the package differs from its manifest"):
        read_manifest(changed)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"not a zip",
        lambda content: content[: len(content) // 2],
        lambda content: rezip(content, lambda name, member: None if name == "manifest.json" else member),
        lambda content: rezip(content, lambda name, member: None if name == "shortlist.gpkg" else member),
        lambda content: rezip(content, lambda name, member: b"[]" if name == "manifest.json" else member),
        lambda content: rezip(content, lambda name, member: b'{"files": 1}' if name == "manifest.json" else member),
    ],
    ids=["no zip", "truncated", "no manifest", "no gpkg", "manifest is a list", "files is a number"],
)
def test_what_is_no_package_is_told(shortlist: Shortlist, spoil) -> None:
    with pytest.raises(InputError, match="The file is not a complete shortlist package"):
        read_manifest(spoil(package(shortlist)))


def test_a_path_without_file_is_told(tmp_path) -> None:
    with pytest.raises(InputError, match=r"none\.zip is not a complete shortlist package"):
        read_manifest(tmp_path / "none.zip")


# Bad input


def test_an_empty_shortlist_is_told(areas: gpd.GeoDataFrame) -> None:
    with pytest.raises(InputError, match="The shortlist is empty; add an area"):
        make(areas.iloc[:0])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda areas: areas.drop(columns="name"), "no column name"),
        (lambda areas: areas.to_crs(3035), "in EPSG:3035, expected EPSG:4326"),
        (lambda areas: areas.set_crs(None, allow_override=True), "in None, expected EPSG:4326"),
        (lambda areas: areas.assign(area_id=[1272, 45, 110001]), "area_id of the shortlist holds numbers"),
        (lambda areas: areas.assign(area_id="001272"), "Area 001272 is on the shortlist twice"),
        (lambda areas: areas.assign(order=[1, 2, 4]), "must count from 1 to 3"),
        (lambda areas: areas.iloc[::-1], "must count from 1 to 3"),
        (lambda areas: areas.assign(population=[1, np.inf, 2]), "population for area 000045 is infinite"),
        (lambda areas: areas.assign(note=["", "", "x" * 32_767]), "note for area 110001 is longer than the 32,766"),
        (lambda areas: areas.assign(mystery=1), "column mystery of the shortlist is not described"),
    ],
)
def test_a_broken_list_is_told_in_one_sentence(areas: gpd.GeoDataFrame, spoil, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        make(spoil(areas))
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_list_without_sources_is_told(areas: gpd.GeoDataFrame) -> None:
    sources = make(areas).sources
    with pytest.raises(InputError, match="at least one source"):
        make(areas, sources=sources.iloc[:0])
    with pytest.raises(InputError, match="each its licence and attribution"):
        make(areas, sources=sources.assign(licence=[None, "CC BY 4.0"]))
    with pytest.raises(InputError, match="lack the column licence_url"):
        make(areas, sources=sources.drop(columns="licence_url"))


def test_an_unknown_locale_is_told(shortlist: Shortlist) -> None:
    with pytest.raises(InputError, match="no CSV locale 'continentl'; did you mean continental"):
        csv(shortlist, locale="continentl")
