"""The shortlist package: one zip of every format, with a manifest by which it can be checked, repeated and compared."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from geodata.errors import InputError
from geodata.store import digest
from pipelines.export.spatial import geojson, geopackage, records
from pipelines.export.spreadsheets import Locale, csv, csv_of, xlsx
from pipelines.territory.shortlist import AUDIT_DECIMALS, NOTES, Shortlist

MANIFEST = "manifest.json"
_STEPS = (
    "audit.csv          every step of the index, columns index|dimension|indicator|step: value, imputed (1 = yes),",
    "                   normalised (0-100), weight (share of the index), points (added to the gap of the typical area)",
    "configuration.yaml the weighting, as the option --config reads it",
)

_OWN = ("own.csv            rows of your own points that lie in the areas of the list (own data)",)


def package(shortlist: Shortlist, *, locale: Locale = "en") -> bytes:
    """Write a zip of the list in every format, a README and `manifest.json`.

    The manifest is that of the list, and `title`, `areas` (ids in list order), `attribution`, `sources` and
    `files` (sha256 and size of every other member).

    Parameters
    ----------
    shortlist
        The list.
    locale
        How the CSV files write numbers, see `csv`.

    Raises
    ------
    InputError
        The locale is not known.
    """
    files = {
        "README.txt": _readme(shortlist).encode(),
        "shortlist.csv": csv(shortlist, locale=locale),
        "codebook.csv": csv_of(shortlist.columns, locale=locale),
        "sources.csv": csv_of(shortlist.origins, locale=locale),
        "shortlist.xlsx": xlsx(shortlist),
        "shortlist.geojson": geojson(shortlist),
        "shortlist.gpkg": geopackage(shortlist),
    }
    if shortlist.steps is not None:
        places = {str(name): AUDIT_DECIMALS for name in shortlist.steps}
        files["configuration.yaml"] = shortlist.configuration.encode()
        files["audit.csv"] = csv_of(shortlist.steps, locale=locale, decimals=places)
    if shortlist.own is not None:
        files["own.csv"] = csv_of(shortlist.own, locale=locale, decimals={"lat": 6, "lon": 6})
    files |= {annex.name: annex.content for annex in shortlist.annexes}
    manifest = shortlist.manifest | {
        "title": shortlist.title,
        "areas": shortlist.table["area_id"].tolist(),
        "attribution": shortlist.attribution,
        "sources": records(shortlist.origins),
    }
    return sealed(files, manifest)


def read_manifest(source: bytes | Path) -> dict[str, Any]:
    """Read the manifest of a package and check every file of the package against it.

    Parameters
    ----------
    source
        The zip as bytes, or its path.

    Raises
    ------
    InputError
        It is not a shortlist package, or a file in it is missing, damaged or changed.
    """
    try:
        with ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            changed = [
                name for name, facts in manifest["files"].items() if digest(archive.read(name)) != facts["sha256"]
            ]
    except (OSError, BadZipFile, AttributeError, KeyError, TypeError, ValueError) as error:
        name = "The file" if isinstance(source, bytes) else source
        raise InputError(f"{name} is not a complete shortlist package ({error}); export the list again.") from error
    if changed:
        raise InputError(f"{changed[0]} in the package differs from its manifest; export the list again.")
    return manifest


def sealed(files: dict[str, bytes], manifest: dict[str, Any]) -> bytes:
    """Zip files and their manifest, to which it adds `files`, sha256 and size of each.

    With the earliest date that a zip can hold and Unix permissions, the same bytes on every machine.
    """
    known = {name: {"sha256": digest(content), "bytes": len(content)} for name, content in files.items()}
    text = json.dumps(manifest | {"files": known}, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in (files | {MANIFEST: text.encode()}).items():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            # The fastest level: most of the size is geometry, which higher levels hardly make smaller.
            archive.writestr(entry, content, compresslevel=1)
    return buffer.getvalue()


def _readme(shortlist: Shortlist) -> str:
    lines = (
        f"{shortlist.title}: {len(shortlist.table)} areas in list order.",
        "shortlist.csv      the list for any program",
        "shortlist.xlsx     the list for Excel and LibreOffice, with codebook, sources and how it was made",
        "shortlist.geojson  the list with boundaries, for web maps",
        "shortlist.gpkg     the list with boundaries, for GIS (layers shortlist, codebook, sources)",
        "codebook.csv       what each column is: title, unit, year, sources, formula, when it is missing",
        "sources.csv        publisher, licence, attribution, completeness and limits of each source",
        *(_STEPS if shortlist.steps is not None else ()),
        *(_OWN if shortlist.own is not None else ()),
        *(f"{annex.name:<18} {annex.about}" for annex in shortlist.annexes),
        f"{MANIFEST}      how the list was made, the command that repeats it, sha256 of each file",
        f"{NOTES['Missing values']} {NOTES['Codes']}",
        f"When you pass any of it on, give: {shortlist.attribution}",
    )
    return "\n".join(lines) + "\n"
