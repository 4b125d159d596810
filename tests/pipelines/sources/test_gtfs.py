"""GTFS: departures of an ordinary day on a made-up line of three stops, and on two published feeds."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from geodata import archives, catalogue
from geodata.errors import InputError
from pipelines.sources.formats import gtfs
from tests.opendata import OPENDATA

FEEDS = OPENDATA / "gtfs"
# Trip a runs from Monday to Friday, 7:05 at A, 7:15 at C, no time at B; b goes past midnight; c runs on Sundays only;
# d repeats each half-hour from 9:00 to before 10:30. D is a stop without service, S a station.
FEED = {
    "stops.txt": "\ufeffstop_id,stop_name,stop_lat,stop_lon,location_type\n"
    "A,Alpha,46.0,14.0,\nB,Beta,46.1,14.1,0\nC,Gamma,46.2,14.2,0\nD,Delta,46.3,14.3,0\nS,Station,46.0,14.0,1\n",
    "trips.txt": "route_id,service_id,trip_id\n1,week,a\n1,week,b\n1,sun,c\n1,week,d\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "week,1,1,1,1,1,0,0,20250106,20250112\nsun,0,0,0,0,0,0,1,20250106,20250112\n",
    "calendar_dates.txt": "service_id,date,exception_type\nweek,20250106,2\nsun,20250106,1\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n"
    "a,7:05:00,7:05:00,A,2,\na,,,B,10,\na,7:15:00,7:15:00,C,11,\n"
    "b,24:50:00,24:50:00,A,1,\nb,25:10:00,25:10:00,B,2,1\nb,25:20:00,25:20:00,C,3,\n"
    "c,12:00:00,12:00:00,D,1,\nc,12:10:00,12:10:00,C,2,\n"
    "d,00:00:00,00:00:00,B,1,\nd,00:06:00,00:06:00,C,2,\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nd,9:00:00,10:30:00,1800\n",
}


def feed(folder: Path, **changes: str | None) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in FEED.items():
            text = changes.get(name.removesuffix(".txt"), text)
            if text is not None:
                archive.writestr(name, text)
    path = folder / "feed.zip"
    path.write_bytes(content.getvalue())
    return path


def test_departures_of_an_ordinary_day(tmp_path: Path):
    """Monday is a holiday on which the Sunday service runs, so Tuesday is the first ordinary day."""
    found = gtfs.read(feed(tmp_path))
    assert found.day == "2025-01-07"
    # A: 7:05 and 24:50. B: 7:10 by interpolation, and 9:00, 9:30, 10:00; b only lets people off. C: arrivals only.
    assert found.stops["departures"].to_dict() == {"A": 2, "B": 4, "C": 0, "D": 0}
    assert (found.stops.loc["A", "first"], found.stops.loc["A", "last"]) == (425.0, 1490.0)
    assert (found.stops.loc["B", "first"], found.stops.loc["B", "last"]) == (430.0, 600.0)


def test_a_stop_without_service_is_no_service(tmp_path: Path):
    source = replace(catalogue.load()["gtfs"], files=(feed(tmp_path).name,))
    found = gtfs.services(source, tmp_path).set_index("service_id")
    assert found["capacity"].to_dict() == {"stop-1-A": 2.0, "stop-1-B": 4.0}
    assert found["level"].to_dict() == {"stop-1-A": "07:05-24:50", "stop-1-B": "07:10-10:00"}
    assert gtfs.notes(source, tmp_path) == [
        "feed.zip: departures of 2025-01-07; 2 of 4 stops have none and are left out."
    ]


def test_a_stop_without_a_whole_position_is_left_out(tmp_path: Path):
    found = gtfs.read(feed(tmp_path, stops=FEED["stops.txt"].replace("14.1,", ",")))
    assert found.stops.index.tolist() == ["A", "C", "D"]


def test_a_feed_that_unpacks_to_far_more_than_it_weighs_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "feed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stops.txt", "stop_id,stop_name,stop_lat,stop_lon\n" + "0" * (archives.HARMLESS + 1))
    with pytest.raises(InputError, match="as no honest data do"):
        gtfs.read(tmp_path / "feed.zip")


def test_a_feed_may_have_days_only(tmp_path: Path):
    days = "service_id,date,exception_type\nweek,20250108,1\n"
    assert gtfs.read(feed(tmp_path, calendar=None, calendar_dates=days)).day == "2025-01-08"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"stops": None}, "has no stops.txt"),
        ({"trips": "trip,service_id\n"}, "no column 'trip_id'"),
        ({"stop_times": FEED["stop_times.txt"].replace("7:05:00", "7h05")}, "the time '7h05'"),
        ({"calendar": FEED["calendar.txt"].replace("20250106,", "2025-01-06,")}, "the day '2025-01-06'"),
        ({"frequencies": FEED["frequencies.txt"].replace("1800", "0")}, "headway_secs '0'"),
        ({"stops": FEED["stops.txt"].replace("46.1,", "46°6,")}, "1 of 4 values of stop_lat in .* are no numbers"),
        ({"stops": FEED["stops.txt"].replace("14.1,", "east,")}, "1 of 4 values of stop_lon in .* first: 'east'"),
        ({"calendar": None, "calendar_dates": None}, "no trip from Monday to Friday"),
    ],
)
def test_feeds_that_cannot_be_used(tmp_path: Path, changes: dict[str, str | None], told: str):
    with pytest.raises(InputError, match=told):
        gtfs.read(feed(tmp_path, **changes))
    (tmp_path / "no.zip").write_bytes(b"<html>")
    with pytest.raises(InputError, match="no zip archive"):
        gtfs.read(tmp_path / "no.zip")


@pytest.mark.opendata("gtfs")
@pytest.mark.parametrize("name", ["gtfs_minsk-maz.zip", "gtfs_zabki.zip"])
def test_published_feeds(name: str):
    found = gtfs.read(FEEDS / name)
    served = found.stops[found.stops["departures"] > 0]
    assert len(served) > 20
    assert served["first"].between(0, 26 * 60).all() and (served["first"] <= served["last"]).all()
    assert served["lat"].between(52, 53).all() and served["lon"].between(20.5, 22).all()
