"""What if on the command line: `scenario` applies one file or compares several."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from geodata.files import write_whole
from pipelines.areas import own as joined
from pipelines.areas import ranking
from pipelines.areas.selection import Selection
from pipelines.cli.options import DataFolder, Length, Replicates, Seed, Weighting
from pipelines.export import package
from pipelines.export.scenario import scenario_shortlist
from pipelines.priority import analysis, configuration
from pipelines.response.scenario import reading, whatif

screen = Console(stderr=True)


def scenario(
    territory: Annotated[str, typer.Argument(help="Id of a built territory.")],
    files: Annotated[list[Path], typer.Argument(help="Scenario files (.yaml); several are compared.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The package to write, a .zip.")],
    region: Annotated[str | None, typer.Option(help="Only areas of this NUTS region in the list.")] = None,
    top: Annotated[int, typer.Option(help="How many areas the list has.", min=1)] = 20,
    config: Weighting = None,
    k: Length = None,
    draws: Replicates = analysis.DRAWS,
    seed: Seed = analysis.SEED,
    data: DataFolder = None,
) -> None:
    """Say what a scenario changes for whom, and write the list as it would be; the built territory stays as it is."""
    scenarios = [reading.read(path) for path in files]
    built = joined.open_territory(territory, root=data)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
    ) as bar:
        task = bar.add_task(f"Reading {built.manifest['title']}", total=len(scenarios) + 1)
        before = whatif.baseline(built)
        weighting = configuration.load(config) if config else None
        asked = ranking.ask(built, weighting=weighting, k=k, draws=draws, seed=seed)
        results = []
        for each in scenarios:
            bar.update(task, advance=1, description=f"Applying {each.name}")
            results.append(whatif.result(before, each, asked))
        view = ranking.View(selection=Selection(region=region or ""))
        chosen = ranking.top(built, view, count=top, asked=results[0].asked)
        where = f" --region {region}" if region else ""
        named = " ".join(path.name for path in files)
        command = f"python -m pipelines scenario {territory} {named}{where} --top {top} {asked.options()} -o {out.name}"
        made = scenario_shortlist(built, before, results, chosen, view=view, command=command)
    write_whole(out, package(made))
    for found in results:
        typer.echo(found.scenario.name)
        for sentence in found.effects.sentences():
            typer.echo(f"  {sentence}")
    screen.print(
        f"{len(made.areas)} areas as {results[0].scenario.name} would have them written to {out}", markup=False
    )
