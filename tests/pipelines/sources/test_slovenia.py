"""Readers of Slovenian and European files, on self-made rows in the publishers' own formats with their traps.

Three municipalities stand side by side, each 0.1 degrees wide and high: Dol (1), Breg - Polje (20) and the new one,
Nova vas (213), which the list of settlements does not know yet.

      14.0      14.1      14.2      14.3
    46.1 +---------+---------+---------+
         |   Dol   | Breg -  |  Nova   |
         |   001   | Polje   |  vas    |
         |         |   020   |   213   |
    46.0 +---------+---------+---------+
"""

import csv
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import shapely
import yaml
from pyproj import Transformer

from geodata import catalogue, recipes, store
from geodata.errors import InputError
from geodata.schema import LAYERS, OF_TRAVEL_MODELS, check
from pipelines.build.run import build
from pipelines.sources.eurostat import census_grid, healthcare, lau_nuts
from pipelines.sources.national.slovenia import gurs, zzzs
from tests.sentences import untold

SOURCES = catalogue.load()
MUNICIPALITIES = {1: ("Dol", 14.0), 20: ("Breg-Polje", 14.1), 213: ("Nova vas", 14.2)}
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write one file under the name that the catalogue gives it; return the folder of all."""

    def file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return file


def refusal(reader: str, layer: str, folder: Path, source: str | catalogue.Source) -> str:
    with pytest.raises(InputError) as caught:
        entry = SOURCES[source] if isinstance(source, str) else source
        getattr(import_module(f"pipelines.sources.{reader}"), layer)(entry, folder)
    said = str(caught.value)
    assert said.endswith(".") and "\n" not in said
    return said


def table(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def features(rows: list[tuple[dict[str, Any], Any]]) -> str:
    shapes = [None if shape is None else shapely.geometry.mapping(shape) for _, shape in rows]
    listed = [
        {"type": "Feature", "properties": values, "geometry": shape}
        for (values, _), shape in zip(rows, shapes, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": listed}, ensure_ascii=False)


def municipalities(**shapes: Any) -> str:
    boxes = {code: shapely.box(west, 46, west + 0.1, 46.1) for code, (_, west) in MUNICIPALITIES.items()}
    boxes |= {int(code.removeprefix("c")): shape for code, shape in shapes.items()}
    return features([({"OB_ID": code, "OB_UIME": MUNICIPALITIES[code][0]}, shape) for code, shape in boxes.items()])


def settlement(title: str, municipality: str, lon: float, lat: float = 46.05, **values: Any) -> dict[str, Any]:
    town = title.partition(",")[0]
    return {
        "title": title,
        "town": town,
        "municipality": municipality,
        "population": 100,
        "latitude": lat,
        "longitude": lon,
        "postNumber": None,
    } | values


@pytest.fixture
def slovenia(write: Write) -> Callable[..., Path]:
    def files(*settlements: dict[str, Any], outlines: str | None = None) -> Path:
        write("slovenia/municipalities.geojson", outlines or municipalities())
        return write("slovenia/settlements_post_offices.json", json.dumps(settlements, ensure_ascii=False))

    return files


# Municipalities


def test_codes_of_municipalities_have_three_digits_and_are_sorted(write: Write):
    areas = gurs.areas(SOURCES["slovenia-municipalities"], write("slovenia/municipalities.geojson", municipalities()))
    assert areas["area_id"].tolist() == ["001", "020", "213"]
    assert areas["name"].tolist() == ["Dol", "Breg-Polje", "Nova vas"]
    assert areas.crs == "EPSG:4326"


def test_polygons_are_mended_so_that_neighbours_share_their_border(write: Write):
    """Dol reaches 0.01 degrees into its neighbour, and Nova vas crosses itself."""
    bow_tie = shapely.Polygon([(14.2, 46), (14.3, 46.1), (14.3, 46), (14.2, 46.1)])
    outlines = municipalities(c1=shapely.box(14, 46, 14.11, 46.1), c213=bow_tie)
    areas = gurs.areas(SOURCES["slovenia-municipalities"], write("slovenia/municipalities.geojson", outlines))
    assert areas.geometry.is_valid.all()
    assert not shapely.intersection(*areas.geometry.iloc[:2]).area
    assert areas.union_all().area == pytest.approx(0.02 + 0.005)


@pytest.mark.parametrize(
    ("outlines", "said"),
    [
        ("{", "is no GeoJSON of municipalities"),
        (features([({"OB_ID": 1}, shapely.box(0, 0, 1, 1))]), "has no column 'OB_UIME'"),
        (features([({"OB_ID": 1, "OB_UIME": "A"}, shapely.box(0, 0, 1, 1))] * 2), "has municipality 001 twice"),
        (
            features([({"OB_ID": 1, "OB_UIME": "A"}, shapely.box(0, 0, 1, 1)), ({"OB_ID": 2, "OB_UIME": "B"}, None)]),
            "has no polygon of municipality 002",
        ),
    ],
)
def test_outlines_that_cannot_be_used(write: Write, outlines: str, said: str):
    folder = write("slovenia/municipalities.geojson", outlines)
    assert said in refusal("national.slovenia.gurs", "areas", folder, "slovenia-municipalities")


def test_a_changed_file_is_read_anew(write: Write):
    source = SOURCES["slovenia-municipalities"]
    assert len(gurs.areas(source, write("slovenia/municipalities.geojson", municipalities()))) == 3
    one = features([({"OB_ID": 7, "OB_UIME": "Gora"}, shapely.box(14, 46, 15, 47))])
    assert gurs.areas(source, write("slovenia/municipalities.geojson", one))["area_id"].tolist() == ["007"]


# Settlements


def places(folder: Path) -> dict[str, tuple[str, float]]:
    found = gurs.places(SOURCES["slovenia-settlements"], folder)
    return dict(zip(found["place_id"], zip(found["area_id"], found["population"].fillna(-1), strict=True), strict=True))


def test_a_settlement_belongs_to_the_municipality_it_lies_in(slovenia: Callable[..., Path]):
    """Gorica is named after Breg - Polje, which has lost it to Nova vas; names come with dashes and prefixes."""
    folder = slovenia(
        settlement("Dol", "Mestna občina Dol", 14.05, population=0),
        settlement("Breg", "Občina Breg – polje", 14.15),
        settlement("Gorica", "Občina Breg - Polje", 14.25),
    )
    assert places(folder) == {"Dol": ("001", 0.0), "Breg": ("020", 100.0), "Gorica": ("213", 100.0)}
    notes = gurs.notes(SOURCES["slovenia-settlements"], folder)
    assert notes == [
        "1 settlements name another municipality than the one they lie in, where they are counted: Gorica."
    ]


def test_settlements_with_one_point_are_where_they_say(slovenia: Callable[..., Path]):
    """Hrib of Dol was given the point of Breg; a name that no municipality has leaves the point to decide."""
    folder = slovenia(
        settlement("Breg", "Občina Breg-Polje", 14.15, population=300),
        settlement("Hrib", "Občina Dol", 14.15),
        settlement("Log", "Občina Stara vas", 14.15, population=7),
    )
    assert places(folder) == {"Breg": ("020", 300.0), "Hrib": ("001", 100.0), "Log": ("020", 7.0)}
    notes = gurs.notes(SOURCES["slovenia-settlements"], folder)
    assert notes == [
        "1 settlements share a point with a settlement of another municipality and are counted where they say: Hrib."
    ]


def test_people_that_repeat_those_of_a_settlement_at_the_same_point_are_not_known(slovenia: Callable[..., Path]):
    """The first keeps its figure. Two without people at one point may both be right."""
    folder = slovenia(
        settlement("Selo", "Občina Dol", 14.05),
        settlement("Selo pri Dolu", "Občina Dol", 14.05),
        settlement("Pusta", "Občina Dol", 14.06, population=0),
        settlement("Prazna", "Občina Dol", 14.06, population=0),
    )
    people = {name: population for name, (_, population) in places(folder).items()}
    assert people == {"Selo": 100, "Selo pri Dolu": -1, "Pusta": 0, "Prazna": 0}
    assert "1 settlements repeat" in gurs.notes(SOURCES["slovenia-settlements"], folder)[-1]


def test_elevation_is_not_known(slovenia: Callable[..., Path]):
    found = gurs.places(SOURCES["slovenia-settlements"], slovenia(settlement("Dol", "Občina Dol", 14.05)))
    assert found["elevation"].isna().all()


def test_the_boundaries_alone_have_no_notes(slovenia: Callable[..., Path]):
    folder = slovenia(settlement("Gorica", "Občina Dol", 14.25))
    assert gurs.notes(SOURCES["slovenia-municipalities"], folder) == []


def test_exchanged_coordinates_are_said(slovenia: Callable[..., Path]):
    folder = slovenia(settlement("Tam", "Občina Stara vas", 46.05, 14.05))
    said = refusal("national.slovenia.gurs", "places", folder, "slovenia-settlements")
    assert "1 settlements" in said and "such as Tam; check that latitude and longitude are not exchanged" in said


@pytest.mark.parametrize(
    ("settlements", "said"),
    [
        ("[{", "is no list of settlements in JSON"),
        (json.dumps([{"title": "A"}]), "has no column 'town'"),
        (json.dumps([settlement("A", "Občina Dol", 14.05) | {"latitude": None}]), "have no point, such as A"),
    ],
)
def test_settlements_that_cannot_be_used(slovenia: Callable[..., Path], write: Write, settlements: str, said: str):
    slovenia()
    folder = write("slovenia/settlements_post_offices.json", settlements)
    assert said in refusal("national.slovenia.gurs", "places", folder, "slovenia-settlements")


def test_post_offices_are_the_settlements_with_a_postal_number(slovenia: Callable[..., Path]):
    folder = slovenia(
        settlement("Dol, Dol", "Občina Dol", 14.05, postNumber=8341),
        settlement("Hrib", "Občina Dol", 14.06),
        settlement("Breg", "Občina Breg-Polje", 14.15, postNumber=1001),
        settlement("Log", "Občina Breg-Polje", 14.15, population=7),
    )
    offices = gurs.services(SOURCES["slovenia-post-offices"], folder)
    check("services", offices.assign(source_id="x"))
    assert offices["service_id"].tolist() == ["post-1001", "post-8341"]
    assert offices["name"].tolist() == ["1001 Breg", "8341 Dol"]
    assert offices["confidence"].tolist() == ["low", "medium"]
    assert set(offices["category"]) == {"post_office"} and offices["capacity"].isna().all()
    assert [(point.x, point.y) for point in offices.geometry] == [(14.15, 46.05), (14.05, 46.05)]


# Municipalities and regions


LAU = """code_2016,lau_code,lau_name_national,degurba,country
SI031,1,Dol,9.0,SI
SI041,20,Breg/Riva,,SI
SI031,213,Nova vas,3.0,SI
EL301,00450101,Αθήνα,1.0,EL
"""


def names(*codes: str) -> str:
    return features([({"NUTS_ID": code, "NAME_LATN": f"Region {code}"}, shapely.box(0, 0, 1, 1)) for code in codes])


@pytest.fixture
def lau(write: Write) -> Callable[..., Path]:
    def files(content: bytes | None = None, *, nuts3: str | None = None) -> Path:
        # As published, islands are drawn as regions of their own, so EL301 is there twice.
        write("europe/nuts3.geojson", nuts3 or names("EL301", "SI031", "SI041", "EL301"))
        write("europe/nuts2.geojson", names("EL30", "SI03", "SI04"))
        return write(
            "europe/nuts_lau_2019.csv.gz", gzip.compress(LAU.encode(), mtime=0) if content is None else content
        )

    return files


def test_municipalities_have_their_leading_zeros_and_their_regions(lau: Callable[..., Path]):
    found = lau_nuts.membership(SOURCES["slovenia-lau"], lau())
    assert found.to_numpy().tolist() == [
        ["001", "SI0", "SI03", "SI031"],
        ["020", "SI0", "SI04", "SI041"],
        ["213", "SI0", "SI03", "SI031"],
    ]


def test_regions_are_named_each_once_with_the_region_above(lau: Callable[..., Path]):
    found = lau_nuts.regions(SOURCES["slovenia-lau"], lau())
    assert found["region_id"].tolist() == ["SI03", "SI031", "SI04", "SI041"]
    assert found["level"].tolist() == ["nuts2", "nuts3", "nuts2", "nuts3"]
    assert found["name"].tolist()[:2] == ["Region SI03", "Region SI031"]
    assert found["parent_id"].fillna("").tolist() == ["", "SI03", "", "SI04"]


def test_greece_is_found_by_the_code_that_eurostat_gives_it(lau: Callable[..., Path]):
    greece = replace(SOURCES["slovenia-lau"], country="GR")
    assert lau_nuts.membership(greece, lau())["area_id"].tolist() == ["00450101"]
    assert lau_nuts.regions(greece, lau())["region_id"].tolist() == ["EL30", "EL301"]


def test_regions_of_another_nuts_version_are_said(lau: Callable[..., Path]):
    said = refusal("eurostat.lau_nuts", "membership", lau(nuts3=names("SI031", "SI051")), "slovenia-lau")
    assert "1 NUTS 3 regions" in said and "such as SI041" in said and "the same NUTS version" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(LAU.encode(), mtime=0)[:60], "is no whole gzip file"),
        (gzip.compress(b"country,lau_code\nSI,1\n", mtime=0), "has no column 'code_2016'"),
        (gzip.compress(LAU.replace(",SI\n", ",HR\n").encode()), "has no municipality of SI"),
    ],
)
def test_lau_table_that_cannot_be_used(lau: Callable[..., Path], content: bytes, said: str):
    assert said in refusal("eurostat.lau_nuts", "membership", lau(content), "slovenia-lau")


# Primary care


def institution(id_inst: str, name: str, lat: float | str = 46.05, lon: float | str = 14.05) -> dict[str, Any]:
    return {
        "id_inst": id_inst,
        "zzzsSt": f"{id_inst}.0",
        "name": name,
        "municipality": "Dol" if lat else "???",
        "lat": lat,
        "lon": lon,
    }


@pytest.fixture
def care(write: Write) -> Callable[..., Path]:
    def files(sites: list[dict[str, Any]], capacity: str) -> Path:
        write("slovenia/primary_care_institutions.csv", table(sites))
        head = "id_inst,type,doctors,fte,accepting,load_mean\n"
        return write("slovenia/primary_care_capacity_by_institution.csv", head + capacity)

    return files


def practices(folder: Path) -> dict[str, float]:
    found = zzzs.services(SOURCES["slovenia-primary-care"], folder)
    check("services", found.assign(source_id="x"))
    return dict(zip(found["service_id"], found["capacity"].fillna(-1), strict=True))


def test_an_institution_is_one_service_of_each_kind_with_its_full_time_equivalents(care: Callable[..., Path]):
    """Student dentists add to those for adults. A practice of 0 FTE is not known: it adds nothing to another."""
    folder = care(
        [institution("10", "Zdravstveni dom"), institution("11", "Nova ambulanta")],
        "10,gp,2,1.5,0,1800.0\n10,gp-f,1,0.0,1,450.0\n10,den,1,1.0,0,40\n10,den-s,1,0.25,0,40\n10,den-y,1,0.5,1,9\n"
        "11,gp-f,1,0.0,0,900\n11,ped,1,,2,1000\n11,gyn,1,0.12,1,30\n",
    )
    assert practices(folder) == {
        "child_dentist-10": 0.5,
        "dentist-10": 1.25,
        "general_practice-10": 1.5,
        "general_practice-11": -1,
        "gynaecologist-11": 0.12,
        "paediatrician-11": -1,
    }
    found = zzzs.services(SOURCES["slovenia-primary-care"], folder).set_index("service_id")
    assert found["level"].to_dict() == {
        "child_dentist-10": zzzs.TAKES,
        "dentist-10": zzzs.FULL,
        "general_practice-10": zzzs.TAKES,
        "general_practice-11": zzzs.FULL,
        "gynaecologist-11": zzzs.TAKES,
        "paediatrician-11": zzzs.TAKES,
    }
    assert zzzs.notes(SOURCES["slovenia-primary-care"], folder) == []


def test_the_capacity_of_an_institution_with_two_sites_is_not_known_at_either(care: Callable[..., Path]):
    """The same row given twice is one site."""
    sites = [institution("10", "Dvojna", 46.05), institution("10", "Dvojna", 46.06), institution("11", "Ena")]
    folder = care([*sites, sites[2]], "10,den,2,2.0,1,40\n11,den,1,1.0,1,40\n")
    assert practices(folder) == {"dentist-10": -1, "dentist-10-2": -1, "dentist-11": 1.0}


def test_what_has_no_position_or_no_kind_is_left_out_and_said(care: Callable[..., Path]):
    folder = care(
        [institution("10", "Ambulanta"), institution("11", "Brez naslova", "", ""), institution("12", "Brez vrste")],
        "10,gp,1,1,1,1800\n11,gp,1,1,1,1800\n",
    )
    assert practices(folder) == {"general_practice-10": 1.0}
    assert zzzs.notes(SOURCES["slovenia-primary-care"], folder) == [
        "1 primary care institutions have no position and are left out: Brez naslova.",
        "1 primary care institutions have no kind of care listed and are left out: Brez vrste.",
    ]


@pytest.mark.parametrize(
    ("capacity", "said"),
    [
        ("10,vet,1,1,1,9\n", "has the kind of care 'vet', expected gp, gp-f"),
        ("10,gp,1,-0.5,1,9\n", "1 rows of"),
        ('10,gp,1,"1,5",1,9\n', "have a wrong fte, such as '1,5' of institution 10"),
        ("99,gp,1,1,1,9\n", "1 institutions of"),
    ],
)
def test_capacity_that_cannot_be_used(care: Callable[..., Path], capacity: str, said: str):
    assert said in refusal(
        "national.slovenia.zzzs", "services", care([institution("10", "A")], capacity), "slovenia-primary-care"
    )


# Hospitals


def site(number: str, **values: str) -> dict[str, str]:
    return {
        "id": number,
        "hospital_name": "SPLOŠNA BOLNIŠNICA",
        "site_name": "",
        "lat": "46.05",
        "lon": "14.05",
        "geo_qual": "1",
        "cc": "SI",
        "emergency": "",
        "facility_type": "General hospital",
    } | values


def european(rows: list[dict[str, str]], write: Write) -> tuple[catalogue.Source, Path]:
    source = replace(SOURCES["slovenia-hospitals"], files=("services/healthcare_eu_all.csv",))
    return source, write(source.files[0], table([{"cap_beds": ""} | row for row in rows]))


def test_the_geojson_of_a_country_and_the_table_of_europe_give_the_same_hospitals(write: Write):
    """The GeoJSON has numbers for coordinates, no beds, and ids without the country in front."""
    rows = [site("16"), site("7", site_name="Oddelek", facility_type="", geo_qual="-1", emergency="yes")]
    points = [(row | {"lat": 46.05, "lon": 14.05}, shapely.Point(14.0500, 46.0500)) for row in rows]
    one = healthcare.services(SOURCES["slovenia-hospitals"], write("slovenia/healthcare_SI.geojson", features(points)))
    all_of_europe = [row | {"id": f"SI_{row['id']}"} for row in rows] + [site("AT_K1", cc="AT")]
    other = healthcare.services(*european(all_of_europe, write))
    check("services", one.drop(columns="country").assign(source_id="x"))
    assert one.drop(columns="geometry").equals(other.drop(columns="geometry"))
    assert one.geometry.geom_equals(other.geometry).all()
    assert one["service_id"].tolist() == ["hospital-SI_16", "hospital-SI_7"]
    assert one["name"].tolist() == ["SPLOŠNA BOLNIŠNICA", "SPLOŠNA BOLNIŠNICA, Oddelek"]
    assert one["level"].fillna("").tolist() == ["General hospital", ""]
    assert one["confidence"].fillna("").tolist() == ["high", ""]
    assert one["capacity"].isna().all()


def test_hospitals_are_of_any_kind_and_say_how_many_are_silent_about_emergencies(write: Write):
    given = european([site("1"), site("2", emergency="yes"), site("3", lat="", lon="")], write)
    assert set(healthcare.services(*given)["category"]) == {"any_hospital"}
    assert healthcare.notes(*given) == [
        "1 of 3 hospitals have no position and are left out.",
        "2 of 3 hospitals do not say whether they have an emergency department.",
    ]


def test_no_beds_are_beds_not_known(write: Write):
    given = european([site("1", cap_beds="420"), site("2", cap_beds="0"), site("3")], write)
    assert healthcare.services(*given)["capacity"].fillna(-1).tolist() == [420, -1, -1]
    said = refusal("eurostat.healthcare", "services", european([site("1", cap_beds="-5")], write)[1], given[0])
    assert "1 sites of slovenia-hospitals have less than 0 beds" in said


def test_sites_under_one_id_are_numbered_and_the_same_site_is_listed_once(write: Write):
    given = european([site("1"), site("1"), site("1", lat="46.06")], write)
    assert healthcare.services(*given)["service_id"].tolist() == ["hospital-SI_1", "hospital-SI_1-2"]


@pytest.mark.parametrize(("country", "own"), [("GR", "EL"), ("GB", "UK")])
def test_countries_are_found_by_the_code_that_eurostat_gives_them(write: Write, country: str, own: str):
    source, folder = european([site("SI_1"), site(f"{own}_9", cc=own)], write)
    found = healthcare.services(replace(source, country=country), folder)
    assert found["service_id"].tolist() == [f"hospital-{own}_9"]


def test_hospitals_that_cannot_be_used(write: Write):
    source, folder = european([site("AT_1", cc="AT")], write)
    assert "has no site of SI" in refusal("eurostat.healthcare", "services", folder, source)
    assert "has no column 'cc'" in refusal(
        "eurostat.healthcare", "services", write(source.files[0], "id,hospital_name\n"), source
    )
    folder = write("slovenia/healthcare_SI.geojson", '{"features": [')
    assert "is no GeoJSON of health care sites" in refusal(
        "eurostat.healthcare", "services", folder, "slovenia-hospitals"
    )


# Population grid


def test_grids_of_2011_and_2021_are_read_alike(write: Write):
    source = SOURCES["slovenia-grid"]
    old = census_grid.grid(source, write(source.files[0], "TOT_P,GRD_ID,CNTR_CODE\n8,1kmN2599E4695,SI\n"))
    later = replace(source, files=("grid_2021.csv",), columns=("GRD_ID", "T"))
    new = census_grid.grid(later, write("grid_2021.csv", "GRD_ID,T,M\nCRS3035RES1000mN2599000E4695000,8,3\n"))
    assert old.to_dict("list") == new.to_dict("list") == {"x_km": [4695], "y_km": [2599], "population": [8.0]}


def test_grid_that_cannot_be_used(write: Write):
    name = SOURCES["slovenia-grid"].files[0]
    folder = write(name, "TOT_P,GRD_ID\n8,1kmN2599E4695\n-9999,1kmN2600E4695\n")
    assert "1 cells have no number of people" in refusal("eurostat.census_grid", "grid", folder, "slovenia-grid")
    assert "has no column 'TOT_P'" in refusal("eurostat.census_grid", "grid", write(name, "GRD_ID\n"), "slovenia-grid")


# The whole territory


@pytest.fixture
def mirror(write: Write, slovenia: Callable[..., Path], lau: Callable[..., Path], care: Callable[..., Path]) -> Path:
    """Every file of the recipe. Dol has a town of 54,000 people with all services; Nova vas has a post office."""
    slovenia(
        settlement("Dol", "Občina Dol", 14.05, population=54_000, postNumber=1000),
        settlement("Breg", "Občina Breg-Polje", 14.15),
        settlement("Gorica", "Občina Breg-Polje", 14.25, population=40, postNumber=2000),
    )
    lau()
    kinds = [kind for kind in zzzs.KINDS if kind != "gp-f"]
    care([institution("10", "Zdravstveni dom")], "".join(f"10,{kind},1,1.0,1,9\n" for kind in kinds))
    write("slovenia/healthcare_SI.geojson", features([(site("16"), shapely.Point(14.05, 46.05))]))
    x, y = (int(metres // 1000) for metres in Transformer.from_crs(4326, 3035, always_xy=True).transform(14.05, 46.05))
    # 6 x 6 cells of 1,500 people around the town of Dol, and one of 10 people well within each of the others.
    town = [(1500, x + i, y + j) for i in range(-3, 3) for j in range(-3, 3)]
    cells = [*town, (10, x + 8, y), (10, x + 16, y)]
    rows = "".join(f"{people},1kmN{north}E{east},SI\n" for people, east, north in cells)
    return write("slovenia/SI_GEOSTAT_grid_POP_1K_2011.csv", "TOT_P,GRD_ID,CNTR_CODE\n" + rows)


def test_the_territory_is_built_from_the_files(mirror: Path, tmp_path: Path):
    recipe = recipes.load("slovenia")
    build(recipe, root=tmp_path / "data", mirror=mirror)
    built = store.open_territory("slovenia", root=tmp_path / "data")
    for name in LAYERS.keys() - OF_TRAVEL_MODELS:
        assert built.layer(name) is not None
    areas = built.layer("areas").set_index("area_id")
    values = built.layer("indicators").set_index("area_id")
    assert areas["nuts3"].to_dict() == {"001": "SI031", "020": "SI041", "213": "SI031"}
    # By the people of the grid: of Dol most live in the urban centre, of the others all in rural cells.
    assert areas["degurba"].to_dict() == {"001": "1", "020": "3", "213": "3"}
    # By the settlements: there is no table of people, and so no ages.
    assert values["population"].to_dict() == {"001": 54_000, "020": 100, "213": 40}
    assert "share_65_plus" not in values
    minutes = values["minutes_general_practice"]
    assert minutes["001"] == 0 < minutes["020"] < minutes["213"]
    assert values["minutes_post_office"]["213"] == 0 < values["minutes_post_office"]["020"]
    # Who the people are is not known, so how far away things are is the one index.
    assert values["need"].notna().all()
    assert values["gap"].tolist() == values["need"].tolist()
    assert values["resources"].isna().all()


def own_recipe(folder: Path, index: str, **changes: Any) -> recipes.Recipe:
    """Recipe `slovenia` with some of it changed, and an index of its own."""
    (folder / "own.yaml").write_text(index, encoding="utf-8")
    content = yaml.safe_load(recipes.load("slovenia").path.read_text(encoding="utf-8"))
    content |= {"index": str(folder / "own.yaml")} | changes
    (folder / "slovenia.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return recipes.load("slovenia", folder=folder)


IMPUTING = """
title: Own
need:
  Far: {minutes_post_office: {sign: +1}}
  Crowd: {population: {sign: +1, per: projects_within_60}}
