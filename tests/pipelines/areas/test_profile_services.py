"""Services of one area among those of its region, by hand and on the built Italy."""

import pandas as pd
import pytest

from geodata.store import Territory
from pipelines.areas.profile import services


def test_the_farthest_of_the_region_is_first() -> None:
    """Region N: 30, 10 and unknown minutes to a university; b of region S, with 99, does not count."""
    table = pd.DataFrame(
        {
            "nuts2": ["N", "S", "N", "N"],
            "minutes_university": [10.0, 99, 30, None],
            "people_beyond_university_60": [0.0, 50, 7, None],
        },
        index=list("abcd"),
    )
    codebook = pd.DataFrame(index=table.columns[1:])
    assert services(table, codebook, "a").to_dict("index") == {
        "university": {"minutes": 10, "rank_in_region": 2, "ranked": 2, "beyond": {60: 0}}
    }
    assert services(table, codebook, "c").loc["university", "rank_in_region"] == 1
    assert pd.isna(services(table, codebook, "d").loc["university", "rank_in_region"])
    assert services(table, codebook.iloc[:0], "a").empty


def test_every_service_of_italy_has_its_row(italy: pd.DataFrame, territory: Territory) -> None:
    found = services(italy, territory.codebook, "076026")
    assert set(found.index) == set(territory.layer("services")["category"])
    assert found.loc["hospital", "beyond"].keys() == {20, 45}, "places do not tell 5 minutes apart"
    region = italy[italy["nuts2"] == italy.loc["076026", "nuts2"]]
    farther = (region["minutes_hospital"] > italy.loc["076026", "minutes_hospital"]).sum()
    assert found.loc["hospital", "rank_in_region"] == farther + 1
    assert found["minutes"].to_dict() == pytest.approx(
        {name: italy.loc["076026", f"minutes_{name}"] for name in found.index}
    )
