"""Area and region types from the 1 km grid: the class of a municipality, and the urban-rural type of a NUTS 3 region.

Both count the people of an area by the kind of cell they live in, as `degurba_grid.classify` gives it.
"""

import pandas as pd

from geodata.errors import InputError
from pipelines.access.remoteness.degurba_grid import CENTRE, CLASSES, RURAL

# Shares are sums of fractions: a last digit must not turn exactly half into less than half.
HALF = 0.5 - 1e-9

PREDOMINANTLY_URBAN, INTERMEDIATE = "predominantly urban", "intermediate"
PREDOMINANTLY_RURAL = "predominantly rural"
TYPES = [PREDOMINANTLY_URBAN, INTERMEDIATE, PREDOMINANTLY_RURAL]
# Share of people in rural cells from which a region is intermediate, and above which it is rural.
INTERMEDIATE_FROM, RURAL_ABOVE = 0.2, 0.5
# A city that makes a rural region intermediate, and one that makes an intermediate region urban, if it holds enough.
CITY_IN_RURAL, CITY_IN_INTERMEDIATE, CITY_SHARE = 200_000, 500_000, 0.25
SMALL_KM2 = 500


def shares(cells: pd.DataFrame, area: pd.Series) -> pd.DataFrame:
    """Share of the people of each area by kind of cell.

    Parameters
    ----------
    cells
        `population` and `kind` (urban centre, urban cluster, rural).
    area
        Area of each cell, index as `cells`; cells without an area are left out.

    Returns
    -------
    DataFrame
        By area: columns `urban centre`, `urban cluster`, `rural`, which add up to 1. Areas without people are left
        out.
    """
    people = cells["population"].groupby([area, cells["kind"].astype(str)]).sum().unstack(fill_value=0)
    people = people.reindex(columns=CLASSES, fill_value=0.0)
    total = people.sum(axis=1)
    return people[total > 0].div(total[total > 0], axis=0).rename_axis(columns=None)


def lau_class(share: pd.DataFrame) -> pd.Series:
    """Degree of urbanisation of a municipality (LAU).

    Eurostat, Applying the Degree of Urbanisation (2021): 1 city when at least half of the people live in urban
    centres; else 3 rural area when at least half live in rural cells; else 2 town or suburb.

    Parameters
    ----------
    share
        As `shares` gives.

    Returns
    -------
    Series
        "1", "2" or "3", index as `share`.
    """
    found = pd.Series("2", index=share.index, dtype=str)
    return found.mask(share[RURAL] >= HALF, "3").mask(share[CENTRE] >= HALF, "1")


