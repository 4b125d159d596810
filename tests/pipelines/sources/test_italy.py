"""Readers of the Italian tables, on inputs of a few rows in the publishers' own formats."""

import io

import pandas as pd
import pytest
import shapely
from pyarrow import feather

from geodata.errors import InputError
from pipelines.sources.bundled import facts
from pipelines.sources.national.italy import boundaries, nuts, population

AGES = range(101)


def as_feather(frame):
    buffer = io.BytesIO()
    feather.write_feather(frame, buffer)
    return buffer.getvalue()


def shapes(**boxes):
    codes = [int(code[1:]) for code in boxes]
    return as_feather(
        pd.DataFrame({"municipality_code": codes, "geometry": [shapely.to_wkb(s) for s in boxes.values()]})
    )


def names(*codes):
    return as_feather(
        pd.DataFrame(
            {
                "municipality": [f"Town {code}" for code in codes],
                "municipality_code": codes,
                "province_code": [code // 1000 for code in codes],
                "province": "Napoli",
                "province_short": "NA",
            }
        )
    )


def people(codes, ages=AGES, tot=2):
    rows = [(code, age, 1, 1, tot) for code in codes for age in ages]
    return as_feather(pd.DataFrame(rows, columns=["municipality_code", "age", "F", "M", "tot"]))


def square(x):
    return shapely.box(x, 0, x + 1, 1)


def test_boundaries_get_text_codes_and_valid_shapes():
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    areas = boundaries.read(shapes(c63049=bow_tie, c1001=square(3)), names(63049, 1001))
    assert list(areas["area_id"]) == ["001001", "063049"]
    assert list(areas["province_code"]) == ["001", "063"]
    assert list(areas["province_short"]) == ["NA", "NA"]
    assert areas.geometry.is_valid.all() and areas.crs == "EPSG:4326"


def test_names_that_were_read_in_the_wrong_alphabet_get_their_letters_back():
    """The publisher wrote Windows-1252 and read it as Latin-1, so that ž became the control character 0x9e."""
    table = feather.read_table(io.BytesIO(names(32001))).to_pandas()
    spelled = as_feather(table.assign(municipality="Duino Aurisina-Devin Nabre\x9eina"))
    assert boundaries.read(shapes(c32001=square(0)), spelled)["name"].tolist() == ["Duino Aurisina-Devin Nabrežina"]


def test_municipality_merged_in_the_year_is_the_union_of_its_predecessors():
    # 2022: 5079 and 5110 side by side, 1001 apart. 2023: 1001 only, although the two became 005122.
    areas = boundaries.read(
        shapes(c1001=square(5)),
        names(1001),
        former_shapes=shapes(c1001=square(9), c5079=square(0), c5110=square(1)),
        former_names=names(1001, 5079, 5110),
    )
    assert list(areas["area_id"]) == ["001001", "005122"]
    assert areas["name"].iloc[1] == "Moransengo-Tonengo"
    assert areas.geometry.iloc[0].equals(square(5))
    assert areas.geometry.iloc[1].equals(shapely.box(0, 0, 2, 1))


def test_shape_without_name_is_refused():
    with pytest.raises(InputError, match="Municipality 1002 has no shape or no name"):
        boundaries.read(shapes(c1001=square(0), c1002=square(1)), names(1001))


def test_missing_column_and_broken_feather_are_named():
    nameless = as_feather(pd.DataFrame({"municipality_code": [1001]}))
    with pytest.raises(InputError, match="'geometry'"):
        boundaries.read(nameless, names(1001))
    with pytest.raises(InputError, match="'municipality'"):
        boundaries.read(shapes(c1001=square(0)), nameless)
    with pytest.raises(InputError, match="not a readable feather file"):
        boundaries.read(names(1001)[:100], names(1001))


def test_population_has_a_column_for_each_age():
    table = population.read(people([63049, 1001]), year=2023)
    assert list(table["area_id"]) == ["001001", "063049"]
    assert list(table.columns) == ["area_id", "year", *(f"a{age}" for age in AGES)]
    assert table.loc[0, ["year", "a0", "a100"]].to_list() == [2023, 2, 2]
    assert str(table["a100"].dtype) == "int32"


def test_population_of_merged_municipalities_is_added_up():
    table = population.read(people([12009, 12018, 12095, 1001]), year=2022).set_index("area_id")
    assert table["a40"].to_dict() == {"001001": 2, "012144": 6}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (people([1001], ages=range(100)), "every age from 0 to 100 once"),
        (people([1001, 1001]), "every age from 0 to 100 once"),
        (people([1001], tot=-1), "negative"),
        (names(1001), "no column 'age'"),
    ],
)
def test_unusable_population_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        population.read(content, year=2023)


