"""Two lists of areas side by side: what they share, what they do not, who moved, and why.

The lists may come from two weightings, two years or two builds, or from us and from a ministry. Overlap is that of
Jaccard (1912): areas on both / areas on either. Order is compared on the areas of both lists by Spearman's rank
correlation.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from geodata.errors import InputError
from geodata.i18n import number, percent, say, says
from pipelines.areas.lists import AreaList
from pipelines.priority.composite import dictionary

FEWEST_RANKED = 3  # any two areas agree or disagree wholly
MOVERS = 3
LEAST_POINTS = 0.05  # less is written as 0.0
FILLED = ["name", "population"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two lists compared.

    Attributes
    ----------
    first, second
        The lists, with codes mended.
    both
        Areas on both lists, by size of shift and then area_id: name, first_rank, second_rank, shift (first - second
        rank: above 0 is nearer to the top in the second); NaN where a list is not ranked.
    only_first, only_second
        Areas on one list alone, in its order: name, rank.
    overlap
        Areas on both / areas on either, 0 to 1.
    people_overlap
        People in the areas on both / people in those on either, 0 to 1; where the lists differ on the people of an area
        it has their mean. NaN where the people of any area are not known.
    spearman
        Of the ranks of areas on both, -1 to 1; NaN for fewer than three ranked areas or ranks that are all equal.
    why
        Of areas on both, what each indicator adds to the gap of the typical area: area_id, indicator, first_points,
        second_points, difference (second - first) and relative: the difference less its mean over the areas on both,
        since what all gain moves none. The largest relative difference of an area first. Empty where `unexplained` says
        why.
    unexplained
        A sentence; empty where `why` is there.
    mended
        How many codes of each list got back their leading zeros.
    """

    first: AreaList
    second: AreaList
    both: pd.DataFrame
    only_first: pd.DataFrame
    only_second: pd.DataFrame
    overlap: float
    people_overlap: float
    spearman: float
    why: pd.DataFrame
    unexplained: str
    mended: tuple[int, int]

    @property
    def attribution(self) -> str:
        """Attribution of the data of both lists, with licences."""
        return " ".join(dict.fromkeys(each.attribution for each in (self.first, self.second) if each.attribution))

    def table(self) -> pd.DataFrame:
        """One row an area of either list: area_id, name, on (both, first or second), first_rank, second_rank, shift.

        Areas on both come first, then those on the first list alone, then those on the second alone.
        """
        parts = [
            self.both.assign(on="both"),
            self.only_first.rename(columns={"rank": "first_rank"}).assign(on="first"),
            self.only_second.rename(columns={"rank": "second_rank"}).assign(on="second"),
        ]
        columns = ["area_id", "name", "on", "first_rank", "second_rank", "shift"]
        return pd.concat([part.reset_index() for part in parts if len(part)], ignore_index=True).reindex(
            columns=columns
        )

    def sentences(self) -> list[str]:
        """Say in plain words what the comparison found, the largest shifts and their reasons last."""
        return _sentences(self)


def compare(first: AreaList, second: AreaList, *, areas: pd.DataFrame | None = None) -> Comparison:
    """Compare two lists.

    Parameters
    ----------
    first, second
        The lists. A code of a CSV that is nowhere else, but is when leading zeros are put before it, gets them.
    areas
        All areas of the territory, index area_id, columns name and population, when they are at hand: they give a CSV
        names, people and full codes.

    Raises
    ------
    InputError
        The lists have no area in common and are not of one territory.
    """
    known = set() if areas is None else set(areas.index)
    lists = (
        _completed(_mended(first, known or set(second.table.index)), areas),
        _completed(_mended(second, known or set(first.table.index)), areas),
    )
    mended = tuple(
        len(set(new.table.index) - set(old.table.index)) for new, old in zip(lists, (first, second), strict=True)
    )
    one, two = (each.table for each in lists)
    common = one.index.intersection(two.index, sort=False)
    if common.empty:
        _check_territory(*lists, known)
    both = pd.DataFrame(
        {
            "name": one.loc[common, "name"].fillna(two.loc[common, "name"]),
            "first_rank": one.loc[common, "rank"],
            "second_rank": two.loc[common, "rank"],
        }
    )
    both["shift"] = both["first_rank"] - both["second_rank"]
    both = both.sort_index().sort_values("shift", key=lambda shift: -shift.abs(), kind="stable")
    why, unexplained = _why(*lists, both.index)
    return Comparison(
        first=lists[0],
        second=lists[1],
        both=both,
        only_first=one.loc[one.index.difference(common, sort=False), ["name", "rank"]],
        only_second=two.loc[two.index.difference(common, sort=False), ["name", "rank"]],
        overlap=len(common) / len(one.index.union(two.index)),
        people_overlap=_people_overlap(one["population"], two["population"]),
        spearman=_spearman(both),
        why=why,
        unexplained=unexplained,
        mended=(mended[0], mended[1]),
    )


