"""What a territory offers to other tools by address: its layers as features with their figures."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import geopandas as gpd
import pandas as pd

from geodata.schema import LAYERS
from geodata.store import Territory
from pipelines.areas import ranking, shortlist
from pipelines.areas.table import codebook_in_words
from pipelines.priority.analysis import Analysis


@dataclass(frozen=True)
class Collection:
    """One layer as others see it.

    Attributes
    ----------
    id
        Territory and layer, `italy-areas`.
    title, description
        In words; the description says how complete the layer is and names its sources and licences.
    licences
        Address of each licence, by name.
    fields
        Title, unit and formula of each column, by its name, as far as the codebook has them.
    read
        Reads the rows: EPSG:4326, the index is the id of a feature, missing values are null.
    """

    id: str
    title: str
    description: str
    licences: dict[str, str]
    fields: dict[str, dict[str, str]]
    read: Callable[[], gpd.GeoDataFrame]


def collections(territory: Territory) -> dict[str, Collection]:
    """Every layer that a territory offers, by id; nothing is read before a layer is asked for.

    `areas` have all indicators with their tier and probability; `shortlist` are the areas that come first by the
    territory's own weighting, with reasons; `regions`, `services` and `projects` are as in the built territory.
    """
    asked = cache(lambda: ranking.ask(territory))
    named = {
        "areas": ("Areas with all indicators, rank, tier and probability", partial(_areas, territory, asked)),
        "shortlist": ("The areas that come first, with tier and reasons", partial(_shortlist, territory, asked)),
        "regions": ("Regions", partial(_layer, territory, "regions")),
        "services": ("Services", partial(_layer, territory, "services")),
        "projects": (
            "SI projects, support organisations and competence centres",
            partial(_layer, territory, "projects"),
        ),
    }
    return {
        f"{territory.id}-{layer}": _collection(territory, layer, title, read) for layer, (title, read) in named.items()
    }


def _collection(territory: Territory, layer: str, title: str, read: Callable[[], gpd.GeoDataFrame]) -> Collection:
    manifest = territory.manifest
    # Areas and lists of areas carry figures, so they rest on every source.
    behind = manifest["layers"].get(layer) if layer not in ("areas", "shortlist") else None
    sources = [source for source in manifest["sources"] if behind is None or source["id"] in behind]
    told = " ".join(dict.fromkeys(source["attribution"] for source in sources))
    kinds = ", ".join(sorted({source["completeness"] for source in sources}))
    return Collection(
        id=f"{territory.id}-{layer}",
        title=f"{manifest['title']}: {title}",
        description=f"{title}, version {territory.version}. Completeness of the sources: {kinds}. {told}",
        licences={source["licence"]: source["licence_address"] for source in sources},
        fields={
            str(name): {"title": row.title, "description": _described(row), "x-unit": row.unit}
            for name, row in codebook_in_words(territory.codebook).iterrows()
        },
        read=read,
    )


def _described(row: pd.Series) -> str:
    """Formula and year of an indicator, and how often a derived class equals the published one."""
    derived = "" if pd.isna(row["agreement"]) else f" {row['agreement']}."
    return f"{row['formula']}. Year: {row['year']}.{derived}"


def _areas(territory: Territory, ask: Callable[[], Analysis]) -> gpd.GeoDataFrame:
    asked = ask()
    table = asked.table
    shapes = territory.layer("areas").set_index("area_id").geometry
    columns = table.join(asked.sure(table.index))
    return gpd.GeoDataFrame(columns, geometry=shapes.loc[columns.index], crs=shapes.crs)


def _shortlist(territory: Territory, ask: Callable[[], Analysis]) -> gpd.GeoDataFrame:
    asked, view = ask(), ranking.View()
    chosen = ranking.top(territory, view, count=asked.k, asked=asked)
    return shortlist.make(territory, chosen, view=view, asked=asked).areas.set_index("area_id")


def _layer(territory: Territory, layer: str) -> gpd.GeoDataFrame:
    frame: gpd.GeoDataFrame = territory.layer(layer).set_index(LAYERS[layer].key[0])
    return frame
