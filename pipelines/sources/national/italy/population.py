"""Residents by municipality and single year of age (ISTAT), as an Arrow feather file, one row per age."""

import numpy as np
import pandas as pd

from geodata import catalogue
from geodata.errors import InputError
from pipelines.sources.formats.tables import area_id, read_feather
from pipelines.sources.national.italy.boundaries import MERGERS

AGES = range(101)


def read(content: bytes, *, year: int) -> pd.DataFrame:
    """Read one year's residents, both sexes.

    Parameters
    ----------
    content
        Feather file with municipality_code, age (100 = 100 and more) and tot.
    year
        Year of the count, 1 January.

    Returns
    -------
    DataFrame
        area_id, year (int16), a0 ... a100 (int32), sorted by area_id. Municipalities of `MERGERS` are added up.

    Raises
    ------
    InputError
        If the file is broken, lacks a column, or a municipality lacks an age, repeats one or has a negative count.
    """
    what = f"The population table of {year}"
    frame = read_feather(content, catalogue.load()["italy-population"].columns, what)
    frame = frame.assign(area_id=area_id(frame["municipality_code"]))
    if frame.duplicated(["area_id", "age"]).any() or set(frame["age"]) != set(AGES) or len(frame) % len(AGES):
        raise InputError(f"{what} does not hold every age from 0 to 100 once per municipality; fetch it again.")
    wide = frame.pivot(index="area_id", columns="age", values="tot")
    if wide.isna().to_numpy().any() or (wide.to_numpy() < 0).any():
        raise InputError(f"{what} has a missing or negative count; fetch it again.")
    wide = wide.groupby(wide.index.to_series().replace(MERGERS)).sum().astype(np.int32)
    wide.columns = pd.Index([f"a{age}" for age in wide.columns])
    wide.insert(0, "year", np.int16(year))
    return wide.rename_axis("area_id").sort_index().reset_index()
