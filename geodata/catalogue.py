"""The open data sources: who publishes them, under which licence, in which version, and what reads them."""

import re
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import yaml

from geodata.errors import InputError

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
COMPLETENESS = ("census", "register", "partial", "illustrative")
REGISTRIES = ("pypi", "npm")
PUBLISHER = "publisher"
COUNTRY = "{country}"


@dataclass(frozen=True)
class Download:
    """Where one of a source's files can be downloaded.

    Attributes
    ----------
    file
        One of the `files` of the source.
    url
        Address, http or https, of the file or of the archive that it is in.
    sha256
        Checksum of what the address gives, hexadecimal; empty when the publisher changes it from time to time.
    member
        Name of the file in the zip or gzipped tar archive; empty when the address gives the file itself.
    """

    file: str
    url: str
    sha256: str = ""
    member: str = ""


@dataclass(frozen=True)
class Source:
    """One open data source.

    Attributes
    ----------
    id
        Short name under which layers, indicators and exports cite the source.
    title, publisher, address
        What it is, who made it and where it is published.
    package
        ``registry:name`` of the package that carries it, ``facts`` for the project's own tables, or ``publisher``
        for a source that is not bundled and whose files come from its publisher.
    archive, sha256
        File name of that package and its checksum, hexadecimal; empty for the project's own tables.
    version, year
        Version of the package, and the year the data speak of.
    licence, licence_address, attribution
        SPDX identifier or name, address of its text, and the line to show beside anything made of the data.
    format
        Format of the file in the package.
    reader
        Dotted name of the module whose ``read`` understands the file.
    columns
        Columns the reader needs in the publisher's file.
    completeness
        ``census``, ``register``, ``partial`` or ``illustrative``.
    limits
        What the data cannot tell, in one sentence.
    files
        Names of the publisher's files in a folder of downloads; empty for what is bundled.
    downloads
        Where `files` can be downloaded; a file without an address has to be put there by hand.
    by_region
        Whether its completeness differs by region and the reader says how.
    country
        Country (ISO 3166-1 alpha-2) whose rows are read, where the publisher's file holds several; ``{country}`` for
        that of the recipe. Files and addresses of such a source may hold ``{country}``, ``{eurostat}`` (the country as
        Eurostat writes it), ``{year}`` and ``{version}``, which `for_country` fills in.
    region
        NUTS 1 or 2 region to which a source is cut; filled in from the recipe.
    """

    id: str
    title: str
    publisher: str
    address: str
    package: str
    version: str
    year: int
    licence: str
    licence_address: str
    attribution: str
    format: str
    reader: str
    columns: tuple[str, ...]
    completeness: str
    limits: str
    archive: str = ""
    sha256: str = ""
    files: tuple[str, ...] = ()
    downloads: tuple[Download, ...] = ()
    by_region: bool = False
    country: str = ""
    region: str = ""

    @property
    def bundled(self) -> bool:
        """Whether the snapshot holds it."""
        return self.package != PUBLISHER

    @property
    def of_any_country(self) -> bool:
        """Whether it is read for the country of the recipe."""
        return self.country == COUNTRY


