"""How much each theme of projects is needed in each area, compared with the other areas of the territory."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.priority.normalise import percentile
from pipelines.response.matching.crosswalk import Crosswalk, Sign


@dataclass(frozen=True)
class Needs:
    """Need by theme.

    Attributes
    ----------
    values
        0 to 100, index `area_id`, a column for each theme: the mean over the indicators of the theme of the percentile
        rank in the direction of need. NaN: cannot be judged here.
    used
        By theme the indicators that the territory has; empty where none tells of it.
    parts
        Percentile rank in the direction of need, 0 to 100, a column for each theme and indicator.
    lacking
        By theme, what would tell of it and is not in the data.
    """

    values: pd.DataFrame
    used: dict[str, tuple[Sign, ...]]
    parts: pd.DataFrame
    lacking: dict[str, str]

    def of(self, area_id: str, theme: str) -> dict[str, float]:
        """Percentile rank by indicator that the need of an area for a theme is the mean of; those it has."""
        if not self.used[theme]:
            return {}
        ranks = pd.Series(pd.DataFrame(self.parts[theme]).loc[area_id]).dropna()
        return {str(name): float(rank) for name, rank in ranks.items()}


def theme_needs(table: pd.DataFrame, crosswalk: Crosswalk) -> Needs:
    """Judge the need for every theme.

    Parameters
    ----------
    table
        All areas of the territory, index `area_id`, a column for each indicator; NaN where missing.
    crosswalk
        Which indicators tell of which theme. One that the territory lacks, or that no area has, is left out, and so is,
        for an area, one that it lacks alone.
    """
    used = {
        theme: tuple(sign for sign in signs if sign.indicator in table and table[sign.indicator].notna().any())
        for theme, signs in crosswalk.signs.items()
    }
    ranks = {
        (theme, sign.indicator): percentile(table[sign.indicator].to_numpy(float, na_value=np.nan) * sign.direction)
        for theme, signs in used.items()
        for sign in signs
    }
    parts = pd.DataFrame(dict(enumerate(ranks.values())), index=table.index)
    parts.columns = pd.MultiIndex.from_tuples(list(ranks), names=["theme", "indicator"])
    nothing = pd.Series(np.nan, index=table.index)
    values = {theme: pd.DataFrame(parts[theme]).mean(axis=1) if signs else nothing for theme, signs in used.items()}
    return Needs(values=pd.DataFrame(values), used=used, parts=parts, lacking=crosswalk.lacking)
