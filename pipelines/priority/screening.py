"""Look at each indicator before it enters an index (OECD/JRC 2008, step 1; thresholds of the COIN tool)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.i18n import mark
from pipelines.priority.outliers import KURTOSIS, SKEW, kurtosis, skewness

AVAILABILITY, ZEROS, UNIQUE = 0.65, 0.5, 5
FLAGS = {
    "sparse": mark("few areas have a value"),
    "zeros": mark("most values are 0"),
    "constant": mark("all values are equal, so it parts no areas"),
    "tied": mark("few values differ, so many areas are tied"),
    "skewed": mark("some values are far from the rest"),
}


def screen(values: pd.DataFrame) -> pd.DataFrame:
    """Describe and flag indicators.

    Parameters
    ----------
    values
        One float column per indicator, NaN where missing; index area_id.

    Returns
    -------
    DataFrame
        Index indicator; availability (share of areas with a value), zeros (share of these), unique (different values),
        skewness, kurtosis (excess; both missing when fewer than four values or all equal), and flags: names of
        `FLAGS`, parted by a space, empty when there is nothing to say.
    """
    return pd.DataFrame(
        [_describe(values[column].to_numpy(dtype=np.float64, na_value=np.nan)) for column in values.columns],
        index=pd.Index(values.columns, name="indicator"),
        columns=["availability", "zeros", "unique", "skewness", "kurtosis", "flags"],
    )


def _describe(x: npt.NDArray[np.float64]) -> dict[str, object]:
    known = x[~np.isnan(x)]
    unique = len(np.unique(known))
    availability = len(known) / len(x) if len(x) else 0.0
    zeros = float((known == 0).mean()) if len(known) else 0.0
    shaped = len(known) > 3 and unique > 1
    skew, kurt = (skewness(known), kurtosis(known)) if shaped else (np.nan, np.nan)
    flags = {
        "sparse": availability < AVAILABILITY,
        "zeros": zeros > ZEROS,
        "constant": unique == 1,
        "tied": 1 < unique < UNIQUE,
        "skewed": shaped and abs(skew) > SKEW and kurt > KURTOSIS,
    }
    return {
        "availability": availability,
        "zeros": zeros,
        "unique": unique,
        "skewness": skew,
        "kurtosis": kurt,
        "flags": " ".join(name for name, holds in flags.items() if holds),
    }
