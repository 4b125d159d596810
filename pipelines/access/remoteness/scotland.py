"""The 8-fold urban-rural classification of the Scottish Government: size of settlement, and drive to a larger one."""

import numpy as np
import pandas as pd

from geodata.errors import InputError

LARGE_URBAN, OTHER_URBAN, SMALL_TOWN = 125_000, 10_000, 3_000
# Minutes to a settlement of at least 10,000 people up to which an area is accessible, and remote; both included.
ACCESSIBLE, REMOTE_UP_TO = 30.0, 60.0

LABELS = {
    1: "large urban area",
    2: "other urban area",
    3: "accessible small town",
    4: "remote small town",
    5: "very remote small town",
    6: "accessible rural area",
    7: "remote rural area",
    8: "very remote rural area",
}
REMOTE = (4, 5, 7, 8)


def eightfold(settlement: pd.Series, minutes: pd.Series) -> pd.Series:
    """Class of each place, 1 to 8.

    Scottish Government Urban Rural Classification: 1 large urban area, a settlement of at least 125,000 people; 2
    other urban area, 10,000 to 124,999. Small towns of 3,000 to 9,999 (3 to 5) and rural areas below 3,000 (6 to 8)
    are accessible within a drive of 30 minutes of a settlement of at least 10,000, remote above 30 and up to 60
    minutes, very remote beyond.

    Parameters
    ----------
    settlement
        People of the settlement that the place is in, 0 outside settlements; NaN unknown.
    minutes
        Drive to the nearest settlement of at least 10,000 people, index as `settlement`; infinite out of reach, NaN
        unknown.

    Returns
    -------
    Series
        Int64 1 to 8, index as `settlement`; missing where the settlement is unknown, or where it is below 10,000 and
        minutes are.

    Raises
    ------
    InputError
        The indexes differ, or people or minutes are negative.
    """
    if not settlement.index.equals(minutes.index):
        raise InputError("Settlements and minutes are not of the same places in the same order.")
    if (settlement < 0).any() or (minutes < 0).any():
        raise InputError("People of a settlement and minutes are 0 or more; correct the negative ones.")
    drive = np.searchsorted([ACCESSIBLE, REMOTE_UP_TO], minutes.to_numpy(dtype=float))
    first = np.where(settlement >= SMALL_TOWN, 3, 6)
    found = pd.Series(first + drive, index=settlement.index).astype("Int64").mask(minutes.isna())
    found = found.mask(settlement >= OTHER_URBAN, 2).mask(settlement >= LARGE_URBAN, 1)
    return found.mask(settlement.isna())


def of_areas(classes: pd.Series, people: pd.Series, area: pd.Series) -> pd.DataFrame:
    """Share of the people of each area by class, and the class where most of them live.

    Parameters
    ----------
    classes, people, area
        By place, with the same index; places without a class are left out.

    Returns
    -------
    DataFrame
        By area: columns 1 to 8 (shares that add up to 1) and `class` (Int64; where two classes have as many people,
        the less remote one). Areas without people at places with a class are left out.
    """
    count = people[classes.notna()].groupby([area, classes]).sum().unstack(fill_value=0)
    count = count.reindex(columns=list(LABELS), fill_value=0.0)
    total = count.sum(axis=1)
    share = count[total > 0].div(total[total > 0], axis=0)
    return share.assign(**{"class": share.idxmax(axis=1).astype("Int64")})
