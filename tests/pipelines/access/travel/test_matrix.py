"""Travel times from the user's own table, written as CSV and Parquet."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.errors import InputError
from pipelines.access.travel import matrix
from pipelines.access.travel.matrix import Matrix
from pipelines.access.travel.model import TravelModel

VILLAGES, CLINICS = pd.Index(["001", "002", "003"]), pd.Index(["x", "y"])
# Aldea (001) is 12 minutes from clinic x and 7 from y; Borgo (002) 30 from x; Cerro (003) has no road.
ROWS = [("001", "x", 12.0), ("001", "y", 7.0), ("002", "x", 30.0)]


def points(ids: pd.Index) -> gpd.GeoSeries:
    return gpd.GeoSeries(gpd.points_from_xy(np.arange(len(ids)), np.zeros(len(ids))), index=ids, crs="EPSG:4326")


def model(rows: list[tuple], **columns: list) -> Matrix:
    table = pd.DataFrame(rows, columns=["origin", "destination", "minutes"]).assign(**columns)
    return Matrix(table, places=VILLAGES, services=CLINICS, name="r5py", date="2025-05-01")


def test_it_is_a_travel_model_that_names_itself_and_its_date() -> None:
    travel: TravelModel = model(ROWS)
    about = travel.describe()
    assert (about["model"], about["name"], about["date"], about["pairs"]) == ("matrix", "r5py", "2025-05-01", 3)
    assert about["title"] == "r5py, 2025-05-01"


def test_the_nearest_are_those_of_the_table_and_missing_pairs_are_out_of_reach() -> None:
    found = model(ROWS).nearest(points(VILLAGES), points(CLINICS), k=2)
    assert found.minutes.tolist() == [[7, 12], [30, np.inf], [np.inf, np.inf]]
    assert found.index.tolist() == [[1, 0], [0, -1], [-1, -1]]


def test_pairs_within_a_limit_that_is_equal() -> None:
    pairs = model(ROWS).within(points(VILLAGES), points(CLINICS), minutes=12)
    assert pairs[["origin", "destination", "minutes"]].to_numpy().tolist() == [[0, 1, 7], [0, 0, 12]]
    assert model(ROWS).count_within(points(VILLAGES), points(CLINICS), minutes=12).sum() == 2


def test_positions_are_those_of_the_points_that_are_asked() -> None:
    found = model(ROWS).nearest(points(pd.Index(["002", "001"])), points(pd.Index(["x"])))
    assert found.minutes[:, 0].tolist() == [30, 12]
    assert found.index[:, 0].tolist() == [0, 0]


def test_kilometres_are_missing_unless_the_table_has_them() -> None:
    found = model(ROWS).nearest(points(VILLAGES), points(CLINICS))
    np.testing.assert_array_equal(found.km[:, 0], [np.nan, np.nan, np.inf])
    found = model(ROWS, km=[10, 5, 25]).nearest(points(VILLAGES), points(CLINICS))
    assert found.km[:, 0].tolist() == [5, 25, np.inf]


def test_a_table_from_the_services_to_the_places_is_read_backwards() -> None:
    travel = model([(clinic, village, minutes) for village, clinic, minutes in ROWS])
    assert travel.describe()["backwards"]
    assert travel.nearest(points(VILLAGES), points(CLINICS)).minutes[:, 0].tolist() == [7, 30, np.inf]


def test_of_repeated_pairs_the_fewest_minutes_count_and_are_counted() -> None:
    travel = model([*ROWS, ("001", "x", 5.0), ("001", "x", 99.0)])
    assert travel.nearest(points(VILLAGES), points(CLINICS)).minutes[0, 0] == 5
    assert travel.describe()["duplicates"] == 2


def test_pairs_without_minutes_are_out_of_reach_and_are_counted() -> None:
    travel = model([*ROWS, ("003", "x", np.nan), ("003", "y", np.inf)])
    assert np.isinf(travel.nearest(points(VILLAGES), points(CLINICS)).minutes[2, 0])
    assert travel.describe()["without_minutes"] == 2


@pytest.mark.parametrize(
    ("head", "separator"),
    [("from_id,to_id,travel_time", ","), ("origin;destination;minutes", ";"), ("To,Minutes,From", ",")],
)
def test_columns_are_guessed_and_ids_keep_their_zeros(tmp_path: Path, head: str, separator: str) -> None:
    """A byte-order mark, semicolons with decimal commas, and columns in any order."""
    order = ["To", "Minutes", "From"]
    cells = {"From": "001", "To": "x", "Minutes": "7,5" if separator == ";" else "7.5"}
    row = [cells[name] for name in order] if head.startswith("To") else list(cells.values())
    (tmp_path / "t.csv").write_text(f"{head}\n{separator.join(row)}\n", encoding="utf-8-sig")
    read = matrix.read(tmp_path / "t.csv")
    travel = Matrix(read, places=VILLAGES, services=CLINICS, name="r5py", date=None)
    assert travel.nearest(points(VILLAGES), points(CLINICS)).minutes[:, 0].tolist() == [7.5, np.inf, np.inf]
    assert travel.describe()["title"] == "r5py, date unknown"


def test_parquet_with_named_columns(tmp_path: Path) -> None:
    table = pd.DataFrame(ROWS, columns=["dorf", "praxis", "fahrzeit"]).assign(weg=[10.0, 5.0, 25.0])
    table.to_parquet(tmp_path / "t.parquet")
    read = matrix.read(tmp_path / "t.parquet", origin="dorf", destination="praxis", minutes="fahrzeit", km="weg")
    travel = Matrix(read, places=VILLAGES, services=CLINICS, name="ministry", date="2024-01-01")
    assert travel.nearest(points(VILLAGES), points(CLINICS)).km[:, 0].tolist() == [5, 25, np.inf]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("from,minutes\n1,2\n", r"t.csv has 0 columns that may hold the destination \(columns: from, minutes\)"),
        ("from,origin,to,minutes\n1,1,2,3\n", "t.csv has 2 columns that may hold the origin"),
        ("", "t.csv is empty; give a table"),
    ],
)
def test_tables_that_cannot_be_read_are_refused(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(InputError, match=sentence):
        matrix.read(tmp_path / "t.csv")
    (tmp_path / "t.parquet").write_bytes(b"PAR1 cut")
    with pytest.raises(InputError, match=r"t\.parquet cannot be read"):
        matrix.read(tmp_path / "t.parquet")


def test_a_named_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("from,to,minutes\n001,x,3\n")
    with pytest.raises(InputError, match=r"t\.csv has no column 'weg' \(columns: from, to, minutes\); name the column"):
        matrix.read(tmp_path / "t.csv", km="weg")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [*ROWS, ("8", "x", 1.0), ("9", "y", 1.0), ("8", "y", 1.0)],
            r"3 of 6 rows of the travel times name 2 unknown places \(first: 8, 9\); use the ids of the territory",
        ),
        ([*ROWS, ("001", "z", 1.0)], r"1 of 4 rows of the travel times name 1 unknown services \(first: z\)"),
        ([*ROWS, ("003", "x", -4.0)], r"The minutes of 1 of 4 rows are negative or not numbers \(first: -4.0\)"),
        ([("001", "x", "soon"), ("001", "y", "3")], r"1 of 2 rows are negative or not numbers \(first: 'soon'\)"),
    ],
)
def test_bad_rows_are_refused_in_one_sentence(rows: list[tuple], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        model(rows)


def test_points_without_their_ids_are_refused() -> None:
    """A table of places has row numbers for an index unless it is set: nothing would be in reach."""
    with pytest.raises(InputError, match=r"holds 3 of 3 unknown places \(first: 0, 1, 2\); set it to the ids"):
        model(ROWS).nearest(points(VILLAGES).reset_index(drop=True), points(CLINICS))


def test_ids_that_occur_twice_are_refused() -> None:
    with pytest.raises(InputError, match=r"1 ids of places occur more than once \(first: 001\)"):
        model(ROWS).nearest(points(pd.Index(["001", "001"])), points(CLINICS))
