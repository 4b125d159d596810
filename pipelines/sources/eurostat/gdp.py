"""GDP per head by NUTS 3 region (Eurostat, table nama_10r_3gdp), as bulk file or as answer of the interface."""

from pathlib import Path

import pandas as pd

from geodata.catalogue import Source
from geodata.countries import countries
from geodata.errors import InputError
from geodata.i18n.message import Message, pack
from pipelines.sources.eurostat import jsonstat
from pipelines.sources.eurostat import tsv as eurostat_tsv
from pipelines.sources.formats.figures import figures
from pipelines.sources.formats.tables import require

# Purchasing power standards per head: comparable between countries.
UNIT = "PPS_EU27_2020_HAB"
# The latest year is of use when at least this share of the regions has a figure.
ENOUGH = 0.9
NUTS3 = 5
# Activity that Eurostat gives to no region of a country.
EXTRA = "ZZZ"


def published(source: Source, folder: Path) -> pd.DataFrame:
    """GDP per head in the latest year that nearly all regions have, as `figures.figures`.

    Raises
    ------
    InputError
        The file cannot be read, or has no year with figures of nearly all regions of the countries wanted.
    """
    path = folder / source.files[0]
    reader = jsonstat if path.suffix == ".json" else eurostat_tsv
    table = reader.read(path.read_bytes(), str(path))
    require(table.columns, source.columns, str(path))
    regions = (table["geo"].str.len() == NUTS3) & ~table["geo"].str.endswith(EXTRA)
    wanted = regions & table["geo"].str[:2].isin(countries(source.country)) & (table["unit"] == UNIT)
    values = table[wanted].pivot(index="geo", columns="time", values="value")
    full = values.columns[values.notna().mean() >= ENOUGH]
    if full.empty:
        raise InputError(
            f"{path} has no year with {UNIT} of {ENOUGH:.0%} of the regions of {source.country}; fetch it again."
        )
    year = max(full)
    flags = table[wanted & (table["time"] == year)].set_index("geo")["flag"]
    reasons = flags[flags != ""].map(
        lambda flag: pack(Message("Published as {flags}", flags=eurostat_tsv.explain(flag)))
    )
    return figures(values[year], indicator="gdp_per_head", year=int(year), reasons=reasons)
