"""From a table that was read to a layer that meets its contract; rows that cannot be used come back with the reason."""

import re
from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata import vocabulary as words
from geodata.geometry import area_of
from geodata.i18n.message import Message
from geodata.store import Territory
from pipelines.userdata import indicator
from pipelines.userdata.gazetteer import Gazetteer
from pipelines.userdata.placing import Placed, place
from pipelines.userdata.reading import Imported, Reading, known_kind
from pipelines.userdata.rows import Rows, because, to_decide

_BETWEEN_THEMES = re.compile(r"\s*[;|,]\s*")


def place_names(territory: Territory) -> Gazetteer:
    """Names of the areas and places of a territory; make it once and give it to `apply`."""
    country = words.country(str(territory.manifest.get("country", "")))
    return Gazetteer(territory.layer("areas"), territory.layer("places"), country=country)


def apply(
    reading: Reading,
    mapping: Mapping[str, str],
    kind: str,
    territory: Territory,
    *,
    name: str = "own",
    crs: str | None = None,
    decimal: str | None = None,
    decisions: Mapping[str, str] | None = None,
    names: Gazetteer | None = None,
) -> Imported:
    """Turn the rows into a layer of the territory.

    Parameters
    ----------
    reading
        From `read_own`.
    mapping
        Column of each role, as `Reading.mapping` guesses it; a column written `=text` is that text in every row.
    kind
        `services`, `projects` or `indicator`.
    territory
        The built territory that the rows belong to.
    name
        Of the layer: beginning of its ids, and its source.
    crs
        CRS of the coordinates, such as EPSG:3035, when the guess was wrong.
    decimal
        Decimal mark of the numbers, when the guess was wrong.
    decisions
        Answers to what was ambiguous: key of a place by its name, id of a category by its word.
    names
        From `place_names`, when it is at hand.

    Raises
    ------
    InputError
        The kind, a role or a column is unknown, a needed role has no column, or the coordinates can be read in two
        ways.
    """
    rows = Rows(reading.table.rows, mapping, known_kind(kind), decimal=decimal)
    names, decisions = names or place_names(territory), decisions or {}
    if kind == "indicator":
        imported = _indicator(rows, reading, names, name, decisions)
    else:
        placed = place(
            rows,
            reading.table.geometry,
            names,
            decisions=decisions,
            abroad=kind == "projects",
            crs=crs,
        )
        if kind == "services":
            imported = _services(rows, reading, placed, name, decisions)
        else:
            country = _inside(placed.points, territory).map({True: names.country, False: ""})
            imported = _projects(rows, reading, placed, name, country)
    provenance: dict[str, object] = {
        "provenance": "own data",
        "kind": kind,
        "file": reading.filename,
        "sha256": reading.sha256,
        "guesses": reading.table.guesses,
        "mapping": dict(sorted(mapping.items())),
        "decisions": dict(sorted(decisions.items())),
        "crs": crs,
        "decimal": decimal,
        "territory": territory.id,
        "territory_version": territory.version,
        "rows": len(rows.index),
        "used": len(imported.layer),
        "rejected": len(imported.rejected),
        "notes": list(imported.notes),
    }
    return replace(imported, provenance=provenance)


def _indicator(rows: Rows, reading: Reading, names: Gazetteer, name: str, decisions: Mapping[str, str]) -> Imported:
    series, reasons, unsure, found = indicator.convert(rows, names, name=name, decisions=decisions)
    note = Message("{number} of {all} areas have a value.", number=len(series), all=len(names.area_ids))
    return Imported("indicator", series, _rejected(reading, reasons), unsure, (note,), found)