steps: {availability: 0.5, normalise: min-max, impute: METHOD}
"""


@pytest.mark.parametrize(("method", "need"), [("region", 0), ("neighbours", 50)])
def test_an_index_of_the_territory_may_impute_by_region_and_neighbours(
    mirror: Path, tmp_path: Path, method: str, need: float
):
    """Dol has no project, so people for each project are not known there: 40 as in Gorica, which is of its region, or
    100 as in Breg-Polje, which it touches; and it has a post office."""
    folder = tmp_path / "recipes"
    folder.mkdir()
    build(own_recipe(folder, IMPUTING.replace("METHOD", method)), root=tmp_path / "data", mirror=mirror)
    values = store.open_territory("slovenia", root=tmp_path / "data").layer("indicators").set_index("area_id")
    assert values["projects_within_60"].to_dict() == {"001": 0, "020": 1, "213": 1}
    assert values.loc["001", "need"] == pytest.approx(need)
    assert values.loc["020", "need"] == pytest.approx(100)


def test_an_index_without_resources_says_that_it_has_none(mirror: Path, tmp_path: Path):
    folder = tmp_path / "recipes"
    folder.mkdir()
    recipe = own_recipe(folder, "title: Own\nneed: {Far: {minutes_post_office: {sign: +1}}}\n")
    build(recipe, root=tmp_path / "data", mirror=mirror)
    rows = store.open_territory("slovenia", root=tmp_path / "data").layer("quality")
    said = rows.loc[rows["indicator"] == "resources", "reason"].unique().tolist()
    assert said == ["The index of this territory has no resources."]


def test_supply_and_performance_are_measured_as_the_recipe_asks(mirror: Path, tmp_path: Path):
    folder = tmp_path / "recipes"
    folder.mkdir()
    asked = {"supply": "2sfca", "minutes": 20, "counts": True, "performance": {"minutes": 30, "km": 50}}
    recipe = own_recipe(folder, "title: Own\nneed: {Far: {minutes_post_office: {sign: +1}}}\n", access=asked)
    build(recipe, root=tmp_path / "data", mirror=mirror)
    built = store.open_territory("slovenia", root=tmp_path / "data")
    values = built.layer("indicators").set_index("area_id")
    assert built.manifest["parameters"]["access"] == asked
    assert "supply_general_practice" not in values
    # One doctor for the 54,100 people within 20 minutes; Gorica is 30 minutes from her.
    shared = 1000 / 54_100
    assert values["supply_2sfca_general_practice"].to_dict() == pytest.approx({"001": shared, "020": shared, "213": 0})
    # Of post offices no capacity is known, so that each counts 1; of hospitals it is the same.
    assert values["supply_counted_post_office"].notna().all()
    assert (
        "Supply within reach counts every service once for hospital of any kind, post office, because the capacity of "
        "some or all of them is unknown." in built.manifest["notes"]
    )
    # In half an hour one gets from Dol and from Gorica to Breg-Polje only; all three lie within 50 km.
    people = 54_000 + 100 + 40
    assert values["transport_performance"].to_dict() == pytest.approx(
        {"001": 100 * 54_100 / people, "020": 100, "213": 100 * 140 / people}
    )


def test_what_was_decided_and_read_is_recorded(mirror: Path, tmp_path: Path):
    build(recipes.load("slovenia"), root=tmp_path / "data", mirror=mirror)
    built = store.open_territory("slovenia", root=tmp_path / "data")
    sources = built.codebook["sources"]
    assert sources["population"] == "slovenia-settlements"
    assert sources["minutes_urban_centre"] == "slovenia-settlements, slovenia-grid"
    assert sources["minutes_post_office"] == "slovenia-settlements, slovenia-post-offices"
    assert "slovenia-grid" in sources["need"]
    manifest = built.manifest
    assert manifest["parameters"]["degree_of_urbanisation"] == "population grid"
    assert manifest["command"] == "python -m pipelines build slovenia --mirror FOLDER"
    assert untold(built) == []
    assert [note.partition(" settlements name")[0] for note in manifest["notes"]] == [
        "1",
        "1 of 1 hospitals do not say whether they have an emergency department.",
        "Nobody is counted beyond 5 minutes of hospital of any kind, general practice, paediatrician, post office, "
        "because people are known at places and half of them live at one that is 17.0 minutes or more from the next.",
        "No supply within reach is computed for hospital of any kind, post office, because the capacity of some or all "
        "of their services is unknown.",
    ]
    assert {name for name in manifest["inputs"] if name.startswith("slovenia/")} == {
        path.relative_to(mirror).as_posix() for path in (mirror / "slovenia").iterdir()
    }


def test_a_file_that_is_missing_leaves_what_was_built(mirror: Path, tmp_path: Path):
    recipe, root = recipes.load("slovenia"), tmp_path / "data"
    version = build(recipe, root=root, mirror=mirror)
    (mirror / "slovenia" / "healthcare_SI.geojson").unlink()
    with pytest.raises(InputError, match=r"healthcare_SI\.geojson of source slovenia-hospitals is missing"):
        build(recipe, root=root, mirror=mirror)
    with pytest.raises(InputError, match="is not bundled; name the folder of its files with --mirror"):
        build(recipe, root=root)
    assert store.open_territory("slovenia", root=root).version == version


def damage(mirror: Path, name: str, content: str) -> None:
    (mirror / "slovenia" / name).write_text(content, encoding="utf-8")


HOSPITALS, CAPACITY = "healthcare_SI.geojson", "primary_care_capacity_by_institution.csv"
HEAD = "id_inst,type,doctors,fte,accepting,load_mean\n"
TWICE = json.dumps([settlement("Dol", "Občina Dol", 14.05), settlement("Dol", "Občina Dol", 14.06)])
SAME_POST = json.dumps([settlement(name, "Občina Dol", 14.05, postNumber=1000) for name in ("Dol", "Hrib")])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            HOSPITALS,
            features([(site("16", lat="14.05", lon="46.05"), None)]),
            "1 of 1 services of source slovenia-hospitals lie in the territory only with longitude and latitude "
            "exchanged, first: hospital-SI_16 (46.05, 14.05); exchange the two.",
        ),
        (
            HOSPITALS,
            features([(site("16"), None), (site("17", lat="5100000", lon="459000"), None)]),
            "1 of 2 services of source slovenia-hospitals have coordinates that are no degrees, first: hospital-SI_17 "
            "(459000, 5100000); give longitude and latitude in EPSG:4326.",
        ),
        (
            HOSPITALS,
            features([(site("16", lat="46,05"), None)]),
            "1 of 1 values of lat in slovenia/healthcare_SI.geojson are no numbers, first: '46,05'; write degrees with "
            "a decimal point.",
        ),
        (
            "municipalities.geojson",
            municipalities(c1=shapely.box(459_000, 5_094_000, 466_000, 5_105_000)),
            "1 of 3 areas lie at coordinates that are no degrees, first: 001 (459000, 5094000); give longitude and "
            "latitude in EPSG:4326, or name the reference system in the file.",
        ),
        (
            "settlements_post_offices.json",
            TWICE,
            "1 ids of places occur more than once, first: Dol; give each its own.",
        ),
        (
            "settlements_post_offices.json",
            SAME_POST,
            "1 ids of services of source slovenia-post-offices occur more than once, first: post-1000; give each its "
            "own.",
        ),
        (CAPACITY, HEAD + "10,gp,1,-1.0,1,9\n", "have a wrong fte, such as '-1.0' of institution 10"),
        (CAPACITY, HEAD + "10,,1,1.0,1,9\n", "has the kind of care '', expected gp, gp-f"),
    ],
    ids=["exchanged", "metres", "comma", "areas in metres", "place twice", "service twice", "negative", "no category"],
)
def test_what_is_wrong_in_a_source_is_said_with_its_number_and_leaves_what_was_built(
    mirror: Path, tmp_path: Path, name: str, content: str, said: str
):
    recipe, root = recipes.load("slovenia"), tmp_path / "data"
    with store.new_version(recipe.id, root=root) as (_, manifest):
        manifest["title"] = "before"
    damage(mirror, name, content)
    with pytest.raises(InputError) as caught:
        build(recipe, root=root, mirror=mirror)
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert store.open_territory("slovenia", root=root).manifest["title"] == "before"


def test_a_few_services_far_away_are_no_mistake(mirror: Path, tmp_path: Path):
    """One in the Horn of Africa is exchanged, or is there; two are in Dol."""
    rows = [site("16"), site("17"), site("18", lat="14.05", lon="46.05")]
    damage(mirror, HOSPITALS, features([(row, None) for row in rows]))
    build(recipes.load("slovenia"), root=tmp_path / "data", mirror=mirror)
    assert len(store.open_territory("slovenia", root=tmp_path / "data").layer("services")) > 3
