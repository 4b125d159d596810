"""Proposed sites as files: CSV, XLSX, GeoJSON, GeoPackage, and one zip of all with a manifest."""

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import xlsxwriter

from geodata.files import MANIFEST, sealed
from geodata.i18n.message import tell, tell_all
from geodata.store import Territory
from pipelines.areas.shortlist import attribution_of
from pipelines.areas.shortlist_codebook import NOTES
from pipelines.export.spatial import COORDINATE_DECIMALS, feature_collection, records, write_layers
from pipelines.export.spreadsheets import CREATED, add_sheet, csv_of
from pipelines.priority import configuration
from pipelines.response.siting import DEMANDS, Answer

# Of numbers that are not whole; demand shared out to places has parts of people.
DECIMALS = {
    **dict.fromkeys(("served", "gained", "people", "covered_before", "covered_after", "covered"), 1),
    **dict.fromkeys(("minutes_before", "minutes_after", "mean_minutes", "saved"), 1),
    **dict.fromkeys(("cost", "share", "worse", "value", "lon", "lat"), 5),
}
COLUMNS = pd.DataFrame(
    [
        ("order", "Place among the proposed sites, by what they gain; 0: exists already"),
        ("site_id", "Id of the place, service or row of the list that the site is at"),
        ("name", "Name of the site or place"),
        ("area_id", "Official code of the area, text with leading zeros"),
        ("area", "Name of the area"),
        ("status", "proposed or exists"),
        ("served", "Demand within the limit that has this site nearest (with capacities: that is sent to it)"),
        ("gained", "Of that, demand that had no service within the limit; empty with capacities"),
        ("cost", "Cost of opening the site; 1 where none was given"),
        ("place_id", "Id of the place"),
        ("people", "The demand at the place or in the area"),
        ("minutes_before", "Minutes to the nearest service that exists; empty: out of reach"),
        ("minutes_after", "The same with the proposed sites"),
        ("covered_before", "Demand within the limit now"),
        ("covered_after", "The same with the proposed sites"),
        ("saved", "Minutes saved, mean over the demand that reaches a service before and after"),
        ("sites", "Number of new sites"),
        ("covered", "Demand within the limit with so many new sites"),
        ("share", "The same in % of all demand"),
        (
            "mean_minutes",
            "Minutes to the nearest service, mean over the demand; beyond the limit they count as the limit",
        ),
        ("alternative", "Number of the alternative, the best first"),
        ("value", "What the method makes large or small: see value_is in manifest.json"),
        ("worse", "By how many % the alternative is worse than the proposal"),
        ("said", "How good the alternative is among those that differ from all before it"),
        ("lon", "Longitude, degrees, WGS 84"),
        ("lat", "Latitude, degrees, WGS 84"),
        ("attribution", "To be given wherever the row is used"),
    ],
    columns=["column", "meaning"],
)


def tables(answer: Answer, attribution: str) -> dict[str, pd.DataFrame]:
    """The tables of the package by name: points with their coordinates, areas and the curve."""
    found = {
        "sites": _flat(answer.sites),
        "demand": _flat(answer.demand),
        "areas": answer.areas,
        "curve": answer.curve,
        "alternatives": _flat(answer.alternatives),
        "uncoverable": _flat(answer.uncoverable),
    }
    return {
        name: table.assign(attribution=attribution) if name in ("sites", "demand", "areas") else table
        for name, table in found.items()
    }


