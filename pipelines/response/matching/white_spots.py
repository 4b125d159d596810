"""White spots: areas that need a theme much and know no project of it, neither within reach nor in areas like them."""

import numpy as np
import pandas as pd

from pipelines.response.matching.matches import similarity

# The need that counts as high: more than that of three quarters of the areas, were it a single indicator.
HIGH = 75.0
# Areas at least this similar to one count as its peers.
ALIKE = 0.9
STATES = ("white spot", "known in areas like it", "known within reach", "need not high")


def white_spots(need: pd.Series, near: pd.Index, homes: pd.Index, contexts: pd.DataFrame) -> pd.Series:
    """Sort areas by whether a theme is known near them.

    Parameters
    ----------
    need
        Need for the theme, 0 to 100, index `area_id`; NaN where it cannot be judged.
    near
        Areas that have a known project of the theme within reach.
    homes
        Areas that a known project of the theme lies in.
    contexts
        Contexts of all areas, see `contexts.of_areas`.

    Returns
    -------
    Series
        One of `STATES` by `area_id`, missing where the need cannot be judged. A project in the area itself is within
        reach.
    """
    peers = pd.Series(False, index=need.index)
    for home in homes.unique():
        peers |= similarity(pd.Series(contexts.loc[home]), contexts.reindex(need.index), contexts) >= ALIKE
    found = np.select(
        [need < HIGH, need.index.isin(near.union(homes)), peers],
        [STATES[3], STATES[2], STATES[1]],
        default=STATES[0],
    )
    return pd.Series(found, index=need.index, dtype=object).where(need.notna())
