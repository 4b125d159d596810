"""Registers of projects: small files in the publishers' formats with their traps, and one real file."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import Point, box

from geodata import catalogue, schema
from geodata import vocabulary as words
from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.i18n import current, using
from pipelines.build import project_places
from pipelines.sources.projects import cordis, fts, keep, kohesio, registers, susy
from tests.opendata import OPENDATA


def source(name: str, **changes: object) -> Source:
    return replace(catalogue.load()[name], **changes)  # type: ignore[arg-type]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_id(found: registers.Register) -> pd.DataFrame:
    return found.projects.set_index("project_id")


# Kohesio

OLD = (
    "Operation_Unique_Identifier,Operation_Name_English,Operation_Summary_English,Operation_Start_Date,"
    "Operation_End_Date,Project_EU_Budget,Beneficiary_Name,Location_Indicator_latitude_longitude,Category_Label,"
    "Fund_Code,NUTS3_Code,LAU_Labels\r\n"
    '"https://linkedopendata.eu/entity/Q1","Day care ""Sun""","Care for\r\nthe elderly, at home","01/02/2016",'
    '31/12/2019,1234567.8,"Comune|Coop Sole","46.05,14.5","Health infrastructure|Other",ERDF,SI041,Ljubljana\r\n'
    '"https://linkedopendata.eu/entity/Q1","Day care ""Sun""","","","","","","46.05,14.5",,ERDF,SI041,Ljubljana\r\n'
    '"https://linkedopendata.eu/entity/Q2","Bus on call","","30/02/2017","","","","46.1,14.6|45.9,14.1","","ERDF",'
    '"SI041|SI043",""\r\n'
    '"https://linkedopendata.eu/entity/Q3","Motorway","Asphalt","","","5","","46,14","","CF","SI041",""\r\n'
)
NEW = (
    "Operation_Unique_Identifier,Operation_Name_English,Operation_Name_Programme_Language,Country,"
    "Total_Eligible_Expenditure_Currency,Project_EU_Budget,NUTS3_Code,Fund_Code\r\n"
    "https://linkedopendata.eu/entity/Q9,,Izobraževanje: education for all,Slovenia,SEK,700,SI041,ESF+\r\n"
)


def kohesio_files() -> dict[str, bytes]:
    return {"old.csv": b"\xef\xbb\xbf" + OLD.encode(), "new.csv": b"\xef\xbb\xbf" + NEW.encode()}


def test_kohesio_reads_both_periods_and_says_what_it_leaves_out() -> None:
    found = kohesio.parse(source("kohesio", country="SI"), kohesio_files())
    layer = by_id(found)
    assert layer.index.tolist() == ["kohesio-Q1", "kohesio-Q2", "kohesio-Q9"], "Q1 once, the motorway not"
    assert found.notes == ["1 of 4 projects of kohesio have no word of the themes in their texts and are left out."]
    day = layer.loc["kohesio-Q1"]
    assert (day["name"], day["organisation"], day["country"]) == ('Day care "Sun"', "Comune; Coop Sole", "SI")
    assert (day["start"], day["end"], day["start_year"], day["end_year"]) == ("2016-02-01", "2019-12-31", 2016, 2019)
    assert day["eu_budget"] == 1234567.8
    assert day["theme_match"] == "health & care: elderly" and day["themes"] == "health & care"
    assert (day["precision"], day["place"]) == ("municipality", "Ljubljana")
    assert (day.geometry.x, day.geometry.y) == (14.5, 46.05)
    assert day["source_url"] == "https://linkedopendata.eu/entity/Q1"


