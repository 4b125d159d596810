"""Access measures against published values, and against PySAL `access` on a million pairs."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest

from pipelines.access import catchments, inequality
from pipelines.access.decay import binary
from pipelines.access.raam import raam
from tests.opendata import OPENDATA

FCA = OPENDATA / "reference" / "fca"
opendata = pytest.mark.opendata("reference/fca")

Tables = tuple[pd.DataFrame, pd.DataFrame]


# ---- the R package accessibility: its sample of Belo Horizonte, and the values its own tests expect


@pytest.fixture(scope="module")
def belo_horizonte() -> Tables:
    """Cells by id, and travel by ids."""
    return pd.read_csv(FCA / "land_use_data.csv.gz", index_col="id"), pd.read_csv(FCA / "travel_matrix.csv.gz")


@pytest.fixture(scope="module")
def five_cells(belo_horizonte: Tables) -> tuple[pd.DataFrame, pd.Series, pd.Series, dict[str, list[float]]]:
    """The pairs, people and jobs of the published example; the cell without jobs is left out of the supply."""
    cells, travel = belo_horizonte
    published = json.loads((FCA / "expected_fca.json").read_text())
    cells = cells.loc[published["ids"]]
    jobs = cells.loc[cells["jobs"] > 0, "jobs"]
    travel = travel[travel["from_id"].isin(cells.index) & travel["to_id"].isin(jobs.index)]
    pairs = pd.DataFrame(
        {
            "origin": cells.index.get_indexer(travel["from_id"]),
            "destination": jobs.index.get_indexer(travel["to_id"]),
            "minutes": travel["travel_time"].to_numpy(),
        }
    )
    return pairs, cells["population"], jobs, published["expected"]


class TestPublished:
    pytestmark = opendata

    def test_two_step(self, five_cells) -> None:
        pairs, people, jobs, expected = five_cells
        assert catchments.two_step(pairs, people, jobs, minutes=45).round(4).tolist() == expected["2sfca"]

    def test_balanced(self, five_cells) -> None:
        pairs, people, jobs, expected = five_cells
        found = catchments.balanced(pairs, people, jobs, decay=binary(45))
        assert found.round(4).tolist() == expected["bfca"]

    def test_weight_one_everywhere(self, five_cells) -> None:
        pairs, people, jobs, expected = five_cells
        found = catchments.enhanced_two_step(pairs, people, jobs, decay=np.ones_like)
        assert found.round(4).tolist() == expected["2sfca_weight_1_everywhere"]

    def test_inequality_of_jobs_within_30_minutes(self, belo_horizonte: Tables) -> None:
        cells, travel = belo_horizonte
        near = travel[travel["travel_time"] <= 30]
        jobs = cells["jobs"].reindex(near["to_id"]).groupby(near["from_id"].to_numpy()).sum()
        ids = ["89a88cd909bffff", "89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff"]
        access, people = jobs[ids].astype(float), cells.loc[ids, "population"]
        assert inequality.gini(access, people) == pytest.approx(0.1386, abs=5e-5)
        assert inequality.poverty(access, people, line=100_000).round(4).tolist() == [1, 0.5588, 0.3256]
        # Income is missing for the cell where nobody lives.
        income = cells.loc[ids[1:], "income_per_capita"]
        found = inequality.concentration_index(access[ids[1:]], people[ids[1:]], rank_by=income)
        assert found == pytest.approx(-0.0248, abs=5e-5)

    def test_theil_between_and_within_income_groups(self, belo_horizonte: Tables) -> None:
        cells, travel = belo_horizonte
        near = travel[travel["travel_time"] <= 30]
        jobs = cells["jobs"].reindex(near["to_id"]).groupby(near["from_id"].to_numpy()).sum()
        ids = ["89a88cd900bffff", "89a88cdb57bffff", "89a88cdb597ffff", "89a88cdb5b3ffff", "89a88cdb5cfffff"]
        found = inequality.theil(
            jobs[ids].astype(float), cells.loc[ids, "population"], groups=cells.loc[ids, "income_decile"]
        )
        assert round(found.total, 4) == 0.0852
        assert round(found.between, 4) == 0.0515
        assert round(found.within, 4) == 0.0337


# ---- PySAL access


def synthetic(origins: int, destinations: int, count: int) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Random pairs among people and capacities; the last origins are out of reach of all."""
    rng = np.random.default_rng(20)
    keys = rng.choice((origins - 10) * destinations, count, replace=False)
    pairs = pd.DataFrame(
        {"origin": keys // destinations, "destination": keys % destinations, "minutes": rng.uniform(0, 70, count)}
    )
    people = pd.Series(rng.integers(1, 3000, origins), index=pd.RangeIndex(origins, name="place"), name="people")
    capacity = pd.Series(rng.uniform(1, 20, destinations), index=pd.RangeIndex(destinations, name="site"), name="beds")
    return pairs, people, capacity


def pysal(pairs: pd.DataFrame, people: pd.Series, capacity: pd.Series, method: str, **options: float) -> pd.Series:
    """The same measure from PySAL access, as a Series by place; NaN where it gives none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from access import Access

        peer = Access(
            demand_df=people.to_frame(),
            demand_value="people",
            supply_df=capacity.to_frame(),
            supply_value="beds",
            cost_df=pairs.copy(),
            cost_origin="origin",
            cost_dest="destination",
            cost_name="minutes",
        )
        return getattr(peer, method)(**options).iloc[:, 0]


@pytest.mark.parametrize(
    ("measure", "method", "options"),
    [
        (catchments.two_step, "two_stage_fca", {"max_cost": 30}),
        (catchments.enhanced_two_step, "enhanced_two_stage_fca", {}),
        (catchments.three_step, "three_stage_fca", {}),
    ],
)
def test_a_million_pairs_equal_pysal(measure, method: str, options: dict[str, float]) -> None:
    pairs, people, capacity = synthetic(20_000, 1_500, 1_000_000)
    found, peer = measure(pairs, people, capacity), pysal(pairs, people, capacity, method, **options)
    np.testing.assert_allclose(found[peer.notna()], peer[peer.notna()], rtol=1e-9, atol=0)
    # What it drops is what nobody can reach: 0 here, never missing.
    assert peer.isna().sum() >= 10
    assert (found[peer.isna()] == 0).all()


def test_raam_equals_pysal() -> None:
    pairs, people, capacity = synthetic(400, 60, 12_000)
    found, peer = raam(pairs, people, capacity), pysal(pairs, people, capacity, "raam")
    np.testing.assert_allclose(found[peer.notna()], peer[peer.notna()], rtol=1e-9, atol=0)
    assert (found[peer.isna()] == np.inf).all()
