"""Published figures of areas in one shape: a row for each area and indicator, missing ones with their reason."""

import pandas as pd

COLUMNS = ["area_id", "indicator", "year", "value", "kind", "reason"]
# Kinds of the layer `quality` that a publisher's figure can have.
MISSING, FLAGGED = "missing", "flagged"


def figures(values: pd.Series, *, indicator: str, year: int, reasons: pd.Series | None = None) -> pd.DataFrame:
    """One indicator of a publisher as rows.

    Parameters
    ----------
    values
        Index area_id; NaN where missing.
    indicator
        Id in the indicator dictionary.
    year
        That the figures speak of.
    reasons
        Why a figure is missing or to be read with care, index area_id; others have no reason.

    Returns
    -------
    DataFrame
        `COLUMNS`: `kind` is missing or flagged, null where there is nothing to say; so is `reason`.
    """
    said = (pd.Series(dtype=str) if reasons is None else reasons).reindex(values.index)
    kind = pd.Series(FLAGGED, index=values.index, dtype=str).mask(values.isna(), MISSING).where(said.notna())
    return pd.DataFrame(
        {
            "area_id": values.index.astype(str),
            "indicator": indicator,
            "year": year,
            "value": values.to_numpy(float),
            "kind": kind.to_numpy(),
            "reason": said.to_numpy(),
        }
    ).astype({"kind": "str", "reason": "str"})
