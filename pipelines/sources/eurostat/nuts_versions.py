"""Figures of one NUTS version told for the regions of another: the tables of the Joint Research Centre.

A table lists every piece of land that two versions share, with its people in 2021. Where a region was redrawn, a number
of people is shared out between the new regions in proportion to the people of the pieces; a rate is not, so convert
what it is made of and divide after that.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geodata.errors import InputError
from pipelines.sources.formats.tables import read_csv

PREFIX = "code_v"
# A piece with less than this share of both its regions comes from lines that were drawn anew, not from a new border.
SLIVER = 0.005


@dataclass(frozen=True)
class Converted:
    """Numbers by the regions of another version.

    Attributes
    ----------
    numbers
        Index the codes of the wanted version, sorted; columns as given; NaN where a piece has no number.
    shared_out
        The former codes, in words, of each region whose numbers are an estimate, since one of these was divided. A
        region that only changed its code, or is made of whole ones, is not among them.
    """

    numbers: pd.DataFrame
    shared_out: pd.Series


def read(path: Path) -> pd.DataFrame:
    """Read a conversion table: two columns of codes named by year, such as `2021` and `2024`, and `people`.

    Raises
    ------
    InputError
        The file cannot be read or lacks a column, or a number of people is none.
    """
    table = read_csv(path.read_bytes(), ("pop21", "areaKm"), str(path), encoding="utf-8")
    codes = [column for column in table.columns if column.startswith(PREFIX)]
    if len(codes) != 2:
        raise InputError(
            f"{path} has {len(codes)} columns of codes such as {PREFIX}2021, expected two; fetch it again."
        )
    people = pd.to_numeric(table["pop21"], errors="coerce")
    if not (people >= 0).all():
        raise InputError(f"{path} has a piece of land without a number of people in pop21; fetch it again.")
    return table[codes].rename(columns=lambda name: name.removeprefix(PREFIX)).assign(people=people)


def convert(numbers: pd.DataFrame, table: pd.DataFrame, *, start: str, end: str) -> Converted:
    """Tell numbers that can be added up, such as people, for the regions of another version.

    Parameters
    ----------
    numbers
        Index the codes of version `start`.
    table
        As `read` gives it; it is used in either direction.
    start, end
        Years of the versions.

    Raises
    ------
    InputError
        The table is not of these versions.
    """
    lacking = {start, end} - set(table.columns)
    if lacking:
        raise InputError(f"The conversion table has no NUTS version {min(lacking)}; use the one of {start} and {end}.")
    share = pd.DataFrame({"from": table[start], "to": table[end], "people": table["people"]})
    for side in ("from", "to"):
        share[side + "_share"] = share["people"] / share.groupby(side)["people"].transform("sum")
    # A region without people has no share; it goes where it says.
    share = share.fillna({"from_share": 1.0, "to_share": 1.0})
    share = share[(share["from_share"] >= SLIVER) | (share["to_share"] >= SLIVER)]
    share["from_share"] /= share.groupby("from")["from_share"].transform("sum")
    pieces = numbers.reindex(share["from"]).mul(share["from_share"].to_numpy(), axis=0)
    found = pieces.groupby(share["to"].to_numpy()).sum().mask(pieces.isna().groupby(share["to"].to_numpy()).any())
    redrawn = share[share["to"].isin(share.loc[share["from_share"] < 1, "to"])]
    former = redrawn.groupby("to")["from"].agg(lambda codes: " and ".join(sorted(codes)))
    return Converted(found.rename_axis("area_id"), former)
