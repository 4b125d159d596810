"""The open data sources on the command line: `python -m pipelines sources`."""

import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from geodata import catalogue, recipes
from pipelines.sources import registry


def sources(
    territory: Annotated[str | None, typer.Argument(help="Only those of this territory.", show_default="all")] = None,
) -> None:
    """List the open data sources: who publishes them, of which year, under which licence, and where."""
    listed = catalogue.load()
    ids = tuple(listed)
    if territory:
        recipe = recipes.load(territory, sources=frozenset(listed))
        listed, ids = registry.of_recipe(recipe), recipe.sources()
    table = Table(Column("id", no_wrap=True), box=SIMPLE, pad_edge=False)
    for name in ("publisher", "title", "year", "licence", "format", "from"):
        table.add_column(name, overflow="fold")
    for source in (listed[name] for name in ids):
        origin = "bundled" if source.bundled else _origin(source)
        table.add_row(
            *map(escape, (source.id, source.publisher, source.title, str(source.year))),
            *map(escape, (source.licence, source.format, origin)),
        )
    # In a file or a pipe a row is easier to read on as few lines as it can be.
    Console(width=None if sys.stdout.isatty() else 240).print(table)


def _origin(source: catalogue.Source) -> str:
    """Where a source's files come from: of each host the first address and how many more, and what is got by hand."""
    if not source.downloads:
        return f"{source.address} (by hand)"
    hosts: dict[str, dict[str, None]] = {}
    for each in source.downloads:
        hosts.setdefault(urlsplit(each.url).netloc, {})[each.url] = None
    told = [
        f"{next(iter(urls))} and {len(urls) - 1} more there" if len(urls) > 1 else next(iter(urls))
        for urls in hosts.values()
    ]
    return " ".join([*told, *(["others by hand"] if source.by_hand else [])])
