"""Municipalities known by their centres: an invented table in the publisher's format, built from end to end.

Alfa and Beta lie in Slovenia, Beta 0.09 degrees (10.0 km) north of Alfa; Beta is a city with the only hospital. Of two
Greek rows one has a centre, the Finnish one states km² as m², and France has no centres.
"""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import shapely

from geodata import catalogue, recipes, store
from geodata.errors import InputError
from geodata.schema import LAYERS, OF_TRAVEL_MODELS, check
from geodata.store import Territory
from pipelines import export
from pipelines.access.travel import storage as travelmodel
from pipelines.areas import profile, ranking, shortlist
from pipelines.areas.selection import in_region
from pipelines.areas.table import areas_table
from pipelines.build.regions import with_countries
from pipelines.build.run import build
from pipelines.export.briefing.picture import draw
from pipelines.response.scenario import whatif
from pipelines.sources.eurostat import lau_europe
from tests.sentences import untold

LISTED = """code_2016,lau_code,lau_name_national,lau_name_latin,population,total_area_m2,degurba,coastal_area,country
SI031,1,Alfa,,1000.0,2000000.0,3.0,no,SI
SI031,2,Beta,,100000.0,4000000.0,1.0,YES,SI
EL513,0101,Γάμμα,Gamma,700.0,7000000.0,2.0,No,EL
EL513,0102,Δέλτα,Delta,,,3.0,yes,EL
FI1B1,020,Eta,,500.0,60.0,9.0,,FI
FRK21,01001,Théta,,,,3.0,no,FR
"""
CENTRES = {
    "SI": [("001", 15.0, 46.0, "SI031", 1001, 2.1), ("002", 15.0, 46.09, "SI031", 100002, 4.1)],
    "EL": [("0101", 25.4, 41.1, "EL513", 701, 7.1)],
    "FI": [("020", 25.0, 61.0, "FI1B1", 501, 61.0)],
    "NO": [("0301", 10.8, 59.9, "NO081", 693494, 454.0)],
}
REGIONS = {"SI031": (14, 45), "EL513": (25, 40), "FI1B1": (24, 60), "FRK21": (4, 45), "FRY10": (40, 55)}


def centres(code: str) -> str:
    head = "gisco_id,longitude,latitude,country,nuts_2,nuts_3,lau_id,lau_name,population,area_km2\n"
    rows = [
        f"{code}_{lau},{lon},{lat},{code},{nuts[:4]},{nuts},{lau},x,{people},{km2}\n"
        for lau, lon, lat, nuts, people, km2 in CENTRES.get(code, ())
    ]
    return head + "".join(rows)


def outlines(end: int) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"NUTS_ID": code[:end], "NAME_LATN": f"Region {code[:end]}"},
            "geometry": shapely.geometry.mapping(shapely.box(west, south, west + 2, south + 2)),
        }
        for code, (west, south) in REGIONS.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def publish(folder: Path, listed: str = LISTED) -> Path:
    table = pd.read_csv(io.StringIO(listed), dtype=str, keep_default_na=False)
    table["gisco_id"] = table["country"] + "_" + table["lau_code"]
    files = catalogue.load()["europe-lau"].files
    (folder / files[3]).parent.mkdir(parents=True)
    (folder / files[0]).write_bytes(gzip.compress(table.to_csv(index=False).encode()))
    (folder / files[1]).write_text(outlines(5))
    (folder / files[2]).write_text(outlines(4))
    for name in files[3:]:
        (folder / name).write_text(centres(Path(name).stem))
    (folder / "services").mkdir()
    (folder / "services" / "healthcare_eu_all.csv").write_text(
        "id,hospital_name,site_name,cc,lat,lon,geo_qual,cap_beds,emergency,facility_type\n"
        "1,Bolnica,,SI,46.09,15.0,1,,,\n"
    )
    return folder


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    mirror, root = publish(tmp_path_factory.mktemp("mirror")), tmp_path_factory.mktemp("data")
    build(recipes.load("eu-lau"), root=root, mirror=mirror)
    return store.open_territory("eu-lau", root=root)


@pytest.fixture(scope="module")
def table(points: Territory) -> pd.DataFrame:
    return areas_table(points)


def said(points: Territory, area: str, indicator: str) -> str:
    quality = points.layer("quality")
    return str(quality[(quality["area_id"] == area) & (quality["indicator"] == indicator)]["reason"].iloc[0])


def test_its_sentences_can_be_told_in_every_language(points: Territory) -> None:
    assert untold(points) == []


def test_every_layer_meets_its_contract(points: Territory) -> None:
    points.verify()
    for name in LAYERS.keys() - set(OF_TRAVEL_MODELS):
        check(name, points.layer(name))


def test_every_row_is_an_area_with_its_zeros_and_those_without_a_centre_have_no_position(points: Territory) -> None:
    drawn = points.layer("areas").set_index("area_id").geometry
    assert list(drawn.index) == ["EL_0101", "EL_0102", "FI_020", "FR_01001", "SI_001", "SI_002"]
    assert list(drawn.index[drawn.isna()]) == ["EL_0102", "FR_01001"]
    assert drawn["SI_002"].equals(shapely.Point(15.0, 46.09))


def test_degree_of_urbanisation_coast_and_size_are_read_past_the_traps(table: pd.DataFrame) -> None:
    assert table["degurba"].fillna("").to_dict() == {
        "EL_0101": "2", "EL_0102": "3", "FI_020": "", "FR_01001": "3", "SI_001": "3", "SI_002": "1",
    }  # fmt: skip
    assert table["coastal_area"].fillna(0).tolist() == [1, 2, 0, 1, 1, 2]
    assert table["area_km2"].fillna(-1).tolist() == [7, -1, 60, -1, 2, 4]
    assert table.loc["FI_020", "population_density"] == pytest.approx(500 / 60)
    assert table["name"].tolist() == ["Gamma", "Delta", "Eta", "Théta", "Alfa", "Beta"]


