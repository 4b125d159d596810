"""Definitions of remoteness side by side: how many call an area remote, and where they disagree."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from geodata.errors import InputError
from pipelines.remoteness.definitions import Lacking

COUNTED = ("available", "remote", "disagree")


@dataclass(frozen=True)
class Agreement:
    """What several definitions say of the same areas.

    Attributes
    ----------
    areas
        By area: one boolean column a definition, then `available` (how many have a say), `remote` (how many call it
        remote), `disagree` (some do and some do not).
    lacking
        The definitions that could not be computed.
    """

    areas: pd.DataFrame
    lacking: list[Lacking]

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """By two definitions: `areas` where both have a say, `both`, `first_only`, `second_only`, `neither`."""
        return _pairs(self.areas.drop(columns=list(COUNTED)))


def compare(calls: Mapping[str, pd.Series | Lacking], areas: pd.Index) -> Agreement:
    """Count how many definitions call each area remote.

    Parameters
    ----------
    calls
        By definition: whether it calls an area remote (boolean, index area ids, missing where it cannot say), or
        what it lacks.
    areas
        Ids of all areas.

    Returns
    -------
    Agreement
        `areas` has the index given; an area of which no definition can say anything has 0 available.

    Raises
    ------
    InputError
        A definition says something else than yes, no or missing, or speaks of an area twice.
    """
    said, absent = {}, []
    for name, call in calls.items():
        if isinstance(call, Lacking):
            absent.append(call)
            continue
        if not call.index.is_unique:
            raise InputError(f"The definition {name} speaks of {call.index[call.index.duplicated()][0]} twice.")
        if not call.dropna().isin([True, False]).all():
            raise InputError(f"The definition {name} says {call.dropna().iloc[0]!r}, expected true, false or missing.")
        said[name] = call.astype("boolean").reindex(areas)
    table = pd.DataFrame(said, index=areas, dtype="boolean")
    available, remote = table.notna().sum(axis=1), table.sum(axis=1).astype(int)
    counted = table.assign(available=available, remote=remote, disagree=(remote > 0) & (remote < available))
    return Agreement(areas=counted, lacking=absent)


def _pairs(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    names = list(table)
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            both = table[[first, second]].dropna().astype(bool)
            one, other = both[first], both[second]
            rows.append(
                {
                    "first": first,
                    "second": second,
                    "areas": len(both),
                    "both": (one & other).sum(),
                    "first_only": (one & ~other).sum(),
                    "second_only": (~one & other).sum(),
                    "neither": (~one & ~other).sum(),
                }
            )
    columns = ["areas", "both", "first_only", "second_only", "neither"]
    return pd.DataFrame(rows, columns=["first", "second", *columns]).set_index(["first", "second"])
