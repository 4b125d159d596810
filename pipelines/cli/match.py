"""What could be done, on the command line: `match`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from geodata.errors import InputError
from geodata.files import write_whole
from pipelines.areas import own as joined
from pipelines.cli.options import DataFolder
from pipelines.export.suggestions import FORMATS, file
from pipelines.response.matching import crosswalk, suggestions
from pipelines.response.matching import territory as matching

screen = Console(stderr=True)


def match(
    territory: Annotated[str, typer.Argument(help="Id of a built territory.")],
    out: Annotated[Path, typer.Option("-o", "--out", help=f"The file to write: {', '.join(FORMATS)}.")],
    area: Annotated[str, typer.Option(help="Codes of areas, with commas between: which projects fit them?")] = "",
    project: Annotated[str, typer.Option(help="Id of a project: where could it go next?")] = "",
    white_spots: Annotated[str, typer.Option(help="A theme: where is it needed and not known?")] = "",
    minutes: Annotated[int, typer.Option(help="With --white-spots: how near a known project is within reach.")] = 60,
    top: Annotated[int, typer.Option(help="How many suggestions each.", min=1)] = suggestions.TOP,
    themes: Annotated[Path, typer.Option("--crosswalk", help="Your own matching.yaml.")] = crosswalk.FILE,
    data: DataFolder = None,
) -> None:
    """Suggest projects for areas, areas for a project, or list the white spots of a theme."""
    if sum(map(bool, (area, project, white_spots))) != 1:
        raise InputError("Give one of --area, --project and --white-spots.")
    built = matching.of(joined.open_territory(territory, root=data), crosswalk_file=themes)
    with Progress(SpinnerColumn(), TextColumn("Matching"), TimeElapsedColumn(), console=screen, transient=True) as bar:
        bar.add_task("Matching", total=None)
        if area:
            ids = [code.strip() for code in area.split(",") if code.strip()]
            found = suggestions.for_areas(built, ids, top=top)
        elif project:
            found = suggestions.for_project(built, project, top=top)
        else:
            found = suggestions.for_theme(built, white_spots, minutes)
        content = file(found, out.name)
    write_whole(out, content)
    screen.print(f"{found.title}: {len(next(iter(found.tables.values())))} rows written to {out}", markup=False)
