"""What if on the command line: `scenario` applies one file or compares several."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import DataFolder, Draws, Length, Seed, Weighting
from pipelines.cli.progress import progress, write
from pipelines.export import library
from pipelines.priority import analysis


def scenario(
    territory: Annotated[str, typer.Argument(help="Id of a built territory.")],
    files: Annotated[list[Path], typer.Argument(help="Scenario files (.yaml); several are compared.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The package to write, a .zip.")],
    region: Annotated[str, typer.Option(help="Only areas of this NUTS region in the list.")] = "",
    top: Annotated[int, typer.Option(help="How many areas the list has.", min=1)] = 20,
    config: Weighting = None,
    k: Length = None,
    draws: Draws = analysis.DRAWS,
    seed: Seed = analysis.SEED,
    data: DataFolder = None,
) -> None:
    """Say what a scenario changes for whom, and write the list as it would be; the built territory stays as it is."""
    built = library.territory(territory, data=data, build=False)
    with progress(f"Reading {built.title}", total=len(files) + 1) as bar:
        ranking = built.rank(config, k=k, draws=draws, seed=seed)
        answer = built.scenario(*files, ranking=ranking, region=region, top=top, report=bar.step)
        answer.save(out)
    for each in answer.results:
        typer.echo(each.scenario.name)
        for sentence in each.effects.sentences():
            typer.echo(f"  {sentence}")
    write(f"{len(answer.table)} areas as {answer.results[0].scenario.name} would have them written to {out}")
