"""Initiatives of the social and solidarity economy (SUSY and SSEDAS map), as GeoJSON.

Partners of two projects collected them from 2016 to 2018, some countries well and others hardly. Countries are written
in some sixty ways; one that is missing or unknown stays empty. All initiatives are kept, with a theme or without: the
whole map is about social innovation.
"""

from pathlib import Path

import pandas as pd

from geodata import vocabulary as words
from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.i18n import mark
from geodata.i18n.message import Message
from pipelines.sources.formats.tables import read_features
from pipelines.sources.projects import registers

COLLECTED = "collected by partners, not checked"
# Spellings that `own/countries.yaml` does not have: another alphabet, other codes, parts of a country.
COUNTRIES = {"ελλαδα": "GR", "българия": "BG", "sr": "RS", "northern ireland": "GB", "latvija": "LV", "kypros": "CY"}
TEXTS = ("name", "type_of_initiative", "free_keywords", "POI_TYPE", "description")


def read(source: Source, folder: Path) -> registers.Register:
    """Initiatives: see `registers.register`.

    Raises
    ------
    InputError
        The file is no GeoJSON of points with names.
    """
    return parse(source, (folder / source.files[0]).read_bytes())


projects, notes = registers.layers(read)


def parse(source: Source, content: bytes) -> registers.Register:
    """Read the features that have a point and a name."""
    table = read_features(content, source.files[0], of="points")
    points = [each.get("coordinates") or (None, None) for each in table.pop("geometry")]
    table = table.fillna("").astype("str")
    for column in ("_id", "_uri", "addr:country", "addr:city", "contact:website", "website", *TEXTS):
        if column not in table and column in source.columns:
            raise InputError(f"{source.files[0]} has no property {column!r}; use the version of the catalogue.")
        table[column] = table.get(column, "")
    lon, lat = (pd.to_numeric(pd.Series(each, dtype=object), errors="coerce") for each in zip(*points, strict=True))
    on_earth = lat.between(-90, 90) & lon.between(-180, 180)
    named = table["name"].str.strip() != ""
    stated = table["addr:country"].map(_country)
    site = table["contact:website"].where(table["contact:website"] != "", table["website"])
    rows = pd.DataFrame(
        {
            "project_id": "susy-" + table["_id"],
            "name": table["name"].str.split().str.join(" "),
            "organisation": "",
            "country": stated,
            "place": table["addr:city"],
            "nuts": "",
            "precision": "town",
            "start": "",
            "end": "",
            "eu_budget": float("nan"),
            "source_url": site.where(site.str.startswith("http"), table["_uri"]),
            "confidence": COLLECTED,
            "lat": lat,
            "lon": lon,
        }
    )
    texts = table[list(TEXTS)].agg(" ".join, axis=1).str.replace("_", " ")
    kept = on_earth & named
    found = registers.register(source, rows[kept], texts[kept], all_themes=True)
    unknown = int((stated[kept] == "").sum())
    for count, message in (
        (
            int((~kept).sum()),
            mark("{number} of {all} initiatives of {source} have no point or no name and are left out."),
        ),
        (
            unknown,
            mark(
                "{number} of {all} initiatives of {source} do not say their country, or in an unknown way; it stays "
                "empty."
            ),
        ),
    ):
        if count:
            found.notes.append(Message(message, number=count, all=len(table), source=source.id))
    return found


def _country(text: str) -> str:
    return words.country(text) or COUNTRIES.get(words.plain(text), "")
