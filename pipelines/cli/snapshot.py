"""`snapshot`: the bundled open data made anew (maintainers)."""

from pathlib import Path
from typing import Annotated

import typer


def snapshot(
    packages: Annotated[Path | None, typer.Option(help="Folder of the source archives; else they are fetched.")] = None,
) -> None:
    """Make the bundled snapshot anew from its source packages (maintainers)."""
    from pipelines.build import snapshot as maker  # its sources take a second to import

    maker.make(packages)
