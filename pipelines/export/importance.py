"""What moves the ranks, as files of a shortlist package: influence, leaving out one indicator, and open choices."""

import pandas as pd

from pipelines.areas.shortlist import Annex
from pipelines.export.spreadsheets import Locale, csv_of
from pipelines.priority import importance
from pipelines.priority.analysis import Analysis

DECIMALS = 4


def influence_csv(table: pd.DataFrame, *, locale: Locale = "en") -> bytes:
    """Write weight and influence of each indicator, as `pipelines.priority.importance.indicators` gives them."""
    return _csv(table.reset_index(), locale)


def annexes(analysis: Analysis, *, draws: int = 256) -> tuple[Annex, Annex]:
    """Write the ranks without each indicator in turn, and the share of their change that each open choice explains.

    Parameters
    ----------
    analysis
        The analysis of a territory.
    draws
        Base sample of the Sobol indices.
    """
    return (
        Annex(
            "leave_one_out.csv",
            _csv(importance.without_each(analysis).reset_index()),
            "ranks without each indicator in turn",
        ),
        Annex(
            "sensitivity.csv",
            _csv(importance.choices(analysis, draws=draws).reset_index()),
            f"share of the change of ranks that each open choice explains (Sobol indices, {draws} draws)",
        ),
    )


def _csv(table: pd.DataFrame, locale: Locale = "en") -> bytes:
    return csv_of(table, locale=locale, decimals={str(name): DECIMALS for name in table.select_dtypes("number")})
