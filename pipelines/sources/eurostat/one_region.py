"""Countries so small that they are one NUTS 3 region, such as Liechtenstein, Luxembourg and Cyprus."""

from pathlib import Path

import pandas as pd

from geodata.catalogue import Source
from geodata.countries import LEVELS
from geodata.errors import InputError
from pipelines.sources.eurostat import lau_nuts
from pipelines.sources.osm import layers as osm_extract

regions = lau_nuts.regions


def membership(source: Source, folder: Path) -> pd.DataFrame:
    """`area_id` with `nuts1`, `nuts2`, `nuts3`: every municipality of the extract is in the country's only region.

    Parameters
    ----------
    source
        Its first file is an OpenStreetMap extract (see `osm_extract.areas`), the next ones GeoJSON with the names of
        NUTS 3 and NUTS 2.
    folder
        Of the files.

    Raises
    ------
    InputError
        A file cannot be read, or the country has no or several NUTS 3 regions.
    """
    codes = regions(source, folder).query("level == 'nuts3'")["region_id"].tolist()
    if len(codes) != 1:
        raise InputError(
            f"{folder / source.files[1]} has {len(codes)} NUTS 3 regions of {source.country}, expected one; take the "
            "membership from a table of municipalities."
        )
    levels = {level: codes[0][:end] for level, end in LEVELS.items()}
    return pd.DataFrame({"area_id": osm_extract.areas(source, folder)["area_id"]} | levels)
