"""Look at each indicator before it enters an index (OECD/JRC 2008, step 1; thresholds of the COIN tool)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.priority.outliers import KURTOSIS, SKEW, kurtosis, skewness

AVAILABILITY, ZEROS, UNIQUE = 0.65, 0.5, 5


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
        skewness, kurtosis (excess; both missing when fewer than four values or all equal), and flags: sentences parted
        by a space, empty when there is nothing to say.
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
    flags = []
    if availability < AVAILABILITY:
        flags.append(f"{availability:.0%} of the areas have a value, fewer than {AVAILABILITY:.0%}.")
    if zeros > ZEROS:
        flags.append(f"{zeros:.0%} of the values are 0, more than {ZEROS:.0%}.")
    if unique == 1:
        flags.append("All values are equal, so it parts no areas.")
    elif 0 < unique < UNIQUE:
        flags.append(f"Only {unique} different values, so many areas are tied.")
    if shaped and abs(skew) > SKEW and kurt > KURTOSIS:
        flags.append(f"Some values are far from the rest (skewness {skew:.1f}, kurtosis {kurt:.1f}).")
    return {
        "availability": availability,
        "zeros": zeros,
        "unique": unique,
        "skewness": skew,
        "kurtosis": kurt,
        "flags": " ".join(flags),
    }
