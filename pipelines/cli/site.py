"""Where the next sites should be, on the command line: `site`."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import DataFolder, Weighting
from pipelines.cli.progress import progress, write
from pipelines.export import library
from pipelines.response import siting
from pipelines.response.siting.solver import METHODS


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
    built = library.territory(territory, data=data, build=False)
    with progress(f"Sites for {service}") as bar:
        answer = built.site(
            service,
            candidates=candidates,
            weighting=config,
            report=bar.step,
            method=method,
            limit=limit,
            sites=sites,
            budget=budget,
            region=region,
            demand=demand,
            people_min=people_min,
            excluded=siting.codes_of(exclude),
            existing=not anew,
            minimum=siting.minimum_of(minimum),
            capacity=capacity,
            solver=solver,
            seconds=seconds,
            alternatives=alternatives,
        )
        answer.save(out)
    for sentence in answer.sentences:
        write(sentence)
    write(f"Written to {out}")
