"""The command line: `python -m pipelines --help`."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from geodata import catalogue, files, recipes
from geodata.errors import InputError
from geodata.i18n import LANGUAGES, using
from geodata.store import Territory
from pipelines.areas import comparison as comparing
from pipelines.areas import lists, ranking, shortlist
from pipelines.areas import own as joined
from pipelines.areas.selection import Selection
from pipelines.build import run as building
from pipelines.cli import changed, match, own, sites, sources
from pipelines.cli import init as starting
from pipelines.cli.options import (
    DEFAULT,
    DataFolder,
    Length,
    MirrorFolder,
    Reader,
    Replicates,
    Seed,
    TerritoryName,
    Weighting,
)
from pipelines.cli.scenario import scenario
from pipelines.export import Shortlist, comparison, package
from pipelines.export.briefing import Document, briefing, html, pdf
from pipelines.fetch import territory as fetching
from pipelines.priority import analysis, configuration
from pipelines.priority.analysis import Analysis
from pipelines.sources import registry as catalogued

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From open data to built territories and shortlists.",
)
screen = Console(stderr=True)

# What a list is written as, by the ending of its file; None: the package of all.
PAGES: dict[str, Callable[[Document], bytes] | None] = {".zip": None, ".pdf": pdf, ".html": html}


def _ending(out: Path) -> Path:
    """Refuse a file that could not be what its name says, before anything is computed."""
    if out.suffix and out.suffix.lower() not in PAGES:
        raise InputError(f"{out} ends in none of {', '.join(PAGES)}; name the file by what it is to be.")
    return out


Written = Annotated[
    Path,
    typer.Option(
        "-o", "--out", help="The file to write: a .zip of all, or a .pdf or .html briefing.", callback=_ending
    ),
]


@app.command()
def build(territory: TerritoryName, mirror: MirrorFolder = None, data: DataFolder = None) -> None:
    """Build a territory by its recipe, from sources that are on disk."""
    recipe = recipes.load(territory)
    try:
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=screen
        ) as bar:
            task = bar.add_task(f"Building {recipe.title}", total=building.STEPS)
            version = building.build(
                recipe, root=data, mirror=mirror, report=lambda step: bar.update(task, advance=1, description=step)
            )
            bar.update(task, completed=building.STEPS, description=f"Built {recipe.title}, version {version}")
    except KeyboardInterrupt:
        screen.print("Interrupted; what was built before is unchanged.")
        raise typer.Exit(130) from None


@app.command()
def ensure(territory: TerritoryName = DEFAULT, data: DataFolder = None) -> None:
    """Build a territory only when it is missing or stale."""
    if building.is_stale(recipes.load(territory), root=data):
        build(territory, data=data)


@app.command()
def rank(
    territory: TerritoryName,
    out: Written,
    region: Annotated[str | None, typer.Option(help="Only areas of this NUTS region, such as ITF5.")] = None,
    top: Annotated[int, typer.Option(help="How many areas.", min=1)] = 20,
    by: Annotated[str, typer.Option(help="The indicator to rank by, or `probability`: the surest first.")] = "gap",
    config: Weighting = None,
    k: Length = None,
    draws: Replicates = analysis.DRAWS,
    seed: Seed = analysis.SEED,
    language: Reader = "en",
    data: DataFolder = None,
) -> None:
    """Write the areas that come first, the list that the dashboard shows, as a shortlist package or a briefing."""
    built = joined.open_territory(territory, root=data)
    view = ranking.View(selection=Selection(region=region or ""), by=by)
    with _asking(built, config, k=k, draws=draws, seed=seed, language=language) as asked:
        chosen = ranking.top(built, view, count=top, asked=asked)
        where = f" --region {region}" if region else ""
        spoken = "" if language == "en" else f" --language {language}"
        options = f"--by {by} --top {top} {asked.options()}{spoken}"
        command = f"python -m pipelines rank {territory}{where} {options} -o {out.name}"
        listed = shortlist.make(built, chosen, view=view, asked=asked, command=command)
        _write(built, listed, asked, out)


@app.command()
def export(
    territory: TerritoryName,
    areas: Annotated[str, typer.Option(help="Codes of the areas in list order, separated by commas.")],
    out: Written,
    config: Weighting = None,
    k: Length = None,
    draws: Replicates = analysis.DRAWS,
    seed: Seed = analysis.SEED,
    language: Reader = "en",
    data: DataFolder = None,
) -> None:
    """Write chosen areas as a shortlist package or a briefing."""
    built = joined.open_territory(territory, root=data)
    chosen = [code.strip() for code in areas.split(",") if code.strip()]
    with _asking(built, config, k=k, draws=draws, seed=seed, language=language) as asked:
        listed = shortlist.make(built, chosen, view=ranking.View(), asked=asked)
        _write(built, listed, asked, out)


@contextmanager
def _asking(
    built: Territory, config: str | None, *, k: int | None, draws: int, seed: int, language: str
) -> Iterator[Analysis]:
    """Ask who needs most in a language, with a bar that shows how many replicates are done."""
    if language not in LANGUAGES:
        raise InputError(f"There is no language {language!r}; choose one of {', '.join(LANGUAGES)}.")
    weighting = configuration.load(config) if config else None
    with (
        using(language),
        Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=screen, transient=True
        ) as bar,
    ):
        task = bar.add_task(f"Ranking {draws:,} times", total=draws)
        yield ranking.ask(
            built,
            weighting=weighting,
            k=k,
            draws=draws,
            seed=seed,
            progress=lambda done, _: bar.update(task, completed=done),
        )


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="A shortlist package (.zip) or a CSV of codes.")],
    second: Annotated[Path, typer.Argument(help="The list to compare it with.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Also write it: a .csv or .xlsx.")] = None,
) -> None:
    """Say what two lists share, who moved, and why."""
    found = comparing.compare(lists.read(first), lists.read(second))
    if out:
        files.write_whole(out, comparison.file(found, out.name))
    typer.echo("\n".join(found.sentences()))


def _write(built: Territory, listed: Shortlist, asked: Analysis, out: Path) -> None:
    """Write a list as what the name of the file asks for."""
    pages = PAGES.get(out.suffix.lower())
    files.write_whole(out, pages(briefing(built, listed, asked)) if pages else package(listed))
    screen.print(f"{len(listed.areas)} areas written to {out}")


@app.command()
def snapshot(
    packages: Annotated[Path | None, typer.Option(help="Folder of the source archives; else they are fetched.")] = None,
) -> None:
    """Make the bundled snapshot anew from its source packages (maintainers)."""
    from pipelines.build import snapshot as snapshots

    snapshots.make(packages)


@app.command()
def port(number: Annotated[int, typer.Argument(help="Port that the dashboard will use.", min=1, max=65535)]) -> None:
    """Check that a port is free, so that a port in use is said in one sentence."""
    with socket.socket() as probe:
        # As the server will: an address that only waits to be released counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", number))
        except OSError:
            raise InputError(
                f"Port {number} is in use; stop the program that uses it or choose another: make run PORT={number + 1}."
            ) from None


@app.command()
def fetch(
    territory: TerritoryName,
    mirror: MirrorFolder = None,
    offline: Annotated[bool, typer.Option("--offline", help="Download nothing: only what was fetched before.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask the publishers for what is newer.")] = False,
    limit: Annotated[int, typer.Option(help="Megabytes that one source may have.", min=1)] = fetching.LIMIT_MB,
) -> None:
    """Download what a territory's recipe needs, or take it from a folder; `build` then finds it."""
    recipe = recipes.load(territory, sources=frozenset(catalogue.load()))
    try:
        with Progress(
            *(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()), console=screen
        ) as bar:
            task = bar.add_task(f"Fetching {recipe.title}", total=None)
            folder = fetching.fetch(
                recipe,
                catalogued.of_recipe(recipe),
                mirror=mirror,
                offline=offline,
                refresh=refresh,
                limit_mb=limit,
                report=lambda what, size, total: bar.update(task, description=what, completed=size, total=total),
            )
    except KeyboardInterrupt:
        screen.print("Interrupted; what has arrived is kept, and the next fetch goes on from there.")
        raise typer.Exit(130) from None
    screen.print(f"All files of {recipe.title} are in {folder}")


app.command()(sources.sources)
app.command()(starting.init)
app.command("import")(own.import_own)
app.command("own")(own.kept)
app.command()(sites.site)
app.command()(scenario)
app.command()(match.match)
app.command("changes")(changed.changes)


def main() -> None:
    """Run the command line; bad input is one sentence and exit code 2."""
    try:
        app()
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