def _mended(given: AreaList, known: Iterable[str]) -> AreaList:
    """Put back leading zeros where that, and only that, makes a code of a CSV one that is known."""
    if given.territory:
        return given
    full = defaultdict(list)
    for code in known:
        full[code.lstrip("0")].append(code)
    taken, present = set(given.table.index), set(known)
    codes = {}
    for code in given.table.index:
        meant = full.get(code, []) if code not in present and not code.startswith("0") else []
        # Two codes that differ by their zeros alone leave open which one was meant.
        if len(meant) == 1 and meant[0] not in taken:
            codes[code] = meant[0]
    return replace(given, table=given.table.rename(index=codes))


def _completed(given: AreaList, areas: pd.DataFrame | None) -> AreaList:
    """Fill in names and people that the list does not have."""
    if areas is None:
        return given
    there = areas[FILLED].reindex(given.table.index)
    return replace(given, table=given.table.assign(**{name: given.table[name].fillna(there[name]) for name in FILLED}))


def _check_territory(first: AreaList, second: AreaList, known: set[str]) -> None:
    named = bool(first.territory) and first.territory == second.territory
    if named or all(known & set(each.table.index) for each in (first, second)):
        return
    said = [
        f"{each.title} ({each.territory or 'territory not given'}, codes such as {each.table.index[0]})"
        for each in (first, second)
    ]
    raise InputError(
        f"{said[0]} and {said[1]} have no area in common; compare lists of one territory, with the same codes."
    )


def _people_overlap(first: pd.Series, second: pd.Series) -> float:
    people = pd.concat([first, second], axis=1).mean(axis=1)
    total = people.sum(skipna=False)
    return float(people[first.index.intersection(second.index)].sum() / total) if total > 0 else float("nan")


def _spearman(both: pd.DataFrame) -> float:
    ranks = both[["first_rank", "second_rank"]].dropna()
    if len(ranks) < FEWEST_RANKED or (ranks.nunique() == 1).any():
        return float("nan")
    return float(spearmanr(ranks["first_rank"], ranks["second_rank"]).statistic)


def _why(first: AreaList, second: AreaList, common: pd.Index) -> tuple[pd.DataFrame, str]:
    columns = ["area_id", "indicator", "first_points", "second_points", "difference", "relative"]
    if first.points is None or second.points is None:
        where = first.title if first.points is None else second.title
        return pd.DataFrame(columns=columns), (
            say("Why areas moved cannot be told: {list} does not say what each indicator adds to the gap.", list=where)
        )
    long = pd.concat(
        {
            "first_points": first.points.reindex(common).stack(),
            "second_points": second.points.reindex(common).stack(),
        },
        axis=1,
    ).rename_axis(["area_id", "indicator"])
    # An indicator that one of the two does not use adds nothing there.
    long = long.fillna(0.0)
    long["difference"] = long["second_points"] - long["first_points"]
    long["relative"] = long["difference"] - long.groupby("indicator")["difference"].transform("mean")
    long = long.reset_index().sort_values(["area_id", "indicator"])
    long = long.sort_values("relative", key=lambda points: -points.abs(), kind="stable")
    places = {area_id: place for place, area_id in enumerate(common)}
    return long.sort_values("area_id", key=lambda ids: ids.map(places), kind="stable").reset_index(drop=True), ""


