"""What could be done, on the command line: `match`."""

from pathlib import Path
from typing import Annotated

import typer

from geodata.errors import InputError
from pipelines.cli.options import DataFolder
from pipelines.cli.progress import progress, write
from pipelines.export import library
from pipelines.response.matching import crosswalk, suggestions


def match(
    territory: Annotated[str, typer.Argument(help="Id of a built territory.")],
    out: Annotated[Path, typer.Option("-o", "--out", help=f"The file to write: {', '.join(library.Matches.ENDINGS)}.")],
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
    built = library.territory(territory, data=data, build=False)
    with progress("Matching"):
        if area:
            ids = [code.strip() for code in area.split(",") if code.strip()]
            matches = built.match(*ids, top=top, crosswalk_file=themes)
        elif project:
            matches = built.match_project(project, top=top, crosswalk_file=themes)
        else:
            matches = built.white_spots(white_spots, minutes=minutes, crosswalk_file=themes)
        matches.save(out)
    write(f"{matches.title}: {len(matches.table)} rows written to {out}")
