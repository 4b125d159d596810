"""Where the next sites should be, on the command line: `site`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from geodata import files
from geodata.errors import InputError
from geodata.i18n.message import tell
from pipelines.areas import own as joined
from pipelines.areas import ranking
from pipelines.cli.options import DataFolder, Weighting
from pipelines.export.sites import package
from pipelines.priority import configuration
from pipelines.response import siting
from pipelines.response.siting.solver import METHODS

screen = Console(stderr=True)


def site(
    territory: Annotated[str, typer.Argument(help="Id of a built territory.")],
    service: Annotated[str, typer.Option(help="Category of service, such as hospital.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The package to write, a .zip.")],
    method: Annotated[str, typer.Option(help=f"{', '.join(METHODS)}.")] = "mclp",
    limit: Annotated[float, typer.Option(help="Minutes.")] = 45,
    sites: Annotated[int, typer.Option(help="How many new sites at most; 0: as many as the budget buys.")] = 1,
    budget: Annotated[float, typer.Option(help="What they may cost together; 0: no limit.")] = 0,
    region: Annotated[str, typer.Option(help="NUTS region, such as ITF5.", show_default="all")] = "",
    demand: Annotated[str, typer.Option(help=f"{', '.join(siting.DEMANDS)}.")] = "population",
    candidates: Annotated[
        str, typer.Option(help="places, a category of service, or the file of a list of your own.")
    ] = siting.PLACES,
    people_min: Annotated[int, typer.Option(help="Fewest people at a place that is a candidate.")] = 0,
    exclude: Annotated[str, typer.Option(help="Candidates or areas to leave out, by code, with commas between.")] = "",
    minimum: Annotated[
        str, typer.Option(help="Fewest sites by region, those that exist counted: ITF51=1,ITF52=2.")
    ] = "",
    capacity: Annotated[float, typer.Option(help="People that a new site can serve; 0: no limit.")] = 0,
    anew: Annotated[bool, typer.Option("--anew", help="Plan without the services that exist.")] = False,
    solver: Annotated[str, typer.Option(help="exchange: quick, with a bound; exact: proven.")] = "exchange",
    seconds: Annotated[float, typer.Option(help="Time limit of the exact solver.", min=1)] = 60,
    alternatives: Annotated[int, typer.Option(help="How many alternatives.", min=0)] = 2,
    config: Weighting = None,
    data: DataFolder = None,
) -> None:
    """Propose the next sites of a service: who gains, alternatives, and how sure it is that none are better."""
    built = joined.open_territory(territory, root=data)
    own, path = None, Path(candidates)
    if path.suffix:
        if not path.is_file():
            raise InputError(f"There is no file {path}; check its name.")
        own = siting.from_file(built, path.read_bytes(), path.name, service=service)
    if config and demand != "need":
        raise InputError("A weighting says what the need is; leave --config out, or ask for --demand need.")
    asked = ranking.ask(built, weighting=configuration.load(config)) if config else None
    question = siting.Question(
        service=service,
        method=method,
        limit=limit,
        sites=sites,
        budget=budget,
        region=region,
        demand=demand,
        candidates=siting.PLACES if own is not None else candidates,
        people_min=people_min,
        excluded=siting.codes_of(exclude),
        existing=not anew,
        minimum=siting.minimum_of(minimum),
        capacity=capacity,
        solver=solver,
        seconds=seconds,
        alternatives=alternatives,
    )
    try:
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=screen, transient=True
        ) as bar:
            task = bar.add_task("Starting", total=None)
            found = siting.answer(
                built, question, own=own, analysis=asked, report=lambda step: bar.update(task, description=step)
            )
    except KeyboardInterrupt:
        screen.print("Interrupted; nothing was written.")
        raise typer.Exit(130) from None
    files.write_whole(out, package(found, built, command=found.command(out.name)))
    for note in found.notes:
        screen.print(tell(note), markup=False)
    count, (before, after) = len(found.plan.selection), found.covered
    screen.print(
        f"{count} new site{'s' * (count != 1)}, {found.plan.quality()}: {before:,.0f} of {found.people:,.0f} "
        f"{siting.DEMANDS[demand]} are within {found.reach:.0f} minutes now, {after:,.0f} then.",
        markup=False,
    )
    screen.print(f"Written to {out}", markup=False)
