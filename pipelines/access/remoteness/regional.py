"""Remote regions: rural or intermediate regions most of whose people live far from a city (DG REGIO)."""

import pandas as pd

from geodata.errors import InputError
from pipelines.access.remoteness.typology import PREDOMINANTLY_URBAN

CITY_PEOPLE = 50_000
MINUTES = 45.0
SHARE = 0.5


def remote_regions(
    minutes: pd.Series,
    people: pd.Series,
    region: pd.Series,
    types: pd.Series,
    *,
    limit: float = MINUTES,
    share: float = SHARE,
) -> pd.DataFrame:
    """Say which regions are remote.

    Dijkstra and Poelman (2008), Remote rural regions, Regional Focus 01/2008, European Commission: a predominantly
    rural or intermediate NUTS 3 region is remote when more than half of its people live more than 45 minutes by car
    from the nearest city of at least 50,000 people; other rural and intermediate regions are close to a city.

    Parameters
    ----------
    minutes
        Minutes from each place to the nearest city of at least 50,000 people, infinite out of reach.
    people
        People of each place, 0 or more, index as `minutes`.
    region
        Region of each place, index as `minutes`; places without one are left out.
    types
        Urban-rural type of each region, as `typology.region_types` gives; missing unknown.
    limit
        Minutes beyond which people live far.
    share
        Share of people above which a region is remote.

    Returns
    -------
    DataFrame
        By region, as `types`: `type`, `beyond` (share of people farther than the limit), `remote` (boolean), `label`
        ("predominantly rural, remote", "intermediate, close to a city", "predominantly urban", ...). Missing where
        the type is unknown, nobody lives, or people live at places whose minutes are unknown.

    Raises
    ------
    InputError
        The indexes differ, or people are missing or negative.
    """
    if not (minutes.index.equals(people.index) and minutes.index.equals(region.index)):
        raise InputError("Minutes, people and regions are not of the same places in the same order.")
    if not (people >= 0).all():
        raise InputError(f"{(~(people >= 0)).sum()} places have no number of people of 0 or more; give or drop them.")
    total = people.groupby(region).sum()
    far = people.where(minutes > limit, 0.0).groupby(region).sum()
    unknown = people.where(minutes.isna(), 0.0).groupby(region).sum()
    beyond = (far / total).where((total > 0) & (unknown == 0)).reindex(types.index)
    urban = types == PREDOMINANTLY_URBAN
    known = types.notna() & (beyond.notna() | urban)
    remote = ((beyond > share) & ~urban).astype("boolean").where(known)
    label = types.where(urban, types + remote.map({True: ", remote", False: ", close to a city"}).astype(object))
    return pd.DataFrame({"type": types, "beyond": beyond, "remote": remote, "label": label})
