"""Suggestions as files: CSV of the main table, a workbook of all, and one zip with codebook, sources and manifest."""

import json
import shlex
from collections.abc import Callable
from io import BytesIO

import pandas as pd
import xlsxwriter

from geodata import catalogue
from geodata.errors import InputError
from geodata.files import MANIFEST, sealed
from geodata.i18n.message import tell_all
from pipelines.areas.shortlist import SOURCE_COLUMNS, attribution_of
from pipelines.areas.shortlist_codebook import NOTES
from pipelines.export.spatial import records
from pipelines.export.spreadsheets import CREATED, add_sheet, csv_of
from pipelines.response.matching.crosswalk import FILE
from pipelines.response.matching.suggestions import Suggestions

CONTEXTS = "si-project-contexts"
ILLUSTRATIVE = (
    "These are suggestions from an illustrative list of projects: few known is not few existing, and a project that "
    "fits by these figures still has to be looked at."
)
DECIMALS = {**dict.fromkeys(("score", "need", "similarity", "evidence"), 3), "theme_need": 1, "km": 0}
COLUMNS = pd.DataFrame(
    [
        ("area_id", "Official code of the area, text with leading zeros"),
        ("area", "Name of the area"),
        ("order", "Place in the ranking, 1 = first"),
        ("project_id", "Id in the list of projects"),
        ("score", "need x similarity x evidence, 0-1; empty: not ranked, see unranked"),
        ("need", "Need of the area for the judged themes of the project, 0-1; empty: cannot be judged here"),
        ("similarity", "How alike the area and the home of the project are, 0-1; empty: not known"),
        ("evidence", "How well the project is known: kind, running or ended, confidence, precision, 0-1"),
        ("name", "Name of the project, organisation or consortium"),
        ("organisation", "Who runs it"),
        ("kind", "project, support organisation or competence centre"),
        ("status", "running, no end known or ended, in the year of the list"),
        ("themes", "What it is about"),
        ("judged", "Those of its themes whose need can be judged here"),
        ("country", "ISO 3166-1 alpha-2"),
        ("place", "Where it is"),
        ("source_url", "The public page it was read on"),
        ("why", "The suggestion in a sentence"),
        ("unranked", "Why it has no score; empty where it has"),
        ("theme", "Theme of projects"),
        ("theme_need", "Need for the theme compared with the territory, 0-100; empty: cannot be judged here"),
        ("indicators", "Indicators that it is the mean of, as percentile ranks"),
        ("lacking", "What would tell of the theme and is not in the data"),
        ("partner", "competence centre, consortium or support organisation"),
        ("km", "Straight-line kilometres from the main place of the area"),
        ("nuts2_name", "Name of the NUTS 2 region"),
        ("nuts3_name", "Name of the NUTS 3 region"),
        ("population", "Residents"),
        ("state", "white spot: need is high, no project of the theme is known within reach or in areas like it"),
        ("areas", "Number of areas"),
        ("attribution", "To be given wherever the row is used"),
    ],
    columns=["column", "meaning"],
)


def csv(found: Suggestions) -> bytes:
    """Write the main table as CSV."""
    table = next(iter(found.tables.values()))
    return csv_of(table.assign(attribution=_attribution(found)), locale="en", decimals=DECIMALS)


def xlsx(found: Suggestions) -> bytes:
    """Write a workbook with a sheet for each table, Columns, Sources and About."""
    attribution = _attribution(found)
    about = [("Title", found.title), ("Note", ILLUSTRATIVE), ("Command", _command(found))]
    about += [(name, json.dumps(value, ensure_ascii=False)) for name, value in found.facts.items()]
    about += [("Attribution", attribution), *NOTES.items()]
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": found.title, "comments": attribution, "created": CREATED})
        for name, table in found.tables.items():
            add_sheet(book, name.replace("_", " ").capitalize(), table, decimals=DECIMALS)
        add_sheet(book, "Columns", COLUMNS)
        add_sheet(book, "Sources", _sources(found)[list(SOURCE_COLUMNS)].astype("str"))
        add_sheet(book, "About", pd.DataFrame(about, columns=["item", "text"]))
    return buffer.getvalue()


def package(found: Suggestions) -> bytes:
    """Write a zip of every table, the workbook, codebook, sources, a README and `manifest.json`."""
    attribution = _attribution(found)
    files = {
        f"{name}.csv": csv_of(table.assign(attribution=attribution), locale="en", decimals=DECIMALS)
        for name, table in found.tables.items()
    }
    files["columns.csv"] = csv_of(COLUMNS, locale="en")
    files["sources.csv"] = csv_of(_sources(found)[list(SOURCE_COLUMNS)].astype("str"), locale="en")
    files["suggestions.xlsx"] = xlsx(found)
    files["README.txt"] = _readme(found, attribution).encode()
    manifest = {
        **found.facts,
        "title": found.title,
        "territory": found.territory.id,
        "territory_version": found.territory.version,
        "travel": tell_all(found.territory.manifest["travel"]),
        "crosswalk": {"file": found.crosswalk.path.name, "sha256": found.crosswalk.sha256},
        "notes": [ILLUSTRATIVE],
        "command": _command(found),
        "attribution": attribution,
        "sources": records(_sources(found)[list(SOURCE_COLUMNS)]),
        "versions": found.territory.manifest["versions"],
    }
    return sealed(files, manifest)


FORMATS: dict[str, Callable[[Suggestions], bytes]] = {".csv": csv, ".xlsx": xlsx, ".zip": package}


def file(found: Suggestions, name: str) -> bytes:
    """Write the format that the ending of a file name asks for.

    Raises
    ------
    InputError
        It is not one of `FORMATS`.
    """
    ending = next((each for each in FORMATS if name.endswith(each)), None)
    if ending is None:
        raise InputError(f"{name} ends in no format that can be written; name a file with {', '.join(FORMATS)}.")
    return FORMATS[ending](found)


def _sources(found: Suggestions) -> pd.DataFrame:
    """Sources of the territory, and that of the contexts of projects."""
    listed = pd.DataFrame(found.territory.manifest["sources"])
    contexts = catalogue.load()[CONTEXTS]
    row = {name: getattr(contexts, name) for name in listed.columns if hasattr(contexts, name)}
    whole = pd.concat([listed, pd.DataFrame([row])], ignore_index=True)
    return whole.rename(columns={"id": "source_id", "licence_address": "licence_url"})


def _attribution(found: Suggestions) -> str:
    return attribution_of(_sources(found))


def _command(found: Suggestions) -> str:
    own = "" if found.crosswalk.path == FILE else f" --crosswalk {shlex.quote(found.crosswalk.path.name)}"
    return f"python -m pipelines match {found.territory.id} {found.options}{own} -o suggestions.zip"


def _readme(found: Suggestions, attribution: str) -> str:
    lines = (
        f"{found.title}.",
        ILLUSTRATIVE,
        *(f"{name}.csv: {len(table)} rows" for name, table in found.tables.items()),
        "suggestions.xlsx: the same for Excel and LibreOffice",
        "columns.csv: what each column means",
        "sources.csv: publisher, licence, attribution, completeness and limits of each source",
        f"{MANIFEST}: the question, sources, the command that repeats it, sha256 of each file",
        f"{NOTES['Missing values']} {NOTES['Codes']}",
        f"When you pass any of it on, give: {attribution}",
    )
    return "\n".join(lines) + "\n"
