"""`compare`: two lists."""

from pathlib import Path
from typing import Annotated

import typer

from geodata.files import write_whole
from pipelines.areas import comparison, lists
from pipelines.export.comparison import file


def compare(
    first: Annotated[Path, typer.Argument(help="A shortlist package (.zip) or a CSV of codes.")],
    second: Annotated[Path, typer.Argument(help="The list to compare it with.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Also write it: a .csv or .xlsx.")] = None,
) -> None:
    """Say what two lists share, who moved, and why."""
    compared = comparison.compare(lists.read(first), lists.read(second))
    if out:
        write_whole(out, file(compared, out.name))
    typer.echo("\n".join(compared.sentences()))
