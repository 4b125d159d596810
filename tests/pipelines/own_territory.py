"""A made-up territory of four municipalities in a row, for the tests of own tables.

    lon    9.0      9.2      9.4      9.6      9.8
    lat 45.4 +--------+--------+--------+--------+
             | Alba   | Bolzano| Castro | Castro |
             | 001001 | /Bozen | 001003 | 001004 |
             |        | 001002 | Livo   | Dossena|
    lat 45.2 +--------+--------+--------+--------+

Each has a place of its own name in its middle; Livo is a settlement of 001003 and Dossena one of 001004.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import box

from geodata import store
from geodata.store import Territory

NAMES = {"001001": "Alba", "001002": "Bolzano/Bozen", "001003": "Castro", "001004": "Castro"}
CRS = "EPSG:4326"


def middle(area_id: str) -> float:
    """Longitude of the middle of an area; the latitude is 45.3."""
    return round(9.1 + 0.2 * list(NAMES).index(area_id), 6)


def build(root: Path) -> Territory:
    """Write the territory `valley` and open it."""
    shapes = [box(middle(area) - 0.1, 45.2, middle(area) + 0.1, 45.4) for area in NAMES]
    areas = gpd.GeoDataFrame(
        {"area_id": list(NAMES), "name": list(NAMES.values()), "nuts1": "ITC", "nuts2": "ITC4", "nuts3": "ITC4D"}
        | {"degurba": "3", "area_km2": 350.0},
        geometry=shapes,
        crs=CRS,
    )
    spots = [(area, name, middle(area), 45.3, 900.0) for area, name in NAMES.items()]
    spots += [("001003", "Livo", 9.45, 45.25, 100.0), ("001004", "Dossena", 9.75, 45.25, 100.0)]
    rows = pd.DataFrame(spots, columns=["area_id", "name", "lon", "lat", "population"])
    places = gpd.GeoDataFrame(
        rows[["area_id", "name", "population"]].assign(
            place_id=[f"p{number}" for number in range(len(rows))],
            weight=0.5,
            own_population=rows["population"],
            settlement_population=rows["population"],
            people_under_15=float("nan"),
            people_65_plus=float("nan"),
            elevation=300.0,
            degurba=pd.array([13] * len(rows), dtype="Int64"),
        ),
        geometry=gpd.points_from_xy(rows["lon"], rows["lat"]),
        crs=CRS,
    )
    with store.new_version("valley", root=root) as (draft, facts):
        draft.write_layer("areas", areas)
        draft.write_layer("places", places)
        facts["country"] = "IT"
    return store.open_territory("valley", root=root)
