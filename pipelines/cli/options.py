"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.export.library import ShortlistAnswer

DEFAULT = "italy"
DataFolder = Annotated[
    Path | None, typer.Option("--data", help="Where built territories are kept.", show_default="data/")
]
TerritoryName = Annotated[str, typer.Argument(help="Id of a territory, the name of its recipe.")]
MirrorFolder = Annotated[
    Path | None, typer.Option(help="Folder of the publishers' files, for sources that are not bundled.")
]

Weighting = Annotated[
    str | None,
    typer.Option(
        "--config",
        help="The weighting: balanced, ageing, health, ... or the path of a .yaml file.",
        show_default="that of the territory",
    ),
]
Length = Annotated[
    int | None,
    typer.Option(
        help="Length of the list that tier and probability are about.",
        min=1,
        show_default="100, at most a fifth of the areas",
    ),
]
Draws = Annotated[int, typer.Option(help="How many times to rank under other choices.", min=1)]
Language = Annotated[
    str, typer.Option("--language", help="Of sentences and briefings: en, de, fr, it or es.", show_default="en")
]
Seed = Annotated[int, typer.Option(help="Of the replicates; the same seed gives the same list.", min=0)]
Top = Annotated[int, typer.Option(help="How many areas.", min=1)]
ListFile = Annotated[
    Path,
    typer.Option(
        "-o",
        "--out",
        help="The file to write: a .zip of all, a .pdf or .html briefing, a .csv, .xlsx, .geojson or .gpkg.",
        callback=ShortlistAnswer.check,
    ),
]
