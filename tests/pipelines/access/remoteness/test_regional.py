"""DG REGIO remote regions, on four places."""

import numpy as np
import pandas as pd
import pytest

from geodata.errors import InputError
from pipelines.access.remoteness.regional import remote_regions

RURAL, BETWEEN, URBAN = "predominantly rural", "intermediate", "predominantly urban"


def regions(*rows: tuple[str, float, float], types: dict[str, str | None]) -> pd.DataFrame:
    """Rows of region, minutes, people."""
    table = pd.DataFrame(rows, columns=["region", "minutes", "people"])
    return remote_regions(table["minutes"], table["people"], table["region"], pd.Series(types, dtype=str))


def test_most_people_must_live_beyond_45_minutes() -> None:
    # far: 51 of 100 people at 46 minutes. near: exactly half; 45 minutes themselves are near.
    found = regions(
        ("far", 46, 51), ("far", 10, 49), ("near", 46, 50), ("near", 45, 50), types={"far": RURAL, "near": BETWEEN}
    )
    assert found["beyond"].to_dict() == {"far": 0.51, "near": 0.5}
    assert found["remote"].to_dict() == {"far": True, "near": False}
    assert found["label"].to_dict() == {"far": f"{RURAL}, remote", "near": f"{BETWEEN}, close to a city"}


def test_an_urban_region_is_never_remote_and_out_of_reach_is_far() -> None:
    found = regions(("u", np.inf, 10), ("i", np.inf, 10), types={"u": URBAN, "i": BETWEEN})
    assert found["remote"].to_dict() == {"u": False, "i": True}
    assert found["label"].to_dict() == {"u": URBAN, "i": f"{BETWEEN}, remote"}


def test_unknown_is_missing() -> None:
    found = regions(
        ("minutes", np.nan, 1),
        ("minutes", 90, 99),
        ("nobody_there", np.nan, 0),
        ("nobody_there", 90, 5),
        ("type", 90, 5),
        types={"minutes": RURAL, "nobody_there": RURAL, "type": None, "empty": RURAL},
    )
    assert found["remote"].isna().to_dict() == {"minutes": True, "nobody_there": False, "type": True, "empty": True}
    assert found["label"].isna().to_dict() == {"minutes": True, "nobody_there": False, "type": True, "empty": True}


def test_limit_and_share_can_be_set_and_bad_input_is_refused() -> None:
    minutes, people, region = pd.Series([40.0, 5.0]), pd.Series([3, 7]), pd.Series(["r", "r"])
    types = pd.Series({"r": RURAL})
    assert remote_regions(minutes, people, region, types, limit=30, share=0.25).loc["r", "remote"]
    with pytest.raises(InputError, match="not of the same places"):
        remote_regions(minutes, people.tail(1), region, types)
    with pytest.raises(InputError, match="1 places have no number of people"):
        remote_regions(minutes, pd.Series([3, -1]), region, types)
