"""The 1 km population grid of the censuses of 2011 and 2021 (Eurostat GEOSTAT)."""

from pathlib import Path

import pandas as pd

from geodata.catalogue import Source
from pipelines.remoteness import grid as cells
from pipelines.sources.tables import read_csv


def grid(source: Source, folder: Path) -> pd.DataFrame:
    """Cells with people: `x_km`, `y_km` (lower-left corner, EPSG:3035), `population`.

    Parameters
    ----------
    source
        Its only file is a CSV with `GRD_ID` and the people, `TOT_P` in 2011 and `T` in 2021.
    folder
        Of the file.

    Raises
    ------
    InputError
        The file cannot be read, or a cell is not understood, occurs twice, or has no number of people.
    """
    path = folder / source.files[0]
    table = read_csv(path.read_bytes(), source.columns, str(path))
    people = next((name for name in ("TOT_P", "T") if name in table), "TOT_P")
    found: pd.DataFrame = cells.cells(table, people_column=people)
    return found
