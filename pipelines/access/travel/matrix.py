"""Travel times from a table of the user's own, made by a router (r5py, OSRM, Valhalla) or a ministry."""

import io
from math import inf
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from geodata import tables
from geodata.errors import InputError
from geodata.i18n.message import Message
from pipelines.access.travel.model import Ints, Nearest, counted

PARQUET_MAGIC = b"PAR1"
GUESSES = {
    "origin": ("from", "from_id", "origin", "origin_id", "from_node", "source", "source_id"),
    "destination": ("to", "to_id", "destination", "destination_id", "to_node", "target", "target_id"),
    "minutes": ("minutes", "travel_time", "time_minutes", "duration_minutes", "travel_time_p50", "time", "min"),
}


def read(
    path: Path,
    *,
    origin: str | None = None,
    destination: str | None = None,
    minutes: str | None = None,
    km: str | None = None,
) -> pd.DataFrame:
    """Read a table of travel times: Parquet, or a table of text as `tables.read` reads it, of any size.

    Parameters
    ----------
    path
        The table.
    origin, destination, minutes, km
        Names of the columns; what is not given is guessed from common names, and kilometres are read only if named.

    Returns
    -------
    DataFrame
        `origin`, `destination` (text), `minutes`, and `km` if named.

    Raises
    ------
    InputError
        The file cannot be read, or a column is missing or cannot be guessed.
    """
    try:
        content = path.read_bytes()
        if content.startswith(PARQUET_MAGIC):
            table = pd.read_parquet(io.BytesIO(content))
        else:
            table, _ = tables.read(content, path.name, largest=inf, most_rows=inf, formats="CSV, XLSX or Parquet")
    except InputError:
        raise
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"{path.name} cannot be read as a table ({error}); save it anew.") from None
    names = {"origin": origin, "destination": destination, "minutes": minutes} | ({"km": km} if km else {})
    columns = {_column(table, path, role, name): role for role, name in names.items()}
    return table[list(columns)].rename(columns=columns)


def _column(table: pd.DataFrame, path: Path, role: str, name: str | None) -> str:
    """The column of a role, as named or guessed."""
    columns = [str(column) for column in table]
    matches = [column for column in columns if (column == name if name else column.lower() in GUESSES[role])]
    if len(matches) != 1:
        problem = f"has no column {name!r}" if name else f"has {len(matches)} columns that may hold the {role}"
        raise InputError(f"{path.name} {problem} (columns: {', '.join(columns)}); name the column.")
    return matches[0]


