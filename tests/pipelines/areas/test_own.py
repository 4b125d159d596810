"""Own layers beside a built territory: what screens, lists and files get from them.

The territory is that of `tests.dashboard.two_countries`: four areas in a row, one degree wide, latitude 40 to 41:
EL511 (lon 20-21), EL512 (21-22), DE111 (22-23), DE112 (23-24).
"""

import io
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from geodata import store
from geodata.i18n.message import tell
from geodata.store import Territory
from pipelines import export
from pipelines import userdata as own
from pipelines.areas import own as joined
from pipelines.areas import ranking, shortlist
from pipelines.areas.own import Joined, Own
from pipelines.areas.selection import Selection
from pipelines.areas.table import areas_table
from pipelines.cli import main as command_line
from pipelines.priority import configuration
from pipelines.userdata import storage
from pipelines.userdata.reading import Imported
from tests.dashboard import two_countries

SHOPS = "name,category,lat,lon\nA,supermarket,40.5,20.5\n=B,supermarket,40.6,20.6\nC,bank,40.5,22.5\nD,bank,40.5,24.2\n"
SHARE = "NUTS 3 code,value\nEL511,12.5\nEL512,3\nDE111,40\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own")
    two_countries.build(root)
    return root


@pytest.fixture
def two(root: Path) -> Territory:
    return store.open_territory("two", root=root)


def imported(text: str, kind: str, name: str, territory: Territory) -> Imported:
    reading = own.read_own(text.encode(), f"{name}.csv")
    return own.apply(reading, reading.mapping(kind), kind, territory, name=name)


def layers(territory: Territory) -> list[Own]:
    share = imported(SHARE, "indicator", "broad-band", territory)
    share = share.about(title="Homes without fibre", unit="%", direction="worse")
    return [
        joined.of("shops", imported(SHOPS, "services", "shops", territory)),
        joined.of("broad-band", share),
    ]


def test_each_layer_adds_one_indicator_and_its_source(two: Territory) -> None:
    """Two shops lie in EL511, one in DE111, one just outside of all; the share has no value for DE112."""
    beside = Joined(two, layers(two))
    table = areas_table(beside)
    assert table["own_shops"].to_dict() == {"DE111": 1.0, "DE112": 0.0, "EL511": 2.0, "EL512": 0.0}
    assert table["own_broad_band"].dropna().to_dict() == {"DE111": 40.0, "EL511": 12.5, "EL512": 3.0}
    row = beside.codebook.loc["own_broad_band"]
    assert (tell(row["title"]), row["unit"], row["direction"]) == ("Homes without fibre (own data)", "%", "worse")
    assert (row["sources"], row["completeness"]) == ("own-broad-band", "partial")
    assert beside.manifest["sources"][0]["publisher"] == "own data"
    assert beside.manifest["sources"][-1] == two.manifest["sources"][-1], "the base map stays the last"
    lacking = beside.layer("quality").set_index("indicator").loc[["own_broad_band"]]
    assert lacking["area_id"].tolist() == ["DE112"]
    assert "no usable value" in lacking["reason"].iloc[0]


def test_the_built_territory_and_its_index_stay_as_they_are(two: Territory) -> None:
    before = areas_table(two)
    beside = Joined(two, layers(two))
    pd.testing.assert_frame_equal(areas_table(beside)[before.columns.tolist()], before)
    assert "own_shops" not in two.codebook.index and len(two.manifest["sources"]) == 1
    scores = ranking.ask(two).scores.frame
    pd.testing.assert_frame_equal(ranking.ask(beside).scores.frame, scores)


def test_a_weighting_may_name_an_own_indicator(two: Territory, tmp_path: Path) -> None:
    """Need by the share alone: DE111 has most, EL512 least; DE112 has none and cannot be scored."""
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\nneed:\n  Homes:\n    own_broad_band: {sign: 1}\n")
    asked = ranking.ask(Joined(two, layers(two)), weighting=configuration.load(str(path)), k=1, draws=10)
    gap = asked.scores.frame["gap"].dropna().sort_values()
    assert gap.index.tolist() == ["EL512", "EL511", "DE111"]
    assert "own_broad_band" in asked.scores.not_scorable["DE112"]


