"""What moves the ranks of an analysis: each indicator, and each choice that the weighting leaves open."""

from typing import Any

import pandas as pd

from pipelines.priority import screening, sensitivity
from pipelines.priority.analysis import Analysis
from pipelines.priority.weights import influence


def indicators(analysis: Analysis) -> pd.DataFrame:
    """Weight and influence of each use of an indicator.

    Returns
    -------
    DataFrame
        Index (index, dimension, indicator); weight (effective, sums to 1 in each index) and influence (correlation with
        the index, -1 to 1, NaN where one of them does not vary; see `weights.influence`).
    """
    scores = analysis.scores
    return pd.DataFrame({"weight": scores.weights, "influence": influence(scores.normalised, scores.frame)})


def without_each(analysis: Analysis) -> pd.DataFrame:
    """Ranks without each indicator in turn, as `sensitivity.leave_one_out`; some seconds for 8,000 areas."""
    return sensitivity.leave_one_out(analysis.built, analysis.configuration, k=analysis.k, **_context(analysis))


def choices(analysis: Analysis, *, draws: int = 256) -> pd.DataFrame:
    """Share of the change of ranks that each open choice explains, as `sensitivity.sobol`."""
    return sensitivity.sobol(
        analysis.built, analysis.configuration, draws=draws, seed=analysis.seed, **_context(analysis)
    )


def screen(analysis: Analysis) -> pd.DataFrame:
    """Describe the indicators of the weighting as they are before any step, as `screening.screen`."""
    names = dict.fromkeys(term.indicator for _, _, term in analysis.configuration.terms())
    return screening.screen(analysis.built[list(names)])


def _context(analysis: Analysis) -> dict[str, Any]:
    touching = analysis.touching if analysis.configuration.imputes("neighbours") else None
    return {"regions": analysis.built["nuts2"], "neighbours": touching() if touching is not None else None}
