"""Published figures: put side by side, dated, and implausible changes flagged with the year that is to be doubted."""

import pandas as pd
import pytest

from geodata.errors import InputError
from geodata.i18n.message import tell, tell_each
from geodata.indicators import dictionary
from geodata.schema import check
from pipelines.build.published import gather, judge
from pipelines.sources.formats.figures import figures

BEFORE, AFTER = "share_beyond_health_20_2020", "share_beyond_health_20"
IDS = pd.Index(["A", "B", "C", "D"], name="area_id")


def shares(indicator: str, year: int, *values: float | None) -> pd.DataFrame:
    return figures(pd.Series(values, index=IDS[: len(values)], dtype=float), indicator=indicator, year=year)


@pytest.fixture
def found():
    """A gets better and B worse by 30 points; C by 10, which is plausible; D has no figure in 2023."""
    told = gather(
        {
            "access": pd.concat(
                [
                    shares(BEFORE, 2020, 50, 10, 10, 10),
                    shares(AFTER, 2023, 20, 40, 20, None),
                    shares("people_beyond_health_20_2020", 2020, 5, 1, 1, 1),
                    shares("people_beyond_health_20", 2023, 2, 4, 2, 3),
                    shares("people_65_plus", 2021, 9, 9, 9, 9),
                ]
            ),
            "gdp": figures(
                pd.Series({"A": 7.0, "Z": 8.0}),
                indicator="gdp_per_head",
                year=2021,
                reasons=pd.Series({"A": "Published as estimated"}),
            ),
        },
        IDS,
    )
    return judge(told, pd.DataFrame(index=IDS))


def test_figures_of_several_publishers_stand_side_by_side_with_year_and_source(found):
    assert found.values["gdp_per_head"].fillna(-1).tolist() == [7, -1, -1, -1]
    assert found.values.index.equals(IDS)
    assert found.sources["gdp_per_head"] == "gdp" and found.sources[AFTER] == "access"
    assert (found.years["gdp_per_head"], found.years[BEFORE], found.years["health_change_20"]) == (
        "2021",
        "2020",
        "2020, 2023",
    )


def test_what_is_implausible_keeps_its_value(found):
    assert found.values["health_change_20"].fillna(-1).tolist() == [-30, 30, 10, -1]
    assert found.values[BEFORE].tolist() == [50, 10, 10, 10]
    assert found.values[AFTER].fillna(-1).tolist() == [20, 40, 20, -1]
    assert found.values["people_beyond_health_20"].tolist() == [2, 4, 2, 3]


def test_implausible_change_is_flagged_with_the_year_of_the_longer_ways(found):
    """A is flagged in 2020 and B in 2023, shares and people alike; people of another year are not, nor is C."""
    said = check("quality", found.quality)
    implausible = said[said["kind"] == "implausible"].groupby("area_id")["indicator"].agg(set).to_dict()
    assert implausible == {
        "A": {"health_change_20", BEFORE, "people_beyond_health_20_2020"},
        "B": {"health_change_20", AFTER, "people_beyond_health_20"},
    }
    assert (
        tell_each(said.loc[said["area_id"] == "B", "reason"]).str.startswith("Moved by +30.0 from 2020 to 2023").all()
    )
    assert said.loc[said["kind"] == "flagged", "reason"].tolist() == ["Published as estimated"]


def test_sites_that_the_territory_counts_are_named():
    told = gather({"access": pd.concat([shares(BEFORE, 2020, 50, 10), shares(AFTER, 2023, 20, 40)])}, IDS[:2])
    values = pd.DataFrame({"any_hospital_per_100_000": [3.0, None], "population": 100_000.0}, index=IDS[:2])
    reasons = judge(told, values).quality.set_index(["area_id", "indicator"])["reason"]
    assert "where 3 sites are listed today" in tell(reasons["A", "health_change_20"])
    assert "listed" not in tell(reasons["B", "health_change_20"])


def test_figure_that_two_publishers_give_is_refused():
    one = shares("population", 2021, 1, 2, 3, 4)
    with pytest.raises(InputError, match="population of area A is published twice, again by second; take it from one"):
        gather({"first": one, "second": one}, IDS)


def test_territory_without_published_figures_has_none():
    found = judge(gather({}, IDS), pd.DataFrame(index=IDS))
    assert found.values.shape == (4, 0) and found.quality.empty and not found.years


def test_education_is_judged_by_itself_and_charging_points_are_not():
    """A gets better by 30 points in both: its education of 2020 is flagged, its health care and charging are not."""
    tables = {
        "care": shares(BEFORE, 2020, 5, 5, 5, 5),
        "schools": pd.concat(
            [
                shares("share_beyond_education_10_2020", 2020, 40, 10, 10, 10),
                shares("share_beyond_education_10", 2023, 10, 10, 12, 9),
            ]
        ),
        "cars": pd.concat(
            [
                shares("share_beyond_charging_500_2023", 2023, 40, 10, 10, 10),
                shares("share_beyond_charging_500", 2025, 10, 10, 12, 9),
            ]
        ),
    }
    found = judge(gather(tables, IDS), pd.DataFrame(index=IDS))
    assert set(found.quality["indicator"]) == {"share_beyond_education_10_2020", "education_change_10"}
    assert set(found.quality["area_id"]) == {"A"} and found.values.loc["A", "education_change_10"] == -30
    assert set(found.values) <= set(dictionary(()))