def test_kohesio_says_less_where_less_is_known() -> None:
    layer = by_id(kohesio.parse(source("kohesio", country="SI"), kohesio_files()))
    bus, school = layer.loc["kohesio-Q2"], layer.loc["kohesio-Q9"]
    assert bus["precision"] == "region", "two places"
    assert pd.isna(bus["organisation"]) and pd.isna(school["organisation"]), "no beneficiary is no organisation"
    assert pd.isna(bus["start"]) and pd.isna(bus["start_year"]) and pd.isna(bus["eu_budget"]), "30 February"
    assert school["name"].startswith("Izobraževanje") and school["geometry"] is None and school["nuts"] == "SI041"
    assert pd.isna(school["eu_budget"]), "an amount in crowns is not one in euro"


def test_a_project_without_a_name_is_called_unnamed_and_its_missing_beneficiary_stays_missing() -> None:
    nameless = {"old.csv": OLD.replace('"Day care ""Sun"""', '""').replace('"Comune|Coop Sole"', '" "').encode()}
    day = by_id(kohesio.parse(source("kohesio", country="SI"), nameless)).loc["kohesio-Q1"]
    assert day["name"] == "unnamed" and pd.isna(day["organisation"])


def test_a_register_names_the_column_that_is_gone() -> None:
    changed = {"old.csv": OLD.replace("Operation_Name_English", "Operation_Title").encode()}
    with pytest.raises(InputError, match=r"old\.csv has no column 'Operation_Name_English'"):
        kohesio.parse(source("kohesio", country="SI"), changed)


def test_a_register_is_parsed_once_until_a_file_or_the_language_changes(tmp_path: Path) -> None:
    parsed: list[str] = []

    def read(source: Source, folder: Path) -> registers.Register:
        parsed.append(current())
        return kohesio.parse(source, {name: (folder / name).read_bytes() for name in source.files})

    projects, notes = registers.layers(read)
    one = source("kohesio", country="SI", files=("old.csv",))
    (tmp_path / "old.csv").write_text(OLD)
    assert len(projects(one, tmp_path)) == 2 and notes(one, tmp_path)[0].startswith("1 of 3 projects")
    assert parsed == ["en"]
    (tmp_path / "old.csv").write_text(OLD.replace("Motorway", "Home care"))
    assert len(projects(one, tmp_path)) == 3 and notes(one, tmp_path) == []
    with using("de"):
        assert notes(one, tmp_path) == [] and parsed == ["en", "en", "de"]


def test_a_register_without_a_project_of_the_country_is_an_error() -> None:
    with pytest.raises(InputError, match="kohesio has no project of PT"):
        kohesio.parse(source("kohesio", country="PT"), kohesio_files())


# CORDIS

PROJECT = (
    '"id";"acronym";"status";"title";"startDate";"endDate";"totalCost";"ecMaxContribution";"objective"\n'
    '"101";"CARE";"SIGNED";"Care in villages";"2022-01-01";"2025-12-31";"0";"2499999,5";'
    '""The ""X"" way of; ageing\nwell""\n'
    '"102";"ROCK";"SIGNED";"Quartz";"2022-01-01";"";"";"1000";"Geology"\n'
    '"103";"FARM";"SIGNED";"Agroecology";"2023-05-01";"";"";"3.000.000,00";""\n'
    '"104";"LOST";"SIGNED";"Energy";"";"";"";"";""\n'
)
ORGANISATION = (
    '"projectID";"name";"city";"country";"nutsCode";"geolocation";"order";"role"\n'
    '"101";"PARTNER";"GRAZ";"AT";"AT221";"47.07,15.44";"2";"participant"\n'
    '"101";"ISTITUTO";"ROMA";"IT";"ITI43";"41.9,12.5";"1";"coordinator"\n'
    '"102";"A";"ROMA";"IT";"ITI43";"41.9,12.5";"1";"coordinator"\n'
    '"103";"DEMO";"THIVA";"EL";"EL641";"";"2";"participant"\n'
    '"103";"AGRO";"LAMIA";"EL";"EL644";"";"1";"participant"\n'
)


