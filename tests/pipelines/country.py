"""A small invented country in the publishers' formats, under the code of Portugal.

Twelve municipalities of 0.1 x 0.1 degrees in three rows of four, numbered from the south-west; the two western columns
are region PT111, the third PT112 and the fourth PT200, which is another NUTS 1 region. Spain begins where the country
ends in the east.

      -8.0    -7.9    -7.8    -7.7    -7.6
    40.3 +-------+-------+-------+-------+
         | 0109  | 0110  | 0111  | 0112  |
         +-------+-------+-------+-------+
         | 0105  | 0106  | 0107  | 0108  |  Spain
         +-------+-------+-------+-------+
         | 0101  | 0102  | 0103  | 0104  |
    40.0 +-------+-------+-------+-------+

A town of 49 cells with 2,000 people each lies in 0101, a fifth of them 65 or over; in each other municipality there is
one cell with 100 people, of whom 40 are 65 or over.
"""

import io
import json
import zipfile
from typing import Any

import openpyxl
import pandas as pd
import shapely
from pyproj import Transformer

CODES = [f"01{number:02d}" for number in range(1, 13)]
TOWN = 7
TO_GRID = Transformer.from_crs(4326, 3035, always_xy=True)


def corner(number: int) -> tuple[float, float]:
    """South-west corner of the municipality with a number from 0, degrees."""
    return -8.0 + 0.1 * (number % 4), 40.0 + 0.1 * (number // 4)


def region(number: int) -> str:
    return {0: "PT111", 1: "PT111", 2: "PT112", 3: "PT200"}[number % 4]


def feature(properties: dict[str, Any], shape: Any) -> dict[str, Any]:
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(features: list[dict[str, Any]]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def outlines() -> bytes:
    rows = []
    for number, code in enumerate(CODES):
        west, south = corner(number)
        facts = {"GISCO_ID": f"PT_{code}", "CNTR_CODE": "PT", "LAU_ID": code, "LAU_NAME": f"Vila {code}"}
        rows.append(
            feature(facts | {"POP_2021": 100, "AREA_KM2": 95.0}, shapely.box(west, south, west + 0.1, south + 0.1))
        )
    abroad = {"GISCO_ID": "ES_0101", "CNTR_CODE": "ES", "LAU_ID": "0101", "LAU_NAME": "Pueblo"}
    rows.append(feature(abroad | {"POP_2021": 100, "AREA_KM2": 900.0}, shapely.box(-7.6, 40, -7.2, 40.3)))
    return collection(rows)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    header = ["NUTS 3\nCODE", "LAU CODE", "LAU NAME NATIONAL", "LAU NAME LATIN", "POPULATION", "TOTAL AREA (m2)"]
    for sheet, rows in (
        ("ES", [("ES111", "0101", "Pueblo", "Pueblo", 100, 9e8)]),
        ("PT", [(region(n), code, f"Vila {code}", f"Vila {code}", 100, 9.5e7) for n, code in enumerate(CODES)]),
    ):
        page = book.create_sheet(sheet)
        page.append(header)
        for row in rows:
            page.append(row)
        page.append([None] * len(header))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def nuts() -> bytes:
    codes = ["PT1", "PT11", "PT111", "PT112", "PT2", "PT20", "PT200", "ES111"]
    return collection(
        [feature({"NUTS_ID": code, "LEVL_CODE": len(code) - 2, "NAME_LATN": f"Região {code}"}, None) for code in codes]
    )


def cell(lon: float, lat: float, east: int = 0, north: int = 0) -> str:
    x, y = TO_GRID.transform(lon, lat)
    return f"CRS3035RES1000mN{int(y // 1000) + north}000E{int(x // 1000) + east}000"


def grid() -> pd.DataFrame:
    rows = []
    for number in range(len(CODES)):
        west, south = corner(number)
        size = TOWN if number == 0 else 1
        people = (2000, 400) if number == 0 else (100, 40)
        for east in range(size):
            for north in range(size):
                place = cell(west + 0.05, south + 0.05, east - size // 2, north - size // 2)
                rows.append((place, people[0], 0.1 * people[0], people[1]))
    # Abroad, just across the border; one with a number that is not published; and one far away.
    rows.append((cell(-7.59, 40.05), 700, 70, 70))
    rows.append((cell(-7.5, 40.15), -9999, -9999, -9999))
    rows.append((cell(10.0, 50.0), 5000, 500, 500))
    return pd.DataFrame(rows, columns=["GRD_ID", "T", "Y_LT15", "Y_GE65"])


def as_parquet(table: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    table.to_parquet(content)
    return content.getvalue()


def settlements() -> bytes:
    rows = []
    for number, code in enumerate(CODES):
        west, south = corner(number)
        cells = [str(1000 + number), f"Aldeia {code}", "", "", f"{south + 0.05}", f"{west + 0.05}", "P", "PPL", "PT"]
        rows.append("\t".join([*cells, "", "", "", "", "", "100", "", "250", "Europe/Lisbon", "2024-01-01"]))
    return "\n".join(rows).encode()


def hospitals() -> bytes:
    header = "id,hospital_name,site_name,lat,lon,cc,geo_qual,cap_beds,emergency,facility_type"
    return f"{header}\nPT_1,Hospital da Vila,,40.05,-7.95,PT,1,200,,General\n".encode()


def schools() -> bytes:
    rows = ["id,name,lat,lon,cc,geo_qual,levels,max_students"]
    for number, code in enumerate(CODES[:6]):
        west, south = corner(number)
        rows.append(f"PT_{number},Escola {code},{south + 0.05},{west + 0.05},PT,1,1-3,")
    rows += [
        "PT_50,Jardim,40.05,-7.95,PT,2,0,40",
        "PT_51,Escola sem nível,40.15,-7.95,PT,-1,,0",
        "PT_52,Universidade,40.05,-7.95,PT,1,6-8,",
        "PT_53,Escola sem lugar,,,PT,-1,1,",
    ]
    # With a byte order mark, as spreadsheets write it.
    return "\ufeff".encode() + "\n".join(rows).encode()


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def published() -> dict[str, bytes]:
    """What the publishers have, by the last part of the address."""
    return {
        "LAU_RG_01M_2021_4326.geojson": outlines(),
        "EU-27-LAU-2021-NUTS-2021.xlsx": workbook(),
        "NUTS_RG_20M_2021_4326.geojson": nuts(),
        "Eurostat_Census-GRID_2021_V2.2.zip": zipped("ESTAT_Census_2021_V2.parquet", as_parquet(grid())),
        "export/dump/PT.zip": zipped("PT.txt", settlements()),
        "healthcare/2023/csv/PT.csv": hospitals(),
        "education/2023/csv/PT.csv": schools(),
    }


def files() -> dict[str, bytes]:
    """What `fetch` lays out, by the names of the catalogue."""
    return {
        "gisco/lau_2021.geojson": outlines(),
        "gisco/lau_nuts_2021.xlsx": workbook(),
        "gisco/nuts_2021.geojson": nuts(),
        "census/grid_2021.parquet": as_parquet(grid()),
        "geonames/PT.txt": settlements(),
        "gisco/healthcare_PT.csv": hospitals(),
        "gisco/education_PT.csv": schools(),
    }