class Matrix:
    """Minutes from a table of pairs.

    The index of the points must hold the ids of the table. A pair that is not in the table, or has no minutes, is
    out of reach. Of a pair given several times the fewest minutes count. Where the table runs the other way, from
    the services to the places, it is read backwards.

    Parameters
    ----------
    table
        `origin`, `destination` (ids), `minutes`, and `km` if known; without it kilometres are missing (NaN).
    places, services
        The ids that the table may name, of each side.
    name, date
        What made the table, and the day (ISO) of its data; they appear wherever the minutes do.

    Raises
    ------
    InputError
        The table names unknown ids, minutes or kilometres are negative or not numbers, or ids are given twice.
    """

    def __init__(
        self, table: pd.DataFrame, *, places: pd.Index, services: pd.Index, name: str, date: str | None
    ) -> None:
        self.name, self.date = name, date
        self._places, self._services = _ids(places, "places"), _ids(services, "services")
        start, end = table["origin"].astype(str), table["destination"].astype(str)
        # Whichever way more ids are known.
        ahead = start.isin(self._places).sum() + end.isin(self._services).sum()
        back = end.isin(self._places).sum() + start.isin(self._services).sum()
        self.backwards = bool(back > ahead)
        if self.backwards:
            start, end = end, start
        for ids, known, what in ((start, self._places, "places"), (end, self._services, "services")):
            unknown = ids[~ids.isin(known)]
            if len(unknown):
                raise InputError(
                    f"{len(unknown):,} of {len(table):,} rows of the travel times name {unknown.nunique():,} unknown "
                    f"{what} (first: {', '.join(unknown.unique()[:3])}); use the ids of the territory."
                )
        pairs = pd.DataFrame({"origin": start, "destination": end, "minutes": _numbers(table["minutes"], "minutes")})
        pairs["km"] = _numbers(table["km"], "km") if "km" in table else np.nan
        pairs = pairs[np.isfinite(pairs["minutes"])]
        pairs = pairs.sort_values(["origin", "destination", "minutes", "km"])
        self._pairs: pd.DataFrame = pairs.drop_duplicates(["origin", "destination"], ignore_index=True)
        self.without_minutes, self.duplicates = len(table) - len(pairs), len(pairs) - len(self._pairs)

    @property
    def pairs(self) -> pd.DataFrame:
        """One row a pair: origin and destination (ids), minutes, km (NaN: unknown)."""
        return self._pairs

    def describe(self) -> dict[str, Any]:
        """Name, parameters, date and a sentence on what the minutes are."""
        return {
            "model": "matrix",
            "name": self.name,
            "date": self.date,
            "pairs": len(self._pairs),
            "duplicates": self.duplicates,
            "without_minutes": self.without_minutes,
            "backwards": self.backwards,
            "estimate": False,
            "title": Message("{name}, {date}", name=self.name, date=self.date or Message("date unknown")),
            "note": Message(
                "Minutes are those of a table given by the user ({name}, {date}); pairs that it lacks are out of "
                "reach; of {duplicates} repeated rows the fewest minutes count.",
                name=self.name,
                date=self.date or Message("date unknown"),
                duplicates=self.duplicates,
            ),
        }

    def nearest(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, k: int = 1) -> Nearest:
        """Find the k destinations with the fewest minutes from each origin."""
        pairs = self._between(origins, destinations)
        place = pairs.groupby("origin").cumcount()
        pairs, place = pairs[place < k], place[place < k]
        at = (pairs["origin"].to_numpy(), place.to_numpy())
        index = np.full((len(origins), k), -1, dtype=np.int64)
        minutes, km = np.full((len(origins), k), np.inf), np.full((len(origins), k), np.inf)
        index[at], minutes[at], km[at] = pairs["destination"], pairs["minutes"], pairs["km"]
        return Nearest(index=index, minutes=minutes, km=km)

    def within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> pd.DataFrame:
        """Find every pair within a limit, ordered by origin, minutes and destination."""
        pairs = self._between(origins, destinations)
        return pairs[pairs["minutes"] <= minutes].reset_index(drop=True)

    def count_within(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, *, minutes: float) -> Ints:
        """Count the destinations of each origin within a limit."""
        return counted(self.within(origins, destinations, minutes=minutes), len(origins))

    def _between(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries) -> pd.DataFrame:
        """The pairs of these points by position, ordered by origin, minutes and destination."""
        start = _known(origins.index, self._places, "places").get_indexer(pd.Index(self._pairs["origin"]))
        end = _known(destinations.index, self._services, "services").get_indexer(pd.Index(self._pairs["destination"]))
        pairs: pd.DataFrame = self._pairs.assign(origin=start, destination=end)[(start >= 0) & (end >= 0)]
        return pairs.sort_values(["origin", "minutes", "destination"], ignore_index=True)


def _known(index: pd.Index, known: pd.Index, what: str) -> pd.Index:
    """Ids of points, all of them known."""
    ids = _ids(index, what)
    unknown = ids[~ids.isin(known)]
    if len(unknown):
        raise InputError(
            f"The index of the points holds {len(unknown):,} of {len(ids):,} unknown {what} (first: "
            f"{', '.join(unknown[:3])}); set it to the ids that the travel times name."
        )
    return ids


def _ids(index: pd.Index, what: str) -> pd.Index:
    """Ids as text, each once."""
    ids = index.astype(str)
    if not ids.is_unique:
        twice = ids[ids.duplicated()].unique()
        raise InputError(
            f"{len(twice):,} ids of {what} occur more than once (first: {', '.join(twice[:3])}); give each its own."
        )
    return ids


def _numbers(column: pd.Series, what: str) -> pd.Series:
    """Numbers of a column, NaN where there is none; text may have a decimal comma."""
    text = column.astype(str).str.strip().str.replace(",", ".", regex=False)
    gap = column.isna() | text.str.lower().isin(["", "nan", "none", "inf"])
    numbers = pd.to_numeric(text.where(~gap, "nan"), errors="coerce").astype(float)
    bad = (numbers.isna() & ~gap) | (numbers < 0)
    if bad.any():
        first = ", ".join(repr(value) for value in column[bad].head(3))
        raise InputError(
            f"The {what} of {bad.sum():,} of {len(column):,} rows are negative or not numbers (first: {first}); "
            "correct them."
        )
    return numbers
