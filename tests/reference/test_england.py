"""England's published ranks, made again through the public configuration alone.

The English Indices of Deprivation 2019 rank 32,844 neighbourhoods by geographical barriers: the normal scores of four
road distances, with equal weights.
"""

from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import spearmanr

from pipelines.priority.composite import score
from pipelines.priority.configuration import load
from pipelines.priority.ranking import rank
from tests.opendata import OPENDATA

ENGLAND = OPENDATA / "reference" / "england"

CONFIGURATION = """\
title: Geographical barriers
need:
  Road distance:
    road_distance_to_a_post_office_indicator_km: {sign: +1}
    road_distance_to_a_primary_school_indicator_km: {sign: +1}
    road_distance_to_general_store_or_supermarket_indicator_km: {sign: +1}
    road_distance_to_a_gp_surgery_indicator_km: {sign: +1}
steps:
  normalise: normal
"""


@pytest.mark.opendata("reference/england")
def test_geographical_barriers_equal_the_published_rank(tmp_path: Path) -> None:
    (tmp_path / "barriers.yaml").write_text(CONFIGURATION, encoding="utf-8")
    values = pd.read_csv(ENGLAND / "imd2019_england_lsoa11_indicators.csv.gz", index_col="lsoa11_code")
    published = pd.read_csv(ENGLAND / "imd2019_england_lsoa11_subdomains.csv.gz", index_col="lsoa11_code")
    found = rank(score(values, load(str(tmp_path / "barriers.yaml"))).frame)
    expected = published["Geographical_barriers_rank"].reindex(found.index)
    assert len(found) == 32_844
    assert found.notna().all()
    assert spearmanr(found.to_numpy(dtype=float), expected).statistic >= 0.99999
    # Distances are published in metres, so ranks next to each other can change places.
    assert (found.astype(float) - expected).abs().quantile(0.99) <= 30
