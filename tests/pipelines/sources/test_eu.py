"""Readers of the regions of the European Union, on small files in the publishers' formats with their traps."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
import yaml
from hypothesis import given
from hypothesis import strategies as st

from geodata import catalogue, indicators, recipes, store
from geodata.catalogue import Source
from geodata.configfile import read_mapping
from geodata.errors import InputError
from geodata.i18n.message import tell, tell_each
from pipelines.areas import trends as changed
from pipelines.build import inputs
from pipelines.build.run import build, is_stale
from pipelines.fetch import territory as fetching
from pipelines.sources.eurostat import accessibility as eurostat_accessibility
from pipelines.sources.eurostat import gdp as eurostat_gdp
from pipelines.sources.eurostat import gisco_nuts, healthcare, jsonstat, nuts_versions, urban_rural
from pipelines.sources.eurostat import tsv as eurostat_tsv
from pipelines.sources.formats.figures import figures
from tests.sentences import untold

SOURCES = catalogue.load()
NUTS = SOURCES["eu-nuts"]
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of the publisher; gives the folder of all."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return put


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(InputError) as caught:
        call()
    said = str(caught.value)
    assert said.endswith(".") and "\n" not in said
    return said


# Outlines.


def region(code: str, west: float, **changes: Any) -> dict[str, Any]:
    """A square of one degree whose western side is at `west`, at 50 north."""
    facts = {
        "NUTS_ID": code,
        "NAME_LATN": f"Name of {code}",
        "URBN_TYPE": "3",
        "MOUNT_TYPE": "4",
        "COAST_TYPE": "3",
        "POP_2021": 1000.0,
        "AREA_2021": 50.0,
        "DENS_2021": 20.0,
    } | changes
    return {"type": "Feature", "properties": facts, "geometry": shapely.box(west, 50, west + 1, 51).__geo_interface__}


def outlines(write: Write, *features: dict[str, Any], above: tuple[str, ...] = ("AT11", "PT20")) -> Path:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    for name, parts in (("nuts3", features), ("nuts2", [region(code, 0) for code in above])):
        content = {"type": "FeatureCollection", "name": name, "crs": crs, "features": list(parts)}
        folder = write(f"europe/{name}.geojson", json.dumps(content))
    return folder


def test_areas_are_the_regions_of_the_member_states_with_the_size_of_the_table(write: Write):
    """The square is some 7,800 km²; the table says 50, since outlines are coarse and boxes not to scale."""
    folder = outlines(write, region("UKC11", 5), region("EL301", 3), region("AT111", 1), region("CH011", 7))
    areas = gisco_nuts.areas(NUTS, folder)
    assert areas["area_id"].tolist() == ["AT111", "EL301"]
    assert areas["country"].tolist() == ["AT", "GR"]
    assert areas["area_km2"].tolist() == [50, 50]
    assert areas.crs.to_string() == "EPSG:4326"
    assert gisco_nuts.membership(NUTS, folder).iloc[1].tolist() == ["EL301", "EL3", "EL30", "EL301"]


def test_region_drawn_twice_is_one_area_and_islands_in_boxes_are_marked(write: Write):
    folder = outlines(write, region("PT200", 46), region("AT111", 1), region("PT200", 49), region("ES703", 40))
    areas = gisco_nuts.areas(NUTS, folder).set_index("area_id")
    assert areas.index.tolist() == ["AT111", "ES703", "PT200"]
    assert areas["moved"].to_dict() == {"AT111": False, "ES703": True, "PT200": True}
    assert areas.geometry["PT200"].bounds == (46, 50, 50, 51)
    assert len(shapely.get_parts(areas.geometry["PT200"])) == 2
    boxes, pieces = gisco_nuts.notes(NUTS, folder)
    assert boxes.startswith("2 areas are drawn in boxes beside the map") and boxes.endswith("ES703, PT200.")
    assert pieces.startswith("1 areas are drawn in several pieces") and "PT200" in pieces


def test_neighbours_that_overlap_are_mended(write: Write):
    """The second square begins 0.2 degrees inside the first one: the strip goes to one of them."""
    folder = outlines(write, region("AT111", 1), region("AT112", 1.8))
    shapes = gisco_nuts.areas(NUTS, folder).geometry
    assert shapely.coverage_is_valid(shapes.to_numpy())
    assert shapes.union_all().equals(shapely.box(1, 50, 2.8, 51))


def test_regions_above_have_the_names_there_are(write: Write):
    """NUTS 1 is called by code and country; NUTS 2 regions drawn twice are listed once."""
    folder = outlines(write, region("AT111", 1), above=("PT20", "AT11", "PT20", "NO02"))
    found = gisco_nuts.regions(NUTS, folder)
    assert found.fillna("-").to_numpy().tolist() == [
        ["AT1", "nuts1", "AT1 (Austria)", "-"],
        ["AT11", "nuts2", "Name of AT11", "AT1"],
        ["PT2", "nuts1", "PT2 (Portugal)", "-"],
        ["PT20", "nuts2", "Name of PT20", "PT2"],
    ]


def test_people_density_and_type_are_figures_and_nothing_is_taken_for_0(write: Write):
    folder = outlines(write, region("AT111", 1, POP_2021=None, URBN_TYPE="0"), region("AT112", 2))
    found = gisco_nuts.published(NUTS, folder).pivot(index="area_id", columns="indicator", values="value")
    assert found.loc["AT111"].isna().to_dict() == {
        "population": True,
        "population_density": False,
        "urban_rural_type": True,
    }
    assert found.loc["AT112"].to_dict() == {"population": 1000, "population_density": 20, "urban_rural_type": 3}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"AREA_2021": None}, "1 regions of .* have no AREA_2021, such as AT111"),
        ({"AREA_2021": 0}, "have no AREA_2021"),
    ],
)
def test_region_without_a_size_is_refused(write: Write, change: dict[str, Any], said: str):
    folder = outlines(write, region("AT111", 1, **change))
    with pytest.raises(InputError, match=said):
        gisco_nuts.areas(NUTS, folder)


@pytest.mark.parametrize("change", [{"geometry": None}, {"shape": None}])
def test_a_region_without_an_outline_is_named(write: Write, change: dict[str, Any]):
    """Its geometry is null, or has another name."""
    feature = {"properties": region("AT112", 2)["properties"]} | change
    folder = outlines(write, region("AT111", 1), feature)
    assert "has 1 features without an outline, such as AT112" in refusal(lambda: gisco_nuts.areas(NUTS, folder))


def test_outlines_that_are_none(write: Write):
    folder = outlines(write, region("CH011", 1))
    assert "has no region of EU" in refusal(lambda: gisco_nuts.areas(NUTS, folder))
    write("europe/nuts3.geojson", "<html>")
    assert "is no GeoJSON of regions" in refusal(lambda: gisco_nuts.areas(NUTS, folder))
    lacking = region("AT111", 1)
    del lacking["properties"]["DENS_2021"]
    folder = outlines(write, lacking)
    assert "has no column 'DENS_2021'" in refusal(lambda: gisco_nuts.membership(NUTS, folder))


# NUTS versions.

PIECES = "code_v2021,code_v2024,uniqueID,areaKm,pop11,pop21\n"


def pieces(*rows: tuple[str, str, float]) -> str:
    return PIECES + "".join(f"{old},{new},{old}{new},1.5,0.0,{people}\n" for old, new, people in rows)


def conversion(write: Write, *rows: tuple[str, str, float]) -> pd.DataFrame:
    return nuts_versions.read(write("pieces.csv", pieces(*rows)) / "pieces.csv")


def converted(table: pd.DataFrame, people: dict[str, float], start: str = "2024", end: str = "2021"):
    numbers = pd.DataFrame({"people": pd.Series(people)})
    return nuts_versions.convert(numbers, table, start=start, end=end)


def test_region_that_is_unchanged_or_only_got_another_code_keeps_its_number(write: Write):
    table = conversion(write, ("AA111", "AA111", 10), ("AA112", "AA119", 20))
    found = converted(table, {"AA111": 7, "AA119": 9})
    assert found.numbers["people"].to_dict() == {"AA111": 7, "AA112": 9}
    assert found.shared_out.empty


def test_split_region_is_shared_out_by_people_and_put_together_the_other_way(write: Write):
    """BB001 of 2021 has 400 people; 100 of them are in BB002 of 2024 now, 300 in BB003."""
    table = conversion(write, ("BB001", "BB002", 100), ("BB001", "BB003", 300))
    forward = converted(table, {"BB001": 80}, "2021", "2024")
    assert forward.numbers["people"].to_dict() == {"BB002": 20, "BB003": 60}
    assert forward.shared_out.to_dict() == {"BB002": "BB001", "BB003": "BB001"}
    back = converted(table, {"BB002": 5, "BB003": 6})
    assert back.numbers["people"].to_dict() == {"BB001": 11}
    assert back.shared_out.empty, "made of whole regions, so that its number is exact"


def test_slivers_of_lines_drawn_anew_do_not_make_an_estimate(write: Write):
    """3 of 1,000 people on the other side of the border come from the drawing; 60 of 1,000 do not."""
    kept = (("CC001", "CC001", 997), ("CC002", "CC002", 940), ("CC003", "CC003", 500))
    table = conversion(write, *kept, ("CC001", "CC002", 3), ("CC002", "CC003", 60))
    found = converted(table, {"CC001": 100, "CC002": 100, "CC003": 100})
    assert found.numbers.loc["CC001", "people"] == 100
    assert "CC001" not in found.shared_out and found.shared_out["CC002"] == "CC002 and CC003"


def test_piece_without_a_number_makes_the_whole_unknown(write: Write):
    table = conversion(write, ("DD001", "DD002", 100), ("DD001", "DD003", 300), ("DD009", "DD009", 1))
    found = converted(table, {"DD002": 5, "DD009": 4})
    assert found.numbers["people"].isna().to_dict() == {"DD001": True, "DD009": False}


def test_region_without_people_stays(write: Write):
    found = converted(conversion(write, ("EE001", "EE001", 0)), {"EE001": 0})
    assert found.numbers["people"].to_dict() == {"EE001": 0}


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(1, 1000), min_size=1, max_size=10
    )
)
def test_nobody_is_lost_or_made_in_a_conversion(cells: dict[tuple[str, str], int]):
    table = pd.DataFrame([(*key, float(people)) for key, people in cells.items()], columns=["2021", "2024", "people"])
    numbers = pd.DataFrame({"people": table.groupby("2024")["people"].sum() * 3})
    found = nuts_versions.convert(numbers, table, start="2024", end="2021")
    assert found.numbers["people"].sum() == pytest.approx(numbers["people"].sum())
    assert (found.numbers["people"] >= 0).all()


def test_conversion_tables_that_are_none(write: Write):
    folder = write("one.csv", "code_v2021,areaKm,pop21\nA,1,1\n")
    assert "has 1 columns of codes" in refusal(lambda: nuts_versions.read(folder / "one.csv"))
    folder = write("people.csv", PIECES + "A,B,AB,1,1,\n")
    assert "without a number of people in pop21" in refusal(lambda: nuts_versions.read(folder / "people.csv"))
    table = conversion(write, ("A", "A", 1))
    assert "no NUTS version 2016" in refusal(lambda: converted(table, {"A": 1}, "2016", "2021"))


# Accessibility.

ACCESS = SOURCES["eu-health-access"]


@pytest.fixture
def access(write: Write) -> Callable[..., Path]:
    """Every table with the same people beyond in all thresholds: given as rows of GEO, 2020, 2023."""

    def put(beyond: str, people: str, *conversions: tuple[str, str, float]) -> Path:
        for name in ACCESS.files:
            if "euro_access" in name:
                rows = people if "THRESHOLD_NONE" in name else beyond
                folder = write(name, "GEO,2020,2023\n" + rows.replace(" ", "\n") + "\n")
        write(ACCESS.files[-1], pieces(*conversions))
        return folder

    return put


def told(folder: Path) -> pd.DataFrame:
    found = eurostat_accessibility.published(ACCESS, folder)
    assert not found.duplicated(["area_id", "indicator"]).any()
    return found.set_index(["area_id", "indicator"])


def test_shares_are_numbers_by_people_of_each_year(access: Callable[..., Path]):
    folder = access("AT,9,9 AT1,9,9 AT111,30.0,50.0 NO0B1,1,1", "AT111,200.0,200.0 NO0B1,0,0", ("AT111", "AT111", 1))
    found = told(folder)
    assert set(found.index.get_level_values("area_id")) == {"AT111"}
    assert found.loc[("AT111", "share_beyond_health_20"), ["year", "value"]].tolist() == [2023, 25]
    assert found.loc[("AT111", "share_beyond_health_20_2020"), ["year", "value"]].tolist() == [2020, 15]
    assert found.loc[("AT111", "people_65_plus_beyond_health_45"), "value"] == 50
    assert found.loc[("AT111", "share_beyond_3_health_5"), "value"] == 25
    assert found.loc[("AT111", "people_65_plus"), ["year", "value"]].tolist() == [2021, 200]
    assert found.loc[("AT111", "share_65_plus"), "value"] == 100
    assert found["reason"].isna().all()


def test_redrawn_regions_are_shared_out_and_say_so(access: Callable[..., Path]):
    """Numbers come for NUTS 2024; LV00A is the former LV006 and half of LV003."""
    pieces_of_2024 = (("LV006", "LV00A", 2), ("LV003", "LV00A", 1), ("LV003", "LV00B", 1))
    folder = access("LV00A,30,60 LV00B,0,0", "LV00A,90,90 LV00B,10,10", *pieces_of_2024)
    found = told(folder)
    assert found.loc[("LV006", "people_beyond_health_20"), "value"] == pytest.approx(40)
    assert found.loc[("LV003", "people_beyond_health_20"), "value"] == pytest.approx(20)
    assert found.loc[("LV003", "share_beyond_health_20"), "value"] == pytest.approx(100 * 20 / 40)
    assert found.loc["LV003", "kind"].eq("flagged").all()
    assert tell(found.loc[("LV003", "share_beyond_health_20"), "reason"]) == (
        "Shared out from 2024 regions LV00A and LV00B by their people, as borders were redrawn"
    )


def test_region_without_people_has_no_share(access: Callable[..., Path]):
    found = told(access("AT111,0,0", "AT111,0,0", ("AT111", "AT111", 1)))
    assert found.loc[("AT111", "share_beyond_health_20"), "value"] != 0
    assert pd.isna(found.loc[("AT111", "share_beyond_health_20"), "value"])


@pytest.mark.parametrize("cell", ["many", "-1", "1;2"])
def test_cells_that_are_no_number_of_people(access: Callable[..., Path], cell: str):
    folder = access(f"AT111,{cell},1", "AT111,2,2", ("AT111", "AT111", 1))
    assert "something else than one number of people" in refusal(lambda: told(folder))


def test_number_that_is_marked_missing_is_missing(access: Callable[..., Path]):
    found = told(access("AT111,:,1", "AT111,2,2", ("AT111", "AT111", 1)))
    assert pd.isna(found.loc[("AT111", "share_beyond_health_5_2020"), "value"])
    assert found.loc[("AT111", "share_beyond_health_5"), "value"] == 50


def test_tables_that_do_not_go_together(access: Callable[..., Path]):
    folder = access("AT111,1,1", "AT111,2,2", ("AT111", "AT111", 1))
    without = replace(ACCESS, files=tuple(name for name in ACCESS.files if "NONE" not in name))
    assert "has no table of all people" in refusal(lambda: eurostat_accessibility.published(without, folder))
    none = replace(ACCESS, files=ACCESS.files[-1:])
    assert "are of none or several NUTS versions" in refusal(lambda: eurostat_accessibility.published(none, folder))


def put_access(write: Write, source: Source, beyond: str, people: str) -> Path:
    """Every table of a source with the same people beyond in all thresholds: given as rows of its columns."""
    for name in source.files:
        if "euro_access" in name:
            rows = people if "THRESHOLD_NONE" in name else beyond
            folder = write(name, ",".join(source.columns) + "\n" + rows.replace(" ", "\n") + "\n")
    return folder


@pytest.mark.parametrize(
    ("source", "people", "then", "now"),
    [
        (
            "eu-education-access",
            "AT111,200.0,200.0",
            (2020, ("share_beyond_education_10_2020", "share_under_15_beyond_education_20_2020")),
            (2023, ("share_beyond_education_10", "share_under_15_beyond_education_20", "share_beyond_education_2")),
        ),
        (
            "eu-charging-access",
            "AT111,200.0,200.0",
            (2023, ("share_beyond_charging_500_2023", "share_beyond_charging_2000_2023")),
            (2025, ("share_beyond_charging_500", "share_beyond_charging_5000")),
        ),
    ],
)
def test_education_and_charging_are_read_as_health_care_is(
    write: Write, source: str, people: str, then: tuple[int, tuple[str, ...]], now: tuple[int, tuple[str, ...]]
):
    """The dictionary has every figure that is read; the people of a source without old people are not told again."""
    write(ACCESS.files[-1], pieces(("AT111", "AT111", 1)))
    folder = put_access(write, SOURCES[source], "AT11,9,9 AT111,30.0,50.0", people)
    found = eurostat_accessibility.published(SOURCES[source], folder).set_index("indicator")
    for (year, names), value in ((then, 15), (now, 25)):
        assert found.loc[list(names), "year"].eq(year).all()
        assert found.loc[list(names), "value"].tolist() == [value] * len(names)
        counts = [name.replace("share_", "people_") for name in names]
        assert found.loc[counts, "value"].tolist() == [2 * value] * len(names)
    assert set(found.index) <= indicators.dictionary(()).keys()
    assert found["area_id"].eq("AT111").all() and found["reason"].isna().all()


def test_a_year_that_is_gone_from_a_table_is_named(write: Write):
    source = SOURCES["eu-charging-access"]
    folder = put_access(write, replace(source, columns=("GEO", "2023", "2024")), "AT111,1,1", "AT111,2,2")
    assert "has no column '2025'" in refusal(lambda: eurostat_accessibility.published(source, folder))


def test_a_territory_is_built_without_optional_sources_and_says_which(
    access: Callable[..., Path], write: Write, tmp_path: Path
):
    """Two regions of 1,000 people; the tables of charging points are there, those of education come later."""
    access("AT111,30,50 AT112,60,60", "AT111,200,200 AT112,200,200", ("AT111", "AT111", 1), ("AT112", "AT112", 1))
    outlines(write, region("AT111", 1), region("AT112", 2))
    put_access(write, SOURCES["eu-charging-access"], "AT111,30,20 AT112,90,80", "AT111,200,200 AT112,200,200")
    hospital = "id,hospital_name,lat,lon,geo_qual,cc,cap_beds,emergency,facility_type\n1,Spital,50.5,1.5,1,AT,,,\n"
    mirror = write(SOURCES["eu-hospitals"].files[0], hospital)
    content = read_mapping(recipes.FOLDER / "eu.yaml")
    published = ["eu-nuts", "eu-health-access", "eu-education-access", "eu-charging-access"]
    layers = content["layers"] | {"published": published}
    index = write(
        "index.yaml",
        "title: Care\nneed: {Care: {share_beyond_health_20: {sign: +1}}}\n"
        "resources: {Care: {any_hospital_per_100_000: {sign: +1}}}\n",
    )
    changes = {"id": "two", "layers": layers, "index": str(index / "index.yaml")}
    write("recipes/two.yaml", yaml.safe_dump(content | changes))
    recipe, root = recipes.load("two", folder=tmp_path / "recipes"), tmp_path / "data"

    # What is not there is not asked of the folder either.
    cached = fetching.fetch(recipe, SOURCES, mirror=mirror, root=tmp_path / "cache")
    build(recipe, root=root, mirror=cached)
    two = store.open_territory("two", root=root)
    # The planner's own words: the title of the recipe and that of the index.
    assert set(untold(two)) <= {two.manifest["title"]}
    left_out = [note for note in two.manifest["notes"] if "is left out" in note]
    assert left_out == [
        f"eu-education-access is left out, since 8 of its files are not among those given, such as "
        f"{SOURCES['eu-education-access'].files[0]}."
    ]
    assert "eu-education-access" not in [source["id"] for source in two.manifest["sources"]]
    values = two.layer("indicators").set_index("area_id")
    assert values["share_beyond_charging_5000"].to_dict() == {"AT111": 10, "AT112": 40}
    assert two.codebook.loc["share_beyond_charging_5000", ["year", "sources"]].tolist() == [
        "2025",
        "eu-charging-access",
    ]
    assert not two.codebook.index.str.contains("education").any()
    assert not is_stale(recipe, root=root, mirror=mirror)

    put_access(write, SOURCES["eu-education-access"], "AT111,2,4 AT112,8,6", "AT111,200,200 AT112,200,200")
    assert is_stale(recipe, root=root, mirror=mirror)
    build(recipe, root=root, mirror=mirror)
    two = store.open_territory("two", root=root)
    assert not [note for note in two.manifest["notes"] if "is left out" in note]
    assert two.layer("indicators").set_index("area_id")["share_beyond_education_2"].to_dict() == {
        "AT111": 2,
        "AT112": 3,
    }
    assert "share_beyond_education_20" in changed.figures(two.codebook)


def test_a_source_that_is_not_optional_is_needed(access: Callable[..., Path], write: Write):
    access("AT111,1,1", "AT111,2,2", ("AT111", "AT111", 1))
    folder = outlines(write, region("AT111", 1))
    assert "of source eu-gdp is missing" in refusal(
        lambda: inputs.read(inputs.present(recipes.load("eu"), SOURCES, mirror=folder)[0], SOURCES, mirror=folder)
    )


# Bulk files.

HEAD = "freq,unit,geo\\TIME_PERIOD\t2020 \t2021 \t2022 "
PPS = "A,PPS_EU27_2020_HAB"


def test_bulk_file_gives_a_row_for_each_cell_with_flags_apart():
    found = eurostat_tsv.read(f"{HEAD}\n{PPS},AT111\t25300 \t26100 ep\t: c\n{PPS},AT112\t: \t\t-1.5 b\n".encode(), "x")
    assert found.columns.tolist() == ["freq", "unit", "geo", "time", "value", "flag"]
    assert found[["geo", "time", "flag"]].to_numpy().tolist() == [
        ["AT111", "2020", ""],
        ["AT111", "2021", "ep"],
        ["AT111", "2022", "c"],
        ["AT112", "2020", ""],
        ["AT112", "2022", "b"],
    ]
    assert found["value"].fillna(-99).tolist() == [25300, 26100, -99, -99, -1.5]


@pytest.mark.parametrize("content", [b"", b"geo\t2020\nAT\t1\n", f"{HEAD}\n{PPS},AT111\tmany \t1\t1\n".encode()])
def test_bulk_files_that_are_none(content: bytes):
    assert "fetch it again" in refusal(lambda: eurostat_tsv.read(content, "x.tsv"))


GDP = SOURCES["eu-gdp"]


def test_gdp_is_of_the_latest_year_that_nearly_all_regions_have(write: Write):
    """2022 is there for one of two regions; regions `ZZZ` and countries are none."""
    rows = [f"{PPS},AT\t1 \t1 \t1 ", f"{PPS},AT111\t10 \t20 e\t30 ", f"{PPS},EL301\t11 \t21 \t: "]
    rows += [f"{PPS},ATZZZ\t1 \t: \t: ", f"{PPS},UKC11\t1 \t2 \t3 ", "A,EUR_HAB,AT111\t5 \t5 \t5 "]
    found = eurostat_gdp.published(GDP, write(GDP.files[0], "\n".join([HEAD, *rows]) + "\n"))
    assert found[["area_id", "indicator", "year", "value"]].to_numpy().tolist() == [
        ["AT111", "gdp_per_head", 2021, 20],
        ["EL301", "gdp_per_head", 2021, 21],
    ]
    assert tell_each(found["reason"]).fillna("-").tolist() == ["Published as estimated", "-"]
    assert found["kind"].fillna("-").tolist() == ["flagged", "-"]


def test_gdp_without_a_year_of_use(write: Write):
    folder = write(GDP.files[0], f"{HEAD}\n{PPS},AT111\t: \t: \t: \n")
    assert "has no year with PPS_EU27_2020_HAB" in refusal(lambda: eurostat_gdp.published(GDP, folder))


# Answers of the interface.


def answer(**changes: Any) -> dict[str, Any]:
    """Two units by two regions: positions 0 and 1 are EUR, 2 and 3 PPS. Only 0 and 3 have a figure."""
    dimension = {
        "unit": {"category": {"index": {"PPS_EU27_2020_HAB": 1, "EUR_HAB": 0}}},
        "geo": {"category": {"index": {"AT111": 0, "AT112": 1}}},
        "time": {"category": {"index": {"2021": 0}}},
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "id": ["unit", "geo", "time"],
        "size": [2, 2, 1],
        "value": {"0": 10, "3": 13.5},
        "status": {"1": ":", "3": "p"},
        "dimension": dimension,
    } | changes


def read(content: Any) -> pd.DataFrame:
    return jsonstat.read(json.dumps(content).encode(), "The answer")


def test_answer_is_sparse_and_the_last_dimension_is_the_fastest():
    found = read(answer())
    assert found.astype(object).fillna("-").to_numpy().tolist() == [
        ["EUR_HAB", "AT111", "2021", 10, ""],
        ["EUR_HAB", "AT112", "2021", "-", ":"],
        ["PPS_EU27_2020_HAB", "AT112", "2021", 13.5, "p"],
    ]


def test_lists_with_nulls_and_lists_of_codes_are_read_alike():
    dimension = answer()["dimension"] | {"geo": {"category": {"index": ["AT111", "AT112"]}}}
    as_lists = answer(value=[10, None, None, 13.5], status=[None, ":", None, "p"], dimension=dimension)
    assert read(as_lists).equals(read(answer()))


def test_confidential_answer_has_flags_and_no_figures_and_an_empty_one_has_no_rows():
    hidden = read(answer(value={}, status={"0": "|C", "1": "|C"}))
    assert hidden["value"].isna().all() and hidden["flag"].tolist() == ["c", "c"]
    dimension = answer()["dimension"] | {"time": {"category": {"index": {}}}}
    empty = read(answer(value={}, status={}, size=[2, 2, 0], dimension=dimension))
    assert len(empty) == 0 and empty.columns.tolist() == ["unit", "geo", "time", "value", "flag"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"error": [{"status": 413, "id": 413, "label": "EXTRACTION_TOO_BIG"}]}, "would be too large for one answer"),
        ({"error": {"status": 400, "label": "Dimension GEOO is not there"}}, "Dimension GEOO is not there"),
        ({"nama_gdp_c": {"value": []}}, "is no dataset in JSON-stat 2.0"),
        ([1, 2], "is no dataset in JSON-stat 2.0"),
        (answer(value={"4": 1}), "at position 4, beyond its size"),
        (answer(value={"0": "many"}), "is no whole dataset"),
        (answer(size=[2, 3, 1]), "a dimension of 3 with 2 codes"),
        (answer(size=[2, 2]), "is no whole dataset"),
    ],
)
def test_answers_that_are_none(content: Any, said: str):
    assert said in refusal(lambda: read(content))
    assert "is no JSON" in refusal(lambda: jsonstat.read(b"<html>", "The answer"))


def test_gdp_is_read_from_an_answer_of_the_interface_too(write: Write):
    source = replace(GDP, files=("gdp.json",))
    folder = write("gdp.json", json.dumps(answer(value={"2": 20, "3": 30})))
    found = eurostat_gdp.published(source, folder)
    assert dict(zip(found["area_id"], found["value"], strict=True)) == {"AT111": 20, "AT112": 30}
    assert tell_each(found["reason"]).fillna("-").tolist() == ["-", "Published as provisional"]


# Tables of maps.

AGEING = SOURCES["eu-ageing"]


def ageing(write: Write, ratio: str, change: str = "NUTS,perc,urt,class\nAT111,-0.3,3,9\n") -> pd.DataFrame:
    for name in AGEING.files:
        folder = write(name, ratio if "oldage" in name else change)
    return urban_rural.published(AGEING, folder).set_index(["indicator", "area_id"])


def test_maps_give_a_figure_each_and_say_what_is_not_available(write: Write):
    found = ageing(write, "NUTS,ratio,urt,class\nAT111,41.5,3,8\nAT112,:,2,:\nNO0B1,:,3,:\n")
    assert found["value"].fillna(-1).to_dict() == {
        ("old_age_dependency", "AT111"): 41.5,
        ("old_age_dependency", "AT112"): -1,
        ("average_population_change", "AT111"): -0.3,
        ("projected_population_change", "AT111"): -0.3,
    }
    missing = found.loc[("old_age_dependency", "AT112")]
    assert missing["kind"] == "missing" and missing["reason"] == "Marked as not available by its publisher"


@pytest.mark.parametrize("row", ["AT111,x,3,8", "AT111,41,4,11", "AT111,41,3,5", "AT111,41,3,8\nAT111,41,3,8"])
def test_row_that_does_not_hold_together(write: Write, row: str):
    said = refusal(lambda: ageing(write, f"NUTS,ratio,urt,class\n{row}\n"))
    assert said.startswith("Row AT111 of")


def test_table_that_is_not_known(write: Write):
    source = replace(AGEING, files=("eurostat/CH01_births.csv",))
    folder = write(source.files[0], "NUTS,perc,urt,class\n")
    assert "is no table that is known here" in refusal(lambda: urban_rural.published(source, folder))


# Hospitals of several countries.


def test_hospitals_of_the_member_states_say_their_country(write: Write):
    columns = "id,hospital_name,lat,lon,geo_qual,cc,cap_beds,emergency,facility_type\n"
    rows = (
        "EL_1,Agios,38,23,-1,EL,,,\nAT_1,Spital,48,16,1,AT,0,,\nNO_1,Sykehus,60,10,1,NO,9,,\n7,Spital,47,15,1,AT,5,,\n"
    )
    source = SOURCES["eu-hospitals"]
    found = healthcare.services(source, write(source.files[0], columns + rows))
    assert found["service_id"].tolist() == ["hospital-EL_1", "hospital-AT_1", "hospital-AT_7"]
    assert found["country"].tolist() == ["GR", "AT", "AT"]
    assert found["capacity"].fillna(-1).tolist() == [-1, -1, 5]


def test_figures_tell_missing_and_flagged_apart():
    values = pd.Series({"a": 1.0, "b": float("nan"), "c": 2.0})
    found = figures(values, indicator="x", year=2021, reasons=pd.Series({"a": "estimated", "b": "secret", "d": "-"}))
    assert found["kind"].fillna("-").tolist() == ["flagged", "missing", "-"]
    assert found["area_id"].tolist() == ["a", "b", "c"]
