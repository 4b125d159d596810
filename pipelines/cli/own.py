"""Own tables on the command line: `import` reads one, `own` lists those that are kept and removes them."""

from pathlib import Path
from typing import Annotated

import typer

from geodata import store
from geodata.errors import InputError
from geodata.files import write_whole
from geodata.i18n.message import tell
from pipelines import userdata
from pipelines.cli.options import DEFAULT, DataFolder
from pipelines.cli.progress import write
from pipelines.userdata import storage


def import_own(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile.", dir_okay=False)],
    kind: Annotated[str, typer.Option("--as", help="What it holds: services, projects or indicator.")],
    territory: Annotated[str, typer.Option(help="The built territory that it belongs to.")] = DEFAULT,
    name: Annotated[str, typer.Option(help="What the layer is called.")] = "own",
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="role=COLUMN, or role==TEXT for the same in every row.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="Of the coordinates, such as EPSG:3035.", show_default="guess")
    ] = None,
    title: Annotated[str, typer.Option(help="Of an indicator.", show_default="the name")] = "",
    unit: Annotated[str, typer.Option(help="Of an indicator, such as %.", show_default="not stated")] = "",
    higher: Annotated[
        str, typer.Option(help="What a higher value of an indicator is: worse, better or neutral.")
    ] = "neutral",
    save: Annotated[bool, typer.Option("--save", help="Keep the layer with the territory.")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Where rejected rows go, a .csv.")] = None,
    data: DataFolder = None,
) -> None:
    """Read a table of your own; rows that cannot be used come back with the reason."""
    if not file.is_file():
        raise InputError(f"There is no file {file}; check its name.")
    built = store.open_territory(territory, root=data)
    reading = userdata.read_own(file.read_bytes(), file.name)
    chosen = reading.mapping(kind) | userdata.parse_mapping(columns or [])
    for what, guess in reading.table.guesses.items():
        write(f"{what}: {guess}")
    for role, column in chosen.items():
        write(f"{role} <- {column}")
    done = userdata.apply(reading, chosen, kind, built, name=name, crs=crs)
    if kind == "indicator":
        done = done.about(title=title, unit=unit, direction=higher)
    for note in done.notes:
        write(tell(note))
    write(f"{len(done.layer):,} rows are used, {len(done.rejected):,} rejected.")
    for reason, rows in done.rejected["reason"].value_counts().head(3).items():
        write(f"  {rows:,}: {reason}")
    if out:
        write_whole(out, done.rejected_csv())
        write(f"Rejected rows written to {out}")
    if save:
        storage.save(done, name, territory=territory, root=data)
        write(f"Saved to {territory} as own layer {name}")


def own(
    territory: Annotated[str, typer.Argument(help="The built territory.")] = DEFAULT,
    remove: Annotated[str | None, typer.Option(help="Name of an own layer to remove.", show_default="none")] = None,
    data: DataFolder = None,
) -> None:
    """List the own layers that are kept with a territory, or remove one."""
    if remove is not None:
        storage.remove(remove, territory=territory, root=data)
        write(f"Removed own layer {remove} of {territory}")
    for one in storage.listed(territory, root=data):
        typer.echo(f"{one.name}\t{one.kind}\t{one.provenance.get('used')} rows\t{one.provenance.get('file')}")