@cache
def load(path: Path = CATALOGUE) -> dict[str, Source]:
    """Read and check the catalogue.

    Parameters
    ----------
    path
        YAML file: source id -> fields of `Source`.

    Returns
    -------
    dict
        Sources by id, in the order of the file.

    Raises
    ------
    InputError
        If the file is no mapping, or a source has a missing, unknown or wrong field.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not valid YAML; mend it as described here: {error}.") from error
    if not isinstance(raw, dict) or not all(isinstance(entry, dict) for entry in raw.values()):
        raise InputError(f"{path} is not a mapping of source ids to their fields; write `id:` and the fields below it.")
    return {str(source_id): _source(str(source_id), entry) for source_id, entry in raw.items()}


def for_country(source: Source, *, country: str, eurostat: str, region: str = "") -> Source:
    """Fill in the country of a recipe where a source is read for any country; others stay as they are.

    Parameters
    ----------
    source
        Of the catalogue.
    country, eurostat
        Codes of the country, by ISO 3166-1 and as Eurostat writes it.
    region
        NUTS 1 or 2 region of the recipe; empty for the whole country.

    Examples
    --------
    >>> source = load()["gisco-healthcare"]
    >>> for_country(source, country="GR", eurostat="EL").files
    ('gisco/healthcare_EL.csv',)
    """
    if not source.of_any_country:
        return source
    words = {"country": country, "eurostat": eurostat, "year": source.year, "version": source.version}
    return replace(
        source,
        country=country,
        region=region,
        files=tuple(name.format(**words) for name in source.files),
        downloads=tuple(
            Download(*(value.format(**words) for value in (each.file, each.url, each.sha256, each.member)))
            for each in source.downloads
        ),
    )


def _source(source_id: str, entry: dict[str, object]) -> Source:
    where = f"Source {source_id!r} of the catalogue"
    required = {field.name for field in fields(Source) if field.default is MISSING} - {"id"}
    optional = {field.name for field in fields(Source) if field.default is not MISSING}
    if missing := sorted(required - set(entry)):
        raise InputError(f"{where} has no field {missing[0]!r}; add it.")
    if unknown := sorted(set(entry) - required - optional):
        raise InputError(f"{where} has the unknown field {unknown[0]!r}; remove it or correct its name.")
    for name, value in entry.items():
        kind: type = {"year": int, "columns": list, "files": list, "downloads": list, "by_region": bool}.get(name, str)
        if not isinstance(value, kind) or not value:
            raise InputError(f"{where} has {name} {value!r}; give a non-empty {kind.__name__}.")
    tuples = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    if "downloads" in tuples:
        tuples["downloads"] = tuple(_download(where, item, tuples.get("files", ())) for item in tuples["downloads"])
    source = Source(**{**entry, **tuples, "id": source_id})  # type: ignore[arg-type]
    if source.completeness not in COMPLETENESS:
        raise InputError(f"{where} has completeness {source.completeness!r}; use one of {', '.join(COMPLETENESS)}.")
    if source.package == "facts":
        if source.archive or source.sha256:
            raise InputError(f"{where} is a table of the project's own, so remove its archive and sha256.")
    elif source.package == PUBLISHER:
        if not source.files:
            raise InputError(f"{where} comes from its publisher, so name its files.")
        for name in source.files:
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise InputError(f"{where} has the file {name!r}, which leads out of the folder; correct its name.")
    elif source.package.partition(":")[0] not in REGISTRIES:
        raise InputError(f"{where} has package {source.package!r}; write `facts`, `pypi:name` or `npm:name`.")
    elif not source.archive or not re.fullmatch(r"[0-9a-f]{64}", source.sha256):
        raise InputError(f"{where} comes from a package, so give its archive and the archive's sha256 in hexadecimal.")
    return source


def _download(where: str, item: Any, files: tuple[str, ...]) -> Download:
    names = {field.name for field in fields(Download)}
    if (
        not isinstance(item, dict)
        or not {"file", "url"} <= item.keys() <= names
        or not all(isinstance(value, str) and value for value in item.values())
    ):
        raise InputError(f"{where} has the download {item!r}; give file and url, and sha256 and member where needed.")
    found = Download(**item)
    if found.file not in files:
        raise InputError(f"{where} has a download of {found.file!r}, which is none of its files; correct its name.")
    if urlsplit(found.url).scheme not in ("http", "https") or not urlsplit(found.url).hostname:
        raise InputError(f"{where} has the url {found.url!r}; give an address that starts with https:// or http://.")
    if found.sha256 and not re.fullmatch(r"[0-9a-f]{64}", found.sha256):
        raise InputError(f"{where} has the sha256 {found.sha256!r}; give 64 hexadecimal digits in small letters.")
    return found