def region_types(
    cells: pd.DataFrame,
    region: pd.Series,
    *,
    area_km2: pd.Series,
    neighbours: pd.DataFrame,
    small_km2: float = SMALL_KM2,
) -> pd.DataFrame:
    """Urban-rural type of each NUTS 3 region.

    Eurostat, Methodological manual on territorial typologies (2018):

    1. Regions of less than 500 km2 are combined with neighbours (see `combine`), and take the type of the group.
    2. Predominantly rural: more than 50 % of the people live in rural cells; intermediate: 20 to 50 %; predominantly
       urban: less than 20 %.
    3. Predominantly rural becomes intermediate when an urban centre of more than 200,000 people holds at least 25 % of
       the people; intermediate becomes predominantly urban with one of more than 500,000.

    Parameters
    ----------
    cells
        `population`, `centre` (number of the urban centre, 0 for none) and `kind`, as `degurba_grid.classify` gives.
    region
        Region of each cell, index as `cells`; cells without a region are left out.
    area_km2
        Land area of every region.
    neighbours
        Columns `area`, `neighbour`: the regions that touch, in both directions.
    small_km2
        Area below which a region is combined.

    Returns
    -------
    DataFrame
        By region, as `area_km2`: `group` (first region of those combined), `rural` (share of people in rural cells),
        `city` (people of the largest urban centre of which the group has a part), `city_share` (share of the group's
        people in it), `type`. Missing where nobody lives.

    Raises
    ------
    InputError
        The area of a region is not known.
    """
    group = combine(area_km2, neighbours, small_km2=small_km2)
    unknown = sorted(set(region.dropna()) - set(group.index))
    if unknown:
        raise InputError(f"The area of {len(unknown)} regions is not known, such as {unknown[0]}; give their km2.")
    of_cell = region.map(group).rename("group")
    found = shares(cells, of_cell)[[RURAL]].rename(columns={RURAL: "rural"})
    found = found.join(_cities(cells, of_cell)).fillna({"city": 0.0, "city_share": 0.0})
    kind = pd.Series(INTERMEDIATE, index=found.index, dtype=str)
    kind = kind.mask(found["rural"] < INTERMEDIATE_FROM, PREDOMINANTLY_URBAN)
    kind = kind.mask(found["rural"] > RURAL_ABOVE, PREDOMINANTLY_RURAL)
    holds = found["city_share"] >= CITY_SHARE - 1e-9
    to_intermediate = (kind == PREDOMINANTLY_RURAL) & holds & (found["city"] > CITY_IN_RURAL)
    to_urban = (kind == INTERMEDIATE) & holds & (found["city"] > CITY_IN_INTERMEDIATE)
    found["type"] = kind.mask(to_intermediate, INTERMEDIATE).mask(to_urban, PREDOMINANTLY_URBAN)
    return group.to_frame().join(found, on="group")


def combine(area_km2: pd.Series, neighbours: pd.DataFrame, *, small_km2: float = SMALL_KM2) -> pd.Series:
    """Combine regions that are too small with neighbours, until every group is large enough or has no neighbour left.

    The manual leaves open which neighbour. Here the smallest group is combined with the smallest group that it
    touches, so that groups stay as small as the rule allows, again and again.

    Parameters
    ----------
    area_km2
        Area of every region.
    neighbours
        Columns `area`, `neighbour`: the regions that touch, in both directions.
    small_km2
        Area that a group should reach.

    Returns
    -------
    Series
        First region, by id, of the group of each region, index as `area_km2`, name `group`.

    Examples
    --------
    >>> touch = pd.DataFrame({"area": ["a", "b", "b", "c"], "neighbour": ["b", "a", "c", "b"]})
    >>> combine(pd.Series({"a": 900.0, "b": 100.0, "c": 700.0}), touch).to_dict()
    {'a': 'a', 'b': 'b', 'c': 'b'}
    """
    group = pd.Series(area_km2.index, index=area_km2.index, name="group")
    while True:
        size = area_km2.groupby(group).sum()
        one, other = neighbours["area"].map(group), neighbours["neighbour"].map(group)
        touch = pd.DataFrame({"one": one, "other": other})[one != other].dropna()
        touch = touch.assign(one_km2=touch["one"].map(size), other_km2=touch["other"].map(size))
        touch = touch[touch["one_km2"] < small_km2]
        if touch.empty:
            return group
        first = touch.sort_values(["one_km2", "one", "other_km2", "other"]).iloc[0]
        group = group.replace({max(first["one"], first["other"]): min(first["one"], first["other"])})


def _cities(cells: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    """Largest urban centre of each group: its people in all groups, and the share of the group's people in it."""
    within = cells["centre"] > 0
    whole = cells[within].groupby("centre")["population"].sum()
    part = cells[within].groupby([group[within], "centre"])["population"].sum()
    part = part.sort_values(ascending=False, kind="stable")
    largest = part[~part.index.get_level_values("group").duplicated()]
    people = cells["population"].groupby(group).sum()
    found = pd.DataFrame(
        {
            "city": whole.reindex(largest.index.get_level_values("centre")).to_numpy(dtype=float),
            "part": largest.to_numpy(dtype=float),
        },
        index=largest.index.get_level_values("group"),
    )
    return found[["city"]].assign(city_share=found["part"] / people.reindex(found.index))
