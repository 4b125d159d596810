"""Airports with an IATA code (airportsdata): a quoted CSV table of the world."""

import pandas as pd

from geodata import catalogue
from pipelines.sources.formats.tables import read_csv


def read(content: bytes, *, country: str) -> pd.DataFrame:
    """Read one country's airports: id (IATA), name, lat, lon (degrees), sorted by id.

    Raises
    ------
    InputError
        If the table cannot be read or lacks a column.
    """
    table = read_csv(content, catalogue.load()["airports"].columns, "The table of airports", encoding="utf-8")
    table = table[(table["country"] == country) & (table["iata"] != "")]
    airports = pd.DataFrame(
        {
            "id": table["iata"],
            "name": table["name"],
            "lat": table["lat"].astype(float),
            "lon": table["lon"].astype(float),
        }
    )
    return airports.sort_values("id", ignore_index=True)