def _services(rows: Rows, reading: Reading, placed: Placed, name: str, decisions: Mapping[str, str]) -> Imported:
    known = words.labels("services")
    texts = rows.text("category")
    meant = {text: decisions.get(text) or words.label("services", text) for text in texts.unique()}
    category = texts.map(meant)
    odd = ~category.isin(known)
    reasons = because(placed.reasons, odd & (texts != ""), "{!r} is no known category of service", texts)
    reasons = because(reasons, texts == "", "no category of service")
    offers = {text: [(label, label, 0.0) for label in known] for text in meant}
    unsure = to_decide("category", texts[odd & (texts != "")], offers)
    stated = rows.text("capacity")
    capacity = rows.numbers("capacity")
    wrong = (stated != "") & ~(capacity > 0)
    first = repr(stated[wrong].iloc[0]) if wrong.any() else ""
    note = Message(
        "{number} capacities are no number above 0 (the first: {first}) and stay unknown.",
        number=wrong.sum(),
        first=str(first),
    )
    layer = pd.DataFrame(
        {
            "service_id": _ids(rows, name),
            "category": category,
            "name": rows.text("name", "unnamed"),
            "level": rows.optional("level"),
            "capacity": capacity.where(~wrong),
            "source_id": name,
            "source_url": rows.links("url").replace("", None),
            "confidence": "own data, placed by " + placed.precision.replace({"town": "point", "municipality": "area"}),
        }
    )
    return _imported("services", layer, reasons, placed, reading, unsure, [note] if wrong.any() else [])


def _projects(rows: Rows, reading: Reading, placed: Placed, name: str, country: "pd.Series[str]") -> Imported:
    stated = rows.text("country")
    codes = stated.map(words.country)
    themes = rows.text("themes")
    kinds = rows.text("kind").str.lower()
    layer = pd.DataFrame(
        {
            "project_id": _ids(rows, name),
            "name": rows.text("name", "unnamed"),
            "organisation": rows.optional("organisation"),
            "kind": kinds.where(kinds.isin(schema.PROJECT_KINDS), "project"),
            "themes": themes.map({text: themes_in(text) for text in themes.unique()}),
            "country": codes.where(codes != "", country),
            "place": rows.optional("place"),
            "precision": placed.precision,
            "start_year": rows.years("start_year"),
            "end_year": rows.years("end_year"),
            "source_id": name,
            "source_title": f"Own data: {reading.filename}",
            "source_url": rows.links("url"),
            "confidence": "own data",
        }
    )
    lost = (stated != "") & (codes == "")
    notes = []
    if lost.any():
        first = repr(stated[lost].iloc[0])
        notes.append(Message("{number} countries are not known (the first: {first}).", number=lost.sum(), first=first))
    return _imported("projects", layer, placed.reasons, placed, reading, placed.ambiguous[:0], notes)


def _imported(
    kind: str,
    layer: pd.DataFrame,
    reasons: "pd.Series[str]",
    placed: Placed,
    reading: Reading,
    unsure: pd.DataFrame,
    notes: list[Message],
) -> Imported:
    """Keep the rows without a reason, as a layer that meets its contract."""
    good = reasons == ""
    spatial = gpd.GeoDataFrame(layer, geometry=placed.points, crs=schema.CRS)
    complete = schema.complete(kind, spatial[good].reset_index(drop=True))
    kept = schema.check(kind, complete) if good.any() else complete
    by_area = int((placed.precision[good] == "municipality").sum())
    notes = [
        *([Message("Coordinates were read as {reading}.", reading=placed.reading)] if placed.reading else []),
        *([Message("Placed by their area only: {number} rows.", number=by_area)] if by_area else []),
        *notes,
    ]
    ambiguous = pd.concat([placed.ambiguous, unsure], ignore_index=True)
    return Imported(kind, kept, _rejected(reading, reasons), ambiguous, tuple(notes), placed.matched)


def _rejected(reading: Reading, reasons: "pd.Series[str]") -> pd.DataFrame:
    bad = reasons != ""
    rows = reading.table.rows[bad].drop(columns=["row", "reason"], errors="ignore")
    return rows.assign(reason=reasons[bad]).reset_index()


def _ids(rows: Rows, name: str) -> list[str]:
    return [f"{name}-{row}" for row in rows.index]


def _inside(points: gpd.GeoSeries, territory: Territory) -> "pd.Series[bool]":
    """Whether a point lies in an area of the territory."""
    inside: pd.Series[bool] = area_of(points, territory.layer("areas")).notna()
    return inside


def themes_in(text: str) -> str:
    """Themes of a cell with `;` between them: the known ones by their own names, other words as they are.

    Examples
    --------
    >>> themes_in("Gesundheit, Verkehr | Imkerei")
    'health & care;mobility;imkerei'
    """
    parts = [part for part in _BETWEEN_THEMES.split(text) if part]
    return ";".join(dict.fromkeys(words.label("themes", part) or part.lower().replace("_", " ") for part in parts))