def package(answer: Answer, territory: Territory, *, command: str) -> bytes:
    """Write a zip of the answer in every format, a README and `manifest.json`.

    Parameters
    ----------
    answer
        What was found.
    territory
        The territory that it was found in.
    command
        The command line that finds it again.
    """
    answer = replace(answer, notes=tuple(map(tell, answer.notes)), facts=tell_all(answer.facts))
    sources = pd.DataFrame(tell_all(territory.manifest["sources"]))
    attribution = attribution_of(sources)
    parts = tables(answer, attribution)
    title = f"Sites, {territory.manifest['title']}"
    files = {f"{name}.csv": csv_of(table, locale="en", decimals=DECIMALS) for name, table in parts.items()}
    files["columns.csv"] = csv_of(COLUMNS, locale="en")
    files["sites.xlsx"] = _xlsx(answer, parts, title, attribution)
    files["sites.geojson"] = _geojson(answer.sites, title, attribution)
    files["sites.gpkg"] = _geopackage(answer, attribution)
    files["README.txt"] = _readme(answer, title, attribution).encode()
    if answer.analysis and answer.analysis.named.endswith(".yaml"):
        files[answer.analysis.named] = configuration.dump(answer.analysis.configuration).encode()
    manifest = {
        **answer.facts,
        "title": title,
        "notes": list(answer.notes),
        "command": command,
        "attribution": attribution,
        "sources": records(sources),
        "versions": territory.manifest["versions"],
    }
    return sealed(files, manifest)


def _flat(points: gpd.GeoDataFrame) -> pd.DataFrame:
    table = pd.DataFrame(points.drop(columns="geometry"))
    xy = points.geometry.get_coordinates().round(COORDINATE_DECIMALS)
    return table.assign(lon=xy["x"].to_numpy(), lat=xy["y"].to_numpy())


def _xlsx(answer: Answer, parts: dict[str, pd.DataFrame], title: str, attribution: str) -> bytes:
    about = [("Title", title), *((f"Note {number}", note) for number, note in enumerate(answer.notes, start=1))]
    about += [(key, _text(value)) for key, value in answer.facts.items()]
    about += [("Attribution", attribution), *NOTES.items()]
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": title, "comments": attribution, "created": CREATED})
        for name, table in parts.items():
            add_sheet(book, name.capitalize(), table.drop(columns="attribution", errors="ignore"), decimals=DECIMALS)
        add_sheet(book, "Columns", COLUMNS)
        add_sheet(book, "About", pd.DataFrame(about, columns=["item", "text"]))
    return buffer.getvalue()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _geojson(sites: gpd.GeoDataFrame, title: str, attribution: str) -> bytes:
    shapes = shapely.to_geojson(shapely.transform(sites.geometry.to_numpy(), lambda xy: xy.round(COORDINATE_DECIMALS)))
    rows = records(pd.DataFrame(sites.drop(columns="geometry")).round(1))
    head = {"title": title, "attribution": attribution}
    return feature_collection(rows, shapes, key="site_id", head=head)


def _geopackage(answer: Answer, attribution: str) -> bytes:
    layers = {
        "sites": answer.sites,
        "demand": answer.demand,
        "alternatives": answer.alternatives,
        "areas": answer.areas,
        "curve": answer.curve,
    }
    # A layer without rows has no geometry to tell its kind by.
    points = {name: {"geometry_type": "Point"} for name, frame in layers.items() if isinstance(frame, gpd.GeoDataFrame)}
    return write_layers(layers, attribution, points)


def _readme(answer: Answer, title: str, attribution: str) -> str:
    question, facts = answer.question, answer.facts
    lines = (
        f"{title}: {facts['method'].lower()} ({question.method}), service {question.service}.",
        f"Demand: {DEMANDS[question.demand]}. Solver: {question.solver}; {facts['said']}.",
        f"Travel: {facts['travel']['title']}.",
        *answer.notes,
        "sites.csv         proposed sites by what they gain, then services that exist",
        "demand.csv        every place with its demand, minutes and cover before and after",
        "areas.csv         the same by area, those that gain most first",
        "curve.csv         demand within the limit by number of new sites",
        "alternatives.csv  other choices that differ in substance",
        "uncoverable.csv   places that no candidate reaches",
        "sites.xlsx, sites.geojson, sites.gpkg  the same for spreadsheets, web maps and GIS",
        "columns.csv       what each column means",
        f"{MANIFEST}     the question, the value, its bound and gap, sources, the command that repeats it",
        f"{NOTES['Missing values']} {NOTES['Codes']}",
        f"When you pass any of it on, give: {attribution}",
    )
    return "\n".join(lines) + "\n"
