"""Services and projects as layers: rows of different sources brought under one contract."""

import geopandas as gpd
import pandas as pd

from geodata.schema import CRS


def service_layer(compiled: pd.DataFrame, **registers: pd.DataFrame) -> gpd.GeoDataFrame:
    """Services of all categories.

    Parameters
    ----------
    compiled
        Columns `id`, `name`, `category`, `level`, `lat`, `lon`, `source_url`, `confidence`: the source
        `italy-services`.
    **registers
        One table a category, named after it, with `id`, `name`, `lat`, `lon`; its source id is the name in the
        plural.

    Returns
    -------
    GeoDataFrame
        The layer `services`. Capacity is unknown for all of them.
    """
    parts = [
        compiled.rename(columns={"id": "service_id"}).assign(source_id="italy-services"),
        *(
            rows.rename(columns={"id": "service_id"}).assign(
                service_id=category + "-" + rows["id"], category=category, source_id=f"{category}s"
            )
            for category, rows in registers.items()
        ),
    ]
    services = pd.concat(parts, ignore_index=True)
    texts = ["service_id", "category", "name", "level", "source_id", "source_url", "confidence"]
    return gpd.GeoDataFrame(
        services[texts].astype(str).where(services[texts].notna()).assign(capacity=float("nan")),
        geometry=gpd.points_from_xy(services["lon"], services["lat"]),
        crs=CRS,
    )


def project_layer(projects: pd.DataFrame) -> gpd.GeoDataFrame:
    """SI projects, support organisations and competence centres: the layer `projects`.

    Parameters
    ----------
    projects
        Columns of the source `si-projects`.
    """
    texts = ["name", "organisation", "kind", "themes", "country", "place", "precision"]
    origin = ["source_title", "source_url", "confidence"]
    layer = projects[["id", *texts, *origin]].rename(columns={"id": "project_id"})
    for year in ("start_year", "end_year"):
        layer[year] = projects[year].astype("Int64")
    points = gpd.points_from_xy(projects["lon"], projects["lat"])
    return gpd.GeoDataFrame(layer, geometry=points, crs=CRS)
