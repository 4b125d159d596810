"""The areas of a territory: assembled for the store, read back as one table for lists and screens."""

import geopandas as gpd
import pandas as pd

from geodata.indicators import Indicator, minutes_to
from geodata.store import Territory
from pipelines.degurba import LABELS
from pipelines.inputs import Inputs

EQUAL_AREA = "EPSG:3035"


def assemble(polygons: gpd.GeoDataFrame, nuts: pd.DataFrame, degurba: pd.Series) -> gpd.GeoDataFrame:
    """Areas with their regions, degree of urbanisation and size.

    Parameters
    ----------
    polygons
        EPSG:4326, with `area_id`, `name`.
    nuts
        Columns `area_id`, `nuts1`, `nuts2`, `nuts3`.
    degurba
        Class by `area_id`.

    Returns
    -------
    GeoDataFrame
        The layer `areas`; `area_km2` is measured in EPSG:3035, which keeps areas.
    """
    areas = polygons[["area_id", "name", "geometry"]].merge(
        nuts[["area_id", "nuts1", "nuts2", "nuts3"]], on="area_id", how="left"
    )
    return areas.assign(degurba=areas["area_id"].map(degurba), area_km2=areas.to_crs(EQUAL_AREA).area / 1e6)


def quality(
    values: pd.DataFrame,
    entries: dict[str, Indicator],
    areas: pd.DataFrame,
    completeness: pd.DataFrame,
    not_scorable: pd.Series,
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
    """
    row, column = values.isna().to_numpy().nonzero()
    missing = pd.DataFrame({"area_id": values.index[row], "indicator": values.columns[column]})
    scores = missing["indicator"].isin(["need", "resources", "gap"])
    missing["kind"] = scores.map({True: "not scorable", False: "missing"}).astype(str)
    missing["reason"] = missing["indicator"].map({key: entry.missing for key, entry in entries.items()}).astype(str)
    missing.loc[scores, "reason"] = missing.loc[scores, "area_id"].map(not_scorable).astype(str)
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
    return pd.concat([missing, partial], ignore_index=True).astype(str)


def notes(given: Inputs) -> list[str]:
    """What does not fit together between the sources, one sentence each, for the manifest and the screen."""
    drawn, coded = set(given.areas["area_id"]), set(given.membership["area_id"])
    counted = set(given.population["area_id"]) if given.population is not None else drawn
    found = []
    for what, ids in (
        ("have a boundary but no population, so they are not scored", drawn - counted),
        ("have a population but no boundary, so they are not on the map", counted - drawn),
        ("have no NUTS code, so no region filter finds them", drawn - coded),
    ):
        if ids:
            found.append(f"{len(ids)} areas {what}: {', '.join(sorted(ids))}.")
    return found


def table(territory: Territory) -> pd.DataFrame:
    """Read every area of a territory with its regions by name and all its indicators.

    Returns
    -------
    DataFrame
        Index `area_id`, sorted; `name`, `nuts1` ... `nuts3`, `nuts2_name`, `nuts3_name`, `degurba` (code),
        `degurba_label`, `area_km2`, then the indicators of the codebook. No geometry.
    """
    areas = pd.DataFrame(territory.layer("areas")).drop(columns="geometry").set_index("area_id").sort_index()
    names = territory.layer("regions").set_index("region_id")["name"]
    areas["nuts2_name"] = areas["nuts2"].map(names)
    areas["nuts3_name"] = areas["nuts3"].map(names)
    areas["degurba_label"] = areas["degurba"].map(LABELS)
    return areas.join(territory.layer("indicators").set_index("area_id"))
