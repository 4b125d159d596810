"""From a view of a territory to a shortlist that can be exported and repeated."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.errors import InputError
from geodata.names import suggest
from geodata.store import Territory
from pipelines import areas
from pipelines.export import Shortlist
from pipelines.selection import Selection, ordered, select

SOURCE_COLUMNS = {"id": "source_id", "licence_address": "licence_url"}


@dataclass(frozen=True)
class View:
    """What a list was taken from: filters, and the indicator it was ranked by."""

    selection: Selection = field(default_factory=Selection)
    by: str = "gap"


def top(territory: Territory, view: View, *, count: int) -> list[str]:
    """Codes of the areas that come first under a view, in order.

    Raises
    ------
    InputError
        The region or the indicator is unknown, or no area passes the filters.
    """
    table = areas.table(territory)
    ranked = ordered(table[select(table, view.selection)], territory.codebook, view.by)
    if ranked.empty:
        raise InputError("No area passes the filters; choose a wider region or fewer limits.")
    return list(ranked.index[:count])


def make(
    territory: Territory,
    area_ids: Sequence[str],
    *,
    view: View,
    notes: Mapping[str, str] | None = None,
    command: str | None = None,
) -> Shortlist:
    """Make a shortlist of areas, in the order given.

    Parameters
    ----------
    territory
        The built territory.
    area_ids
        Codes of the areas, in list order.
    view
        What the list was taken from, for the manifest.
    notes
        The planner's words by area; None for a list without notes.
    command
        The command line that makes the same list; None for a list chosen by hand.

    Raises
    ------
    InputError
        An area is unknown, or the list is empty.
    """
    table = areas.table(territory)
    unknown = [area_id for area_id in area_ids if area_id not in table.index]
    if unknown:
        raise InputError(
            f"There is no area {unknown[0]!r} in {territory.manifest['title']}; {suggest(unknown[0], table.index)}."
        )
    rows = table.loc[list(area_ids)]
    indicators = list(territory.codebook.index)
    columns = pd.DataFrame(
        {
            "order": range(1, len(rows) + 1),
            "area_id": rows.index,
            "name": rows["name"].to_numpy(),
            "nuts2_name": rows["nuts2_name"].to_numpy(),
            "nuts3_name": rows["nuts3_name"].to_numpy(),
            "degurba": rows["degurba_label"].to_numpy(),
        }
    ).assign(**{name: rows[name].to_numpy() for name in indicators})
    if notes is not None:
        columns["note"] = [notes.get(area_id) for area_id in area_ids]
    shapes = territory.layer("areas").set_index("area_id").geometry.loc[list(area_ids)]
    manifest = territory.manifest
    return Shortlist(
        areas=gpd.GeoDataFrame(columns, geometry=shapes.to_numpy(), crs=shapes.crs),
        codebook=territory.codebook.reset_index(drop=True),
        sources=pd.DataFrame(manifest["sources"]).rename(columns=SOURCE_COLUMNS),
        manifest=facts(territory, area_ids, view, command),
        title=f"Shortlist, {manifest['title']}",
    )


def facts(territory: Territory, area_ids: Sequence[str], view: View, command: str | None) -> dict[str, Any]:
    """What the manifest of a list says: enough to repeat it and to see what it rests on."""
    manifest = territory.manifest
    ids = ",".join(area_ids)
    return {
        "territory": territory.id,
        "territory_version": territory.version,
        "view": asdict(view),
        "areas": list(area_ids),
        "index": manifest["index"],
        "travel": manifest["travel"],
        "parameters": manifest["parameters"],
        "notes": manifest["notes"],
        "build_command": manifest["command"],
        "command": command or f"python -m pipelines export {territory.id} --areas {ids} -o shortlist.zip",
        "versions": manifest["versions"],
    }


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    InputError
        The folder does not exist or cannot be written to.
    """
    draft = None
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); choose another file with -o.") from None
    finally:
        if draft is not None:
            Path(draft).unlink(missing_ok=True)
