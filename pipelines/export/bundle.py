"""The shortlist package: one zip of every format, with a manifest by which it can be checked, repeated and compared."""

from geodata.files import MANIFEST, sealed
from pipelines.areas.shortlist import AUDIT_DECIMALS, Shortlist
from pipelines.areas.shortlist_codebook import NOTES
from pipelines.export import importance
from pipelines.export.spatial import geojson, geopackage, records
from pipelines.export.spreadsheets import Locale, csv, csv_of, xlsx

_STEPS = (
    "audit.csv          every step of the index, columns index|dimension|indicator|step: value, imputed (1 = yes),",
    "                   normalised (0-100), weight (share of the index), points (added to the gap of the typical area)",
    "influence.csv      weight of each indicator and its influence: its correlation with need or resources",
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
        if shortlist.importance is not None:
            files["influence.csv"] = importance.influence_csv(shortlist.importance, locale=locale)
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
