"""Boundaries of the Italian municipalities (openpolis), as Arrow feather files of well-known binary."""

import geopandas as gpd
import pandas as pd
import shapely

from geodata import catalogue
from geodata.characters import legible
from geodata.errors import InputError
from pipelines.sources.formats.tables import area_id, read_feather

# Merged on 1 January 2023: the 2023 boundaries lack the new municipality, the population tables the old ones.
MERGERS = {
    "005079": "005122",
    "005110": "005122",
    "012009": "012144",
    "012018": "012144",
    "012095": "012144",
}
MERGED_NAMES = {"005122": "Moransengo-Tonengo", "012144": "Bardello con Malgesso e Bregano"}


def read(
    shapes: bytes, names: bytes, *, former_shapes: bytes | None = None, former_names: bytes | None = None
) -> gpd.GeoDataFrame:
    """Read one year's municipalities.

    Parameters
    ----------
    shapes, names
        Feather files of the year: code and geometry, code and names.
    former_shapes, former_names
        The same of the year before: where the year lacks a municipality of `MERGERS`, it is the union of these.

    Returns
    -------
    GeoDataFrame
        area_id, name, province_code, province, province_short, geometry (valid, EPSG:4326), sorted by area_id.

    Raises
    ------
    InputError
        If a file is broken, lacks a column, or a municipality has no shape or no name.
    """
    areas = _read_year(shapes, names)
    if former_shapes is not None and former_names is not None:
        former = _read_year(former_shapes, former_names)
        former = former[former["area_id"].isin(list(MERGERS)) & ~former["area_id"].isin(areas["area_id"])]
        former = former.assign(area_id=former["area_id"].map(MERGERS))
        merged = former.dissolve("area_id", as_index=False)
        merged["name"] = merged["area_id"].map(MERGED_NAMES)
        areas = pd.concat([areas, merged[areas.columns]])
    return areas.sort_values("area_id", ignore_index=True)


def _read_year(shapes: bytes, names: bytes) -> gpd.GeoDataFrame:
    columns = catalogue.load()["italy-boundaries"].columns
    shape = read_feather(shapes, ["municipality_code", "geometry"], "The table of municipality shapes")
    name = read_feather(names, [c for c in columns if c != "geometry"], "The table of municipality names")
    both = name.merge(shape, on="municipality_code", how="outer", validate="1:1")
    lonely = both[both["geometry"].isna() | both["municipality"].isna()]
    if len(lonely):
        code = lonely["municipality_code"].iloc[0]
        raise InputError(f"Municipality {code} has no shape or no name; use names and shapes of the same year.")
    geometry = shapely.make_valid(shapely.from_wkb(both["geometry"]), method="structure", keep_collapsed=False)
    return gpd.GeoDataFrame(
        {
            "area_id": area_id(both["municipality_code"]),
            "name": legible(both["municipality"]),
            "province_code": both["province_code"].astype(int).map("{:03d}".format),
            "province": both["province"],
            "province_short": both["province_short"],
        },
        geometry=geometry,
        crs="EPSG:4326",
    )