def _sentences(found: Comparison) -> list[str]:
    first, second = found.first.title, found.second.title
    sizes = len(found.first.table), len(found.second.table)
    said = [
        say(
            "{first} has {areas}, {second} {others}: {both} on both, {only_first} only on the first, "
            "{only_second} only on the second.",
            first=first,
            areas=_areas(sizes[0]),
            second=second,
            others=_areas(sizes[1]),
            both=number(len(found.both)),
            only_first=number(len(found.only_first)),
            only_second=number(len(found.only_second)),
        )
    ]
    people = (
        say("weighed by people it cannot be told, since the people of some areas are not known")
        if np.isnan(found.people_overlap)
        else say("weighed by people {share}", share=percent(100 * found.people_overlap))
    )
    said.append(
        say(
            "They share {share} of the areas on either list; {people}.",
            share=percent(100 * found.overlap),
            people=people,
        )
    )
    for title, mended in zip((first, second), found.mended, strict=True):
        if mended:
            said.append(
                says(
                    "{count} code of {list} had lost leading zeros.",
                    "{count} codes of {list} had lost leading zeros.",
                    mended,
                    list=title,
                )
            )
    return [*said, _order(found), *_movers(found)]


def _order(found: Comparison) -> str:
    if not np.isnan(found.spearman):
        return say(
            "In the order of the areas on both, Spearman's correlation is {correlation} (1: the same order).",
            correlation=number(found.spearman, 2),
        )
    for each in (found.first, found.second):
        if each.table["rank"].isna().all():
            return say("The order cannot be compared, since {list} has no ranks.", list=each.title)
    return say(
        "The order cannot be compared: that takes {fewest} ranked areas on both lists, not all at one rank.",
        fewest=FEWEST_RANKED,
    )


def _movers(found: Comparison) -> list[str]:
    moved = found.both[found.both["shift"].abs() > 0].head(MOVERS)
    sizes = [int(each.table["rank"].notna().sum()) for each in (found.first, found.second)]
    said = []
    for area_id, row in moved.iterrows():
        name = f"{row['name']} ({area_id})" if pd.notna(row["name"]) else str(area_id)
        values = {
            "area": name,
            "first": f"{row['first_rank']:g}",
            "of_first": number(sizes[0]),
            "second": f"{row['second_rank']:g}",
            "of_second": number(sizes[1]),
            "reasons": _reasons(found.why[found.why["area_id"] == area_id], row["shift"]),
        }
        if row["shift"] > 0:
            moved_by = says(
                "{area} is {count} place higher on the second list: {first} of {of_first}, then {second} of "
                "{of_second}{reasons}.",
                "{area} is {count} places higher on the second list: {first} of {of_first}, then {second} of "
                "{of_second}{reasons}.",
                row["shift"],
                **values,
            )
        else:
            moved_by = says(
                "{area} is {count} place lower on the second list: {first} of {of_first}, then {second} of "
                "{of_second}{reasons}.",
                "{area} is {count} places lower on the second list: {first} of {of_first}, then {second} of "
                "{of_second}{reasons}.",
                -row["shift"],
                **values,
            )
        said.append(moved_by)
    return [*said, found.unexplained] if said and found.unexplained else said


def _reasons(why: pd.DataFrame, shift: float) -> str:
    """Say which indicators moved an area the way it went, against the others."""
    towards = why[why["relative"] * np.sign(shift) >= LEAST_POINTS].head(MOVERS)
    known = dictionary()
    told = [
        say(
            "{indicator} {points} points",
            indicator=known[indicator].title if indicator in known else indicator,
            points=number(points, 1, signed=True),
        )
        for indicator, points in zip(towards["indicator"].astype(str), towards["relative"], strict=True)
    ]
    if not told:
        return ""
    return say("; in its gap, against the mean of the areas on both, {indicators}", indicators=", ".join(told))


def _areas(count: int) -> str:
    return says("{count} area", "{count} areas", count)
