"""The command line: `python -m pipelines --help`, installed as `rural-map`. One module a verb."""

import sys

import typer

from geodata.errors import InputError
from pipelines.cli.build import build, ensure
from pipelines.cli.changes import changes
from pipelines.cli.compare import compare
from pipelines.cli.export import export
from pipelines.cli.fetch import fetch
from pipelines.cli.init import init
from pipelines.cli.match import match
from pipelines.cli.own import import_own, own
from pipelines.cli.port import port
from pipelines.cli.rank import rank
from pipelines.cli.run import run
from pipelines.cli.scenario import scenario
from pipelines.cli.site import site
from pipelines.cli.snapshot import snapshot
from pipelines.cli.sources import sources

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From open data to built territories and shortlists.",
)
VERBS = (run, build, ensure, rank, export, compare, changes, match, site, scenario, sources, fetch, init)
for verb in (*VERBS, own, snapshot, port):
    app.command()(verb)
app.command("import")(import_own)


def main() -> None:
    """Run the command line; bad input is one sentence and exit code 2."""
    try:
        app()
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
