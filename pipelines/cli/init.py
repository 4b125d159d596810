"""`init`: a recipe for a country or region that has none."""

from typing import Annotated

import typer

from pipelines.build import starter
from pipelines.cli.progress import write


def init(
    code: Annotated[str, typer.Argument(help="A country, such as PT, or a NUTS 1 or 2 region, such as PT1 or ITF5.")],
    replace: Annotated[bool, typer.Option("--replace", help="Write a recipe anew that is there already.")] = False,
) -> None:
    """Write a recipe for a country or region, to be read, changed, fetched and built."""
    path = starter.write(code, replace=replace)
    write(f"Recipe written to {path}")
    write(f"Next: python -m pipelines fetch {path.stem}, then python -m pipelines build {path.stem}")
