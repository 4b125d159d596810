"""What a scenario means, as files of the shortlist package."""

import pandas as pd

from pipelines.export.spreadsheets import csv_of
from pipelines.response.scenario import reading
from pipelines.response.scenario.changes import Scenario
from pipelines.response.scenario.effects import Effects
from pipelines.territory.shortlist import Annex

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