def test_exports_carry_own_data_and_say_so(two: Territory) -> None:
    beside = Joined(two, layers(two))
    asked = ranking.ask(beside, k=2, draws=10)
    listed = shortlist.make(beside, ["DE111", "EL511"], view=ranking.View(selection=Selection()), asked=asked)
    with zipfile.ZipFile(io.BytesIO(export.package(listed))) as package:
        table = pd.read_csv(package.open("shortlist.csv"))
        rows = pd.read_csv(package.open("own.csv"))
        codebook = pd.read_csv(package.open("codebook.csv")).set_index("column")
        sources = pd.read_csv(package.open("sources.csv"))
        assert b'"provenance": "own data"' in package.read("manifest.json")
        assert b"own.csv" in package.read("README.txt")
    assert table["own_broad_band"].tolist() == [40.0, 12.5] and table["own_shops"].tolist() == [1, 2]
    assert "Own data: shops.csv" in table["attribution"].iloc[0]
    assert codebook.loc["own_shops", "formula"].endswith("shops.csv that lie in the area")
    assert {"own-shops", "own-broad-band"} <= set(sources["source_id"])
    assert rows["name"].tolist() == ["C", "A", "'=B"], "in the order of the list, formulas neutralised"
    assert rows["area_id"].tolist() == ["DE111", "EL511", "EL511"] and rows["lat"].tolist() == [40.5, 40.5, 40.6]
    without = shortlist.make(two, ["DE111"], view=ranking.View(), asked=ranking.ask(two, k=1, draws=10))
    with zipfile.ZipFile(io.BytesIO(export.package(without))) as package:
        assert "own.csv" not in package.namelist() and b'"own"' not in package.read("manifest.json")


def test_a_point_known_to_its_region_only_is_in_no_area(two: Territory) -> None:
    done = imported("name,lat,lon\nA,40.5,20.5\nB,40.5,20.6\n", "projects", "p", two)
    assert isinstance(done.layer, pd.DataFrame)
    done.layer.loc[1, "precision"] = "region"
    assert Joined(two, [joined.of("p", done)]).values["own_p"].sum() == 1


def test_a_border_belongs_to_one_area(two: Territory) -> None:
    done = imported("name,category,lat,lon\nA,bank,40.5,21\nB,bank,40.2,22\n", "services", "edge", two)
    beside = Joined(two, [joined.of("edge", done)])
    assert beside.areas_of["edge"].tolist() == ["EL511", "DE111"], "of those that share it the lowest id"


def test_layers_that_are_kept_are_read_and_damaged_ones_named(root: Path, two: Territory) -> None:
    storage.save(imported(SHOPS, "services", "shops", two), "shops", territory="two", root=root)
    first = storage.stamp("two", root=root)
    opened = joined.open_territory("two", root=root)
    assert opened.layer("indicators")["own_shops"].sum() == 3
    assert opened.version == two.version
    storage.save(imported(SHARE, "indicator", "share", two), "share", territory="two", root=root)
    assert storage.stamp("two", root=root) != first
    (root / "two" / storage.FOLDER / "share" / storage.FACTS).write_text("{")
    kept, problems = joined.saved("two", root=root)
    assert [each.name for each in kept] == ["shops"] and kept[0].saved
    assert len(problems) == 1 and "share is damaged" in problems[0]
    for name in ("share", "shops"):
        storage.remove(name, territory="two", root=root)
    assert type(joined.open_territory("two", root=root)) is Territory


def test_on_the_command_line_lists_carry_what_is_kept(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", ["pipelines", *map(str, arguments), "--data", str(root)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        assert not ended.value.code, capsys.readouterr()
        said = capsys.readouterr()
        return said.out + said.err

    table, out = tmp_path / "fibre.csv", tmp_path / "list.zip"
    table.write_text(SHARE)
    options = ("--title", "No fibre", "--unit", "%", "--higher", "worse", "--name", "fibre", "--save")
    call("import", table, "--as", "indicator", "--territory", "two", *options)
    assert call("own", "two").split("\t") == ["fibre", "indicator", "3 rows", "fibre.csv\n"]
    call("rank", "two", "-o", out, "--by", "own_fibre", "--top", 2, "--draws", 10)
    with zipfile.ZipFile(out) as package:
        table = pd.read_csv(package.open("shortlist.csv"))
    assert table["area_id"].tolist() == ["DE111", "EL511"] and table["own_fibre"].tolist() == [40.0, 12.5]
    assert "Removed" in call("own", "two", "--remove", "fibre")
    assert storage.names("two", root=root) == []


@pytest.mark.parametrize("swapped", [False, True])
def test_without_places_the_areas_tell_the_order_of_coordinates(two: Territory, swapped: bool) -> None:
    first, second = ("lon", "lat") if swapped else ("lat", "lon")
    rows = "".join(f"S{n},bank,40.{n},2{n % 4}.5\n" for n in range(1, 9))
    done = imported(f"name,category,{first},{second}\n{rows}", "services", "s", two)
    assert len(done.layer) == 8 and done.layer.geometry.y.between(40, 41).all()
