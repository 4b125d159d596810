"""Public transport stops with their departures (GTFS schedule feeds).

Departures are those of one ordinary day: the weekday with the most trips in force. A stop that nobody leaves from that
day is no service and is left out. Times after midnight belong to the day before and go past 24:00; the last stop of a
trip is an arrival and no departure; stops that are only for getting off do not count either.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.archives import member, members
from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.i18n.message import Message
from geodata.schema import CRS
from pipelines.sources.formats.parsing import once
from pipelines.sources.formats.tables import coordinates, read_csv

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = "1", "2"
NO_PICKUP = "1"
# Stops are places to board; stations, entrances and nodes have other types.
BOARDING = ("", "0")


@dataclass(frozen=True)
class Timetable:
    """Stops of a feed on one day.

    Attributes
    ----------
    day
        The day, ISO 8601.
    stops
        Index stop_id; `name`, `lat`, `lon`, `departures` (that day), `first`, `last` (minutes after midnight, NaN
        without service).
    """

    day: str
    stops: pd.DataFrame


def services(source: Source, folder: Path) -> gpd.GeoDataFrame:
    """Stops with service, category `bus_stop`; `capacity` is departures a day, `level` says the first and the last.

    Parameters
    ----------
    source
        Its files are feeds, zip archives; ids are told apart by the position of the feed.
    folder
        Of the files.

    Raises
    ------
    InputError
        A feed cannot be read, lacks a file or column, has a time or day that is none, or no trip in force.
    """
    parts = []
    for number, timetable in enumerate(_timetables(source, folder), start=1):
        stops = timetable.stops
        parts.append(stops[stops["departures"] > 0].assign(feed=number))
    found = pd.concat(parts).reset_index()
    return gpd.GeoDataFrame(
        {
            "service_id": "stop-" + found["feed"].astype(str) + "-" + found["stop_id"],
            "category": "bus_stop",
            "name": found["name"],
            "level": found["first"].map(clock) + "-" + found["last"].map(clock),
            "source_url": pd.Series(None, index=found.index, dtype="str"),
            "confidence": pd.Series(None, index=found.index, dtype="str"),
            "capacity": found["departures"].astype(float),
        },
        geometry=gpd.points_from_xy(found["lon"], found["lat"]),
        crs=CRS,
    )


def notes(source: Source, folder: Path) -> list[Message]:
    """Which day each feed is read for, and how many of its stops have no service that day."""
    found = []
    for name, timetable in zip(source.files, _timetables(source, folder), strict=True):
        idle = int((timetable.stops["departures"] == 0).sum())
        found.append(
            Message(
                "{file}: departures of {day}; {idle} of {all} stops have none and are left out.",
                file=name,
                day=timetable.day,
                idle=idle,
                all=len(timetable.stops),
            )
        )
    return found


@once
def _timetables(source: Source, folder: Path) -> list[Timetable]:
    return [read(folder / name) for name in source.files]


def read(path: Path) -> Timetable:
    """Read one feed for its ordinary day.

    Raises
    ------
    InputError
        As `services`.
    """
    names = members(path)

    def table(name: str, *columns: str, optional: bool = False) -> pd.DataFrame:
        if name not in names and optional:
            return pd.DataFrame(columns=list(columns), dtype=str)
        if name not in names:
            raise InputError(f"{path} has no {name}; give a GTFS schedule feed.")
        return read_csv(member(path, name), columns, f"{path}, {name}", encoding="utf-8-sig")

    stops = table("stops.txt", "stop_id", "stop_name", "stop_lat", "stop_lon")
    trips = table("trips.txt", "trip_id", "service_id")
    times = table("stop_times.txt", "trip_id", "stop_id", "stop_sequence", "departure_time")
    weekly = table("calendar.txt", "service_id", *DAYS, "start_date", "end_date", optional=True)
    special = table("calendar_dates.txt", "service_id", "date", "exception_type", optional=True)
    repeated = table("frequencies.txt", "trip_id", "start_time", "end_time", "headway_secs", optional=True)
    day, running = _ordinary_day(path, trips, weekly, special)
    leaving = _departures(path, times[times["trip_id"].isin(running)], repeated)
    kind = stops.get("location_type", pd.Series("", index=stops.index))
    placed = (stops["stop_lat"] != "") & (stops["stop_lon"] != "")
    stops = stops[kind.isin(BOARDING) & placed].drop_duplicates("stop_id").set_index("stop_id")
    by_stop = leaving.groupby("stop_id")["minute"].agg(["size", "min", "max"]).reindex(stops.index)
    return Timetable(
        day.date().isoformat(),
        pd.DataFrame(
            {
                "name": stops["stop_name"],
                "lat": coordinates(stops["stop_lat"], f"{path}, stops.txt"),
                "lon": coordinates(stops["stop_lon"], f"{path}, stops.txt"),
                "departures": by_stop["size"].fillna(0).astype("int64"),
                "first": by_stop["min"],
                "last": by_stop["max"],
            }
        ),
    )


def minutes(times: pd.Series, what: str) -> pd.Series:
    """Minutes after midnight of times such as `7:05:00` or `25:10:00`; NaN where empty.

    Raises
    ------
    InputError
        A time is of another form.
    """
    parts = times.str.strip().str.extract(r"^(\d{1,3}):([0-5]\d):([0-5]\d)$").astype(float)
    wrong = parts[0].isna() & (times.str.strip() != "")
    if wrong.any():
        raise InputError(f"{what} has the time {times[wrong].iloc[0]!r}, expected hours:minutes:seconds; correct it.")
    found: pd.Series = parts[0] * 60 + parts[1] + parts[2] / 60
    return found


def clock(minute: float) -> str:
    """Minutes after midnight as a time; past 24:00 on the day after.

    Examples
    --------
    >>> clock(425.0), clock(1510.0)
    ('07:05', '25:10')
    """
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def _ordinary_day(
    path: Path, trips: pd.DataFrame, weekly: pd.DataFrame, special: pd.DataFrame
) -> tuple[pd.Timestamp, set[str]]:
    """The first day from Monday to Friday on which the most trips run, and these trips."""
    number = trips.groupby("service_id").size()
    running: dict[pd.Timestamp, set[str]] = {}
    for row in weekly.to_dict("records"):
        for day in pd.date_range(_day(path, row["start_date"]), _day(path, row["end_date"])):
            if row[DAYS[day.weekday()]] == "1":
                running.setdefault(day, set()).add(row["service_id"])
    for row in special.to_dict("records"):
        day = _day(path, row["date"])
        if row["exception_type"] == ADDED:
            running.setdefault(day, set()).add(row["service_id"])
        elif row["exception_type"] == REMOVED:
            running.get(day, set()).discard(row["service_id"])
    trips_of_day = {day: int(number.reindex(sorted(ids)).fillna(0).sum()) for day, ids in sorted(running.items())}
    working = {day: count for day, count in trips_of_day.items() if count and day.weekday() < 5}
    if not working:
        raise InputError(f"{path} has no trip from Monday to Friday; give a feed that is in force.")
    day = max(working, key=lambda each: working[each])
    return day, set(trips["trip_id"][trips["service_id"].isin(running[day])])


def _day(path: Path, text: str) -> pd.Timestamp:
    try:
        return pd.to_datetime(text, format="%Y%m%d")
    except ValueError as error:
        raise InputError(f"{path} has the day {text!r}, expected YYYYMMDD; correct it.") from error


def _departures(path: Path, times: pd.DataFrame, repeated: pd.DataFrame) -> pd.DataFrame:
    """Every departure: `stop_id`, `minute`; trips of frequencies.txt once for each time that they start."""
    times = times.assign(
        minute=minutes(times["departure_time"], f"{path}, stop_times.txt"),
        order=pd.to_numeric(times["stop_sequence"], errors="coerce"),
    ).sort_values(["trip_id", "order"], kind="stable")
    # Between two stops with a time, the others are passed at an even pace.
    gaps = times["trip_id"].isin(times.loc[times["minute"].isna(), "trip_id"])
    if gaps.any():
        by_trip = times[gaps].groupby("trip_id")["minute"]
        times.loc[gaps, "minute"] = by_trip.transform(lambda each: each.interpolate(limit_area="inside"))
    start = times.groupby("trip_id")["minute"].transform("min")
    ends = ~times["trip_id"].duplicated(keep="last")
    boarding = times.get("pickup_type", pd.Series("", index=times.index)) != NO_PICKUP
    leaving = times[~ends & boarding & times["minute"].notna()].assign(after=times["minute"] - start)
    once = leaving[~leaving["trip_id"].isin(repeated["trip_id"])][["stop_id", "minute"]]
    starts = []
    for row in repeated[repeated["trip_id"].isin(leaving["trip_id"])].to_dict("records"):
        first, last = minutes(pd.Series([row["start_time"], row["end_time"]]), f"{path}, frequencies.txt")
        headway = pd.to_numeric(row["headway_secs"], errors="coerce") / 60
        if not headway > 0:
            raise InputError(f"{path}, frequencies.txt has headway_secs {row['headway_secs']!r}, expected above 0.")
        starts += [(row["trip_id"], minute) for minute in np.arange(first, last, headway)]
    frame = pd.DataFrame(starts, columns=["trip_id", "start"]).astype({"start": float})
    many = leaving.merge(frame, on="trip_id")
    many = many.assign(minute=many["start"] + many["after"])[["stop_id", "minute"]]
    return pd.concat([once, many], ignore_index=True)
