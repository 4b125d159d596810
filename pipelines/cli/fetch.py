"""`fetch`: the publishers' files of a territory."""

from typing import Annotated

import typer

from geodata import catalogue, recipes
from pipelines.cli.options import MirrorFolder, TerritoryName
from pipelines.cli.progress import progress, write
from pipelines.fetch import territory as files
from pipelines.sources import registry


def fetch(
    territory: TerritoryName,
    mirror: MirrorFolder = None,
    offline: Annotated[bool, typer.Option("--offline", help="Download nothing: only what was fetched before.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask the publishers for what is newer.")] = False,
    limit: Annotated[int, typer.Option(help="Megabytes that one source may have.", min=1)] = files.LIMIT_MB,
) -> None:
    """Download what a territory's recipe needs, or take it from a folder; `build` then finds it."""
    recipe = recipes.load(territory, sources=frozenset(catalogue.load()))
    kept = "Interrupted; what has arrived is kept, and the next fetch goes on from there."
    with progress(f"Fetching {recipe.title}", of_bytes=True, keep=True, interrupted=kept) as bar:
        folder = files.fetch(
            recipe,
            registry.of_recipe(recipe),
            mirror=mirror,
            offline=offline,
            refresh=refresh,
            limit_mb=limit,
            report=bar.arrived,
        )
    write(f"All files of {recipe.title} are in {folder}")
