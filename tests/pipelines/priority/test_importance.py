"""What moves the ranks of an analysis."""

import numpy as np
import pandas as pd
import pytest

from pipelines.priority import importance
from pipelines.priority.analysis import Analysis
from pipelines.priority.configuration import Configuration, Dimension, Term
from pipelines.priority.sensitivity import leave_one_out, sobol


@pytest.fixture
def analysis() -> Analysis:
    """Twenty areas: the share of old people decides, density is the same everywhere."""
    built = pd.DataFrame(
        {
            "share_65_plus": np.linspace(10, 40, 20),
            "population_density": 50.0,
            "population_change": np.tile([-1.0, 1.0], 10),
            "nuts2": ["ITF5"] * 10 + ["ITF6"] * 10,
        },
        index=pd.Index([f"{number:03}" for number in range(20)], name="area_id"),
    )
    need = (
        Dimension("Age", (Term("share_65_plus", 1),)),
        Dimension("People", (Term("population_density", 1), Term("population_change", 1))),
    )
    return Analysis(built, Configuration("test", "Test", need), k=5)


def test_an_indicator_that_is_the_same_everywhere_does_not_count(analysis: Analysis) -> None:
    table = importance.indicators(analysis)
    assert table["weight"].to_dict() == {
        ("need", "Age", "share_65_plus"): 0.5,
        ("need", "People", "population_change"): 0.5,
    }
    assert table["influence"].notna().all()
    assert table.loc[("need", "Age", "share_65_plus"), "influence"] > 0.5


def test_ranks_without_an_indicator_are_those_of_the_shorter_weighting(analysis: Analysis) -> None:
    without = importance.without_each(analysis)
    assert without["mean_change"].idxmax() == ("need", "Age", "share_65_plus")
    expected = leave_one_out(analysis.built, analysis.configuration, k=5, regions=analysis.built["nuts2"])
    pd.testing.assert_frame_equal(without, expected)


def test_open_choices_are_those_of_the_weighting(analysis: Analysis) -> None:
    choices = importance.choices(analysis, draws=8)
    assert "weights" in choices.index
    expected = sobol(
        analysis.built, analysis.configuration, draws=8, seed=analysis.seed, regions=analysis.built["nuts2"]
    )
    pd.testing.assert_frame_equal(choices, expected)


def test_each_indicator_is_screened_once_as_it_is_in_the_table(analysis: Analysis) -> None:
    flags = importance.screen(analysis)["flags"]
    assert flags.to_dict() == {"share_65_plus": "", "population_density": "constant", "population_change": "tied"}
