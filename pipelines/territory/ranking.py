"""From a view of a territory to a shortlist that can be exported and repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.errors import InputError
from geodata.names import suggest
from geodata.store import Territory
from pipelines.access.remoteness import neighbours
from pipelines.priority import analysis, classes, configuration
from pipelines.priority.analysis import Analysis
from pipelines.priority.composite import dictionary
from pipelines.priority.configuration import Configuration
from pipelines.priority.replicates import Progress
from pipelines.territory.own import Joined
from pipelines.territory.selection import Selection, ordered, select
from pipelines.territory.shortlist import Shortlist
from pipelines.territory.table import areas_table

SOURCE_COLUMNS = {"id": "source_id", "licence_address": "licence_url"}


# A list may be ranked by how sure its areas are, beside any indicator.
FIRMEST = "probability"


@dataclass(frozen=True)
class View:
    """What a list was taken from: filters, and the indicator it was ranked by, or `FIRMEST`."""

    selection: Selection = field(default_factory=Selection)
    by: str = "gap"


def ask(
    territory: Territory,
    *,
    weighting: Configuration | None = None,
    k: int | None = None,
    draws: int = analysis.DRAWS,
    seed: int = analysis.SEED,
    progress: Progress | None = None,
) -> Analysis:
    """Ask who needs most in a territory; without a weighting, by the one it was built with, without k as usual."""
    built = areas_table(territory)

    @cache
    def touching() -> pd.DataFrame:
        return neighbours.contiguous(territory.layer("areas").set_index("area_id").geometry)

    return Analysis(
        built=built,
        configuration=weighting or configuration.load(territory.manifest["index"]),
        k=analysis.usual_length(len(built)) if k is None else k,
        draws=draws,
        seed=seed,
        progress=progress,
        touching=touching,
    )


def top(territory: Territory, view: View, *, count: int, asked: Analysis | None = None) -> list[str]:
    """Codes of the areas that come first under a view, in order.

    By `FIRMEST` those come first whose place on the list is the surest, and of equally sure ones the highest gap.

    Parameters
    ----------
    territory, view
        What is looked at.
    count
        How many areas.
    asked
        The analysis; None for the one of `ask`.

    Raises
    ------
    InputError
        The region or the indicator is unknown, or no area passes the filters.
    """
    asked = asked or ask(territory)
    passing = asked.table[select(asked.table, view.selection)]
    ranked = ordered(passing, territory.codebook, "gap" if view.by == FIRMEST else view.by)
    if view.by == FIRMEST:
        sure = asked.robustness.frame.loc[ranked.index, FIRMEST]
        ranked = ranked.loc[sure.sort_values(ascending=False, kind="stable").index]
    if ranked.empty:
        raise InputError("No area passes the filters; choose a wider region or fewer limits.")
    return list(ranked.index[:count])


def make(
    territory: Territory,
    area_ids: Sequence[str],
    *,
    view: View,
    asked: Analysis | None = None,
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
    asked
        The analysis that says how sure each place is and why; None for the one of `ask`.
    notes
        The planner's words by area; None for a list without notes.
    command
        The command line that makes the same list; None for a list chosen by hand.

    Raises
    ------
    InputError
        An area is unknown, or the list is empty.
    """
    asked = asked or ask(territory)
    ids = list(area_ids)
    unknown = [area_id for area_id in ids if area_id not in asked.table.index]
    if unknown:
        raise InputError(
            f"There is no area {unknown[0]!r} in {territory.manifest['title']}; "
            f"{suggest(unknown[0], asked.table.index)}."
        )
    rows = asked.table.loc[ids]
    columns = pd.DataFrame(
        {
            "order": range(1, len(rows) + 1),
            "area_id": ids,
            "name": rows["name"],
            "nuts2_name": rows["nuts2_name"],
            "nuts3_name": rows["nuts3_name"],
            "degurba": rows["degurba_label"],
        }
    )
    columns = pd.concat([columns, asked.columns(ids), rows[list(territory.codebook.index)]], axis=1)
    if notes is not None:
        columns["note"] = [notes.get(area_id) for area_id in ids]
    shapes = territory.layer("areas").set_index("area_id").geometry.loc[ids]
    manifest = territory.manifest
    return Shortlist(
        areas=gpd.GeoDataFrame(columns.reset_index(drop=True), geometry=shapes.to_numpy(), crs=shapes.crs),
        codebook=territory.codebook.reset_index(drop=True),
        sources=pd.DataFrame(manifest["sources"]).rename(columns=SOURCE_COLUMNS),
        manifest=facts(territory, ids, view, asked, command),
        title=f"Shortlist, {manifest['title']}",
        configuration=configuration.dump(asked.configuration),
        audit=asked.audit(ids),
        own=territory.rows_in(ids) if isinstance(territory, Joined) else None,
        breaks=_breaks(asked.table, territory.codebook),
    )


def _breaks(table: pd.DataFrame, codebook: pd.DataFrame) -> dict[str, tuple[float, ...]]:
    """Bounds of the classes that the map shows of each indicator; those that are classes already have none."""
    known = dictionary()
    names = [name for name in codebook.index if name not in known or not known[name].classes]
    return {name: tuple(classes.quantile_breaks(table[name]).tolist()) for name in names}


def facts(
    territory: Territory, area_ids: list[str], view: View, asked: Analysis, command: str | None
) -> dict[str, Any]:
    """What the manifest of a list says: enough to repeat it and to see what it rests on."""
    manifest = territory.manifest
    chosen = (
        f"python -m pipelines export {territory.id} --areas {','.join(area_ids)} {asked.options()} -o shortlist.zip"
    )
    return {
        "territory": territory.id,
        "territory_version": territory.version,
        "view": asdict(view),
        "areas": area_ids,
        "priority": asked.facts(),
        "travel": manifest["travel"],
        "parameters": manifest["parameters"],
        "notes": manifest["notes"],
        "build_command": manifest["command"],
        "command": command or chosen,
        "versions": manifest["versions"],
    } | ({"own": manifest["own"]} if "own" in manifest else {})
