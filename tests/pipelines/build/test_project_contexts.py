"""Where listed projects are: the place within 5 km of a point, and straight lines to larger places."""

import pandas as pd
import pytest

from pipelines.build import project_contexts

# One degree of latitude on the sphere that distances are measured on.
KM_PER_DEGREE = 111.2


@pytest.mark.parametrize(("km", "name"), [(4.9, "Dol"), (5.1, None)])
def test_a_point_stands_for_the_place_within_five_kilometres(km: float, name: str | None) -> None:
    """A project due north of Dol, a town of 6,000; the city is two degrees away."""
    projects = pd.DataFrame({"id": ["p1"], "precision": ["town"], "lat": [45 + km / KM_PER_DEGREE], "lon": [10.0]})
    places = pd.DataFrame(
        {
            "place_id": ["1", "2"],
            "name": ["Dol", "City"],
            "population": [6_000, 300_000],
            "rank": ["PPL", "PPLA"],
            "lat": [45.0, 47.0],
            "lon": [10.0, 10.0],
        }
    )
    row = project_contexts.read(projects, places, lambda *_: 30).iloc[0]
    assert (row["place_name"] if name else None) == name and pd.isna(row["place_name"]) == (name is None)
    assert row["km_5000"] == pytest.approx(km, abs=0.1)
