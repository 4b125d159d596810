"""Where a site may be: places, services or a planner's list, and the services that exist beside them."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.errors import InputError
from geodata.geometry import area_of
from geodata.i18n import say
from geodata.i18n.message import Message, plural
from geodata.names import suggest
from geodata.numerals import numbers
from geodata.schema import by_id
from geodata.store import Territory
from pipelines import userdata as own_tables
from pipelines.areas.selection import lie_in
from pipelines.response.siting.question import PLACES, Question


@dataclass(frozen=True, eq=False)
class Listed:
    """A planner's own list of candidates, read from a file.

    Attributes
    ----------
    layer
        Points in EPSG:4326 with `site_id`, `name`, `capacity` (NaN: no limit) and, where the list has it, `cost`.
    notes
        What was read how or left out, one sentence each.
    name, sha256
        Of the file.
    """

    layer: gpd.GeoDataFrame
    notes: tuple[str, ...]
    name: str
    sha256: str


def choose(
    territory: Territory, table: pd.DataFrame, question: Question, own: Listed | None
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Candidates and, after them, the services that exist; index their ids as the travel model knows them."""
    services, areas = by_id(territory.layer("services"), "service_id"), territory.layer("areas")
    notes: list[str] = []
    if own is not None:
        new = own.layer.set_index(pd.Index(own.layer["site_id"], name=None), drop=False)
        new["area_id"] = area_of(new, areas)
        new = new[lie_in(new["area_id"], table, question.region, unknown=not question.region)]
        notes += own.notes
        if outside := len(own.layer) - len(new):
            beyond = Message(
                "{number} of {whole} candidates of the list lie outside the region.",
                number=outside,
                whole=len(own.layer),
            )
            notes.append(beyond)
    elif question.candidates == PLACES:
        new = by_id(territory.layer("places"), "place_id")
        new = new[lie_in(new["area_id"], table, question.region)]
        new = new[new["population"].fillna(0) >= question.people_min]
        new = new.assign(site_id=new["place_id"])
    else:
        new = services[services["category"] == question.candidates]
        new = new.assign(site_id=new["service_id"], area_id=area_of(new, areas))
        new = new[lie_in(new["area_id"], table, question.region)]
        new = new.drop(columns="capacity")
    known = {*new.index, *new["area_id"].dropna()}
    unknown = [code for code in question.excluded if code not in known]
    if unknown:
        raise InputError(
            say(
                "There is no candidate or area {name} to leave out; {hint}.",
                name=repr(unknown[0]),
                hint=suggest(unknown[0], known),
            )
        )
    new = new[~(new.index.isin(question.excluded) | new["area_id"].isin(question.excluded))].assign(existing=False)
    if "cost" not in new:
        new = new.assign(cost=1.0)
    if "capacity" not in new or question.capacity:
        new = new.assign(capacity=question.capacity or np.nan)
    old = services[(services["category"] == question.service) & question.existing]
    old = old.assign(site_id=old["service_id"], area_id=area_of(old, areas), existing=True, cost=0.0)
    old["capacity"] = np.nan
    columns = ["site_id", "name", "area_id", "existing", "cost", "capacity", "geometry"]
    both = gpd.GeoDataFrame(pd.concat([new[columns], old[columns]]), crs=services.crs)
    both["area"] = both["area_id"].map(table["name"])
    both["region"] = _region_of(both, table, question)
    return both, notes


def _region_of(candidates: gpd.GeoDataFrame, table: pd.DataFrame, question: Question) -> pd.Series:
    """Which of the regions with a minimum each candidate lies in, empty: none."""
    found = pd.Series("", index=candidates.index)
    for code, _ in question.minimum:
        mine = lie_in(candidates["area_id"], table, code)
        twice = mine & (found != "")
        if twice.any():
            raise InputError(
                say(
                    "The regions {one} and {code} overlap; give the minimum of regions side by side.",
                    one=found[twice].iloc[0],
                    code=code,
                )
            )
        found[mine] = code
    return found


def from_file(territory: Territory, content: bytes, filename: str, *, service: str) -> Listed:
    """Read a planner's list of candidates, any table that `own.read_own` reads, with places or coordinates.

    A column called `cost` is what a site costs to open; capacities and costs are read as for own services.

    Raises
    ------
    InputError
        The file cannot be read, or no row of it can be placed.
    """
    reading = own_tables.read_own(content, filename)
    done = own_tables.apply(
        reading, reading.mapping("services") | {"category": f"={service}"}, "services", territory, name="candidate"
    )
    if not len(done.layer):
        reason = done.rejected["reason"].iloc[0] if len(done.rejected) else "it has no rows"
        raise InputError(
            say(
                "No row of {filename} can be placed ({reason}); give names of places, codes or coordinates.",
                filename=filename,
                reason=reason,
            )
        )
    layer = gpd.GeoDataFrame(done.layer).rename(columns={"service_id": "site_id"})
    layer = layer[["site_id", "name", "capacity", "geometry"]]
    rows = reading.table.rows
    column = next((name for name in rows if str(name).strip().casefold() == "cost"), None)
    if column is not None:
        costs = numbers(rows[column].astype("str"))
        costs.index = pd.Index([f"candidate-{row}" for row in rows.index])
        layer["cost"] = layer["site_id"].map(costs)
        if layer["cost"].isna().any():
            first = layer.loc[layer["cost"].isna(), "name"].iloc[0]
            raise InputError(
                say(
                    "The cost of candidate {first} in {filename} is not a number; correct it.",
                    first=first,
                    filename=filename,
                )
            )
    rejected = plural(
        "{count} row of {file} cannot be placed and is left out.",
        "{count} rows of {file} cannot be placed and are left out.",
        len(done.rejected),
        file=filename,
    )
    return Listed(layer, (*done.notes, *([rejected] if len(done.rejected) else [])), filename, reading.sha256)