HEADER = (
    "Codice Provincia (Storico)(1);Codice Comune formato alfanumerico;Ripartizione geografica;Denominazione Regione;"
    '"Denominazione dell\'Unità territoriale sovracomunale \n(valida a fini statistici)";'
    "Codice NUTS3 2021;Codice NUTS3 2024\n"
)
ROWS = (
    "007;007003;Nord-ovest;Valle d'Aosta/Vallée d'Aoste;Valle d'Aosta/Vallée d'Aoste;ITC20;ITC20\n"
    "021;021008;Nord-est;Trentino-Alto Adige/Südtirol;Bolzano/Bozen;ITH10;ITH10\n"
    "022;022205;Nord-est;Trentino-Alto Adige/Südtirol;Trento;ITH20;ITH20\n"
    "099;099014;Nord-est;Emilia-Romagna;Rimini;ITH59;ITH59\n"
    "099;099018;Nord-est;Emilia-Romagna;Rimini;ITH59;ITH59\n"
    "099;099030;Nord-est;Emilia-Romagna;Rimini;ITI31;ITH59\n"
)


@pytest.fixture
def municipalities():
    return nuts.read((HEADER + ROWS).encode("latin-1"))


def test_nuts_reads_latin_1_and_headers_with_line_breaks(municipalities):
    first = municipalities.iloc[0]
    assert (first["area_id"], first["nuts2_name"]) == ("007003", "Valle d'Aosta/Vallée d'Aoste")
    moved = municipalities.set_index("area_id").loc["099030"]
    assert moved[[*nuts.LEVELS]].to_list() == ["ITH", "ITH5", "ITH59", "ITI", "ITI3", "ITI31"]


def test_autonomous_provinces_are_regions_of_their_own(municipalities):
    regions = nuts.regions(municipalities).set_index("region_id")
    assert regions.loc["ITH1", "name"] == "Provincia Autonoma di Bolzano/Bozen"
    assert regions.loc["ITH2", "name"] == "Provincia Autonoma di Trento"
    assert regions.loc["ITH5", ["level", "name", "parent_id"]].to_list() == ["nuts2", "Emilia-Romagna", "ITH"]
    assert regions.loc["ITH59", "parent_id"] == "ITH5"
    assert pd.isna(regions.loc["ITH", "parent_id"])


def test_area_unknown_to_the_list_takes_the_usual_regions_of_its_province(municipalities):
    areas = pd.DataFrame({"area_id": ["099999", "099030"], "province_code": ["099", "099"]})
    codes = nuts.of_areas(areas, municipalities)
    assert codes["nuts3_2021"].to_list() == ["ITH59", "ITI31"]


def test_area_of_an_unknown_province_is_refused(municipalities):
    areas = pd.DataFrame({"area_id": ["200001"], "province_code": ["200"]})
    with pytest.raises(InputError, match="Area 200001 and its province"):
        nuts.of_areas(areas, municipalities)


def test_list_without_nuts_is_refused():
    text = HEADER.replace(";Codice NUTS3 2024", "").encode("latin-1")
    with pytest.raises(InputError, match="no column 'Codice NUTS3 2024'"):
        nuts.read(text)


COMPLETENESS = "category,nuts2,completeness,note\nhospital,ITF1,register,a\nhospital,ITF2,partial,b\n"


def completeness(text):
    return facts.read_completeness(text.encode(), categories={"hospital"}, regions={"ITF1", "ITF2"})


def test_completeness_is_read_for_every_region():
    assert completeness(COMPLETENESS)["completeness"].to_list() == ["register", "partial"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (COMPLETENESS.replace("ITF2", "ITF9"), "hospital in ITF2"),
        (COMPLETENESS + "hospital,ITF2,partial,b\n", "hospital in ITF2"),
        (COMPLETENESS.replace("partial", "full"), "'full'; use one of"),
        (COMPLETENESS.replace("nuts2", "region"), "no column 'nuts2'"),
        ("", "not a readable table"),
    ],
)
def test_wrong_completeness_is_explained(text, message):
    with pytest.raises(InputError, match=message):
        completeness(text)


def test_own_table_with_a_doubled_id_is_refused():
    header = "id,name,category,level,comune,istat_code,lat,lon,precision,source_title,source_url,confidence\n"
    row = "a,Ospedale,hospital,PS,Potenza,076063,40.6,15.8,comune seat,,,high\n"
    assert facts.read((header + row).encode(), source_id="italy-services")["istat_code"].to_list() == ["076063"]
    with pytest.raises(InputError, match="id 'a' twice"):
        facts.read((header + row + row).encode(), source_id="italy-services")
