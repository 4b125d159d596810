"""What a scenario means, as files of the shortlist package."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from geodata.errors import InputError
from geodata.files import digest
from geodata.store import Territory
from pipelines.areas import ranking, shortlist
from pipelines.areas.shortlist import Annex, Shortlist
from pipelines.export.spreadsheets import csv_of
from pipelines.response.scenario import reading
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import Scenario
from pipelines.response.scenario.comparing import side_by_side
from pipelines.response.scenario.effects import Effects
from pipelines.response.scenario.whatif import Result

DECIMALS = 3


def annexes(scenario: Scenario, found: Effects, *, number: int | None = None) -> tuple[Annex, ...]:
    """Write the scenario and its effects; `number` tells several scenarios of a package apart."""
    stem = "scenario" if number is None else f"scenario_{number}"
    areas = found.moved.reset_index(names="area_id")
    return (
        Annex(f"{stem}.yaml", reading.write(scenario), f"the scenario {scenario.name!r}, to be read again"),
        Annex(f"{stem}_areas.csv", _csv(areas), "areas for which it changes anything: before, after, change"),
        Annex(f"{stem}_people.csv", _csv(found.people), "people better and worse off, and beyond each threshold"),
        Annex(f"{stem}_inequality.csv", _csv(found.inequality), "inequality of access in the regions that change"),
    )


def comparison(table: pd.DataFrame) -> Annex:
    """Write scenarios side by side."""
    return Annex("scenarios.csv", _csv(table), "the scenarios side by side, with the territory as it is now")


def _csv(table: pd.DataFrame) -> bytes:
    return csv_of(table, locale="en", decimals={str(name): DECIMALS for name in table})


def scenario_shortlist(
    territory: Territory,
    before: Baseline,
    results: Sequence[Result],
    area_ids: Sequence[str],
    *,
    view: ranking.View,
    command: str | None = None,
) -> Shortlist:
    """Make a shortlist of the territory as the first scenario would have it, with all scenarios as further files.

    Parameters
    ----------
    territory, before
        The territory.
    results
        One or more; with several they are compared too.
    area_ids, view, command
        As in `shortlist.make`.

    Raises
    ------
    InputError
        An area is unknown, the list is empty, or two scenarios have the same name.
    """
    names = [each.scenario.name for each in results]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"Two scenarios are named {twice!r}; give each its own name.")
    first, several = results[0], len(results) > 1
    made = shortlist.make(territory, area_ids, view=view, asked=first.asked, command=command)
    written = [
        annex
        for number, each in enumerate(results, start=1)
        for annex in annexes(each.scenario, each.effects, number=number if several else None)
    ]
    if several:
        written.append(comparison(side_by_side(before, {each.scenario.name: each.effects for each in results})))
    told = [
        {
            "name": each.scenario.name,
            "changes": len(each.scenario.changes),
            "sha256": digest(reading.write(each.scenario)),
            "effects": each.effects.sentences(),
        }
        for each in results
    ]
    note = f"All figures are those of the scenario {first.scenario.name!r}, not of the territory as it is."
    return replace(
        made,
        title=f"{made.title}, scenario {first.scenario.name}",
        manifest=made.manifest | {"scenarios": told, "notes": [note, *made.manifest["notes"]]},
        annexes=tuple(written),
    )
