"""Areas that changed between two years, by hand: a improves by 5, b worsens by 1, c improves by 36, d has one year."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from geodata.errors import InputError
from geodata.i18n.message import tell, tell_each
from pipelines.areas.trends import changed, figures, judged
from pipelines.cli.main import app
from tests.dashboard import two_countries

FIGURE = "share_beyond_health_20"
TABLE = pd.DataFrame(
    {
        "name": ["A", "B", "C", "D"],
        f"{FIGURE}_2020": [6.0, 2, 40, None],
        FIGURE: [1.0, 3, 4, 5],
        "population": 1.0,
        "population_2019": 2.0,
    },
    index=pd.Index(list("abcd"), name="area_id"),
)
CODEBOOK = pd.DataFrame(
    {"direction": ["worse", "worse", "neutral", "neutral"], "unit": ["%", "%", "people", "people"]}
    | {"year": ["2023", "2020", "2023", "2019"]},
    index=[FIGURE, f"{FIGURE}_2020", "population", "population_2019"],
)


def test_a_figure_with_a_direction_that_is_there_twice_can_be_listed() -> None:
    known = figures(CODEBOOK)
    assert list(known) == [FIGURE]
    assert known[FIGURE].years == ("2020", "2023")


def test_what_is_not_to_be_believed_is_listed_only_when_asked() -> None:
    better = changed(TABLE, CODEBOOK, FIGURE)
    assert better[["rank_in_selection", "name", "change"]].to_numpy().tolist() == [[1, "A", -5.0]]
    assert changed(TABLE, CODEBOOK, FIGURE, way="worsened")["name"].tolist() == ["B"]
    told = changed(TABLE, CODEBOOK, FIGURE, implausible=True)
    assert told[["rank_in_selection", "name", "implausible"]].to_numpy().tolist() == [[1, "C", True], [2, "A", False]]
    assert tell_each(judged(TABLE, CODEBOOK, FIGURE)["reason"])["d"] == "No value in 2020"


def test_hospitals_that_are_counted_are_named_in_the_reason() -> None:
    counted = TABLE.assign(any_hospital_per_100_000=2.0, population=100_000.0)
    assert "where 2 sites are listed today" in tell(judged(counted, CODEBOOK, FIGURE).loc["c", "reason"])


def test_what_cannot_be_listed_is_said() -> None:
    with pytest.raises(InputError, match="no figure 'population' of two years"):
        changed(TABLE, CODEBOOK, "population")
    with pytest.raises(InputError, match="no list 'sideways'"):
        changed(TABLE, CODEBOOK, FIGURE, way="sideways")
    with pytest.raises(InputError, match="has no figure of two years"):
        changed(TABLE, CODEBOOK.loc[["population"]], FIGURE)


def test_the_command_line_lists_them_and_writes_a_file(tmp_path: Path) -> None:
    two_countries.build(tmp_path)
    out = tmp_path / "changes.csv"
    given = ["changes", "two", "--data", str(tmp_path)]
    run = CliRunner().invoke(app, [*given, "--out", str(out)])
    assert run.exit_code == 0, run.output
    assert run.stdout == "1\tEL511\tEvros\t6 -> 1 (-5)\n"
    assert "1 changes are too large to be believed, for better or worse; left out" in " ".join(run.stderr.split())
    assert pd.read_csv(out)["area_id"].tolist() == ["EL511"]
    run = CliRunner().invoke(app, [*given, "--worse", "--region", "DE1"])
    assert run.stdout == "1\tDE111\tStuttgart\t2 -> 3 (+1)\n"
