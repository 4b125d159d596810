"""Files as planners have them are read alike wherever they come in: the list to compare, the travel times, the
candidates for sites and My data.

One table, three rows, in every manner in which programs write it.
"""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from geodata import tables
from geodata.errors import InputError
from geodata.store import Territory
from pipelines.access.travel import matrix
from pipelines.areas import lists
from pipelines.response.siting import candidates
from pipelines.userdata import read_own
from tests.pipelines import own_territory

CODES, RANKS = ["001001", "001002", "001003"], ["1", "2", "3"]
HEADER = ["code", "to", "minutes", "rank", "name", "lat", "lon"]
ROWS = [
    [code, "clinic", minutes, rank, name, lat, lon]
    for code, minutes, rank, name, (lat, lon) in zip(
        CODES,
        ["7.5", "12", "30"],
        RANKS,
        ["Agliè", 'Borgo "Nuovo"', "Cima, Alta"],
        [("45.3", "9.1"), ("45.3", "9.3"), ("45.25", "9.5")],
        strict=True,
    )
]


def text(delimiter: str, *, above: str = "", below: str = "", quoted: bool = False) -> str:
    def cell(content: str) -> str:
        special = quoted or delimiter in content or '"' in content
        return '"' + content.replace('"', '""') + '"' if special else content

    lines = [delimiter.join(map(cell, row)) for row in [HEADER, *ROWS]]
    return above + "\r\n".join(lines) + "\r\n" + below


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in [["Elenco dei comuni"], [], HEADER, *ROWS]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


FILES = {
    "comma": text(",").encode(),
    "semicolon": text(";").encode(),
    "tab": text("\t").encode(),
    "bar": text("|").encode(),
    "quoted": text(",", quoted=True).encode(),
    "byte order mark": text(";").encode("utf-8-sig"),
    "UTF-16": text("\t").encode("utf-16"),
    "Windows": text(";").encode("cp1252"),
    "title lines": text(";", above="Elenco dei comuni 2024\r\n;;;;;;\r\n").encode(),
    "empty lines": text(",", below=",,,,,,\r\n\r\n\r\n").encode(),
    "workbook": workbook(),
}


def compared(content: bytes, _: Path, __: Territory) -> pd.DataFrame:
    table = lists.parse(content, title="file").table
    return pd.DataFrame({"code": table.index, "rank": table["rank"].map("{:.0f}".format)})


def travel_times(content: bytes, folder: Path, _: Territory) -> pd.DataFrame:
    (folder / "times.csv").write_bytes(content)
    table = matrix.read(folder / "times.csv", origin="code", km="rank")
    return table.rename(columns={"origin": "code", "km": "rank"})


def listed_sites(content: bytes, _: Path, territory: Territory) -> pd.DataFrame:
    layer = candidates.from_file(territory, content, "file", service="pharmacy").layer
    return pd.DataFrame({"name": layer["name"]})


def own_data(content: bytes, _: Path, __: Territory) -> pd.DataFrame:
    return read_own(content, "file").table.rows


def plain(content: bytes, _: Path, __: Territory) -> pd.DataFrame:
    return tables.read(content, "file")[0]


Entry = Callable[[bytes, Path, Territory], pd.DataFrame]


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    return own_territory.build(tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("entry", [compared, travel_times, listed_sites, own_data, plain])
def test_every_entry_reads_the_same_rows(entry: Entry, name: str, tmp_path: Path, valley: Territory) -> None:
    rows = entry(FILES[name], tmp_path, valley)
    expected = pd.DataFrame(ROWS, columns=HEADER)
    known = [column for column in HEADER if column in rows]
    assert known
    assert rows[known].to_numpy().tolist() == expected[known].to_numpy().tolist()


@pytest.mark.parametrize("entry", [compared, travel_times, listed_sites, own_data, plain])
@pytest.mark.parametrize("content", [b"", b"\n\n;;\n", b"code,rank\n", b"a\0b,c\n", b"<html></html>"])
def test_every_entry_refuses_the_same_files(entry: Entry, content: bytes, tmp_path: Path, valley: Territory) -> None:
    with pytest.raises(InputError) as caught:
        entry(content, tmp_path, valley)
    with pytest.raises(InputError) as expected:
        tables.read(content, "file")
    assert str(caught.value).split(";")[0].split(" ", 1)[1] == str(expected.value).split(";")[0].split(" ", 1)[1]


def test_a_table_of_travel_times_may_be_longer_than_an_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.tabular.FIRST_ROWS", 1)
    content = b"from,to,minutes\n" + b"a,b,1\n" * 20
    (tmp_path / "times.csv").write_bytes(content)
    assert len(matrix.read(tmp_path / "times.csv")) == 20
    with pytest.raises(InputError, match="21 rows"):
        tables.read(content, "times.csv", most_rows=19)
