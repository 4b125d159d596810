"""All areas of a built territory in one table: regions by name and every indicator."""

import pandas as pd

from geodata.i18n.message import tell_each
from geodata.indicators import TEXTS
from geodata.store import Territory
from pipelines.access.remoteness.degurba import LABELS


def areas_table(territory: Territory) -> pd.DataFrame:
    """Read every area of a territory with its regions by name and all its indicators.

    Returns
    -------
    DataFrame
        Index `area_id`, sorted; `name`, `nuts1` ... `nuts3`, `nuts2_name`, `nuts3_name`, `degurba` (code),
        `degurba_label`, `area_km2`, then the indicators of the codebook. No geometry.
    """
    areas = pd.DataFrame(territory.layer("areas")).drop(columns="geometry").set_index("area_id").sort_index()
    names = territory.layer("regions").set_index("region_id")["name"]
    areas["nuts2_name"] = areas["nuts2"].map(names)
    # An area that is a NUTS 3 region itself is not listed as a region once more.
    areas["nuts3_name"] = areas["nuts3"].map(names).mask(areas["nuts3"] == areas.index, areas["name"])
    areas["degurba_label"] = areas["degurba"].map(LABELS)
    return areas.join(territory.layer("indicators").set_index("area_id"))


def codebook_in_words(codebook: pd.DataFrame) -> pd.DataFrame:
    """Write the texts of a codebook, which are stored as messages, in the language in use."""
    return codebook.assign(**{column: tell_each(codebook[column]) for column in (*TEXTS, "agreement")})
