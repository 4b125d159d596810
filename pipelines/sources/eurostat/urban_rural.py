"""Eurostat's map tables by NUTS 3 region and urban-rural type: ageing, and population change so far and to come.

A table has the region, one figure (`ratio` or `perc`, `:` where missing), the type `urt` (1 urban, 2 intermediate, 3
rural) and the class of its map, 3 x (urt - 1) + band with a band from 1 to 3. Type and class are only used to check
that a row is whole.
"""

from pathlib import Path

import pandas as pd

from geodata.catalogue import Source
from geodata.countries import countries
from geodata.errors import InputError
from geodata.i18n import mark
from pipelines.sources.formats.figures import figures
from pipelines.sources.formats.tables import read_csv

# By the part of the file's name that says what it holds: the indicator and the column of the figure.
TABLES = {
    "oldage_deprat": ("old_age_dependency", "ratio"),
    "avg_popchange": ("average_population_change", "perc"),
    "projpopchang": ("projected_population_change", "perc"),
}
MISSING = ":"
BANDS = 3


def published(source: Source, folder: Path) -> pd.DataFrame:
    """Figures of every table of the source, as `figures.figures`.

    Raises
    ------
    InputError
        A table is not one of `TABLES`, cannot be read, lacks a column, or a row does not hold together.
    """
    return pd.concat([_table(folder / name, source) for name in source.files], ignore_index=True)


def _table(path: Path, source: Source) -> pd.DataFrame:
    known = [found for part, found in TABLES.items() if part in path.name]
    if not known:
        raise InputError(f"{path} is no table that is known here; name one of those with {', '.join(TABLES)}.")
    indicator, column = known[0]
    table = read_csv(path.read_bytes(), (*source.columns, column), str(path), encoding="utf-8")
    rows = table[table["NUTS"].str[:2].isin(countries(source.country))].set_index("NUTS")
    lacking = rows[column] == MISSING
    values = pd.to_numeric(rows[column].mask(lacking), errors="coerce")
    kind = pd.to_numeric(rows["urt"], errors="coerce")
    of_class = (pd.to_numeric(rows["class"].mask(lacking), errors="coerce") - 1) // BANDS + 1
    whole = kind.isin([1, 2, 3]) & (lacking | (values.notna() & (of_class == kind))) & ~rows.index.duplicated()
    if not whole.all():
        raise InputError(
            f"Row {rows.index[~whole][0]} of {path} does not hold together: it needs a number or {MISSING}, a type "
            "from 1 to 3 and the class that goes with it, once; fetch the file again."
        )
    reasons = pd.Series(mark("Marked as not available by its publisher"), index=rows.index[lacking])
    return figures(values, indicator=indicator, year=source.year, reasons=reasons)
