"""Degree of urbanisation and urban-rural types from the population grid of 2011, against what Eurostat published."""

import geopandas as gpd
import pandas as pd
import pytest

from geodata import grid
from pipelines.access.remoteness import degurba_grid, neighbours, typology
from tests.opendata import OPENDATA

pytestmark = pytest.mark.opendata

PUBLISHED_TYPES = {
    "urb": typology.PREDOMINANTLY_URBAN,
    "int": typology.INTERMEDIATE,
    "rur": typology.PREDOMINANTLY_RURAL,
}


def read_cells(name: str) -> pd.DataFrame:
    cells = grid.cells(pd.read_csv(OPENDATA / name))
    return cells.join(degurba_grid.classify(cells))


def types_of(cells: pd.DataFrame, outlines: gpd.GeoSeries) -> pd.DataFrame:
    return typology.region_types(
        cells,
        grid.area_of(cells, outlines),
        area_km2=outlines.to_crs("EPSG:3035").area / 1e6,
        neighbours=neighbours.contiguous(outlines),
    )


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """The 212 municipalities in Eurostat's table of 2019. Its codes and those of the map are the same numbers.

    The list of municipalities with their regions that lies beside the map spells ten names in another way and has
    SI031 under SI032, so regions come from this table as well.
    """
    table = pd.read_csv(OPENDATA / "europe" / "nuts_lau_2019.csv.gz", dtype=str)
    return table[table["country"] == "SI"].set_index("lau_code")


@pytest.fixture(scope="module")
def municipalities() -> gpd.GeoDataFrame:
    # One polygon crosses itself.
    table = gpd.read_file(OPENDATA / "slovenia" / "municipalities.geojson")
    return table.assign(area_id=table["OB_ID"].astype(str), geometry=table.make_valid()).set_index("area_id")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return read_cells("slovenia/SI_GEOSTAT_grid_POP_1K_2011.csv")


@pytest.fixture(scope="module")
def published_types() -> pd.Series:
    """Types of the NUTS of 2013, which Eurostat made from the grid of 2011."""
    table = pd.read_csv(OPENDATA / "eurostat" / "urb_rur_typo.csv", index_col="NUTS_ID_2013")
    return table["urban_rural"].map(PUBLISHED_TYPES)


@pytest.fixture(scope="module")
def nuts3() -> gpd.GeoDataFrame:
    """Regions of 2021. Two of Portugal occur twice, drawn in other places."""
    return gpd.read_file(OPENDATA / "europe" / "nuts3.geojson").drop_duplicates("NUTS_ID").set_index("NUTS_ID")


def test_every_cell_has_a_municipality(cells: pd.DataFrame, municipalities: gpd.GeoDataFrame) -> None:
    assert len(cells) == 13_390
    assert cells["population"].sum() == 2_048_647
    assert grid.area_of(cells, municipalities.geometry).notna().all()


def test_municipalities_equal_the_published_degree_of_urbanisation(
    cells: pd.DataFrame, municipalities: gpd.GeoDataFrame, published: pd.DataFrame
) -> None:
    found = typology.lau_class(typology.shares(cells, grid.area_of(cells, municipalities.geometry)))
    expected = published["degurba"].str[0].reindex(found.index)
    assert len(found) == 212
    assert expected.notna().all()
    # Gorje: 84 % of its people live in cells of the cluster of Bled, and it is published as rural all the same.
    assert published.loc[found.index[found != expected], "lau_name_national"].tolist() == ["Gorje"]


def test_slovenia_has_two_urban_centres_with_filled_gaps(cells: pd.DataFrame) -> None:
    # Ljubljana and Maribor; the majority rule adds 14 cells to 62.
    centre = cells[cells["centre"] > 0]
    assert len(centre) == 76
    assert (centre["population"] < degurba_grid.CENTRE_DENSITY).sum() == 14
    assert sorted(centre.groupby("centre")["population"].sum()) == [82_561, 211_853]


def test_regions_equal_the_published_types(
    cells: pd.DataFrame,
    municipalities: gpd.GeoDataFrame,
    published: pd.DataFrame,
    published_types: pd.Series,
    nuts3: gpd.GeoDataFrame,
) -> None:
    regions = municipalities.assign(region=published["code_2016"]).dissolve("region").geometry
    found = types_of(cells, regions)
    assert len(found) == 12
    assert found["type"].tolist() == published_types.reindex(found.index).tolist()
    # Zasavska, 485 km2 and 43 % rural, is rural as published only with its smallest neighbour, Posavska.
    assert found.groupby("group").groups["SI035"].tolist() == ["SI035", "SI036"]
    newer = nuts3.loc[found.index, "URBN_TYPE"].astype(int)
    assert found["type"].tolist() == [typology.TYPES[kind - 1] for kind in newer]


@pytest.mark.parametrize(("country", "regions"), [("LV", 6), ("MT", 2), ("LI", 1)])
def test_other_countries_equal_the_published_types(
    country: str, regions: int, published_types: pd.Series, nuts3: gpd.GeoDataFrame
) -> None:
    # Riga, 304 km2, makes its ring Pieriga urban with it. Malta's two islands are small and touch nobody.
    outlines = nuts3.geometry[nuts3.index.str.startswith(country)]
    found = types_of(read_cells(f"grids/{country}_GEOSTAT_grid_POP_1K_2011.csv"), outlines)
    assert len(found) == regions
    assert found["type"].tolist() == published_types.reindex(found.index).tolist()