def test_cordis_stands_at_the_seat_of_the_coordinator() -> None:
    found = cordis.parse(source("cordis"), PROJECT.encode(), b"\xef\xbb\xbf" + ORGANISATION.encode())
    layer = by_id(found)
    assert layer.index.tolist() == ["cordis-101", "cordis-103"]
    care, farm = layer.loc["cordis-101"], layer.loc["cordis-103"]
    assert (care["organisation"], care["country"], care["place"]) == ("ISTITUTO", "IT", "Roma")
    assert (care["precision"], care.geometry.x) == ("seat", 12.5)
    assert care["eu_budget"] == 2499999.5 and farm["eu_budget"] == 3_000_000
    assert care["theme_match"] == "health & care: ageing", "found in a text that is quoted wrongly"
    assert (farm["organisation"], farm["country"], farm["geometry"]) == ("AGRO", "GR", None), (
        "no coordinator: the first"
    )
    assert "1 projects of cordis have no organisation and are left out." in found.notes
    assert care["source_url"].endswith("/101")


def test_cordis_reads_its_archive(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    with zipfile.ZipFile(tmp_path / source("cordis").files[0], "w") as archive:
        archive.writestr("project.csv", PROJECT)
        archive.writestr("organization.csv", ORGANISATION)
    assert len(cordis.projects(source("cordis"), tmp_path)) == 2
    assert len(cordis.notes(source("cordis"), tmp_path)) == 2
    with zipfile.ZipFile(tmp_path / source("cordis").files[0], "w") as archive:
        archive.writestr("project.csv", PROJECT)
    with pytest.raises(InputError, match=r"no readable member organization\.csv"):
        cordis.projects(source("cordis"), tmp_path)


# keep.eu


def keep_file() -> bytes:
    projects = [
        ["Programme", "Project ID", "Acronym", "Name", "Description", "Start date", "End date", "EU funding (EUR)"],
        [
            "Italy - Austria",
            "ITAT-1",
            "MOVE",
            "Mobility for valleys",
            "N.a.",
            "01/09/2023",
            "2026-08-31",
            "1.250.000,00",
        ],
        ["Italy - Austria", "N.a.", "OLD", "Old crafts", "Heritage of the Alps", "", "", "N.a."],
        ["Alpine Space", "N.a.", "OLD", "Another", "Housing", "", "", 10],
        ["Alpine Space", "N.a.", "ALONE", "Energy", "", "", "", 10],
    ]
    partners = [
        ["Programme", "Project ID", "Acronym", "Partner name", "Role", "Country", "Town", "NUTS3"],
        ["Italy - Austria", "ITAT-1", "MOVE", "Second", "Partner", "Austria", "Lienz", "AT333 - Osttirol"],
        ["Italy - Austria", "ITAT-1", "MOVE", "First", "Lead partner", "Italy", "Belluno", "ITH33 - Belluno"],
        ["Italy - Austria", "N.a.", "OLD", "Museum", "Lead partner", "Austria", "N.a.", "AT333 - Osttirol"],
        ["Alpine Space", "N.a.", "OLD", "Homes", "Partner", "Slovenia", "Kranj", "N.a."],
    ]
    return workbook(Projects=projects, Partners=partners)


def test_keep_joins_partners_by_programme_and_id_or_acronym() -> None:
    found = keep.parse(source("keep"), keep_file())
    layer = by_id(found)
    assert layer["organisation"].to_dict() == {
        "keep-italy-austria-itat-1": "First",
        "keep-italy-austria-old": "Museum",
        "keep-alpine-space-old": "Homes",
    }
    assert layer["country"].tolist() == ["IT", "AT", "SI"] and (layer["precision"] == "seat").all()
    assert layer["nuts"].fillna("").tolist() == ["ITH33", "AT333", ""]
    assert layer["place"].fillna("").tolist() == ["Belluno", "", "Kranj"]
    first = layer.iloc[0]
    assert (first["eu_budget"], first["start"], first["end"]) == (1_250_000, "2023-09-01", "2026-08-31")
    assert layer.geometry.isna().all()
    assert "1 projects of keep have no partner in the file and are left out." in found.notes


def test_keep_names_the_sheet_that_is_gone() -> None:
    with pytest.raises(InputError, match="no sheet 'Partners'"):
        keep.parse(source("keep"), workbook(Projects=[["Programme", "Acronym", "Name"], ["A", "B", "Health"]]))


# Financial Transparency System

GRANT = ["2024", "SI2.1", "ASSOCIATION FOR CARE", "BRUXELLES", "Belgium", "BE10", "Long-term care at home", "ESF+"]


def fts_file(amount: str, *rows: list[object]) -> bytes:
    head = ["Year", "Reference of the Legal Commitment (LC)", "Name of beneficiary", "City", "Beneficiary country"]
    return workbook(Sheet1=[[*head, "NUTS2", "Subject of grant or contract", "Programme name", amount], *rows])


@pytest.mark.parametrize(
    "heading",
    [
        "Beneficiary\u2019s contracted amount (EUR)",
        "Beneficiary's contracted amount (EUR)",
        "Beneficiary\u2019s estimated contracted amount (EUR) (1)",
    ],
)
def test_fts_knows_its_amount_by_any_of_its_names(heading: str) -> None:
    """Two rows of one commitment and beneficiary are one grant; another year's heading is the same amount."""
    found = fts.parse(source("fts"), fts_file(heading, [*GRANT, 1000.5], [*GRANT, 500], ["2024", *["-"] * 7, 7]))
    (grant,) = found.projects.to_dict("records")
    assert grant["eu_budget"] == 1500.5 and grant["name"] == "Long-term care at home"
    assert (grant["country"], grant["place"], grant["nuts"]) == ("BE", "Bruxelles", "BE10")
    assert grant["precision"] == "seat" and grant["theme_match"] == "health & care: long term care"


def test_fts_names_the_column_that_is_gone() -> None:
    with pytest.raises(InputError, match=r"no column 'Beneficiary\u2019s contracted amount \(EUR\)'"):
        fts.parse(source("fts"), fts_file("Paid", [*GRANT, 1]))


def test_a_workbook_that_is_none_is_one_sentence() -> None:
    for content in (b"<html>", b"PK\x03\x04 and no more"):
        with pytest.raises(InputError, match="damaged"):
            fts.parse(source("fts"), content)


# SUSY


def feature(name: str | None, point: list[float] | None, **others: str) -> dict[str, object]:
    geometry = {"type": "Point", "coordinates": point} if point else None
    properties = {"_id": name or "x", "_uri": "https://example.org/x", "name": name, "description": ""}
    return {"type": "Feature", "geometry": geometry, "properties": properties | others}


def susy_file() -> bytes:
    rows = [
        feature("Garden", [23.7, 38.0], **{"addr:country": "Ελλάδα", "type_of_initiative": "community_garden; other"}),
        feature("Shop", [-0.1, 51.5], **{"addr:country": "England", "contact:website": "javascript:x"}),
        feature("Where", [9.0, 45.0], **{"addr:country": "Italu"}),
        feature("Nowhere", None),
        feature(None, [1.0, 1.0]),
    ]
    for row in rows:
        row["properties"].setdefault("addr:country", "")  # type: ignore[attr-defined]
    rows[0]["properties"]["addr:city"] = "Athens"  # type: ignore[index]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def test_susy_knows_countries_in_any_spelling_and_keeps_all() -> None:
    found = susy.parse(source("susy"), susy_file())
    layer = by_id(found)
    assert layer["country"].to_dict() == {"susy-Garden": "GR", "susy-Shop": "GB", "susy-Where": ""}
    assert layer.loc["susy-Garden", "theme_match"] == "culture & community: community garden"
    assert layer.loc["susy-Shop", "themes"] == "" and pd.isna(layer.loc["susy-Shop", "theme_match"])
    assert layer.loc["susy-Shop", "source_url"] == "https://example.org/x", "a script is no link"
    assert (layer["precision"] == "town").all() and layer["eu_budget"].isna().all()
    assert len(found.notes) == 2 and found.notes[0].startswith("2 of 5")
    with pytest.raises(InputError, match="no GeoJSON"):
        susy.parse(source("susy"), b"<html>")


@pytest.mark.opendata
def test_susy_reads_the_published_file() -> None:
    layer = susy.projects(source("susy"), OPENDATA)
    assert len(layer) == 1794 and layer["project_id"].is_unique
    assert (layer["country"] == "AT").sum() == 285 and (layer["country"] == "").sum() == 85
    assert layer["theme_match"].notna().sum() == layer["themes"].ne("").sum() > 1300
    complete = schema.complete("projects", layer.assign(source_id="susy"))
    schema.check("projects", complete)


# Themes


def test_every_theme_that_is_shown_has_its_word_in_the_text() -> None:
    text = "Mobile Pflege, öffentlicher Verkehr & Social Housing; red tape and work"
    assert words.found("themes", text) == {
        "health & care": "pflege",
        "mobility": "verkehr",
        "housing": "social housing",
    }
    assert words.label("themes", "red") == "capacity building", "alone in a cell it is a theme"


# Where they are

AREAS = gpd.GeoDataFrame(
    {"area_id": list("ABCD"), "name": ["Kranj", "Bled", "Bled", "Lesce"], "country": ["SI", "SI", "SI", "AT"]},
    geometry=[box(left, 46, left + 1, 47) for left in (14, 15, 16, 17)],
    crs="EPSG:4326",
)
MEMBERSHIP = pd.DataFrame(
    {"area_id": list("ABCD"), "nuts1": "SI0", "nuts2": ["SI04", "SI04", "SI03", "AT33"]}
    | {"nuts3": ["SI042", "SI042", "SI031", "AT333"]}
)


@pytest.mark.parametrize(
    ("country", "town", "nuts", "expected"),
    [
        ("SI", "KRANJ", None, ("A", "seat")),
        ("SI", "Bled", "SI031", ("C", "seat")),
        ("SI", "Bled", None, None),
        ("SI", "Lesce", None, None),
        ("SI", "Paris", "SI031", ("C", "region")),
        ("SI", "Lesce", "SI03Z", ("C", "region")),
        ("SI", None, "SI042", ("A", "region")),
    ],
)
def test_a_project_without_point_stands_in_its_town_or_region(
    country: str, town: str | None, nuts: str | None, expected: tuple[str, str] | None
) -> None:
    """Bled is the name of two areas, one in SI04 and one in SI03; Lesce lies in Austria; SI042 has two areas."""
    row = {"project_id": "p", "name": "P", "kind": "project", "themes": "", "country": country, "place": town}
    row |= {"precision": "seat", "source_title": "S", "source_url": "", "confidence": "c", "nuts": nuts}
    rows = gpd.GeoDataFrame([row], geometry=[None], crs="EPSG:4326").assign(source_id="s")
    placed = gpd.GeoDataFrame([row | {"project_id": "q", "precision": "town"}], geometry=[Point(1, 1)], crs="EPSG:4326")
    layer, notes = project_places.place([placed.assign(source_id="t"), rows], AREAS, MEMBERSHIP)
    schema.check("projects", layer)
    assert layer.loc[0, "precision"] == "town" and layer.geometry.iloc[0] == Point(1, 1), "what has a point keeps it"
    if expected is None:
        assert len(layer) == 1 and notes == ["1 projects of s name neither a town nor a region of the territory."]
    else:
        area = AREAS.set_index("area_id").geometry[expected[0]]
        assert area.contains(layer.geometry.iloc[1]) and layer.loc[1, "precision"] == expected[1] and not notes
