"""Areas that became better or worse between two years, on the command line."""

from pathlib import Path
from typing import Annotated

import typer

from geodata import store
from geodata.errors import InputError
from geodata.files import neutral, write_whole
from geodata.i18n.message import tell, tell_each
from pipelines.areas import trends
from pipelines.areas.selection import Selection, select
from pipelines.areas.table import areas_table
from pipelines.cli.options import DataFolder
from pipelines.cli.progress import write


def changes(
    territory: Annotated[str, typer.Argument(help="The built territory.")],
    by: Annotated[str | None, typer.Option(help="The figure of two years.", show_default="the first there is")] = None,
    worse: Annotated[bool, typer.Option("--worse", help="Those that became worse, not better.")] = False,
    implausible: Annotated[bool, typer.Option("--implausible", help="Also changes too large to be believed.")] = False,
    region: Annotated[str | None, typer.Option(help="Only areas of this NUTS region, such as DE1.")] = None,
    top: Annotated[int, typer.Option(help="How many areas to print.", min=1)] = 20,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Also write them all, a .csv.")] = None,
    data: DataFolder = None,
) -> None:
    """List the areas that became better, or worse, between two years."""
    built = store.open_territory(territory, root=data)
    known = trends.figures(built.codebook)
    if not known:
        raise InputError(f"{built.manifest['title']} has no figure of two years; choose another territory.")
    figure, way = by or next(iter(known)), trends.WORSENED if worse else trends.IMPROVED
    table = areas_table(built)
    table = table[select(table, Selection(region=region or ""))]
    listed = trends.changed(table, built.codebook, figure, way=way, implausible=implausible)
    years = " to ".join(known[figure].years)
    write(f"{tell(str(built.codebook.loc[figure, 'title']))}, {years}: {len(listed):,} areas {way}")
    left_out = int(trends.judged(table, built.codebook, figure)["implausible"].sum())
    if left_out:
        told = "listed too" if implausible else "left out, --implausible lists them"
        write(f"{left_out:,} changes are too large to be believed, for better or worse; {told}")
    for row in listed.head(top).reset_index().to_dict("records"):
        moved = f"{row['before']:g} -> {row['after']:g} ({row['change']:+g})"
        doubted = "\timplausible" if row["implausible"] else ""
        typer.echo(f"{row['rank_in_selection']}\t{row['area_id']}\t{row['name']}\t{moved}{doubted}")
    if out:
        rows = listed.assign(name=listed["name"].map(neutral), reason=tell_each(listed["reason"]))
        write_whole(out, rows.to_csv(lineterminator="\n").encode())
        write(f"{len(listed):,} areas written to {out}")
