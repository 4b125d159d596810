"""`init`: a recipe for a country or region that has none."""

from typing import Annotated

import typer
from rich.console import Console

from pipelines.build import starter as starting

screen = Console(stderr=True)


def init(
    code: Annotated[str, typer.Argument(help="A country, such as PT, or a NUTS 1 or 2 region, such as PT1 or ITF5.")],
    replace: Annotated[bool, typer.Option("--replace", help="Write a recipe anew that is there already.")] = False,
) -> None:
    """Write a recipe for a country or region, to be read, changed, fetched and built."""
    path = starting.write(code, replace=replace)
    screen.print(f"Recipe written to {path}", markup=False, soft_wrap=True)
    screen.print(
        f"Next: python -m pipelines fetch {path.stem}, then python -m pipelines build {path.stem}", markup=False
    )
