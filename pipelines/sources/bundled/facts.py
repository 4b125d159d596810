"""The project's own tables: services, projects, consortia, and how complete the services are."""

import pandas as pd

from geodata import catalogue
from geodata.errors import InputError
from pipelines.sources.formats.tables import read_csv

COMPLETENESS_COLUMNS = ("category", "nuts2", "completeness", "note")


def read(content: bytes, *, source_id: str) -> pd.DataFrame:
    """Read one table as text and check its columns.

    Raises
    ------
    InputError
        If the table cannot be read, lacks a column or repeats an id.
    """
    source = catalogue.load()[source_id]
    frame = read_csv(content, source.columns, f"The table {source.address}", encoding="utf-8")
    if "id" in frame and frame["id"].duplicated().any():
        raise InputError(
            f"The table {source.address} has the id {frame['id'][frame['id'].duplicated()].iloc[0]!r} twice."
        )
    return frame


def read_completeness(content: bytes, *, categories: set[str], regions: set[str]) -> pd.DataFrame:
    """Read how complete each category of service is in each NUTS 2 region.

    Raises
    ------
    InputError
        If a pair of category and region is missing, doubled or unknown, or a completeness is no known word.
    """
    what = "The table services_completeness.csv"
    frame = read_csv(content, COMPLETENESS_COLUMNS, what, encoding="utf-8")
    pairs = list(zip(frame["category"], frame["nuts2"], strict=True))
    wanted = {(category, region) for category in categories for region in regions}
    if len(pairs) != len(set(pairs)) or set(pairs) != wanted:
        odd = sorted(wanted ^ set(pairs)) or sorted(pair for pair in pairs if pairs.count(pair) > 1)
        raise InputError(f"{what} needs one row per category and NUTS 2 region; look at {' in '.join(odd[0])}.")
    if unknown := sorted(set(frame["completeness"]) - set(catalogue.COMPLETENESS)):
        raise InputError(f"{what} has {unknown[0]!r}; use one of {', '.join(catalogue.COMPLETENESS)}.")
    return frame
