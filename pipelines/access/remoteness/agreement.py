"""Definitions of remoteness side by side: how many call an area remote, and where they disagree."""

from collections.abc import Mapping

import pandas as pd

from geodata.errors import InputError


def compare(calls: Mapping[str, pd.Series], areas: pd.Index) -> pd.DataFrame:
    """Count how many definitions call each area remote.

    Parameters
    ----------
    calls
        By definition: whether it calls an area remote (boolean, index area ids, missing where it cannot say).
    areas
        Ids of all areas.

    Returns
    -------
    DataFrame
        Index as given: one boolean column a definition, then `available` (how many have a say), `remote` (how many
        call it remote), `disagree` (some do and some do not). An area of which no definition can say anything has 0
        available.

    Raises
    ------
    InputError
        A definition says something else than yes, no or missing, or speaks of an area twice.
    """
    said = {}
    for name, call in calls.items():
        if not call.index.is_unique:
            raise InputError(f"The definition {name} speaks of {call.index[call.index.duplicated()][0]} twice.")
        if not call.dropna().isin([True, False]).all():
            raise InputError(f"The definition {name} says {call.dropna().iloc[0]!r}, expected true, false or missing.")
        said[name] = call.astype("boolean").reindex(areas)
    table = pd.DataFrame(said, index=areas, dtype="boolean")
    available, remote = table.notna().sum(axis=1), table.sum(axis=1).astype(int)
    return table.assign(available=available, remote=remote, disagree=(remote > 0) & (remote < available))
