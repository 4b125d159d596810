"""Numbers of a table as the reader writes them."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from geodata.i18n import number


def written(
    frame: pd.DataFrame, decimals: Mapping[str, int], *, signed: tuple[str, ...] = (), missing: str = ""
) -> Styler:
    """Give the numbers of some columns the separators of the language in use; they stay numbers, so columns sort.

    Parameters
    ----------
    frame
        The table; its index is not shown.
    decimals
        Decimals of each column that is written so; one of text is left as it is.
    signed
        Columns whose numbers have their sign.
    missing
        What stands for a missing value of these columns.
    """

    def column(name: str) -> Callable[[Any], str]:
        return lambda value: missing if pd.isna(value) else number(value, decimals[name], signed=name in signed)

    plain = frame.reset_index(drop=True)
    numbers = plain.select_dtypes("number").columns.intersection(list(decimals))
    return plain.style.format({str(name): column(str(name)) for name in numbers})
