"""The areas of a territory: assembled for the store, with what their numbers lack."""

import geopandas as gpd
import pandas as pd

from geodata.i18n import mark
from geodata.i18n.message import Message, pack
from geodata.indicators import Indicator, minutes_to

EQUAL_AREA = "EPSG:3035"
KEY = ["area_id", "indicator"]
NO_RESOURCES = mark("The index of this territory has no resources.")


def assemble(polygons: gpd.GeoDataFrame, nuts: pd.DataFrame, degurba: pd.Series) -> gpd.GeoDataFrame:
    """Areas with their regions, degree of urbanisation and size.

    Parameters
    ----------
    polygons
        EPSG:4326, with `area_id`, `name`, and `area_km2` where the publisher of coarse outlines says it.
    nuts
        Columns `area_id`, `nuts1`, `nuts2`, `nuts3`.
    degurba
        Class by `area_id`.

    Returns
    -------
    GeoDataFrame
        The layer `areas`; `area_km2`, unless given, is measured in EPSG:3035, which keeps areas.
    """
    areas = polygons[["area_id", "name", "geometry"]].merge(
        nuts[["area_id", "nuts1", "nuts2", "nuts3"]], on="area_id", how="left"
    )
    if "area_km2" in polygons:
        size = areas["area_id"].map(polygons.set_index("area_id")["area_km2"])
    else:
        size = areas.to_crs(EQUAL_AREA).area / 1e6
    return areas.assign(degurba=areas["area_id"].map(degurba).astype("str"), area_km2=size)


def countries(polygons: gpd.GeoDataFrame, country: str) -> pd.Series:
    """Country of each area (ISO 3166-1 alpha-2) by area_id: its own, or that of a territory that lies in one."""
    sentences: pd.Series = polygons.assign(country=polygons.get("country", country)).set_index("area_id")["country"]
    return sentences


def quality(
    values: pd.DataFrame,
    entries: dict[str, Indicator],
    areas: pd.DataFrame,
    completeness: pd.DataFrame,
    not_scorable: pd.Series,
    remarks: pd.DataFrame,
) -> pd.DataFrame:
    """What an area's numbers lack, one row an area, indicator and kind: the layer `quality`.

    Parameters
    ----------
    values
        Indicators, index `area_id`.
    entries
        The dictionary, which says why a value is missing.
    areas
        With `area_id`, `nuts2`.
    completeness
        Columns `category`, `nuts2`, `completeness`, `note`: how complete each service list is by region.
    not_scorable
        Reason by `area_id` why an index could not be computed.
    remarks
        Rows that sources or steps have to say themselves; where they tell why a value is missing, the dictionary does
        not.
    """
    row, column = values.isna().to_numpy().nonzero()
    missing = pd.DataFrame({"area_id": values.index[row], "indicator": values.columns[column]})
    scores = missing["indicator"].isin(["need", "resources", "gap"])
    missing["kind"] = scores.map({True: "not scorable", False: "missing"}).astype(str)
    missing["reason"] = (
        missing["indicator"].map({key: pack(entry.missing) for key, entry in entries.items()}).astype(str)
    )
    # An area that is scored still has no resources where the index has none.
    missing.loc[scores, "reason"] = [
        pack(not_scorable.get(area, NO_RESOURCES)) for area in missing.loc[scores, "area_id"]
    ]
    short = completeness[completeness["completeness"] == "partial"]
    partial = areas[["area_id", "nuts2"]].merge(short, on="nuts2")
    partial = pd.DataFrame(
        {
            "area_id": partial["area_id"],
            "indicator": partial["category"].map(minutes_to),
            "kind": "partial",
            "reason": partial["note"],
        }
    )
    explained = pd.MultiIndex.from_frame(missing[KEY]).isin(pd.MultiIndex.from_frame(remarks[KEY]))
    remarks = remarks[remarks["indicator"].isin(values.columns)]
    return pd.concat([missing[~explained], partial, remarks], ignore_index=True).astype("str")


def notes(areas: pd.DataFrame, membership: pd.DataFrame, population: pd.DataFrame | None) -> list[Message]:
    """What does not fit together between the sources, one sentence each, for the manifest and the screen."""
    drawn, coded = set(areas["area_id"]), set(membership["area_id"])
    counted = drawn if population is None else set(population["area_id"])
    sentences = []
    for message, ids in (
        (
            mark("{number} areas have a boundary but no population, so they are not scored: {areas}."),
            drawn - counted,
        ),
        (
            mark("{number} areas have a population but no boundary, so they are not on the map: {areas}."),
            counted - drawn,
        ),
        (mark("{number} areas have no NUTS code, so no region filter finds them: {areas}."), drawn - coded),
    ):
        if ids:
            sentences.append(Message(message, number=len(ids), areas=sorted(ids)))
    return sentences
