"""Municipalities of Europe as points: Eurostat's table of local administrative units (LAU), and where their people are.

The table is a list, Eurostat's workbook or one CSV of all countries. The centres, means of the 1 km cells of a
municipality weighted by their people, come in a file for each country, a year younger. Rows and centres are joined by
country and code without leading zeros, which some countries lost in the table. A row without a centre stays, without a
position. What the table gives wrongly or not:

- some countries state square kilometres in the column of square metres (their middle value is under 20,000);
- degree of urbanisation 9 or blank, and a coast that is blank, are not known;
- people and size that are blank are those of the centre, where it has them;
- regions are of NUTS 2016; those of the centres, of 2021, are taken instead where there is a centre.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geodata.catalogue import Source
from geodata.countries import LEVELS, MEMBERS, countries, iso
from geodata.errors import InputError
from geodata.i18n import mark
from geodata.i18n.message import Message
from geodata.schema import CRS
from pipelines.sources.eurostat import lau_nuts, lau_table
from pipelines.sources.eurostat.gisco_nuts import MOVED
from pipelines.sources.formats.coverage import mend
from pipelines.sources.formats.figures import figures
from pipelines.sources.formats.parsing import once
from pipelines.sources.formats.tables import outlines, read_csv, read_features, require

YEAR, CENTRE_YEAR = 2019, 2020
CENTRE_COLUMNS = ("gisco_id", "longitude", "latitude", "country", "nuts_3", "lau_id", "population", "area_km2")
# No country has a middle municipality of less than 0.02 km², so such numbers are km².
SMALLEST_MIDDLE_M2 = 20_000
COAST = {"no": 1.0, "yes": 2.0}
# Degrees around the centres of a region that is drawn elsewhere on the map.
AROUND = 0.05
NO_FILE = mark("No position: the source has no centres of the country")
NO_CENTRE = mark(
    "No position: the source has no centre of this code, since it was merged, divided or renamed in the year after"
)
BLANK = mark("The table of municipalities leaves it blank")


def areas(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """All rows: `area_id` (country and code), `name`, `country` (ISO 3166-1), `area_km2`; a point in EPSG:4326 or none.

    Parameters
    ----------
    source
        Its files are the table, outlines of NUTS 3 and NUTS 2 as GeoJSON, and the centres of each country; its
        country, if any, that to which all is cut.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read or lacks a column, the country is not in it, or a code occurs twice.
    """
    rows = _rows(source, folder)
    points = gpd.points_from_xy(rows["lon"], rows["lat"])
    return gpd.GeoDataFrame(
        rows[["area_id", "name", "area_km2"]].assign(country=rows["country"].map(iso)),
        geometry=[None if missing else point for missing, point in zip(rows["lon"].isna(), points, strict=True)],
        crs=CRS,
    )


def membership(source: Source, folder: Path) -> pd.DataFrame:
    """`area_id` with `nuts1`, `nuts2`, `nuts3`; a level is missing where the region has no outline, NUTS 1 never."""
    rows = _rows(source, folder)
    drawn = {level: set(table["NUTS_ID"]) for level, table in _drawn(source, folder).items()}
    codes = {level: rows["nuts"].str[:end] for level, end in LEVELS.items()}
    return pd.DataFrame(
        {"area_id": rows["area_id"], "nuts1": codes["nuts1"]}
        | {level: codes[level].where(codes[level].isin(known)) for level, known in drawn.items()}
    )


def regions(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """`region_id`, `level`, `name`, `parent_id` and outlines of the NUTS 1, 2 and 3 regions.

    NUTS 1 has neither names nor outlines in the files: it is made of its NUTS 2 regions and called by code and country.
    A region that the file draws in a box beside the map is the surroundings of its centres instead, and left out where
    it has none.
    """
    found = [_outlines(source, folder, level).assign(level=level) for level in ("nuts3", "nuts2")]
    narrow = pd.concat(found, ignore_index=True)
    rows = _rows(source, folder)
    rows = rows[rows["lon"].notna()]
    for position in narrow.index[narrow["region_id"].str.startswith(MOVED)]:
        inside = rows.loc[rows["nuts"].str.startswith(narrow.at[position, "region_id"]), ["lon", "lat"]].to_numpy()
        around = shapely.MultiPoint(inside).convex_hull.buffer(AROUND) if len(inside) else None
        narrow.loc[[position], "geometry"] = gpd.GeoSeries([around], index=[position], crs=CRS)
    narrow = narrow[narrow.geometry.notna()].assign(parent_id=lambda drawn: drawn["region_id"].str[:-1])
    wide = narrow[narrow["level"] == "nuts2"].dissolve("parent_id").reset_index()[["parent_id", "geometry"]]
    wide = wide.rename(columns={"parent_id": "region_id"}).assign(level="nuts1", parent_id=None)
    wide["name"] = [_called(code) for code in wide["region_id"]]
    every = pd.concat([wide, narrow], ignore_index=True).sort_values("region_id", ignore_index=True)
    return gpd.GeoDataFrame(
        every[["region_id", "level", "name", "parent_id"]].astype("str"), geometry=every["geometry"], crs=CRS
    )


def places(source: Source, folder: Path) -> pd.DataFrame:
    """Centres as places: `place_id`, `name`, `area_id`, `lat`, `lon`, `population`, `elevation` (not known)."""
    rows = _rows(source, folder)
    rows = rows[rows["lon"].notna()]
    return pd.DataFrame(
        {
            "place_id": "centre-" + rows["area_id"],
            "name": rows["name"],
            "area_id": rows["area_id"],
            "lat": rows["lat"],
            "lon": rows["lon"],
            "population": rows["population"],
            "elevation": float("nan"),
        }
    ).reset_index(drop=True)


def published(source: Source, folder: Path) -> pd.DataFrame:
    """People, people per km², degree of urbanisation and coast of each row, as `figures.figures`."""
    rows = _rows(source, folder).set_index("area_id")
    reasons = pd.Series(BLANK, index=rows.index)
    known = {
        "population": rows["population"],
        "population_density": rows["population"] / rows["area_km2"].where(rows["area_km2"] > 0),
        "degurba_class": rows["degurba"],
        "coastal_area": rows["coastal"],
    }
    tables = [
        figures(values, indicator=name, year=YEAR, reasons=reasons.where(values.isna()))
        for name, values in known.items()
    ]
    return pd.concat(tables, ignore_index=True)


def notes(source: Source, folder: Path) -> list[Message]:
    """How many rows have no position and why, whose centres have no row, and what was put right."""
    rows = _rows(source, folder)
    found = [
        Message(
            "{rows} municipalities are listed, {placed} of them with the centre of their people; the others are in the "
            "tables and not on the map, and nothing is measured from them.",
            rows=len(rows),
            placed=rows["lon"].notna().sum(),
        )
    ]
    for reason, message in (
        (NO_FILE, mark("No position: the source has no centres of the country: {countries}.")),
        (
            NO_CENTRE,
            mark(
                "No position: the source has no centre of this code, since it was merged, divided or renamed in the "
                "year after: {countries}."
            ),
        ),
    ):
        counts = rows.loc[rows["unplaced"] == reason, "country"].value_counts().sort_index()
        if len(counts):
            found.append(Message(message, countries=_listed(counts)))
    centres = _centres(source, folder)
    left = centres.loc[~centres["key"].isin(rows["key"]), "country"].value_counts().sort_index()
    if len(left):
        found.append(
            Message(
                "Centres that no municipality of the table has, and that are left out: {countries}.",
                countries=_listed(left),
            )
        )
    lost = rows.loc[rows["area_km2"].isna(), "country"].value_counts().sort_index()
    if len(lost):
        found.append(Message("Municipalities of unknown size: {countries}.", countries=_listed(lost)))
    drawn = set(_drawn(source, folder)["nuts3"]["NUTS_ID"])
    former = rows.loc[~rows["nuts"].isin(drawn), "country"].value_counts().sort_index()
    if len(former):
        found.append(
            Message(
                "Municipalities whose NUTS 3 region of 2016 is no more, so that no filter of it finds them: "
                "{countries}.",
                countries=_listed(former),
            )
        )
    if _in_km2(rows):
        found.append(
            Message(
                "Sizes stated in km² in the column of square metres: {countries}.",
                countries=sorted(_in_km2(rows)),
            )
        )
    return found


def _listed(counts: "pd.Series[int]") -> list[Message]:
    return [Message("{country} {number}", country=country, number=count) for country, count in counts.items()]


@once
def _rows(source: Source, folder: Path) -> pd.DataFrame:
    """The table with its centres: codes, numbers and `unplaced`, why a row has no position."""
    path = folder / source.files[0]
    if path.suffix == lau_table.SUFFIX:
        table = lau_table.every(path)
    else:
        table = read_csv(lau_nuts.unpacked(path), source.columns, str(path), encoding="utf-8")
    table = _cut(table, source, path)
    table = table.assign(key=_key(table["country"], table["lau_code"]))
    centres = _centres(source, folder)
    for name, keys in ((path, table["key"]), ("The files of centres", centres["key"])):
        if keys.duplicated().any():
            raise InputError(f"{name}: municipality {keys[keys.duplicated()].iloc[0]} occurs twice; keep one of them.")
    joined = table.merge(
        centres[["key", "gisco_id", "lon", "lat", "nuts_3", "people", "km2"]], on="key", how="left", suffixes=("", "_c")
    )
    placed = joined["lon"].notna()
    km2 = _number(joined["total_area_m2"]) / joined["country"].isin(_in_km2(joined)).map({True: 1.0, False: 1e6})
    degurba, coast = _number(joined["degurba"]), joined["coastal_area"].str.lower().map(COAST)
    listed = joined["country"].isin(set(centres["country"]))
    return pd.DataFrame(
        {
            "key": joined["key"],
            # Centres have their zeros.
            "area_id": joined["gisco_id_c"].fillna(joined["gisco_id"]),
            "name": joined["lau_name_latin"].where(joined["lau_name_latin"] != "", joined["lau_name_national"]),
            "country": joined["country"],
            "nuts": joined["nuts_3"].where(placed & (joined["nuts_3"].str[-3:] != "ZZZ"), joined["code_2016"]),
            "lon": joined["lon"],
            "lat": joined["lat"],
            "population": _number(joined["population"]).fillna(joined["people"]),
            "area_km2": km2.fillna(joined["km2"]),
            "total_area_m2": joined["total_area_m2"],
            "degurba": degurba.where(degurba.isin([1, 2, 3])),
            "coastal": coast,
            "unplaced": listed.map({True: NO_CENTRE, False: NO_FILE}).mask(placed, ""),
        }
    ).sort_values("area_id", ignore_index=True)


@once
def _centres(source: Source, folder: Path) -> pd.DataFrame:
    wanted = countries(source.country) if source.country else ()
    tables = []
    for name in source.files[3:]:
        if not wanted or Path(name).stem in wanted:
            tables.append(read_csv((folder / name).read_bytes(), CENTRE_COLUMNS, str(folder / name), encoding="utf-8"))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(CENTRE_COLUMNS), dtype=str)
    return table[["gisco_id", "country", "nuts_3"]].assign(
        key=_key(table["country"], table["lau_id"]),
        lon=_number(table["longitude"]),
        lat=_number(table["latitude"]),
        people=_number(table["population"]),
        km2=_number(table["area_km2"]),
    )


def _outlines(source: Source, folder: Path, level: str) -> gpd.GeoDataFrame:
    """`region_id`, `name`, outline of the regions of a level, those drawn in several pieces put together."""
    table = _drawn(source, folder)[level]
    shapes = outlines(table, "NUTS_ID", f"The file of regions of level {level}").make_valid()
    whole = shapes.groupby(table["NUTS_ID"].to_numpy()).agg(lambda parts: parts.union_all())
    names = table.drop_duplicates("NUTS_ID").set_index("NUTS_ID")["NAME_LATN"].reindex(whole.index)
    return gpd.GeoDataFrame(
        {"region_id": whole.index.astype("str"), "name": names.to_numpy()}, geometry=mend(whole.to_numpy()), crs=CRS
    )


@once
def _drawn(source: Source, folder: Path) -> dict[str, pd.DataFrame]:
    """Features of the regions by level: `NUTS_ID`, `NAME_LATN` and `geometry` as GeoJSON has it."""
    tables = {}
    for level, name in (("nuts3", source.files[1]), ("nuts2", source.files[2])):
        table = read_features((folder / name).read_bytes(), str(folder / name), of="regions")
        require(table.columns, ("NUTS_ID", "NAME_LATN"), str(folder / name))
        if source.country:
            table = table[table["NUTS_ID"].str[:2].isin(countries(source.country))]
        tables[level] = table
    return tables


def _cut(table: pd.DataFrame, source: Source, path: Path) -> pd.DataFrame:
    if not source.country:
        return table
    rows = table[table["country"].isin(countries(source.country))]
    if rows.empty:
        raise InputError(f"{path} has no municipality of {source.country}; use a table that holds the country.")
    return rows.reset_index(drop=True)


def _in_km2(rows: pd.DataFrame) -> set[str]:
    """Countries whose sizes are stated in km²."""
    middle = _number(rows["total_area_m2"]).groupby(rows["country"]).median()
    return {str(code) for code in middle.index[middle < SMALLEST_MIDDLE_M2]}


def _called(code: str) -> str:
    country = MEMBERS.get(code[:2], code[:2])
    return f"{code} ({country})"


def _key(country: pd.Series, code: pd.Series) -> pd.Series:
    return country + "_" + code.str.strip().str.lstrip("0")


def _number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text, errors="coerce").astype(float)
