"""The codebook of a territory: every indicator it has, with years, sources and completeness."""

from collections.abc import Mapping

import pandas as pd

from geodata import catalogue, indicators
from geodata.i18n.message import Message, pack
from geodata.recipes import Recipe
from pipelines.build.published import Published

# Where a recipe does not have a layer, this one stands in: people of places, and cells classified by their people.
STAND_INS = {"population": "places", "degurba": "grid"}


def codebook(
    recipe: Recipe,
    entries: dict[str, indicators.Indicator],
    sources: dict[str, catalogue.Source],
    services: pd.DataFrame,
    published: Published,
    agreement: Mapping[str, str],
) -> pd.DataFrame:
    """One row an indicator, in the order of the dictionary, with the years and sources of the territory.

    An indicator of one category of service names the sources of that category only, and a published one its publisher.
    `agreement` says by indicator how often a derived class equals the published one.
    """
    rows = []
    for entry in entries.values():
        ids = _sources(recipe, entry, services, published)
        used = [sources[source] for source in ids]
        years = published.years.get(entry.id) or ", ".join(sorted({str(source.year) for source in used}))
        rows.append(
            {
                "indicator": entry.id,
                "title": pack(entry.title),
                "unit": pack(_unit(entry)),
                "decimals": entry.decimals,
                "direction": entry.direction,
                "dimension": entry.dimension,
                "year": years,
                "sources": ", ".join(ids),
                "completeness": max((source.completeness for source in used), key=catalogue.COMPLETENESS.index),
                "formula": pack(entry.formula),
                "missing": pack(entry.missing),
                "agreement": agreement.get(entry.id),
            }
        )
    return pd.DataFrame(rows).astype({"agreement": "str"})


def _unit(entry: indicators.Indicator) -> str:
    """Unit of an indicator; files hold the numbers of classes, so the codebook says what each of them is."""
    classes = [
        Message("{number} {name}", number=number, name=name) for number, name in enumerate(entry.classes, start=1)
    ]
    return Message("{unit}: {classes}", unit=entry.unit, classes=classes) if classes else entry.unit


def _sources(recipe: Recipe, entry: indicators.Indicator, services: pd.DataFrame, published: Published) -> list[str]:
    if entry.id in published.sources:
        return [published.sources[entry.id]]
    of_category = set(services.loc[services["category"] == entry.service, "source_id"])
    others = set(recipe.layers["services"]) - of_category if entry.service else set()
    layers = [layer if layer in recipe.layers else STAND_INS.get(layer, layer) for layer in entry.layers]
    return [source for source in recipe.sources(*layers) if source not in others]