def test_minutes_are_those_of_the_centre_and_missing_where_nothing_is_known(
    points: Territory, table: pd.DataFrame
) -> None:
    """10.0 km x 1.4 = 14.0 km: 5 km at 30 km/h are 10 minutes, 9.0 km at 50 km/h 10.8."""
    assert table.loc["SI_001", "minutes_any_hospital"] == pytest.approx(20.8, abs=0.05)
    assert table.loc["SI_001", "minutes_to_city"] == table.loc["SI_001", "minutes_any_hospital"]
    assert table.loc["SI_002", "minutes_to_city"] == 0
    # The nearest listed hospital is in another country: it says nothing of Greece.
    assert pd.isna(table.loc["EL_0101", "minutes_any_hospital"])
    assert "whole country" in said(points, "EL_0101", "minutes_any_hospital")
    assert table.loc["EL_0101", "minutes_to_city"] > 60
    for area in ("EL_0102", "FR_01001"):
        assert table.loc[area, ["minutes_any_hospital", "minutes_to_city", "projects_within_60"]].isna().all()
        assert "no position" in said(points, area, "minutes_to_city")


def test_need_resources_and_gap_only_where_all_is_known(table: pd.DataFrame) -> None:
    assert list(table.index[table["gap"].notna()]) == ["SI_001", "SI_002"]
    assert table.loc["SI_001", "need"] > table.loc["SI_002", "need"]


def test_regions_have_their_outlines_and_count_their_rows(points: Territory) -> None:
    regions = points.layer("regions").set_index("region_id")
    counted = {"EL513": 2, "FI1B1": 1, "FRK21": 1, "SI031": 2}
    assert regions.loc[regions["level"] == "nuts3", "areas"].to_dict() == counted
    assert regions.loc["SI0", "geometry"].equals(shapely.box(14, 45, 16, 47))
    assert regions.loc["SI031", "parent_id"] == "SI03"


def test_rows_and_centres_are_accounted_for_in_the_notes(points: Territory) -> None:
    notes = "\n".join(points.manifest["notes"])
    assert "6 municipalities are listed, 4 of them with the centre" in notes
    assert "no centres of the country: FR 1." in notes
    assert "renamed in the year after: EL 1." in notes
    assert "left out: NO 1." in notes
    assert "Municipalities of unknown size: EL 1, FR 1." in notes
    assert "column of square metres: FI." in notes


def test_the_travel_model_can_be_made_again(points: Territory) -> None:
    assert travelmodel.of(points).describe() | {"date": "2019"} == points.manifest["travel"]
    assert points.manifest["travel"]["estimate"]


def test_a_code_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    source = catalogue.load()["europe-lau"]
    publish(tmp_path, LISTED + "SI031,01,Alfa again,,1.0,1.0,3.0,no,SI\n")
    with pytest.raises(InputError, match="municipality SI_1 occurs twice"):
        lau_europe.areas(source, tmp_path)


def test_a_country_is_a_region_by_its_nuts_code(points: Territory, table: pd.DataFrame) -> None:
    assert list(table.index[in_region(table, "EL")]) == ["EL_0101", "EL_0102"]
    with pytest.raises(InputError, match="no region 'GR'"):
        in_region(table, "GR")
    countries = with_countries(points.layer("regions")).query("level == 'nuts0'").set_index("region_id")
    assert countries["name"].to_dict() == {"EL": "Greece", "FI": "Finland", "FR": "France", "SI": "Slovenia"}
    assert countries["areas"].to_dict() == {"EL": 2, "FI": 1, "FR": 1, "SI": 2}


def test_a_list_with_an_area_of_no_position_becomes_every_file(points: Territory, tmp_path: Path) -> None:
    asked = ranking.ask(points)
    listed = shortlist.make(points, ["SI_001", "EL_0102"], view=ranking.View(), asked=asked)
    shapes = [feature["geometry"] for feature in json.loads(export.geojson(listed))["features"]]
    assert shapes == [{"type": "Point", "coordinates": [15.0, 46.0]}, None]
    with zipfile.ZipFile(io.BytesIO(export.package(listed))) as archive:
        assert json.loads(archive.read("shortlist.geojson"))["features"][1]["geometry"] is None
        (tables := tmp_path / "list.gpkg").write_bytes(archive.read("shortlist.gpkg"))
    # The styles of QGIS fill shapes.
    assert "layer_styles" not in pyogrio.list_layers(tables)[:, 0]


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (["SI_001"], ""),
        (["SI_001", "EL_0102"], "1 area of the list has no known position and is not drawn."),
        (["EL_0102", "FR_01001"], "2 areas of the list have no known position and are not drawn."),
        (["FI_020"], ""),
    ],
)
def test_the_map_of_a_briefing_counts_what_it_cannot_draw(points: Territory, ids: list[str], told: str) -> None:
    asked = ranking.ask(points)
    drawn = draw(points, shortlist.make(points, ids, view=ranking.View(), asked=asked), asked)
    assert drawn.caption.partition("over all areas.")[2].strip() == told


def test_people_beyond_thresholds_are_not_told_of_centres(points: Territory, table: pd.DataFrame) -> None:
    found = profile.services(table, points.codebook, "SI_001").loc["any_hospital"]
    assert found["minutes"] == pytest.approx(20.8, abs=0.05)
    assert found["beyond"] == {}


def test_what_a_change_means_for_people_is_not_measured_from_centres(points: Territory) -> None:
    with pytest.raises(InputError, match="by their centres alone"):
        whatif.baseline(points)
